"""Which flow hears a text, and what a timer, a start or a hand-back does to a contact's conversations.

`hear` reads from top to bottom in the order that the language fixes (flow-language.md, "Which flow hears a text"). Pure:
values in, values out; where a conversation needs a fact that only the shell has, the answer is `Needs`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from flows import consent
from flows.consent import OptOutReplies
from flows.engine import advance, begin
from flows.events import (
    CallPerson,
    ChangeConsent,
    Consent,
    Due,
    Effect,
    Event,
    Facts,
    HandedBack,
    Happened,
    Needs,
    Note,
    Replied,
    Resumed,
    Started,
)
from flows.notices import Notices
from flows.state import Phase, State
from flows.types import Ask, FallbackTrigger, Flow, IntentTrigger, intent_label
from nlp.keywords import fold
from nlp.types import Choice, Command, Expect, Nps, Number, Rating, Reading, YesNo

CLOSED_SETS = (Choice, YesNo, Number, Rating, Nps)
"""Kinds that have words of their own, which no keyword may take from them."""


class Desk(StrEnum):
    """Whether a person is wanted, or there."""

    NONE = "none"
    INBOX = "inbox"  # somebody should look; flows go on hearing
    HANDOFF = "handoff"  # a flow or the contact asked for a person: the bot keeps quiet
    OVERDUE = "overdue"  # nobody came: keywords are heard again
    HELD = "held"  # a person holds the conversation: the bot keeps quiet


QUIET = frozenset({Desk.HANDOFF, Desk.HELD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One of a contact's live conversations, on the revision that it began with."""

    id: int
    flow: Flow
    state: State
    revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The live flows, and what starts them. keywords are folded; intents map a label to its flow."""

    flows: Mapping[str, Flow]
    keywords: Mapping[str, str] = field(default_factory=dict)
    intents: Mapping[str, str] = field(default_factory=dict)
    fallback: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All that decides who hears: the facts, who holds the contact, and the live conversations, oldest first."""

    facts: Facts
    notices: Notices
    catalogue: Catalogue
    desk: Desk = Desk.NONE
    talks: tuple[Talk, ...] = ()
    replies: OptOutReplies = OptOutReplies.TWILIO
    opt_out_type: str | None = None

    @property
    def listening(self) -> Talk | None:
        return next((talk for talk in self.talks if talk.state.listening), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One conversation's part of a turn. talk: None for a new one."""

    talk: Talk | None
    flow: Flow
    state: State
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A whole turn of a contact: its conversations' moves in order, and what stands above them. who: who heard, for the transcript."""

    who: str
    moves: tuple[Move, ...] = ()
    effects: tuple[Effect, ...] = ()


def catalogue_of(flows: Mapping[str, Flow]) -> Catalogue:
    """What starts each of these live flows."""
    words = {fold(word): flow.name for flow in flows.values() for word in flow.keywords}
    triggers = [(flow, trigger) for flow in flows.values() for trigger in flow.triggers]
    labels = {intent_label(flow.name, trigger.intent): flow.name for flow, trigger in triggers if isinstance(trigger, IntentTrigger)}
    fallback = next((flow.name for flow, trigger in triggers if isinstance(trigger, FallbackTrigger)), None)
    return Catalogue(flows=flows, keywords=words, intents=labels, fallback=fallback)


def open_question(situation: Situation) -> tuple[Expect, Talk] | None:
    """What is being asked, and by which conversation."""
    talk = situation.listening
    if talk is None or talk.state.phase is not Phase.ASKING or situation.desk in QUIET:
        return None
    verb = talk.flow.steps[talk.state.at].verb
    return (verb.questions[talk.state.question].expect, talk) if isinstance(verb, Ask) else None


# --- a text -----------------------------------------------------------------------------------------------------------


def hear(situation: Situation, reading: Reading) -> Heard | Needs:
    """Who hears a text, and what comes of it."""
    contact = situation.facts.contact
    gate = consent.gate(contact, reading, situation.notices, situation.replies, situation.opt_out_type)
    if gate is not None:
        ended = tuple(_end(talk, "opted_out") for talk in situation.talks) if gate.ends else ()
        return Heard(who=gate.who, moves=ended, effects=gate.effects)
    if situation.desk in QUIET:
        return Heard(who="person", effects=(Note(kind=Happened.HEARD_BY_PERSON),))
    if reading.command is Command.HUMAN:
        asked = open_question(situation)
        moves = (Move(talk=asked[1], flow=asked[1].flow, state=asked[1].state, effects=_answered(reading, asked[1])),) if asked else ()
        return Heard(who="wish for a person", moves=moves, effects=consent.ask_for_person(contact, reading, situation.notices))
    return _heard_by_flow(situation, reading)


def _heard_by_flow(situation: Situation, reading: Reading) -> Heard | Needs:
    catalogue, asked = situation.catalogue, open_question(situation)
    expect, talk = asked if asked is not None else (None, None)
    fits = reading.value is not None
    keyword = catalogue.keywords.get(fold(reading.text))
    open_to_others = talk is None or talk.flow.interruptible
    if talk is not None and fits and reading.exact and isinstance(expect, CLOSED_SETS):
        return _move(situation, talk, Replied(reading), "question")
    if keyword is not None and open_to_others:
        return _start(situation, catalogue.flows[keyword], reading, "keyword")
    if talk is not None and fits:
        return _move(situation, talk, Replied(reading), "question")
    meant = catalogue.intents.get(reading.intent or "")
    if meant is not None and open_to_others and (talk is None or talk.flow.name != meant):
        return _start(situation, catalogue.flows[meant], reading, "intent")
    if talk is not None:
        return _move(situation, talk, Replied(reading), "question, not understood")
    if catalogue.fallback is not None:
        return _start(situation, catalogue.flows[catalogue.fallback], reading, "fallback")
    return Heard(who="nobody", effects=(CallPerson("unheard"), Note(kind=Happened.UNHEARD)))


def _start(situation: Situation, flow: Flow, reading: Reading | None, who: str) -> Heard | Needs:
    """Begins a flow: its own older conversation ends as `restarted`, another's listening one pauses or is dropped."""
    moves = []
    for talk in situation.talks:
        if talk.flow.name == flow.name:
            moves.append(_end(talk, "restarted"))
        elif talk.state.phase is Phase.HELD:
            moves.append(_end(talk, "overdue"))
        elif talk.state.listening:
            moves.append(_pause(talk, reading) if talk.flow.resume else _end(talk, "interrupted"))
    state = begin(flow, _language(situation, flow, reading), unasked=reading is None)
    turn = advance(flow, state, Started(reading), situation.facts)
    if isinstance(turn, Needs):
        return turn
    moves.append(Move(talk=None, flow=flow, state=turn.state, effects=turn.effects))
    return _settle(situation, Heard(who=who, moves=tuple(moves)))


def _pause(talk: Talk, reading: Reading | None) -> Move:
    return Move(talk=talk, flow=talk.flow, state=replace(talk.state, phase=Phase.PAUSED), effects=_answered(reading, talk))


def _answered(reading: Reading | None, talk: Talk) -> tuple[Effect, ...]:
    """A text while a question was open is a response to it, whoever heard it."""
    if reading is None or talk.state.phase is not Phase.ASKING:
        return ()
    return (Note(kind=Happened.REPLIED, step=talk.state.at, data={"fits": False}),)


def _language(situation: Situation, flow: Flow, reading: Reading | None) -> str:
    """The contact's own, else the first confident guess, else the flow's first."""
    guesses = (situation.facts.contact.language, reading.language if reading else None)
    return next((guess for guess in guesses if guess in flow.languages), flow.languages[0])


# --- timers, starts, people -------------------------------------------------------------------------------------------


def ring(situation: Situation, talk_id: int, due: Due, planned: datetime) -> Heard | Needs:
    """A timer came due. A wait is put off while another conversation listens, and sleeps, as all timers do, while a person holds."""
    talk = next((talk for talk in situation.talks if talk.id == talk_id), None)
    if talk is None or due.visit not in (talk.state.visit, -1):
        return Heard(who="nobody: stale timer")
    other = situation.listening
    if talk.state.phase is Phase.WAITING and (situation.desk in QUIET or (other is not None and not talk.flow.interrupt)):
        put_off = replace(talk.state, phase=Phase.PUT_OFF, planned=planned.isoformat())
        return Heard(who="put off", moves=(Move(talk=talk, flow=talk.flow, state=put_off, effects=()),))
    if situation.desk in QUIET:
        return Heard(who="nobody: a person holds")
    return _move(situation, talk, due, due.timer.value)


def start(situation: Situation, flow: Flow) -> Heard | Needs:
    """Starts a flow that the contact did not ask for: put off while another conversation listens or a person holds."""
    other = situation.listening
    busy = other is not None and other.flow.name != flow.name and not flow.interrupt
    if situation.facts.contact.consent in (Consent.OUT, Consent.HELD):
        return Heard(
            who=f"nobody: consent is {situation.facts.contact.consent}", effects=(Note(kind=Happened.REFUSED, data={"reason": "consent"}),)
        )
    if busy or situation.desk in QUIET:
        state = begin(flow, _language(situation, flow, None), unasked=True)
        put_off = replace(state, phase=Phase.PUT_OFF, planned=situation.facts.now.isoformat())
        return Heard(who="put off", moves=(Move(talk=None, flow=flow, state=put_off, effects=()),))
    return _start(situation, flow, None, "start")


def hand_back(situation: Situation) -> Heard | Needs:
    """A person gives the contact back: the open question is asked again, or what was put off goes on."""
    free = replace(situation, desk=Desk.NONE)
    talk = free.listening
    if talk is None:
        return _settle(free, Heard(who="handed back"))
    return _move(free, talk, HandedBack(), "handed back")


def close(situation: Situation, outcome: str) -> Heard | Needs:
    """A person ends the listening conversation."""
    talk = situation.listening
    ended = (_end(talk, outcome),) if talk is not None else ()
    return _settle(replace(situation, desk=Desk.NONE), Heard(who="closed", moves=ended))


def opt_out(situation: Situation, words: str, source: str) -> Heard:
    """Somebody else says that the contact is out: staff, or the carrier (21610). Every conversation ends."""
    out = ChangeConsent(to=Consent.OUT, source=source, words=words)
    ended = tuple(_end(talk, "opted_out") for talk in situation.talks)
    return Heard(who=source, moves=ended, effects=(out, Note(kind=Happened.OPTED_OUT, data={"source": source})))


# --- how a turn is completed ------------------------------------------------------------------------------------------


def _move(situation: Situation, talk: Talk, event: Event, who: str) -> Heard | Needs:
    turn = advance(talk.flow, talk.state, event, situation.facts)
    if isinstance(turn, Needs):
        return turn
    return _settle(situation, Heard(who=who, moves=(Move(talk=talk, flow=talk.flow, state=turn.state, effects=turn.effects),)))


def _end(talk: Talk, outcome: str) -> Move:
    ended = replace(talk.state, phase=Phase.ENDED, outcome=outcome)
    note = Note(kind=Happened.ENDED, step=talk.state.at, data={"outcome": outcome})
    return Move(talk=talk, flow=talk.flow, state=ended, effects=(note,))


def _settle(situation: Situation, heard: Heard) -> Heard | Needs:
    """Where nobody listens any more, what was interrupted or put off goes on, one after the other; an opt-out ends them all instead."""
    moved = {move.talk.id for move in heard.moves if move.talk is not None}
    resting = [talk for talk in situation.talks if talk.id not in moved]
    if any(isinstance(effect, ChangeConsent) and effect.to is Consent.OUT for move in heard.moves for effect in move.effects):
        return replace(heard, moves=(*heard.moves, *(_end(talk, "opted_out") for talk in resting)))
    asleep = [talk for talk in resting if talk.state.phase is Phase.PAUSED][::-1]
    asleep += [talk for talk in resting if talk.state.phase is Phase.PUT_OFF]
    busy = any(talk.state.listening for talk in resting) or any(move.state.listening for move in heard.moves)
    while asleep and not busy:
        talk = asleep.pop(0)
        turn = advance(talk.flow, talk.state, Resumed(), situation.facts)
        if isinstance(turn, Needs):
            return turn
        heard = replace(heard, moves=(*heard.moves, Move(talk=talk, flow=talk.flow, state=turn.state, effects=turn.effects)))
        busy = turn.state.listening
    return heard
