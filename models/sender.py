"""The pace of each number of ours: until when what it has been given keeps it busy, and at what share of its rate it may go.

Times are seconds since the epoch, as sums of them are the same statement on both databases. A row is made when a sender first
sends by the API; all workers share it, so that two of them are not twice as fast.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Double, String, Table, bindparam, case, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from models.store import metadata

AHEAD_S = 3.0
"""A sender may be given so many seconds of work at once: workers look every 2 s, and must not waste what lies between."""
SLOWEST = 1 / 64
STEP = 1 / 16
"""How much of its rate a slowed sender gets back with every text that the provider takes."""
CALM_S = 2.0
"""Refusals within so many seconds are one: they answer texts that were sent at the same pace."""

sender = Table(
    "sender",
    metadata,
    Column("name", String(64), primary_key=True),  # a number or a messaging service of ours
    Column("busy_until_s", Double, nullable=False),
    Column("share", Double, nullable=False),  # of its rate: 1, or less after the provider said that it is too fast
    Column("slowed_s", Double, nullable=False),  # when it was last slowed; 0: never
    Column("resting_until_s", Double, nullable=False, server_default="0"),  # its marketing waits until then
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderRow:
    name: str
    busy_until_s: float
    share: float
    slowed_s: float
    resting_until_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupied:
    """Senders whose unasked texts wait. busy: until their pace lets them; resting: their marketing, until the carrier's next day."""

    busy: frozenset[str]
    resting: frozenset[str]


_THIS = sender.c.name == bindparam("_name")
_FROM: ColumnElement[float] = case((sender.c.busy_until_s > bindparam("_now_s"), sender.c.busy_until_s), else_=bindparam("_now_s"))
_CHARGE = update(sender).where(_THIS).values(busy_until_s=_FROM + bindparam("_cost_s") / sender.c.share)
_TAKE = _CHARGE.where(sender.c.busy_until_s <= bindparam("_now_s") + AHEAD_S).returning(sender.c.share)
_OCCUPIED = select(sender.c.name, sender.c.busy_until_s, sender.c.resting_until_s).where(
    or_(sender.c.busy_until_s > bindparam("_now_s") + AHEAD_S, sender.c.resting_until_s > bindparam("_now_s"))
)
_HALVED: ColumnElement[float] = case((sender.c.share > 2 * SLOWEST, sender.c.share / 2), else_=SLOWEST)
_HALVE = update(sender).where(_THIS, sender.c.slowed_s <= bindparam("_now_s") - CALM_S).values(share=_HALVED, slowed_s=bindparam("_now_s"))
_FASTER: ColumnElement[float] = case((sender.c.share < 1 - STEP, sender.c.share + STEP), else_=1.0)


def occupied(db: Connection, now_s: float) -> Occupied:
    """Which senders have enough to do, and which rest."""
    rows = db.execute(_OCCUPIED, {"_now_s": now_s}).all()
    return Occupied(
        busy=frozenset(name for name, busy_until_s, _ in rows if busy_until_s > now_s + AHEAD_S),
        resting=frozenset(name for name, _, resting_until_s in rows if resting_until_s > now_s),
    )


def rest(db: Connection, name: str, until_s: float) -> None:
    """Its marketing waits until then: the carrier takes no more of it today."""
    if not db.execute(update(sender).where(sender.c.name == name).values(resting_until_s=until_s)).rowcount:
        _add(db, name, 0.0, resting_until_s=until_s)


def take(db: Connection, name: str, now_s: float, cost_s: float) -> float | None:
    """Gives a sender work of so many seconds, if it is its turn; at which share of its rate it goes. None: it is busy."""
    known = db.execute(_TAKE, {"_name": name, "_now_s": now_s, "_cost_s": cost_s}).first()
    if known is not None:
        return float(known[0])
    return 1.0 if _add(db, name, now_s + cost_s) else None


def charge(db: Connection, name: str, now_s: float, cost_s: float) -> None:
    """Charges a sender with what left without waiting for its turn."""
    if db.execute(_CHARGE, {"_name": name, "_now_s": now_s, "_cost_s": cost_s}).rowcount == 0:
        _add(db, name, now_s + cost_s)


def halve(db: Connection, name: str, now_s: float) -> None:
    """The provider said that it is too fast."""
    if not db.execute(_HALVE, {"_name": name, "_now_s": now_s}).rowcount:
        _add(db, name, now_s, share=0.5, slowed_s=now_s)


def quicken(db: Connection, name: str) -> None:
    """The provider took a text: a slowed sender gets back a step of its rate."""
    db.execute(update(sender).where(sender.c.name == name, sender.c.share < 1).values(share=_FASTER))


def put_right(db: Connection, now_s: float, ahead_s: float) -> None:
    """The clock was ahead by so much: nobody is busy, or was slowed, in the future."""
    for column in (sender.c.busy_until_s, sender.c.slowed_s):
        db.execute(update(sender).where(column > now_s).values({column: case((column - ahead_s > now_s, column - ahead_s), else_=now_s)}))


def by_name(db: Connection, name: str) -> SenderRow | None:
    row = db.execute(select(sender).where(sender.c.name == name)).mappings().first()
    return SenderRow(**row) if row else None


def _add(db: Connection, name: str, busy_until_s: float, share: float = 1.0, slowed_s: float = 0.0, resting_until_s: float = 0.0) -> bool:
    """A sender that was never seen; False where it is there."""
    add: Callable[[Table], Any] = sqlite.insert if db.dialect.name == "sqlite" else postgresql.insert
    values = {"name": name, "busy_until_s": busy_until_s, "share": share, "slowed_s": slowed_s, "resting_until_s": resting_until_s}
    return db.execute(add(sender).values(**values).on_conflict_do_nothing().returning(sender.c.name)).first() is not None
