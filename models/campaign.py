"""A campaign and its runs: each occurrence of it (a pilot and the rest are two) with its timetable by zone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from models.store import Id, Instant, metadata


class State(StrEnum):
    """Where a campaign stands. A draft may still be changed; what has begun is what it was."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"
    CANCELED = "canceled"


MOVES: Mapping[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.RUNNING, State.CANCELED}),
    State.RUNNING: frozenset({State.PAUSED, State.ENDED, State.CANCELED}),
    State.PAUSED: frozenset({State.RUNNING, State.ENDED, State.CANCELED}),
}
"""What may follow what."""


class Phase(StrEnum):
    """Which of a campaign's people a run is for."""

    ALL = "all"
    PILOT = "pilot"
    REST = "rest"


campaign = Table(
    "campaign",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("why", Text, nullable=False),  # it is paused, ended or canceled; nothing personal
    Column("waived_at", Instant),  # a person resumed what a pilot, or the carrier's filters, had stopped: the pilots until then are heard
    Column("budget_micros", BigInteger),  # millionths of the currency of the price table
    Column("heard_id", Id, nullable=False),  # up to which incoming text `then: on: reply` has looked
    Column("clicked_id", Id, nullable=False),  # and up to which line of the log `on: click` has
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(200), nullable=False),
    Column("started_at", Instant),
    Column("started_by", String(200)),
    Column("resumed_at", Instant),  # who resumes it has decided that what waited is still of use
    Column("ended_at", Instant),
)

run = Table(
    "run",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaign.id"), nullable=False),
    Column("at_local", String(16), nullable=False),  # the wall time that it stands for: 2026-12-24T10:00
    Column("phase", String(8), nullable=False),
    Column("as_of", Instant, nullable=False),  # who belongs to the segment is asked as of this moment, however long the planning takes
    Column("up_to", Id, nullable=False),  # the last contact there was then
    Column("zoned", Id, nullable=False),  # the last contact whose zone was looked at
    Column("planned", Id, nullable=False),  # the last contact that was planned
    Column("planned_at", Instant),  # all were
    Column("released_at", Instant),  # all were released
    UniqueConstraint("campaign_id", "at_local", "phase"),
)

