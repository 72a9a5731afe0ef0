"""`parley test`: the tests that flows carry, and those in `*.test.yaml` beside them; what they cover; reports for machines."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from xml.etree import ElementTree

import typer

from bot.cli.authoring import Paths, load, plain, say, show

if TYPE_CHECKING:
    from flows.coverage import Coverage
    from flows.transcript import Outcome
    from flows.types import Flow, Problem, Test
    from nlp.types import Reader

commands = typer.Typer()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """One flow's tests, wherever they stand. outcomes: each with the file that holds it. coverage: None where nobody asked."""

    file: str
    flow: "Flow"
    outcomes: "tuple[tuple[str, Outcome], ...]"
    coverage: "Coverage | None" = None


@commands.command("test")
def run_tests(
    paths: Paths = None,
    cover: Annotated[bool, typer.Option("--cover", help="Say which steps, ways and languages no test comes to, with their lines.")] = False,
    junit: Annotated[Path | None, typer.Option("--junit", help="Write a JUnit report to this file, for CI.", dir_okay=False)] = None,
    form: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """Run the tests that flows carry. Ends with 1 where one fails or a flow has an error."""
    from flows.check import has_errors
    from nlp.read import load_reader

    if form not in ("text", "json"):
        raise typer.BadParameter("write --format text or --format json")
    flows, problems, _ = load(paths)
    reader = load_reader()
    tested, wrong = [], [problem for problem in problems if problem.severity == "error"]
    for file, flow in flows.items():
        beside, found = _beside(file)
        wrong += found
        tested.append(_run(file, flow, beside, reader, cover=cover))
    if junit is not None:
        junit.write_bytes(_junit(tested))
    if form == "json":
        print(json.dumps(_as_json(tested, wrong), ensure_ascii=False, indent=2))
    else:
        show(wrong)
        for one in tested:
            _tell(one)
    failed = [outcome for one in tested for _, outcome in one.outcomes if not outcome.passed]
    if form == "text":
        n_passed = sum(len(one.outcomes) for one in tested) - len(failed)
        say(f"{n_passed} passed, {len(failed)} failed", "red" if failed or wrong else "green")
    raise typer.Exit(1 if failed or has_errors([*problems, *wrong]) else 0)


def _beside(file: str) -> "tuple[Mapping[str, tuple[Test, ...]], list[Problem]]":
    """The tests of `lunch-poll.test.yaml` beside `lunch-poll.yaml`, by their file, and what is wrong with it."""
    from flows.parse import read_tests

    path = Path(file)
    found: dict[str, tuple[Test, ...]] = {}
    wrong: list[Problem] = []
    for other in (path.with_suffix(".test.yaml"), path.with_suffix(".test.yml")):
        if other.is_file():
            tests, problems = read_tests(other.read_text("utf-8", errors="replace"), str(other))
            found[str(other)] = tests
            wrong += problems
    return found, wrong


def _run(file: str, flow: "Flow", beside: "Mapping[str, tuple[Test, ...]]", reader: "Reader", *, cover: bool) -> Tested:
    from flows.coverage import coverage
    from flows.parse import read
    from flows.transcript import run

    wanted = {file: flow, **{other: replace(flow, tests=tests) for other, tests in beside.items()}}
    outcomes = tuple((name, outcome) for name, one in wanted.items() for outcome in run(one, reader))
    made = None
    if cover:
        _, source, _ = read(Path(file).read_text("utf-8-sig"), file)
        assert source is not None, "it was read a moment ago"
        made = coverage(flow, source, [move for _, outcome in outcomes for move in outcome.moves])
    return Tested(file=file, flow=flow, outcomes=outcomes, coverage=made)


# --- how it is told ---------------------------------------------------------------------------------------------------


def _tell(one: Tested) -> None:
    if not one.outcomes:
        say(f"{one.file}: no tests", "yellow")
    for file, outcome in one.outcomes:
        place = file if outcome.passed else f"{file}:{outcome.line}"
        say(f"{place}: {'ok' if outcome.passed else 'FAILED'} {outcome.test}", "green" if outcome.passed else "red")
        for line in () if outcome.passed else "\n".join(outcome.lines).splitlines():
            print(f"    {line}")
    if one.coverage is not None:
        say(f"{one.file}: {one.coverage.share:.0%} covered: {one.coverage}", "yellow" if one.coverage.gaps else "green")
        for gap in one.coverage.gaps:
            print(f"    {one.file}:{gap.line}: {gap.what}")


def _as_json(tested: Sequence[Tested], wrong: "Sequence[Problem]") -> dict[str, object]:
    return {
        "flows": [
            {
                "file": one.file,
                "flow": one.flow.name,
                "tests": [
                    {"file": file, "test": o.test, "passed": o.passed, "line": o.line, "transcript": list(o.lines)}
                    for file, o in one.outcomes
                ],
                "coverage": one.coverage and _coverage(one.coverage),
            }
            for one in tested
        ],
        "problems": [plain(problem) for problem in wrong],
    }


def _coverage(found: "Coverage") -> dict[str, object]:
    counts = {"steps": found.steps, "ways": found.ways, "languages": found.languages}
    told = {name: {"covered": done, "of": total} for name, (done, total) in counts.items()}
    return {**told, "share": round(found.share, 4), "gaps": [{"line": gap.line, "what": gap.what} for gap in found.gaps]}


def _junit(tested: Sequence[Tested]) -> bytes:
    root = ElementTree.Element("testsuites", name="parley test")
    for one in tested:
        failed = sum(not outcome.passed for _, outcome in one.outcomes)
        suite = ElementTree.SubElement(root, "testsuite", name=one.flow.name, tests=str(len(one.outcomes)), failures=str(failed))
        for file, outcome in one.outcomes:
            case = ElementTree.SubElement(suite, "testcase", classname=one.flow.name, name=outcome.test, file=file)
            if not outcome.passed:
                told = ElementTree.SubElement(case, "failure", message=_one_line(outcome.lines[-1]), type="failed")
                told.text = "".join(_printable(f"{file}:{outcome.line}\n" + "\n".join(outcome.lines)))
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _one_line(text: str) -> str:
    return "".join(_printable(" ".join(text.split())))


def _printable(text: str) -> Iterator[str]:
    """What XML can hold: a test may text anything."""
    return (char if char in "\n\t" or char.isprintable() else "\ufffd" for char in text)
