"""A conversation as a test of its flow: the lines that `parley test` plays, written as YAML; and a step as its author wrote it."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flows.nodes import Table, lines
from flows.parse import Source
from flows.state import Phase, State

_PLAIN = re.compile(r"[A-Za-z][\w. ]*(?<! )", re.ASCII)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a test. verb: user, bot, wait, staff, call, start, ... value: as JSON has it."""

    verb: str
    value: object


def said(texts: Iterable[str], unlike: Sequence[str] = ()) -> tuple[Line, ...]:
    """What the bot says. unlike: words that will not be the same in a test (a code, the brand): anything may stand there."""
    return tuple(Line("bot", _pattern(text, unlike)) for text in texts)


def ending(state: State | None) -> tuple[Line, ...]:
    """What is true in the end: the answers, and how the conversation stands."""
    if state is None:
        return ()
    facts: dict[str, object] = {f"answers.{name}": value for name, value in state.answers.items()}
    if state.phase is Phase.ENDED:
        facts |= {"ended": True, "outcome": state.outcome}
    elif not state.frames:
        facts["step"] = state.at
    return (Line("expect", facts),)


def as_test(name: str, played: Sequence[Line]) -> str:
    """The test as it stands below `tests:`."""
    return "".join([f"  {_written(name)}:\n", *(f"    - {{{line.verb}: {_written(line.value)}}}\n" for line in played)])


def step_lines(text: str, source: Source, name: str) -> tuple[tuple[int, str], ...]:
    """A step as it is written, each line with its number (from 1); none where there is no such step."""
    steps = source.at("steps")
    key = next((key for key, _ in steps.pairs if key.text == name), None) if isinstance(steps, Table) else None
    if key is None:
        return ()
    written = lines(text)
    last = key.line
    for number in range(key.line + 1, len(written) + 1):
        line = written[number - 1]
        if line.strip() and len(line) - len(line.lstrip()) < key.column:
            break
        if line.strip():
            last = number
    return tuple((number, written[number - 1]) for number in range(key.line, last + 1))


def _pattern(text: str, unlike: Sequence[str]) -> str:
    for word in sorted((word for word in unlike if word), key=len, reverse=True):
        text = text.replace(word, "*")
    return " ".join(text.replace("|", "*").split())  # `|` would separate alternatives


def _written(value: object) -> str:
    """A value in one line of YAML: JSON is YAML, and what it cannot mistake stands without quotes."""
    match value:
        case Mapping():
            return "{" + ", ".join(f"{_written(key)}: {_written(inner)}" for key, inner in value.items()) + "}"
        case str() if _PLAIN.fullmatch(value) and value.lower() not in ("true", "false", "null"):
            return value
        case _:
            said = json.dumps(value, ensure_ascii=False)
            return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in said)
