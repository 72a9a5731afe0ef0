"""The outbox: claim → gate → send → record, one message at a time, replies first; and what is learned of a message afterwards.

Every move of a message is made here or in its own turn, by the table in models/message.py. The network is only touched
between two transactions: a worker that dies in between leaves a row `sending`, which `recover` looks up at the provider.
"""

import random
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot import counters, gate, people
from bot.inbound import address
from bot.messenger import Accepted, Declined, Found, LookupFailed, Messenger, NotSent, Outgoing, Sent, Unclear
from bot.process import Process
from bot.reactions import Reaction, meaning, reaction_to
from flows import localtime
from flows.events import Happened
from flows.types import Span
from models import contact, conversation, coupon, event, interaction, meta, outbox
from models.contact import ContactRow
from models.event import EventKind
from models.message import MessageRow, Status, blank

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)
QUIET = timedelta(seconds=30)
"""An accepted message may show in the provider's list late: longer than the client's timeout (10 s) is waited before a second try."""
SOFT_RETRY = timedelta(hours=2)
STILL_USEFUL = timedelta(hours=12)
AGAIN = "-again"


@dataclass(frozen=True, slots=True)
class Claimed:
    message: MessageRow
    contact: ContactRow


# --- claim and send ---------------------------------------------------------------------------------------------------


def send_next(process: Process, *, proactive: bool = True) -> bool:
    """Claims, sends and records the next message; False where none may leave now."""
    claimed = claim(process, proactive=proactive) if process.armed else None
    if claimed is None:
        return False
    carrier = _carrier(process, claimed.contact)
    sent = carrier.send(_outgoing(process, claimed))
    record(process, claimed, sent)
    return True


def claim(process: Process, *, proactive: bool = True, most: int = 20) -> Claimed | None:
    """The next message that the gate lets through, now `sending` with a lease; those that it stops are moved on the way."""
    now = process.now()
    with process.store.write() as db:
        paused = not process.settings.sending or meta.get(db, meta.PAUSED) is not None or not proactive
        for message in outbox.waiting(db, now, most):
            owner = contact.by_id(db, message.contact_id)
            assert owner is not None
            if event.is_behind(db, owner.id, now):
                continue  # it may be a STOP: what has come is heard before the next text leaves
            if _answered(db, message):
                outbox.move(db, message.id, Status.EXPIRED, reason="answered meanwhile")
                continue
            verdict = gate.ask(people.asked_of(owner, message, now, paused=paused, mirrored_out=process.bell.is_out(owner.phone)), now)
            match verdict:
                case gate.Leave():
                    if outbox.claim(db, message.id, now, _carrier(process, owner).name, now + LEASE):
                        return Claimed(message, owner)
                case gate.Hold(until=until, reason=reason):
                    outbox.change(db, message.id, not_before=until, reason=reason)
                case gate.Refuse(reason=reason):
                    outbox.move(db, message.id, Status.REFUSED, reason=reason)
                    _note(db, message, Happened.REFUSED, now, {"reason": reason})
                case gate.Expire(reason=reason):
                    outbox.move(db, message.id, Status.EXPIRED, reason=reason)
                    _begin_spans(db, message, owner, now)
    return None


def _answered(db: Connection, message: MessageRow) -> bool:
    """Whether an unasked question or nudge waited for so long (quiet hours) that its conversation has gone on."""
    if message.conversation_id is None or not message.asks or message.urgency not in ("service", "marketing"):
        return False
    talk = conversation.by_id(db, message.conversation_id)
    return talk is not None and (talk.ended_at is not None or talk.state["at"] != message.step)


def _carrier(process: Process, owner: ContactRow) -> Messenger:
    return process.paper if owner.test else process.messenger


def _outgoing(process: Process, claimed: Claimed) -> Outgoing:
    message, owner = claimed.message, claimed.contact
    return Outgoing(
        to=address(message.channel, owner.phone),
        ours=address(message.channel, message.ours or process.default_sender),
        body=message.body,
        media=tuple(str(picture["url"]) for picture in message.media),
        callback=f"{process.callback_url}?message={message.key}",
    )


def record(process: Process, claimed: Claimed, sent: Sent) -> None:
    """What came of a try."""
    message, now = claimed.message, process.now()
    counters.SENT.labels(type(sent).__name__.lower()).inc()
    match sent:
        case Accepted(sid=sid, delivered=delivered):
            handed_over(process, message, claimed.contact, sid, Status.DELIVERED if delivered else Status.ACCEPTED)
        case NotSent(detail=detail):
            log.warning("not sent", message=message.id, detail=detail)
            _again(process, message, now + _backoff(message.attempt), detail)
        case Unclear(detail=detail):
            log.warning("outcome unknown", message=message.id, detail=detail)
            with process.store.write() as db:
                outbox.move(db, message.id, Status.UNKNOWN, lease_until=now + QUIET, reason=detail)
        case Declined(code=code):
            react(process, message, claimed.contact, code, Status.FAILED)


