"""The gate: may this text leave, to this contact, now? Pure; asked whenever a message is claimed, by whichever carrier."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flows.events import Consent
from flows.hearing import Desk
from flows.types import Purpose
from scheduler.caps import Cap, reached
from scheduler.spend import FREE, Budget, exceeded
from scheduler.windows import Place, send_at

REPLY_FOR = timedelta(minutes=10)
"""So long after a contact's text, what answers it is a reply: any hour, no cap. Later it has become proactive, and waits."""
REPLY_LATE = timedelta(hours=12)
"""After so long an answer is none any more: an outage that lasted longer is not made good in the middle of something else."""
NOTICE_FOR = timedelta(minutes=5)
"""So long may a confirmation of an opt-out follow it (47 CFR 64.1200(a)(12))."""
PERSON_FOR = timedelta(hours=24)
PAUSE = timedelta(minutes=1)
"""What is paused by hand is asked about again so soon: nobody knows how long a person's reason lasts."""


class Urgency(StrEnum):
    """What a text is, for the gate."""

    REPLY = "reply"
    NOTICE = "notice"  # the answer to STOP or HELP: the only thing that an opted-out contact gets
    PERSON = "person"  # a member of staff wrote it
    SERVICE = "service"
    MARKETING = "marketing"


@dataclass(frozen=True, slots=True)
class Leave:
    """It may leave now."""


@dataclass(frozen=True, slots=True)
class Hold:
    """It waits until then. excused: that makes it no later, as only an outage may."""

    until: datetime
    reason: str
    excused: bool = False


@dataclass(frozen=True, slots=True)
class Refuse:
    """It never leaves."""

    reason: str


@dataclass(frozen=True, slots=True)
class Expire:
    """It would come too late."""

    reason: str


Verdict = Leave | Hold | Refuse | Expire


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the gate is asked about one message and its contact, as they stand now.

    mirrored_out: an opt-out word of this number stands in the mirror that is kept while the database is away.
    paused: sending is stopped by hand, or because the provider refuses everything. campaign_paused: why its campaign waits, if it does.
    abroad: the number is of a country that this installation does not text.
    unreachable, suppressed: by what the carrier said. caps: those that this text meets; sent: when texts of its purpose left before.
    budget: what it costs, and the ceilings on that; none for what answers somebody.
    """

    urgency: Urgency
    author: str
    created_at: datetime
    expires_at: datetime | None
    consent: Consent
    desk: Desk
    place: Place
    last_in_at: datetime | None
    abroad: bool = False
    unreachable: bool = False
    suppressed: bool = False
    caps: tuple[Cap, ...] = ()
    sent: tuple[datetime, ...] = ()
    budget: Budget = FREE
    mirrored_out: bool = False
    paused: bool = False
    campaign_paused: str = ""


def ask(asked: Asked, now: datetime) -> Verdict:
    """The gate's verdict: this is the one place where a text is allowed to leave.

    The order is the law's: consent before all, then who holds the conversation, lateness, a pause; then hour, caps and money,
    which only what nobody asked for meets.
    """
    stop = _consent(asked, now) or _contact(asked) or _late(asked, now)
    if stop is not None:
        return stop
    purpose = _proactive(asked, now)
    if purpose is None:
        return Leave()
    if asked.paused:
        return Hold(now + PAUSE, "sending is paused")
    if asked.campaign_paused:
        return Hold(now + PAUSE, f"the campaign is paused: {asked.campaign_paused}", excused=True)
    return _when(asked, now, purpose)


def _consent(asked: Asked, now: datetime) -> Verdict | None:
    if asked.urgency is Urgency.NOTICE:
        return None if now - asked.created_at <= NOTICE_FOR else Expire("late")
    if asked.consent is Consent.OUT or asked.mirrored_out:
        return Refuse("opted out")
    if asked.consent is Consent.HELD:
        return Refuse("consent in doubt")
    if asked.urgency is Urgency.MARKETING and asked.consent is not Consent.IN:
        return Refuse("no consent for marketing")
    return None


def _contact(asked: Asked) -> Verdict | None:
    """What is known of the contact: where it is, whether texts reach it, and who speaks with it."""
    if asked.abroad and asked.urgency is not Urgency.NOTICE:
        return Refuse("a country that is not texted")
    if asked.unreachable:
        return Refuse("unreachable")
    if asked.suppressed and asked.urgency is Urgency.MARKETING:
        return Refuse("blocked by the recipient")
    if asked.author == "flow" and asked.desk is Desk.HELD:
        return Refuse("a person holds the conversation")
    return None


def _late(asked: Asked, now: datetime) -> Verdict | None:
    if asked.expires_at is not None and asked.expires_at < now:
        return Expire("late")
    if asked.urgency is Urgency.REPLY and now - asked.created_at > REPLY_LATE:
        return Expire("late")
    return None


def _limits(asked: Asked, now: datetime) -> Iterator[tuple[datetime, str]]:
    """Until when, and why, a cap or a ceiling holds it back: never an answer, a notice, or what a person wrote."""
    if asked.urgency not in (Urgency.SERVICE, Urgency.MARKETING):
        return
    if (capped := reached(asked.caps, asked.sent, now)) is not None:
        yield capped.until, capped.reason
    if (ceiling := exceeded(asked.budget, now)) is not None:
        yield ceiling.period.ends, ceiling.reason


def _when(asked: Asked, now: datetime, purpose: Purpose) -> Verdict:
    """The hour, the caps and the money at once: held until the first moment that all of them allow, so that it is asked about once.

    Where that moment is too late for a cap or a ceiling, there is nothing to wait for. An hour alone never makes a text late: one whose
    turn did not come before its window closed is excused until it opens. (One that was written in quiet hours is late from then on anyway.)
    """
    limits = [*_limits(asked, now)]
    until, reason = max(limits, default=(now, "quiet hours"))
    opens = send_at(until, asked.place, purpose)
    if opens == now:
        return Leave()
    if limits and asked.expires_at is not None and asked.expires_at < opens:
        return Expire(reason)
    had_time = send_at(asked.created_at, asked.place, purpose) < now
    return Hold(opens, reason, excused=not limits and had_time)


def _proactive(asked: Asked, now: datetime) -> Purpose | None:
    """What an unasked text is for; None for one that answers somebody.

    A reply that is late, and a person's text to somebody who has been silent for a day, have become proactive: service.
    """
    match asked.urgency:
        case Urgency.REPLY if now - asked.created_at > REPLY_FOR:
            return Purpose.SERVICE
        case Urgency.PERSON if asked.last_in_at is None or now - asked.last_in_at > PERSON_FOR:
            return Purpose.SERVICE
        case Urgency.SERVICE:
            return Purpose.SERVICE
        case Urgency.MARKETING:
            return Purpose.MARKETING
        case Urgency.REPLY | Urgency.PERSON | Urgency.NOTICE:
            return None
