"""The same text over and over: five times within five minutes, and then a person."""

from dataclasses import replace

import pytest

from flows import hearing
from flows.events import Facts, Needs
from flows.hearing import Desk, Heard, Situation, Talk, catalogue_of
from flows.notices import Notices
from flows.state import State
from flows.types import Span
from tests.talking import NOON, phone, reading, somebody, steps

ROUND = steps("  q: {ask: Again?, expect: yes_no, tries: 9, retry: Pardon?, go: {yes: q, no: end, maybe: end}}\n")


def situation(lately: dict[str, int] | None, visit: int = 0) -> Situation:
    talks = (Talk(id=1, flow=ROUND, state=State(at="q", visit=visit)),) if visit else ()
    facts = Facts(contact=somebody(), now=NOON, lately=lately)
    return Situation(facts=facts, notices=Notices(brand="Bean"), catalogue=catalogue_of({"x": ROUND}), talks=talks)


@pytest.mark.parametrize(
    ("lately", "visit", "who", "why"),
    [
        ({"Again?": 4}, 5, "question", "the fifth time"),
        ({"Again?": 5}, 5, "nobody: the same text over and over", "the sixth"),
        ({"Pardon?": 9}, 5, "question", "another text"),
        ({}, 5, "question", "the shell knows of nothing"),
    ],
)
def test_said_again(lately: dict[str, int], visit: int, who: str, why: str) -> None:
    heard = hearing.hear(situation(lately, visit), reading("yes", "yes", exact=True))
    assert isinstance(heard, Heard)
    assert heard.who == who, why
    if who != "question":
        assert [(move.state.outcome, move.talk and move.talk.id) for move in heard.moves] == [("loop", 1)]


def test_a_start_again_and_again_is_a_loop_too() -> None:
    heard = hearing.hear(situation({"Again?": 5}), reading("hello"))
    assert isinstance(heard, Heard)
    assert (heard.who, heard.moves) == ("nobody: the same text over and over", ())


@pytest.mark.parametrize(
    ("visit", "asks", "why"), [(4, False, "too few steps to have said it so often"), (5, True, "it may have"), (0, True, "a new one")]
)
def test_the_shell_looks_only_where_it_matters(visit: int, asks: bool, why: str) -> None:
    text = reading("yes", "yes", exact=True) if visit else reading("hello")
    assert (hearing.hear(situation(None, visit), text) == Needs("", lately=True)) is asks, why


def test_short_addresses_are_new_each_time_and_do_not_count() -> None:
    target = "https://example.com/a"
    linked = steps(f"  s: {{say: \"See {{{{ link('{target}') }}}} now\"}}\n")
    known = replace(situation({"See  now": 5}), catalogue=catalogue_of({"x": linked}))
    heard = hearing.hear(replace(known, facts=replace(known.facts, links={target: "https://t.example/l/1"})), reading("hello"))
    assert isinstance(heard, Heard)
    assert heard.who == "nobody: the same text over and over"


def test_notices_and_silence_need_no_look() -> None:
    asked = situation(None, 9)
    assert isinstance(hearing.hear(replace(asked, desk=Desk.HELD), reading("yes", "yes")), Heard)


def test_five_minutes_later_all_is_well() -> None:
    of = phone(ROUND)
    of.says("hello")
    assert [of.says("yes") for _ in range(5)] == [["Again?"]] * 4 + [[]]
    assert (of.desk, of.outcomes()) == (Desk.HANDOFF, [("x", "loop")])
    of.close()
    assert of.says("hello") == [], "at once it is the same again"
    of.close()
    of.wait(Span(seconds=300))
    assert of.says("hello") == ["Again?"]
