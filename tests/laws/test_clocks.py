"""Laws of time over every zone and every change of clocks from 2026 to 2028: when a text may leave, and what comes once a day."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest

from flows.localtime import add, next_at, to_instant, to_local
from flows.schedule import next_time
from flows.types import Purpose, Schedule, Span
from scheduler.windows import Place, is_open, send_at

BEGIN, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
MARKETING, SERVICE = Purpose.MARKETING, Purpose.SERVICE
WEEK = range(7)
OPEN: Mapping[str, Mapping[Purpose, tuple[tuple[str, str] | None, ...]]] = {
    "US": {MARKETING: (("10:00", "20:00"),) * 6 + (("12:00", "20:00"),), SERVICE: (("08:00", "21:00"),) * 7},
    "ZZ": {MARKETING: (("10:00", "20:00"),) * 6 + (("12:00", "20:00"),), SERVICE: (("08:00", "21:00"),) * 7},
}
"""The hours again, by hand: Monday first. Holidays are in the law of the year."""


Change = tuple[datetime, timedelta]


@lru_cache(maxsize=1)
def histories() -> Mapping[tuple[Change, ...], tuple[str, ...]]:
    """Zones by what their clocks do from 2026 to 2028: first offset, then each change. Those of one history tell the same times."""
    found: dict[tuple[Change, ...], list[str]] = {}
    for name in sorted(available_timezones()):
        found.setdefault(tuple(changes(ZoneInfo(name))), []).append(name)
    return {history: tuple(names) for history, names in found.items()}


def changes(zone: ZoneInfo) -> Iterator[Change]:
    """The instants from which the zone has another offset, to the minute, with that offset."""
    offset = BEGIN.astimezone(zone).utcoffset()
    assert offset is not None
    yield BEGIN, offset
    for n in range((END - BEGIN).days):
        day = BEGIN + n * DAY
        after = (day + DAY).astimezone(zone).utcoffset()
        assert after is not None
        if after != offset:
            first = next(minute for k in range(1, 1441) if (minute := day + k * MINUTE).astimezone(zone).utcoffset() != offset)
            yield first, after
            offset = after


def is_quiet(moment: datetime, zone: str, country: str, purpose: Purpose) -> bool:
    """Whether it is quiet there, as a child would say it: look at the clock on the wall, and at the table."""
    local = moment.astimezone(ZoneInfo(zone))
    hours = OPEN[country][purpose][local.weekday()]
    return hours is None or not hours[0] <= f"{local:%H:%M}" < hours[1]


def test_there_are_zones_and_changes() -> None:
    assert sum(len(names) for names in histories().values()) > 400
    assert sum(len(history) - 1 for history in histories()) > 100


@pytest.mark.parametrize("purpose", Purpose)
def test_around_each_change_a_text_leaves_when_it_is_open_and_not_before_it_is_planned(purpose: Purpose) -> None:
    n = 0
    for history, names in histories().items():
        for change, _ in history:
            for zone, country in ((names[0], "US"), (names[-1], "ZZ")):
                place = Place(zones=(zone,), country=country)
                for hours in range(-30, 31):
                    planned = change + hours * HOUR - timedelta(seconds=hours % 3)
                    leaves = send_at(planned, place, purpose)
                    assert leaves >= planned, (zone, planned)
                    assert not is_quiet(leaves, zone, country, purpose), (zone, planned, leaves)
                    assert send_at(leaves, place, purpose) == leaves, (zone, planned)
                    n += 1
    assert n > 20_000


@pytest.mark.parametrize("purpose", Purpose)
def test_no_earlier_minute_would_have_been_open(purpose: Purpose) -> None:
    """Each minute between the plan and the leaving, one by one."""
    n = 0
    for history, names in histories().items():
        place = Place(zones=(names[0],), country="ZZ")
        for change, _ in history[1:]:
            planned = change - 2 * HOUR  # late in the evening, or at night
            leaves = send_at(planned, place, purpose)
            for minute in range(int((leaves - planned) / MINUTE)):
                assert is_quiet(planned + minute * MINUTE, names[0], "ZZ", purpose), (names[0], planned, leaves)
                assert not is_open(planned + minute * MINUTE, place, purpose) or minute % 15, (names[0], planned)
                n += 1
    assert n > 50_000


def test_where_many_zones_are_possible_it_is_open_in_all_of_them_and_as_early_as_that_can_be() -> None:
    places = (
        ("America/New_York", "America/Chicago", "America/Los_Angeles", "America/Phoenix"),
        ("Australia/Perth", "Australia/Adelaide", "Australia/Lord_Howe", "Australia/Sydney"),
        ("Europe/Lisbon", "Europe/Athens", "Asia/Beirut", "Africa/Casablanca"),
    )
    for zones in places:
        place = Place(zones=zones, country="ZZ")
        for zone in zones:
            for change, _ in changes(ZoneInfo(zone)):
                planned = change - 5 * HOUR
                leaves = send_at(planned, place, MARKETING)
                assert not any(is_quiet(leaves, one, "ZZ", MARKETING) for one in zones), (zones, planned)
                for minute in range(int((leaves - planned) / MINUTE)):
                    assert any(is_quiet(planned + minute * MINUTE, one, "ZZ", MARKETING) for one in zones), (zones, planned, minute)


EVERY_DAY = frozenset(WEEK)
TIMES = [time(0, 0), time(0, 30), time(1, 30), time(2, 30), time(23, 30)]


def leaps_over_midnight(history: tuple[Change, ...], day: date, at: time) -> bool:
    """Whether the clock jumps from that time into the next day, as in Greenland: then the first moment after it is tomorrow's."""
    wall = datetime.combine(day, at)
    for (_, before), (change, after) in pairwise(history):
        lost, found = (change.replace(tzinfo=None) + offset for offset in (before, after))
        if lost <= wall < found:
            return found.date() > day
    return False


@pytest.mark.parametrize("at", TIMES, ids=str)
def test_what_comes_every_day_comes_once_on_each_local_day(at: time) -> None:
    planned = Schedule(weekdays=EVERY_DAY, at=at)
    n_days = (END - BEGIN).days - 2
    for history, names in histories().items():
        zone = names[0]
        last = to_instant(datetime.combine(date(2026, 1, 1), at), zone)
        for n in range(1, n_days):
            day = date(2026, 1, 1) + n * DAY
            fires = next_time(planned, last, last + HOUR, zone)
            local = to_local(fires, zone)
            assert fires > last, (zone, day)
            if local.time() != at:
                assert local >= datetime.combine(day, at), (zone, day, "a time that does not exist moves forward")
                assert (fires - MINUTE).astimezone(ZoneInfo(zone)).utcoffset() != fires.astimezone(ZoneInfo(zone)).utcoffset(), (zone, day)
            assert local.date() == day + DAY * leaps_over_midnight(history, day, at), (zone, day)
            last = fires


def test_a_follow_up_so_many_days_later_is_on_that_local_day() -> None:
    for names in histories().values():
        zone = names[0]
        start = to_instant(datetime(2026, 1, 1, 18), zone)  # noqa: DTZ001  # wall time
        for days in range(0, (END - BEGIN).days - 2, 3):
            due = add(start, Span(days=days), zone)
            assert to_local(due, zone) == datetime(2026, 1, 1, 18) + days * DAY, (zone, days)  # noqa: DTZ001  # wall time
            assert next_at(due, time(18), zone) == due, (zone, days)
