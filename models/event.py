"""The inbox: what a contact's conversations have to hear. A follow-up is an event in the future; the clock only drains."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    any_,
    bindparam,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError

from models.store import Id, Instant, Json, metadata

WAITS = (timedelta(seconds=1), timedelta(seconds=2), timedelta(seconds=4), timedelta(seconds=8))
"""After each failed try. What its contact is to hear or to be sent waits behind it, so it is not for long."""
MOST_TRIES = len(WAITS) + 1
"""An event that failed so often is set aside for a person, with an alarm, and blocks nobody."""

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
LONGEST_NAME = 100
"""Of an event's key (160 fit), so that there is room for what is hung on it."""


class EventKind(StrEnum):
    """What a contact's conversations can hear."""

    TEXT = "text"  # a text that could not be taken inline
    NUDGE = "nudge"
    TIMEOUT = "timeout"
    WAIT = "wait"
    EXPIRY = "expiry"
    START = "start"  # a flow that the contact did not ask for
    LATER = "later"  # a campaign's step for those who have not answered its first text
    CALLED = "called"  # a web service has answered, or has not
    MIGRATE = "migrate"  # to a newer revision of its flow
    HAND_BACK = "hand_back"
    CLOSE = "close"
    CLEAR_DOUBT = "clear_doubt"  # a person has looked: it was no opt-out
    OPT_OUT = "opt_out"  # by staff, the carrier, or for want of a decision


_OPEN_SQL = "handled_at IS NULL AND set_aside_at IS NULL"
_WHEN_SQL = f"{_OPEN_SQL} AND due_at IS NOT NULL"

