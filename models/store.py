"""The database, SQLite or PostgreSQL, behind one door: `read` for a look, `write` for one short transaction."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Connection, DateTime, Dialect, Engine, Integer, MetaData, TypeDecorator, create_engine, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import OperationalError

metadata = MetaData()
BEGIN = "BEGIN IMMEDIATE"
Id = BigInteger().with_variant(Integer, "sqlite")
Json = JSON().with_variant(JSONB(), "postgresql")


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant. SQLite keeps it as text of one length, so that its order is that of time; PostgreSQL as timestamptz."""

    impl = DateTime(timezone=True)
    cache_ok = True

    # The processors themselves instead of process_*_param: a turn binds thirty instants, and PostgreSQL's need nothing done.

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], str | None] | None:
        return _to_text if dialect.name == "sqlite" else None

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], datetime | None] | None:
        return _from_text if dialect.name == "sqlite" else None


def _to_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    assert value.tzinfo is not None, "instants are aware"
    return (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat(" ", "microseconds")


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


class Store:
    """One process's connections. Threads share it.

    SQLite has one writer at a time: within a process a lock hands the turn over at once, between processes the busy
    timeout (5 s) does. Every write transaction takes its lock at the start, so that it never fails half-way.
    """

    def __init__(self, url: str, pool_size: int = 12) -> None:
        self.url = url
        self.sqlite = url.startswith("sqlite")
        self.engine = _sqlite(url, pool_size) if self.sqlite else _postgresql(url, pool_size)
        options: dict[str, Any] = {"parley_read": True} if self.sqlite else {"isolation_level": "AUTOCOMMIT"}
        self._reader = self.engine.execution_options(**options)
        self._turnstile = threading.Lock() if self.sqlite else nullcontext()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection to look with: each statement sees what was committed before it."""
        with self._reader.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: committed at the end of the block, rolled back on an exception."""
        with self._turnstile, self.engine.begin() as connection:
            yield connection

    def close(self) -> None:
        self.engine.dispose()


def _postgresql(url: str, pool_size: int) -> Engine:
    return create_engine(
        url, pool_size=pool_size, max_overflow=4, pool_pre_ping=False, connect_args={"connect_timeout": 5, "options": "-c timezone=UTC"}
    )


def _sqlite(url: str, pool_size: int) -> Engine:
    engine = create_engine(url, pool_size=pool_size, max_overflow=4)

    @event.listens_for(engine, "connect")
    def prepare(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = None  # we begin ourselves
        cursor = dbapi_connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("parley_read"):
            try:
                connection.connection.cursor().execute(BEGIN)
            except sqlite3.Error as busy:  # locked, full, gone: said as SQLAlchemy says it of any other statement
                raise OperationalError(BEGIN, None, busy) from busy

    return engine
