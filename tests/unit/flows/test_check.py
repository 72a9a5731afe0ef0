from pathlib import Path

import pytest

from flows.check import LIBRARY, check_text, check_together, files_in, load, load_folder
from flows.types import Flow, Severity

HEAD = "flow: x\ntriggers: [{keyword: HELLO}]\nsteps:\n"


def said(text: str) -> str:
    return "\n".join(map(str, check_text(text, "f.yaml")[1]))


def flow_of(text: str) -> Flow:
    flow, problems = check_text(text, "f.yaml")
    assert flow is not None, problems
    return flow


def test_the_flows_that_ship_have_no_problem() -> None:
    flows, problems = load_folder(LIBRARY)
    assert problems == ()
    assert {flow.name for flow in flows.values()} >= {"lunch-poll", "coupon-welcome", "satisfaction", "appointment"}
    assert all(flow.tests for flow in flows.values()), "a flow that ships has its own tests"
    assert all(Path(file).stem == flow.name for file, flow in flows.items())


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ("  a: {say: Hi}\n", "a flow of one step"),
        ("  a: {ask: Hm?, expect: yes_no, go: {yes: a, no: end, maybe: a}}\n", "a loop with a question"),
        ("  a: {ask: Hm?, expect: rating, go: a}\n", "a loop that a misfit leaves: a person takes over"),
        (
            "  a: {say: Hi}\n  b: {wait: 1d}\n  c: {branch: {go: [{if: 'contact.city', to: a}, {to: end}]}}\n",
            "a loop with a wait",
        ),
        (
            "  a: {ask: Hm?, expect: yes_no, else: b, go: {yes: end, no: end}}\n  b: {handoff: support}\n",
            "`else` takes what the table leaves",
        ),
        ("  a: {ask: Hm?, expect: {choice: {yes: [oui, start over], no: [non]}}, go: {yes: end, no: end}}\n", "yes and oui are answers"),
        ("  a: {ask: Size?}\n  b: {say: '{{ answers.a }}'}\n", "an answer that is always given needs no default"),
        ("  a: {say: '{{ contact.shoe or 1 }}', set: {shoe: '2'}}\n", "a field that the flow sets is known"),
        ("  a: {ask: Hm?, save: size}\n  b: {say: '{{ answers.size }}'}\n", "an answer by its other name"),
        (
            "  a: {survey: {f: {ask: Hm?}, g: {ask: Hm?, if: answers.a.f}}}\n  b: {say: \"{{ answers.a.f }} {{ answers.a.g or '' }}\"}\n",
            "a survey",
        ),
        (
            "  a: {poll: Hm?, options: {tea: , mate: }}\n  b: {say: \"{{ poll.a.share('tea') | percent }} of {{ poll.a.total }}\"}\n",
            "a poll",
        ),
        ("  a: {split: {b: 1, holdout: 1}, go: {b: b}}\n  b: {say: Hi}\n", "a holdout goes nowhere"),
        ("  a: {say: 'Été à Genève ? ¡Sí, señor! Grüße' }\n", "a short text may be Unicode: it costs no more"),
        ("  a: {tag: [é😀]}\n", "tags are free"),
    ],
)
def test_has_nothing_against(steps: str, why: str) -> None:
    text = HEAD + steps
    if "wait" in steps:
        text = text.replace("flow: x\n", "flow: x\npurpose: service\n")
    assert said(text) == "", why


def test_consent_is_asked_before_what_nobody_asked_for() -> None:
    waits = "  w: {wait: 1d}\n  s: {say: Buy!}\n"
    subscribed = "  j: {subscribe: {proof: '{{ reply.text }}'}}\n"
    assert "nobody asked for" in said(HEAD + waits)
    assert said(HEAD + subscribed + waits) == ""
    assert "nobody asked for" in said(HEAD + "  q: {ask: Hm?, nudge: {after: 1h, say: Hm!}}\n")
    assert said(HEAD + "  q: {ask: Hm?, timeout: {after: 1h, go: t}}\n  t: {end: silent}\n") == "", "an end without words is no text"


