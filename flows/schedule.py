"""The phrases of `schedule:`: "every day 09:00", "every monday and friday 18:00", "every month on the 1st 09:00"."""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta

from flows.localtime import to_instant, to_local
from flows.spans import clock
from flows.types import Schedule

MAX_LENGTH = 120
_MOST_DAYS = 70
"""Between two times of a monthly schedule lie fewer."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_PHRASE = re.compile(r"every\s+(?P<days>.+?)\s+(?:at\s+)?(?P<at>\d{1,2}:\d{2})", re.IGNORECASE | re.ASCII)
_MONTHLY = re.compile(r"month\s+on\s+the\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?", re.IGNORECASE | re.ASCII)


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


def next_time(planned: Schedule, previous: datetime | None, now: datetime, zone: str) -> datetime:
    """The first instant of the schedule after `previous`; not before `now` where there was none yet.

    Aware instants; the wall clock is that of `zone`: an hour that does not exist moves to the first that does, one that exists
    twice comes once, the first. What it gives may have passed by now: each missed time is given once, and `late` decides.
    """
    day = to_local(previous or now, zone).date()
    for _ in range(_MOST_DAYS):
        if _on(planned, day):
            instant = to_instant(datetime.combine(day, planned.at), zone)
            if instant > previous if previous is not None else instant >= now:
                return instant
        day += timedelta(days=1)
    raise AssertionError("a schedule comes at least once a month")


def _on(planned: Schedule, day: date) -> bool:
    if planned.day is None:
        return day.weekday() in planned.weekdays
    return day.day == min(planned.day, monthrange(day.year, day.month)[1])


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
