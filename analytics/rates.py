"""Shares with their uncertainty. Counts in, numbers out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

Z_95 = 1.959963984540054
"""The standard normal's 97.5 % point."""

LEAST_DELIVERED = 30
"""Below so many contacts no rate is shown: a sentence is."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A share and its 95 % interval, all in [0, 1]."""

    share: float
    low: float
    high: float


def share_of(n: int, of: int) -> Interval:
    """The share n / of, with a 95 % Wilson interval. 0 <= n <= of. Raises ValueError if `of` is 0.

    Source: Wilson 1927, JASA 22:209.
    """
    if of <= 0:
        raise ValueError("no data: a share of nothing")
    if not 0 <= n <= of:
        raise ValueError(f"{n} of {of} is no share")
    share = n / of
    spread = Z_95**2 / of
    middle = (share + spread / 2) / (1 + spread)
    half = Z_95 * math.sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    low = 0.0 if n == 0 else max(0.0, middle - half)
    high = 1.0 if n == of else min(1.0, middle + half)
    return Interval(share, low, high)


def response_share(replied: int, delivered: int) -> Interval:
    """Share of delivered contacts who replied, with a 95 % Wilson interval.

    replied, delivered: contacts, not messages; 0 <= replied <= delivered. Returns shares in [0, 1].
    Raises ValueError if delivered is 0: "no data" is the caller's to show, never "0 %".
    Source: Wilson 1927, JASA 22:209.
    """
    return share_of(replied, delivered)


def median(spans: Sequence[timedelta]) -> timedelta | None:
    """The middle of some spans (of two middles their mean); None where there is none."""
    if not spans:
        return None
    ordered = sorted(spans)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
