"""Which flow hears a text, and what a timer, a start or a hand-back does to a contact's conversations.

`hear` reads from top to bottom in the order that the language fixes (flow-language.md, "Which flow hears a text"). Pure:
values in, values out; where a conversation needs a fact that only the shell has, the answer is `Needs`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from flows import consent, contacts, localtime
from flows.engine import advance, begin, is_late
from flows.events import (
    Called,
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
    Timer,
)
from flows.optin import asked_first
from flows.repetition import broken
from flows.situation import OVERDUE_AFTER, QUIET, Catalogue, Desk, Heard, Move, Situation, Talk
from flows.state import Phase, State
from flows.types import FallbackTrigger, Flow, IntentTrigger, KeywordTrigger, Purpose, intent_label
from nlp.consent.keywords import fold
from nlp.types import Choice, Command, Expect, Nps, Number, Rating, Reading, YesNo

__all__ = ["QUIET", "Catalogue", "Desk", "Heard", "Move", "Situation", "Talk"]

CLOSED_SETS = (Choice, YesNo, Number, Rating, Nps)
"""Kinds that have words of their own, which no keyword may take from them."""


def catalogue_of(flows: Mapping[str, Flow]) -> Catalogue:
    """What starts each of these live flows."""
    words = {fold(word): flow.name for flow in flows.values() for word in flow.keywords}
    triggers = [(flow, trigger) for flow in flows.values() for trigger in flow.triggers]
    labels = {intent_label(flow.name, trigger.intent): flow.name for flow, trigger in triggers if isinstance(trigger, IntentTrigger)}
    fallback = next((flow.name for flow, trigger in triggers if isinstance(trigger, FallbackTrigger)), None)
    return Catalogue(flows=flows, keywords=words, intents=labels, fallback=fallback)


def desk_at(desk: Desk, since: datetime | None, talks: Iterable[Talk], zone: str, now: datetime) -> Desk:
    """Who holds the contact now: a hand-off that nobody answered within the `expires` of the flow that handed over is overdue."""
    held = next((talk.flow.expires for talk in talks if talk.state.phase is Phase.HELD), OVERDUE_AFTER)
    late = desk is Desk.HANDOFF and since is not None and localtime.add(since, held, zone) < now
    return Desk.OVERDUE if late else desk


def open_question(situation: Situation) -> tuple[Expect, Talk] | None:
    """What is being asked, and by which conversation."""
    talk = situation.listening
    if talk is None or talk.state.phase is not Phase.ASKING or situation.desk in QUIET:
        return None
    return (talk.question.expect, talk) if talk.question is not None else None


# --- a text -----------------------------------------------------------------------------------------------------------


def hear(situation: Situation, reading: Reading) -> Heard | Needs:
    """Who hears a text, and what comes of it."""
    contact = situation.facts.contact
    now = situation.facts.now
    confirms = consent.confirms(contact, reading, now) and not _own_word(situation, reading)
    ask_at = now if situation.double_opt_in else None
    gate = consent.gate(contact, reading, situation.notices, situation.replies, situation.opt_out_type, confirms=confirms, ask_at=ask_at)
    if gate is not None:
        ended = tuple(_end(talk, "opted_out") for talk in situation.talks) if gate.ends else ()
        return Heard(who=gate.who, moves=ended, effects=gate.effects)
    if reading.automatic:
        return Heard(who="nobody: an auto-reply", effects=(Note(kind=Happened.AUTOMATIC),))
    if situation.desk in QUIET:
        return Heard(who="person", effects=(Note(kind=Happened.HEARD_BY_PERSON),))
    if reading.command is Command.HUMAN:
        asked = open_question(situation)
        moves = (Move(talk=asked[1], flow=asked[1].flow, state=asked[1].state, effects=_answered(reading, asked[1])),) if asked else ()
        return Heard(who="wish for a person", moves=moves, effects=consent.ask_for_person(contact, reading, situation.notices))
    return _unless_repeated(situation, _heard_by_flow(situation, reading))


def _own_word(situation: Situation, reading: Reading) -> bool:
    """Whether a text is one of the open question's own words."""
    asked = open_question(situation)
    return asked is not None and reading.value is not None and reading.exact and isinstance(asked[0], CLOSED_SETS)


