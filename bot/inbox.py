"""The inbox: a text, or any other event, through one road to one turn.

    snapshot → read → consent and engine (pure) → turn.apply (one short transaction)

All but the last step happens outside any write transaction. Where another turn of the same contact was faster, the road is
walked again, three times; then the event waits for a worker.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NoReturn

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError

from bot import counters, facts, gate, people, turn
from bot.catalogue import Shelf
from bot.inbound import Inbound
from bot.process import Process
from bot.turn import Applied, Cause, Conflict
from flows import hearing, migration
from flows.events import Called, Consent, Due, Needs, Timer
from flows.hearing import Desk, Heard, Situation
from models import alarm, contact, event, interaction, media, outbox, snapshot
from models.alarm import AlarmKind
from models.contact import ContactRow
from models.event import EventKind, EventRow
from models.message import MessageRow, blank
from models.snapshot import Snapshot
from nlp.types import Command
from scheduler.windows import send_at

log = structlog.get_logger(__name__)

TRIES = 3
MOST_FACTS = 8
"""A turn that asks for facts more often than this asks in circles."""
CLAIMED = 5
CLAIM_LEASE = timedelta(seconds=8)
"""So many events are claimed at once, and for so long: those of a process that died are heard by another within 10 s."""
INLINE_S = 10.0
"""A webhook that has taken so long answers empty: its text waits as an event (Twilio gives up after 15 s)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a text was answered with. messages: outgoing rows that the webhook carries. stored: it waits as an event."""

    messages: tuple[Mapping[str, Any], ...] = ()
    stored: bool = False


NO_ANSWER = Answer()


# --- a text -----------------------------------------------------------------------------------------------------------


def receive(process: Process, inbound: Inbound, deadline: Callable[[], bool], *, twiml: bool = True) -> Answer:
    """Takes a text: inline, if nothing of the contact is due before it and time allows; else as an event.

    deadline: whether the time for an inline answer is over. Raises OperationalError where the database is away.
    """
    for _ in range(TRIES):
        now = process.now()
        with process.store.read() as db:
            seen = snapshot.of_text(db, inbound.phone, inbound.sid, now)
        if seen.repeated:
            return repeat(process, inbound.sid)
        if seen.behind or deadline() or not process.armed:
            break
        shelf = process.shelf.at(seen.catalogue)
        situation = facts.situation_of(process, shelf, seen, inbound.phone, now, inbound.opt_out_type)
        reading = facts.read(process, shelf, situation, inbound.text, len(inbound.pictures))
        cause = Cause(
            key=inbound.sid, now=now, ours=inbound.ours, channel=inbound.channel, asked=True, twiml=twiml, ahead=seen.ahead,
            inbound=inbound, reading=reading,
        )  # fmt: skip
        try:
            applied = _decide(process, shelf, seen.contact, situation, cause, partial(hearing.hear, reading=reading))
        except Conflict:
            continue
        _told(process, inbound.phone, applied)
        return Answer(messages=tuple(row for row in applied.messages if row["status"] == "sending"))
    answer = store(process, inbound)
    if answer.stored and process.armed:
        _hear_all_of(process, inbound.phone, deadline)
    return answer


def _told(process: Process, phone: str, applied: Applied) -> None:
    """Rings for what waits; and who has opted in again is in, whatever the mirror of opt-outs still says."""
    if applied.consent is Consent.IN:
        process.bell.clear_out(phone)
    if applied.queued:
        process.bell.ring()


def _hear_all_of(process: Process, phone: str, deadline: Callable[[], bool]) -> None:
    """Hears what is due of a contact who has just texted, in order, while time allows.

    A worker would come to it in the order of all: in the middle of a campaign a STOP would wait behind the starts of thousands.
    """
    now = process.now()
    with process.store.read() as db:
        owner = contact.by_phone(db, phone)
        rows = event.due_of(db, owner.id, now) if owner else []
    for row in rows:
        if deadline() or event.waits(row, now) or not _hear(process, row):
            return


def repeat(process: Process, sid: str) -> Answer:
    """The first answer again, only while it is still on its way by the webhook (checked and renewed under lock); else none."""
    now = process.now()
    with process.store.write() as db:
        if not outbox.renew_answer(db, sid, now, now + turn.LEASE):
            return NO_ANSWER
        rows = outbox.answer_to(db, sid)
        if not _may_be_repeated(db, rows):
            return NO_ANSWER
    return Answer(messages=tuple({"key": row.key, "body": row.body, "media": row.media, "status": row.status} for row in rows))


def _may_be_repeated(db: Connection, rows: Sequence[MessageRow]) -> bool:
    """Not to who has opted out since: what is left unsaid is looked up, and stopped at the gate."""
    owner = contact.by_id(db, rows[0].contact_id)
    if owner is None or owner.consent not in (Consent.OUT, Consent.HELD):
        return True
    return owner.consent_at is not None and owner.consent_at <= rows[0].created_at


def store(process: Process, inbound: Inbound, came_at: datetime | None = None) -> Answer:
    """Keeps a text as an event, for a worker to hear in its turn. A repeat changes nothing. came_at: before now, if it was spooled."""
    for attempt in range(1, TRIES + 1):
        try:
            with process.store.write() as db:
                fresh = _store(db, inbound, came_at or process.now(), spooled=came_at is not None)
        except IntegrityError:  # the same number, or the same text, at the same moment
            if attempt == TRIES:
                raise
            continue
        break
    if fresh:
        process.bell.ring()
    return Answer(stored=fresh)


def _store(db: Connection, inbound: Inbound, now: datetime, *, spooled: bool) -> bool:
    """Writes a text and its event; False where it is there already."""
    if outbox.by_sid(db, inbound.sid) is not None:
        return False
    row = contact.by_phone(db, inbound.phone)
    known = contact.new_values(inbound.phone, now, sender=inbound.ours, channel=inbound.channel)
    contact_id = row.id if row else contact.add(db, known)
    came = {"provider_sid": inbound.sid, "status": "received", "author": "contact", "raw": inbound.raw, "channel": inbound.channel}
    pictures = [{"url": url, "content_type": kind} for url, kind in inbound.pictures]
    test = row is not None and row.test
    outbox.add(db, [blank(contact_id, "in", inbound.text, now, ours=inbound.ours, media=pictures, test=test, **came)])
    if inbound.pictures:
        media.add(db, inbound.sid, list(inbound.pictures))
    data = {"sid": inbound.sid, "opt_out_type": inbound.opt_out_type, "spooled": spooled}
    event.add(db, [event.values(inbound.sid, contact_id, EventKind.TEXT, now, data=data)])
    return True


# --- any other event --------------------------------------------------------------------------------------------------


def handle(process: Process, row: EventRow) -> bool:
    """Hears one due event; False where somebody else is at it. Raises what the turn raises: the caller counts the failure."""
    for _ in range(TRIES):
        now = process.now()
        with process.store.read() as db:
            owner = contact.by_id(db, row.contact_id)
            assert owner is not None
            seen = snapshot.of_contact(db, owner, now)
        shelf = process.shelf.at(seen.catalogue)
        try:
            _hear_event(process, shelf, seen, row, now)
        except Conflict:
            with process.store.read() as db:
                if not event.is_open(db, row.id):  # clock and workers look at the same rows: whoever is second has no turn to try again
                    return False
            continue
        return True
    return False


def _hear_event(process: Process, shelf: Shelf, seen: Snapshot, row: EventRow, now: datetime) -> None:
    owner = seen.contact
    assert owner is not None
    event_ = _Event(process, shelf, seen, owner, row, now)
    cause, decide = _ASK[EventKind(row.kind)](event_)
    applied = _decide(process, shelf, owner, event_.situation, cause, decide)
    if row.data.get("spooled") and cause.reading is not None and cause.reading.command in (Command.STOP, Command.MAYBE_STOP):
        process.bell.clear_out(owner.phone)  # not for what came before it: its answer must not leave after the STOP
    _told(process, owner.phone, applied)


def hear_due(process: Process, most: int) -> int:
    """Hears the events that are due, in order for each contact; how many.

    One that fails is tried again a moment later, and after five times set aside. A few are claimed at a time: what a slow turn, or a dead
    process, holds up is never much, and never for longer than the lease.
    """
    done = 0
    left: list[EventRow] = []
    while done < most and len(left) < most:
        now = process.now()
        rows = _claimed(process, now, min(CLAIMED, most - done))
        missed = [row for row in rows if not _hear(process, row)]
        left += missed
        done += len(rows) - len(missed)
        if not rows:
            break
    if left:  # kept until now, so that what stands behind them was looked at too
        with process.store.write() as db:
            event.release(db, left)
    return done


def _claimed(process: Process, now: datetime, most: int) -> list[EventRow]:
    """What is due and nobody else is at. The look before it takes no lock: most looks find nothing."""
    with process.store.read() as db:
        if not event.is_any_due(db, now):
            return []
    with process.store.write() as db:
        return event.claim_due(db, now, most, now + CLAIM_LEASE)


def _hear(process: Process, row: EventRow) -> bool:
    try:
        return handle(process, row)
    except (OperationalError, InterfaceError):  # the database is away: nobody's event has failed
        raise
    except Exception as error:  # whatever an event does to us, the others must be heard; the row stays, with the reason
        log.exception("event failed", event_id=row.id, kind=row.kind, tries=row.tries + 1)
        counters.FAILED_EVENTS.inc()
        now = process.now()
        with process.store.write() as db:
            if event.failed(db, row, now, f"{type(error).__name__}: see the log at this time"):
                contact.change(db, row.contact_id, desk="inbox", desk_reason="event_failed", desk_since=now)
                alarm.raise_or_count(db, AlarmKind.EVENT_SET_ASIDE, f"event {row.kind}", now)
        return False


# --- what each kind of event asks of the core --------------------------------------------------------------------------

Decide = Callable[[Situation], Heard | Needs]
NOBODY = {"desk": "none", "desk_reason": None, "desk_since": None, "desk_staff_id": None}


class _Event:
    """A due event with all that is known of its contact."""

    def __init__(self, process: Process, shelf: Shelf, seen: Snapshot, owner: ContactRow, row: EventRow, now: datetime) -> None:
        self.process, self.shelf, self.seen, self.row, self.now = process, shelf, seen, row, now
        self.owner = owner
        self.situation = facts.situation_of(process, shelf, seen, owner.phone, now, row.data.get("opt_out_type"))

    def cause(self, **more: Any) -> Cause:
        row, owner = self.row, self.owner
        known = {"ours": self.process.sender_for(owner.phone, owner.sender), "channel": owner.channel, "planned": row.planned_at}
        return Cause(key=row.name, now=self.now, event_id=row.id, staff_id=row.data.get("staff_id"), **{**known, **more})


def _text(e: _Event) -> tuple[Cause, Decide]:
    """A text that was stored before anybody could hear it; a reply only if it is still fresh."""
    with e.process.store.read() as db:
        text = outbox.by_sid(db, e.row.data["sid"])
    assert text is not None, "a text's event stands beside its message"
    reading = facts.read(e.process, e.shelf, e.situation, text.body, len(text.media))
    came = {"last_in_at": text.created_at, "sender": text.ours, "channel": text.channel}
    asked = e.now - text.created_at < gate.REPLY_FOR
    cause = e.cause(ours=text.ours, channel=text.channel, asked=asked, stored=True, reading=reading, changes=came)
    return cause, partial(hearing.hear, reading=reading)


def _timer(e: _Event) -> tuple[Cause, Decide]:
    row = e.row
    silent = any(c.id == row.conversation_id and c.expires_at and c.expires_at <= e.now for c in e.seen.conversations)
    if row.kind == EventKind.EXPIRY and not silent:
        return e.cause(), lambda _: Heard(who="nobody: the silence was broken")
    due = Due(timer=Timer(row.kind), visit=-1 if row.visit is None else row.visit)
    if due.timer is Timer.NUDGE:
        e.situation = facts.with_opening(e.situation, e.owner, row.conversation_id)
    return e.cause(), lambda situation: hearing.ring(situation, row.conversation_id or 0, due, row.planned_at)


def _started(e: _Event) -> tuple[Cause, Decide]:
    flow, not_after = e.shelf.catalogue.flows.get(e.row.data["flow"]), e.row.data.get("not_after")
    if flow is None:
        return e.cause(), lambda _: Heard(who="nobody: no such flow is live")
    over, campaign_id = datetime.fromisoformat(not_after) if not_after else None, e.row.data.get("campaign")
    planned = send_at(e.row.planned_at, people.place(e.owner), flow.purpose)  # quiet hours make nothing late
    return e.cause(not_after=over), lambda situation: hearing.start(situation, flow, planned, over, campaign_id)


def _later(e: _Event) -> tuple[Cause, Decide]:
    """A campaign's step for those who are silent: nothing for whom was heard since the first text left."""
    with e.process.store.read() as db:
        first = outbox.by_key(db, e.row.after_key or "")
        since = first.handed_over_at if first is not None else None
        silent = since is not None and not interaction.came_since(db, e.owner.id, since, e.row.data["unless"])
    return _started(e) if silent else (e.cause(), lambda _: Heard(who="nobody: an answer came, or the first text never left"))


