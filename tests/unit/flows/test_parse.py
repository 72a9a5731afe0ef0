import re
from datetime import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flows.parse import parse, span
from flows.schedule import schedule
from flows.types import (
    END,
    Ask,
    ByAnswer,
    ByRules,
    EventTrigger,
    FallbackTrigger,
    Flow,
    Goto,
    HandOff,
    IntentTrigger,
    KeywordTrigger,
    Pool,
    Purpose,
    Schedule,
    ScheduleTrigger,
    Span,
    Split,
    Step,
    TakeCode,
    Wait,
)
from nlp.types import AnyText, Choice, Expect, IntentOf, Kind, Nps, Number, Option, Pattern, Rating, Typed, YesNo


def flow_of(text: str) -> Flow:
    flow, problems = parse(text, "f.yaml")
    assert flow is not None, "\n".join(map(str, problems))
    return flow


def step_of(text: str) -> Step:
    return flow_of(f"flow: x\nsteps:\n  s: {text}\n  t: {{say: Bye}}\n").steps["s"]


def test_defaults() -> None:
    flow = flow_of("flow: x\nsteps:\n  q: {ask: Hm?}\n")
    assert (flow.title, flow.purpose, flow.languages, flow.triggers) == ("x", Purpose.MARKETING, ("en",), ())
    assert (flow.expires, flow.late) == (Span(days=3), Span(seconds=12 * 3600))
    assert (flow.interruptible, flow.interrupt, flow.resume) == (True, False, True)
    verb = flow.steps["q"].verb
    assert isinstance(verb, Ask)
    (question,) = verb.questions
    assert (question.tries, question.retry, question.otherwise, question.expect, question.save) == (2, None, None, AnyText(), "q")
    assert (verb.nudge, verb.timeout) == (None, None)


def test_every_top_key() -> None:
    flow = flow_of(
        """
flow: club-2
title: The club
purpose: service
languages: [fr, en]
triggers:
  - keyword: [JOIN, CAFÉ]
  - keyword: NO
  - intent: join
  - {event: birthday, at: "9:30", offset: -1d}
  - {schedule: "every  monday 09:00", segment: "tag:vip"}
  - fallback: true
intents: {join: [let me in]}
coupons: {ten: {codes: codes/ten.csv, valid: 2w}}
expires: 12h
late: 30m
interruptible: no
interrupt: on
resume: drop
steps: {hello: {say: Salut}}
tests: {it works: [{user: 010}, {bot: "12:30"}]}
"""
    )
    assert flow.triggers == (
        KeywordTrigger(("JOIN", "CAFÉ")),
        KeywordTrigger(("NO",)),
        IntentTrigger("join"),
        EventTrigger(event="birthday", at=time(9, 30), offset=Span(days=-1)),
        ScheduleTrigger(phrase="every monday 09:00", when=Schedule(weekdays=frozenset({0}), at=time(9)), segment="tag:vip"),
        FallbackTrigger(),
    )
    assert flow.pools == {"ten": Pool(name="ten", codes="codes/ten.csv", valid=Span(days=14))}
    assert (flow.expires, flow.late) == (Span(seconds=12 * 3600), Span(seconds=1800))
    assert (flow.interruptible, flow.interrupt, flow.resume) == (False, True, False)
    assert flow.keywords == ("JOIN", "CAFÉ", "NO")
    assert flow.tests[0].lines == ((21, {"user": "010"}), (21, {"bot": "12:30"})), "scalars are what was typed"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("any", AnyText()),
        ("yes_no", YesNo()),
        ("rating", Rating()),
        ("nps", Nps()),
        ("number", Number()),
        ("{number: {min: 1, max: 5.5, integer: true}}", Number(min=1, max=5.5, integer=True)),
        ("date", Typed(Kind.DATE)),
        ("photo", Typed(Kind.PHOTO)),
        (
            "{choice: {red: [r, rouge], sky_blue: b}}",
            Choice(options=(Option(key="red", label="red", says=("r", "rouge")), Option(key="sky_blue", label="sky blue", says=("b",)))),
        ),
        (
            "{choices: {a: {label: Ham, says: [h]}, b: }}",
            Choice(options=(Option(key="a", label="Ham", says=("h",)), Option(key="b", label="b")), several=True),
        ),
        ("{choice: [NO, yes]}", Choice(options=(Option(key="NO", label="NO"), Option(key="yes", label="yes")))),
        ("{intent: [join, other-flow/leave]}", IntentOf(("x/join", "other-flow/leave"))),
        ("{pattern: '[A-Z]{2}[0-9]+'}", Pattern("[A-Z]{2}[0-9]+")),
    ],
)
def test_expect(written: str, expected: Expect) -> None:
    verb = step_of(f"{{ask: Hm?, expect: {written}}}").verb
    assert isinstance(verb, Ask)
    assert verb.questions[0].expect == expected