event = Table(
    "event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(160), nullable=False, unique=True),  # the same event twice is one event
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("due_at", Instant),  # None: its span begins when the message `after_key` has been handed over
    Column("planned_at", Instant, nullable=False),
    Column("after_key", String(160)),
    Column("days", Integer, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("conversation_id", Id, ForeignKey("conversation.id")),
    Column("visit", Integer),
    Column("data", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("handled_at", Instant),
    Column("outcome", String(80)),
    Column("tries", Integer, nullable=False),
    Column("set_aside_at", Instant),
    Column("error", Text),
    Column("claimed_until", Instant),  # somebody is at it until then; a hint, as whoever comes second changes nothing
    Index("event_due", "due_at", "id", sqlite_where=text(_WHEN_SQL), postgresql_where=text(_WHEN_SQL)),
    Index("event_contact", "contact_id", "due_at", sqlite_where=text(_OPEN_SQL), postgresql_where=text(_OPEN_SQL)),
    Index("event_after", "after_key", sqlite_where=text("due_at IS NULL"), postgresql_where=text("due_at IS NULL")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    id: int
    key: str
    contact_id: int
    kind: str
    due_at: datetime | None
    planned_at: datetime
    after_key: str | None
    days: int
    seconds: int
    conversation_id: int | None
    visit: int | None
    data: Mapping[str, Any]
    created_at: datetime
    handled_at: datetime | None
    outcome: str | None
    tries: int
    set_aside_at: datetime | None
    error: str | None
    claimed_until: datetime | None

    @property
    def name(self) -> str:
        """Its key, as what its turn writes is named after it: a wait after a wait after a wait must not outgrow the column."""
        return self.key if len(self.key) <= LONGEST_NAME else f"{self.key[:60]}-{sha256(self.key.encode()).hexdigest()[:32]}"


_ADD = insert(event)
_OPEN = (event.c.handled_at.is_(None), event.c.set_aside_at.is_(None))
_NOW = event.c.due_at <= bindparam("now")
_FREE = or_(event.c.claimed_until.is_(None), event.c.claimed_until <= bindparam("now"))
_BEFORE = event.alias("before")
_FIRST_OF_ITS_CONTACT = ~exists().where(
    _BEFORE.c.contact_id == event.c.contact_id,
    _BEFORE.c.handled_at.is_(None),
    _BEFORE.c.set_aside_at.is_(None),
    _BEFORE.c.due_at <= event.c.due_at,
    or_(_BEFORE.c.due_at < event.c.due_at, _BEFORE.c.id < event.c.id),
)
_DUE = select(event.c.id).where(*_OPEN, _NOW, _FREE, _FIRST_OF_ITS_CONTACT).order_by(event.c.due_at, event.c.id).limit(bindparam("most"))
_TAKE = update(event).values(claimed_until=bindparam("until")).returning(*event.c)
_CLAIM = {
    "sqlite": _TAKE.where(event.c.id.in_(_DUE)),
    "postgresql": _TAKE.where(event.c.id == any_(func.array(_DUE.with_for_update(skip_locked=True).scalar_subquery()))),
}
_ANY_DUE = select(event.c.id).where(*_OPEN, _NOW, _FREE).limit(1)
_MINE = (event.c.id == bindparam("_id"), event.c.claimed_until == bindparam("until"), event.c.tries == bindparam("_tries"))
_RELEASE = update(event).where(*_MINE).values(claimed_until=None)
_HANDLED = (
    update(event)
    .where(event.c.id == bindparam("_id"), event.c.handled_at.is_(None))
    .values(handled_at=bindparam("now"), outcome=bindparam("outcome"))
)


def values(key: str, contact_id: int, kind: EventKind, now: datetime, **more: Any) -> dict[str, Any]:
    """The columns of a new event; due now unless `due_at` says otherwise (None: when `after_key` has been handed over)."""
    blank: dict[str, Any] = {"after_key": None, "days": 0, "seconds": 0, "conversation_id": None, "visit": None, "data": {}, "tries": 0}
    fresh = {**blank, "key": key[:160], "contact_id": contact_id, "kind": kind.value, "created_at": now, "due_at": now, **more}
    return {**fresh, "planned_at": fresh.get("planned_at") or fresh["due_at"] or now}


def add(db: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Adds events. Raises IntegrityError where a key is there already."""
    if rows:
        db.execute(_ADD, list(rows))


def add_once(db: Connection, row: Mapping[str, Any]) -> bool:
    """Adds an event unless its key is there already; whether it was added."""
    try:
        with db.begin_nested():
            db.execute(insert(event), row)
    except IntegrityError:
        return False
    return True


def known_keys(db: Connection, keys: Sequence[str]) -> frozenset[str]:
    """Those of these keys that an event has."""
    return frozenset(str(key) for (key,) in db.execute(select(event.c.key).where(event.c.key.in_([key[:160] for key in keys]))))


def is_any_due(db: Connection, now: datetime) -> bool:
    """Whether something is due that nobody is at. A look, which takes no lock."""
    return db.execute(_ANY_DUE, {"now": now}).first() is not None


def claim_due(db: Connection, now: datetime, most: int, until: datetime) -> list[EventRow]:
    """What is due and not handled, claimed until then, oldest first; of each contact only the first, as order is kept.

    One statement; what somebody else is claiming at this moment is passed over. A claim whose claimer died is over by itself.
    """
    rows = db.execute(_CLAIM[db.dialect.name], {"now": now, "most": most, "until": until}).mappings()
    return sorted((EventRow(**row) for row in rows), key=lambda row: (row.due_at or now, row.id))


def release(db: Connection, rows: Sequence[EventRow]) -> None:
    """Gives claims back: it was not their moment, and the next one who looks may have them. What has failed since waits all the same."""
    for row in rows:
        db.execute(_RELEASE, {"_id": row.id, "until": row.claimed_until, "_tries": row.tries})


def due_of(db: Connection, contact_id: int, now: datetime) -> list[EventRow]:
    """A contact's due events, in the order in which they are to be heard."""
    query = select(event).where(*_OPEN, event.c.contact_id == contact_id, event.c.due_at <= now).order_by(event.c.due_at, event.c.id)
    return [EventRow(**row) for row in db.execute(query).mappings()]


def put_right(db: Connection, now: datetime) -> None:
    """The clock was ahead: what was due when it was written is due now, and nobody is at it until a time to come."""
    ahead = (*_OPEN, event.c.created_at > now)
    db.execute(update(event).where(*ahead, event.c.due_at <= event.c.created_at).values(due_at=now))
    db.execute(update(event).where(*_OPEN, event.c.claimed_until > now).values(claimed_until=None))


def by_key(db: Connection, key: str) -> EventRow | None:
    row = db.execute(select(event).where(event.c.key == key)).mappings().first()
    return EventRow(**row) if row else None


def is_due_of(contact_id: ColumnElement[int]) -> ColumnElement[bool]:
    """The condition that a contact has an event that is due at `now` and not handled.

    Asked row by row, by the contact's index: as an EXISTS, PostgreSQL may look through all that is due, and where it has not counted
    the table lately, along the index of what is due. That one is of no use for a moment that may be missing.
    """
    moment = func.coalesce(event.c.due_at, literal(NEVER, Instant))
    first = select(event.c.id).where(*_OPEN, event.c.contact_id == contact_id, moment <= bindparam("now", type_=Instant)).limit(1)
    return first.scalar_subquery().is_not(None)


_BEHIND = select(is_due_of(bindparam("contact_id")))


def is_open(db: Connection, event_id: int) -> bool:
    """Whether an event is still to be heard."""
    return db.execute(select(event.c.id).where(event.c.id == event_id, *_OPEN)).first() is not None


def is_behind(db: Connection, contact_id: int, now: datetime) -> bool:
    """Whether a contact has an event that is due and not handled."""
    return bool(db.execute(_BEHIND, {"contact_id": contact_id, "now": now}).scalar_one())


def handled(db: Connection, event_id: int, now: datetime, outcome: str) -> bool:
    """Marks an event as heard; False where somebody else has heard it already."""
    return db.execute(_HANDLED, {"_id": event_id, "now": now, "outcome": outcome[:80]}).rowcount == 1


def failed(db: Connection, row: EventRow, now: datetime, error: str) -> bool:
    """Counts a failed try, and lets nobody try again for a moment; True where it was the last one, and the event is set aside."""
    is_last = row.tries + 1 >= MOST_TRIES
    after = {"set_aside_at": now} if is_last else {"claimed_until": now + WAITS[row.tries]}
    db.execute(update(event).where(event.c.id == row.id).values(tries=event.c.tries + 1, error=error[:2000], **after))
    return is_last


def waits(row: EventRow, now: datetime) -> bool:
    """Whether it failed a moment ago: it is tried again later."""
    return row.tries > 0 and row.claimed_until is not None and row.claimed_until > now


def begin_spans(db: Connection, after_key: str) -> list[EventRow]:
    """The events whose span begins now that this message has been handed over."""
    query = select(event).where(event.c.after_key == after_key, event.c.due_at.is_(None), event.c.handled_at.is_(None))
    return [EventRow(**row) for row in db.execute(query).mappings()]


def set_due(db: Connection, event_id: int, due_at: datetime) -> None:
    db.execute(update(event).where(event.c.id == event_id).values(due_at=due_at, planned_at=due_at))


def backlog(db: Connection, now: datetime) -> tuple[int, int]:
    """How many events are due and unhandled, and how many were set aside."""
    n_due = select(func.count()).select_from(event).where(*_OPEN, event.c.due_at <= now)
    n_aside = select(func.count()).select_from(event).where(event.c.set_aside_at.is_not(None), event.c.handled_at.is_(None))
    return int(db.execute(n_due).scalar_one()), int(db.execute(n_aside).scalar_one())


def upcoming(db: Connection, contact_id: int, limit: int = 5) -> list[EventRow]:
    """A contact's events to come."""
    query = select(event).where(*_OPEN, event.c.contact_id == contact_id, event.c.due_at.is_not(None)).order_by(event.c.due_at).limit(limit)
    return [EventRow(**row) for row in db.execute(query).mappings()]
