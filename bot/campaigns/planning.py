"""Planning: a run of a campaign becomes members, a stretch of contacts at a time, each stretch in one short transaction.

How far a run has come stands in its row, and moves on in the same transaction as what it wrote: a clock that dies on the way is
followed by any other, and two clocks at once share the work. Nothing is kept in memory but one stretch.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, and_, or_

from bot.campaigns.drafting import meant
from bot.process import Process
from flows.campaign import PARTS, Campaign, Once, OnDate, Recurring, bounds, lot
from flows.localtime import is_zone, to_instant
from flows.schedule import next_time
from flows.spans import total_seconds
from flows.types import Purpose
from models import audience, campaign, contact, member
from models.audience import Frame
from models.campaign import CampaignRow, Phase, RunRow
from scheduler.zones import home_zone, place_of

log = structlog.get_logger(__name__)

STRETCH = 5_000
"""Contacts that are planned in one transaction: short enough that a text that comes in meanwhile does not wait."""
LEAD = timedelta(minutes=15)
EARLIEST, LATEST = timedelta(hours=14), timedelta(hours=12)
"""Somewhere on earth a wall time comes so long before, or after, it comes in UTC."""
MOST_SLOTS = 120
"""Into so many moments `spread` is divided at most; a minute each where it is shorter than two hours."""
LOOK_BACK = timedelta(days=2)
"""An occurrence whose hour passed everywhere so long ago is let go: Parley was down."""
ONCE_A_YEAR = timedelta(days=300)
WALL = "%Y-%m-%dT%H:%M"
"""How a run's wall time is written."""


# --- which runs there are ---------------------------------------------------------------------------------------------


def open_runs(process: Process, row: CampaignRow, rest_may_follow: Callable[[str], bool]) -> int:
    """Adds the runs of a campaign whose hour comes soon, somewhere; how many. rest_may_follow: what the pilot says of a rest's hour."""
    made, now, added = meant(row), process.now(), 0
    with process.store.read() as db:
        known = {(one.at_local, one.phase) for one in campaign.runs(db, row.id)}
    for hour, phase in hours(made, row.started_at or now, now):
        at_local = f"{hour:{WALL}}"
        if (at_local, phase) in known or (phase is Phase.REST and not rest_may_follow(at_local)):
            continue
        with process.store.write() as db:
            up_to = contact.last_id(db)
            added += campaign.add_run(db, row.id, at_local, phase, as_of=now, up_to=up_to)
    return added


def behind(made: Campaign, phase: Phase | str) -> timedelta:
    """By how much the hour of a phase is later than the occurrence's: the rest waits for what the pilot says."""
    return timedelta(days=made.pilot.rest_after if made.pilot is not None and phase == Phase.REST else 0)


def pilot_of(made: Campaign, runs: Sequence[RunRow], rest_at: str) -> RunRow | None:
    """The pilot of the occurrence whose rest comes at that wall time; None where there was none, as Parley was down."""
    assert made.pilot is not None, "a rest has a pilot"
    at_local = f"{datetime.fromisoformat(rest_at) - timedelta(days=made.pilot.rest_after):{WALL}}"
    return next((run for run in runs if run.phase == Phase.PILOT and run.at_local == at_local), None)


def hours(made: Campaign, started: datetime, now: datetime) -> Iterator[tuple[datetime, Phase]]:
    """The wall times, with their phases, that have come or come soon somewhere on earth, none older than the campaign itself."""
    phases = [(Phase.PILOT, 0), (Phase.REST, made.pilot.rest_after)] if made.pilot is not None else [(Phase.ALL, 0)]
    for phase, days in phases:
        for at_local in occurrences(made, started, now, LOOK_BACK + timedelta(days=days)):
            hour = at_local + timedelta(days=days)
            if hours_begin(made, hour) <= now + LEAD:
                yield hour, phase