@pytest.mark.parametrize(
    ("written", "verb", "go", "why"),
    [
        ("{say: Hi}", "say", Goto("t"), "the step that follows"),
        ("{set: {a: b}}", "set", Goto("t"), "a change alone"),
        ("{tag: vip}", "set", Goto("t"), "a tag alone"),
        ("{end: }", "end", Goto(END), "nothing follows an end"),
        ("{unsubscribe: }", "unsubscribe", Goto(END), "nor an opt-out"),
        ("{handoff: support}", "handoff", Goto(END), "a hand-off without `go` ends"),
        ("{handoff: support, go: t}", "handoff", Goto("t"), "and with it goes on"),
        ("{say: Hi, go: end}", "say", Goto(END), "a way out"),
        ("{ask: Hm?, expect: yes_no, go: {yes: t, no: end}}", "ask", ByAnswer({"yes": "t", "no": END}), "by the answer"),
        (
            "{ask: Hm?, expect: rating, else: t, go: {01: t, 5.0: end}}",
            "ask",
            ByAnswer({"1": "t", "5": END}, "t"),
            "numbers as answers print them",
        ),
        (
            "{ask: Hm?, expect: yes_no, go: {yes: t, else: end}}",
            "ask",
            ByAnswer({"yes": "t"}, END),
            "`else` among the answers is one for the rest",
        ),
        (
            "{ask: Hm?, expect: {choice: [a, else]}, go: {a: t, else: end}}",
            "ask",
            ByAnswer({"a": "t", "else": END}),
            "unless it is an option",
        ),
        ("{split: {a: 1, b: 3}, go: {a: t, b: end}}", "split", ByAnswer({"a": "t", "b": END}), "by the arm"),
    ],
)
def test_ways_on_are_explicit(written: str, verb: str, go: object, why: str) -> None:
    step = step_of(written)
    assert (step.verb_name, step.go) == (verb, go), why


def test_rules_fall_through_to_the_step_that_follows() -> None:
    step = step_of("{branch: {go: [{if: \"contact.x == 'a'\", to: end}, {to: t}]}}")
    assert isinstance(step.go, ByRules)
    assert [(rule.condition.source if rule.condition else None, rule.to) for rule in step.go.rules] == [
        ("contact.x == 'a'", END),
        (None, "t"),
    ]
    assert step.go.otherwise == "t"
    last = flow_of('flow: x\nsteps: {q: {ask: Hm?, go: [{if: "answers.q", to: q}]}}').steps["q"]
    assert isinstance(last.go, ByRules)
    assert last.go.otherwise == END


