"""Quiet hours: when a contact may be texted unasked, in the contact's own local time. Pure; the windows are data (data/windows.yaml)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from flows.localtime import to_instant, to_local
from flows.types import Purpose

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_DAYS = 30
"""No window opens for so long: a mistake in the data."""


@dataclass(frozen=True, slots=True)
class Window:
    """Open from `opens` (inclusive) to `closes` (exclusive), wall time."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """The windows of one place: by weekday, Monday first. holidays: the country whose public holidays are closed."""

    week: tuple[tuple[Window, ...], ...]
    holidays: str | None = None
    source: str = ""


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
    moment = planned
    for _ in range(MOST_DAYS * 4 * max(1, len(place.zones))):
        later = max(_opening(moment, zone, hours) for zone in place.zones)
        if later == moment:
            return moment
        moment = later
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


def _opening(moment: datetime, zone: str, hours: Hours) -> datetime:
    """The first open instant from `moment` on, in one zone."""
    local = to_local(moment, zone)
    for ahead in range(MOST_DAYS):
        day = local.date() + timedelta(days=ahead)
        for window in _windows(day, hours):
            opens, closes = (to_instant(datetime.combine(day, at), zone) for at in (window.opens, window.closes))
            if moment < closes:
                return max(moment, opens)
    raise ValueError(f"no window in {zone} opens within {MOST_DAYS} days")


def _windows(day: date, hours: Hours) -> Sequence[Window]:
    if hours.holidays and day in _holidays(hours.holidays, day.year):
        return ()
    return hours.week[day.weekday()]


@lru_cache(maxsize=64)
def _holidays(country: str, year: int) -> frozenset[date]:
    import holidays  # only where a country's row asks for it: 0.1 s and 10 MB

    return frozenset(holidays.country_holidays(country, years=year))


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Mapping[Purpose, Hours]]:
    rows = yaml.safe_load((Path(__file__).parent / "data" / "windows.yaml").read_text("utf-8"))
    return {name: {purpose: _hours(row, purpose) for purpose in Purpose} for name, row in rows.items()}


def _hours(row: Mapping[str, Any], purpose: Purpose) -> Hours:
    week: list[list[Window]] = [[] for _ in DAYS]
    for line in row[purpose.value]:
        days, _, span = line.partition(" ")
        first, _, last = days.partition("-")
        opens, closes = (time.fromisoformat(at) for at in span.split("-"))
        for day in range(DAYS.index(first), DAYS.index(last or first) + 1):
            week[day].append(Window(opens, closes))
    return Hours(week=tuple(tuple(windows) for windows in week), holidays=row.get("closed_on_holidays"), source=row["source"])
