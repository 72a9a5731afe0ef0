"""When a carrier counts anew."""

from datetime import datetime

import pytest

from bot import reports


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-03-04T18:00Z", "2026-03-05T08:00Z"),
        ("2026-03-05T07:59Z", "2026-03-05T08:00Z"),
        ("2026-03-08T07:00Z", "2026-03-08T08:00Z"),  # the night before the clocks go forward
        ("2026-03-08T20:00Z", "2026-03-09T07:00Z"),
    ],
)
def test_the_carriers_next_day_begins_at_midnight_in_california(now: str, then: str) -> None:
    assert reports.next_day(datetime.fromisoformat(now)) == datetime.fromisoformat(then)
