"""A flow's own tests: what makes them pass and fail, and what they say then."""

import pytest

from flows.transcript import Outcome, matches, plain, run
from tests.talking import flow_of, reader

SIZE = (
    "  q: {ask: \"Size, {{ contact.first_name or 'you' }}?\", expect: {choice: {small: [s], large: [l]}}, "
    "timeout: {after: 1d, go: t}, go: e}\n"
    "  e: {set: {size: '{{ answers.q }}'}, tag: asked, say: 'So {{ answers.q }}', go: end}\n"
    "  t: {end: silent}\n"
)
SPLIT = "  s: {split: {a: 1, b: 1}, go: {a: a, b: b}}\n  a: {say: A, go: end}\n  b: {say: B}\n"
WAIT = "  w: {wait: {for: 1d, at: '18:00'}}\n  n: {say: '{{ now | time }}'}\n"
HAND = "  h: {handoff: support, go: t}\n  t: {say: Thanks}\n"
JOIN = "  j: {subscribe: {proof: '{{ reply.text }}'}, say: In}\n"


def outcome(steps: str, *lines: str) -> Outcome:
    listed = "".join(f"    - {line}\n" for line in lines)
    flow = flow_of(f"flow: x\npurpose: service\ntriggers: [{{keyword: HELLO}}]\nsteps:\n{steps}tests:\n  t:\n{listed}")
    (made,) = run(flow, reader(), brand="Bean")
    return made


@pytest.mark.parametrize(
    ("steps", "lines", "why"),
    [
        (SIZE, ["{user: hello}", "{bot: 'Size, you?'}", "{user: l}", "{bot: So large}"], "user and bot"),
        (SIZE, ["{user: hello}", "{bot: 'Size*'}", "{user: l}", "{bot: 'No*|So *'}"], "* and |"),
        (SIZE, ["{bot: 'Size*'}"], "a bot line first: somebody else started it"),
        (SIZE, ["{contact: {first_name: Ann}}", "{bot: 'Size, Ann?'}"], "also after lines that only set it up"),
        (SIZE, ["{start: true}", "{bot: 'Size*'}"], "start"),
        (SIZE, ["{event: visit}", "{bot: 'Size*'}"], "event"),
        (SIZE, ["{user: hello}", "{bot: 'Size*'}", "{wait: 2d}", "{expect: {ended: true, outcome: silent}}"], "wait"),
        (
            SIZE,
            [
                "{user: hello}",
                "{bot: 'Size*'}",
                "{user: l}",
                "{bot: 'So*'}",
                "{expect: {answers.q: large, contact.size: large, tags: asked, consent: in}}",
            ],
            "expect",
        ),
        (SIZE, ["{contact: {tags: [vip]}}", "{start: true}", "{bot: '*'}", "{expect: {tags: [vip]}}"], "tags of the contact"),
        (SIZE, ["{contact: {tags: vip}}", "{start: true}", "{bot: '*'}", "{expect: {tags: vip}}"], "one tag is a list of one"),
        (
            SIZE,
            ["{user: hello}", "{bot: '*'}", "{expect: {step: q, ended: false, held: false, language: en, heard_by: keyword}}"],
            "where it stands",
        ),
        (SPLIT, ["{arm: a}", "{user: hello}", "{bot: A}"], "an arm"),
        (SPLIT, ["{user: hello}", "{bot: B}", "{arm: {s: b}}"], "of a split by its name, anywhere in the test"),
        (WAIT, ["{at: '2026-03-07 12:00'}", "{user: hello}", "{wait: 2d}", "{bot: '6:00*PM'}"], "another day and time"),
        (WAIT, ["{user: hello}", "{wait: tomorrow 18:00}", "{bot: '6:00*PM'}"], "until a moment"),
        (WAIT, ["{contact: {zone: Asia/Tokyo}}", "{user: hello}", "{wait: 2d}", "{bot: '6:00*PM'}"], "10:00 where the contact lives"),
        (HAND, ["{user: hello}", "{expect: {held: true}}", "{user: hm}", "{staff: hand back}", "{bot: Thanks}"], "staff hand back"),
        (HAND, ["{user: hello}", "{staff: done}", "{expect: {outcome: closed}}"], "or close"),
        (
            SIZE,
            ["{user: hello}", "{bot: '*'}", "{staff: I am here}", "{user: l}", "{expect: {held: true, answers.q: nothing}}"],
            "who writes takes over",
        ),
        (JOIN, ["{contact: {consent: unknown}}", "{user: hello}", "{bot: In}", "{expect: {consent: in}}"], "consent"),
    ],
)
def test_passes(steps: str, lines: list[str], why: str) -> None:
    made = outcome(steps, *lines)
    assert made.passed, f"{why}: {made.lines}"
    assert made.lines == ()


