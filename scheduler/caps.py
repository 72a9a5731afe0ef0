"""How much that nobody asked for one contact may get: so many texts of a purpose in any stretch of so long. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flows.types import Purpose

NEW_FOR = timedelta(days=30)
ACTIVE_FOR = timedelta(days=90)
_ONE: Mapping[timedelta, str] = {timedelta(hours=1): "hour", timedelta(days=1): "day", timedelta(days=7): "week"}


class Stage(StrEnum):
    """Where a contact stands in its life with us, by `stage_of`."""

    NEW = "new"
    ACTIVE = "active"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A cap as the settings say it. stage: for contacts of this stage alone, in place of what holds for all. most: 0 is no cap."""

    purpose: Purpose
    most: int
    span: timedelta
    stage: Stage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """At most so many texts of a purpose in any stretch of so long. The stretch slides: no midnight lets a second load through."""

    most: int
    span: timedelta
    purpose: Purpose = Purpose.MARKETING
    note: str = ""

    @property
    def stretch(self) -> str:
        """The span in words: "day", "3 days", "36 hours"."""
        hours = int(self.span.total_seconds()) // 3600
        return _ONE.get(self.span) or (f"{hours // 24} days" if hours % 24 == 0 else f"{hours} hours")

    @property
    def words(self) -> str:
        """The cap in words: "2 marketing texts a day"."""
        per = "in" if self.span not in _ONE else "an" if self.stretch == "hour" else "a"
        return f"{self.most} {self.purpose} text{'s' * (self.most != 1)} {per} {self.stretch}{self.note}"


@dataclass(frozen=True, slots=True)
class Capped:
    """The cap is reached until then."""

    until: datetime
    reason: str


def stage_of(*, created_at: datetime, opted_in_at: datetime | None, signs: Iterable[datetime | None], now: datetime) -> Stage:
    """New for 30 days after the contact came or opted in; then active for 90 days after each sign of life; else lapsed.

    signs: when the contact last texted us, opened a link, ordered; None for never.
    """
    began = max(created_at, opted_in_at or created_at)
    if now - began < NEW_FOR:
        return Stage.NEW
    return Stage.ACTIVE if any(at is not None and now - at < ACTIVE_FOR for at in signs) else Stage.LAPSED


def marketing_rules(*, day: int, week: int) -> tuple[Rule, ...]:
    """The two plain caps."""
    spans = ((day, timedelta(days=1)), (week, timedelta(days=7)))
    return tuple(Rule(purpose=Purpose.MARKETING, most=most, span=span) for most, span in spans)


def marketing_caps(*, day: int, week: int) -> tuple[Cap, ...]:
    """The two plain caps, as anybody meets them; 0 is none."""
    return caps_for(marketing_rules(day=day, week=week), Purpose.MARKETING, None)


def caps_for(rules: Sequence[Rule], purpose: Purpose, stage: Stage | None, *, halved: bool = False) -> tuple[Cap, ...]:
    """The caps that a text of this purpose meets.

    For each stretch the last rule counts, and one for the contact's stage before one for all. halved: the contact asked for fewer
    texts, and gets half as many, rounded down, but at least one.
    """
    found: dict[timedelta, Rule] = {}
    for rule in (*(rule for rule in rules if rule.stage is None), *(rule for rule in rules if rule.stage is not None)):
        if rule.purpose is purpose and rule.stage in (None, stage):
            found[rule.span] = rule
    return tuple(_cap(rule, halved) for rule in found.values() if rule.most > 0)


def _cap(rule: Rule, halved: bool) -> Cap:
    note = f" to a contact who is {rule.stage}" if rule.stage else ""
    if halved:
        return Cap(most=max(1, rule.most // 2), span=rule.span, purpose=rule.purpose, note=f"{note}, who asked for less")
    return Cap(most=rule.most, span=rule.span, purpose=rule.purpose, note=note)


def tells_stages(rules: Sequence[Rule], purpose: Purpose) -> bool:
    """Whether one has to know a contact's stage."""
    return any(rule.stage is not None and rule.purpose is purpose for rule in rules)


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
    return Capped(recent[-cap.most] + cap.span, f"cap: {cap.words}")
