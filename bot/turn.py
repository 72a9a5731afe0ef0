"""One turn, written: all or nothing, in one short transaction that begins with the compare-and-set on the contact.

`apply` gets what the core decided (`Heard`) and turns it into rows: the text that came in, the messages that go out, where the
conversations stand, timers, codes, votes, consent and the log. It decides nothing but what a row looks like.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot import gate, people
from bot.addresses import token_of
from bot.catalogue import Shelf
from bot.columns import Columns, source_of
from bot.inbound import Inbound
from bot.process import Process
from bot.wording import Wording, worded
from flows import localtime
from flows.events import (
    AskOptIn,
    Call,
    CallPerson,
    ChangeConsent,
    ChangePace,
    ClaimCode,
    Consent,
    CountVote,
    Effect,
    HandOver,
    Happened,
    Link,
    Note,
    Rebased,
    Send,
    SetField,
    StartTimer,
    Tagged,
)
from flows.hearing import QUIET, Desk, Heard, Move
from flows.state import Phase
from models import call, consent, contact, conversation, coupon, event, interaction, link, media, outbox, vote
from models.contact import ContactRow
from models.event import EventKind
from models.message import Status, blank
from nlp.types import Reading
from scheduler.windows import Place, send_at
from scheduler.zones import home_zone, place_of

TWIML = "twiml"
LEASE = timedelta(seconds=60)
"""So long is a webhook's answer given to be reported; then the clock looks it up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What a turn comes from.

    key: the text's sid or the event's key; what the turn writes is named after it, so that a replay writes nothing twice.
    asked: the contact texted less than 10 minutes ago, so that what follows is a reply. twiml: the webhook's answer may carry it;
    ahead: an earlier answer waits for a worker. planned: when an event was to come; not_after: what its texts are about is over then.
    inbound: a text to be stored with the turn; `stored`: only its reading is new. changes: what staff change on the contact beside it.
    """

    key: str
    now: datetime
    ours: str
    channel: str = "sms"
    asked: bool = False
    twiml: bool = False
    ahead: bool = False
    inbound: Inbound | None = None
    stored: bool = False
    reading: Reading | None = None
    event_id: int | None = None
    planned: datetime | None = None
    not_after: datetime | None = None
    staff_id: int | None = None
    changes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What was written. messages: the outgoing rows, in order. queued: some of them, or a call, wait for a worker.

    consent: what the turn changed it to, if it did.
    """

    contact_id: int
    messages: tuple[dict[str, Any], ...]
    queued: bool
    consent: Consent | None = None


class Conflict(Exception):
    """Somebody else changed what this turn was made from: read again, and make it anew. Rolls the transaction back."""


def apply(process: Process, shelf: Shelf, row: ContactRow | None, heard: Heard, cause: Cause) -> Applied:
    """Writes a turn. Raises Conflict where another turn of the contact, or another taker of the same code, was faster."""
    try:
        with process.store.write() as db:
            return _Writing(shelf, db, row, heard, cause, Columns(row, cause.now), process.settings.countries).write()
    except IntegrityError as error:  # the number, the sid or the key is there already
        raise Conflict from error