def _unless_repeated(situation: Situation, heard: Heard | Needs) -> Heard | Needs:
    """The turn; where it would say the same again and again, what listens ends and a person takes over."""
    stopped = broken(situation, heard) if isinstance(heard, Heard) else None
    if stopped is None or isinstance(stopped, Needs):
        return stopped or heard
    return replace(stopped, moves=tuple(_end(talk, "loop") for talk in situation.talks if talk.state.listening))


def _heard_by_flow(situation: Situation, reading: Reading) -> Heard | Needs:
    catalogue, asked = situation.catalogue, open_question(situation)
    talk = asked[1] if asked is not None else None
    fits = reading.value is not None
    keyword = catalogue.keywords.get(fold(reading.text))
    listening = situation.listening
    calling = listening if listening is not None and listening.state.phase is Phase.CALLING else None
    open_to_others = all(one is None or one.flow.interruptible for one in (talk, calling))
    if talk is not None and _own_word(situation, reading):
        return _move(situation, talk, Replied(reading), "question")
    if keyword is not None and open_to_others:
        return _start(situation, catalogue.flows[keyword], reading, "keyword")
    if talk is not None and fits:
        return _move(situation, talk, Replied(reading), "question")
    slipped = catalogue.meant_keyword(reading.text)
    if slipped is not None and open_to_others:
        return _start(situation, catalogue.flows[slipped], reading, "keyword, misspelled")
    meant = catalogue.intents.get(reading.intent or "")
    if meant is not None and open_to_others and (talk is None or talk.flow.name != meant):
        return _start(situation, catalogue.flows[meant], reading, "intent")
    if talk is not None:
        return _move(situation, talk, Replied(reading), "question, not understood")
    if calling is not None:  # nothing was asked, and what was is about to go on
        return Heard(who="nobody: a service is being asked", effects=(CallPerson("unheard"), Note(kind=Happened.UNHEARD)))
    if catalogue.fallback is not None:
        return _start(situation, catalogue.flows[catalogue.fallback], reading, "fallback")
    return Heard(who="nobody", effects=(CallPerson("unheard"), Note(kind=Happened.UNHEARD)))


def _start(situation: Situation, flow: Flow, reading: Reading | None, who: str, campaign: int | None = None) -> Heard | Needs:
    """Begins a flow: its own older conversation ends as `restarted`, another's listening one pauses or is dropped."""
    older = [talk for talk in situation.talks if talk.flow.name == flow.name]
    moves = [_with(_end(talk, "restarted"), _answered(reading, talk)) for talk in older]
    moves += [_silenced(situation, talk, reading) for talk in situation.talks if talk.state.listening and talk not in older]
    state = replace(begin(flow, _language(situation, flow, reading), unasked=reading is None), campaign=campaign)
    turn = advance(flow, state, Started(reading), situation.facts)
    if isinstance(turn, Needs):
        return turn
    moves.append(Move(talk=None, flow=flow, state=turn.state, effects=turn.effects))
    return _settle(situation, Heard(who=who, moves=tuple(moves)))


def _silenced(situation: Situation, talk: Talk, reading: Reading | None) -> Move:
    """A listening conversation that another one interrupts: it pauses, or is dropped; one that waits for a person in vain ends."""
    if talk.state.phase is Phase.HELD:
        return _end(talk, "overdue")
    if not talk.flow.resume:
        return _with(_end(talk, "interrupted"), _answered(reading, talk))
    last = max((other.state.paused for other in situation.talks), default=0)
    state = replace(talk.state, phase=Phase.PAUSED, paused=last + 1)
    return Move(talk=talk, flow=talk.flow, state=state, effects=_answered(reading, talk))


def _with(move: Move, effects: tuple[Effect, ...]) -> Move:
    return replace(move, effects=(*effects, *move.effects))


def _answered(reading: Reading | None, talk: Talk) -> tuple[Effect, ...]:
    """A text while a question was open is a response to it, whoever heard it."""
    if reading is None or talk.state.phase is not Phase.ASKING:
        return ()
    return (Note(kind=Happened.REPLIED, step=talk.state.path, data={"fits": False}),)


def _language(situation: Situation, flow: Flow, reading: Reading | None) -> str:
    """The contact's own, else that of the keyword, else the first confident guess, else the flow's first."""
    of_text = (_of_keyword(flow, reading.text), reading.language) if reading else ()
    for guess in (situation.facts.contact.language, *of_text):
        for name in (guess, (guess or "").split("-")[0]):  # "fr-CA" takes "fr"
            if name in flow.languages:
                return name
    return flow.languages[0]


