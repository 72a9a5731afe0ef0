"""Laws of campaigns over every zone and every night on which clocks change from 2026 to 2028: each local day's hour, once, at that hour."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest

from bot.campaigns.planning import EARLIEST, LATEST, LEAD, days_meant, due_of, hours, hours_end, slots_of, timetable
from flows.campaign import Campaign, Offer, Once, OnDate, Recurring, Variant
from flows.schedule import schedule
from flows.types import Span
from models.campaign import Phase
from tests.laws.test_clocks import END, histories

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
ELEVEN = time(11, 0)
STARTED = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
TIMES = (time(0, 0), time(0, 30), time(1, 30), time(2, 30), time(3, 0), time(9, 0), time(23, 30))
FAR = ("Pacific/Kiritimati", "Etc/GMT+12", "Pacific/Apia", "Pacific/Chatham")


def made(when: Once | Recurring | OnDate, spread: Span | None = None) -> Campaign:
    variant = Variant(name="all", offer=Offer(flow="law", text={"en": "law"}), share=1.0)
    return Campaign(name="law", title="Law", variants=(variant,), when=when, spread=spread or Span())


def daily(at: time) -> Campaign:
    planned = schedule(f"every day {at:%H:%M}")
    assert planned is not None
    return made(Recurring(phrase="every day", schedule=planned))


def one_of_each_history() -> list[str]:
    return sorted({names[0] for names in histories().values()} | set(FAR))


QUARTER = timedelta(minutes=15)
"""Clocks jump at quarters of an hour, and by quarters; so do the times that are looked at here."""


def first_at_or_after(wall: datetime, zone: str) -> datetime:
    """The instant of a wall time as a child would find it: along the clock on the wall until it shows that time or more.

    In a gap that is the first moment after it; of the two in a fold the first.
    """
    there = ZoneInfo(zone)
    offset = wall.replace(tzinfo=UTC).astimezone(there).utcoffset()
    assert offset is not None
    moment = wall.replace(tzinfo=UTC) - offset - 3 * HOUR
    while moment.astimezone(there).replace(tzinfo=None) < wall:
        moment += QUARTER
    return moment


@lru_cache(maxsize=1)
def nights() -> tuple[date, ...]:
    """The days around every change of clocks anywhere."""
    found = {change.date() + n * DAY for history in histories() for change, _ in history[1:] for n in (-1, 0, 1)}
    return tuple(sorted(day for day in found if day < END.date()))


def looks(first: datetime, last: datetime, every: timedelta, down: tuple[datetime, datetime] | None = None) -> Iterator[datetime]:
    """When the clock process looks; never while it is down."""
    now = first
    while now <= last:
        if down is None or not down[0] <= now < down[1]:
            yield now
        now += every


def opened(campaign: Campaign, seen: Iterator[datetime]) -> dict[datetime, datetime]:
    """Which wall times a clock opens, each with when: what it has opened it does not open again, as the database sees to."""
    found: dict[datetime, datetime] = {}
    for now in seen:
        for at_local, phase in hours(campaign, STARTED, now):
            assert phase is Phase.ALL
            found.setdefault(at_local, now)
    return found


def test_every_zone_has_each_night_s_hour_once_at_that_hour() -> None:
    zones, n = one_of_each_history(), 0
    for at in TIMES:
        for day in nights():
            wall = datetime.combine(day, at)
            found = timetable(daily(at), wall, zones, STARTED)
            told = {zone: due for zone, _, due in found}
            assert len(told) == len(found), "once"
            for zone in zones:
                expected = first_at_or_after(wall, zone)
                if expected >= STARTED:
                    assert told[zone] == expected, (zone, wall)
                    n += 1
    assert n > 50_000


@pytest.mark.parametrize("at", TIMES, ids=str)
def test_a_clock_opens_each_day_once_and_before_it_is_that_hour_anywhere(at: time) -> None:
    first = datetime(2026, 3, 1, tzinfo=UTC)
    found = opened(daily(at), looks(first, first + 40 * DAY, 20 * MINUTE))
    days = [wall.date() for wall in sorted(found)]
    assert days == [days[0] + n * DAY for n in range(len(days))], "no day is left out, none comes twice"
    assert all(wall.time() == at for wall in found)
    late = [
        wall for wall, when in found.items() if when > wall.replace(tzinfo=UTC) - EARLIEST and wall > first.replace(tzinfo=None) + 2 * DAY
    ]
    assert late == [], "each is opened a while before it is that hour on Kiritimati"


@pytest.mark.parametrize("at", TIMES, ids=str)
def test_a_clock_that_was_down_for_thirty_hours_leaves_no_day_out(at: time) -> None:
    first = datetime(2026, 3, 1, tzinfo=UTC)
    for begins in range(0, 48, 5):
        down = (first + 5 * DAY + begins * HOUR, first + 5 * DAY + (begins + 30) * HOUR)
        found = opened(daily(at), looks(first, first + 12 * DAY, 30 * MINUTE, down))
        days = [wall.date() for wall in sorted(found)]
        assert days == [days[0] + n * DAY for n in range(len(days))], down


def test_a_campaign_that_starts_in_the_middle_of_the_day_reaches_whose_hour_is_to_come() -> None:
    campaign = daily(ELEVEN)
    for started_hour in range(24):
        started = datetime(2026, 3, 7, started_hour, 30, tzinfo=UTC)
        walls = [wall for wall, _ in hours(campaign, started, started + MINUTE)]
        for zone in one_of_each_history():
            due = [due for wall in walls for _, _, due in timetable(campaign, wall, [zone], started)]
            there = [first_at_or_after(datetime.combine(date(2026, 3, day), ELEVEN), zone) for day in (6, 7, 8)]
            soon = [one for one in there if started <= one <= started + LEAD]
            assert set(soon) <= set(due), (zone, started)
            assert all(one >= started for one in due)


def test_once_comes_to_all_within_the_day_that_it_takes_the_earth_to_turn() -> None:
    zones = one_of_each_history()
    for day in nights():
        for at in (time(0, 0), time(2, 30), time(10, 0)):
            wall = datetime.combine(day, at)
            campaign = made(Once(at_local=wall))
            found = timetable(campaign, wall, zones, STARTED)
            assert [zone for zone, _, _ in found] == zones
            for zone, _, due in found:
                assert due == first_at_or_after(wall, zone), (zone, wall)
                assert wall.replace(tzinfo=UTC) - EARLIEST <= due <= hours_end(campaign, wall) == wall.replace(tzinfo=UTC) + LATEST


def test_the_spread_of_a_contact_is_the_same_by_the_timetable_and_by_its_lot() -> None:
    wall = datetime.combine(date(2026, 3, 29), time(2, 30))  # in the gap
    campaign = made(Once(at_local=wall), spread=Span(seconds=7200))
    table = {(zone, n): due for zone, n, due in timetable(campaign, wall, ["Europe/Berlin"], STARTED)}
    assert len(table) == slots_of(campaign) == 120
    dues = {due_of(campaign, wall, "Europe/Berlin", contact_id) for contact_id in range(1, 2000)}
    assert dues == set(table.values())


@pytest.mark.parametrize("offset", [-3, 0, 1])
def test_who_is_born_on_29_february_has_one_text_a_year(offset: int) -> None:
    campaign = made(OnDate(name="birthday", at=time(9, 0), offset_days=offset))
    walls = sorted(opened(campaign, looks(datetime(2026, 1, 2, tzinfo=UTC), datetime(2030, 12, 31, tzinfo=UTC), 12 * HOUR)))
    assert len(walls) == len(set(walls))
    meant = [wall.date() - offset * DAY for wall in walls]
    born = date(2024, 2, 29)
    hits = [day for day in meant if any((one.month, one.day) == (born.month, born.day) for one in days_meant(day, yearly=True))]
    assert [f"{day:%Y-%m-%d}" for day in hits] == ["2026-03-01", "2027-03-01", "2028-02-29", "2029-03-01", "2030-03-01"]


def test_who_is_born_on_any_other_day_has_one_text_a_year_too() -> None:
    for n in range(366):
        born = date(2024, 1, 1) + n * DAY
        for year in range(2026, 2031):
            days = [date(year, 1, 1) + k * DAY for k in range(366) if (date(year, 1, 1) + k * DAY).year == year]
            hits = [day for day in days if any((one.month, one.day) == (born.month, born.day) for one in days_meant(day, yearly=True))]
            assert len(hits) == 1, (born, year, hits)
