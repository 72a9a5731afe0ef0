"""`parley read`, `eval` and `intents eval`: what Parley reads in a text, and how well. None needs a database or an account."""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.authoring import Words, given, load

if TYPE_CHECKING:
    from bot.cli.rows import Rows

commands = typer.Typer()
intents = typer.Typer(help="The intents of a flow.", no_args_is_help=True)
commands.add_typer(intents, name="intents")


@commands.command()
def read(
    text: Words = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help='Read lines of {"text": ...} and answer each with a line of JSON.')] = False,
    expect: Annotated[str, typer.Option("--expect", help="What the reply may be, as in a flow: yes_no, or {number: {min: 1}}.")] = "",
    question: Annotated[str, typer.Option("--question", help="The question that the text answers.")] = "",
    explain: Annotated[bool, typer.Option("--explain", help="Say in words what decided, and why.")] = False,
) -> None:
    """Show what Parley reads in a text: its value, consent, intent, topic and sentiment, and why."""
    from bot.cli.rows import RowError, Rows, expected

    try:
        default = expected(expect) if expect else None
    except RowError as error:
        raise typer.BadParameter(str(error)) from None
    rows = Rows(default=default, question=question)
    if jsonl:
        for line in sys.stdin.buffer:
            if line.strip():
                print(json.dumps(_answered(rows, line)), flush=True)
        return
    row = {"text": given(text)}
    if explain:
        print("\n".join(rows.explained(row)))
    else:
        print(json.dumps(rows.answer(row), ensure_ascii=False, indent=2))


@commands.command("eval")
def evaluate(
    folder: Annotated[Path | None, typer.Argument(help="Labelled sets (*.jsonl). Default: the standard input.", exists=True)] = None,
    misses: Annotated[bool, typer.Option("--misses", help="Print what was read wrongly.")] = False,
) -> None:
    """Tell how well texts are read: of labelled sets, or of lines as of `read --jsonl` with what is wanted, as in "want": {"value": 3}."""
    if folder is not None:
        _measure(folder)
        return
    from bot.cli.rows import Rows

    rows = Rows()
    asked: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        answer = _answered(rows, line)
        wanted = _wanted(line)
        if "error" in answer or not wanted:
            print(f"line {number}: {answer.get('error') or 'it says nothing to want'}", file=sys.stderr)
            raise typer.Exit(2)
        for name, value in wanted.items():
            asked[name] += 1
            if answer.get(name) == value:
                right[name] += 1
            elif misses:
                print(f"line {number}: {name} is {answer.get(name)!r}, not {value!r} ({answer['because']})")
    if not asked:
        print('No line with a "want": nothing was measured.', file=sys.stderr)
        raise typer.Exit(1)
    for name, n in sorted(asked.items()):
        print(f"{name}: {right[name]} of {n} right ({right[name] / n:.1%})")


def _measure(folder: Path) -> None:
    from bot.cli.measuring import TimedReader, measure, memory
    from bot.cli.sets import SetError, sets_in

    timed = TimedReader()
    timed.warm()
    try:
        for one in sets_in(folder):
            for line in measure(one, timed):
                print(line, flush=True)
    except SetError as problem:
        print(problem, file=sys.stderr)
        raise typer.Exit(2) from None
    print(memory())


@intents.command("eval")
def evaluate_intents(
    flow: Annotated[str, typer.Argument(help="A flow's file.")],
) -> None:
    """Tell how well the examples of a flow's intents hold together: each is read by what was learned from the others."""
    from nlp.meaning.encoder import EncoderMissingError, load_encoder
    from nlp.meaning.trial import trial

    flows, _, _ = load([flow])
    examples = {name: texts for one in flows.values() for name, texts in one.intents.items()}
    if not examples:
        print(f"{flow} has no intents.", file=sys.stderr)
        raise typer.Exit(1)
    try:
        tried = trial(examples, load_encoder())
    except EncoderMissingError as problem:
        print(f"Intents cannot be read: {problem}.", file=sys.stderr)
        raise typer.Exit(1) from None
    for name in examples:
        own = [one for one in tried if one.label == name]
        n_right = sum(one.guess == name for one in own)
        print(f"{name}: {n_right} of {len(own)} examples are understood from the others")
    _print_lines(f'  "{one.text}" ({one.label}) is nearer to {one.guess}: "{one.example}"' for one in tried if one.guess != one.label)
    _print_lines(f'  "{one.text}" ({one.label}) is unlike all others: nobody may be understood by it' for one in tried if one.lonely)


@intents.command("offered")
def offered_examples(
    flow: Annotated[str, typer.Argument(help="The flow's name.")],
) -> None:
    """Print the texts that staff say were read wrongly, as YAML to put under the flow's `intents:`."""
    from bot.cli.people import store
    from models import correction

    base = store()
    with base.read() as db:
        rows = correction.offered(db, flow)
    base.close()
    meant: dict[str, list[str]] = {}
    for row in rows:
        name = (row.meant or "").removeprefix(f"{flow}/")
        meant.setdefault(name, []).append(row.body)
    for name, bodies in sorted(meant.items()):
        print(f"  {name}:" if name else "  # none of the intents, though read as one:")
        for body in bodies:
            print(f"{'    ' if name else '  # '}- {json.dumps(body, ensure_ascii=False)}")
    if not rows:
        print("No text of this flow was corrected.", file=sys.stderr)


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def _answered(rows: "Rows", line: bytes) -> Mapping[str, object]:
    """The answer to one line; what is wrong with the line is the answer where no other can be given."""
    from bot.cli.rows import RowError

    try:
        return rows.answer(_parsed(line))
    except RowError as error:
        return {"error": str(error)}


def _parsed(line: bytes) -> object:
    from bot.cli.rows import RowError

    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        raise RowError("it is no line of JSON") from None


def _wanted(line: bytes) -> dict[str, object]:
    row = _parsed(line)
    wanted = row.get("want") if isinstance(row, dict) else None
    return wanted if isinstance(wanted, dict) else {}
