"""Brings the database to this version's schema, once, however many parts start at the same moment."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from config.settings import Settings

ADVISORY_KEY = 0x7061_726C_6579
"""What the parts of one installation lock in PostgreSQL while they migrate: the letters "parley" as a number."""


class UnreachableError(RuntimeError):
    """The database server does not answer, so nobody can say what its schema is."""


def ensure(settings: Settings) -> None:
    """Migrates where needed; whoever comes second waits, and then finds nothing to do. Raises UnreachableError where the server is away."""
    from models.migrations import upgrade  # Alembic costs 0.2 s, which commands that need no database do not pay

    with _alone(settings):
        upgrade(settings.database_url)


@contextlib.contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """One at a time: over a file beside SQLite's, over an advisory lock in PostgreSQL, which other machines see too."""
    if settings.uses_sqlite:
        file = Path(settings.database_url.removeprefix("sqlite:///"))
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.with_name(file.name + ".migrating").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        return
    import psycopg

    address = settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    try:
        connection = psycopg.connect(address, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise UnreachableError(str(error)) from error
    with connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (ADVISORY_KEY,))  # ends with the transaction, behind a pooler too
        yield
