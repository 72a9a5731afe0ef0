"""What the settings of caps and prices may hold: each function returns the value, or raises ValueError for a text that is none."""

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from config.entries import listed

PURPOSES = ("marketing", "service")
STAGES = ("new", "active", "lapsed")
_HOURS = {"h": 1, "d": 24}
_MOST, _LONGEST = 1000, timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class CapEntry:
    """One cap: at most so many texts of a purpose in a span, for contacts of a stage or (None) for all."""

    purpose: str
    stage: str | None
    most: int
    span: timedelta


def caps(given: object) -> object:
    """Caps from "marketing 2/1d 5/7d; service 6/1d; marketing new 1/1d"."""
    if not isinstance(given, str):
        return given
    return tuple(entry for part in given.split(";") if part.strip() for entry in _part(part.lower().split()))


def _part(words: list[str]) -> list[CapEntry]:
    purpose, *rest = words
    stage = rest.pop(0) if rest and rest[0] in STAGES else None
    if purpose not in PURPOSES or not rest:
        raise ValueError("no such purpose, or no cap after it")
    return [CapEntry(purpose=purpose, stage=stage, most=most, span=span) for most, span in map(_cap, rest)]


def _cap(word: str) -> tuple[int, timedelta]:
    found = re.fullmatch(r"(\d{1,4})/(\d{1,4})([hd])", word)
    if found is None:
        raise ValueError("not such a cap")
    most, span = int(found[1]), timedelta(hours=int(found[2]) * _HOURS[found[3]])
    if most > _MOST or not timedelta() < span <= _LONGEST:
        raise ValueError("too many, or too long")
    return most, span


def prices(given: object) -> object:
    """The price of a segment by country, from "US=0.0083,FR=0.07,*=0.09"."""
    if not isinstance(given, str):
        return given
    named = dict(part.upper().split("=", 1) for part in listed(given))  # ValueError where one has no "="
    if not all(re.fullmatch(r"[A-Z]{2}|\*", country) for country in named):
        raise ValueError("no such country")
    return {country: _price(price) for country, price in named.items()}


def _price(text: str) -> Decimal:
    """An amount from 0 to 100, to the millionth."""
    try:
        price = Decimal(text)
    except InvalidOperation as error:
        raise ValueError("no number") from error
    if not price.is_finite() or not 0 <= price <= 100 or price != round(price, 6):
        raise ValueError("no such price")
    return price
