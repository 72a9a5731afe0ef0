"""What flows ask of web services: written with the turn that asks, asked by a worker after it, over when its answer is an event."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from flows.calls import call_to_json
from flows.events import Call
from models.store import Id, Instant, Json, metadata

call = Table(
    "call",
    metadata,
    Column("id", Id, primary_key=True),
    Column(
        "key", String(64), nullable=False, unique=True
    ),  # the Idempotency-Key of every try; chance, so that no two installations share one
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False),
    Column("conversation_id", Id, ForeignKey("conversation.id"), nullable=False),
    Column("visit", Integer, nullable=False),
    Column("flow", String(80), nullable=False),
    Column("step", String(160), nullable=False),
    Column("request", Json, nullable=False),  # without secrets; emptied when the call is over
    Column("asked", Boolean, nullable=False),  # by a turn that answered the contact's own text
    Column("test", Boolean, nullable=False),
    Column("most_tries", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("ended_at", Instant),
    Column("outcome", String(40)),
    UniqueConstraint("conversation_id", "visit"),  # a step asks once each time it is entered
    Index("call_waiting", "not_before", sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRow:
    id: int
    key: str
    contact_id: int
    conversation_id: int
    visit: int
    flow: str
    step: str
    request: Mapping[str, Any]
    asked: bool
    test: bool
    most_tries: int
    tries: int
    created_at: datetime
    not_before: datetime
    lease_until: datetime | None
    ended_at: datetime | None
    outcome: str | None


_DUE = (
    call.c.ended_at.is_(None),
    call.c.not_before <= bindparam("now"),
    or_(call.c.lease_until.is_(None), call.c.lease_until <= bindparam("now")),
)
_WAITING = select(call).where(*_DUE).order_by(call.c.not_before, call.c.id).limit(bindparam("most"))
_IS_WAITING = select(call.c.id).where(*_DUE).limit(1)
_CLAIM = update(call).where(*_DUE, call.c.id == bindparam("_id")).values(tries=call.c.tries + 1, lease_until=bindparam("until"))


def add(db: Connection, made: Call, now: datetime, **about: Any) -> None:
    """Adds a call. about: the columns that say whose it is. Raises IntegrityError where its step has asked already."""
    told = {"visit": made.visit, "step": made.step[:160], "request": call_to_json(made), "most_tries": made.tries}
    db.execute(insert(call), {**told, "tries": 0, "created_at": now, "not_before": now, **about})


def is_waiting(db: Connection, now: datetime) -> bool:
    """Whether one may be asked now: a look that locks nothing."""
    return db.execute(_IS_WAITING, {"now": now}).first() is not None


def waiting(db: Connection, now: datetime, most: int) -> list[CallRow]:
    """Calls that may be asked now. On PostgreSQL those that another worker looks at are passed over."""
    query = _WAITING if db.dialect.name == "sqlite" else _WAITING.with_for_update(skip_locked=True)
    return [CallRow(**row) for row in db.execute(query, {"now": now, "most": most}).mappings()]


def claim(db: Connection, call_id: int, now: datetime, until: datetime) -> bool:
    """Counts a try and takes the call until then; False where somebody else was faster."""
    return db.execute(_CLAIM, {"_id": call_id, "now": now, "until": until}).rowcount == 1


def put_back(db: Connection, row: CallRow, not_before: datetime) -> bool:
    """It waits for another try; False where it is over, or another worker's by now. row: as it was claimed."""
    mine = (call.c.id == row.id, call.c.ended_at.is_(None), call.c.tries == row.tries)
    return db.execute(update(call).where(*mine).values(not_before=not_before, lease_until=None)).rowcount == 1


def end(db: Connection, call_id: int, now: datetime, outcome: str) -> bool:
    """It is over, and what was asked is forgotten; False where it was over already."""
    open_ = (call.c.id == call_id, call.c.ended_at.is_(None))
    over = {"ended_at": now, "outcome": outcome[:40], "request": {}, "lease_until": None}
    return db.execute(update(call).where(*open_).values(**over)).rowcount == 1


def count_waiting(db: Connection, now: datetime) -> int:
    """Calls that could be asked now and are not."""
    return int(db.execute(select(func.count()).select_from(call).where(*_DUE), {"now": now}).scalar_one())
