"""`parley check`, `schema` and `segments`: for those who write flows. None needs a database or an account."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from flows.check_meaning import Trial
    from flows.closure import Find
    from flows.types import Flow, Problem
    from nlp.meaning.trial import Tried

commands = typer.Typer()

Paths = Annotated[list[str] | None, typer.Argument(help="Files, or folders of flows; without any, the flows that ship with Parley.")]
Words = Annotated[list[str] | None, typer.Argument(help="The text; without one, the standard input.")]


def register(app: typer.Typer) -> None:
    """Adds these commands to `app`."""
    app.add_typer(commands)


@commands.command()
def check(
    paths: Paths = None,
    form: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """Say what is wrong with flows and campaigns, where, and what to write instead. Ends with 1 where there is an error."""
    from flows.check import has_errors

    if form not in ("text", "json"):
        raise typer.BadParameter("write --format text or --format json")
    flows, problems, files = load(paths, _trial)
    campaigns, more = _campaigns(paths or [], {flow.name: flow for flow in flows.values()})
    problems, files = (*problems, *more), (*files, *campaigns)
    if form == "json":
        print(json.dumps([plain(problem) for problem in problems], ensure_ascii=False, indent=2))
    else:
        show(problems)
        n_errors = sum(problem.severity == "error" for problem in problems)
        say(_counts(len(files), n_errors, len(problems) - n_errors), "red" if n_errors else "green")
    raise typer.Exit(1 if has_errors(problems) else 0)


@commands.command()
def schema() -> None:
    """Print the JSON Schema of flows, for editors that complete and check while one types."""
    from flows.schema import schema as made

    print(json.dumps(made(), ensure_ascii=False, indent=2))


@commands.command()
def segments(
    text: Words = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help='Read lines of {"text": ...} and answer each with a line of JSON.')] = False,
) -> None:
    """Count the SMS segments of a text, and name the character that makes it Unicode."""
    from flows.segments import segments as count

    if jsonl:
        for row in _rows():
            found = count(_text_of(row))
            answer = {
                "encoding": found.encoding,
                "segments": found.segments,
                "units": found.units,
                "unicode_because": found.unicode_because,
            }
            print(json.dumps(answer, ensure_ascii=False), flush=True)
        return
    found = count(given(text))
    because = f" because of {found.unicode_because}" if found.unicode_because else ""
    print(f"{found.segments} segment{'' if found.segments == 1 else 's'}, {found.units} units, {found.encoding}{because}")


# --- what they share --------------------------------------------------------------------------------------------------


def _campaigns(paths: list[str], flows: "Mapping[str, Flow]") -> "tuple[tuple[str, ...], tuple[Problem, ...]]":
    """The campaign files among these, and what is wrong with them beside these flows."""
    from flows.check import beside, campaigns_in
    from flows.check_campaign import load_campaign

    files = tuple(dict.fromkeys(file for path in paths for file in campaigns_in(path)))
    problems: list[Problem] = []
    for file in files:
        near = beside(Path(file))
        problems += load_campaign(Path(file), partial(_first_of, flows.get, near))[2]
    return files, tuple(problems)


def _first_of(first: "Find", second: "Find", name: str) -> "Flow | None":
    return first(name) or second(name)


def load(paths: list[str] | None, trial: "Trial | None" = None) -> "tuple[Mapping[str, Flow], tuple[Problem, ...], tuple[str, ...]]":
    """The flows by file, every problem, and the files that were looked at; ends with 1 where there is no file at all."""
    from flows.check import LIBRARY, files_in, is_campaign, load_all

    wanted = [path for path in paths or [str(LIBRARY)] if not is_campaign(Path(path))]
    if paths and not wanted:
        return {}, (), ()
    files = tuple(dict.fromkeys(file for path in wanted for file in files_in(path)))
    if not files:
        say(f"No flow (*.yaml) in {', '.join(wanted)}.", "red")
        raise typer.Exit(1)
    flows, problems = load_all(wanted, trial)
    return flows, problems, files


def _trial(examples: Mapping[str, tuple[str, ...]]) -> "list[Tried]":
    """Reads intents' examples by each other; without the encoder, nothing, and that is said."""
    from nlp.meaning.encoder import EncoderMissingError, load_encoder
    from nlp.meaning.trial import trial

    try:
        return trial(examples, load_encoder())
    except EncoderMissingError as problem:
        print(f"Intents were not looked at: {problem}.", file=sys.stderr)
        return []


def _rows() -> Iterator[Mapping[str, object]]:
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            print(f'line {number}: not a JSON object with a "text"', file=sys.stderr)
            raise typer.Exit(2)
        yield row


def _text_of(row: Mapping[str, object]) -> str:
    return str(row["text"])


def given(words: Sequence[str] | None) -> str:
    return " ".join(words) if words else sys.stdin.read().removesuffix("\n")


def plain(problem: "Problem") -> dict[str, object]:
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "step": problem.step,
        "severity": problem.severity.value,
        "code": problem.code,
        "what": problem.what,
        "how": problem.how,
    }


def _counts(n_files: int, n_errors: int, n_warnings: int) -> str:
    def counted(n: int, word: str) -> str:
        return f"{n} {word}{'' if n == 1 else 's'}"

    return f"{counted(n_files, 'flow')}: {counted(n_errors, 'error')}, {counted(n_warnings, 'warning')}"


def show(problems: "Iterable[Problem]") -> None:
    if not sys.stdout.isatty():
        for problem in problems:
            print(problem)
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for problem in problems:
        colour = "red" if problem.severity == "error" else "yellow"
        line = Text(f"{problem.file}:{problem.line}:{problem.column} ", style="dim")
        line.append(f'step "{problem.step}" ' if problem.step else "", style="bold")
        line.append(problem.what, style=colour)
        line.append(f" {problem.how}")
        console.print(line, soft_wrap=True)


def say(text: str, colour: str) -> None:
    if sys.stdout.isatty():
        typer.secho(text, fg=colour)
    else:
        print(text)