def _called(e: _Event) -> tuple[Cause, Decide]:
    """What a web service said; its texts answer the contact, if the turn that asked did, and not too long ago."""
    data, talk_id = e.row.data, e.row.conversation_id or 0
    answer = Called(visit=e.row.visit or 0, result=data["result"], failed=data["failed"])
    return e.cause(asked=data["asked"] and _wrote_lately(e)), lambda situation: hearing.called(situation, talk_id, answer)


def _migrated(e: _Event) -> tuple[Cause, Decide]:
    """An author moves the conversation to the revision that was published then, if it is still the live one."""
    flow = e.shelf.catalogue.flows.get(e.row.data["flow"])
    if flow is None or e.shelf.revisions[flow.name].id != e.row.data["revision"]:
        return e.cause(), lambda _: Heard(who="nobody: another revision is live")
    return e.cause(), lambda situation: migration.migrate(situation, e.row.conversation_id or 0, flow)


def _handed_back(e: _Event) -> tuple[Cause, Decide]:
    if e.situation.desk is Desk.NONE:  # pressed twice at one moment: the question is asked once
        return e.cause(), lambda _: Heard(who="nobody: handed back already")
    return e.cause(asked=_wrote_lately(e), changes=dict(NOBODY)), hearing.hand_back


def _wrote_lately(e: _Event) -> bool:
    return e.owner.last_in_at is not None and e.now - e.owner.last_in_at < gate.REPLY_FOR


