"""Shares and their uncertainty."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.rates import median, response_share

counts = st.integers(1, 10**7).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("replied", "delivered", "low", "high", "why"),
    [
        (0, 1, 0.0, 0.7935, "one who is silent says little"),
        (1, 1, 0.2065, 1.0, "nor does one who answers"),
        (0, 10, 0.0, 0.2775, "none of ten"),
        (5, 10, 0.2366, 0.7634, "half of ten"),
        (81, 263, 0.2553, 0.3662, "Newcombe 1998, table I"),
        (15, 148, 0.0624, 0.1605, "Newcombe 1998, table I"),
        (1, 29, 0.0061, 0.1718, "Newcombe 1998, table I"),
    ],
)
def test_wilson(replied: int, delivered: int, low: float, high: float, why: str) -> None:
    found = response_share(replied, delivered)
    assert found.share == replied / delivered
    assert found.low == pytest.approx(low, abs=5e-5), why
    assert found.high == pytest.approx(high, abs=5e-5), why


@given(counts)
def test_the_interval_is_a_share_and_holds_the_share(count: tuple[int, int]) -> None:
    replied, delivered = count
    found = response_share(replied, delivered)
    assert 0 <= found.low <= found.share <= found.high <= 1
    assert found.low < found.high, "nothing is ever certain"


@given(counts)
def test_silence_is_the_mirror_of_an_answer(count: tuple[int, int]) -> None:
    replied, delivered = count
    there, back = response_share(replied, delivered), response_share(delivered - replied, delivered)
    assert there.low == pytest.approx(1 - back.high, abs=1e-12)
    assert there.high == pytest.approx(1 - back.low, abs=1e-12)


@given(counts)
def test_ten_times_as_many_say_it_more_exactly(count: tuple[int, int]) -> None:
    replied, delivered = count
    few, many = response_share(replied, delivered), response_share(replied * 10, delivered * 10)
    assert many.high - many.low < few.high - few.low


@pytest.mark.parametrize(("replied", "delivered"), [(0, 0), (1, 0), (-1, 5), (6, 5), (0, -1)])
def test_no_data_is_never_nought_percent(replied: int, delivered: int) -> None:
    with pytest.raises(ValueError, match=r"no data|no share"):
        response_share(replied, delivered)


@pytest.mark.parametrize(
    ("minutes", "expected", "why"),
    [([], None, "none"), ([5], 5, "one"), ([9, 1, 2], 2, "the middle"), ([1, 2, 4, 100], 3, "of two middles the mean")],
)
def test_median(minutes: list[int], expected: int | None, why: str) -> None:
    found = median([timedelta(minutes=n) for n in minutes])
    assert found == (None if expected is None else timedelta(minutes=expected)), why
