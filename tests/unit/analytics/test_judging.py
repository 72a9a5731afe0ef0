"""How well labels are guessed: hand-reckoned tables, and laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.judging import (
    Judged,
    accuracy,
    calibration_error,
    coverage_at,
    flips,
    macro_f1,
    share_read_as,
    wrongly_accepted,
)


def judged(*rows: tuple[str, str | None, float]) -> list[Judged]:
    return [Judged(label=label, guess=guess, confidence=sure) for label, guess, sure in rows]


FOUR = judged(("yes", "yes", 0.9), ("yes", "no", 0.6), ("no", "no", 0.8), ("maybe", None, 0.0))


def test_shares() -> None:
    assert accuracy(FOUR).share == 0.5
    # yes: 2 * 1 / (2 + 1); no: 2 * 1 / (1 + 2); maybe: 0
    assert macro_f1(FOUR) == pytest.approx((2 / 3 + 2 / 3 + 0) / 3)
    assert flips(FOUR, "yes", "no").share == 0.25
    recall = share_read_as(FOUR, "yes", ("yes",))
    assert recall is not None
    assert recall.share == 0.5
    assert recall.low < 0.5 < recall.high
    assert share_read_as(FOUR, "never", ("yes",)) is None
    with pytest.raises(ValueError, match="no data"):
        accuracy([])


@pytest.mark.parametrize(
    ("rows", "precision", "expected", "why"),
    [
        ([("a", "a", 0.9), ("a", "a", 0.8), ("a", "b", 0.7), ("a", "a", 0.6)], 0.75, 1.0, "three of four are right"),
        ([("a", "a", 0.9), ("a", "a", 0.8), ("a", "b", 0.7), ("a", "a", 0.6)], 0.9, 0.5, "the two surest"),
        ([("a", "a", 0.9), ("a", "b", 0.9)], 0.9, 0.0, "equally sure texts cannot be told apart"),
        ([("a", "b", 0.9), ("a", "a", 0.1)], 0.9, 0.0, "the surest is wrong"),
        ([("a", None, 0.0), ("a", "a", 0.5)], 0.9, 0.5, "what is read as nothing is not answered"),
    ],
)
def test_coverage(rows: list[tuple[str, str | None, float]], precision: float, expected: float, why: str) -> None:
    assert coverage_at(judged(*rows), precision) == expected, why


def test_calibration() -> None:
    sure = judged(*[("a", "a", 0.75)] * 3, ("a", "b", 0.75))
    assert calibration_error(sure) == pytest.approx(0.0)
    assert calibration_error(judged(("a", "b", 0.95))) == pytest.approx(0.95)
    assert calibration_error(judged(("a", None, 0.3))) == 0.0


def test_texts_that_mean_nothing_known() -> None:
    inside = judged(*[("a", "a", 0.5 + n / 100) for n in range(20)])
    outside = judged(("oos", "a", 0.6), ("oos", "a", 0.4), ("oos", "a", 0.1), ("oos", "a", 0.2))
    assert wrongly_accepted(inside, outside).share == 0.25
    with pytest.raises(ValueError, match="no text"):
        wrongly_accepted([], outside)


_TEXTS = st.lists(
    st.builds(Judged, label=st.sampled_from("ab"), guess=st.sampled_from(["a", "b", None]), confidence=st.floats(0, 1)), min_size=1
)


@given(_TEXTS)
def test_figures_are_shares_and_more_precision_never_covers_more(texts: list[Judged]) -> None:
    for figure in (macro_f1(texts), calibration_error(texts), coverage_at(texts, 0.9)):
        assert 0.0 <= figure <= 1.0
    assert coverage_at(texts, 0.95) <= coverage_at(texts, 0.9) <= coverage_at(texts, 0.5)
