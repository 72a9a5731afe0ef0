"""Public holidays by country and region. Pure; which calendars hold where is data (data/holidays.yaml), the days are the library's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml


class Extent(StrEnum):
    """Which public holidays are closed, where the region decides and is not known."""

    CERTAIN = "certain"  # those of the whole country
    POSSIBLE = "possible"  # those of any of its regions too


@dataclass(frozen=True, slots=True)
class Calendars:
    """The library's calendars of one country. regions: by a region's code in ISO 3166-2, without the country."""

    days: str
    regions: Mapping[str, str]


def days_off(country: str, region: str | None, year: int, extent: Extent) -> Mapping[date, str]:
    """The public holidays of a year, each with its name; none for a country that data/holidays.yaml does not have."""
    calendars = _table().get(country)
    if calendars is None:
        return {}
    if region is None and extent is Extent.POSSIBLE:
        return _days((calendars.days, *sorted({*calendars.regions.values()})), year)
    return _days((calendars.regions.get(region or "", calendars.days),), year)


def countries() -> frozenset[str]:
    """The countries whose holidays are known."""
    return frozenset(_table())


def has_region(country: str | None, region: str) -> bool:
    """Whether a country has a region of that code, as far as it has days off of its own."""
    calendars = _table().get(country or "")
    return calendars is not None and region in calendars.regions


@lru_cache(maxsize=1024)
def _days(names: tuple[str, ...], year: int) -> Mapping[date, str]:
    """The days of all these calendars; where they differ in a name, the first one's."""
    import holidays  # only where a row asks for it: 0.1 s and 10 MB

    found: dict[date, str] = {}
    for name in names:
        country, _, region = name.partition("-")
        own = holidays.country_holidays(country, subdiv=region or None, years=year, language=None if country == "GB" else "en_US")
        found = {**own, **found}
    return found


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Calendars]:
    rows: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "data" / "holidays.yaml").read_text("utf-8"))
    return {
        country: Calendars(row["days"], {str(code): name for code, name in row.get("regions", {}).items()}) for country, row in rows.items()
    }
