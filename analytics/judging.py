"""How well labels are guessed: shares with their doubt, F1, coverage, flips, and whether confidences are what they say."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analytics.rates import Interval, share_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One text: what it is, what it was read as (None: as nothing), and how sure that was, 0 to 1."""

    label: str
    guess: str | None
    confidence: float

    @property
    def right(self) -> bool:
        return self.label == self.guess


def accuracy(judged: Sequence[Judged]) -> Interval:
    """Share of texts that are read as what they are, with a 95 % Wilson interval. Raises ValueError for no texts."""
    return share_of(sum(one.right for one in judged), len(judged))


def share_read_as(judged: Sequence[Judged], label: str, guesses: Sequence[str | None]) -> Interval | None:
    """Of the texts that are `label`, the share that is read as one of `guesses`; None where there is no such text."""
    own = [one for one in judged if one.label == label]
    return share_of(sum(one.guess in guesses for one in own), len(own)) if own else None


def macro_f1(judged: Sequence[Judged]) -> float:
    """The mean over all labels of the harmonic mean of precision and recall, 0 to 1; a label that is never guessed counts as 0."""
    true = Counter(one.label for one in judged)
    guessed = Counter(one.guess for one in judged)
    both = Counter(one.label for one in judged if one.right)
    return sum(2 * both[label] / (true[label] + guessed[label]) for label in true) / len(true)


def coverage_at(judged: Sequence[Judged], precision: float) -> float:
    """The largest share of texts that can be answered, the surest first, with at least this precision; 0 where none can."""
    n_right, best = 0, 0
    answered = sorted((one for one in judged if one.guess is not None), key=lambda one: -one.confidence)
    for n, one in enumerate(answered, 1):
        n_right += one.right
        tied = n < len(answered) and answered[n].confidence == one.confidence  # texts that are equally sure are answered together
        if not tied and n_right >= precision * n:
            best = n
    return best / len(judged)


def calibration_error(judged: Sequence[Judged], n_bins: int = 10) -> float:
    """How far confidences are from shares of right answers, over bins of equal width, weighed by their numbers.

    Texts that are read as nothing say nothing of it. Source: Naeini et al. 2015, AAAI (expected calibration error).
    """
    bins: list[list[Judged]] = [[] for _ in range(n_bins)]
    for one in judged:
        if one.guess is not None:
            bins[min(n_bins - 1, int(one.confidence * n_bins))].append(one)
    n = sum(map(len, bins))
    gaps = (abs(sum(one.confidence for one in held) - sum(one.right for one in held)) for held in bins)
    return sum(gaps) / n if n else 0.0


def flips(judged: Sequence[Judged], one: str, other: str) -> Interval:
    """Share of texts of which one label is read as its opposite. Raises ValueError for no texts."""
    return share_of(sum({text.label, text.guess} == {one, other} for text in judged), len(judged))


def wrongly_accepted(inside: Sequence[Judged], outside: Sequence[Judged], kept: float = 0.95) -> Interval:
    """Share of texts that mean none of the labels and are taken for one, where this share of the others is kept.

    Raises ValueError for no texts on either side.
    """
    surest = sorted((one.confidence for one in inside), reverse=True)
    if not surest:
        raise ValueError("no text means one of the labels")
    threshold = surest[min(len(surest) - 1, int(kept * len(surest)))]
    return share_of(sum(one.confidence >= threshold for one in outside), len(outside))
