"""A contact, a phone and a clock, all in memory: what tests, `parley chat` and the simulator text with. Pure but for its own state.

It walks the same road as the server (hearing, consent, engine); what the server keeps in rows stands here in fields.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from flows import contacts, hearing, localtime
from flows.closure import with_parts
from flows.consent import CLARIFYING, OptOutReplies
from flows.events import (
    PAGE,
    AskOptIn,
    Call,
    Called,
    CallPerson,
    ChangeConsent,
    ChangePace,
    Code,
    Consent,
    Contact,
    CountVote,
    Due,
    Effect,
    Facts,
    HandOver,
    Json,
    Needs,
    Part,
    Send,
    SetField,
    StartTimer,
    Tagged,
    Timer,
    Votes,
    owned,
)
from flows.hearing import QUIET, Catalogue, Desk, Heard, Move, Situation, Talk, catalogue_of
from flows.notices import Notices
from flows.render import Part as OneText
from flows.render import pack
from flows.repetition import SPAN
from flows.situation import question_text
from flows.state import Phase
from flows.types import Flow, Purpose, Span, intent_label
from nlp.types import LANGUAGES, Context, IntentModel, Reader, Reading

FIRST_MOMENT = datetime(2026, 1, 5, 10, 0)  # noqa: DTZ001  # a Monday, wall time where the contact lives
MOST_TIMERS = 1000
PREFERENCES_URL = "https://example.com/p/TEST"

SendAt = Callable[[datetime, Purpose], datetime]
"""The first instant from the given one on at which an unasked text may leave."""


def at_once(planned: datetime, _purpose: Purpose) -> datetime:
    """No quiet hours."""
    return planned


@dataclass(frozen=True, slots=True)
class Said:
    """A text of the bot's. flow: "" above the flows."""

    text: str
    flow: str
    step: str
    part: Part
    at: datetime


@dataclass(frozen=True, slots=True)
class _Pending:
    due: datetime
    talk: int
    timer: Timer
    visit: int
    planned: datetime


