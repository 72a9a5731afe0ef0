"""Where a number may be: country, region and every zone that fits. Pure, from the numbering plans in `phonenumbers`.

A number is no place: a US mobile keeps its area code wherever its owner lives, and some numbers (toll-free, Twilio's test
numbers) fit dozens of zones. So all candidates are kept, and `windows.send_at` waits for the hour that suits them all.
"""

from functools import lru_cache

import phonenumbers
from phonenumbers import geocoder, timezone

from scheduler.windows import Place

_US_STATES = {
    "Connecticut": "CT", "Florida": "FL", "Oklahoma": "OK", "Maryland": "MD", "Mississippi": "MS", "New Jersey": "NJ", "Alabama": "AL",
    "Louisiana": "LA", "Massachusetts": "MA", "Washington State": "WA", "Texas": "TX", "Rhode Island": "RI", "Kentucky": "KY",
    "Illinois": "IL", "Michigan": "MI", "Minnesota": "MN", "California": "CA",
}  # fmt: skip
"""States with a row of their own in data/windows.yaml, as the numbering plan calls them."""

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
    if nation != "US":
        return None
    where = geocoder.description_for_number(number, "en")
    state = where.rpartition(", ")[2]
    return _US_STATES.get(where) or (state if len(state) == 2 and state.isupper() else None)
