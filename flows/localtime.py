"""Wall time and instants, exactly, over clock changes. Pure: zones come by name, "now" is an argument.

The rule (flow-language.md, "Time"): a local time that does not exist moves forward to the first that does; one that
exists twice is taken once, the first. A day is a local day: 18:00 plus one day is 18:00.
"""

import math
import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from flows.types import Span

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PHRASE = re.compile(r"^(?:(?P<day>next \w+|tomorrow|today|\d{4}-\d\d-\d\d)\s*)?(?P<at>\d{1,2}:\d\d)?$", re.IGNORECASE)


@lru_cache(maxsize=600)
def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name. Raises ZoneInfoNotFoundError (a KeyError) or ValueError for a name that is none."""
    return ZoneInfo(name)


@lru_cache(maxsize=600)
def is_zone(name: str) -> bool:
    """Whether it is the name of a zone."""
    try:
        zone_of(name)
    except (LookupError, ValueError, OSError):
        return False
    return True


def to_local(instant: datetime, zone: str) -> datetime:
    """The naive wall time of an aware instant."""
    return instant.astimezone(zone_of(zone)).replace(tzinfo=None, fold=0)


def to_instant(local: datetime, zone: str) -> datetime:
    """The UTC instant of a naive wall time: in a gap the first moment after it, in a fold the first of the two."""
    tz = zone_of(zone)
    aware = local.replace(tzinfo=tz, fold=0)
    instant = aware.astimezone(UTC)
    if instant.astimezone(tz).replace(tzinfo=None) == local:
        return instant
    return _end_of_gap(local, tz)


def _end_of_gap(local: datetime, tz: ZoneInfo) -> datetime:
    """The instant at which the clock jumped over `local`: between the readings of `local` by the offset before and the one after."""
    low, high = sorted(local.replace(tzinfo=tz, fold=fold).astimezone(UTC) for fold in (0, 1))
    low = low.replace(microsecond=0)  # clocks jump at whole seconds
    offset, before, after = low.astimezone(tz).utcoffset(), 0, math.ceil((high - low).total_seconds())
    while after - before > 1:
        middle = (before + after) // 2
        if (low + timedelta(seconds=middle)).astimezone(tz).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return low + timedelta(seconds=after)


def add(start: datetime, span: Span, zone: str) -> datetime:
    """The instant `span` after the aware `start`: days by the wall clock where `zone` is, the rest by the second."""
    if span.days:
        start = to_instant(to_local(start, zone) + timedelta(days=span.days), zone)
    return start + timedelta(seconds=span.seconds)


def next_at(start: datetime, at: time, zone: str) -> datetime:
    """The first instant not before `start` at which the wall clock shows `at` (once per local day, in a gap the first moment after it)."""
    local = to_local(start, zone)
    for days in (0, 1, 2):
        instant = to_instant(datetime.combine(local.date() + timedelta(days=days), at), zone)
        if instant >= start:
            return instant
    raise AssertionError("a wall time comes at least every second day")


def phrase(text: str, now: datetime, zone: str) -> datetime | None:
    """The instant that "next monday 09:00", "tomorrow 18:00", "2026-12-24 10:00" or "09:00" names after `now`; None for other words."""
    match = _PHRASE.match(" ".join(text.split()))
    if match is None or not (match["day"] or match["at"]):
        return None
    at = clock(match["at"]) if match["at"] else time(9)
    if at is None:
        return None
    if not match["day"]:
        return next_at(now, at, zone)
    day = _day(match["day"].lower(), to_local(now, zone).date())
    return None if day is None else to_instant(datetime.combine(day, at), zone)


def _day(words: str, today: date) -> date | None:
    if words == "today":
        return today
    if words == "tomorrow":
        return today + timedelta(days=1)
    if words.startswith("next "):
        name = words.removeprefix("next ")
        if name not in WEEKDAYS:
            return None
        return today + timedelta(days=(WEEKDAYS.index(name) - today.weekday() - 1) % 7 + 1)
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None


def clock(text: str) -> time | None:
    """The time of "9:05" or "18:00"; None for what is none."""
    try:
        hour, minute = text.split(":")
        return time(int(hour), int(minute))
    except ValueError:
        return None


def as_instant(value: object, zone: str) -> datetime | None:
    """The instant that a date (its midnight), a wall time, an instant or their ISO text means where `zone` is; None for anything else."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    match value:
        case datetime(tzinfo=None):
            return to_instant(value, zone)
        case datetime():
            return value.astimezone(UTC)
        case date():
            return to_instant(datetime.combine(value, time()), zone)
        case _:
            return None