def _of_keyword(flow: Flow, text: str) -> str | None:
    """The language under which the author wrote the keyword that this text is."""
    spoken = [pair for trigger in flow.triggers if isinstance(trigger, KeywordTrigger) for pair in trigger.languages.items()]
    return next((language for word, language in spoken if fold(word) == fold(text)), None) if spoken else None


# --- timers, starts, people -------------------------------------------------------------------------------------------


def ring(situation: Situation, talk_id: int, due: Due, planned: datetime) -> Heard | Needs:
    """A timer came due that was to ring at `planned`. A wait is put off while another conversation listens.

    All timers sleep while a person holds.
    """
    talk = next((talk for talk in situation.talks if talk.id == talk_id), None)
    if talk is None or due.visit not in (talk.state.visit, -1):
        return Heard(who="nobody: stale timer")
    if talk.state.phase is Phase.WAITING and due.timer is Timer.WAIT:
        return _wake(situation, talk, due, planned)
    if situation.desk in QUIET:
        return Heard(who="nobody: a person holds")
    return _unless_repeated(situation, _move(situation, talk, replace(due, planned=planned), due.timer.value))


def _wake(situation: Situation, talk: Talk, due: Due, planned: datetime) -> Heard | Needs:
    """A wait is over: its conversation goes on, unless that is too late by now, or not yet its turn."""
    other = situation.listening
    if localtime.add(planned, talk.flow.late, situation.facts.contact.zone) < situation.facts.now:
        return _settle(situation, Heard(who="nobody: too late", moves=(_end(talk, "expired"),)))
    if situation.desk in QUIET or (other is not None and not talk.flow.interrupt):
        put_off = replace(talk.state, phase=Phase.PUT_OFF, planned=planned.isoformat())
        return Heard(who="put off", moves=(Move(talk=talk, flow=talk.flow, state=put_off, effects=()),))
    room = (_silenced(situation, other, None),) if other is not None else ()
    return _move(situation, talk, due, due.timer.value, room)


def start(
    situation: Situation,
    flow: Flow,
    planned: datetime | None = None,
    not_after: datetime | None = None,
    campaign: int | None = None,
) -> Heard | Needs:
    """Starts a flow that the contact did not ask for: put off while a conversation listens, also its own, or a person holds.

    planned: when it was to start (now); more than the flow's `late` after that, or after `not_after`, it expires instead.
    campaign: the number of the one that it belongs to.
    """
    facts = situation.facts
    allowed = (Consent.IN,) if flow.purpose is Purpose.MARKETING else (Consent.IN, Consent.UNKNOWN)
    state = replace(begin(flow, _language(situation, flow, None), unasked=True), campaign=campaign)
    state = replace(state, planned=(planned or facts.now).isoformat(), not_after=None if not_after is None else not_after.isoformat())
    if is_late(flow, state, facts):
        return _not_started(flow, "too late")
    if facts.contact.consent not in allowed:  # a question that never leaves must not listen
        return _not_started(flow, f"consent is {facts.contact.consent}")
    if situation.desk in QUIET or (situation.listening is not None and not flow.interrupt and not _is_own(situation.listening, campaign)):
        put_off = replace(state, phase=Phase.PUT_OFF)
        return Heard(who="put off", moves=(Move(talk=None, flow=flow, state=put_off, effects=()),))
    return _start(situation, flow, None, "start", campaign)


def _is_own(talk: Talk, campaign: int | None) -> bool:
    """Whether what listens is an earlier question of the same campaign: its next text need not wait until that one expires, unanswered."""
    return campaign is not None and talk.state.campaign == campaign


def _not_started(flow: Flow, reason: str) -> Heard:
    refused = Note(kind=Happened.REFUSED, data={"reason": reason, "flow": flow.name})
    return Heard(who=f"nobody: {reason}", effects=(refused,))


