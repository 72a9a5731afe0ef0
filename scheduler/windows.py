"""Quiet hours: when a contact may be texted unasked, in the contact's own local time. Pure; the windows are data (data/windows.yaml)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

import yaml

from flows.localtime import to_instant
from flows.types import Purpose
from scheduler.daysoff import Extent, days_off

DATA = Path(__file__).parent / "data"
Span = tuple[datetime, datetime]
"""From an instant (inclusive) to another one (exclusive)."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_DAYS = 30
"""No window opens for so long: a mistake in the data."""


@dataclass(frozen=True, slots=True)
class Window:
    """Open from `opens` (inclusive) to `closes` (exclusive), wall time."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hours:
    """The windows of one place and purpose: by weekday, Monday first. row: its name in the data. holidays: which are closed, if any.

    One object for each row and purpose, so that what is worked out from it is found again.
    """

    row: str
    week: tuple[tuple[Window, ...], ...]
    holidays: Extent | None = None
    source: str = ""
    read: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a contact may be: every zone that its number allows (one, where we know), its country and region."""

    zones: tuple[str, ...]
    country: str | None = None
    region: str | None = None


def send_at(planned: datetime, place: Place, purpose: Purpose) -> datetime:
    """The first instant, not before `planned`, at which the window is open wherever the contact may be.

    With several zones possible, that is where all of them agree: never zones[0]. Raises ValueError if the windows never open.
    """
    hours = hours_for(place, purpose)
    today = planned.astimezone(UTC).date()
    for ahead in range(MOST_DAYS):
        for opens, closes in _open(today + timedelta(days=ahead), place.zones, hours, place.country, place.region):
            if planned < closes:
                return max(planned, opens)
    raise ValueError(f"no window for {place.country}-{place.region} opens within {MOST_DAYS} days")


def is_open(moment: datetime, place: Place, purpose: Purpose) -> bool:
    """Whether a text may leave at this instant."""
    return send_at(moment, place, purpose) == moment


def hours_for(place: Place, purpose: Purpose) -> Hours:
    """The hours of the most exact row that we have."""
    table = _table()
    for name in (f"{place.country}-{place.region}", str(place.country), "default"):
        if name in table:
            return table[name][purpose]
    raise AssertionError("data/windows.yaml has a default")


def rules_for(place: Place, purpose: Purpose = Purpose.MARKETING) -> str:
    """The name of the row that holds for a place, with the version of the data: "US-CT@2026-11-22.1f3a9c2e"."""
    return f"{hours_for(place, purpose).row}@{version()}"


@lru_cache(maxsize=1)
def version() -> str:
    """The newest date of reading in the data, and a hash of all that decides: our files, and the library of holidays."""
    read = max(hours.read for row in _table().values() for hours in row.values() if hours.read is not None)
    said = b"".join((DATA / name).read_bytes() for name in ("windows.yaml", "holidays.yaml", "us_area_codes.yaml"))
    return f"{read}.{sha256(said + installed('holidays').encode()).hexdigest()[:8]}"


def has_row(country: str | None, region: str) -> bool:
    """Whether a region has hours of its own."""
    return f"{country}-{region}" in _table()


def windows_on(day: date, hours: Hours, country: str | None, region: str | None) -> tuple[Window, ...]:
    """The windows of a local day; none on a day that is closed."""
    return () if holiday(day, hours, country, region) else hours.week[day.weekday()]


def holiday(day: date, hours: Hours, country: str | None, region: str | None) -> str | None:
    """The name of the public holiday for which the day is closed."""
    if hours.holidays is None or country is None:
        return None
    return days_off(country, region, day.year, hours.holidays).get(day)


@lru_cache(maxsize=16384)
def _open(day: date, zones: tuple[str, ...], hours: Hours, country: str | None, region: str | None) -> tuple[Span, ...]:
    """The spans of a day of UTC in which it is open in all of these zones. Kept, as it is asked for each text that nobody asked for."""
    midnight = datetime.combine(day, time(), UTC)
    found: tuple[Span, ...] = ((midnight, midnight + timedelta(days=1)),)
    for zone in zones:
        local_days = (day + timedelta(days=n) for n in (-1, 0, 1))
        theirs = [span for local in local_days for span in _spans(local, zone, hours, country, region)]
        found = tuple((max(a, c), min(b, d)) for a, b in found for c, d in theirs if max(a, c) < min(b, d))
    return found


@lru_cache(maxsize=16384)
def _spans(day: date, zone: str, hours: Hours, country: str | None, region: str | None) -> tuple[Span, ...]:
    """When the windows of a local day open and close, as instants."""
    return tuple(
        (to_instant(datetime.combine(day, window.opens), zone), to_instant(datetime.combine(day, window.closes), zone))
        for window in windows_on(day, hours, country, region)
    )


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Mapping[Purpose, Hours]]:
    rows = yaml.safe_load((DATA / "windows.yaml").read_text("utf-8"))
    return {name: {purpose: _hours(name, row, purpose) for purpose in Purpose} for name, row in rows.items()}


def _hours(name: str, row: Mapping[str, Any], purpose: Purpose) -> Hours:
    week: list[list[Window]] = [[] for _ in DAYS]
    for line in row[purpose.value]:
        days, _, span = line.partition(" ")
        first, _, last = days.partition("-")
        opens, closes = (time.fromisoformat(at) for at in span.split("-"))
        for day in range(DAYS.index(first), DAYS.index(last or first) + 1):
            week[day].append(Window(opens, closes))
    closed = row.get("closed_on_holidays", {}).get(purpose.value)
    return Hours(
        row=name,
        week=tuple(tuple(windows) for windows in week),
        holidays=Extent(closed) if closed else None,
        source=row["source"],
        read=row["read"],
    )
