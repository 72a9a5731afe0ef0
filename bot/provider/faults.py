"""What goes wrong on purpose, so that others can prove that nothing is lost and nothing sent twice."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum


class Fault(StrEnum):
    """How a request to create a message may end, other than well."""

    TOO_MANY = "429"
    """Refused with 429; never processed."""
    BROKEN = "500"
    """Refused with 500; not processed, which the caller cannot know."""
    ACCEPT_THEN_BREAK = "accept_then_500"
    ACCEPT_THEN_HANG = "accept_then_hang"
    ACCEPT_THEN_RESET = "accept_then_reset"
    RESET = "reset"
    """The connection is cut before anything is processed."""
    SLOW = "slow"


class FaultError(ValueError):
    """A setting of a fault that does not exist or has a wrong value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Every share is in [0, 1], every time in seconds; all zero: nothing goes wrong.

    create: share of the requests to create a message that end in each fault.
    next: faults of the next requests to create, in this order, before any share is asked.
    answers_lost: share of the webhooks whose answer never reaches the provider, which then does not do what it says.
    refused, undelivered: numbers (E.164) and the error code that each gets, from the API or as a status; opted_out: those that get 21610.
    """

    create: Mapping[Fault, float] = field(default_factory=dict)
    next: tuple[Fault, ...] = ()
    hang_seconds: float = 60.0
    slow_seconds: float = 3.0
    opted_out: frozenset[str] = frozenset()
    refused: Mapping[str, int] = field(default_factory=dict)
    undelivered: Mapping[str, int] = field(default_factory=dict)
    answers_lost: float = 0.0
    callbacks_lost: float = 0.0
    callbacks_doubled: float = 0.0
    callbacks_late: float = 0.0
    late_seconds: float = 2.0
    list_lag_seconds: float = 0.0
    sent_after: float = 0.05
    delivered_after: float = 0.15
    seed: int = 0

    def refusal(self, to: str) -> int | None:
        """The error code that the API gives for this number, if any."""
        return 21610 if to in self.opted_out else self.refused.get(to)

    def draw(self, luck: random.Random) -> "tuple[Fault | None, Faults]":
        """The fault of one request to create, and the faults that remain for later ones."""
        if self.next:
            return self.next[0], replace(self, next=self.next[1:])
        at = luck.random()
        for fault, share in self.create.items():
            if at < share:
                return fault, self
            at -= share
        return None, self


def parse_faults(given: Mapping[str, object]) -> Faults:
    """Faults from the JSON of POST /provider/faults; what is not named is back to nothing wrong. Raises FaultError."""
    known = {f.name for f in fields(Faults)}
    if unknown := sorted(given.keys() - known):
        raise FaultError(f"unknown: {', '.join(unknown)}; known: {', '.join(sorted(known))}")
    try:
        return Faults(**{name: _typed(name, value) for name, value in given.items()})  # type: ignore[arg-type]
    except (TypeError, ValueError, AttributeError) as error:
        raise FaultError(str(error)) from error


def _typed(name: str, value: object) -> object:
    match name, value:
        case "create", dict():
            shares = {Fault(key): float(share) for key, share in value.items()}
            if any(not 0 <= share <= 1 for share in shares.values()) or sum(shares.values()) > 1:
                raise FaultError("the shares of `create` are in [0, 1], and so is their sum")
            return shares
        case "next", list():
            return tuple(Fault(item) for item in value)
        case "opted_out", list():
            return frozenset(str(item) for item in value)
        case "refused" | "undelivered", dict():
            return {str(number): int(code) for number, code in value.items()}
        case "seed", int():
            return value
        case _, int() | float() if name not in ("create", "next", "opted_out", "refused", "undelivered"):
            return float(value)
    raise FaultError(f"{name}: {value!r} cannot be used")
