"""`parley test`: what it prints, for people and for machines."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.cli import testing

FLOW = """\
flow: club
purpose: service
triggers: [{keyword: [CLUB]}]
steps:
  drink: {ask: "Tea?", expect: yes_no, go: {yes: kettle, no: bye, maybe: bye}}
  kettle: {say: "The kettle is on.", go: end}
  bye: {say: "Bye."}
tests:
  tea:
    - {user: club}
    - {bot: "Tea?"}
    - {user: "yes"}
    - {bot: "The kettle*"}
"""
BESIDE = """\
tests:
  none:
    - {user: club}
    - {bot: "Tea?"}
    - {user: "no"}
    - {bot: "Hello \\x07."}
"""


def parley(*words: str) -> Result:
    app = typer.Typer()
    app.add_typer(testing.commands)
    app.command()(lambda: None)  # with one command alone, typer leaves its name out
    return CliRunner().invoke(app, ["test", *words])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "club.yaml").write_text(FLOW)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_test_beside_the_flow_runs_with_it_and_says_where_it_failed(folder: Path) -> None:
    assert parley("club.yaml").stdout.splitlines() == ["club.yaml: ok tea", "1 passed, 0 failed"]
    (folder / "club.test.yaml").write_text(BESIDE)
    result = parley("club.yaml")
    assert result.exit_code == 1
    assert "club.test.yaml:6: FAILED none" in result.stdout
    assert '✗ expected "Hello' in result.stdout
    assert 'but it said "Bye."' in result.stdout


def test_what_is_wrong_in_a_file_of_tests_is_a_problem(folder: Path) -> None:
    (folder / "club.test.yaml").write_text("tests:\n  x: [{usr: club}]\n")
    result = parley(".")
    assert (result.exit_code, "club.test.yaml:2:8" in result.stdout) == (1, True)


def test_coverage_names_the_lines(folder: Path) -> None:
    told = parley("club.yaml", "--cover").stdout
    assert "club.yaml: 56% covered: 2 of 3 steps, 2 of 5 ways, 1 of 1 language" in told
    assert '    club.yaml:7: step "bye" is never come to' in told
    assert '    club.yaml:5: step "drink": the answer "no" never leads to "bye"' in told


def test_json(folder: Path) -> None:
    told = json.loads(parley("club.yaml", "--cover", "--format", "json").stdout)
    (flow,) = told["flows"]
    assert [(test["test"], test["passed"]) for test in flow["tests"]] == [("tea", True)]
    assert flow["coverage"]["steps"] == {"covered": 2, "of": 3}
    assert {"line": 7, "what": 'step "bye" is never come to'} in flow["coverage"]["gaps"]
    assert told["problems"] == []
    assert parley("club.yaml", "--format", "xml").exit_code == 2


def test_junit_can_be_read_whatever_a_test_says(folder: Path) -> None:
    (folder / "club.test.yaml").write_text(BESIDE)
    parley("club.yaml", "--junit", "report.xml")
    root = ElementTree.parse(folder / "report.xml").getroot()
    (suite,) = root
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    (failure,) = suite.iter("failure")
    assert "club.test.yaml:6" in (failure.text or "")
