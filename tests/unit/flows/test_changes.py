"""What a diff says, in the author's terms."""

import pytest

from flows.changes import Change, differences
from flows.check import LIBRARY, load
from flows.parse import parse
from flows.spans import span, spelled
from flows.types import Flow, Span

OLD = """\
flow: club
title: Club
purpose: service
languages: [en, fr]
triggers: [{keyword: [CLUB]}]
steps:
  hello: {say: {en: "Hi!", fr: "Salut !"}}
  drink: {ask: "Tea or coffee?", expect: {choice: {tea: [t], coffee: [c]}}, go: {tea: bye, coffee: cups}}
  cups:
    ask: "How many?"
    expect: {number: {min: 1, max: 9}}
    timeout: {after: 2h, go: bye}
    go: [{if: "answers.cups > 3", to: hello}, {to: bye}]
  bye: {say: "Bye."}
"""


def flow(text: str) -> Flow:
    made, problems = parse(text, "club.yaml")
    assert made is not None, problems
    return made


def edited(*edits: tuple[str, str]) -> str:
    text = OLD
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([], []),
        ([('en: "Hi!"', 'en: "Hello!"')], ['step "hello": text (en) changed: "Hi!", now "Hello!"']),
        ([(', fr: "Salut !"', "")], ['step "hello": text (fr) removed: "Salut !"']),
        ([("[CLUB]", "[CLUB, KLUB]")], ['the flow: keywords changed: "CLUB", now "CLUB, KLUB"']),
        ([("purpose: service", "purpose: marketing")], ['the flow: purpose changed: "service", now "marketing"']),
        ([("tea: bye", "tea: cups")], ['step "drink" re-routed: goes on "tea" to: "bye", now "cups"']),
        (
            [("answers.cups > 3", "answers.cups > 5")],
            ['step "cups": goes if answers.cups > 3 to removed: "hello"', 'step "cups": goes if answers.cups > 5 to added: "hello"'],
        ),
        ([("after: 2h", "after: 90m")], ['step "cups": timeout after changed: "2h", now "90m"']),
        ([("max: 9", "max: 12")], ['step "cups": expects changed: "a number, from 1, to 9", now "a number, from 1, to 12"']),
        ([("tea: [t]", "tea: [t, chai]")], ['step "drink": choice "tea" changed: "tea: t", now "tea: t, chai"']),
        (
            [("  bye:", '  soon: {say: "Soon."}\n  bye:')],
            ['step "soon" added'],
        ),
        ([("bye", "farewell")], ['step "bye" is now called "farewell"']),
    ],
)
def test_what_changed(edits: list[tuple[str, str]], expected: list[str]) -> None:
    assert [str(one) for one in differences(flow(OLD), flow(edited(*edits)))] == expected


def test_a_step_that_is_gone_and_one_that_says_something_else_is_no_new_name() -> None:
    found = differences(flow(OLD), flow(edited(("bye", "farewell"), ("Bye.", "See you."))))
    assert {(one.change, one.step) for one in found if not one.aspect} == {(Change.ADDED, "farewell"), (Change.REMOVED, "bye")}


@pytest.mark.parametrize("file", sorted(LIBRARY.glob("*.yaml")), ids=lambda file: str(file.stem))
def test_every_flow_is_the_same_as_itself_and_differs_from_an_empty_one(file: object) -> None:
    made, _ = load(str(file))
    assert made is not None
    assert differences(made, made) == ()
    added = [one.step for one in differences(flow("flow: x\nsteps: {a: {say: Hi}}"), made) if one.change is Change.ADDED and not one.aspect]
    assert added == list(made.steps)


@pytest.mark.parametrize("text", ["30m", "2h", "90m", "3d", "14d", "45s", "-1d", "0m"])
def test_a_span_is_spelled_as_it_was_written(text: str) -> None:
    assert spelled(span(text) or Span()) == text
