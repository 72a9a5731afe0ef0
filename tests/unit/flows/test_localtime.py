"""Wall time over clock changes: tables of nights, and laws that hold for any."""

# ruff: noqa: DTZ001  # wall time is naive

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import localtime
from flows.localtime import add, as_instant, clock, next_at, phrase, to_instant, to_local
from flows.types import Span

ZONES = (
    "UTC",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Havana",  # changes at midnight
    "America/St_Johns",  # half an hour off
    "Europe/Paris",
    "Europe/Dublin",
    "Africa/Casablanca",  # a clock that goes back for Ramadan
    "Africa/Cairo",  # changes at midnight
    "Asia/Kathmandu",  # a quarter of an hour off
    "Asia/Beirut",  # changes at midnight
    "Australia/Sydney",
    "Australia/Lord_Howe",  # changes by half an hour
    "Pacific/Apia",  # left out a whole day
    "Pacific/Chatham",
)
zones = st.sampled_from(ZONES)
instants = st.datetimes(datetime(2005, 1, 1), datetime(2035, 1, 1)).map(lambda moment: moment.replace(microsecond=0, tzinfo=UTC))
walls = st.datetimes(datetime(2005, 1, 1), datetime(2035, 1, 1)).map(lambda moment: moment.replace(microsecond=0))
spans = st.builds(Span, days=st.integers(0, 400), seconds=st.integers(0, 90_000))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "local", "instant", "why"),
    [
        ("America/New_York", "2026-03-08T01:59", "2026-03-08T06:59", "just before the gap"),
        ("America/New_York", "2026-03-08T02:00", "2026-03-08T07:00", "its first moment: 03:00"),
        ("America/New_York", "2026-03-08T02:30", "2026-03-08T07:00", "inside: the first moment after it"),
        ("America/New_York", "2026-03-08T02:59:59", "2026-03-08T07:00", "its last second"),
        ("America/New_York", "2026-03-08T03:00", "2026-03-08T07:00", "after it"),
        ("America/New_York", "2026-11-01T00:59", "2026-11-01T04:59", "just before the fold"),
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30", "inside: the first of the two"),
        ("America/New_York", "2026-11-01T02:00", "2026-11-01T07:00", "after it: an hour later by the sun"),
        ("Europe/Paris", "2026-03-29T02:30", "2026-03-29T01:00", "spring in Paris"),
        ("Europe/Paris", "2026-10-25T02:30", "2026-10-25T00:30", "autumn in Paris"),
        ("Australia/Sydney", "2026-10-04T02:30", "2026-10-03T16:00", "spring in the south"),
        ("Australia/Sydney", "2026-04-05T02:30", "2026-04-04T15:30", "autumn in the south"),
        ("Australia/Lord_Howe", "2026-10-04T02:00", "2026-10-03T15:30", "a gap of half an hour: 02:30"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30", "inside it"),
        ("Australia/Lord_Howe", "2026-10-04T02:30", "2026-10-03T15:30", "its end"),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45", "a fold of half an hour: the first"),
        ("America/Havana", "2026-03-08T00:30", "2026-03-08T05:00", "a gap at midnight"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00", "a day that never was: the next day begins"),
        ("Asia/Kathmandu", "2026-06-01T09:00", "2026-06-01T03:15", "a quarter of an hour"),
    ],
)
def test_an_instant_of_a_wall_time(zone: str, local: str, instant: str, why: str) -> None:
    assert to_instant(datetime.fromisoformat(local), zone) == utc(instant), why


@pytest.mark.parametrize(
    ("zone", "start", "span", "end", "why"),
    [
        ("America/New_York", "2026-03-07T23:00", Span(days=1), "2026-03-08T22:00", "18:00 stays 18:00: a day of 23 hours"),
        ("America/New_York", "2026-03-07T23:00", Span(seconds=86400), "2026-03-08T23:00", "24 hours are 24 hours: 19:00"),
        ("America/New_York", "2026-10-31T22:00", Span(days=1), "2026-11-01T23:00", "a day of 25 hours"),
        ("America/New_York", "2026-03-07T07:30", Span(days=1), "2026-03-08T07:00", "02:30 is not there: 03:00"),
        ("America/New_York", "2026-10-31T05:30", Span(days=1), "2026-11-01T05:30", "01:30 is there twice: the first"),
        ("America/New_York", "2026-11-01T06:30", Span(days=1), "2026-11-02T06:30", "from the second 01:30"),
        ("America/New_York", "2026-03-07T07:30", Span(days=2), "2026-03-09T06:30", "beyond the gap it is 02:30 again"),
        ("America/New_York", "2026-03-07T07:30", Span(days=1, seconds=3600), "2026-03-08T08:00", "days first, then the clock"),
        ("America/New_York", "2026-11-01T05:30", Span(seconds=3600), "2026-11-01T06:30", "an hour on it is 01:30 again"),
        ("America/New_York", "2026-11-01T06:30", Span(), "2026-11-01T06:30", "nothing is nothing, in the second 01:30 too"),
        ("Australia/Lord_Howe", "2026-10-02T15:45", Span(days=1), "2026-10-03T15:30", "02:15 is not there on Lord Howe"),
        ("Pacific/Apia", "2011-12-29T22:00", Span(days=1), "2011-12-30T10:00", "a day that never was"),
        ("Europe/Paris", "2026-01-31T11:00", Span(days=28), "2026-02-28T11:00", "weeks"),
    ],
)
def test_later(zone: str, start: str, span: Span, end: str, why: str) -> None:
    assert add(utc(start), span, zone) == utc(end), why


@pytest.mark.parametrize(
    ("zone", "start", "at", "expected", "why"),
    [
        ("America/New_York", "2026-01-05T17:00", time(18), "2026-01-05T23:00", "today"),
        ("America/New_York", "2026-01-05T17:00", time(12), "2026-01-05T17:00", "this very moment"),
        ("America/New_York", "2026-01-05T17:00:01", time(12), "2026-01-06T17:00", "a second too late"),
        ("America/New_York", "2026-03-08T05:00", time(2, 30), "2026-03-08T07:00", "in the gap: 03:00"),
        ("America/New_York", "2026-03-08T07:00", time(2, 30), "2026-03-08T07:00", "its end is that moment"),
        ("America/New_York", "2026-03-08T07:01", time(2, 30), "2026-03-09T06:30", "after it: tomorrow"),
        ("America/New_York", "2026-11-01T05:00", time(1, 30), "2026-11-01T05:30", "in the fold: the first"),
        ("America/New_York", "2026-11-01T05:45", time(1, 30), "2026-11-02T06:30", "between the two: once a day, so tomorrow"),
        ("Asia/Beirut", "2026-03-28T21:30", time(0, 30), "2026-03-28T22:00", "a gap at midnight"),
    ],
)
def test_next_time(zone: str, start: str, at: time, expected: str, why: str) -> None:
    assert next_at(utc(start), at, zone) == utc(expected), why


NOW = utc("2026-01-05T17:00")  # Monday, 12:00 in New York


@pytest.mark.parametrize(
    ("text", "local", "why"),
    [
        ("next monday 09:00", "2026-01-12T09:00", "a week on, not today"),
        ("next tuesday 09:00", "2026-01-06T09:00", "the coming one"),
        ("next sunday", "2026-01-11T09:00", "without a time: 09:00"),
        ("NEXT  Friday   18:30", "2026-01-09T18:30", "case and spaces"),
        ("tomorrow 18:00", "2026-01-06T18:00", "tomorrow"),
        ("today 08:00", "2026-01-05T08:00", "today may have passed: the step decides"),
        ("2026-12-24 10:00", "2026-12-24T10:00", "a date"),
        ("2026-03-08 02:30", "2026-03-08T03:00", "in the gap"),
        ("09:00", "2026-01-06T09:00", "the next 09:00"),
        ("13:00", "2026-01-05T13:00", "still today"),
        ("next month", None, "not known"),
        ("2026-02-30 10:00", None, "no such day"),
        ("tomorrow 25:00", None, "no such time"),
        ("soon", None, "other words"),
        ("", None, "nothing"),
    ],
)
def test_phrases(text: str, local: str | None, why: str) -> None:
    found = phrase(text, NOW, "America/New_York")
    assert (found and to_local(found, "America/New_York")) == (datetime.fromisoformat(local) if local else None), why


@pytest.mark.parametrize(
    ("value", "instant", "why"),
    [
        ("2026-01-09", "2026-01-09T05:00", "a day: its midnight"),
        ("2026-01-09T15:30", "2026-01-09T20:30", "wall time"),
        ("2026-01-09T15:30+01:00", "2026-01-09T14:30", "an instant"),
        (date(2026, 1, 9), "2026-01-09T05:00", "a date"),
        (datetime(2026, 1, 9, 15, 30), "2026-01-09T20:30", "a datetime"),
        (datetime(2026, 1, 9, 15, 30, tzinfo=UTC), "2026-01-09T15:30", "an aware one"),
        ("friday", None, "no date"),
        (5, None, "no date at all"),
        (None, None, "missing"),
    ],
)
def test_what_a_value_means_as_an_instant(value: object, instant: str | None, why: str) -> None:
    assert as_instant(value, "America/New_York") == (utc(instant) if instant else None), why


@pytest.mark.parametrize(("text", "expected"), [("9:05", time(9, 5)), ("18:00", time(18)), ("24:00", None), ("9", None), ("a:b", None)])
def test_clock(text: str, expected: time | None) -> None:
    assert clock(text) == expected


def test_an_unknown_zone_is_an_error() -> None:
    with pytest.raises(KeyError):
        localtime.zone_of("Mars/Olympus")


# --- laws -------------------------------------------------------------------------------------------------------------


@given(walls, zones)
def test_a_wall_time_comes_back_or_moves_to_the_end_of_its_gap(local: datetime, zone: str) -> None:
    back = to_local(to_instant(local, zone), zone)
    if back != local:
        assert back > local, "it moves forward"
        gap_is_real = all(to_local(to_instant(back, zone) - timedelta(seconds=1), zone) < moment for moment in (local, back))
        assert gap_is_real, "to the first moment that is there: a second earlier the clock showed less than both"


@given(instants, zones)
def test_an_instant_comes_back_or_is_the_second_of_two(instant: datetime, zone: str) -> None:
    back = to_instant(to_local(instant, zone), zone)
    assert back <= instant
    assert to_local(back, zone) == to_local(instant, zone)


@given(instants, spans, zones)
def test_time_does_not_go_back(start: datetime, span: Span, zone: str) -> None:
    assert add(start, span, zone) >= start or to_instant(to_local(start, zone), zone) < start, "but from the second of two to the first"


@given(instants, spans, spans, zones)
def test_a_longer_span_ends_no_earlier(start: datetime, one: Span, more: Span, zone: str) -> None:
    longer = Span(days=one.days + more.days, seconds=one.seconds + more.seconds)
    if one.days or not longer.days:
        assert add(start, longer, zone) >= add(start, one, zone)


@given(instants, instants, spans, zones)
def test_who_starts_later_ends_no_earlier(one: datetime, other: datetime, span: Span, zone: str) -> None:
    first, second = sorted((one, other))
    if not span.days or to_local(first, zone) <= to_local(second, zone):  # in a repeated hour the wall clock, which counts days, goes back
        assert add(first, span, zone) <= add(second, span, zone)


@given(instants, st.times().map(lambda at: at.replace(microsecond=0)), zones)
def test_the_next_time_is_the_first_from_now_on(start: datetime, at: time, zone: str) -> None:
    found = next_at(start, at, zone)
    assert start <= found <= start + timedelta(days=2, hours=1)
    shown = to_local(found, zone)
    left_out = (zone, shown.date()) == ("Pacific/Apia", date(2011, 12, 31))  # the day before never was
    assert to_instant(datetime.combine(shown.date(), at), zone) == found or left_out
    assert next_at(found, at, zone) == found, "and asking again at that moment changes nothing"