def called(situation: Situation, talk_id: int, answer: Called) -> Heard | Needs:
    """A web service has answered a conversation's call. While a person holds, the answer is kept until they hand back."""
    talk = next((talk for talk in situation.talks if talk.id == talk_id), None)
    if talk is None or answer.visit != talk.state.visit:
        return Heard(who="nobody: stale answer")
    if situation.desk in QUIET and talk.state.phase is Phase.CALLING:
        talk = replace(talk, state=replace(talk.state, phase=Phase.PAUSED))
    turn = advance(talk.flow, talk.state, answer, situation.facts)
    if isinstance(turn, Needs):
        return turn
    heard = Heard(who="call", moves=(Move(talk=talk, flow=talk.flow, state=turn.state, effects=turn.effects),))
    return heard if situation.desk in QUIET else _unless_repeated(situation, _settle(situation, heard))


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


def clear_doubt(situation: Situation) -> Heard:
    """A person has looked: the contact did not mean to opt out, and is what it was before."""
    contact = situation.facts.contact
    if contact.consent is not Consent.HELD:
        return Heard(who="nobody: no doubt")
    return Heard(who="staff", effects=(ChangeConsent(to=contact.consent_before, source="staff", words="did not mean to opt out"),))


# --- how a turn is completed ------------------------------------------------------------------------------------------


def _move(situation: Situation, talk: Talk, event: Event, who: str, before: tuple[Move, ...] = ()) -> Heard | Needs:
    turn = advance(talk.flow, talk.state, event, situation.facts)
    if isinstance(turn, Needs):
        return turn
    move = Move(talk=talk, flow=talk.flow, state=turn.state, effects=turn.effects)
    return _settle(situation, Heard(who=who, moves=(*before, move)))


def _end(talk: Talk, outcome: str) -> Move:
    state, note = _ended(talk.state, outcome)
    return Move(talk=talk, flow=talk.flow, state=state, effects=(note,))


def _ended(state: State, outcome: str) -> tuple[State, Note]:
    return replace(state, phase=Phase.ENDED, outcome=outcome), Note(kind=Happened.ENDED, step=state.path, data={"outcome": outcome})


def _settle(situation: Situation, heard: Heard) -> Heard | Needs:
    """Where nobody listens any more, what was interrupted or put off goes on, one after the other; an opt-out ends them all instead."""
    talks = _now(situation, heard)
    asleep = sorted((talk for talk in talks if talk.state.phase is Phase.PAUSED), key=lambda talk: -talk.state.paused)
    asleep += [talk for talk in talks if talk.state.phase is Phase.PUT_OFF]
    busy = any(talk.state.listening for talk in talks) or any(move.state.listening for move in heard.moves if move.talk is None)
    while asleep and not busy and not _opts_out(heard):
        talk = asleep.pop(0)
        turn = advance(talk.flow, talk.state, Resumed(), _facts_after(situation.facts, heard))
        if isinstance(turn, Needs):
            return turn
        heard = replace(heard, moves=(*heard.moves, Move(talk=talk, flow=talk.flow, state=turn.state, effects=turn.effects)))
        busy = turn.state.listening
    return _all_ended(situation, heard) if _opts_out(heard) else asked_first(situation, heard)


def _facts_after(facts: Facts, heard: Heard) -> Facts:
    """The facts with the contact as the turn has left it by now: what one conversation sets, the next one sees."""
    effects = [*heard.effects, *(effect for move in heard.moves for effect in move.effects)]
    return replace(facts, contact=contacts.after(facts.contact, effects))


def _now(situation: Situation, heard: Heard) -> list[Talk]:
    """The contact's conversations as this turn has left them by now, without those that it began."""
    stands = {move.talk.id: move.state for move in heard.moves if move.talk is not None}
    return [replace(talk, state=stands.get(talk.id, talk.state)) for talk in situation.talks]


def _opts_out(heard: Heard) -> bool:
    return any(isinstance(effect, ChangeConsent) and effect.to is Consent.OUT for move in heard.moves for effect in move.effects)


def _all_ended(situation: Situation, heard: Heard) -> Heard:
    """The turn, with everything that still lives ended as `opted_out`."""
    moves = []
    for move in heard.moves:
        live = move.talk is None and move.state.phase is not Phase.ENDED
        ended = _ended(move.state, "opted_out")
        moves.append(replace(move, state=ended[0], effects=(*move.effects, ended[1])) if live else move)
    rest = [_end(talk, "opted_out") for talk in _now(situation, heard) if talk.state.phase is not Phase.ENDED]
    return replace(heard, moves=(*moves, *rest))
