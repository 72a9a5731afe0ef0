"""The phrases of `schedule:`: "every day 09:00", "every monday and friday 18:00", "every month on the 1st 09:00"."""

import re
from dataclasses import dataclass
from datetime import time

from flows.spans import clock

MAX_LENGTH = 120

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_PHRASE = re.compile(r"every\s+(?P<days>.+?)\s+(?:at\s+)?(?P<at>\d{1,2}:\d{2})", re.IGNORECASE | re.ASCII)
_MONTHLY = re.compile(r"month\s+on\s+the\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """weekdays: 0 is Monday; empty for a monthly one. day: of the month; in a shorter month its last. at: local time."""

    weekdays: frozenset[int] = frozenset()
    day: int | None = None
    at: time


def schedule(phrase: str) -> Schedule | None:
    """What the phrase says, None where it says nothing."""
    match = _PHRASE.fullmatch(phrase.strip()) if len(phrase) <= MAX_LENGTH else None
    at = clock(match["at"]) if match else None
    if match is None or at is None:
        return None
    if monthly := _MONTHLY.fullmatch(match["days"]):
        day = int(monthly["day"])
        return Schedule(day=day, at=at) if 1 <= day <= 31 else None
    weekdays = _weekdays(match["days"].lower())
    return Schedule(weekdays=weekdays, at=at) if weekdays else None


def is_schedule(phrase: str) -> bool:
    return schedule(phrase) is not None


def _weekdays(words: str) -> frozenset[int]:
    found: set[int] = set()
    for word in re.split(r"\s*,\s*and\s+|\s*,\s*|\s+and\s+", words):
        match word:
            case "day":
                found.update(range(7))
            case "weekday":
                found.update(range(5))
            case "weekend":
                found.update((5, 6))
            case _ if word in WEEKDAYS:
                found.add(WEEKDAYS.index(word))
            case _:
                return frozenset()
    return frozenset(found)
