"""`parley chat`, by a pipe: what one types, what it shows, and what it keeps."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.cli import chatting, testing
from flows.check import check_text
from flows.parse import read, read_tests
from flows.recording import Line, as_test, ending, said, step_lines
from flows.state import Phase, State

CUPS = """\
flow: cups
triggers: [{keyword: CUP}]
purpose: service
steps:
  size:
    ask: "{{ brand }}: which size?"   # the one question
    expect: {choice: {small: [s], large: [l]}}
    nudge: {after: 1h, say: "Still there?"}
    timeout: {after: 2d, go: bye}

  stock:
    call: {post: "https://example.com/stock", json: {size: "{{ answers.size }}"}}
    failed: bye
  tell:
    say: "{{ calls.stock.left or 'None' }} left."
    go: end
  bye:
    end: no_answer
"""


def typed(file: Path, *lines: str) -> str:
    app = typer.Typer()
    app.add_typer(chatting.commands)
    app.add_typer(testing.commands)
    result = CliRunner().invoke(app, ["chat", str(file)], input="\n".join(lines))
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "cups.yaml"
    path.write_text(CUPS, "utf-8")
    return path


@pytest.mark.parametrize(
    ("lines", "parts", "why"),
    [
        (["/why", "/yaml", "/undo", "/save x"], ["nothing was read", "nothing has begun", "nothing has happened"], "before anything"),
        (["CUP"], ["which size?", "heard by: keyword", "Mon 10:00 · size"], "a text, its reading and its answer"),
        (["CUP", "/wait tomorrow 18:00", "/state"], ["Still there?", "Tuesday 2026-01-06 18:00"], "time by a phrase"),
        (["CUP", "/state"], ["step size (asking)", "nudge at Monday 2026-01-05 11:00", "answers: none yet"], "the timers to come"),
        (["CUP", "/wait soonish"], ['"soonish" is no time'], "no time"),
        (["CUP", "/wait 2020-01-01 10:00"], ["is over: time only goes on"], "a time that has been"),
        (["CUP", "purple", "/why"], ["value     none", "heard by  "], "why nothing fits"),
        (["CUP", "s", "/why"], ["value     'small'", "because   option small"], "why it fits"),
        (["CUP", "/yaml"], ["   5   size:", "   9     timeout: {after: 2d, go: bye}\n"], "the step as it is written"),
        (["CUP", "s"], ['asks POST https://example.com/stock {"size": "small"}'], "a service is asked"),
        (["CUP", "s", "/call nonsense", '/call {"left": 3}'], ["write its answer as JSON", "bot ‹ 3 left."], "and answers"),
        (["CUP", "s", "/call failed", "/state"], ["step bye (no_answer)"], "or fails"),
        (["/call {}"], ["no service is being asked"], "nobody asks"),
        (["CUP", "/take", "s", "/back"], ["a person holds the conversation", "heard by: person"], "a person takes over, and hands back"),
        (["CUP", "s", "/undo", "l", '/call {"left": 1}', "/state"], ["undone: user s", "size = large", "1 left."], "undo"),
        (["/what", "/quit", "CUP"], ["/undo "], "help, and what comes after /quit is not read"),
    ],
)
def test_what_one_types(lines: list[str], parts: list[str], why: str, file: Path) -> None:
    output = typed(file, *lines)
    for part in parts:
        assert part in output, why
    assert "which size" not in output or lines[0] == "CUP", why


def test_a_conversation_is_kept_as_a_test_that_passes(file: Path) -> None:
    output = typed(file, "CUP", "/wait 3h", "s", '/call {"left": "3"}', "/save buys a cup", "/save buys a cup", "/save")
    beside = file.with_suffix(".test.yaml")
    assert f"kept in {beside}" in output
    assert "`buys a cup` is here twice" in output
    kept = beside.read_text("utf-8")
    assert kept.splitlines()[1:5] == ["  buys a cup:", "    - {user: CUP}", '    - {bot: "*: which size?"}', '    - {wait: "3h"}']
    assert '    - {call: {left: "3"}}' in kept
    assert "    - {expect: {answers.size: small, ended: true, outcome: completed}}" in kept
    assert "shown only" in output
    typed(file, "CUP", "l", "/call failed", "/save the service is silent")
    app = typer.Typer()
    app.callback()(lambda: None)
    app.add_typer(testing.commands)
    tested = CliRunner().invoke(app, ["test", str(file)])
    assert (tested.exit_code, tested.output.splitlines()[-1]) == (0, "2 passed, 0 failed")


def test_a_test_that_would_not_pass_is_only_shown(file: Path) -> None:
    """The flow is edited while one chats: the file on the disk is another, the one in hand still passes; a broken file of tests is left."""
    beside = file.with_suffix(".test.yaml")
    beside.write_text("tests: [broken\n", "utf-8")
    output = typed(file, "CUP", "/save x")
    assert "not kept" in output
    assert beside.read_text("utf-8") == "tests: [broken\n"


def test_what_will_differ_in_a_test_may_be_anything() -> None:
    assert said(["Code A1|B,  Parley\nDemo"], ["A1", "Parley\nDemo", ""]) == (Line("bot", "Code **B, *"),)


@pytest.mark.parametrize(
    "words", ["yes", "NO", "5", "a: b", "# no", "true", "“hi”", "it's", "😀\u2028", " x ", "- x", "{{ a }}", "\\", "\x85\x07"]
)
def test_whatever_is_texted_is_written_so_that_it_is_read_again(words: str) -> None:
    tests, problems = read_tests("tests:\n" + as_test(words, [Line("user", words), Line("call", {"n": [1, None, words]})]), "f")
    assert problems == ()
    assert (tests[0].name, tests[0].lines[0][1], tests[0].lines[1][1]) == (words, {"user": words}, {"call": {"n": [1, None, words]}})


def test_how_it_ended() -> None:
    assert ending(None) == ()
    assert ending(State(at="a", answers={"b": 2})) == (Line("expect", {"answers.b": 2, "step": "a"}),)
    ended = State(at="a", phase=Phase.ENDED, outcome="bye")
    assert ending(ended) == (Line("expect", {"ended": True, "outcome": "bye"}),)


def test_a_step_as_it_is_written() -> None:
    assert check_text(CUPS, "f")[0] is not None
    source = read(CUPS, "f")[1]
    assert source is not None
    assert [number for number, _ in step_lines(CUPS, source, "size")] == [5, 6, 7, 8, 9]
    assert [number for number, _ in step_lines(CUPS, source, "bye")] == [17, 18]
    assert step_lines(CUPS, source, "nowhere") == ()
