"""What the provider says of a message, when it refuses it or afterwards, and what follows: by the table of bot/reactions.py."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection

from bot import people, steered
from bot.handover import backoff, hand_over, one_sid, put_back, sender_of
from bot.process import Process
from bot.reactions import Reaction, meaning, reaction_to
from flows.localtime import to_local
from models import alarm, campaign, contact, event, meta, outbox, sender
from models.alarm import AlarmKind
from models.contact import ContactRow
from models.event import EventKind
from models.message import MessageRow, Status, blank

log = structlog.get_logger(__name__)

SOFT_RETRY = timedelta(hours=2)
STILL_USEFUL = timedelta(hours=12)
PAUSED_RETRY = timedelta(minutes=5)
AGAIN = "-again"
PHONE_OFF, FILTERED = 30003, 30007
CARRIERS_ZONE = ZoneInfo("America/Los_Angeles")
DAYS_OFF = 3
"""On so many days in a row a phone was off: the number is given up, until it is heard of again."""
BLOCKS = 2
"""So many texts in a row were blocked: the contact gets no more marketing."""

REPORTED = {
    "queued": Status.ACCEPTED,
    "accepted": Status.ACCEPTED,
    "scheduled": Status.ACCEPTED,
    "sending": Status.ACCEPTED,
    "sent": Status.SENT,
    "delivered": Status.DELIVERED,
    "read": Status.DELIVERED,
    "undelivered": Status.UNDELIVERED,
    "failed": Status.FAILED,
    "canceled": Status.CANCELED,
}
"""Twilio's statuses as ours."""


def report(process: Process, key: str | None, sid: str, status: str, error_code: int | None) -> bool:
    """Takes a status report; False where it is about no message of ours. Late, repeated and reordered ones change nothing."""
    to = REPORTED.get(status.lower())
    with process.store.read() as db:
        message = (outbox.by_key(db, key) if key else None) or (outbox.by_sid(db, sid) if sid else None)
        owner = contact.by_id(db, message.contact_id) if message else None
    if message is None or owner is None or to is None:
        return False
    if message.provider_sid not in (None, sid):
        log.error("reported under another sid", message=message.id, sid=sid)
        return True
    settle(process, message, owner, to, sid or None, error_code)
    return True


def settle(process: Process, message: MessageRow, owner: ContactRow, to: Status, sid: str | None, error_code: int | None = None) -> None:
    """Moves a message to where the provider says that it stands, and reacts to an error."""
    if to in (Status.UNDELIVERED, Status.FAILED) and error_code:
        react(process, message, owner, error_code, to, sid)
        return
    with one_sid(process, message, sid) as db:
        hand_over(process, db, message, owner, to, sid=sid, error_code=error_code)


def react(process: Process, message: MessageRow, owner: ContactRow, code: int, to: Status, sid: str | None = None) -> None:
    """What an error code means, done, in one transaction; nothing where it was reported before.

    What was refused at once is put back where that may help. What had left already may be tried once more, as a text of its own.
    """
    now, reaction = process.now(), reaction_to(code)
    log.warning("provider error", message=message.id, code=code, reaction=reaction.value)
    refused_at_once = to is Status.FAILED and message.provider_sid is None and sid is None
    retry_at = _retry_at(reaction, message, now) if refused_at_once else None
    with one_sid(process, message, sid) as db:
        if retry_at is not None:
            news = put_back(db, message, retry_at, meaning(code))
        else:
            news = hand_over(process, db, message, owner, to, sid=sid, error_code=code)
        if not news:
            return
        if retry_at is None:
            outbox.change(db, message.id, reason=meaning(code))
            if not refused_at_once:
                _once_more(db, message, reaction, now)
            _learn(db, message, owner, code, now)
        if reaction is Reaction.REST:
            sender.rest(db, sender_of(process, message), next_day(now).timestamp())
        if reaction is Reaction.SLOW_DOWN:
            sender.halve(db, sender_of(process, message), now.timestamp())
        _warn(process, db, message, owner, code, now)
    if reaction is Reaction.OPT_OUT:
        process.bell.ring()


def _retry_at(reaction: Reaction, message: MessageRow, now: datetime) -> datetime | None:
    """When a text that was refused at once is tried again; None: never."""
    match reaction:
        case Reaction.STOP_ALL:
            return now + PAUSED_RETRY
        case Reaction.SLOW_DOWN:
            return now + backoff(message.attempt + 4)
        case Reaction.REST:
            return next_day(now)
        case Reaction.SOFT | Reaction.LATE if message.attempt < 2:
            return now + SOFT_RETRY
        case _:
            return None


def next_day(now: datetime) -> datetime:
    """When a carrier's daily limit begins anew: T-Mobile, whose limit it is, counts its days in Pacific time."""
    tomorrow = now.astimezone(CARRIERS_ZONE).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), CARRIERS_ZONE).astimezone(UTC)


