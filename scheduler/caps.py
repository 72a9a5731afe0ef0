"""How much marketing one contact may get: so many texts in any 24 hours, and in any 7 days. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """At most so many marketing texts in any stretch of so long. The stretch slides: no midnight lets a second load through."""

    most: int
    span: timedelta
    name: str


@dataclass(frozen=True, slots=True)
class Capped:
    """The cap is reached until then."""

    until: datetime
    reason: str


def marketing_caps(*, day: int, week: int) -> tuple[Cap, ...]:
    """The caps of the settings; 0 is none."""
    caps = (Cap(most=day, span=timedelta(days=1), name="day"), Cap(most=week, span=timedelta(days=7), name="week"))
    return tuple(cap for cap in caps if cap.most > 0)


def longest(caps: Sequence[Cap]) -> timedelta:
    """How far back one has to look."""
    return max((cap.span for cap in caps), default=timedelta())


def reached(caps: Sequence[Cap], sent: Sequence[datetime], now: datetime) -> Capped | None:
    """The cap that holds a text back longest, and until when; None where one more is allowed now. sent: when each left, in any order."""
    found = [capped for cap in caps if (capped := _reached(cap, sent, now)) is not None]
    return max(found, key=lambda capped: capped.until, default=None)


def _reached(cap: Cap, sent: Sequence[datetime], now: datetime) -> Capped | None:
    recent = sorted(at for at in sent if at > now - cap.span)
    if len(recent) < cap.most:
        return None
    return Capped(recent[-cap.most] + cap.span, f"cap: {cap.most} marketing text{'s' * (cap.most != 1)} a {cap.name}")
