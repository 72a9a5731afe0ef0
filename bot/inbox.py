"""The inbox: a text, or any other event, through one road to one turn.

    snapshot → read → consent and engine (pure) → turn.apply (one short transaction)

All but the last step happens outside any write transaction. Where another turn of the same contact was faster, the road is
walked again, three times; then the event waits for a worker.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot import counters, people, turn
from bot.catalogue import Shelf
from bot.inbound import Inbound, from_form
from bot.process import Process
from bot.signature import pairs_of
from bot.spool import Spooled
from bot.turn import Applied, Cause, Conflict
from flows import hearing
from flows.consent import CLARIFYING
from flows.events import Code, Consent, Due, Facts, Needs, Timer, Votes, owned
from flows.hearing import Heard, Situation, Talk
from flows.localtime import to_local
from flows.state import state_from_json
from flows.types import Ask
from models import contact, coupon, event, outbox, snapshot, vote
from models.contact import ContactRow
from models.conversation import ConversationRow
from models.event import EventRow
from models.message import blank
from models.snapshot import Snapshot
from nlp.types import NOTHING_EXPECTED, Context, Reading

log = structlog.get_logger(__name__)

TRIES = 3
MOST_FACTS = 8
"""A turn that asks for facts more often than this asks in circles."""
REPLY_FOR = timedelta(minutes=10)
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
        situation = _situation(process, shelf, seen, inbound.phone, now, inbound.opt_out_type)
        reading = _read(process, shelf, situation, inbound.text, len(inbound.pictures))
        cause = Cause(
            key=inbound.sid, now=now, ours=inbound.ours, channel=inbound.channel, asked=True, twiml=twiml, inbound=inbound, reading=reading
        )
        try:
            applied = _decide(process, shelf, seen.contact, situation, cause, partial(hearing.hear, reading=reading))
        except Conflict:
            continue
        if applied.queued:
            process.bell.ring()
        return Answer(messages=tuple(row for row in applied.messages if row["status"] == "sending"))
    return store(process, inbound)


def repeat(process: Process, sid: str) -> Answer:
    """The first answer again, only while it is still on its way by the webhook (checked and renewed under lock); else none."""
    now = process.now()
    with process.store.write() as db:
        if not outbox.renew_answer(db, sid, now, now + turn.LEASE):
            return NO_ANSWER
        rows = outbox.answer_to(db, sid)
    return Answer(messages=tuple({"key": row.key, "body": row.body, "media": row.media, "status": row.status} for row in rows))


def store(process: Process, inbound: Inbound, came_at: datetime | None = None) -> Answer:
    """Keeps a text as an event, for a worker to hear in its turn. A repeat changes nothing. came_at: before now, if it was spooled."""
    now = came_at or process.now()
    try:
        with process.store.write() as db:
            if outbox.by_sid(db, inbound.sid) is not None:
                return NO_ANSWER
            row = contact.by_phone(db, inbound.phone)
            contact_id = (
                row.id if row else contact.add(db, contact.new_values(inbound.phone, now, sender=inbound.ours, channel=inbound.channel))
            )
            came = {"provider_sid": inbound.sid, "status": "received", "author": "contact", "raw": inbound.raw, "channel": inbound.channel}
            pictures = [{"url": url, "content_type": kind} for url, kind in inbound.pictures]
            test = row is not None and row.test
            outbox.add(db, [blank(contact_id, "in", inbound.text, now, ours=inbound.ours, media=pictures, test=test, **came)])
            data = {"sid": inbound.sid, "opt_out_type": inbound.opt_out_type, "spooled": came_at is not None}
            event.add(db, [event.values(inbound.sid, contact_id, "text", now, data=data)])
    except IntegrityError:  # the same number, or the same text, at the same moment
        return store(process, inbound, came_at)
    process.bell.ring()
    return Answer(stored=True)


def unspool(process: Process, spooled: Spooled) -> None:
    """Stores a form that had been spooled, as an event. Its signature was checked when it came."""
    inbound = from_form(pairs_of(spooled.form), spooled.form)
    if inbound is not None:
        store(process, inbound, came_at=spooled.at)


# --- any other event --------------------------------------------------------------------------------------------------


def handle(process: Process, row: EventRow) -> bool:
    """Hears one due event; False where somebody else is at it. Raises what the turn raises: the caller counts the failure."""
    for _ in range(TRIES):
        now = process.now()
        with process.store.read() as db:
            owner = contact.by_id(db, row.contact_id)
            assert owner is not None
            seen = snapshot.of_contact(db, owner, now)
        assert seen.contact is not None
        shelf = process.shelf.at(seen.catalogue)
        try:
            _hear_event(process, shelf, seen, seen.contact, row, now)
        except Conflict:
            continue
        return True
    return False


def _hear_event(process: Process, shelf: Shelf, seen: Snapshot, owner: ContactRow, row: EventRow, now: datetime) -> None:
    situation = _situation(process, shelf, seen, owner.phone, now, row.data.get("opt_out_type"))
    recent = owner.last_in_at is not None and now - owner.last_in_at < REPLY_FOR
    ours = owner.sender or process.default_sender
    cause = Cause(key=row.key, now=now, ours=ours, channel=owner.channel, event_id=row.id, planned=row.planned_at)
    decide: Callable[[Situation], Heard | Needs]
    match row.kind:
        case "text":
            with process.store.read() as db:
                text = outbox.by_sid(db, row.data["sid"])
            assert text is not None, "a text's event stands beside its message"
            reading = _read(process, shelf, situation, text.body, len(text.media))
            fresh = now - text.created_at < REPLY_FOR
            cause = replace(cause, ours=text.ours, channel=text.channel, asked=fresh, stored=True, reading=reading)
            cause.changes.update(last_in_at=text.created_at, sender=text.ours, channel=text.channel)
            decide = partial(hearing.hear, reading=reading)
        case Timer.EXPIRY if not any(c.id == row.conversation_id and c.expires_at and c.expires_at <= now for c in seen.conversations):
            decide = lambda _s: Heard(who="nobody: the silence was broken")  # noqa: E731
        case Timer.NUDGE | Timer.TIMEOUT | Timer.WAIT | Timer.EXPIRY:
            due = Due(timer=Timer(row.kind), visit=-1 if row.visit is None else row.visit)
            decide = lambda s: hearing.ring(s, row.conversation_id or 0, due, row.planned_at)  # noqa: E731
        case "start":
            flow = shelf.catalogue.flows.get(row.data["flow"])
            if not_after := row.data.get("not_after"):
                cause = replace(cause, not_after=datetime.fromisoformat(not_after))
            decide = (lambda s: hearing.start(s, flow)) if flow else (lambda _s: Heard(who="nobody: no such flow is live"))
        case "hand_back":
            cause = replace(cause, asked=recent, staff_id=row.data.get("staff_id"))
            cause.changes.update(desk="none", desk_reason=None, desk_since=None, desk_staff_id=None)
            decide = hearing.hand_back
        case "close":
            cause = replace(cause, staff_id=row.data.get("staff_id"))
            cause.changes.update(desk="none", desk_reason=None, desk_since=None, desk_staff_id=None)
            decide = lambda s: hearing.close(s, "closed")  # noqa: E731
        case "opt_out":
            cause = replace(cause, staff_id=row.data.get("staff_id"))
            decide = lambda s: hearing.opt_out(s, row.data.get("words", ""), row.data["source"])  # noqa: E731
        case kind:
            raise ValueError(f"event {row.id} is of an unknown kind: {kind}")
    applied = _decide(process, shelf, owner, situation, cause, decide)
    if row.data.get("spooled"):
        process.bell.clear_out(owner.phone)
    if applied.queued:
        process.bell.ring()


def hear_due(process: Process, most: int) -> int:
    """Hears the events that are due, in order for each contact; how many. One that fails is counted, and after five times set aside."""
    now = process.now()
    with process.store.read() as db:
        rows = event.due(db, now, most)
    blocked: set[int] = set()
    done = 0
    for row in rows:
        if row.contact_id in blocked:
            continue
        if _hear(process, row, now):
            done += 1
        else:
            blocked.add(row.contact_id)
    return done


def _hear(process: Process, row: EventRow, now: datetime) -> bool:
    try:
        return handle(process, row)
    except DBAPIError:
        raise
    except Exception:  # whatever an event does to us, the others must be heard; the row stays, with the reason
        log.exception("event failed", event_id=row.id, kind=row.kind, tries=row.tries + 1)
        counters.FAILED_EVENTS.inc()
        with process.store.write() as db:
            event.failed(db, row.id, now, "see the log at this time")
            if row.tries + 1 >= event.MOST_TRIES:
                contact.change(db, row.contact_id, desk="inbox", desk_reason="event_failed", desk_since=now)
        return False


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
        situation = replace(situation, facts=_with(process, owner, situation.facts, heard))
    raise RuntimeError(f"the core asked for facts {MOST_FACTS} times in one turn")


def _situation(process: Process, shelf: Shelf, seen: Snapshot, phone: str, now: datetime, opt_out_type: str | None) -> Situation:
    """The rows as frozen values."""
    row = seen.contact
    known = people.contact_of(row) if row else people.stranger(phone)
    return Situation(
        facts=Facts(contact=known, now=now, settings={"brand": process.settings.brand}),
        notices=process.notices,
        catalogue=shelf.catalogue,
        desk=people.desk_of(row, now) if row else hearing.Desk.NONE,
        talks=tuple(_talk(process, conversation) for conversation in seen.conversations),
        replies=process.replies,
        opt_out_type=opt_out_type,
    )


def _talk(process: Process, row: ConversationRow) -> Talk:
    return Talk(id=row.id, flow=process.shelf.flow(row.revision_id), state=state_from_json(row.state), revision=row.revision)


def _read(process: Process, shelf: Shelf, situation: Situation, text: str, n_media: int) -> Reading:
    """What the text says, with the question in view."""
    known = situation.facts.contact
    context = replace(
        NOTHING_EXPECTED,
        keywords=shelf.keywords,
        intents=shelf.intents,
        now_local=to_local(situation.facts.now, known.zone),
        country=known.country or process.settings.country,
        n_media=n_media,
    )
    return process.reader.read(text, _with_question(context, situation))


def _with_question(context: Context, situation: Situation) -> Context:
    if situation.facts.contact.consent is Consent.HELD:
        return replace(context, expect=CLARIFYING, languages=("en", "fr", "es", "de", "zh"))
    asked = hearing.open_question(situation)
    if asked is None:
        return context
    expect, talk = asked
    return replace(context, expect=expect, question=_question(talk), languages=talk.flow.languages)


def _question(talk: Talk) -> str:
    """The question as its author wrote it, in the conversation's language."""
    verb = talk.flow.steps[talk.state.at].verb
    assert isinstance(verb, Ask)
    text = verb.questions[talk.state.question].text
    return (text.get(talk.state.language) or next(iter(text.values()))).source


