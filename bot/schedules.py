"""Schedules that have come: a `schedule:` trigger starts its flow for everybody in its segment, at each contact's own local hour.

The contacts are looked through, a batch at a time, when an occurrence has come somewhere on earth since the last look. Until when that
was done is kept for each schedule; a clock that dies on the way looks again, and the key of a start (flow, contact, local date and hour)
makes the second one no other. So do two clocks no harm.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, partial
from zoneinfo import available_timezones

import structlog
from sqlalchemy import ColumnElement, Connection
from sqlalchemy.exc import IntegrityError

from bot import people
from bot.process import Process
from flows import localtime
from flows.parse_audience import parse_segment
from flows.schedule import next_time
from flows.spans import total_seconds
from flows.types import Flow, Schedule, ScheduleTrigger
from models import contact, event, meta, restored
from models.audience import Frame, condition
from models.contact import ContactRow
from models.event import EventKind
from scheduler.windows import send_at

log = structlog.get_logger(__name__)

BATCH = 200
LONGEST_REST = timedelta(days=7)
"""Quiet hours put nothing off for longer: what is older than that and the flow's `late` is late for everybody."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A schedule of a live flow. since: until when it was looked through, or when it was published."""

    flow: Flow
    trigger: ScheduleTrigger
    since: datetime

    @property
    def name(self) -> str:
        return name_of(self.flow, self.trigger)


Times = Callable[[str], Sequence[datetime]]
"""The occurrences that have come in a zone."""


def name_of(flow: Flow, trigger: ScheduleTrigger) -> str:
    """Another phrase or segment is another schedule, which begins when it is published."""
    return f"{flow.name} {trigger.phrase} {trigger.segment}"


def start_due(process: Process) -> int:
    """Starts what has come since the last look; how many starts. One that is more than its flow's `late` behind is let go."""
    if not process.armed:
        return 0
    now = process.now()
    planned = _live(process)
    started = sum(_look_through(process, one, now) for one in planned)
    _keep(process, planned, now)
    if started:
        process.bell.ring()
    return started


def _live(process: Process) -> list[Planned]:
    shelf = process.shelf.newest()
    found = [(flow, one) for flow in shelf.catalogue.flows.values() for one in flow.triggers if isinstance(one, ScheduleTrigger)]
    with process.store.read() as db:
        kept, armed = meta.get(db, meta.SCHEDULES, {}), restored.armed_at(db)
    looked = {name: datetime.fromisoformat(at) for name, at in kept.items()}
    since = [looked.get(name_of(flow, one), shelf.revisions[flow.name].published_at) for flow, one in found]
    return [Planned(flow, one, max(at, armed or at)) for (flow, one), at in zip(found, since, strict=True)]


def _keep(process: Process, planned: Sequence[Planned], now: datetime) -> None:
    """Until when each was looked through. One that is live no more is forgotten: taken up again, it begins anew."""
    try:
        with process.store.write() as db:
            meta.put(db, meta.SCHEDULES, {one.name: now.isoformat() for one in planned})
    except IntegrityError:  # another clock wrote it for the first time at the same moment: a look from there on is as good
        log.info("schedules kept by another clock")


def _look_through(process: Process, planned: Planned, now: datetime) -> int:
    """Starts the flow of a schedule for whom it has come; how many."""
    oldest = now - timedelta(seconds=total_seconds(planned.flow.late)) - LONGEST_REST
    times = lru_cache(maxsize=None)(partial(_came, planned.trigger.when, max(planned.since, oldest), now))
    if not any(map(times, _zones())):
        return 0
    started, last_id = 0, 0
    frame = Frame(sqlite=process.store.sqlite, at=now, zone=process.settings.timezone)
    inside = condition(parse_segment(planned.trigger.segment or "all"), frame)
    while rows := _after(process, last_id, inside):
        last_id = rows[-1].id
        starts = [start for row in rows for start in _starts(planned, row, times, now)]
        started += _store(process, starts, now)
    log.info("schedule looked through", flow=planned.flow.name, started=started)
    return started


def _after(process: Process, last_id: int, inside: ColumnElement[bool]) -> list[ContactRow]:
    with process.store.read() as db:
        return contact.opted_in_after(db, last_id, BATCH, inside)


def _came(when: Schedule, since: datetime, now: datetime, zone: str) -> tuple[datetime, ...]:
    """The occurrences in a zone after `since`, up to now."""
    found: list[datetime] = []
    moment = next_time(when, since, now, zone)
    while moment <= now:
        found.append(moment)
        moment = next_time(when, moment, now, zone)
    return tuple(found)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    """Every zone there is: some six hundred. To ask them all costs less than to look through the contacts."""
    return frozenset(available_timezones())


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    key: str
    contact_id: int
    flow: str
    due: datetime


def _starts(planned: Planned, row: ContactRow, times: Times, now: datetime) -> Iterator[Start]:
    """The starts of one contact that are due and not late; none that came before we knew them."""
    zone = people.zone(row)
    for due in times(zone):
        if due >= row.created_at and not _is_late(planned.flow, row, due, now):
            key = f"schedule-{planned.flow.name}-{row.id}-{localtime.to_local(due, zone):%Y%m%d}-{planned.trigger.when.at:%H%M}"
            yield Start(key=key, contact_id=row.id, flow=planned.flow.name, due=due)


def _is_late(flow: Flow, row: ContactRow, due: datetime, now: datetime) -> bool:
    """`late` counts from the first moment at which the text might leave, as it does for the text itself."""
    leaves = send_at(due, people.place(row), flow.purpose)
    return now > localtime.add(leaves, flow.late, people.zone(row))


def _store(process: Process, starts: Sequence[Start], now: datetime) -> int:
    """Events for the starts that are not known; how many."""
    if not starts:
        return 0
    with process.store.read() as db:
        known = event.known_keys(db, [start.key for start in starts])
    fresh = [start for start in starts if start.key not in known]
    if not fresh:
        return 0
    with process.store.write() as db:
        return sum(_add(db, start, now) for start in fresh)


def _add(db: Connection, start: Start, now: datetime) -> bool:
    values = event.values(start.key, start.contact_id, EventKind.START, now, data={"flow": start.flow}, planned_at=start.due)
    return event.add_once(db, values)
