import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.cli import authoring

GOOD = "flow: x\ntriggers: [{keyword: HELLO}]\nsteps: {a: {say: Hi}}\n"
WARNED = "flow: x\nsteps: {a: {say: Hi}}\n"
BROKEN = "flow: x\nsteps:\n  a: {sai: Hi}\n"


def parley(*words: str, stdin: str = "") -> Result:
    app = typer.Typer()
    authoring.register(app)
    return CliRunner().invoke(app, [*words], input=stdin)


@pytest.mark.parametrize(
    ("text", "code", "last"),
    [(GOOD, 0, "1 flow: 0 errors, 0 warnings"), (WARNED, 0, "1 flow: 0 errors, 2 warnings"), (BROKEN, 1, "1 flow: 1 error, 0 warnings")],
)
def test_check_ends_with_1_for_errors_only(text: str, code: int, last: str, tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(text)
    result = parley("check", str(tmp_path))
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (code, last)


def test_check_says_where_and_what_to_write_instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.yaml").write_text(BROKEN)
    monkeypatch.chdir(tmp_path)
    assert parley("check", "x.yaml").stdout.splitlines()[0] == 'x.yaml:3:7 step "a": `sai` is not known in a step. Did you mean `say`?'
    (problem,) = json.loads(parley("check", "x.yaml", "--format", "json").stdout)
    assert (problem["file"], problem["line"], problem["column"], problem["severity"]) == ("x.yaml", 3, 7, "error")
    assert problem["code"] == "", "only a warning has a name"
    (tmp_path / "x.yaml").write_text(WARNED)
    warned = json.loads(parley("check", "x.yaml", "--format", "json").stdout)
    assert {problem["code"] for problem in warned} == {"no-brand", "no-opt-out"}


def test_check_without_a_file_to_check(tmp_path: Path) -> None:
    assert parley("check", str(tmp_path)).exit_code == 1
    assert parley("check", str(tmp_path / "none.yaml")).exit_code == 1
    assert parley("check", "--format", "xml").exit_code == 2


def test_check_without_paths_reads_the_flows_that_ship() -> None:
    result = parley("check")
    assert (result.exit_code, result.stdout.splitlines()[-1][:2]) == (0, "4 ")


def test_schema_is_json() -> None:
    assert json.loads(parley("schema").stdout)["title"] == "Parley flow"


def test_segments() -> None:
    assert parley("segments", "It’s", "on", "us").stdout == "1 segment, 10 units, UCS-2 because of ’\n"
    assert parley("segments", stdin="a" * 161 + "\n").stdout == "2 segments, 161 units, GSM-7\n"
    lines = parley("segments", "--jsonl", stdin='{"text": "hi"}\n\n{"text": "ж"}\n').stdout.splitlines()
    assert [json.loads(line) for line in lines] == [
        {"encoding": "GSM-7", "segments": 1, "units": 2, "unicode_because": None},
        {"encoding": "UCS-2", "segments": 1, "units": 1, "unicode_because": "ж"},
    ]
    assert parley("segments", "--jsonl", stdin='{"texts": "hi"}\n').exit_code == 2
