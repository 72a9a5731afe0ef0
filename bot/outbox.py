"""The outbox: claim → gate → send → record, one message at a time, replies first.

Every move of a message is made by the table in models/message.py: here, in its own turn, or by what is learned afterwards
(handover, reports, lookups). The network is only touched between two transactions: a worker that dies in between leaves a row
`sending`, which `lookups.recover` looks up at the provider.
"""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Connection

from bot import counters, gate, limits, people, steered
from bot.handover import UNASKED, backoff, begin_spans, carrier_of, cost_s, hand_over, is_paced, note, one_sid, put_back, sender_of, try_of
from bot.inbound import address
from bot.lookups import QUIET
from bot.messenger import Accepted, Declined, Nonsense, NotSent, Outgoing, Sent, TooMany, Unclear
from bot.process import Process
from bot.reports import react
from flows.events import Happened
from flows.state import state_from_json
from models import alarm, contact, conversation, event, meta, outbox, queue, sender
from models.contact import ContactRow
from models.message import MessageRow, Status
from models.queue import Rank

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)
FRESH = LEASE / 2
"""A claim that is older is not sent any more: its lease might end while it is."""
BATCH, MOST_BATCHES = 10, 20
"""So many messages of a lane are looked at in one transaction, and in so many at one look."""
EVERY, ANSWERS, REMINDERS = frozenset(Rank), frozenset({Rank.ANSWER}), frozenset({Rank.SERVICE})
"""Which texts a look is for."""
NEVER_MIND = timedelta(days=3650)
"""The patience of what nobody asked for."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that may leave, as it stood before it was claimed.

    at: when; a claim that is old may be looked up by now. share: of its rate at which its sender goes; less than 1 after the provider
    said that it is too fast.
    """

    message: MessageRow
    contact: ContactRow
    at: datetime
    share: float = 1.0


def send_next(
    process: Process, *, ranks: Set[Rank] = EVERY, only: int | None = None, give: Callable[[Callable[[], None]], None] | None = None
) -> bool:
    """Claims, sends and records the next message; True too where none left, but some were held, refused or expired.

    ranks, only: as `claim` has them. give: who does the sending, and the recording after it; without it, they are done here.
    """
    if not process.armed:
        return False
    walk = _Walk(process, process.now(), ranks)
    claimed = walk.next(only)
    if claimed is None:
        return walk.n_moved > 0
    work = partial(_send, process, claimed)
    if give is None:
        work()
    else:
        give(work)
    return True


def _send(process: Process, claimed: Claimed) -> None:
    """Sends it, and records what came of that; not where this process stood still meanwhile: the look-up finds that it never left."""
    if process.now() - claimed.at > FRESH:
        log.warning("claimed too long ago", message=claimed.message.id)
        return
    record(process, claimed, carrier_of(process, claimed.contact).send(_outgoing(process, claimed)))


# --- claim ------------------------------------------------------------------------------------------------------------


def claim(process: Process, *, ranks: Set[Rank] = EVERY, only: int | None = None, batch: int = BATCH) -> Claimed | None:
    """The next message that the gate lets through, now `sending` with a lease; those that it stops are moved on the way.

    ranks: of these; the others stay as they are. only: of this contact and of nobody else.
    """
    return _Walk(process, process.now(), ranks, batch).next(only)


