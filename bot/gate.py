"""The gate: may this text leave, to this contact, now? Pure; asked whenever a message is claimed, by whichever carrier."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flows.events import Consent
from flows.hearing import Desk
from flows.types import Purpose
from scheduler.caps import Cap, reached
from scheduler.windows import Place, send_at

REPLY_FOR = timedelta(minutes=10)
"""So long after a contact's text, what answers it is a reply: any hour, no cap. Later it has become proactive, and waits."""
REPLY_LATE = timedelta(hours=12)
"""After so long an answer is none any more: an outage that lasted longer is not made good in the middle of something else."""
NOTICE_FOR = timedelta(minutes=5)
"""So long may a confirmation of an opt-out follow it (47 CFR 64.1200(a)(12))."""
PERSON_FOR = timedelta(hours=24)


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
    """It waits until then."""

    until: datetime
    reason: str


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
    paused: sending is stopped by hand, or because the provider refuses everything.
    abroad: the number is of a country that this installation does not text.
    unreachable, suppressed: by what the carrier said. caps: those that this text meets; sent: when marketing texts left before.
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
    mirrored_out: bool = False
    paused: bool = False


def ask(asked: Asked, now: datetime) -> Verdict:
    """The gate's verdict. The order is the law's: consent before all, then who holds the conversation, lateness, the hour, the caps."""
    if refusal := _consent(asked, now):
        return refusal
    if asked.abroad and asked.urgency is not Urgency.NOTICE:
        return Refuse("a country that is not texted")
    if asked.unreachable:
        return Refuse("unreachable")
    if asked.suppressed and asked.urgency is Urgency.MARKETING:
        return Refuse("blocked by the recipient")
    if asked.author == "flow" and asked.desk is Desk.HELD:
        return Refuse("a person holds the conversation")
    if asked.expires_at is not None and asked.expires_at < now:
        return Expire("late")
    if asked.urgency is Urgency.REPLY and now - asked.created_at > REPLY_LATE:
        return Expire("late")
    purpose = _proactive(asked, now)
    if purpose is None:
        return Leave()
    if asked.paused:
        return Hold(now + timedelta(minutes=1), "sending is paused")
    opens = send_at(now, asked.place, purpose)
    return _capped(asked, now) if opens == now else Hold(opens, "quiet hours")


def _capped(asked: Asked, now: datetime) -> Verdict:
    """Held until the first moment that cap and hour allow; where that is too late, there is nothing to wait for."""
    capped = reached(asked.caps, asked.sent, now)
    if capped is None:
        return Leave()
    until = send_at(capped.until, asked.place, Purpose.MARKETING)
    late = asked.expires_at is not None and asked.expires_at < until
    return Expire(capped.reason) if late else Hold(until, capped.reason)


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
