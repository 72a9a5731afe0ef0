"""Every warning has a name, a line of docs and a flow that gets it; a comment with a reason silences it."""

import re
from pathlib import Path

import pytest

from flows.advice import BY_MEANING, Advice
from flows.check import check_text
from flows.nodes import Comment, comments
from flows.types import Severity

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "flows.md").read_text("utf-8")
TOLD = "\n".join(file.read_text("utf-8") for file in sorted((ROOT / "tests" / "flows" / "broken").glob("*.txt")))
BY_A_READER = (Path(__file__).parent / "test_check_meaning.py").read_text("utf-8")
HEAD = "flow: x\npurpose: service\ntriggers: [{keyword: HELLO}]\nsteps:\n"
NAMED = "  a: {say: 'Hi {{ contact.first_name }}'}"
NIGHT = "  b: {wait: {for: 1d, at: '23:00'}}"


def codes(text: str) -> list[str]:
    return [problem.code for problem in check_text(text, "f.yaml")[1]]


@pytest.mark.parametrize("code", [*Advice])
def test_a_warning_is_documented_and_tested(code: Advice) -> None:
    assert f"\n| `{code}` |" in PAGE, f"docs/flows.md does not list `{code}`"
    if code in BY_MEANING:  # needs a reader, which the broken flows are checked without
        assert f" {code} " in BY_A_READER, f"test_check_meaning.py has no `{code}`"
    else:
        assert re.search(rf"\[{code}\]$", TOLD, re.MULTILINE), f"no flow under tests/flows/broken gets `{code}`"


def test_the_page_lists_no_other() -> None:
    table = PAGE.partition("| warning |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE) == sorted(Advice, key=[*Advice].index)


@pytest.mark.parametrize(
    ("steps", "left", "why"),
    [
        (NAMED, ["no-default"], "nothing allows it"),
        (f"{NAMED} # parley: allow no-default because all have one", [], "at the end of its line"),
        (f"  # parley: allow no-default because all have one\n{NAMED}", [], "on the line above"),
        (f"  # Parley:allow NO-DEFAULT  because all have one\n\n  # and a note\n{NAMED}", [], "any case; empty lines and notes between"),
        (f"{NIGHT[:-1]}, say: '{{{{ contact.first_name }}}}'}} # parley: allow quiet-hours, no-default because so", [], "two at once"),
        (f"{NAMED} # parley: allow quiet-hours because so", ["no-default", "silence-unused"], "another warning's name"),
        (f"# parley: allow no-default because so\n  c: {{say: Hi}}\n{NAMED}", ["silence-unused", "no-default"], "two lines above"),
        (f"{NAMED} # parley: allow no-default", ["no-default", "silence-without-reason"], "no reason"),
        (f"{NAMED} # parley: allow no-default because  ", ["no-default", "silence-without-reason"], "an empty reason"),
        (f"{NAMED} # parley: allow no-defaults because so", ["no-default", "silence-unknown"], "no such warning"),
        (f"{NAMED} # parley: be quiet", ["no-default", "silence-unknown"], "no such words"),
        (f"{NAMED} # parley: allow silence-unused because so", ["no-default", "silence-unknown"], "silences speak of no silences"),
        (f"{NAMED} # we told Parley: nothing", ["no-default"], "a note that only names Parley"),
        ("  a: {say: 'Hi # parley: allow no-default because so {{ contact.first_name }}'}", ["no-default"], "a text is no comment"),
        (f"{NAMED} # parley: allow no-default because so\n  b: {{sai: Hi}}", [""], "beside an error it is no more a warning"),
        ("  a: {sai: Hi} # parley: allow no-default because so", [""], "with an error nobody knows what is missing"),
    ],
)
def test_silences(steps: str, left: list[str], why: str) -> None:
    assert codes(f"{HEAD}{steps}\n") == left, why


def test_an_error_is_not_silenced() -> None:
    _, problems = check_text(f"{HEAD}  a: {{say: Hi, go: nowhere}} # parley: allow no-way because so\n", "f.yaml")
    assert [problem.severity for problem in problems] == [Severity.ERROR]


def test_comments_are_found_outside_texts() -> None:
    text = '# one\na: "x # no" # yes 😀\nb: 😀 # two\nc: |\n  text # in\n  # in\n# out\nd: [x, # three\n y]\ne: plain\n  more#no # four\n'
    assert [comment.text for comment in comments(text)] == ["# one", "# yes 😀", "# two", "# out", "# three", "# four"]
    assert comments("a: b # c\r\n") == (Comment("# c", 1, 6, alone=False),)
    assert comments("a: 'open # c\n") == ()


def test_thousands_of_comments_take_no_time() -> None:
    text = HEAD + "# parley: allow no-way because so\n" * 7000 + NAMED
    assert codes(text).count("silence-unused") == 7000