def test_handoff_wait_coupon_and_split() -> None:
    assert step_of("{handoff: {to: sales, note: Hi}, go: t}").verb == HandOff(to="sales", note=flow_note("Hi"), goes_on=True)
    assert step_of("{handoff: }").verb == HandOff()
    assert step_of("{wait: 2d}").verb == Wait(span=Span(days=2))
    assert step_of('{wait: {for: 2d, at: "18:00"}}').verb == Wait(span=Span(days=2), at=time(18))
    assert step_of('{wait: {until: "Next Monday  09:00"}}').verb == Wait(until="Next Monday 09:00")
    assert step_of("{coupon: ten}").verb == TakeCode(pool="ten", sold_out="t")
    assert step_of("{coupon: ten, sold_out: end}").verb == TakeCode(pool="ten", sold_out=END)
    assert step_of("{split: {a: 50, holdout: 2.5}, go: {a: t}}").verb == Split({"a": 50, "holdout": 2.5})


def flow_note(text: str) -> object:
    verb = step_of(f"{{handoff: {{note: {text}}}}}").verb
    assert isinstance(verb, HandOff)
    return verb.note


def test_until_may_be_an_expression() -> None:
    verb = step_of("{wait: {until: \"contact.appointment - span('24h')\"}}").verb
    assert isinstance(verb, Wait)
    assert getattr(verb.until, "names", None) == (("contact", "appointment"),)


def test_a_survey_is_questions_under_its_step() -> None:
    food_question = "{ask: Food?, expect: rating, tries: 1}"
    why_question = "{ask: Why?, if: answers.s.food < 3, else: end}"
    step = step_of(f"{{survey: {{food: {food_question}, why: {why_question}}}, tries: 3, else: t, retry: Hm}}")
    assert isinstance(step.verb, Ask)
    food, why = step.verb.questions
    assert (food.save, food.tries, food.otherwise, food.condition) == ("s.food", 1, "t", None)
    assert (why.save, why.tries, why.otherwise, why.condition and why.condition.source) == ("s.why", 3, END, "answers.s.food < 3")
    assert food.retry is not None
    assert step.verb.survey
    assert step.verb_name == "survey"


def test_a_poll_is_counted_and_its_printers_say_so() -> None:
    printer = "{say: [Hi, '{{ poll.p.leader }}'], set: {n: '{{ poll.q.total }}'}}"
    flow = flow_of(f"flow: x\nsteps:\n  p: {{poll: A or B?, options: {{a: , b: }}}}\n  t: {printer}\n")
    assert isinstance(flow.steps["p"].verb, Ask)
    assert flow.steps["p"].verb.counted
    assert flow.steps["p"].polls == ()
    assert flow.steps["t"].polls == ("p", "q")


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("30m", Span(seconds=1800)),
        ("2h", Span(seconds=7200)),
        ("3d", Span(days=3)),
        ("2w", Span(days=14)),
        ("-1d", Span(days=-1)),
        (" 5 min ", Span(seconds=300)),
    ]
    + [(bad, None) for bad in ("", "d", "1", "1 day", "1.5h", "--1d", "999999w", "٣d", "1y")],
)
def test_spans(text: str, made: Span | None) -> None:
    assert span(text) == made


