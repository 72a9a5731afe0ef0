"""A restored copy of an installation: when it was armed, and the starts that it leaves alone, as the original may have made them."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select, update

from models import meta
from models.event import EventKind, event

ARMED, MADE = "armed_at", "restored_made_at"
WHY = "due before a restored copy was armed: the original may have said it"
_CLOCK_CHANGE = timedelta(hours=1)
_BATCH = 500


def made_at(db: Connection) -> datetime | None:
    """When the backup was made whose copy this is. None where it is no copy."""
    at = meta.get(db, MADE)
    return datetime.fromisoformat(at) if at else None


def set_made(db: Connection, at: datetime) -> None:
    meta.put(db, MADE, at.isoformat())


def armed_at(db: Connection) -> datetime | None:
    """When this copy was armed, if its original had lived on: what was due until then is the original's."""
    at = meta.get(db, ARMED)
    return datetime.fromisoformat(at) if at else None


def set_armed(db: Connection, now: datetime) -> None:
    meta.put(db, ARMED, now.isoformat())


def drop_starts(db: Connection, until: datetime, *, asked: bool) -> int:
    """Marks as heard the starts, and the steps on a silence, that came due up to then; how many.

    A step whose text had not left yet may have come due on the original as soon as its span after its release.
    asked: also what people started (`parley start`).
    """
    kinds = (EventKind.START.value, EventKind.LATER.value)
    waits = (event.c.kind.in_(kinds), event.c.handled_at.is_(None), event.c.set_aside_at.is_(None))
    mine = () if asked else (event.c.key.not_like("start-%"),)
    query = select(event.c.id, event.c.due_at, event.c.created_at, event.c.days, event.c.seconds)
    due = or_(event.c.due_at.is_(None), event.c.due_at <= until)
    found = []
    for row in db.execute(query.where(*waits, *mine, due)):
        span = timedelta(days=row.days, seconds=row.seconds)
        if (row.due_at or row.created_at + span - _CLOCK_CHANGE) <= until:
            found.append(row.id)
    for n in range(0, len(found), _BATCH):
        db.execute(update(event).where(event.c.id.in_(found[n : n + _BATCH])).values(handled_at=until, outcome=WHY))
    return len(found)
