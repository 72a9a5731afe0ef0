"""Dates on contacts that have come: an `event:` trigger starts its flow, once, where the contact lives.

Never after the event, unless its `offset` says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import structlog
from sqlalchemy import Connection

from bot import people
from bot.process import Process
from flows import localtime
from flows.types import EventTrigger, Flow
from models import contact, event, restored
from models.contact import ContactRow
from models.event import EventKind
from scheduler.windows import send_at

log = structlog.get_logger(__name__)

YEARLY = frozenset({"birthday", "anniversary"})
"""Dates that come back every year; all others come once."""
BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A flow that is to start for a contact. key: the same start again is no other.

    about: when what it is about is over; None where it comes afterwards, as thanks for a visit do.
    """

    key: str
    contact_id: int
    flow: str
    due: datetime
    about: datetime | None


def start_due(process: Process) -> int:
    """Starts the flows whose `event` has come for a contact; how many. A start that is more than the flow's `late` behind is let go."""
    if not process.armed:
        return 0
    now = process.now()
    with process.store.read() as db:
        armed = restored.armed_at(db)
    found = [start for flow in process.shelf.newest().catalogue.flows.values() for start in _of_flow(process, flow, now)]
    starts = [start for start in found if armed is None or start.due > armed]
    started = 0
    for n in range(0, len(starts), BATCH):
        some = starts[n : n + BATCH]
        with process.store.read() as db:
            known = event.known_keys(db, [start.key for start in some])
        if len(known) < len(some):
            with process.store.write() as db:
                started += sum(_store(db, start, now) for start in some if start.key not in known)
    return started


def _store(db: Connection, start: Start, now: datetime) -> bool:
    data = {"flow": start.flow} if start.about is None else {"flow": start.flow, "not_after": start.about.isoformat()}
    return event.add_once(db, event.values(start.key, start.contact_id, EventKind.START, now, data=data, planned_at=start.due))


def _of_flow(process: Process, flow: Flow, now: datetime) -> Iterator[Start]:
    for trigger in (trigger for trigger in flow.triggers if isinstance(trigger, EventTrigger)):
        with process.store.read() as db:
            rows = contact.with_field(db, trigger.event)
        for row in rows:
            try:
                yield from (start for start in _starts(row, flow, trigger, now) if _is_due(start, row, flow, now))
            except (OverflowError, LookupError, ValueError) as error:  # a date in the year 9999: nobody else's loss
                log.warning("date not understood", contact=row.id, field=trigger.event, error=type(error).__name__)


def _starts(row: ContactRow, flow: Flow, trigger: EventTrigger, now: datetime) -> Iterator[Start]:
    """When the trigger is due for a contact, and the instant that it is about: the end of the day, where the date names no time."""
    zone = people.zone(row)
    about = localtime.as_instant(row.fields.get(trigger.event), zone)
    if about is None:
        return
    local = localtime.to_local(about, zone)
    yearly = trigger.event in YEARLY
    for year in range(max(now.year - 1, local.year), now.year + 2) if yearly else (local.year,):  # a first anniversary may be to come
        day = in_year(local.date(), year)
        whole_day = yearly or local.time() == time()
        over = localtime.to_instant(datetime.combine(day + timedelta(days=1), time()), zone) if whole_day else about
        span = f"{trigger.offset.days}d{trigger.offset.seconds}s"
        key = f"date-{flow.name}-{row.id}-{trigger.event[:20]}-{day:%Y%m%d}-{span}"
        due = _due(day, over, trigger, zone, whole_day=whole_day)
        yield Start(key=key, contact_id=row.id, flow=flow.name, due=due, about=over if due < over else None)


def _due(day: date, about: datetime, trigger: EventTrigger, zone: str, *, whole_day: bool) -> datetime:
    """`at`, so many days off, by the wall clock: 10:00 stays 10:00 over a clock change. An offset in hours counts from the event's time."""
    if trigger.offset.seconds and not whole_day:
        return about + timedelta(seconds=trigger.offset.seconds)
    days = localtime.to_instant(datetime.combine(day + timedelta(days=trigger.offset.days), trigger.at), zone)
    return days + timedelta(seconds=trigger.offset.seconds)


def in_year(day: date, year: int) -> date:
    """The day in that year. 29 February becomes 1 March where there is none: only then has a whole year passed, as most laws count it."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def _is_due(start: Start, row: ContactRow, flow: Flow, now: datetime) -> bool:
    """Due, and not too late: `late` counts from the first moment at which the text might leave, as it does for the text itself."""
    if now < start.due or (start.about is not None and now >= start.about):
        return False
    leaves = send_at(start.due, people.place(row), flow.purpose)
    return now <= localtime.add(leaves, flow.late, people.zone(row))