def _with(process: Process, owner: ContactRow | None, facts: Facts, needs: Needs) -> Facts:
    """The facts and those that the core asked for."""
    contact_id, test = (owner.id, owner.test) if owner else (0, False)
    with process.store.read() as db:
        codes = {owned(needs.flow, pool): Code(coupon_for(db, needs.flow, pool, contact_id, test=test)) for pool in needs.pools}
        polls = {
            owned(needs.flow, step): Votes(
                counts=_others(db, needs.flow, step, contact_id, test=test), own=vote.own(db, needs.flow, step, contact_id)
            )
            for step in needs.polls
        }
    return replace(facts, codes={**facts.codes, **codes}, polls={**facts.polls, **polls})


def coupon_for(db: Any, flow: str, pool: str, contact_id: int, *, test: bool) -> str | None:
    """A code for this contact; test contacts get TEST codes, and take none away."""
    return f"TEST-{contact_id:04d}" if test else coupon.free_code(db, flow, pool, contact_id)


def _others(db: Any, flow: str, step: str, contact_id: int, *, test: bool) -> dict[str, int]:
    """A poll's counts without this contact's own vote."""
    counts = vote.counts(db, flow, step, test=test)
    own = vote.own(db, flow, step, contact_id)
    return {option: count - (option == own) for option, count in counts.items()}