def _closed(e: _Event) -> tuple[Cause, Decide]:
    return e.cause(changes=dict(NOBODY)), lambda situation: hearing.close(situation, "closed")


def _doubt_cleared(e: _Event) -> tuple[Cause, Decide]:
    return e.cause(changes=dict(NOBODY)), hearing.clear_doubt


def _opted_out(e: _Event) -> tuple[Cause, Decide]:
    data = e.row.data
    return e.cause(), lambda situation: hearing.opt_out(situation, data.get("words", ""), data["source"])


_ASK: Mapping[EventKind, Callable[[_Event], tuple[Cause, Decide]]] = {
    EventKind.TEXT: _text,
    **dict.fromkeys((EventKind.NUDGE, EventKind.TIMEOUT, EventKind.WAIT, EventKind.EXPIRY), _timer),
    EventKind.START: _started,
    EventKind.LATER: _later,
    EventKind.CALLED: _called,
    EventKind.MIGRATE: _migrated,
    EventKind.HAND_BACK: _handed_back,
    EventKind.CLOSE: _closed,
    EventKind.CLEAR_DOUBT: _doubt_cleared,
    EventKind.OPT_OUT: _opted_out,
}


# --- the road ---------------------------------------------------------------------------------------------------------


def _decide(
    process: Process,
    shelf: Shelf,
    owner: ContactRow | None,
    situation: Situation,
    cause: Cause,
    decide: Callable[[Situation], Heard | Needs],
) -> Applied:
    """Asks the core until it needs no more facts, and writes what it decided."""
    for _ in range(MOST_FACTS):
        heard = decide(situation)
        if isinstance(heard, Heard):
            return turn.apply(process, shelf, owner, heard, cause)
        if heard.page:
            _meet(process, cause)
        situation = replace(situation, facts=facts.with_asked(process, owner, situation.facts, heard))
    raise RuntimeError(f"the core asked for facts {MOST_FACTS} times in one turn")


def _meet(process: Process, cause: Cause) -> NoReturn:
    """Who is answered with the address of their own page must be known first. Raises Conflict, so that the road is walked again."""
    assert cause.inbound is not None, "only a text makes a stranger a contact"
    known = contact.new_values(cause.inbound.phone, cause.now, sender=cause.ours, channel=cause.channel)
    with suppress(IntegrityError), process.store.write() as db:  # another text of the same moment may have been faster
        contact.add(db, known)
    raise Conflict
