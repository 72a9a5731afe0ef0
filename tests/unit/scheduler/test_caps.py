"""How much marketing one contact may get."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.caps import Capped, longest, marketing_caps, reached

NOW = datetime(2026, 3, 4, 18, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TWO_A_DAY = "cap: 2 marketing texts a day"


@pytest.mark.parametrize(
    ("day", "week", "sent", "expected", "why"),
    [
        (2, 0, [], None, "nothing was sent"),
        (2, 0, [NOW - HOUR], None, "one is left"),
        (2, 0, [NOW - HOUR, NOW - 5 * HOUR], Capped(NOW + 19 * HOUR, TWO_A_DAY), "until the older one is a day old"),
        (2, 0, [NOW - 5 * HOUR, NOW - HOUR], Capped(NOW + 19 * HOUR, TWO_A_DAY), "in whatever order"),
        (2, 0, [NOW - HOUR, NOW - DAY], None, "a day old is over, to the second"),
        (
            2,
            0,
            [NOW - HOUR, NOW - 2 * HOUR, NOW - 3 * HOUR],
            Capped(NOW + 22 * HOUR, TWO_A_DAY),
            "more than that: the cap was lowered",
        ),
        (1, 0, [NOW - HOUR], Capped(NOW + 23 * HOUR, "cap: 1 marketing text a day"), "one is said as one"),
        (0, 1, [NOW - HOUR], Capped(NOW + 7 * DAY - HOUR, "cap: 1 marketing text a week"), "the week alone"),
        (1, 2, [NOW - HOUR, NOW - 3 * DAY], Capped(NOW + 4 * DAY, "cap: 2 marketing texts a week"), "the longer wait counts"),
        (0, 0, [NOW] * 50, None, "no cap"),
    ],
)
def test_caps(day: int, week: int, sent: list[datetime], expected: Capped | None, why: str) -> None:
    assert reached(marketing_caps(day=day, week=week), sent, NOW) == expected, why


def test_one_looks_back_as_far_as_the_longest() -> None:
    assert longest(marketing_caps(day=2, week=0)) == DAY
    assert longest(marketing_caps(day=2, week=5)) == 7 * DAY
    assert longest(()) == timedelta()


@given(
    st.integers(1, 4),
    st.integers(0, 6),
    st.lists(st.timedeltas(timedelta(), timedelta(days=9)), max_size=12),
)
def test_who_waits_as_told_is_let_through_and_not_a_moment_before(day: int, week: int, ago: list[timedelta]) -> None:
    caps, sent = marketing_caps(day=day, week=week), [NOW - span for span in ago]
    capped = reached(caps, sent, NOW)
    if capped is not None:
        assert capped.until > NOW
        assert reached(caps, sent, capped.until) is None
        assert reached(caps, sent, capped.until - timedelta(microseconds=1)) is not None