@pytest.mark.parametrize(
    ("lines", "line", "said", "why"),
    [
        (["{user: hello}"], 10, '✗ the bot also said "Size, you?" (step q), which no line expects', "a text that no line expects"),
        (["{user: hello}", "{user: l}"], 11, '✗ the bot also said "Size, you?" (step q), which no line expects', "before the next text"),
        (["{user: hello}", "{bot: Name?}"], 11, '✗ expected "Name?"\n  but it said "Size, you?"', "another text"),
        (["{user: what}", "{bot: '*'}"], 11, '✗ expected the bot to say "*", and it said nothing', "silence"),
        (["{user: hello}", "{bot: '*'}", "{expect: {ended: true}}"], 12, "✗ expected ended to be true; it is false", "a fact"),
        (["{user: hello}", "{bot: '*'}", "{expect: {tags: vip}}"], 12, "✗ expected the tag vip; the contact has none", "a tag"),
        (["{user: hello}", "{bot: '*'}", "{expect: {answers.q: large}}"], 12, "✗ expected answers.q to be large; it is nothing", "missing"),
        (
            ["{user: hello}", "{bot: '*'}", "{wait: whenever}"],
            12,
            "✗ `wait: whenever` is no time: write 3d, 2h or tomorrow 18:00",
            "no time",
        ),
    ],
)
def test_fails_and_says_why(lines: list[str], line: int, said: str, why: str) -> None:
    made = outcome(SIZE, *lines)
    assert not made.passed
    assert made.lines[-1].startswith(said), why
    assert made.line == line, "the line of the file"


def test_what_failed_stands_at_the_end_of_the_transcript() -> None:
    made = outcome(SIZE, "{user: hello}", "{bot: 'Size*'}", "{user: xxl}", "{bot: 'Fine*'}")
    assert made.lines[:3] == ("< hello", "> Size, you?", "< xxl")
    assert made.lines[-1].startswith('✗ expected "Fine*"')


@pytest.mark.parametrize(
    ("wanted", "said", "fits", "why"),
    [
        ("Hi there!*", "Hi there! How are you?", True, "* is anything"),
        ("Hi*", "Hi\n\nthere", True, "also over lines"),
        ("Hi  there", "Hi there", True, "white space counts once"),
        ("*", "", True, "or nothing"),
        ("a|b", "b", True, "alternatives"),
        ("a|b", "a b", False, "one of them, whole"),
        ("Hi", "Hi there", False, "the whole text"),
        ("1.50?", "1x50?", False, "no other signs mean anything"),
        ("(Hi) [x]", "(Hi) [x]", True, "none of them"),
        ("hi", "Hi", False, "case counts"),
    ],
)
def test_matching(wanted: str, said: str, fits: bool, why: str) -> None:
    assert matches(wanted, said) is fits, why


@pytest.mark.parametrize(
    ("value", "expected"), [(None, "nothing"), (True, "true"), (5.0, "5"), (5, "5"), (2.5, "2.5"), (("a", "b"), "a, b"), ("x", "x")]
)
def test_values_as_a_test_writes_them(value: object, expected: str) -> None:
    assert plain(value) == expected
