"""Durations and clock times as authors write them."""

import re
from datetime import time

from flows.types import Span

_SPAN = re.compile(r"(\d{1,6})\s*(s|m|min|h|d|w)", re.IGNORECASE | re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600}
_DAYS = {"d": 1, "w": 7}
_LONGEST_DAYS = 3660


def span(text: str) -> Span | None:
    """The duration that `text` says ("30m", "2h", "3d", "2w"; "-1d" is a day before), None where it says none or over ten years."""
    text = text.strip()
    sign = -1 if text.startswith("-") else 1
    match = _SPAN.fullmatch(text[1:] if text[:1] in ("+", "-") else text)
    if match is None:
        return None
    amount, unit = int(match[1]), match[2].lower()
    made = Span(days=sign * amount * _DAYS[unit]) if unit in _DAYS else Span(seconds=sign * amount * _SECONDS[unit])
    return made if abs(total_seconds(made)) <= _LONGEST_DAYS * 86400 else None


def clock(text: str) -> time | None:
    """The wall time that `text` says ("9:00", "18:30"), None where it says none."""
    match = _CLOCK.fullmatch(text.strip())
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        return None
    return time(int(match[1]), int(match[2]))


def total_seconds(value: Span) -> int:
    """Its length where no clock change falls into it: to compare two spans, never to add one to a time."""
    return value.days * 86400 + value.seconds


def spelled(value: Span) -> str:
    """A duration as an author would write it; "0m" for none."""
    days = f"{value.days}d" if value.days else ""
    seconds = value.seconds
    if not seconds:
        return days or "0m"
    size, unit = next((size, unit) for size, unit in ((3600, "h"), (60, "m"), (1, "s")) if seconds % size == 0)
    return f"{days}{' ' if days else ''}{seconds // size}{unit}"