@dataclass(slots=True)
class _Walk:
    """One look along the lanes, the most urgent first. n_moved: how many texts were held, refused or expired on the way."""

    process: Process
    now: datetime
    ranks: Set[Rank]
    batch: int = BATCH
    n_moved: int = 0
    paused: bool = False
    lane_is_over: bool = False

    def next(self, only: int | None) -> Claimed | None:
        """The first message that may leave."""
        if only is not None:
            with self.process.store.write() as db:
                self.now = self.process.now()
                return self.first(db, queue.waiting_of(db, only, self.now))
        for lane in self.lanes():
            if (claimed := self.next_in(lane)) is not None:
                return claimed
        return None

    def lanes(self) -> list[queue.Lane]:
        """Those in which something may leave: not of a sender that is busy or rests. A look, which takes no lock."""
        with self.process.store.read() as db:
            found = queue.lanes(db, self.now)
            occupied = sender.occupied(db, self.now.timestamp())
        return [lane for lane in found if self.may_look(lane, occupied)]

    def may_look(self, lane: queue.Lane, occupied: sender.Occupied) -> bool:
        name = lane.sender or self.process.default_sender
        if lane.rank not in self.ranks:
            return False
        if lane.rank < Rank.SERVICE:
            return True
        return name not in occupied.busy and not (lane.rank is Rank.MARKETING and name in occupied.resting)

    def next_in(self, lane: queue.Lane) -> Claimed | None:
        """The first message of a lane that may leave; batch by batch, each a transaction of its own, so that nobody waits for long."""
        last: MessageRow | None = None
        self.lane_is_over = False
        for _ in range(MOST_BATCHES):
            moved = self.n_moved
            with self.process.store.write() as db:
                self.now = self.process.now()  # it may have waited for the lock, and somebody has said STOP meanwhile
                rows = queue.waiting(db, lane.name, self.now, self.batch, last)
                claimed = self.first(db, rows)
            if self.paused and lane.rank is not Rank.ANSWER:
                self.n_moved = moved  # all of them wait: there is no hurry to tell each of them
                return claimed
            if claimed is not None or self.lane_is_over or len(rows) < self.batch:
                return claimed
            last = rows[-1]
        return None

    def first(self, db: Connection, rows: Sequence[MessageRow]) -> Claimed | None:
        """The first of these that may leave, claimed."""
        process, now = self.process, self.now
        self.paused = not process.settings.sending or (bool(rows) and meta.get(db, meta.PAUSED) is not None)
        for message in rows:
            owner = _owner(process, db, message)
            if owner is None or event.is_behind(db, owner.id, now):
                continue  # it may be a STOP: what has come is heard before the next text leaves
            if self.is_in_order(db, message) and self.passes(db, message, owner):
                claimed = _claimed(process, db, message, owner, now)
                if claimed is None:
                    self.lane_is_over = True
                return claimed
        return None

    def is_in_order(self, db: Connection, message: MessageRow) -> bool:
        """Whether no earlier text to the contact has to leave before it. Where one is held, this one is held as long.

        One that was put back, and may leave by now, stands further down its lane: this one goes behind it, or hundreds would hide it.
        """
        assert message.not_before is not None, "it was found by it"
        patience = NEVER_MIND if message.urgency in UNASKED else queue.PATIENCE
        until = queue.held_by(db, message, self.now + patience)
        if until is not None and until > message.not_before:
            why = {"reason": "after the text before it"} if until > self.now else {}
            outbox.change(db, message.id, not_before=until, **why)
            self.n_moved += 1
        return until is None

    def passes(self, db: Connection, message: MessageRow, owner: ContactRow) -> bool:
        """Whether the gate lets it through; what it stops is moved."""
        now = self.now
        if _answered(db, message):
            self.n_moved += outbox.move(db, message.id, Status.EXPIRED, reason="answered meanwhile")
            return False
        if steered.is_canceled(db, message):
            self.n_moved += outbox.move(db, message.id, Status.CANCELED, reason="the campaign was canceled")
            return False
        match _verdict(self.process, db, message, owner, now, paused=self.paused):
            case gate.Leave():
                return True
            case gate.Hold(until=until, reason=reason, excused=excused):
                more = {"expires_at": _longer_of_use(message, until - now)} if excused else {}
                outbox.change(db, message.id, not_before=until, reason=reason, rules=people.rules(owner), **more)
            case gate.Refuse(reason=reason):
                outbox.move(db, message.id, Status.REFUSED, reason=reason, rules=people.rules(owner))
                note(db, message, Happened.REFUSED, now, {"reason": reason})
            case gate.Expire(reason=reason):
                outbox.move(db, message.id, Status.EXPIRED, reason=reason, rules=people.rules(owner))
                begin_spans(db, message, owner, now)
        self.n_moved += 1
        return False


def _longer_of_use(message: MessageRow, held_for: timedelta) -> datetime | None:
    """When a message is late that waits through no outage: by so much later, but never after what it is about is over."""
    if message.expires_at is None:
        return None
    later = message.expires_at + held_for
    return later if message.not_after is None else max(message.expires_at, min(later, message.not_after))


def _owner(process: Process, db: Connection, message: MessageRow) -> ContactRow | None:
    """The contact; None where another worker has it just now (what meets a cap is counted, and so claimed one at a time)."""
    if limits.is_capped(process.settings, message):
        return contact.to_claim(db, message.contact_id)
    owner = contact.by_id(db, message.contact_id)
    assert owner is not None, "a message has a contact"
    return owner


def _verdict(process: Process, db: Connection, message: MessageRow, owner: ContactRow, now: datetime, *, paused: bool) -> gate.Verdict:
    """The gate's answer, with all that it asks for."""
    met = limits.of_message(db, process.settings, owner, message, now)
    mirrored_out = process.bell.is_out(owner.phone)
    waits = steered.why_paused(db, process.settings, owner, message, met, now)
    known: dict[str, Any] = {"limits": met, "countries": process.settings.countries, "campaign_paused": waits}
    verdict = gate.ask(people.asked_of(owner, message, now, paused=paused, mirrored_out=mirrored_out, **known), now)
    limits.tell(db, met, verdict, now)
    return verdict


def _claimed(process: Process, db: Connection, message: MessageRow, owner: ContactRow, now: datetime) -> Claimed | None:
    """The message, if it is its sender's turn and nobody was faster."""
    share: float | None = 1.0
    if message.urgency in UNASKED and is_paced(process, owner):
        share = sender.take(db, sender_of(process, message), now.timestamp(), cost_s(process, message))
    if share is None or not outbox.claim(db, message.id, now, carrier_of(process, owner).name, now + LEASE):
        return None
    limits.charge(db, process.settings, owner, message, now)
    return Claimed(message, owner, now, share)


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
                outbox.move(db, message.id, Status.UNKNOWN, attempt=try_of(message), lease_until=now + QUIET, reason=detail)
        case Nonsense(detail=detail):
            log.error("outcome unknown", message=message.id, detail=detail)
            with process.store.write() as db:
                outbox.move(db, message.id, Status.UNKNOWN, attempt=try_of(message), lease_until=now + QUIET, reason=detail)
                alarm.raise_or_count(db, alarm.AlarmKind.NONSENSE, detail, now)
        case Declined(code=code):
            react(process, message, owner, code, Status.FAILED)
