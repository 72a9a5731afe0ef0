"""Campaigns: a flow or a text for everybody in a segment, at a moment. Plain values; flows.parse_campaign reads them from YAML.

What a campaign promises is decided by arithmetic that anybody can repeat: who is held out, who gets which variant, who is in the pilot
and how late within `spread` somebody comes follow from the contact's number in the database and the campaign's name (`Lot`).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum

from flows.audience import Everybody, Segment
from flows.types import Purpose, Schedule, Span

PARTS = 10_000
"""Into so many parts a lot divides the contacts: shares are kept to a hundredth of a percent."""
PRIME = 2_147_483_647
"""Small enough that a product of two of its remainders fits the integers of both databases."""


# --- what is said -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What somebody gets: a flow of its own file, or a text by language, which becomes a flow of one step of the same name."""

    flow: str
    text: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One of several offers that are tried against each other. share: of those who are not held out, in [0, 1]."""

    name: str
    offer: Offer
    share: float


# --- when -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """At one wall time: in the contact's own zone, or in `zone`, where it is one moment for all."""

    at_local: datetime
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """Again and again, at each contact's own hour. phrase: as the author wrote it."""

    phrase: str
    schedule: Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDate:
    """On a date of the contact's, so many days before (negative) or after it. yearly: it comes back; 29 February falls on 1 March."""

    name: str
    at: time
    offset_days: int = 0
    yearly: bool = True


When = Once | Recurring | OnDate


# --- how --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilot:
    """A few first; the rest at the same hour, `rest_after` days later, unless too many of the few opted out or were not reached.

    share: of all who get something; opt_outs, failures: the shares above which the campaign pauses instead; all in [0, 1].
    """

    share: float
    rest_after: int = 1
    opt_outs: float = 0.02
    failures: float = 0.10


class Came(StrEnum):
    """What a later step waits for."""

    REPLY = "reply"
    NO_REPLY = "no reply"
    CLICK = "click"
    NO_CLICK = "no click"


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """A step after the first: for those who did (or did not) answer. after: since the first text left."""

    on: Came
    after: Span
    offer: Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """cents: a hundredth of the currency."""

    cents: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One campaign, whole and checked.

    segment_text: as written. spread: those who come at one moment are spread over so long. holdout: the share that gets nothing, so that
    what the campaign did can be known. ends: nobody starts after it. basis: what contacts asked to be told (`purpose: service`).
    """

    name: str
    title: str
    variants: tuple[Variant, ...]
    when: When
    purpose: Purpose = Purpose.MARKETING
    languages: tuple[str, ...] = ("en",)
    segment: Segment = field(default_factory=Everybody)
    segment_text: str = "all"
    spread: Span = field(default_factory=Span)
    holdout: float = 0.0
    pilot: Pilot | None = None
    then: tuple[Later, ...] = ()
    ends: datetime | None = None
    budget: Budget | None = None
    basis: str = ""

    @property
    def offers(self) -> tuple[Offer, ...]:
        """Everything that it may say."""
        return (*(variant.offer for variant in self.variants), *(later.offer for later in self.then))


# --- chance, that can be repeated -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lot:
    """A drawing of lots over contacts: `part` is the same for a contact whenever it is asked, and unlike that of any other lot.

    a, b, c: numbers in [1, PRIME), from a hash of the name; the square in it keeps neighbours apart. models.member draws the same in SQL.
    """

    a: int
    b: int
    c: int

    def part(self, contact_id: int) -> int:
        """The contact's part, from 0 to PARTS - 1."""
        mixed = (contact_id % PRIME * self.a + self.b) % PRIME
        return mixed * ((mixed + self.c) % PRIME) % PRIME % PARTS


def lot(campaign: str, use: str) -> Lot:
    """The lot of a campaign for one use (holdout, variant, pilot, spread): drawn apart, or who is held out would also be in no pilot."""
    digest = hashlib.sha256(f"{campaign}\0{use}".encode()).digest()
    a, b, c = (int.from_bytes(digest[n : n + 8], "big") % (PRIME - 1) + 1 for n in (0, 8, 16))
    return Lot(a, b, c)


def bounds(variants: tuple[Variant, ...]) -> tuple[int, ...]:
    """Where each variant's parts end: the last at PARTS."""
    total = sum(variant.share for variant in variants)
    ends, reached = [], 0.0
    for variant in variants:
        reached += variant.share / total
        ends.append(round(reached * PARTS))
    return tuple(ends)
