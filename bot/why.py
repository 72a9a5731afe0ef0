"""Why a message was sent, held, refused or expired: what was stored with it and what holds now, in words. No text and no number in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot import gate, limits, people
from bot.gate import Urgency
from bot.reactions import meaning, reaction_to
from config.settings import Settings
from flows.types import Purpose
from models import consent, contact, meta, outbox, sender
from models.contact import ContactRow
from models.message import MessageRow, Status
from scheduler import caps, pace
from scheduler.spend import amount
from scheduler.windows import send_at

UNASKED = (Urgency.SERVICE, Urgency.MARKETING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """What is known of one message. story: the same in sentences, in the order in which the gate asks."""

    message: int
    key: str | None
    sid: str | None
    contact: int
    direction: str
    status: str
    urgency: str
    author: str
    flow: str | None
    step: str | None
    reason: str | None
    rules: str | None
    error_code: int | None
    created_at: datetime
    left_at: datetime | None
    not_before: datetime | None
    expires_at: datetime | None
    consent_then: str
    consent_now: str
    story: tuple[str, ...]


def find(db: Connection, name: str) -> MessageRow | None:
    """A message by its number, the provider's sid, or its key."""
    by_number = outbox.by_id(db, int(name)) if name.isdecimal() else None
    return by_number or outbox.by_sid(db, name) or outbox.by_key(db, name)


def explain(db: Connection, settings: Settings, message: MessageRow, now: datetime) -> Why:
    owner = contact.by_id(db, message.contact_id)
    assert owner is not None, "a message has a contact"
    then = _consent_at(db, owner, message.tried_at or message.created_at)
    return Why(
        message=message.id,
        key=message.key,
        sid=message.provider_sid,
        contact=owner.id,
        direction=message.direction,
        status=message.status,
        urgency=message.urgency,
        author=message.author,
        flow=message.flow,
        step=message.step,
        reason=message.reason,
        rules=message.rules,
        error_code=message.error_code,
        created_at=message.created_at,
        left_at=message.tried_at,
        not_before=message.not_before,
        expires_at=message.expires_at,
        consent_then=then,
        consent_now=owner.consent,
        story=tuple(_story(db, settings, message, owner, then, now)),
    )


def _consent_at(db: Connection, owner: ContactRow, moment: datetime) -> str:
    """The consent that held then, by the ledger."""
    ledger = consent.ledger(db, owner.id)  # newest first
    before = ledger[-1].before if ledger else owner.consent
    return next((line.after for line in ledger if line.at <= moment), before)


def _story(db: Connection, settings: Settings, message: MessageRow, owner: ContactRow, then: str, now: datetime) -> Iterator[str]:
    if message.direction == "in":
        yield f"It came in at {_at(message.created_at)}."
        return
    yield f"It is {message.status}. {_status(message)}"
    if message.error_code is not None:
        code = message.error_code
        yield f"The provider's code is {code}: {meaning(code)}. The reaction to it is `{reaction_to(code)}` (docs/operating.md)."
    if message.rules is not None:
        yield _rules(message, owner)
    yield _kind(message)
    yield f"Consent was `{then}` when it {'left' if message.tried_at else 'was written'}."
    if owner.consent != then:
        yield f"Consent is `{owner.consent}` now."
    if owner.unreachable:
        yield f"The contact counts as unreachable since {_when(owner.unreachable_at)} ({owner.unreachable_why})."
    if owner.suppressed:
        yield f"The contact gets no marketing since {_when(owner.suppressed_at)} ({owner.suppressed_why})."
    if message.urgency in UNASKED:
        yield _window(message, owner, now)
        yield from _cap(db, settings, message, owner, now)
        yield from _money(db, settings, message, owner, now)
        yield from _pace(db, settings, message, now)
    if message.status == Status.QUEUED:
        yield _now(db, settings, message, owner, now)


def _status(message: MessageRow) -> str:
    reason = message.reason or "no reason was stored"
    match Status(message.status):
        case Status.QUEUED if message.not_before is not None:
            return f"It waits until {_at(message.not_before)}: {reason}."
        case Status.QUEUED:
            return "It waits for a worker."
        case Status.REFUSED:
            return f"The gate refused it: {reason}."
        case Status.EXPIRED:
            return f"It would have come too late: {reason}."
        case Status.CANCELED:
            return "It was taken back before it left, by an opt-out, a person who took over, or the provider."
        case Status.SENDING:
            return f"It left at {_when(message.tried_at)}; nothing was heard of it, and it is looked up after {_when(message.lease_until)}."
        case Status.UNKNOWN if message.lease_until is None:
            return (
                f"Nobody knows whether it left at {_when(message.tried_at)}: {reason}. It is not sent again; a report may still settle it."
            )
        case Status.UNKNOWN:
            return (
                f"Nobody knows whether it left at {_when(message.tried_at)}: {reason}. It is looked up after {_when(message.lease_until)}."
            )
        case Status.DELIVERED:
            return f"It left at {_when(message.tried_at)} and arrived at {_when(message.delivered_at)}."
        case Status.ACCEPTED | Status.SENT:
            return f"It left at {_when(message.tried_at)}; the carrier has not said yet that it arrived, and some never do."
        case Status.UNDELIVERED | Status.FAILED | Status.RECEIVED:
            return f"It left at {_when(message.tried_at)} and did not arrive: {reason}."


