"""Dates that come back every year, and the one that does not."""

from datetime import date

import pytest

from bot.dates import in_year


@pytest.mark.parametrize(
    ("born", "year", "day", "why"),
    [
        ("1996-02-29", 2026, "2026-03-01", "a common year"),
        ("1996-02-29", 2027, "2027-03-01", "another"),
        ("1996-02-29", 2028, "2028-02-29", "a leap year"),
        ("1996-02-29", 2029, "2029-03-01", "a common one again"),
        ("1996-02-29", 2100, "2100-03-01", "by four, but by a hundred too"),
        ("1996-02-29", 2000, "2000-02-29", "and by four hundred"),
        ("1996-02-28", 2027, "2027-02-28", "the day before is a day like others"),
        ("1996-03-01", 2028, "2028-03-01", "and so is the day after"),
        ("1996-12-31", 2026, "2026-12-31", "the last day"),
    ],
)
def test_in_year(born: str, year: int, day: str, why: str) -> None:
    assert in_year(date.fromisoformat(born), year) == date.fromisoformat(day), why
