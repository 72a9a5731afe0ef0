"""`run`: a part of a flow, on the engine alone."""

from dataclasses import replace

import pytest

from flows.events import ClaimCode, Code, CountVote, Due, HandedBack, Needs, Replied, Resumed, Started, Timer, Votes, owned
from flows.state import Frame, Phase, State, state_from_json
from tests.talking import Talking, flow_of, reading

PART = """
flow: part
languages: [fr, en]
coupons: {ten: {codes: codes.csv}}
steps:
  q:
    ask: {fr: Oui ?, en: "Well?"}
    expect: {choice: {good: [g], bad: [b], odd: [o]}}
    go: {good: c, bad: lost, odd: h}
    else: end
  c: {coupon: ten, sold_out: end, say: {fr: 'Code {{ coupon.code }}', en: 'Code {{ coupon.code }}'}, go: p}
  p: {poll: {fr: 'Thé ?', en: 'Tea? {{ poll.p.total }}'}, options: {tea: [t], mate: [m]}, go: end}
  lost: {end: lost}
  h: {handoff: support}
"""
WHOLE = """
flow: whole
triggers: [{keyword: HELLO}]
coupons: {ten: {codes: other.csv}}
steps:
  c: {coupon: ten, sold_out: end, say: 'Mine {{ coupon.code }}'}
  r: {tag: [asked], say: First this, run: part, go: {completed: done, lost: sorry}, else: other}
  done: {say: "{{ answers.r.q }} {{ answers.r.p or 'no vote' }}, {{ coupon.code }}", go: end}
  sorry: {say: 'Sorry, {{ answers.r.q }}', go: end}
  other: {say: Other, go: end}
"""


def talking() -> Talking:
    codes = {owned("whole", "ten"): Code("W1"), owned("part", "ten"): Code("P1")}
    return Talking(flow_of(WHOLE, "whole.yaml", PART), codes=codes, polls={})


def begun() -> Talking:
    talk = talking()
    assert talk.starts() == ["take W1 of ten", "> Mine W1", "tag +asked", "> First this", "> Well?"], "in the conversation's language"
    return talk


def test_its_answers_come_back_and_what_is_its_own_does_not() -> None:
    talk = begun()
    assert talk.turn(Replied(reading("g", "good"))) == Needs("part", polls=("p",)), "whose poll it is"
    talk.polls = {owned("part", "p"): Votes()}
    assert talk.says("g", "good") == ["take P1 of ten", "> Code P1", "> Tea? 0"]
    assert [effect.flow for effect in talk.effects if isinstance(effect, ClaimCode)] == ["part"], "a part's pool is its own"
    assert talk.says("t", "tea") == ["vote p: tea", "> good tea, W1"]
    assert [effect.flow for effect in talk.effects if isinstance(effect, CountVote)] == ["part"]
    assert (talk.state.outcome, talk.state.answers) == ("completed", {"r.q": "good", "r.p": "tea"})


@pytest.mark.parametrize(
    ("texts", "expected", "why"),
    [
        ([("b", "bad")], "> Sorry, bad", "by its outcome"),
        ([("x", None), ("x", None), ("x", None)], "> no vote, W1", "its `else` leads to its own end"),
    ],
)
def test_the_way_on_goes_by_the_outcome(texts: list[tuple[str, str | None]], expected: str, why: str) -> None:
    talk = begun()
    said = [talk.says(text, value) for text, value in texts]
    assert said[-1] == [expected], why


def test_a_step_of_a_part_is_named_with_the_step_that_runs_it() -> None:
    talk = begun()
    assert talk.notes == ["· started c", "· step_entered c", "· code_taken c pool=ten", "· step_entered r", "· step_entered r.q"]


def test_handed_back_a_part_ends_as_handled_and_the_flow_goes_on() -> None:
    talk = begun()
    assert talk.says("o", "odd") == ["hand over to support: handoff"]
    assert talk.state.phase is Phase.HELD
    assert talk.hears(HandedBack()) == ["> Other"]


def test_silence_ends_the_whole_and_a_pause_asks_again_within_the_part() -> None:
    talk = begun()
    talk.state = replace(talk.state, phase=Phase.PAUSED)
    assert talk.hears(Resumed()) == ["> Well?"]
    talk.hears(Due(timer=Timer.EXPIRY, visit=-1))
    assert (talk.state.phase, talk.state.outcome) == (Phase.ENDED, "expired")


def test_a_second_visit_forgets_the_first() -> None:
    whole = "flow: whole\nsteps:\n  r: {run: part, go: {lost: r, completed: end}}\n"
    part = "flow: part\nsteps:\n  q: {ask: A?, expect: yes_no, go: {yes: end, no: why, maybe: why}}\n  why: {ask: Why?}\n  l: {end: lost}\n"
    talk = Talking(flow_of(whole, "whole.yaml", part))
    talk.hears(Started(reading("hello")))
    talk.says("no", "no")
    talk.says("because", "because")
    assert talk.state.frames == (Frame(step="r", answers={"r.q": "no", "r.why": "because"}),)
    talk.says("yes", "yes")
    assert talk.state.answers == {"r.q": "yes"}


def test_a_state_from_before_there_were_parts_still_loads() -> None:
    old = {"at": "q", "phase": "asking", "visit": 3, "answers": {"q": ["a", "b"]}, "language": "fr"}
    assert state_from_json(old) == State(at="q", visit=3, answers={"q": ("a", "b")}, language="fr")
    assert "frames" not in State(at="q").to_json()


def test_a_path_that_is_too_long_keeps_its_end() -> None:
    state = State(at="last", frames=tuple(Frame(step="s" * 40) for _ in range(3)))
    assert len(state.path) == 80
    assert state.path.endswith(".last")