def test_a_first_text_may_stand_in_the_second_step() -> None:
    text = "flow: x\nsteps:\n  t: {tag: seen}\n  a: {say: 'Hi from {{ brand }}. STOP to opt out.'}\n"
    assert said(text) == ""
    assert said(text.replace("STOP to opt out.", "")).count("how to opt out") == 1


def test_between_flows() -> None:
    one = flow_of("flow: one\ntriggers: [{keyword: CAFE}, {fallback: true}]\nsteps: {a: {say: Hi}}\n")
    two = flow_of("flow: one\ntriggers: [{keyword: [TEA, café]}, {fallback: true}]\nsteps: {a: {say: Hi}}\n")
    whats = [problem.what for problem in check_together({"one.yaml": one, "two.yaml": two})]
    assert sorted(whats) == [
        "The keyword `café` is also one of one.yaml.",
        "The name `one` is also that of one.yaml.",
        "one.yaml hears what nobody else heard already.",
    ]
    assert check_together({"one.yaml": one}) == ()


def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    good = "flow: {}\ntriggers: [{{keyword: {}}}]\nsteps: {{a: {{say: Hi}}}}\n"
    (tmp_path / "a.yaml").write_text(good.format("a", "HI"))
    (tmp_path / "sub" / "b.yml").write_text(good.format("b", "Hi!"))
    (tmp_path / "sub" / "c.yaml").write_text("flow: c\nsteps: {a: {sai: Hi}}\n")
    (tmp_path / "a.test.yaml").write_text("not a flow")
    (tmp_path / ".hidden.yaml").write_text("not a flow")
    assert [Path(file).name for file in files_in(tmp_path)] == ["a.yaml", "b.yml", "c.yaml"]
    flows, problems = load_folder(tmp_path)
    assert [Path(file).name for file in flows] == ["a.yaml"], "b has the keyword of a"
    assert {Path(problem.file).name for problem in problems if problem.severity is Severity.ERROR} == {"b.yml", "c.yaml"}
    keyword = next(problem for problem in problems if "keyword" in problem.what)
    assert (keyword.line, keyword.column) == (2, 22)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (None, "cannot be read"),
        (b"flow: \xff\n", "not UTF-8"),
        (b"\xef\xbb\xbfflow: x\nsteps: {a: {ask: Hm?}}\n", None),
        (b"x" * 300_000, "larger than"),
    ],
)
def test_files_that_are_none(content: bytes | None, what: str | None, tmp_path: Path) -> None:
    file = tmp_path / "f.yaml"
    if content is not None:
        file.write_bytes(content)
    flow, problems = load(file)
    if what is None:
        assert flow is not None
    else:
        assert flow is None
        assert what in problems[0].what
        assert problems[0].file == str(file)


def test_codes_outside_the_folder_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("code\nA\n")
    inner = tmp_path / "flows"
    inner.mkdir()
    (inner / "codes.csv").symlink_to(tmp_path / "secret.csv")
    (inner / "f.yaml").write_text(
        "flow: x\ntriggers: [{keyword: HI}]\ncoupons: {c: {codes: codes.csv}}\n"
        "steps: {a: {coupon: c, say: '{{ coupon.code }}', sold_out: end}}\n"
    )
    _, problems = load(inner / "f.yaml")
    assert "There is no file" in problems[0].what


def test_the_largest_flow_is_checked_in_good_time() -> None:
    steps = "".join(
        f"  s{n}:\n    ask: Hm {{{{ answers.s{max(n - 1, 0)} or '' }}}}?\n    expect: rating\n    else: s{n}\n" for n in range(250)
    )
    flow, problems = check_text(HEAD + steps, "f.yaml")
    assert flow is not None, problems
    assert len(flow.steps) == 250
