"""What waits in the outbox, by lanes, so that a claim costs what may leave now and not what waits.

A lane is a rank with a sender: answers first, then what nobody asked for, sender by sender, each in the order in which it may
leave. A lane whose sender is busy, and rows that are held, are never looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, and_, bindparam, case, false, func, literal, or_, select, text, true, tuple_

from models import event
from models.message import MessageRow, Status, message
from models.store import Instant


class Rank(IntEnum):
    """Which text leaves first. Answers (replies, notices, a person's texts) and texts to test contacts wait for no sender's turn."""

    ANSWER = 0
    TEST = 1
    SERVICE = 2
    MARKETING = 3


PATIENCE = timedelta(minutes=1)
"""An answer waits for an earlier text to its contact for so long; what nobody asked for waits as long as it takes."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane in which something waits. ready_at: from when its first text may leave."""

    name: str
    ready_at: datetime

    @property
    def rank(self) -> Rank:
        return rank_of(self.name)

    @property
    def sender(self) -> str:
        """The number or service of ours whose turn it waits for; empty where the row names none."""
        return self.name[1:]


def lane_of(row: Mapping[str, Any]) -> str:
    """The lane of a message, by its columns."""
    if row["urgency"] not in ("service", "marketing"):
        return str(int(Rank.ANSWER))
    if row.get("test"):
        return str(int(Rank.TEST))
    rank = Rank.SERVICE if row["urgency"] == "service" else Rank.MARKETING
    return f"{int(rank)}{row.get('ours') or ''}"


def rank_of(lane: str) -> Rank:
    return Rank(int(lane[:1] or "0"))


_QUEUED = message.c.status == literal(Status.QUEUED.value, String, literal_execute=True)  # said aloud, so that the partial index is seen
_START = (datetime.min.replace(tzinfo=UTC), 0)
_FIRST = select(select(message.c.lane).where(_QUEUED).order_by(message.c.lane).limit(1).scalar_subquery().label("lane")).cte(
    "lanes", recursive=True
)
_NEXT = select(message.c.lane).where(_QUEUED, message.c.lane > _FIRST.c.lane).order_by(message.c.lane).limit(1).scalar_subquery()
_LANES = _FIRST.union_all(select(_NEXT).where(_FIRST.c.lane.is_not(None)))
_HEAD = (
    select(message.c.not_before)
    .where(_QUEUED, message.c.lane == _LANES.c.lane)
    .order_by(message.c.lane, message.c.not_before, message.c.id)
    .limit(1)
    .scalar_subquery()
)
_OPEN = select(_LANES.c.lane, _HEAD.label("ready_at")).where(_LANES.c.lane.is_not(None))
_READY = (_QUEUED, message.c.not_before <= bindparam("now"))
_ORDER = (message.c.not_before, message.c.id)


def _asked_of_each(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition, in words of which PostgreSQL believes that half of all rows meet it.

    What it takes for a rarity (a subquery that finds nothing) makes it read a whole lane and sort it: a second for ten thousand texts,
    where the first few in the order of the index do.
    """
    return case((condition, true()), else_=false())


_EARLIER = message.alias("earlier")
_IS_NEXT = (
    select(_EARLIER.c.id)
    .where(text("earlier.status IN ('queued','sending') AND earlier.handed_over_at IS NULL"))  # as the partial index says it
    .where(
        _EARLIER.c.contact_id == message.c.contact_id,
        _EARLIER.c.id < message.c.id,
        _EARLIER.c.direction == "out",
        _asked_of_each(_EARLIER.c.conversation_id.is_not_distinct_from(message.c.conversation_id)),
        func.substr(_EARLIER.c.lane, 1, 1) <= func.substr(message.c.lane, 1, 1),
        _EARLIER.c.not_before <= bindparam("now"),
    )
    .order_by(_EARLIER.c.contact_id, _EARLIER.c.id)  # as its index has them: the first is enough
    .limit(1)
    .scalar_subquery()
    .is_(None)
)
"""No earlier text of its conversation is due or on its way: after an outage there are thousands behind such ones."""
_WAITING = (
    select(message)
    .where(*_READY, message.c.lane == bindparam("lane"), _asked_of_each(~event.is_due_of(message.c.contact_id)), _asked_of_each(_IS_NEXT))
    .where(tuple_(*_ORDER) > tuple_(bindparam("after_at", type_=Instant), bindparam("after_id")))
    .order_by(*_ORDER)
    .limit(bindparam("most"))
)
_OF_ONE = select(message).where(*_READY, message.c.contact_id == bindparam("contact_id")).order_by(message.c.lane, *_ORDER)
_UNSENT = text("message.status IN ('queued','sending') AND message.handed_over_at IS NULL")  # as the partial index says it
_AHEAD = (
    select(func.max(message.c.not_before))
    .where(_UNSENT)
    .where(message.c.contact_id == bindparam("contact_id"), message.c.id < bindparam("id"), message.c.direction == "out")
    .where(
        or_(
            func.substr(message.c.key, 1, bindparam("n_turn")) == bindparam("turn"),
            and_(
                message.c.conversation_id.is_not_distinct_from(bindparam("conversation_id")),
                message.c.lane < bindparam("beyond"),
                message.c.not_before <= bindparam("patience"),
            ),
        )
    )
)


def answer_waits_for(contact_id: ColumnElement[int]) -> ColumnElement[bool]:
    """An answer to the contact waits for a worker and may leave before `soon`; and none has waited for longer than since `recent`."""
    answer = func.substr(message.c.lane, 1, 1) == str(int(Rank.ANSWER))  # not by its lane's index: after an outage thousands stand there
    waits = (answer, message.c.status == Status.QUEUED.value, message.c.direction == "out")
    oldest = select(func.min(message.c.created_at)).where(_UNSENT, message.c.contact_id == contact_id, *waits)
    return oldest.where(message.c.not_before <= bindparam("soon")).scalar_subquery() > bindparam("recent", type_=Instant)


def lanes(db: Connection, now: datetime) -> list[Lane]:
    """The lanes from which a text may leave now, the most urgent first, then the one that has waited longest."""
    found = [Lane(lane, ready_at) for lane, ready_at in db.execute(_OPEN) if ready_at <= now]
    return sorted(found, key=lambda lane: (lane.rank, lane.ready_at))


def waiting(db: Connection, lane: str, now: datetime, most: int, after: MessageRow | None = None) -> list[MessageRow]:
    """The texts of a lane that may leave now, in order. On PostgreSQL those that another worker looks at are passed over.

    None to a contact of whom something is still to be heard, and of each conversation only the first: after an outage thousands wait for
    that, at the head of their lane.
    """
    at, last = (after.not_before or _START[0], after.id) if after else _START
    query = _WAITING if db.dialect.name == "sqlite" else _WAITING.with_for_update(skip_locked=True)
    values = {"lane": lane, "now": now, "most": most, "after_at": at, "after_id": last}
    return [MessageRow(**row) for row in db.execute(query, values).mappings()]


def waiting_of(db: Connection, contact_id: int, now: datetime) -> list[MessageRow]:
    """The texts to one contact that may leave now, in order."""
    query = _OF_ONE if db.dialect.name == "sqlite" else _OF_ONE.with_for_update(skip_locked=True)
    return [MessageRow(**row) for row in db.execute(query, {"now": now, "contact_id": contact_id}).mappings()]


def held_by(db: Connection, row: MessageRow, patience: datetime) -> datetime | None:
    """Until when an earlier text to the same contact is held that must leave before this one; None where there is none.

    One of the same turn must. One of the same conversation must too, unless it is less urgent, or held for longer than `patience`:
    an answer does not wait until the morning for a reminder.
    """
    known = {name: getattr(row, name) for name in ("id", "contact_id", "conversation_id")}
    turn = f"{(row.key or '').rpartition('-')[0]}-"  # a text's key is its turn's with a number
    beyond = str(rank_of(row.lane) + 1)
    until: datetime | None = db.execute(
        _AHEAD, {**known, "turn": turn, "n_turn": len(turn), "beyond": beyond, "patience": patience}
    ).scalar_one()
    return until
