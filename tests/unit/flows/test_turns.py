"""Turns in which several conversations move, starts that nobody asked for, and hand-offs that nobody answers."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from flows import hearing
from flows.events import Consent, Facts
from flows.hearing import Desk, Heard, Talk, catalogue_of, desk_at
from flows.notices import Notices
from flows.state import Phase, State
from flows.types import Flow, Span
from tests.talking import NOON, ZONE, flow_of, phone, reading, somebody


def named(name: str, steps: str, head: str = "") -> Flow:
    return flow_of(f"flow: {name}\ntriggers: [{{keyword: {name.upper()}}}]\n{head}steps:\n{steps}")


# --- what one conversation changes, the next one sees -----------------------------------------------------------------

ASKS = named("asks", "  q: {ask: 'Name?', go: s}\n  s: {set: {first_name: '{{ answers.q }}', size: 5}, tag: [met], say: Noted}\n")
GREETS = named(
    "greets",
    "  b: {branch: {go: [{if: \"'met' in contact.tags\", to: s}, {to: e}]}}\n"
    "  s: {go: end, say: 'Hi {{ contact.first_name }}, size {{ contact.size }}, {{ contact.consent }}'}\n"
    "  e: {say: Who are you?, go: end}\n",
)


def test_the_second_sees_the_contact_as_the_first_left_it() -> None:
    of = phone(ASKS, GREETS)
    of.says("asks")
    of.start("greets")
    assert of.says("Ann") == ["Noted", "Hi Ann, size 5, in"]


def test_the_second_sees_the_consent_that_the_first_got() -> None:
    joins = named("joins", "  q: {ask: Join?, go: s}\n  s: {subscribe: {proof: '{{ reply.text }}'}}\n")
    says = named("says", "  s: {say: 'consent is {{ contact.consent }}'}\n", "purpose: service\n")
    of = phone(joins, says, consent=Consent.UNKNOWN)
    of.says("joins")
    of.start("says")
    assert of.says("yes please") == ["consent is in"]


# --- the order in which they go on ------------------------------------------------------------------------------------

A = named("a-flow", "  q: {ask: A?}\n")
B = named("b-flow", "  w: {wait: 1h}\n  q: {ask: B?}\n", "purpose: service\ninterrupt: true\n")
C = named("c-flow", "  q: {ask: C?}\n")


def test_the_newest_interrupted_goes_on_first_not_the_newest_begun() -> None:
    of = phone(A, B, C)
    of.says("b-flow")  # the oldest conversation
    of.says("a-flow")
    of.wait(Span(seconds=3601))  # b interrupts a
    assert of.says("c-flow") == ["C?"]  # and c interrupts b
    assert of.says("ok") == ["B?"], "b was interrupted last"
    assert of.says("ok") == ["A?"]


# --- starts that nobody asked for -------------------------------------------------------------------------------------


def test_a_start_of_the_flow_that_listens_is_put_off() -> None:
    of = phone(A)
    of.says("a-flow")
    assert of.start("a-flow") == []
    assert of.who == "put off"
    assert of.says("one") == ["A?"], "then it begins"
    assert of.says("two") == []
    assert [outcome for _, outcome in of.outcomes()] == ["completed", "completed"]


@pytest.mark.parametrize(
    ("planned", "not_after", "who", "why"),
    [
        (None, None, "start", "now"),
        (timedelta(hours=-12), None, "start", "just in time"),
        (timedelta(hours=-12, seconds=-1), None, "nobody: too late", "over the flow's `late`"),
        (timedelta(), timedelta(seconds=-1), "nobody: too late", "what it is about is over"),
        (timedelta(), timedelta(), "start", "up to the moment"),
    ],
)
def test_a_late_start(planned: timedelta | None, not_after: timedelta | None, who: str, why: str) -> None:
    heard = started(A, planned=None if planned is None else NOON + planned, not_after=None if not_after is None else NOON + not_after)
    assert heard.who == who, why
    assert bool(heard.moves) == (who == "start"), why
    if not heard.moves:
        assert [getattr(effect, "data", None) for effect in heard.effects] == [{"reason": "too late", "flow": "a-flow"}], "with the reason"


def test_what_was_put_off_expires_with_what_it_is_about() -> None:
    asking = Talk(id=1, flow=C, state=State(at="q", visit=1))
    put_off = started(A, asking, not_after=NOON + timedelta(hours=1)).moves[0]
    later = Talk(id=2, flow=A, state=put_off.state)
    for minutes, phase in ((59, Phase.ASKING), (61, Phase.ENDED)):
        heard = hearing.hear(situation(asking, later, now=NOON + timedelta(minutes=minutes)), reading("ok", "ok"))
        assert isinstance(heard, Heard)
        assert heard.moves[-1].state.phase is phase, f"{minutes} minutes later"


def started(flow: Flow, *talks: Talk, planned: datetime | None = None, not_after: datetime | None = None) -> Heard:
    heard = hearing.start(situation(*talks), flow, planned, not_after)
    assert isinstance(heard, Heard)
    return heard


def situation(*talks: Talk, now: datetime = NOON) -> hearing.Situation:
    facts = Facts(contact=somebody(), now=now)
    catalogue = catalogue_of({flow.name: flow for flow in (A, B, C)})
    return hearing.Situation(facts=facts, notices=Notices(brand="Bean"), catalogue=catalogue, talks=talks)


# --- hand-offs that nobody answers ------------------------------------------------------------------------------------

QUICK = named("quick", "  h: {handoff: support}\n", "expires: 2h\n")
SLOW = named("slow", "  h: {handoff: support}\n", "expires: 1w\n")


@pytest.mark.parametrize(
    ("flow", "after", "expected", "why"),
    [
        (QUICK, timedelta(hours=2), Desk.HANDOFF, "within the flow's own `expires`"),
        (QUICK, timedelta(hours=2, seconds=1), Desk.OVERDUE, "after it"),
        (SLOW, timedelta(days=6), Desk.HANDOFF, "a patient flow"),
        (SLOW, timedelta(days=8), Desk.OVERDUE, "not for ever"),
        (None, timedelta(days=2), Desk.HANDOFF, "a wish for a person, without a flow"),
        (None, timedelta(days=3, seconds=1), Desk.OVERDUE, "three days"),
    ],
)
def test_overdue(flow: Flow | None, after: timedelta, expected: Desk, why: str) -> None:
    talks = () if flow is None else (Talk(id=1, flow=flow, state=State(at="h", phase=Phase.HELD)),)
    assert desk_at(Desk.HANDOFF, NOON, talks, ZONE, NOON + after) is expected, why
    assert desk_at(Desk.HELD, NOON, talks, ZONE, NOON + after) is Desk.HELD, "whoever holds it has answered"


def test_a_keyword_is_heard_again_when_the_hand_off_is_overdue() -> None:
    of = phone(QUICK, A)
    of.says("quick")
    assert of.says("a-flow") == []
    of.wait(Span(seconds=2 * 3600 + 1))
    assert of.says("a-flow") == ["A?"]
    assert of.outcomes() == [("quick", "overdue")]


# --- the language of a keyword ----------------------------------------------------------------------------------------

CLUB = flow_of(
    "flow: club\nlanguages: [en, fr, es]\ntriggers: [{keyword: {en: [COFFEE], fr: [CAFÉ]}}, {keyword: CLUB}]\n"
    "steps: {q: {ask: {en: Hi?, fr: Salut ?, es: Hola}}}\n"
)


@pytest.mark.parametrize(
    ("own", "text", "guess", "said", "why"),
    [
        (None, "coffee", None, "Hi?", "an English word"),
        (None, "Cafe!", None, "Salut ?", "a French one, whatever case and accent"),
        (None, "café", "es", "Salut ?", "the keyword's before a guess"),
        ("es", "café", None, "Hola", "the contact's own before the keyword's"),
        ("de", "café", None, "Salut ?", "the contact's own is not there"),
        (None, "club", "es", "Hola", "a word without a language: the guess"),
    ],
)
def test_the_language_of_a_keyword(own: str | None, text: str, guess: str | None, said: str, why: str) -> None:
    known = replace(situation(), catalogue=catalogue_of({"club": CLUB}), facts=Facts(contact=somebody(language=own), now=NOON))
    heard = hearing.hear(known, reading(text, language=guess))
    assert isinstance(heard, Heard)
    assert [effect.text for effect in heard.moves[0].effects if hasattr(effect, "text")] == [said], why