def handed_over(
    process: Process, message: MessageRow, owner: ContactRow, sid: str | None, to: Status, error_code: int | None = None
) -> None:
    """The provider has it, or reports on it: the sid is learned, the status moves by the table, and timers that waited for it begin."""
    now = process.now()
    first = message.handed_over_at is None
    changes = {"delivered_at": now} if to is Status.DELIVERED else {}
    try:
        with process.store.write() as db:
            if sid and message.provider_sid is None:
                outbox.learn_sid(db, message.id, sid)
            if not outbox.move(db, message.id, to, **changes, error_code=error_code):
                return
            if first:
                outbox.change(db, message.id, handed_over_at=now)
                if message.author == "flow":
                    coupon.tell(db, message.contact_id, now)
                _begin_spans(db, message, owner, now)
            if to is Status.DELIVERED:
                _note(db, message, Happened.DELIVERED, now, {})
            elif to in (Status.UNDELIVERED, Status.FAILED):
                _note(db, message, Happened.NOT_DELIVERED, now, {"code": error_code})
    except IntegrityError:
        log.error("sid on two messages", message=message.id, sid=sid)


def _begin_spans(db: Connection, message: MessageRow, owner: ContactRow, now: datetime) -> None:
    """A question's timers start when it has been handed over (or never will be)."""
    for row in event.begin_spans(db, message.key or ""):
        span = Span(days=row.days, seconds=row.seconds)
        event.set_due(db, row.id, localtime.add(now, span, people.zone(owner)))


def _note(db: Connection, message: MessageRow, kind: Happened, now: datetime, data: dict[str, object]) -> None:
    """A line of the log for each step that the message speaks for."""
    place = {"conversation_id": message.conversation_id, "flow": message.flow, "revision": message.revision, "message_key": message.key}
    steps: list[str | None] = [*message.steps] or [message.step]
    rows = [
        interaction.values(
            kind.value,
            message.contact_id,
            now,
            test=message.test,
            step=step,
            data={**data, "asks": message.asks and step == message.step},
            **place,
        )
        for step in steps
    ]
    interaction.add(db, rows)


def _backoff(attempt: int) -> timedelta:
    """2, 4, 8 ... s, at most 10 minutes, with up to half as much again by chance so that workers do not march in step."""
    seconds = min(600.0, 2.0 ** min(attempt, 10))
    return timedelta(seconds=seconds * (1 + random.random() / 2))  # noqa: S311  # no secret hangs on it


def _again(process: Process, message: MessageRow, not_before: datetime, why: str) -> None:
    with process.store.write() as db:
        outbox.move(db, message.id, Status.QUEUED, not_before=not_before, reason=why, carrier=None, lease_until=None)


# --- what the provider says -------------------------------------------------------------------------------------------