def occurrences(made: Campaign, started: datetime, now: datetime, back: timedelta) -> Iterator[datetime]:
    """The wall times of a campaign that started then, from so far back (clocks are down at times) to the next anywhere."""
    match made.when:
        case Once(at_local=at_local):
            yield at_local
        case Recurring(schedule=schedule):
            moment = next_time(schedule, max(started, now - back) - LATEST, now, "UTC")
            while moment <= now + EARLIEST + LEAD:
                if moment.replace(tzinfo=None) >= started.replace(tzinfo=None) - EARLIEST:
                    yield moment.replace(tzinfo=None)
                moment = next_time(schedule, moment, now, "UTC")
        case OnDate(at=at):
            first = max(started - EARLIEST, now - back).date()
            for n in range((now + EARLIEST + LEAD).date().toordinal() - first.toordinal() + 1):
                yield datetime.combine(date.fromordinal(first.toordinal() + n), at)


def hours_begin(made: Campaign, at_local: datetime) -> datetime:
    """When it is that hour first, anywhere."""
    if isinstance(made.when, Once) and made.when.zone:
        return to_instant(at_local, made.when.zone)
    return at_local.replace(tzinfo=UTC) - EARLIEST


def hours_end(made: Campaign, at_local: datetime) -> datetime:
    """When it has been that hour everywhere, with all that `spread` adds."""
    last = to_instant(at_local, made.when.zone) if isinstance(made.when, Once) and made.when.zone else at_local.replace(tzinfo=UTC) + LATEST
    return last + timedelta(seconds=total_seconds(made.spread))


# --- a run ------------------------------------------------------------------------------------------------------------


def plan_some(process: Process, row: CampaignRow, run: RunRow) -> bool:
    """One stretch of a run: first the zones of all, then the members and the hours of zones that are new. False: nothing to do."""
    if run.planned_at is not None:
        return False
    if run.zoned < run.up_to:
        _look_at_zones(process, run)
        return True
    made = meant(row)
    to = min(run.planned + STRETCH, run.up_to)
    odd = _odd_zones(process, run.planned, to)
    with process.store.write() as db:
        done = {"planned_at": process.now()} if to >= run.up_to else {}
        if not campaign.advance(db, run, planned=to, **done):
            return True  # another clock has this stretch
        new = member.zones_without_slots(db, run.id, run.planned, to, odd)
        campaign.set_slots(db, run.id, timetable(made, datetime.fromisoformat(run.at_local), new, row.started_at))
        pilot = pilot_of(made, campaign.runs(db, row.id), run.at_local) if run.phase == Phase.REST else None
        member.plan(db, replace(plan_of(process, made, row.id, run, pilot), odd_zones=odd), run.planned, to)
    if done:
        log.info("campaign planned", campaign=row.id, run=run.id)
    return True


def _look_at_zones(process: Process, run: RunRow) -> None:
    """Writes the zone of each number of a stretch that nobody looked at yet."""
    to = min(run.zoned + STRETCH, run.up_to)
    with process.store.read() as db:
        rows = member.unzoned(db, run.zoned, to)
    found = {contact_id: home_zone(place_of(phone, None, country)) for contact_id, phone, country in rows}
    with process.store.write() as db:
        if campaign.advance(db, run, zoned=to if rows else _next_unzoned(process, run, to)):
            member.set_zones(db, found)


def _odd_zones(process: Process, after: int, to: int) -> list[str]:
    """What stands as a zone with a stretch and is none: it counts as not given, and the number is looked at, where nobody did yet."""
    with process.store.read() as db:
        odd = [zone for zone in member.zones_given(db, after, to) if not is_zone(zone)]
        rows = member.unzoned(db, after, to, odd) if odd else []
    if rows:
        found = {contact_id: home_zone(place_of(phone, None, country)) for contact_id, phone, country in rows}
        with process.store.write() as db:
            member.set_zones(db, found)
    return odd


def _next_unzoned(process: Process, run: RunRow, to: int) -> int:
    """Up to where nobody is left to look at: most contacts were looked at when they came in."""
    with process.store.read() as db:
        following = member.first_unzoned(db, to, run.up_to)
    return run.up_to if following is None else following - 1


