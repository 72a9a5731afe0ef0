"""What staff have to know: one row for each thing that is wrong, counted while it is open. Nothing personal stands in it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, Connection, Index, Integer, String, Table, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from models.store import Id, Instant, metadata


class AlarmKind(StrEnum):
    """What is wrong. bot/alarms.py says each in words, and what to do."""

    PAUSED = "paused"
    MISCONFIGURED = "misconfigured"
    BUG = "bug"
    FILTERED = "filtered"
    EVENT_SET_ASIDE = "event_set_aside"
    SPOOL_REFUSED = "spool_refused"
    SPOOL_FULL = "spool_full"
    CALL_REFUSED = "call_refused"
    READING = "reading"
    SPENDING = "spending"
    CAMPAIGN = "campaign"
    RESTING = "resting"
    NONSENSE = "nonsense"
    UNRESOLVED = "unresolved"


alarm = Table(
    "alarm",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(24), nullable=False),
    Column("detail", String(200), nullable=False),  # a code, a flow, a sender of ours; never a contact or a text
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("n", Integer, nullable=False),
    Column("closed_at", Instant),
    Column("closed_by", String(200)),
    Index(
        "alarm_one_open",
        "kind",
        "detail",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRow:
    id: int
    kind: str
    detail: str
    first_at: datetime
    last_at: datetime
    n: int
    closed_at: datetime | None
    closed_by: str | None


def raise_or_count(db: Connection, kind: AlarmKind, detail: str, now: datetime) -> None:
    """Opens an alarm, or counts it where the same one is open."""
    detail = detail[:200]
    if _counted(db, kind, detail, now):
        return
    try:
        with db.begin_nested():
            db.execute(insert(alarm).values(kind=kind.value, detail=detail, first_at=now, last_at=now, n=1))
    except IntegrityError:  # somebody raised it at the same moment
        _counted(db, kind, detail, now)


def _counted(db: Connection, kind: AlarmKind, detail: str, now: datetime) -> bool:
    same = (alarm.c.kind == kind.value, alarm.c.detail == detail, alarm.c.closed_at.is_(None))
    return db.execute(update(alarm).where(*same).values(n=alarm.c.n + 1, last_at=now)).rowcount > 0


def was_raised(db: Connection, kind: AlarmKind, detail: str) -> bool:
    """Whether there is such an alarm, open or closed."""
    return db.execute(select(alarm.c.id).where(alarm.c.kind == kind.value, alarm.c.detail == detail).limit(1)).first() is not None


def open_ones(db: Connection) -> list[AlarmRow]:
    """What nobody has seen to, the latest first."""
    query = select(alarm).where(alarm.c.closed_at.is_(None)).order_by(alarm.c.last_at.desc(), alarm.c.id.desc())
    return [AlarmRow(**row) for row in db.execute(query).mappings()]


def count_open(db: Connection) -> int:
    return int(db.execute(select(func.count()).select_from(alarm).where(alarm.c.closed_at.is_(None))).scalar_one())


def closed_ones(db: Connection, limit: int = 20) -> list[AlarmRow]:
    """What was seen to last."""
    query = select(alarm).where(alarm.c.closed_at.is_not(None)).order_by(alarm.c.closed_at.desc(), alarm.c.id.desc()).limit(limit)
    return [AlarmRow(**row) for row in db.execute(query).mappings()]


def is_known(db: Connection, alarm_id: int) -> bool:
    return db.execute(select(alarm.c.id).where(alarm.c.id == alarm_id)).first() is not None


def close(db: Connection, alarm_id: int, now: datetime, by: str) -> bool:
    """Somebody has seen to it; False where it is closed already. by: the name of a member of staff, or of a command."""
    this = update(alarm).where(alarm.c.id == alarm_id, alarm.c.closed_at.is_(None))
    return db.execute(this.values(closed_at=now, closed_by=by[:200])).rowcount == 1


def close_kind(db: Connection, kind: AlarmKind, now: datetime, by: str) -> None:
    """Closes every open alarm of a kind: what it warned of is over."""
    these = update(alarm).where(alarm.c.kind == kind.value, alarm.c.closed_at.is_(None))
    db.execute(these.values(closed_at=now, closed_by=by[:200]))
