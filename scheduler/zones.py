"""Where a number may be: country, region and every zone that fits. Pure, from the numbering plans in `phonenumbers`.

A number is no place: a US mobile keeps its area code wherever its owner lives, and some numbers (toll-free, Twilio's test
numbers) fit dozens of zones. So all candidates are kept, but those so far off that no hour suits them all, and
`windows.send_at` waits for the hour that does.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import phonenumbers
import yaml
from phonenumbers import timezone

from flows.localtime import is_zone, to_local
from scheduler.daysoff import has_region
from scheduler.windows import Place, has_row

_UNKNOWN = "Etc/Unknown"
_ISLANDS = {"GB": "Europe/London", "FR": "Europe/Paris"}
"""Countries whose code is shared with islands that keep the same hours, or answer to another code."""

_WIDEST = timedelta(hours=6)
"""Zones further apart have no hour in common on a short day: windows may be open for no more than 8 hours."""
_A_WINTER_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def place_of(phone: str, zone: str | None = None, country: str | None = None, region: str | None = None) -> Place:
    """The place of a number. zone, country, region: what is known of the contact, which wins over what the number says.

    region: a code of ISO 3166-2, with its country or without ("FR-57", "TX"). A region that no rule knows, or a zone that is none, counts
    as not given.
    """
    return _place(phone, zone if zone and is_zone(zone) else None, country, region)


@lru_cache(maxsize=8192)
def _place(phone: str, zone: str | None, country: str | None, region: str | None) -> Place:
    try:
        number, nation = _american(phone) or _anywhere(phone)
    except phonenumbers.NumberParseException:
        return Place(zones=(zone,) if zone else _of_country(country), country=country, region=_known(region, country))
    nation = country or nation
    where = _known(region, nation) or _region(number, nation)
    return Place(zones=(zone,) if zone else _zones(number, nation), country=nation, region=where)


def _known(region: str | None, country: str | None) -> str | None:
    """The code of a region of the country for which rules differ; None for any other word."""
    code = (region or "").strip().upper().removeprefix(f"{country}-")
    return code if code and (has_row(country, code) or has_region(country, code)) else None


def _american(phone: str) -> tuple[phonenumbers.PhoneNumber, str] | None:
    """A number of a US area code, by our own table: phonenumbers would try the patterns of all countries of +1 (a quarter of a turn)."""
    if len(phone) != 12 or not phone.startswith("+1") or not phone[1:].isdecimal() or phone[2:5] not in _states():
        return None
    return phonenumbers.PhoneNumber(country_code=1, national_number=int(phone[2:])), "US"


def _anywhere(phone: str) -> tuple[phonenumbers.PhoneNumber, str | None]:
    number = phonenumbers.parse(phone, None)
    return number, phonenumbers.region_code_for_number(number) or phonenumbers.region_code_for_country_code(number.country_code or 0)


@lru_cache(maxsize=4096)
def home_zone(place: Place) -> str:
    """The zone to show times in: the one we know, else the middle one of the candidates, which is the least wrong."""
    clocks = {name: to_local(_A_WINTER_DAY, name) for name in place.zones}
    same = [name for name in place.zones if clocks[name] == _middle(clocks)]
    return same[len(same) // 2]


def _middle(clocks: Mapping[str, datetime]) -> datetime:
    return sorted(clocks.values())[len(clocks) // 2]


def _zones(number: phonenumbers.PhoneNumber, nation: str | None) -> tuple[str, ...]:
    if nation in _ISLANDS:
        return (_ISLANDS[nation],)
    found = timezone.time_zones_for_number(number)
    if found == (_UNKNOWN,):  # no number that is in use, as +1 555...: any zone of its country, and never UTC's night for its day
        found = timezone.time_zones_for_geographical_number(number)
    return _near(tuple(name for name in found if name != _UNKNOWN)) or ("UTC",)


def _of_country(country: str | None) -> tuple[str, ...]:
    """The zones of a country where there is no number to go by."""
    code = phonenumbers.country_code_for_region(country) if country else 0
    return _zones(phonenumbers.PhoneNumber(country_code=code, national_number=0), country) if code else ("UTC",)


def _near(zones: tuple[str, ...]) -> tuple[str, ...]:
    """The zones around the middle one, as long as all have a part of the day in common (+1 800 reaches from Guam to Newfoundland)."""
    clocks = {name: to_local(_A_WINTER_DAY, name) for name in zones}
    kept: list[str] = []
    for name in sorted(zones, key=lambda name: abs(clocks[name] - _middle(clocks))):
        reach = [clocks[other] for other in (*kept, name)]
        if max(reach) - min(reach) <= _WIDEST:
            kept.append(name)
    return tuple(name for name in zones if name in kept)


def _region(number: phonenumbers.PhoneNumber, nation: str | None) -> str | None:
    """The US state of an area code; a mobile number keeps it wherever its owner moves."""
    return _states().get(str(number.national_number)[:3]) if nation == "US" and number.country_code == 1 else None


@lru_cache(maxsize=1)
def _states() -> Mapping[str, str]:
    """Area code → state."""
    rows = yaml.safe_load((Path(__file__).parent / "data" / "us_area_codes.yaml").read_text("utf-8"))
    return {str(code): state for state, codes in rows.items() for code in codes}
