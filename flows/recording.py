"""A conversation as a test of its flow: the lines that `parley test` plays, written as YAML; and a step as its author wrote it."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flows.events import Consent, Contact
from flows.nodes import Table, lines
from flows.parse import Source
from flows.simulation import FIRST_MOMENT, simulate
from flows.spans import span
from flows.state import Phase, State
from flows.types import Flow, Span
from nlp.types import Reader

_NOTHING: Mapping[str, str] = {}
_PLAIN = re.compile(r"[A-Za-z][\w. ]*(?<! )", re.ASCII)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a test. verb: user, bot, wait, staff, call, start, ... value: as JSON has it."""

    verb: str
    value: object


def said(texts: Iterable[str], unlike: Sequence[str] = ()) -> tuple[Line, ...]:
    """What the bot says. unlike: words that will not be the same in a test (a code, the brand): anything may stand there."""
    return tuple(Line("bot", _pattern(text, unlike)) for text in texts)


def replayed(
    flow: Flow, acts: Sequence[Line], reader: Reader, *, contact: Mapping[str, str] = _NOTHING, local: datetime = FIRST_MOMENT
) -> tuple[Line, ...]:
    """A test of what the contact did, with what the bot says to that in a test. local: when it began; contact: what was known."""
    known = Contact(key="test", zone="America/New_York", consent=Consent.IN, test=True)
    fields = {name: Consent(value) if name == "consent" else value for name, value in contact.items()}
    phone = simulate({flow.name: flow}, reader, replace(known, **fields), local=local)  # type: ignore[arg-type]  # fields of text
    made = [*([Line("contact", contact)] if contact else []), Line("at", f"{local:%Y-%m-%d %H:%M}")]
    for act in acts:
        match act.verb, act.value:
            case "wait", str(length):
                texts = phone.wait(span(length) or Span())
            case "user", str(words):
                texts = phone.text(words)
            case _:
                texts = phone.start(flow.name)
        made += [act, *said([text.text for text in texts], [phone.brand])]
    return (*made, *ending(phone.last.state if phone.last else None))


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
