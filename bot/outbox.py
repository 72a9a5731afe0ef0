"""The outbox: claim → gate → send → record, one message at a time, replies first.

Every move of a message is made by the table in models/message.py: here, in its own turn, or by what is learned afterwards
(handover, reports, lookups). The network is only touched between two transactions: a worker that dies in between leaves a row
`sending`, which `lookups.recover` looks up at the provider.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection

from bot import counters, gate, people
from bot.handover import UNASKED, backoff, begin_spans, carrier_of, cost_s, hand_over, is_paced, note, one_sid, put_back, sender_of
from bot.inbound import address
from bot.lookups import QUIET
from bot.messenger import Accepted, Declined, NotSent, Outgoing, Sent, TooMany, Unclear
from bot.process import Process
from bot.reports import react
from flows.events import Happened
from flows.state import state_from_json
from models import contact, conversation, event, meta, outbox, sender
from models.contact import ContactRow
from models.message import MessageRow, Status
from scheduler import caps

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that may leave. share: of its rate at which its sender goes; less than 1 after the provider said that it is too fast."""

    message: MessageRow
    contact: ContactRow
    share: float = 1.0


def send_next(process: Process, *, proactive: bool = True, only: int | None = None) -> bool:
    """Claims, sends and records the next message; False where none may leave now."""
    claimed = claim(process, proactive=proactive, only=only) if process.armed else None
    if claimed is None:
        return False
    sent = carrier_of(process, claimed.contact).send(_outgoing(process, claimed))
    record(process, claimed, sent)
    return True


# --- claim ------------------------------------------------------------------------------------------------------------


def claim(process: Process, *, proactive: bool = True, most: int = 20, only: int | None = None) -> Claimed | None:
    """The next message that the gate lets through, now `sending` with a lease; those that it stops are moved on the way.

    proactive: False passes over what nobody asked for, which stays as it is. only: of this contact and of nobody else.
    """
    now = process.now()
    with process.store.write() as db:
        paused = not process.settings.sending or meta.get(db, meta.PAUSED) is not None or not proactive
        for message in outbox.waiting(db, now, most, process.default_sender, only=only):
            if not proactive and message.urgency in UNASKED:
                continue  # a hold would outlast the reason for it
            owner = _owner(db, message)
            if owner is None or event.is_behind(db, owner.id, now):
                continue  # it may be a STOP: what has come is heard before the next text leaves
            if _answered(db, message):
                outbox.move(db, message.id, Status.EXPIRED, reason="answered meanwhile")
                continue
            match _verdict(process, db, message, owner, now, paused=paused):
                case gate.Leave():
                    if (claimed := _claimed(process, db, message, owner, now)) is not None:
                        return claimed
                case gate.Hold(until=until, reason=reason):
                    outbox.change(db, message.id, not_before=until, reason=reason)
                case gate.Refuse(reason=reason):
                    outbox.move(db, message.id, Status.REFUSED, reason=reason)
                    note(db, message, Happened.REFUSED, now, {"reason": reason})
                case gate.Expire(reason=reason):
                    outbox.move(db, message.id, Status.EXPIRED, reason=reason)
                    begin_spans(db, message, owner, now)
    return None


def _owner(db: Connection, message: MessageRow) -> ContactRow | None:
    """The contact; None where another worker has it just now (only marketing is counted, and so only that is claimed one at a time)."""
    if message.urgency == gate.Urgency.MARKETING and not message.test:
        return contact.to_claim(db, message.contact_id)
    owner = contact.by_id(db, message.contact_id)
    assert owner is not None, "a message has a contact"
    return owner


def _verdict(process: Process, db: Connection, message: MessageRow, owner: ContactRow, now: datetime, *, paused: bool) -> gate.Verdict:
    """The gate's answer, with all that it asks for."""
    allowed = caps_of(process, message)
    sent = outbox.marketing_since(db, owner.id, now - caps.longest(allowed)) if allowed else ()
    mirrored_out = process.bell.is_out(owner.phone)
    known: dict[str, Any] = {"caps": allowed, "sent": sent, "countries": process.settings.countries}
    return gate.ask(people.asked_of(owner, message, now, paused=paused, mirrored_out=mirrored_out, **known), now)


def caps_of(process: Process, message: MessageRow) -> tuple[caps.Cap, ...]:
    """The caps that a message meets: marketing to real contacts does, and nothing else."""
    if message.urgency != gate.Urgency.MARKETING or message.test:
        return ()
    return caps.marketing_caps(day=process.settings.cap_marketing_day, week=process.settings.cap_marketing_week)


def _claimed(process: Process, db: Connection, message: MessageRow, owner: ContactRow, now: datetime) -> Claimed | None:
    """The message, if it is its sender's turn and nobody was faster."""
    share: float | None = 1.0
    if message.urgency in UNASKED and is_paced(process, owner):
        share = sender.take(db, sender_of(process, message), now.timestamp(), cost_s(process, message))
    if share is None or not outbox.claim(db, message.id, now, carrier_of(process, owner).name, now + LEASE):
        return None
    return Claimed(message, owner, share)


def _answered(db: Connection, message: MessageRow) -> bool:
    """Whether an unasked question or nudge waited for so long (quiet hours) that its conversation has gone on."""
    if message.conversation_id is None or not message.asks or message.urgency not in UNASKED:
        return False
    talk = conversation.by_id(db, message.conversation_id)
    return talk is not None and (talk.ended_at is not None or state_from_json(talk.state).path != message.step)


# --- send and record --------------------------------------------------------------------------------------------------


def _outgoing(process: Process, claimed: Claimed) -> Outgoing:
    message, owner = claimed.message, claimed.contact
    return Outgoing(
        to=address(message.channel, owner.phone),
        ours=address(message.channel, sender_of(process, message)),
        body=message.body,
        media=tuple(str(picture["url"]) for picture in message.media),
        callback=f"{process.callback_url}?message={message.key}",
    )


def record(process: Process, claimed: Claimed, sent: Sent) -> None:
    """What came of a try."""
    message, owner, now = claimed.message, claimed.contact, process.now()
    counters.SENT.labels(type(sent).__name__.lower()).inc()
    match sent:
        case Accepted(sid=sid, delivered=delivered):
            with one_sid(process, message, sid) as db:
                hand_over(process, db, message, owner, Status.DELIVERED if delivered else Status.ACCEPTED, sid=sid)
                if claimed.share < 1:
                    sender.quicken(db, sender_of(process, message))
        case TooMany(detail=detail):
            log.warning("too fast", message=message.id, detail=detail)
            with process.store.write() as db:
                sender.halve(db, sender_of(process, message), now.timestamp())
                put_back(db, message, now + backoff(message.attempt), detail)
        case NotSent(detail=detail):
            log.warning("not sent", message=message.id, detail=detail)
            with process.store.write() as db:
                put_back(db, message, now + backoff(message.attempt), detail)
        case Unclear(detail=detail):
            log.warning("outcome unknown", message=message.id, detail=detail)
            with process.store.write() as db:
                outbox.move(db, message.id, Status.UNKNOWN, lease_until=now + QUIET, reason=detail)
        case Declined(code=code):
            react(process, message, owner, code, Status.FAILED)