def timetable(made: Campaign, at_local: datetime, zones: list[str], started: datetime | None) -> list[tuple[str, int, datetime]]:
    """When each part of the spread begins, in each zone.

    One where the hour was over when the campaign started is passed over, but for what comes only once.
    """
    n_slots = slots_of(made)
    step = timedelta(seconds=total_seconds(made.spread)) / n_slots
    found: list[tuple[str, int, datetime]] = []
    for zone in zones:
        own = zone if is_zone(zone) else "UTC"  # what was typed a moment ago; the gate goes by the number
        begins = to_instant(at_local, made.when.zone if isinstance(made.when, Once) and made.when.zone else own)
        if started is not None and begins < started and not isinstance(made.when, Once):
            continue
        found += [(zone, n, begins + n * step) for n in range(n_slots)]
    return found


def due_of(made: Campaign, at_local: datetime, zone: str, contact_id: int) -> datetime:
    """When it is a contact's moment: its hour, and its own part of `spread`."""
    n_slots = slots_of(made)
    part = lot(made.name, "spread").part(contact_id) * n_slots // PARTS
    where = made.when.zone if isinstance(made.when, Once) and made.when.zone else zone
    return to_instant(at_local, where) + timedelta(seconds=total_seconds(made.spread)) / n_slots * part


def next_of(made: Campaign, at_local: datetime) -> datetime | None:
    """The wall time of the next occurrence of what comes again and again; None for all else."""
    if not isinstance(made.when, Recurring):
        return None
    previous = at_local.replace(tzinfo=UTC)
    return next_time(made.when.schedule, previous, previous, "UTC").replace(tzinfo=None)


def slots_of(made: Campaign) -> int:
    return max(1, min(MOST_SLOTS, total_seconds(made.spread) // 60))


def plan_of(process: Process, made: Campaign, campaign_id: int, run: RunRow, pilot: RunRow | None) -> member.Plan:
    """How a run's contacts become members. pilot: the run whose rest it is."""
    share = made.pilot.share if made.pilot is not None and run.phase != Phase.ALL else None
    names = [variant.name for variant in made.variants]
    frame = Frame(sqlite=process.store.sqlite, at=run.as_of, zone=process.settings.timezone)
    return member.Plan(
        run_id=run.id,
        belongs=and_(belongs(made, frame), *_on_the_day(made, campaign_id, run, frame)),
        lots={use: lot(made.name, use) for use in ("holdout", "variant", "pilot", "spread")},
        holdout_ends=round(made.holdout * PARTS),
        variants=list(zip(names, bounds(made.variants), strict=True)),
        slots=slots_of(made),
        pilot_ends=None if share is None else round(share * PARTS),
        rest=run.phase == Phase.REST,
        pilot_run=pilot.id if pilot is not None else None,
    )


def belongs(made: Campaign, frame: Frame) -> ColumnElement[bool]:
    """Whether a contact is in the segment, with a consent that allows the purpose."""
    inside = audience.condition(made.segment, frame)
    return and_(inside, member.with_consent(marketing=made.purpose is Purpose.MARKETING))


def _on_the_day(made: Campaign, campaign_id: int, run: RunRow, frame: Frame) -> list[ColumnElement[bool]]:
    """Of a campaign on a date of the contact's: whether that date is the run's; and, of one that comes back, not twice in a year.

    Another one is texted for each date that it is moved to, once: a run is of one date.
    """
    if not isinstance(made.when, OnDate):
        return []
    at_local = datetime.fromisoformat(run.at_local)
    day = at_local.date() - timedelta(days=made.when.offset_days)
    if run.phase == Phase.REST and made.pilot is not None:
        day -= timedelta(days=made.pilot.rest_after)
    is_day = or_(*(audience.on_day(made.when.name, one, frame, yearly=made.when.yearly) for one in days_meant(day, made.when.yearly)))
    return [is_day, member.never_within(campaign_id, at_local.replace(tzinfo=UTC) - ONCE_A_YEAR)] if made.when.yearly else [is_day]


def days_meant(day: date, yearly: bool) -> tuple[date, ...]:
    """The dates that a day stands for: in a year without a 29 February, 1 March stands for both."""
    leap = day.year % 4 == 0 and (day.year % 100 != 0 or day.year % 400 == 0)
    return (day, date(2024, 2, 29)) if yearly and (day.month, day.day) == (3, 1) and not leap else (day,)