slot = Table(
    "slot",
    metadata,
    Column("run_id", Id, ForeignKey("run.id"), primary_key=True),
    Column("zone", String(64), primary_key=True),
    Column("n", Integer, primary_key=True),  # of the equal parts of `spread`
    Column("due_at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignRow:
    id: int
    name: str
    title: str
    file: str
    source: str
    state: str
    why: str
    waived_at: datetime | None
    budget_micros: int | None
    heard_id: int
    clicked_id: int
    created_at: datetime
    created_by: str
    started_at: datetime | None
    started_by: str | None
    resumed_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    id: int
    campaign_id: int
    at_local: str
    phase: str
    as_of: datetime
    up_to: int
    zoned: int
    planned: int
    planned_at: datetime | None
    released_at: datetime | None


# --- campaigns --------------------------------------------------------------------------------------------------------


def by_name(db: Connection, name: str) -> CampaignRow | None:
    row = db.execute(select(campaign).where(campaign.c.name == name)).mappings().first()
    return CampaignRow(**row) if row else None


def by_id(db: Connection, campaign_id: int) -> CampaignRow | None:
    row = db.execute(select(campaign).where(campaign.c.id == campaign_id)).mappings().first()
    return CampaignRow(**row) if row else None


def listed(db: Connection) -> list[CampaignRow]:
    """Every campaign, newest first."""
    return [CampaignRow(**row) for row in db.execute(select(campaign).order_by(campaign.c.id.desc())).mappings()]


def running(db: Connection) -> list[CampaignRow]:
    """Those that run, oldest first."""
    query = select(campaign).where(campaign.c.state == State.RUNNING.value).order_by(campaign.c.id)
    return [CampaignRow(**row) for row in db.execute(query).mappings()]


def paused(db: Connection) -> dict[int, str]:
    """Why each campaign that waits does so, by its id: asked whenever one of its texts is claimed."""
    query = select(campaign.c.id, campaign.c.why).where(campaign.c.state == State.PAUSED.value)
    return {row.id: row.why for row in db.execute(query)}


def purse(campaign_id: int) -> str:
    """The name under which a campaign's spending is summed, among days and months (models/spend.py)."""
    return f"c{campaign_id}"


def state_of(db: Connection, campaign_id: int) -> State:
    return State(db.execute(select(campaign.c.state).where(campaign.c.id == campaign_id)).scalar_one())


def is_running(db: Connection, campaign_id: int) -> bool:
    """Whether it runs; until the end of the transaction nobody pauses or cancels it."""
    query = select(campaign.c.state).where(campaign.c.id == campaign_id)
    query = query if db.dialect.name == "sqlite" else query.with_for_update(read=True)  # SQLite has one writer
    return bool(db.execute(query).scalar_one() == State.RUNNING)


def put_draft(db: Connection, name: str, *, title: str, file: str, source: str, by: str, now: datetime) -> bool:
    """Writes a draft, a new one or over the one of that name; False where the campaign has begun and is what it was."""
    said = {"title": title, "file": file, "source": source, "created_by": by, "created_at": now}
    over = update(campaign).where(campaign.c.name == name, campaign.c.state == State.DRAFT.value)
    if db.execute(over.values(**said)).rowcount == 1:
        return True
    blank = {"state": State.DRAFT.value, "why": "", "heard_id": 0, "clicked_id": 0}
    try:
        with db.begin_nested():
            db.execute(insert(campaign).values(name=name, **said, **blank))
    except IntegrityError:
        return False
    return True


def move(db: Connection, campaign_id: int, to: State, **changes: Any) -> bool:
    """Moves a campaign by the table of moves; False where the table has no such move from where it stands."""
    sources = [state.value for state, ways in MOVES.items() if to in ways]
    statement = update(campaign).where(campaign.c.id == campaign_id, campaign.c.state.in_(sources))
    return db.execute(statement.values(state=to.value, **changes)).rowcount == 1


def change(db: Connection, campaign_id: int, **changes: Any) -> None:
    """Changes what is not a move."""
    db.execute(update(campaign).where(campaign.c.id == campaign_id).values(**changes))


# --- runs -------------------------------------------------------------------------------------------------------------


def add_run(db: Connection, campaign_id: int, at_local: str, phase: Phase, *, as_of: datetime, up_to: int) -> bool:
    """Adds a run; False where another clock was faster."""
    fresh = {"campaign_id": campaign_id, "at_local": at_local, "phase": phase.value, "as_of": as_of, "up_to": up_to}
    try:
        with db.begin_nested():
            db.execute(insert(run).values(**fresh, zoned=0, planned=0))
    except IntegrityError:
        return False
    return True


def runs(db: Connection, campaign_id: int) -> list[RunRow]:
    """A campaign's runs, in the order in which they began."""
    query = select(run).where(run.c.campaign_id == campaign_id).order_by(run.c.id)
    return [RunRow(**row) for row in db.execute(query).mappings()]


def run_by_id(db: Connection, run_id: int) -> RunRow | None:
    row = db.execute(select(run).where(run.c.id == run_id)).mappings().first()
    return RunRow(**row) if row else None


def advance(db: Connection, row: RunRow, **to: Any) -> bool:
    """Moves a run's places on, from exactly where `row` saw them; False where another clock was faster."""
    same = (run.c.id == row.id, run.c.zoned == row.zoned, run.c.planned == row.planned)
    return db.execute(update(run).where(*same).values(**to)).rowcount == 1


def set_released(db: Connection, run_id: int, now: datetime) -> None:
    db.execute(update(run).where(run.c.id == run_id, run.c.released_at.is_(None)).values(released_at=now))


def set_slots(db: Connection, run_id: int, slots: Sequence[tuple[str, int, datetime]]) -> None:
    """The timetable of a run: zone, part of the spread, moment."""
    if slots:
        db.execute(insert(slot), [{"run_id": run_id, "zone": zone, "n": n, "due_at": due_at} for zone, n, due_at in slots])


def slots(db: Connection, run_id: int) -> list[tuple[str, int, datetime]]:
    query = select(slot.c.zone, slot.c.n, slot.c.due_at).where(slot.c.run_id == run_id).order_by(slot.c.due_at, slot.c.zone)
    return [(zone, n, due_at) for zone, n, due_at in db.execute(query)]
