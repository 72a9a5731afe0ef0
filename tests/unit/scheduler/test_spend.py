"""What texts cost, and which ceiling holds them back until when."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.spend import Budget, Ceiling, Period, amount, billed, cost, exceeded, micros, periods

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
PRICES = {"US": Decimal("0.0083"), "FR": Decimal("0.07"), "*": Decimal("0.1")}
DAY, MONTH = periods(NOW, "UTC")


@pytest.mark.parametrize(
    ("body", "pictures", "segments", "why"),
    [
        ("Hi", 0, 1, "one segment"),
        ("x" * 161, 0, 2, "two"),
        ("é☕" * 40, 0, 2, "Unicode"),
        ("Hi", 1, 3, "a picture"),
        ("x" * 700, 2, 5, "a picture beside a long text"),
        ("", 0, 1, "an empty one is billed too"),
    ],
)
def test_billed(body: str, pictures: int, segments: int, why: str) -> None:
    assert billed(body, pictures) == segments, why


@pytest.mark.parametrize(
    ("segments", "country", "prices", "millionths", "why"),
    [
        (1, "US", PRICES, 8_300, "by the country"),
        (3, "FR", PRICES, 210_000, "for each segment"),
        (1, "DE", PRICES, 100_000, "all others"),
        (1, None, PRICES, 100_000, "a country that nobody knows"),
        (1, "DE", {"US": Decimal(1)}, 0, "no price for others"),
        (2, "US", {}, 0, "no prices"),
    ],
)
def test_cost(segments: int, country: str | None, prices: dict[str, Decimal], millionths: int, why: str) -> None:
    assert cost(segments, country, prices) == millionths, why


@pytest.mark.parametrize(
    ("now", "zone", "day", "day_ends", "month", "month_ends", "why"),
    [
        ("2026-11-22T15:00", "UTC", "2026-11-22", "2026-11-23T00:00", "2026-11", "2026-12-01T00:00", "a day of its own"),
        ("2026-12-31T23:30", "Europe/Paris", "2027-01-01", "2027-01-01T23:00", "2027-01", "2027-01-31T23:00", "midnight is past in Paris"),
        ("2026-03-08T07:00", "America/New_York", "2026-03-08", "2026-03-09T04:00", "2026-03", "2026-04-01T04:00", "a day of 23 hours"),
        ("2028-02-28T12:00", "UTC", "2028-02-28", "2028-02-29T00:00", "2028-02", "2028-03-01T00:00", "a leap year"),
        ("2026-09-06T01:00", "America/Santiago", "2026-09-05", "2026-09-06T04:00", "2026-09", "2026-10-01T03:00", "no midnight there"),
    ],
)
def test_periods(now: str, zone: str, day: str, day_ends: str, month: str, month_ends: str, why: str) -> None:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    assert periods(at(now), zone) == (Period(day, at(day_ends)), Period(month, at(month_ends))), why


def ceiling(period: Period, most: int, spent: int) -> Ceiling:
    return Ceiling(period=period, most=most, spent=spent, currency="EUR")


@pytest.mark.parametrize(
    ("cost", "ceilings", "period", "why"),
    [
        (5, (), None, "no ceiling"),
        (5, (ceiling(DAY, 10, 5),), None, "up to it"),
        (5, (ceiling(DAY, 10, 6),), DAY, "and not over it"),
        (5, (ceiling(DAY, 10, 6), ceiling(MONTH, 100, 6)), DAY, "the day alone"),
        (5, (ceiling(DAY, 10, 0), ceiling(MONTH, 100, 99)), MONTH, "the month alone"),
        (5, (ceiling(DAY, 10, 9), ceiling(MONTH, 100, 99)), MONTH, "the longer one"),
        (11, (ceiling(DAY, 10, 0),), DAY, "dearer than a whole day"),
    ],
)
def test_ceilings(cost: int, ceilings: tuple[Ceiling, ...], period: Period | None, why: str) -> None:
    found = exceeded(Budget(cost, ceilings), NOW)
    assert (found.period if found else None) == period, why
    assert exceeded(Budget(cost, ceilings), MONTH.ends) is None, "the next month begins at nothing"


def test_a_ceiling_in_words() -> None:
    assert ceiling(DAY, 25_500_000, 0).reason == "spending: the ceiling of this day, 25.50 EUR"
    assert ceiling(MONTH, 8_300, 0).reason == "spending: the ceiling of this month, 0.0083 EUR"


@given(st.decimals(0, 100, places=6), st.integers(1, 20))
def test_sums_are_exact(price: Decimal, segments: int) -> None:
    millionths = cost(segments, "US", {"US": price})
    assert Decimal(amount(millionths)) == price * segments
    assert micros(Decimal(amount(millionths))) == millionths


@given(st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  # hypothesis adds the zone
def test_each_moment_is_of_one_day_and_month_that_end_after_it(now: datetime) -> None:
    for zone in ("UTC", "Pacific/Apia", "America/Havana", "Asia/Beirut"):
        day, month = periods(now, zone)
        assert now < day.ends <= month.ends
        assert day.ends - now <= timedelta(hours=25)
        assert day.name.startswith(month.name)
        assert periods(day.ends, zone)[0].name > day.name