_REPORTED = {
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


def report(process: Process, key: str | None, sid: str, status: str, error_code: int | None) -> bool:
    """Takes a status report; False where it is about no message of ours. Late, repeated and reordered ones change nothing."""
    to = _REPORTED.get(status.lower())
    with process.store.read() as db:
        message = (outbox.by_key(db, key) if key else None) or (outbox.by_sid(db, sid) if sid else None)
        owner = contact.by_id(db, message.contact_id) if message else None
    if message is None or owner is None or to is None:
        return False
    if message.provider_sid not in (None, sid):
        log.error("reported under another sid", message=message.id, sid=sid)
        return True
    if to in (Status.UNDELIVERED, Status.FAILED) and error_code:
        react(process, message, owner, error_code, to, sid)
    else:
        handed_over(process, message, owner, sid or None, to, error_code)
    return True


def react(process: Process, message: MessageRow, owner: ContactRow, code: int, to: Status, sid: str | None = None) -> None:
    """What an error code means, done: by the table of bot/reactions.py.

    What was reported as not delivered may be tried once more, hours later, as a text of its own.
    """
    now = process.now()
    reaction = reaction_to(code)
    refused_at_once = to is Status.FAILED and message.provider_sid is None and sid is None
    log.warning("provider error", message=message.id, code=code, reaction=reaction.value)
    if refused_at_once and reaction in (Reaction.STOP_ALL, Reaction.SLOW_DOWN):
        if reaction is Reaction.STOP_ALL:
            pause(process, f"{code}: {meaning(code)}")
        _again(
            process,
            message,
            now + (timedelta(minutes=5) if reaction is Reaction.STOP_ALL else _backoff(message.attempt + 4)),
            meaning(code),
        )
        return
    if refused_at_once and reaction is Reaction.SOFT and message.attempt < 2:
        _again(process, message, now + SOFT_RETRY, meaning(code))
        return
    handed_over(process, message, owner, sid, to, code)
    with process.store.write() as db:
        outbox.change(db, message.id, error_code=code, reason=meaning(code))
        if reaction is Reaction.UNREACHABLE:
            contact.change(db, owner.id, unreachable_at=now, unreachable_why=f"{code}: {meaning(code)}")
        elif reaction is Reaction.OPT_OUT:
            data = {"source": "carrier", "words": str(code)}
            event.add_once(db, event.values(f"{message.key}-{code}", owner.id, EventKind.OPT_OUT, now, data=data))
        elif reaction is Reaction.SOFT and not refused_at_once:
            _once_more(db, message, now)
    if reaction is Reaction.OPT_OUT:
        process.bell.ring()


def _once_more(db: Connection, message: MessageRow, now: datetime) -> None:
    """A second try of a text that did not arrive (phone off): its own row, once, past the gate like any other."""
    key = f"{message.key}{AGAIN}"
    if (message.key or "").endswith(AGAIN) or outbox.by_key(db, key) is not None:
        return
    urgency = "service" if message.urgency == "reply" else message.urgency
    about = {"conversation_id": message.conversation_id, "flow": message.flow, "revision": message.revision, "step": message.step}
    said = {"media": list(message.media), "steps": list(message.steps), "asks": message.asks, "urgency": urgency, "test": message.test}
    sender = {"ours": message.ours, "channel": message.channel, "author": message.author, "staff_id": message.staff_id}
    when = {"not_before": now + SOFT_RETRY, "expires_at": now + SOFT_RETRY + STILL_USEFUL, "status": Status.QUEUED.value, "key": key}
    outbox.add(db, [blank(message.contact_id, "out", message.body, now, **about, **said, **sender, **when)])


def pause(process: Process, why: str) -> None:
    """Stops all proactive sending, with an alarm: the provider refuses everything. `parley doctor` and the console say so."""
    log.error("sending paused", why=why)
    with process.store.write() as db:
        meta.put(db, meta.PAUSED, {"why": why, "at": process.now().isoformat()})


# --- messages of which nothing was heard ------------------------------------------------------------------------------


def recover(process: Process, most: int = 100) -> int:
    """Looks up messages whose lease is over, whatever the carrier; how many it settled.

    Sent again is only what is still absent at the provider after the quiet period.
    """
    now = process.now()
    with process.store.read() as db:
        rows = outbox.overdue(db, now, most)
        owners = {row.contact_id: contact.by_id(db, row.contact_id) for row in rows}
    settled = 0
    for contact_id, owner in owners.items():
        if owner is not None:
            settled += _look_up(process, owner, [row for row in rows if row.contact_id == contact_id], now)
    return settled


def _look_up(process: Process, owner: ContactRow, rows: list[MessageRow], now: datetime) -> int:
    since = min(row.tried_at or row.created_at for row in rows) - timedelta(seconds=60)
    try:
        found = _carrier(process, owner).find(address(rows[0].channel, owner.phone), since)
    except LookupFailed as error:
        log.warning("look-up failed", contact=owner.id, detail=str(error))
        with process.store.write() as db:
            for row in rows:
                outbox.change(db, row.id, lease_until=now + QUIET)
        return 0
    with process.store.read() as db:
        known = outbox.known_sids(db, [message.sid for message in found])
    matches = match_up(rows, [message for message in found if message.sid not in known])
    for row in rows:
        if (match := matches.get(row.id)) is not None:
            handed_over(process, row, owner, match.sid, _REPORTED.get(match.status, Status.ACCEPTED), match.error_code)
        elif now - (row.tried_at or row.created_at) > QUIET:
            _again(process, row, now, "absent at the provider")
    return len(rows)


def match_up(rows: list[MessageRow], found: list[Found]) -> dict[int, Found]:
    """Which found message is which row: equal texts as multisets, the oldest row with the oldest text (newest first would double)."""
    pools: dict[tuple[str, str], list[Found]] = {}
    for message in sorted(found, key=lambda f: f.created_at):
        pools.setdefault((message.direction, _plain(message.body)), []).append(message)
    matches: dict[int, Found] = {}
    taken: Counter[tuple[str, str]] = Counter()
    for row in sorted(rows, key=lambda r: r.id):
        name = ("outbound-reply" if row.carrier == "twiml" else "outbound-api", _plain(row.body))
        pool = pools.get(name, [])
        if taken[name] < len(pool):
            matches[row.id] = pool[taken[name]]
            taken[name] += 1
    return matches


def _plain(body: str) -> str:
    """A body as carriers may give it back: white space folded."""
    return " ".join(body.split())
