"""When a schedule comes next: a table with the nights in it on which the clocks change."""

from datetime import UTC, datetime, time
from itertools import pairwise

import pytest

from flows.localtime import to_instant
from flows.schedule import next_time, schedule
from flows.types import Schedule

NY, PARIS = "America/New_York", "Europe/Paris"


def at(text: str, zone: str = NY) -> datetime:
    return to_instant(datetime.fromisoformat(text), zone)


@pytest.mark.parametrize(
    ("phrase", "previous", "now", "expected", "why"),
    [
        ("every monday 09:00", None, "2026-01-05 08:59", "2026-01-05 09:00", "today, still"),
        ("every monday 09:00", None, "2026-01-05 09:00", "2026-01-05 09:00", "this very moment"),
        ("every monday 09:00", None, "2026-01-05 09:01", "2026-01-12 09:00", "next week"),
        ("every monday 09:00", "2026-01-05 09:00", "2026-01-05 09:00", "2026-01-12 09:00", "each time once"),
        ("every monday 09:00", "2026-01-05 09:00", "2026-01-20 12:00", "2026-01-12 09:00", "a missed one is given, not skipped"),
        ("every day 18:30", "2026-01-31 18:30", "2026-02-01 10:00", "2026-02-01 18:30", "over a month's end"),
        ("every weekday 10:00", "2026-01-09 10:00", "2026-01-09 11:00", "2026-01-12 10:00", "Friday to Monday"),
        ("every weekend 10:00", None, "2026-01-05 10:00", "2026-01-10 10:00", "Saturday"),
        ("every tuesday and friday 10:00", "2026-01-06 10:00", "2026-01-06 10:00", "2026-01-09 10:00", "two days"),
        ("every month on the 1st 09:00", None, "2026-01-02 09:00", "2026-02-01 09:00", "monthly"),
        ("every month on the 31st 09:00", "2026-01-31 09:00", "2026-02-01 09:00", "2026-02-28 09:00", "a shorter month: its last day"),
        ("every month on the 31st 09:00", "2026-02-28 09:00", "2026-03-01 09:00", "2026-03-31 09:00", "and back to the 31st"),
        ("every month on the 29th 09:00", "2028-01-29 09:00", "2028-02-01 09:00", "2028-02-29 09:00", "a leap year"),
        ("every day 18:00", "2026-03-07 18:00", "2026-03-08 10:00", "2026-03-08 18:00", "18:00 stays 18:00 over a clock change"),
        ("every day 02:30", "2026-03-07 02:30", "2026-03-08 01:00", "2026-03-08 03:00", "an hour that does not exist"),
        ("every day 02:30", "2026-03-08 03:00", "2026-03-08 03:00", "2026-03-09 02:30", "the day after it"),
        ("every day 01:30", "2026-10-31 01:30", "2026-11-01 00:00", "2026-11-01 01:30", "an hour that exists twice: the first"),
        ("every day 01:30", "2026-11-01 01:30", "2026-11-01 01:45", "2026-11-02 01:30", "and only the first"),
    ],
)
def test_next_time(phrase: str, previous: str | None, now: str, expected: str, why: str) -> None:
    planned = schedule(phrase)
    assert planned is not None
    assert next_time(planned, at(previous) if previous else None, at(now), NY) == at(expected), why


def test_the_zone_decides() -> None:
    planned = Schedule(weekdays=frozenset({0}), at=time(9))
    now = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)
    assert next_time(planned, None, now, PARIS) == datetime(2026, 1, 12, 8, tzinfo=UTC), "half past nine in Paris"
    assert next_time(planned, None, now, NY) == datetime(2026, 1, 5, 14, tzinfo=UTC), "at night in New York"


def test_after_the_second_of_the_two_hours() -> None:
    planned = Schedule(weekdays=frozenset(range(7)), at=time(1, 30))
    second = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)  # 01:30, for the second time
    assert next_time(planned, None, second, NY) == at("2026-11-02 01:30")


@pytest.mark.parametrize("zone", [NY, PARIS, "Australia/Lord_Howe", "Pacific/Apia", "UTC"])
@pytest.mark.parametrize("phrase", ["every day 00:00", "every day 02:15", "every month on the 31st 23:59"])
def test_the_times_of_two_years_rise(phrase: str, zone: str) -> None:
    planned = schedule(phrase)
    assert planned is not None
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    times = [moment := next_time(planned, moment, moment, zone) for _ in range(24 if planned.day else 730)]
    assert all(one < other for one, other in pairwise(times))
    assert all((other - one).days <= (31 if planned.day else 1) for one, other in pairwise(times))
