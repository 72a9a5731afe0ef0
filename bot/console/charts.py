"""Charts, worked out to numbers that a template draws: shares with their intervals, a row for each step. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.rates import Interval

_LEFT, _RIGHT, _TOP, _ROW = 190.0, 640.0, 18.0, 36.0
_TOPS = (0.05, 0.1, 0.2, 0.25, 0.5, 1.0)
_TICKS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A row. low, point, high: where on the axis; words: beside it. Points are None below the least count."""

    name: str
    y: float
    words: str
    low: float | None = None
    point: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """ticks: place and words. told: the chart in a sentence."""

    height: float
    foot: float
    left: float
    right: float
    ticks: tuple[tuple[float, str], ...]
    bars: tuple[Bar, ...]
    told: str


def scale(most: float) -> float:
    """The axis's end for shares up to `most`: the first round one that holds it."""
    return next((top for top in _TOPS if top >= most), 1.0)


def charted(rows: Sequence[tuple[str, Interval | None, int]], *, least: int, top: float | None = None) -> Chart | None:
    """Rows of (name, share, delivered) as a chart; None where no row has `least` delivered. top: the axis's end, as of charts beside it."""
    shown = [share for _, share, delivered in rows if share is not None and delivered >= least]
    if not shown:
        return None
    top = top or scale(max(share.high for share in shown))
    bars, told = [], []
    for n, (name, share, delivered) in enumerate(rows):
        y = _TOP + n * _ROW + _ROW / 2
        if share is None or delivered < least:
            words = f"{delivered} delivered: too few" if delivered else "no data"
            bars.append(Bar(name=name, y=y, words=words))
            told.append(f"{name}: {words}")
            continue
        places = {part: round(_LEFT + getattr(share, attr) / top * (_RIGHT - _LEFT), 1) for part, attr in _PARTS}
        bars.append(Bar(name=name, y=y, words=f"{share.share * 100:.1f} %", **places))
        told.append(f"{name}: {share.share * 100:.1f} percent, {share.low * 100:.1f} to {share.high * 100:.1f}")
    foot = _TOP + len(rows) * _ROW
    ticks = tuple((round(_LEFT + n / _TICKS * (_RIGHT - _LEFT), 1), f"{top * n / _TICKS * 100:g} %") for n in range(_TICKS + 1))
    return Chart(height=foot + 34, foot=foot, left=_LEFT, right=_RIGHT, ticks=ticks, bars=tuple(bars), told="; ".join(told))


_PARTS = (("low", "low"), ("point", "share"), ("high", "high"))
