"""`call`: what a service is asked, and the engine around it."""

import json

import pytest

from flows.calls import NoSecretError, call_from_json, call_to_json, kept, request
from flows.check import check_text
from flows.events import Call, Called, Json, Resumed
from flows.state import Phase
from flows.types import Secret, Span
from tests.talking import Talking, somebody, steps

STOCK = (
    "  look:\n    call: {post: 'https://api.example.com/{{ contact.first_name }}', timeout: 2s, tries: 2, "
    "headers: {Key: \"a {{ secret('K') }}\", Who: '{{ contact.first_name }}'}, "
    "json: {who: '{{ contact.first_name }}', n: '{{ contact.n }}', none: '{{ contact.gone }}', "
    "day: '{{ today }}', table: {text: [x, '{{ contact.tags }}']}}}\n"
    "    failed: sorry\n  done: {say: '{{ calls.look.n }}!', go: end}\n  sorry: {say: Sorry, go: end}\n"
)


def calling(**known: object) -> tuple[Talking, Call]:
    talk = Talking(steps(STOCK), contact=somebody(**known))
    talk.starts()
    assert talk.state.phase is Phase.CALLING
    return talk, next(effect for effect in talk.effects if isinstance(effect, Call))


def test_a_call_is_a_value_that_json_keeps() -> None:
    _, call = calling(first_name="Ann\nX-Evil: 1", fields={"n": 2.5}, tags=("a", "b"))
    assert (call.method, call.timeout, call.tries, call.step, call.visit) == ("POST", Span(seconds=2), 2, "look", 1)
    assert call.url == "https://api.example.com/Ann%0AX-Evil%3A%201"
    assert call.headers == (("Key", ("a ", Secret("K"))), ("Who", ("Ann X-Evil: 1",)))
    assert call_from_json(json.loads(json.dumps(call_to_json(call)))) == call


def test_only_the_shell_knows_secrets() -> None:
    evil = "{{ secret('K') }}"
    _, call = calling(first_name=evil, fields={"n": 2})
    assert "hush" not in json.dumps(call_to_json(call))
    made = request(call, {"K": "hush"})
    assert made.headers == {"Key": "a hush", "Who": evil}, "what people text is never filled in"
    assert made.body == {"who": evil, "n": 2, "none": None, "day": "2026-01-05", "table": {"text": ["x", []]}}
    with pytest.raises(NoSecretError):
        request(call, {})


@pytest.mark.parametrize(
    ("called", "expected", "why"),
    [
        (Called(visit=1, result={"n": 3}), ["> 3!"], "answered"),
        (Called(visit=1, result=[1, 2]), ["> !"], "an answer of another kind: what is not in it is missing"),
        (Called(visit=1, failed="timeout"), ["> Sorry"], "failed"),
        (Called(visit=1, result="x" * 9000), ["> Sorry"], "an answer that is too large"),
        (Called(visit=0, result={"n": 3}), [], "of an earlier visit"),
    ],
)
def test_the_answer(called: Called, expected: list[str], why: str) -> None:
    talk, _ = calling()
    assert talk.hears(called) == expected, why
    assert talk.hears(called) == [], "a second answer is stale"


def test_without_a_way_out_a_person_takes_over() -> None:
    talk = Talking(steps("  look: {call: {get: 'https://api.example.com/'}}\n  done: {say: Done}\n"))
    assert talk.starts() == ["call GET https://api.example.com/ null"]
    assert talk.hears(Called(visit=1, failed="status")) == ["hand over to support: call_failed"]


@pytest.mark.parametrize(
    ("called", "expected"), [(Called(visit=1, result={"n": 3}), ["> 3!"]), (Called(visit=1, failed="status"), ["> Sorry"])]
)
def test_who_is_paused_keeps_the_answer(called: Called, expected: list[str]) -> None:
    talk, _ = calling()
    talk.pause()
    assert talk.hears(called) == []
    assert talk.state.phase is Phase.PAUSED
    assert talk.hears(Resumed()) == expected


def test_who_goes_on_before_the_answer_waits_for_it() -> None:
    talk, _ = calling()
    talk.pause()
    assert talk.hears(Resumed()) == []
    assert talk.hears(Called(visit=1, result={"n": 1})) == ["> 1!"]


LARGE = "x" * 9000
READS = """
  ask: {call: {get: 'https://api.example.com/'}, failed: end}
  tell: {say: "{{ calls.ask.shop.name or 'we' }} {{ calls.ask.left }}", go: [{if: "calls.ask.open", to: end}, {to: end}]}
"""


@pytest.mark.parametrize(
    ("result", "expected", "why"),
    [
        ({"left": 3, "more": "x"}, {"left": 3, "more": "x"}, "a small answer is kept whole"),
        ("x" * 8190, "x" * 8190, "just small enough"),
        ("x" * 8191, None, "one text that is too large"),
        ({"left": 3, "more": LARGE}, {"left": 3}, "of a large one what the flow reads"),
        ({"shop": {"name": "Bean", "story": LARGE}, "open": True}, {"shop": {"name": "Bean"}, "open": True}, "also further down"),
        ({"shop": 7, "more": LARGE}, {"shop": 7}, "no table where the flow looks for one"),
        ({"left": LARGE}, None, "what it reads is too large"),
        ([1, LARGE], None, "a list is one thing"),
        ({"other": LARGE}, {}, "nothing that it reads is there"),
    ],
)
def test_what_is_kept_of_an_answer(result: Json, expected: Json, why: str) -> None:
    assert kept(steps(READS), "ask", result) == expected, why


def test_of_an_answer_that_is_used_whole_all_is_kept_or_nothing() -> None:
    flow = steps(READS.replace("calls.ask.open", "calls.ask"))
    assert kept(flow, "ask", {"left": 3, "more": LARGE}) is None


def test_a_flows_own_test_answers_for_the_service() -> None:
    from flows.transcript import run
    from tests.talking import reader

    text = (
        f"flow: x\ntriggers: [{{keyword: HELLO}}]\nsteps:\n{STOCK}tests:\n"
        "  there: [{user: hello}, {call: {n: 3, name: '4'}}, {bot: 3!}, {expect: {calls.look.n: 3, calls.look.name: 4}}]\n"
        "  away: [{user: hello}, {call: failed}, {bot: Sorry}]\n  late: [{user: hello}, {wait: 1h}, {bot: Sorry}]\n"
        "  wrong: [{user: hello}, {call: {n: 3}}, {call: {n: 4}}]\n"
    )
    flow, problems = check_text(text, "x.yaml")
    assert flow is not None, problems
    outcomes = run(flow, reader())
    assert [outcome.passed for outcome in outcomes] == [True, True, True, False]
    assert "the bot also said" in outcomes[3].lines[-1]