def _once_more(db: Connection, message: MessageRow, reaction: Reaction, now: datetime) -> None:
    """A second try of a text that did not arrive (phone off): its own row, once, past the gate like any other, if it is still useful."""
    key = f"{message.key}{AGAIN}"
    again = reaction in (Reaction.SOFT, Reaction.SLOW_DOWN, Reaction.STOP_ALL, Reaction.LATE, Reaction.REST)
    match reaction:
        case Reaction.LATE:
            begins = now
        case Reaction.REST:
            begins = next_day(now)
        case _:
            begins = now + SOFT_RETRY
    ends = min(begins + STILL_USEFUL, message.expires_at or begins + STILL_USEFUL)
    if not again or begins > ends or (message.key or "").endswith(AGAIN) or outbox.by_key(db, key) is not None:
        return
    urgency = "service" if message.urgency == "reply" else message.urgency
    about = {"conversation_id": message.conversation_id, "flow": message.flow, "revision": message.revision, "step": message.step}
    about["campaign_id"] = message.campaign_id  # which may be paused, or canceled
    said = {"media": list(message.media), "steps": list(message.steps), "asks": message.asks, "urgency": urgency, "test": message.test}
    ours = {"ours": message.ours, "channel": message.channel, "author": message.author, "staff_id": message.staff_id}
    when = {"not_before": begins, "expires_at": ends, "not_after": message.not_after, "status": Status.QUEUED.value, "key": key}
    outbox.add(db, [blank(message.contact_id, "out", message.body, now, **about, **said, **ours, **when)])


# --- what is learned of the contact -----------------------------------------------------------------------------------


def _learn(db: Connection, message: MessageRow, owner: ContactRow, code: int, now: datetime) -> None:
    """What an error says of the contact: gone, out, off for days, or blocking us."""
    why = f"{code}: {meaning(code)}"
    match reaction_to(code):
        case Reaction.UNREACHABLE:
            contact.change(db, owner.id, unreachable_at=now, unreachable_why=why)
        case Reaction.OPT_OUT:
            data = {"source": "carrier", "words": str(code)}
            event.add_once(db, event.values(f"{message.key}-{code}", owner.id, EventKind.OPT_OUT, now, data=data))
        case Reaction.SOFT if code == PHONE_OFF and days_off(outbox.last_ends(db, owner.id), owner) >= DAYS_OFF:
            contact.change(db, owner.id, unreachable_at=now, unreachable_why=f"{why}, on {DAYS_OFF} days in a row")
        case Reaction.SUPPRESS if n_blocked(outbox.last_ends(db, owner.id)) >= BLOCKS:
            contact.change(db, owner.id, suppressed_at=now, suppressed_why=why)
        case _:
            pass


def days_off(ends: Sequence[MessageRow], owner: ContactRow) -> int:
    """On how many days, where the contact lives, the phone was off since anything was heard of it. ends: since the last that arrived."""
    tries = [row.tried_at or row.created_at for row in ends if row.error_code == PHONE_OFF]
    zone = people.zone(owner)
    return len({to_local(at, zone).date() for at in tries if owner.last_in_at is None or at > owner.last_in_at})


def n_blocked(ends: Sequence[MessageRow]) -> int:
    """How many texts were blocked since the last that arrived."""
    return sum(row.error_code is not None and reaction_to(row.error_code) is Reaction.SUPPRESS for row in ends)


# --- what staff have to know ------------------------------------------------------------------------------------------


def _warn(process: Process, db: Connection, message: MessageRow, owner: ContactRow, code: int, now: datetime) -> None:
    """The alarm that an error is worth; the worst of them pauses all proactive sending."""
    what, where = f"{code}: {meaning(code)}", f"flow {message.flow or 'none'}, step {message.step or 'none'}"
    match reaction_to(code):
        case Reaction.STOP_ALL:
            log.error("sending paused", why=what)
            meta.put(db, meta.PAUSED, {"why": what, "at": now.isoformat()})
            alarm.raise_or_count(db, AlarmKind.PAUSED, what, now)
        case Reaction.HOLD:
            detail = f"{what}; from {sender_of(process, message)} to {people.place(owner).country or 'an unknown country'}"
            alarm.raise_or_count(db, AlarmKind.MISCONFIGURED, detail, now)
            _stop_campaign(db, message, what, now)
        case Reaction.REST:
            alarm.raise_or_count(db, AlarmKind.RESTING, f"{what}; {sender_of(process, message)}", now)
        case Reaction.BUG:
            alarm.raise_or_count(db, AlarmKind.BUG, f"{what}; {where}", now)
        case Reaction.FAIL if code == FILTERED:
            alarm.raise_or_count(db, AlarmKind.FILTERED, where, now)
        case _:
            pass


def _stop_campaign(db: Connection, message: MessageRow, why: str, now: datetime) -> None:
    """Each further text of its campaign would be refused likewise. (What the carrier filters is counted: bot/campaigns/watching.py.)"""
    row = campaign.by_id(db, message.campaign_id) if message.campaign_id is not None else None
    if row is not None:
        steered.pause(db, row.id, row.name, why, now)