@dataclass(slots=True)
class Simulation:
    """One contact texting with flows. Times are UTC instants; the contact's zone decides what they are locally."""

    flows: Mapping[str, Flow]
    reader: Reader
    contact: Contact
    now: datetime
    brand: str = "Parley"
    double_opt_in: bool = False
    send_at: SendAt = at_once
    arms: Mapping[str, str] = field(default_factory=dict)
    empty: frozenset[str] = frozenset()
    desk: Desk = Desk.NONE
    desk_since: datetime | None = None
    talks: list[Talk] = field(default_factory=list)
    ended: list[Talk] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    history: list[Move] = field(default_factory=list)
    asked: list[tuple[int, Call]] = field(default_factory=list)
    who: str = ""
    _messages: list[tuple[datetime, str]] = field(default_factory=list)
    _said: list[Said] = field(default_factory=list)
    _pending: list[_Pending] = field(default_factory=list)
    _codes: dict[str, str] = field(default_factory=dict)
    _votes: dict[str, str] = field(default_factory=dict)
    _catalogue: Catalogue | None = None
    _model: IntentModel | None = None
    _n_talks: int = 0

    # what happens to it

    def text(self, body: str, n_media: int = 0) -> list[Said]:
        """The contact texts; what the bot says to that."""
        reading = self.reader.read(body, self._context(n_media))
        self.readings.append(reading)
        return self._turn(lambda situation: hearing.hear(situation, reading), asked=True)

    def start(self, flow: str) -> list[Said]:
        """Somebody starts a flow that the contact did not ask for."""
        return self._turn(lambda situation: hearing.start(situation, self.flows[flow]))

    def answer(self, result: Json = None, failed: str = "") -> list[Said]:
        """The web service that was asked first answers, or fails. Raises LookupError where none is being asked."""
        if not self.asked:
            raise LookupError("no service is being asked")
        talk, call = self.asked.pop(0)
        called = Called(visit=call.visit, result=result, failed=failed)
        return self._turn(lambda situation: hearing.called(situation, talk, called), asked=True)

    def wait(self, span: Span) -> list[Said]:
        """Time passes, and what comes due on the way happens at its moment."""
        return self.wait_until(localtime.add(self.now, span, self.contact.zone))

    def wait_until(self, moment: datetime) -> list[Said]:
        """Time passes until `moment`; no service takes so long to answer."""
        said: list[Said] = []
        while self.asked:
            said += self.answer(failed="no_answer")
        for _ in range(MOST_TIMERS):
            pending = min((p for p in self._alarms() if p.due <= moment), key=lambda p: (p.due, p.timer is Timer.EXPIRY), default=None)
            if pending is None:
                break
            self.now = max(self.now, pending.due)
            if pending in self._pending:
                self._pending.remove(pending)
            said += self._turn(lambda situation, p=pending: self._ring(situation, p))  # type: ignore[misc]
        self.now = max(self.now, moment)
        return said

    def take_over(self) -> None:
        """A person takes the conversation: the bot keeps quiet."""
        self.desk = Desk.HELD

    def hand_back(self) -> list[Said]:
        """The person gives it back to the flow."""
        self.desk = Desk.NONE
        return self._turn(hearing.hand_back, asked=True)

    def close(self) -> list[Said]:
        """The person ends it."""
        self.desk = Desk.NONE
        return self._turn(lambda situation: hearing.close(situation, "closed"))

    # what can be seen of it

    @property
    def listening(self) -> Talk | None:
        return next((talk for talk in self.talks if talk.state.listening), None)

    @property
    def last(self) -> Talk | None:
        """The conversation that listens, else the newest live one, else the one that ended last."""
        return self.listening or (self.talks[-1] if self.talks else self.ended[-1] if self.ended else None)

    def alarms(self) -> list[tuple[datetime, Timer]]:
        """What will come due, soonest first."""
        return sorted((pending.due, pending.timer) for pending in self._alarms())

    # one turn

    def _turn(self, decide: Callable[[Situation], Heard | Needs], *, asked: bool = False) -> list[Said]:
        facts = Facts(
            contact=self.contact,
            now=self.now,
            settings={"brand": self.brand, PAGE: PREFERENCES_URL},
            arms=self.arms,
            lately=self._lately(),
        )
        for _ in range(20):
            heard = decide(self._situation(facts))
            if isinstance(heard, Heard):
                return self._apply(heard, asked=asked)
            codes = {owned(heard.flow, pool): self._code(heard.flow, pool) for pool in heard.pools}
            polls = {owned(heard.flow, poll): Votes(own=self._votes.get(owned(heard.flow, poll))) for poll in heard.polls}
            links = {target: target for target in heard.links}  # shown as they are written
            facts = replace(facts, codes={**facts.codes, **codes}, polls={**facts.polls, **polls}, links={**facts.links, **links})
        raise RuntimeError("the engine asks for facts in circles")

    def _code(self, flow: str, pool: str) -> Code:
        """The pool's TEST code, or none of one that is sold out."""
        return Code(None if pool in self.empty else self._codes.get(owned(flow, pool), f"TEST-{pool.upper()}"))

    def _ring(self, situation: Situation, pending: _Pending) -> Heard | Needs:
        purpose = next(talk.flow.purpose for talk in self.talks if talk.id == pending.talk)
        facts = replace(situation.facts, opens=self.send_at(self.now, purpose))
        due = Due(timer=pending.timer, visit=pending.visit)
        return hearing.ring(replace(situation, facts=facts), pending.talk, due, pending.planned)

    def _situation(self, facts: Facts) -> Situation:
        return Situation(
            facts=facts,
            notices=Notices(brand=self.brand),
            catalogue=self._live(),
            desk=hearing.desk_at(self.desk, self.desk_since, self.talks, self.contact.zone, self.now),
            talks=tuple(self.talks),
            replies=OptOutReplies.APP,
            double_opt_in=self.double_opt_in,
        )

    def _apply(self, heard: Heard, *, asked: bool) -> list[Said]:
        self.who = heard.who
        before = len(self._said)
        for effect in heard.effects:
            self._carry_out(effect, None, asked=asked)
        self.history += heard.moves
        for move in heard.moves:
            talk = self._store(move)
            for effect in move.effects:
                self._carry_out(effect, talk, asked=asked)
        said = self._said[before:]
        self._messages += [(self.now, message.text) for message in pack([OneText(one.text) for one in said])]
        return said

    def _lately(self) -> Mapping[str, int]:
        """The messages of the last minutes, and how often each was said."""
        return Counter(text for at, text in self._messages if self.now - at < SPAN)

    def _store(self, move: Move) -> Talk:
        if move.talk is None:
            self._n_talks += 1
            talk = Talk(id=self._n_talks, flow=move.flow, state=move.state)
        else:
            talk = replace(move.talk, state=move.state)
        self.talks = [other for other in self.talks if other.id != talk.id]
        (self.ended if talk.state.phase is Phase.ENDED else self.talks).append(talk)
        self.talks.sort(key=lambda live: live.id)  # oldest first, as the server reads them
        self._pending = [p for p in self._pending if p.talk != talk.id or p.visit == talk.state.visit]
        self._silence_from(talk)
        return talk

    def _silence_from(self, talk: Talk) -> None:
        """Its expiry begins again with every text in either direction; it does not run while it waits, rests or is held."""
        self._pending = [p for p in self._pending if p.talk != talk.id or p.timer is not Timer.EXPIRY]
        if talk.state.phase is not Phase.ASKING:
            return
        due = localtime.add(self.now, talk.flow.expires, self.contact.zone)
        self._pending.append(_Pending(due, talk.id, Timer.EXPIRY, talk.state.visit, due))

    def _carry_out(self, effect: Effect, talk: Talk | None, *, asked: bool) -> None:
        match effect:
            case Send(text=text, step=step, part=part):
                if asked or talk is None or self._may_send(talk.flow.purpose):
                    self._said.append(Said(text, talk.flow.name if talk else "", step, part, self.now))
            case SetField() | Tagged() | ChangeConsent() | ChangePace() | AskOptIn():
                self.contact = contacts.after(self.contact, (effect,))
            case CountVote(flow=flow, step=step, option=option):
                self._votes[owned(flow, step)] = option
            case StartTimer(timer=timer, visit=visit, after=after, at=at) if talk is not None:
                due = at or localtime.add(self.now, after or Span(), self.contact.zone)
                due = self.send_at(due, talk.flow.purpose) if timer is Timer.WAIT else due
                self._pending.append(_Pending(due, talk.id, timer, visit, effect.planned or due))
            case Call() if talk is not None:
                self.asked.append((talk.id, effect))
            case HandOver():
                self.desk, self.desk_since = Desk.HANDOFF, self.now
            case CallPerson(reason=reason):
                self.calls.append(reason)
            case _:
                pass

    def _may_send(self, purpose: Purpose) -> bool:
        """Consent, for a text that nobody asked for just now."""
        consent = self.contact.consent
        return consent is Consent.IN or (purpose is Purpose.SERVICE and consent is Consent.UNKNOWN)

    # what it is read with

    def _live(self) -> Catalogue:
        if self._catalogue is None:
            self._catalogue = catalogue_of(self.flows)
            known = with_parts(self.flows)
            examples = {intent_label(f.name, name): told for f in known.values() for name, told in f.intents.items()}
            self._model = self.reader.train(examples) if examples else None
        return self._catalogue

    def _context(self, n_media: int) -> Context:
        catalogue = self._live()
        local = localtime.to_local(self.now, self.contact.zone)
        known = Context(
            keywords=frozenset(catalogue.keywords), intents=self._model, now_local=local, country=self.contact.country, n_media=n_media
        )
        if self.contact.consent is Consent.HELD:
            return replace(known, expect=CLARIFYING, languages=LANGUAGES)
        asked = hearing.open_question(self._situation(Facts(contact=self.contact, now=self.now)))
        if asked is None:
            return known
        expect, talk = asked
        return replace(known, expect=expect, question=question_text(talk), languages=talk.running.languages)

    def _alarms(self) -> list[_Pending]:
        live = {talk.id for talk in self.talks}
        asleep = {Timer.EXPIRY} if self.desk in QUIET else set()
        return [pending for pending in self._pending if pending.talk in live and pending.timer not in asleep]


def simulate(
    flows: Mapping[str, Flow],
    reader: Reader,
    contact: Contact | None = None,
    *,
    local: datetime = FIRST_MOMENT,
    brand: str = "Parley",
    send_at: SendAt = at_once,
    arms: Mapping[str, str] | None = None,
) -> Simulation:
    """A fresh phone: by default Monday 2026-01-05, 10:00, of an opted-in contact of whom nothing else is known."""
    known = contact or Contact(key="test", zone="America/New_York", consent=Consent.IN, test=True)
    now = localtime.to_instant(local, known.zone)
    return Simulation(flows=flows, reader=reader, contact=known, now=now, brand=brand, send_at=send_at, arms=arms or {})
