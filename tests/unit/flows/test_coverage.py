"""What a flow's tests cover, way by way."""

from pathlib import Path

import pytest

from flows.check import LIBRARY
from flows.coverage import Coverage, coverage
from flows.parse import read, read_tests
from flows.transcript import run
from nlp.read import load_reader
from nlp.types import Reader

HEAD = """\
flow: club
purpose: service
languages: [en, fr]
triggers: [{keyword: [CLUB]}]
steps:
  drink:
    ask: {en: "Tea or coffee?", fr: "Thé ou café ?"}
    expect: {choice: {tea: [t], coffee: [c]}}
    timeout: {after: 2h, go: bye}
    else: bye
    go: {tea: kettle, coffee: bye}
  kettle: {say: {en: "The kettle is on.", fr: "L'eau chauffe."}, go: end}
  bye: {say: {en: "Bye.", fr: "Salut."}}
tests:
"""
TEA = "{user: club}, {bot: 'Tea*'}, {user: t}, {bot: 'The kettle*'}"
COFFEE = "{user: club}, {bot: 'Tea*'}, {user: c}, {bot: 'Bye.'}"
SILENT = "{user: club}, {bot: 'Tea*'}, {wait: 3h}, {bot: 'Bye.'}"
MISFITS = "{user: club}, {bot: 'Tea*'}, {user: hm}, {bot: '*'}, {bot: '*'}, {user: what}, {bot: '*'}, {bot: '*'}, {user: eh}, {bot: 'Bye.'}"
FRENCH = "{contact: {language: fr}}, {user: club}, {bot: 'Thé*'}, {user: t}, {bot: '*'}"


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader()


def covered(reader: Reader, *tests: str) -> Coverage:
    text = HEAD + "".join(f"  test {n}: [{lines}]\n" for n, lines in enumerate(tests, 1))
    flow, source, problems = read(text, "club.yaml")
    assert flow is not None, problems
    assert source is not None
    outcomes = run(flow, reader)
    assert all(outcome.passed for outcome in outcomes), [outcome.lines for outcome in outcomes]
    return coverage(flow, source, [move for outcome in outcomes for move in outcome.moves])


@pytest.mark.parametrize(
    ("tests", "gaps"),
    [
        (
            (TEA,),
            [
                (1, "nothing is said in fr"),
                (9, 'step "drink": silence never leads to "bye"'),
                (10, 'step "drink": `else` never leads to "bye"'),
                (11, 'step "drink": the answer "coffee" never leads to "bye"'),
                (13, 'step "bye" is never come to'),
            ],
        ),
        (
            (TEA, COFFEE, FRENCH),
            [(9, 'step "drink": silence never leads to "bye"'), (10, 'step "drink": `else` never leads to "bye"')],
        ),
        (
            (TEA, SILENT, FRENCH),
            [(10, 'step "drink": `else` never leads to "bye"'), (11, 'step "drink": the answer "coffee" never leads to "bye"')],
        ),
        ((TEA, COFFEE, SILENT, MISFITS, FRENCH), []),
    ],
    ids=["tea", "coffee and French", "silence is no coffee", "all"],
)
def test_the_lines_where_nobody_has_been(reader: Reader, tests: tuple[str, ...], gaps: list[tuple[int, str]]) -> None:
    assert [(gap.line, gap.what) for gap in covered(reader, *tests).gaps] == gaps


def test_shares(reader: Reader) -> None:
    found = covered(reader, TEA)
    assert (found.steps, found.ways, found.languages) == ((2, 3), (2, 6), (1, 2))
    assert found.share == pytest.approx(5 / 11)
    assert str(found) == "2 of 3 steps, 2 of 6 ways, 1 of 2 languages"


def test_nothing_tested_is_nothing_covered(reader: Reader) -> None:
    found = covered(reader, "{user: hello}")
    assert found.share == 0
    assert len(found.gaps) == 3 + 2


@pytest.mark.parametrize("file", sorted(LIBRARY.glob("*.yaml")), ids=lambda file: str(file.stem))
def test_the_flows_that_ship_come_to_every_step_way_and_language(reader: Reader, file: Path) -> None:
    flow, source, _ = read(file.read_text("utf-8"), str(file))
    assert flow is not None
    assert source is not None
    found = coverage(flow, source, [move for outcome in run(flow, reader) for move in outcome.moves])
    assert found.gaps == ()


def test_tests_in_a_file_of_their_own() -> None:
    tests, problems = read_tests("tests:\n  one: [{user: hi}]\n", "a.test.yaml")
    assert ([test.name for test in tests], problems) == (["one"], ())
    tests, problems = read_tests("tests:\n  one: [{usr: hi}]\nsteps: {}\n", "a.test.yaml")
    assert [(problem.line, problem.column) for problem in problems] == [(2, 10), (3, 1)]
    assert read_tests("", "a.test.yaml") == ((), ())