@pytest.mark.parametrize(
    ("phrase", "made"),
    [
        ("every day 09:00", Schedule(weekdays=frozenset(range(7)), at=time(9))),
        ("Every Monday at 9:00", Schedule(weekdays=frozenset({0}), at=time(9))),
        ("every tuesday, friday and sunday 18:30", Schedule(weekdays=frozenset({1, 4, 6}), at=time(18, 30))),
        ("every weekday 12:00", Schedule(weekdays=frozenset(range(5)), at=time(12))),
        ("every month on the 31st 08:00", Schedule(day=31, at=time(8))),
        ("every month on the 32nd 08:00", None),
        ("every blue moon 08:00", None),
        ("every monday 25:00", None),
        ("monday 09:00", None),
    ],
)
def test_schedules(phrase: str, made: Schedule | None) -> None:
    assert schedule(phrase) == made


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        ("flow: x\nsteps:\n  a:\n    say: >-\n      Hi\n      {{ x. }}\n", "4:10", "a folded text begins at its sign"),
        ('flow: x\nsteps: {a: {say: "Hi", go: {\n  yes: b}}}\n', "2:28", "a table in one line"),
        ("flow: x\r\nsteps:\r\n  a:\r\n    sai: Hi\r\n", "4:5", "line ends of Windows"),
        ("flow: é😀\nsteps: {ä: {say: hi}}\n", "1:7", "characters, not bytes"),
        ("\ufeffflow: 'é'\nsteps: {a: {say: hi}}\n", "1:7", "a byte order mark takes no room"),
    ],
)
def test_places(text: str, place: str, why: str) -> None:
    _, problems = parse(text, "f.yaml")
    assert f"{problems[0].line}:{problems[0].column}" == place, f"{why}: {problems}"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a: " + "x" * 262_144, "larger than 256 KiB"),
        ("steps: {" + ",".join(f"s{n}: 1" for n in range(6000)) + "}", "more than 10,000 entries"),
        ("[" * 100_000, "nests deeper"),
        ("{a: " * 50_000, "nests deeper"),
        ("flow: x\nsteps:\n" + "".join(f"  s{n}: {{say: Hi}}\n" for n in range(251)), "251 steps"),
        ("a: &a [x]\nb: [*a, *a]", "names a place"),
    ],
)
def test_limits(text: str, what: str) -> None:
    flow, problems = parse(text, "f.yaml")
    assert flow is None
    assert re.search(what, str(problems[0]))


def test_messages_stay_on_one_short_line() -> None:
    _, problems = parse('flow: x\n"a\\nb\\e[2J": 1\n' + "purpose: " + "c" * 50_000 + "\nsteps: {a: {say: hi}}\n", "f.yaml")
    lines = [str(problem) for problem in problems]
    assert all(line.isprintable() and len(line) < 1000 for line in lines)
    assert len(lines) == 2


KEYS = st.sampled_from(
    [
        *"flow steps triggers keyword intent event schedule fallback at offset intents coupons codes valid".split(),  # noqa: SIM905
        *"say ask poll survey coupon branch set tag wait handoff subscribe end split go if to else expect".split(),  # noqa: SIM905
        *"retry tries nudge after timeout options choice number min max pattern label says tests user bot en a".split(),  # noqa: SIM905
    ]
)
SCALARS = st.sampled_from(
    ["x", "a", "end", "yes_no", "choice", "2h", "{{ answers.a }}", "{{ x", "answers.a > 3", "STOP", "1", "", "en", "coupon"]
) | st.text(max_size=8)
TREES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=25)


def written(tree: object) -> str:
    match tree:
        case dict():
            return "{" + ", ".join(f"{key}: {written(value)}" for key, value in tree.items()) + "}"
        case list():
            return "[" + ", ".join(map(written, tree)) + "]"
        case _:
            return "'" + str(tree).replace("'", "''") + "'"


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(KEYS, TREES, max_size=3), st.dictionaries(KEYS, st.dictionaries(KEYS, TREES, max_size=6) | TREES, max_size=5))
def test_any_tree_is_a_flow_or_problems(top: dict[str, object], steps: dict[str, object]) -> None:
    text = written({"flow": "x", **top, "steps": steps})
    flow, problems = parse(text, "f.yaml")
    assert flow is not None or problems
    assert all(problem.line >= 1 and problem.column >= 1 and problem.what for problem in problems)


@settings(max_examples=300, deadline=None)
@given(
    st.text()
    | st.lists(
        st.sampled_from(
            [
                "flow: x",
                "\n",
                "  ",
                "steps:",
                "- ",
                "a:",
                "{",
                "}",
                "[",
                "]",
                "'",
                '"',
                "|",
                "&a",
                "*a",
                "!t",
                "#",
                "\t",
                "?",
                ": ",
                "---",
                "%",
            ]
        )
    ).map("".join)
)
@example("\x85")
@example("\ud800")
@example("? a\n: b")
@example("a: |\n b\n")
def test_any_text_is_a_flow_or_problems(text: str) -> None:
    flow, problems = parse(text, "f.yaml")
    assert flow is not None or problems