def _rules(message: MessageRow, owner: ContactRow) -> str:
    """The rules that it was held or stopped by, and whether they are still those of today."""
    row, _, version = str(message.rules).partition("@")
    today = people.rules(owner)
    changed = "" if today == message.rules else f" Today's are {today}."
    return f"The rules were row {row} of the windows, version {version}.{changed}"


_KINDS = {
    Urgency.REPLY: "It answers the contact: any hour, no cap, for 10 minutes.",
    Urgency.NOTICE: "It answers STOP, START or HELP: any hour, to anybody, for 5 minutes.",
    Urgency.PERSON: "A member of staff wrote it: any hour within a day of the contact's last text, no cap.",
    Urgency.SERVICE: "It is service that nobody asked for just now: consent must not be out, and hour, caps and ceilings must allow it.",
    Urgency.MARKETING: "It is marketing: it needs an opt-in, the right hour, and room under the caps and ceilings.",
}


def _kind(message: MessageRow) -> str:
    by = f"flow {message.flow}, step {message.step}" if message.flow else message.author
    return f"{_KINDS[Urgency(message.urgency)]} Written by {by} at {_at(message.created_at)}."


def _window(message: MessageRow, owner: ContactRow, now: datetime) -> str:
    """Quiet hours, when it left or now."""
    moment = message.tried_at or now
    opens = send_at(moment, people.place(owner), Purpose(message.urgency))
    zone = people.zone(owner)
    stands = "open" if opens == moment else f"closed until {_at(opens)}"
    late = f" It would be late after {_at(message.expires_at)}." if message.expires_at else ""
    return f"The window for {message.urgency} in {zone} {'was' if message.tried_at else 'is'} {stands}.{late}"


def _cap(db: Connection, settings: Settings, message: MessageRow, owner: ContactRow, now: datetime) -> Iterator[str]:
    met = limits.of_message(db, settings, owner, message, now)
    if not met.caps:
        return
    capped = caps.reached(met.caps, met.sent, now)
    counted = ", ".join(
        f"{sum(at > now - cap.span for at in met.sent)} of {cap.most} in the last {cap.stretch}{cap.note}" for cap in met.caps
    )
    next_one = f" The next may leave at {_at(capped.until)}." if capped else ""
    yield f"{message.urgency.capitalize()} texts: {counted}.{next_one}"


def _money(db: Connection, settings: Settings, message: MessageRow, owner: ContactRow, now: datetime) -> Iterator[str]:
    if message.test or not settings.prices:
        return
    yield f"It costs {amount(limits.cost_of(settings, owner, message))} {settings.currency}."
    for ceiling in limits.ceilings(db, settings, now):
        yield f"{amount(ceiling.spent)} of {amount(ceiling.most)} {ceiling.currency} are spent this {ceiling.period.kind}."


def _pace(db: Connection, settings: Settings, message: MessageRow, now: datetime) -> Iterator[str]:
    name = message.ours or next(iter(settings.twilio_from), "")
    row = sender.by_name(db, name)
    if message.test or row is None:
        return
    rate = pace.rate_of(name, settings.sender_rates)
    busy_s = max(0.0, row.busy_until_s - now.timestamp())
    slowed = f", at {row.share:.0%} of that as the provider said it was too fast" if row.share < 1 else ""
    yield f"Its sender {name} may send {rate:g} segments a second{slowed}, and is busy for {busy_s:.0f} s."
    if message.status == Status.QUEUED and busy_s > sender.AHEAD_S:
        yield "It waits for its sender's turn."


def _now(db: Connection, settings: Settings, message: MessageRow, owner: ContactRow, now: datetime) -> str:
    """What the gate would say at this moment. (An opt-out that waits in the spool is not seen here.)"""
    paused = not settings.sending or meta.get(db, meta.PAUSED) is not None
    met = limits.of_message(db, settings, owner, message, now)
    match gate.ask(people.asked_of(owner, message, now, paused=paused, limits=met, countries=settings.countries), now):
        case gate.Leave():
            return "The gate would let it leave now."
        case gate.Hold(until=until, reason=reason):
            return f"The gate would hold it until {_at(until)}: {reason}."
        case gate.Refuse(reason=reason):
            return f"The gate would refuse it now: {reason}."
        case gate.Expire(reason=reason):
            return f"The gate would let it expire now: {reason}."


def _when(instant: datetime | None) -> str:
    return _at(instant) if instant else "a time that was not stored"


def _at(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"
