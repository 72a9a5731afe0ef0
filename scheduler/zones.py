"""Where a number may be: country, region and every zone that fits. Pure, from the numbering plans in `phonenumbers`.

A number is no place: a US mobile keeps its area code wherever its owner lives, and some numbers (toll-free, Twilio's test
numbers) fit dozens of zones. So all candidates are kept, and `windows.send_at` waits for the hour that suits them all.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import phonenumbers
import yaml
from phonenumbers import timezone

from scheduler.windows import Place

_UNKNOWN = "Etc/Unknown"
_ISLANDS = {"GB": "Europe/London", "FR": "Europe/Paris"}
"""Countries whose code is shared with islands that keep the same hours, or answer to another code."""


def place_of(phone: str, zone: str | None = None, country: str | None = None) -> Place:
    """The place of a number. zone, country: what is known of the contact, which wins over what the number says."""
    return _place(phone, zone, country)


@lru_cache(maxsize=8192)
def _place(phone: str, zone: str | None, country: str | None) -> Place:
    try:
        number = phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        return Place(zones=(zone or "UTC",), country=country)
    nation = country or phonenumbers.region_code_for_number(number) or phonenumbers.region_code_for_country_code(number.country_code or 0)
    return Place(zones=(zone,) if zone else _zones(number, nation), country=nation, region=_region(number, nation))


def home_zone(place: Place) -> str:
    """The zone to show times in: the one we know, else the middle one of the candidates, which is the least wrong."""
    return place.zones[len(place.zones) // 2]


def _zones(number: phonenumbers.PhoneNumber, nation: str | None) -> tuple[str, ...]:
    if nation in _ISLANDS:
        return (_ISLANDS[nation],)
    found = tuple(name for name in timezone.time_zones_for_number(number) if name != _UNKNOWN)
    return found or ("UTC",)


def _region(number: phonenumbers.PhoneNumber, nation: str | None) -> str | None:
    """The US state of an area code; a mobile number keeps it wherever its owner moves."""
    return _states().get(str(number.national_number)[:3]) if nation == "US" else None


@lru_cache(maxsize=1)
def _states() -> Mapping[str, str]:
    """Area code → state."""
    rows = yaml.safe_load((Path(__file__).parent / "data" / "us_area_codes.yaml").read_text("utf-8"))
    return {str(code): state for state, codes in rows.items() for code in codes}
