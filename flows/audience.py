"""Segments: who is meant, in an expression over what is known of a contact. `tag:vip and replied within 30d and not ordered within 14d`.

Plain values: flows.parse_audience reads them from text, models.audience compiles them to bound SQL. The words and their forms are in
docs/segments.md.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flows.spans import spelled
from flows.types import Span

STANDS = ("in", "out", "held", "unknown")


class Deed(StrEnum):
    """What a contact did, or what was done with one, at a moment that is on record."""

    REPLIED = "replied"
    TEXTED = "texted"
    DELIVERED = "delivered"
    FAILED = "failed"
    CLICKED = "clicked"
    STARTED = "started"
    COMPLETED = "completed"
    VOTED = "voted"
    ORDERED = "ordered"
    OPTED_IN = "opted_in"
    OPTED_OUT = "opted_out"
    CREATED = "created"


OF_A_FLOW = frozenset({Deed.REPLIED, Deed.TEXTED, Deed.DELIVERED, Deed.FAILED, Deed.CLICKED, Deed.STARTED, Deed.COMPLETED, Deed.VOTED})
"""Deeds that belong to a flow, which may be named after them."""


class Compare(StrEnum):
    IS = "="
    IS_NOT = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


Value = str | float | bool | date


@dataclass(frozen=True, slots=True)
class Everybody:
    """`all`."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """`tag:vip`."""

    tag: str


@dataclass(frozen=True, slots=True)
class Consenting:
    """`consent:in`: one of STANDS."""

    stands: str


@dataclass(frozen=True, slots=True)
class Known:
    """`contact.plan exists`: a column or a field of the contact that is filled in."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """`contact.city = "Paris"`, `contact.visits >= 3`, `contact.plan in [gold, silver]` (values of `=` are alternatives)."""

    name: str
    how: Compare
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Did:
    """`replied to lunch-poll within 30d`. flow: empty for any. The moment lies within `within` of now, longer ago than `over`, and

    on or after `since` and before `before`, local days of the installation; each None where it does not matter.
    """

    deed: Deed
    flow: str = ""
    within: Span | None = None
    over: Span | None = None
    since: date | None = None
    before: date | None = None


@dataclass(frozen=True, slots=True)
class Not:
    of: "Segment"


@dataclass(frozen=True, slots=True)
class Both:
    """All of these, two or more."""

    of: tuple["Segment", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of these, two or more."""

    of: tuple["Segment", ...]


Segment = Everybody | Tagged | Consenting | Known | Compared | Did | Not | Both | Either


def told(segment: Segment) -> str:
    """The segment as an expression, in one way of writing: parsed again, it is the same."""
    return _told(segment, 0)


def _told(segment: Segment, within: int) -> str:
    """within: 0 stands alone or in parentheses, 1 among `or`, 2 among `and`, 3 after `not`."""
    match segment:
        case Everybody():
            return "all"
        case Tagged(tag=tag):
            return f"tag:{_quoted(tag)}"
        case Consenting(stands=stands):
            return f"consent:{stands}"
        case Known(name=name):
            return f"contact.{name} exists"
        case Compared(name=name, how=how, values=values):
            told_values = [_value(value) for value in values]
            return f"contact.{name} in [{', '.join(told_values)}]" if len(values) > 1 else f"contact.{name} {how} {told_values[0]}"
        case Did():
            return _deed(segment)
        case Not(of=of):
            return f"not {_told(of, 3)}"
        case Both(of=of):
            inner = " and ".join(_told(one, 2) for one in of)
            return f"({inner})" if within > 1 else inner
        case Either(of=of):
            inner = " or ".join(_told(one, 1) for one in of)
            return f"({inner})" if within > 0 else inner


def _deed(did: Did) -> str:
    parts = [did.deed.value, "to" if did.flow and did.deed is Deed.REPLIED else "", _flow(did.flow)]
    parts += [f"{word} {spelled(length)}" for word, length in (("within", did.within), ("over", did.over)) if length is not None]
    parts += [f"{word} {day.isoformat()}" for word, day in (("since", did.since), ("before", did.before)) if day is not None]
    return " ".join(part for part in parts if part)


def _flow(name: str) -> str:
    reserved = ("and", "or", "not", "within", "over", "since", "before", "to", "flow")
    return f'"{name}"' if name.casefold() in reserved else _quoted(name) if name else ""


BARE = re.compile(r"\w[\w./+-]*")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _quoted(text: str) -> str:
    if BARE.fullmatch(text):
        return text
    return f"'{text}'" if '"' in text else f'"{text}"'


def _value(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:g}" if float(f"{value:g}") == value else repr(value)
        case date():
            return value.isoformat()
        case str():
            plain = BARE.fullmatch(value) and not NUMBER.fullmatch(value) and not DAY.fullmatch(value)
            return value if plain and value.casefold() not in ("true", "false") else (f"'{value}'" if '"' in value else f'"{value}"')
