"""Unasked work that waits: how much, as far as it matters (counting stops at a limit), and taking it back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, literal, or_, select, update

from models.event import EventKind, event
from models.message import Status, message
from models.store import Instant

_UNASKED = ("service", "marketing")


def n_starts(db: Connection, now: datetime, most: int) -> int:
    """Starts that wait to be heard; at most `most`."""
    open_ = (event.c.handled_at.is_(None), event.c.set_aside_at.is_(None), event.c.due_at <= literal(now, Instant))
    some = select(event.c.id).where(*open_, event.c.kind == EventKind.START.value).limit(most).subquery()
    return int(db.execute(select(func.count()).select_from(some)).scalar_one())


def n_unasked(db: Connection, now: datetime, most: int) -> int:
    """Unasked texts that wait for nothing but their turn; at most `most`."""
    ready = or_(message.c.not_before.is_(None), message.c.not_before <= literal(now, Instant))
    unasked = message.c.urgency.in_(_UNASKED)
    some = select(message.c.id).where(message.c.status == Status.QUEUED.value, unasked, ready).limit(most).subquery()
    return int(db.execute(select(func.count()).select_from(some)).scalar_one())


def drop_starts(db: Connection, run_ids: Sequence[int], now: datetime, why: str) -> int:
    """Marks as heard what the runs of a campaign still have to start, now or later; how many."""
    if not run_ids:
        return 0
    named = or_(*(event.c.key.like(f"campaign-{run_id}-%") for run_id in run_ids))
    kinds = (EventKind.START.value, EventKind.LATER.value)
    dropped = update(event).where(event.c.handled_at.is_(None), event.c.kind.in_(kinds), named)
    return db.execute(dropped.values(handled_at=now, outcome=why[:80])).rowcount


def cancel_texts(db: Connection, campaign_id: int) -> int:
    """Takes back the texts of a campaign that nobody asked for and that have not left; how many."""
    waits = (message.c.campaign_id == campaign_id, message.c.status == Status.QUEUED.value, message.c.urgency.in_(_UNASKED))
    return db.execute(update(message).where(*waits).values(status=Status.CANCELED.value, reason="the campaign was canceled")).rowcount