@dataclass(slots=True)
class _Writing:
    shelf: Shelf
    db: Connection
    row: ContactRow | None
    heard: Heard
    cause: Cause
    columns: Columns
    countries: tuple[str, ...]
    contact_id: int = 0
    log: list[dict[str, Any]] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    timers: list[tuple[int, Move, StartTimer]] = field(default_factory=list)

    def write(self) -> Applied:
        cause = self.cause
        self.change_contact()
        self.lock()
        if cause.event_id is not None and not event.handled(self.db, cause.event_id, cause.now, self.heard.who):
            raise Conflict
        conversations = [self.store_move(move) for move in self.heard.moves]
        self.consent()
        outgoing = self.outgoing(conversations)
        outbox.add(self.db, [*self.incoming(), *outgoing])
        link.add(self.db, self.links)
        if cause.inbound is not None and cause.inbound.pictures:
            media.add(self.db, cause.inbound.sid, list(cause.inbound.pictures))
        for conversation_id, move in zip(conversations, self.heard.moves, strict=True):
            for effect in move.effects:
                self.carry_out(effect, move, conversation_id)
        for effect in self.heard.effects:
            self.carry_out(effect, None, None)
        self.start_timers(outgoing)
        interaction.add(self.db, self.log)
        waits = any(row["status"] == Status.QUEUED for row in outgoing) or any(isinstance(effect, Call) for effect in self.effects())
        changed = [effect.to for effect in self.effects() if isinstance(effect, ChangeConsent)]
        return Applied(contact_id=self.contact_id, messages=tuple(outgoing), queued=waits, consent=changed[-1] if changed else None)

    # the contact

    @property
    def test(self) -> bool:
        return self.row is not None and self.row.test

    @property
    def place(self) -> Place:
        return people.place(self.row) if self.row else place_of(self.inbound.phone)

    @property
    def inbound(self) -> Inbound:
        assert self.cause.inbound is not None, "only a text makes a stranger a contact"
        return self.cause.inbound

    def change_contact(self) -> None:
        """What the turn changes on the contact: the text that came, the effects, and what staff change beside it."""
        cause = self.cause
        if cause.inbound is not None:
            self.columns.changes |= {"last_in_at": cause.now, "sender": cause.ours, "channel": cause.channel}
        self.columns.take(self.effects())
        self.columns.changes |= cause.changes

    def effects(self) -> list[Effect]:
        return [*self.heard.effects, *(effect for move in self.heard.moves for effect in move.effects)]

    def lock(self) -> None:
        """The compare-and-set: the turn is made from what is still true, or not at all."""
        if self.row is None:
            known = contact.new_values(self.inbound.phone, self.cause.now, **self.columns.changes)
            self.contact_id = contact.add(self.db, known)
        else:
            self.contact_id = self.row.id
            if not contact.take_turn(self.db, self.row.id, self.row.version, self.columns.changes):
                raise Conflict

    # conversations, consent, effects

    def store_move(self, move: Move) -> int:
        """Writes where a conversation stands; its id."""
        state, now = move.state, self.cause.now
        ended = state.phase is Phase.ENDED
        values = {
            "state": state.to_json(),
            "phase": state.phase.value,
            "listening": state.listening,
            "last_at": now,
            "expires_at": self.expiry(move),
            "ended_at": now if ended else None,
            "outcome": state.outcome,
        }
        if move.talk is not None:
            conversation.store(self.db, move.talk.id, values)
            return move.talk.id
        revision = self.shelf.revisions[move.flow.name]
        begun = {
            "contact_id": self.contact_id,
            "flow": move.flow.name,
            "revision_id": revision.id,
            "revision": revision.number,
            "started_at": now,
        }
        return conversation.add(self.db, {**values, **begun})

    def expiry(self, move: Move) -> datetime | None:
        """When its silence has lasted too long; never while it waits, rests or is held."""
        if move.state.phase is not Phase.ASKING or Desk(self.columns.now("desk", "none")) in QUIET:
            return None
        return localtime.add(self.cause.now, move.flow.expires, self.zone())

    def zone(self) -> str:
        return home_zone(self.place)

    def consent(self) -> None:
        """Ledger, and what may not leave any more."""
        before = self.row.consent if self.row else Consent.UNKNOWN.value
        sid = self.cause.inbound.sid if self.cause.inbound else None
        proof = {"ours": self.cause.ours, "provider_sid": sid, "staff_id": self.cause.staff_id}
        for effect in self.effects():
            if not isinstance(effect, ChangeConsent | ChangePace | AskOptIn):
                continue
            after = effect.to.value if isinstance(effect, ChangeConsent) else before
            shown = {"before": before, "after": after, "source": source_of(effect), "words": effect.words}
            consent.add(self.db, contact_id=self.contact_id, at=self.cause.now, **shown, **proof)
            before = after
            if isinstance(effect, ChangeConsent) and effect.to in (Consent.OUT, Consent.HELD):
                outbox.cancel_unsent(self.db, self.contact_id)
                coupon.give_back_untold(self.db, self.contact_id)

    def carry_out(self, effect: Effect, move: Move | None, conversation_id: int | None) -> None:
        """The effects that are rows of their own; what changes the contact, and the texts, have been seen to."""
        match effect:
            case ClaimCode(flow=flow, pool=pool, code=code, expires=expires):
                taken = self.test or coupon.take(self.db, flow, pool, code, self.contact_id, self.cause.now, expires, told=self.inline)
                if not taken:
                    raise Conflict
            case CountVote(flow=flow, step=step, option=option):
                vote.cast(self.db, flow, step, self.contact_id, option, self.cause.now, test=self.test)
            case StartTimer():
                assert move is not None
                assert conversation_id is not None
                self.timers.append((conversation_id, move, effect))
            case Note(kind=kind, step=step, data=data):
                self.note(kind, conversation_id, move, step, dict(data))
            case Call():
                assert move is not None
                about = {"contact_id": self.contact_id, "conversation_id": conversation_id, "flow": move.flow.name}
                call.add(self.db, effect, self.cause.now, **about, key=uuid4().hex, asked=self.cause.asked, test=self.test)
            case Rebased():
                assert conversation_id is not None
                assert move is not None
                now = self.shelf.revisions[move.flow.name]
                conversation.rebase(self.db, conversation_id, now.id, now.number)
            case Send() | SetField() | Tagged() | ChangeConsent() | ChangePace() | AskOptIn() | HandOver() | CallPerson():
                pass

    def note(self, kind: Happened, conversation_id: int | None, move: Move | None, step: str, data: dict[str, Any]) -> None:
        place = {"conversation_id": conversation_id, "flow": move.flow.name, "revision": self.revision(move)} if move else {}
        more = {"message_key": self.cause.key, "step": step or None, "data": data, **place}
        self.log.append(interaction.values(kind.value, self.contact_id, self.cause.now, test=self.test, **more))

    def revision(self, move: Move) -> int:
        return move.talk.revision if move.talk else self.shelf.revisions[move.flow.name].number

    # messages

    def incoming(self) -> list[dict[str, Any]]:
        cause, reading = self.cause, self.cause.reading
        read = _read(reading, self.heard.who) if reading else None
        if cause.stored:
            outbox.change_reading(self.db, cause.key, read)
        if cause.inbound is None or cause.stored:
            return []
        came = cause.inbound
        pictures = [{"url": url, "content_type": kind} for url, kind in came.pictures]
        more = {"ours": came.ours, "channel": came.channel, "raw": came.raw, "media": pictures, "reading": read, "test": self.test}
        status = {"provider_sid": came.sid, "status": Status.RECEIVED.value, "author": "contact"}
        return [blank(self.contact_id, "in", came.text, cause.now, **status, **more)]

    def outgoing(self, conversations: list[int]) -> list[dict[str, Any]]:
        """The turn's texts as rows: born `sending` where the webhook's answer carries them, else `queued`."""
        rows = []
        for n, wording in enumerate(worded(self.heard), 1):
            conversation_id = None if wording.move is None else conversations[wording.move]
            row = self.message(f"{self.cause.key}-{n}", wording, conversation_id)
            self.links += [self.link(one, row) for one in wording.links]
            rows.append(self.send_in_answer(row) if self.inline and row["urgency"] in ("reply", "notice") else row)
        return rows

    @property
    def inline(self) -> bool:
        """Whether the webhook's answer carries what it may: not past an answer that waits; an opt-out has canceled that one."""
        return self.cause.twiml and (not self.cause.ahead or self.columns.now("consent", None) in (Consent.OUT, Consent.HELD))

    def message(self, key: str, wording: Wording, conversation_id: int | None) -> dict[str, Any]:
        cause = self.cause
        move = None if wording.move is None else self.heard.moves[wording.move]
        urgency = self.urgency(wording, move)
        spot = {"conversation_id": conversation_id, "step": wording.step or None, "asks": wording.asks, "steps": list(wording.steps)}
        about = {"flow": move.flow.name, "revision": self.revision(move), "campaign_id": move.state.campaign} if move else {}
        sender = {"ours": cause.ours, "channel": cause.channel, "author": "flow" if move else "parley", "staff_id": cause.staff_id}
        said = {
            "media": [{"url": url} for url in wording.media],
            "urgency": urgency.value,
            "expires_at": self.expires_at(move, urgency),
            "not_after": cause.not_after,
            "test": self.test,
        }
        answers = {"answers_to": cause.inbound.sid if cause.inbound else None, "status": Status.QUEUED.value, "key": key}
        return blank(self.contact_id, "out", wording.text, cause.now, **spot, **about, **sender, **said, **answers)

    def link(self, made: Link, row: Mapping[str, Any]) -> dict[str, Any]:
        """A short address of this turn's, and where it leads."""
        spot = {
            "contact_id": self.contact_id,
            "message_key": row["key"],
            "flow": row["flow"],
            "revision": row["revision"],
            "step": row["step"],
        }
        return {**spot, "token": token_of(made.address), "target": made.target, "test": self.test, "created_at": self.cause.now}

    def expires_at(self, move: Move | None, urgency: gate.Urgency) -> datetime | None:
        """When it would be too late: so long after the first allowed moment of its plan (quiet hours make nothing late, outages do)."""
        if move is None or urgency not in (gate.Urgency.SERVICE, gate.Urgency.MARKETING):
            return None
        planned = send_at(self.cause.planned or self.cause.now, self.place, move.flow.purpose)
        late = localtime.add(planned, move.flow.late, self.zone())
        return late if self.cause.not_after is None else min(late, self.cause.not_after)

    def urgency(self, wording: Wording, move: Move | None) -> gate.Urgency:
        if not self.cause.asked and any(isinstance(effect, AskOptIn) for effect in self.effects()) and wording.notice:
            return gate.Urgency.SERVICE  # a flow subscribes of its own accord: nobody waits for the question, least of all at night
        if wording.notice or move is None:
            return gate.Urgency.NOTICE
        return gate.Urgency.REPLY if self.cause.asked else gate.Urgency(move.flow.purpose.value)

    def send_in_answer(self, row: dict[str, Any]) -> dict[str, Any]:
        """The webhook is one more sender: the gate is asked in this very transaction, with what the turn itself has decided."""
        verdict = gate.ask(self.asked(row), self.cause.now)
        if isinstance(verdict, gate.Refuse):
            return {**row, "status": Status.REFUSED.value, "reason": verdict.reason}
        if not isinstance(verdict, gate.Leave):
            return row
        lease = {"carrier": TWIML, "attempt": 1, "lease_until": self.cause.now + LEASE, "tried_at": self.cause.now}
        return {**row, **lease, "status": Status.SENDING.value, "handed_over_at": self.cause.now}

    def asked(self, row: Mapping[str, Any]) -> gate.Asked:
        """What the gate is asked about an answer. The contact has just texted: it is reachable, whatever was known before."""
        return gate.Asked(
            urgency=gate.Urgency(row["urgency"]),
            author=row["author"],
            created_at=self.cause.now,
            expires_at=None,
            consent=Consent(self.columns.now("consent", Consent.UNKNOWN)),
            desk=Desk(self.columns.now("desk", Desk.NONE)),
            place=self.place,
            last_in_at=self.cause.now,
            abroad=not self.test and people.is_abroad(self.row.phone if self.row else self.inbound.phone, self.countries),
        )

    def start_timers(self, outgoing: list[dict[str, Any]]) -> None:
        """A wait has its instant. A nudge or a timeout counts from the hand-over of the question: now, or when the worker has sent it."""
        rows = []
        for conversation_id, move, timer in self.timers:
            key = f"{self.cause.key}-{timer.timer}-{conversation_id}-{timer.visit}"
            own = [row for row in outgoing if row["conversation_id"] == conversation_id and row["status"] == Status.QUEUED]
            more: dict[str, Any] = {"conversation_id": conversation_id, "visit": timer.visit}
            if timer.at is not None:
                more |= {"due_at": send_at(timer.at, self.place, move.flow.purpose), "planned_at": timer.planned}
            elif timer.after is not None and own:
                more |= {"due_at": None, "after_key": own[-1]["key"], "days": timer.after.days, "seconds": timer.after.seconds}
            elif timer.after is not None:
                more["due_at"] = localtime.add(self.cause.now, timer.after, self.zone())
            rows.append(event.values(key, self.contact_id, EventKind(timer.timer), self.cause.now, **more))
        event.add(self.db, rows)


def _read(reading: Reading, who: str) -> dict[str, Any]:
    """A reading as the transcript shows it."""
    value = list(reading.value) if isinstance(reading.value, tuple) else reading.value
    told = {"who": who, "value": value, "why": reading.why, "confidence": round(reading.confidence, 3), "language": reading.language}
    if reading.command is not None:
        told |= {"command": reading.command.value, "command_why": reading.command_why}
    if reading.intent is not None:
        told |= {"intent": reading.intent, "intent_confidence": round(reading.intent_confidence, 3)}
    if reading.sentiment is not None:
        told |= {"sentiment": reading.sentiment.value, "sentiment_confidence": round(reading.sentiment_confidence, 3)}
    return told
