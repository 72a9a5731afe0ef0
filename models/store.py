"""The database, SQLite or PostgreSQL, behind one door: `read` for a look, `write` for one short transaction."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one waits for a lock, and for an answer; 0: for ever. What takes longer counts as a database that is away."""

    lock_s: float
    statement_s: float


WEB = Patience(3, 8)
"""A webhook has 15 s until its provider gives it up: it must have spooled the text by then."""
WORKER = Patience(8, 60)
UNHURRIED = Patience(0, 0)
"""Commands: somebody watches them, and a backup takes as long as it takes."""
BUSY_S = 5.0
ASK_AGAIN_S = 0.001
IDLE_S = 60.0
"""A transaction that does nothing for so long has lost its process, and must not keep its locks."""


class Store:
    """One process's connections. Threads share it.

    SQLite has one writer at a time: within a process a lock hands the turn over at once, between processes the busy
    timeout does. Every write transaction takes its lock at the start, so that it never fails half-way.
    """

    def __init__(self, url: str, pool_size: int = 12, patience: Patience = UNHURRIED) -> None:
        self.url = url
        self.sqlite = url.startswith("sqlite")
        self.engine = _sqlite(url, pool_size, patience) if self.sqlite else _postgresql(url, pool_size, patience)
        options: dict[str, Any] = {"parley_read": True} if self.sqlite else {"isolation_level": "AUTOCOMMIT"}
        self._reader = self.engine.execution_options(**options)
        self._turnstile = Turnstile(patience.lock_s) if self.sqlite else nullcontext()

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


def _postgresql(url: str, pool_size: int, patience: Patience) -> Engine:
    options = {
        "timezone": "UTC",
        "lock_timeout": f"{patience.lock_s * 1000:.0f}",
        "statement_timeout": f"{patience.statement_s * 1000:.0f}",
        "idle_in_transaction_session_timeout": f"{IDLE_S * 1000 if patience.lock_s else 0:.0f}",
    }
    connect_args = {
        "connect_timeout": max(2, round(patience.lock_s)) if patience.lock_s else 5,  # libpq takes 1 for 2
        "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
        # a server whose machine is gone says nothing at all: the kernel gives the connection up
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,
    }
    return create_engine(url, pool_size=pool_size, max_overflow=4, pool_pre_ping=False, connect_args=connect_args)


class Turnstile:
    """Lets one thread pass at a time; one that has waited for too long is told what SQLite says where another process has the lock."""

    def __init__(self, patience_s: float) -> None:
        self._lock = threading.Lock()
        self._patience_s = patience_s or -1

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=self._patience_s):
            raise OperationalError(BEGIN, None, sqlite3.OperationalError("database is locked"))

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def _sqlite(url: str, pool_size: int, patience: Patience) -> Engine:
    engine = create_engine(url, pool_size=pool_size, max_overflow=4)
    busy_ms = round((patience.lock_s or BUSY_S) * 1000)

    @event.listens_for(engine, "connect")
    def prepare(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = None  # we begin ourselves
        cursor = dbapi_connection.cursor()
        for pragma in (f"busy_timeout={busy_ms}", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("parley_read"):
            try:
                _begin_write(connection.connection.cursor(), busy_ms)
            except sqlite3.Error as busy:  # locked, full, gone: said as SQLAlchemy says it of any other statement
                raise OperationalError(BEGIN, None, busy) from busy

    return engine


def _begin_write(cursor: Any, busy_ms: int) -> None:
    """Takes the one writer's lock, asking for it each millisecond.

    SQLite's own busy timeout sleeps for up to a tenth of a second between two tries, and misses the moments in which nobody writes:
    beside a campaign, answers waited for more than a second (tests/bench/crowd.py).
    """
    give_up = time.monotonic() + busy_ms / 1000
    cursor.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                cursor.execute(BEGIN)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                    raise
            else:
                return
            time.sleep(ASK_AGAIN_S)
    finally:
        cursor.execute(f"PRAGMA busy_timeout={busy_ms}")
