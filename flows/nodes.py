"""A YAML file as nodes with their place. Every scalar is the string that was typed: `NO`, `on`, `010` and `12:30` stay what they are.

Built from libyaml's events, so that size, depth and aliases are refused before anything grows.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from flows.types import Problem

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20
MAX_NODES = 10_000
MAX_MESSAGE = 400

_COMMENT = re.compile("#[^\r\n\x85\u2028\u2029]*")
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # what libyaml counts as the end of a line


@dataclass(frozen=True, slots=True)
class Scalar:
    """line, column: 1-based. plain: typed without quotes."""

    text: str
    line: int
    column: int
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Listing:
    items: "tuple[Node, ...]"
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Table:
    """pairs: in the author's order, each key once."""

    pairs: "tuple[tuple[Scalar, Node], ...]"
    line: int
    column: int

    def get(self, name: str) -> "Node | None":
        return next((value for key, value in self.pairs if key.text == name), None)


Node = Scalar | Listing | Table


def compose(text: str, file: str) -> tuple[Node | None, tuple[Problem, ...]]:
    """The one document of a file, None where it cannot be read at all, and what is wrong with it."""
    composer = _Composer(file)
    try:
        return composer.document(text), tuple(composer.problems)
    except yaml.YAMLError as error:
        composer.problems.append(_syntax_problem(file, error, text))
    except _RefusedError as refused:
        composer.problems.append(refused.problem)
    return None, tuple(composer.problems)


@dataclass(frozen=True, slots=True)
class Comment:
    """text: from its # on. alone: nothing else stands on its line."""

    text: str
    line: int
    column: int
    alone: bool


def lines(text: str) -> list[str]:
    """The lines of a file, as its marks count them."""
    return _BREAK.split(text)


def comments(text: str) -> tuple[Comment, ...]:
    """The comments of a file, none of one that cannot be read. libyaml drops them: a # outside every scalar begins one."""
    try:
        marks = [(event.start_mark, event.end_mark) for event in _events(text) if isinstance(event, yaml.ScalarEvent)]
    except yaml.YAMLError:
        return ()
    scalars = [(start.index, end.index) for start, end in marks if start is not None and end is not None]
    found: list[Comment] = []
    begin_lines = [0, *(match.end() for match in _BREAK.finditer(text))]
    begins = [0, *(end for _, end in scalars)]
    ends = [*(start for start, _ in scalars), len(text)]
    for begin, end in zip(begins, ends, strict=True):
        for match in _COMMENT.finditer(text, begin, max(begin, end)):
            line = bisect_right(begin_lines, match.start())
            before = text[begin_lines[line - 1] : match.start()]
            found.append(Comment(match[0].rstrip(), line, len(before) + 1, alone=not before.strip()))
    return tuple(found)


def plain(node: Node) -> object:
    """The node as strings, lists and dicts."""
    match node:
        case Scalar(text=text):
            return text
        case Listing(items=items):
            return [plain(item) for item in items]
        case Table(pairs=pairs):
            return {key.text: plain(value) for key, value in pairs}


def typed(node: Node) -> Any:
    """The node as JSON has it: what is typed without quotes may be a number, true, false or null."""
    match node:
        case Scalar(text=text, plain=True):
            try:
                return json.loads(text)
            except ValueError:
                return text
        case Scalar(text=text):
            return text
        case Listing(items=items):
            return [typed(item) for item in items]
        case Table(pairs=pairs):
            return {key.text: typed(value) for key, value in pairs}


def one_line(text: str) -> str:
    """An author's words within a message: on one line, without control characters, not too long."""
    line = "".join(character if character.isprintable() else " " for character in text)
    return line if len(line) <= MAX_MESSAGE else f"{line[: MAX_MESSAGE // 2]} ... {line[-MAX_MESSAGE // 4 :]}"


class _RefusedError(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class _Composer:
    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.n_nodes = 0

    def document(self, text: str) -> Node | None:
        if len(text.encode("utf-8", "replace")) > MAX_BYTES:
            raise self.refused(1, 1, f"The file is larger than {MAX_BYTES // 1024} KiB.", "Split it into several flows.")
        surrogate = next((n for n, character in enumerate(text) if "\ud800" <= character <= "\udfff"), None)
        if surrogate is not None:
            line = text.count("\n", 0, surrogate) + 1
            raise self.refused(line, 1, "The file is not valid UTF-8 text.", "Save it as UTF-8.")
        events = _events(text)
        root: Node | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    line, column = _place(event)
                    raise self.refused(
                        line, column, "There is a second document in the file.", "Keep one flow per file; take the `---` away."
                    )
                root = self.node(next(events), events, 0)
        return root

    def node(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
        line, column = _place(event)
        self.n_nodes += 1
        if depth > MAX_DEPTH:
            raise self.refused(line, column, f"The file nests deeper than {MAX_DEPTH} levels.", "Write it flatter.")
        if self.n_nodes > MAX_NODES:
            raise self.refused(line, column, f"The file has more than {MAX_NODES:,} entries.", "Split it into several flows.")
        self.refuse_tricks(event, line, column)
        match event:
            case yaml.ScalarEvent():
                return Scalar(event.value, line, column, plain=not event.style)  # None, or an empty one from libyaml
            case yaml.SequenceStartEvent():
                return self.listing(events, line, column, depth)
            case yaml.MappingStartEvent():
                return self.table(events, line, column, depth)
            case _:
                raise AssertionError(f"libyaml gave {event!r} where a node begins")

    def listing(self, events: Iterator[yaml.Event], line: int, column: int, depth: int) -> Listing:
        items: list[Node] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self.node(event, events, depth + 1))
        return Listing(tuple(items), line, column)

    def table(self, events: Iterator[yaml.Event], line: int, column: int, depth: int) -> Table:
        pairs: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self.node(event, events, depth + 1)
            value = self.node(next(events), events, depth + 1)
            if not isinstance(key, Scalar):
                what = "Braces begin a table here, and its name is no text."
                raise self.refused(key.line, key.column, what, 'Put a text that begins with {{ in quotes: "{{ brand }} ...".')
            if key.text in pairs:
                first = pairs[key.text][0].line
                what = f"`{key.text}` is here twice, first on line {first}."
                self.problems.append(self.problem(key.line, key.column, what, "Give one of them another name, or take it away."))
            else:
                pairs[key.text] = (key, value)
        return Table(tuple(pairs.values()), line, column)

    def refuse_tricks(self, event: yaml.Event, line: int, column: int) -> None:
        if isinstance(event, yaml.AliasEvent):
            raise self.refused(
                line, column, f"`*{event.anchor}` refers to another place.", "Write the value out, or put it in quotes if it is a text."
            )
        if getattr(event, "anchor", None):
            raise self.refused(line, column, "`&` names a place in the file.", "Put the text in quotes.")
        if getattr(event, "tag", None):
            raise self.refused(line, column, "`!` gives a value a YAML type.", "Put the text in quotes.")

    def problem(self, line: int, column: int, what: str, how: str) -> Problem:
        return Problem(file=self.file, line=line, column=column, what=one_line(what), how=how)

    def refused(self, line: int, column: int, what: str, how: str) -> _RefusedError:
        return _RefusedError(self.problem(line, column, what, how))


def _events(text: str) -> Iterator[yaml.Event]:
    return iter(yaml.parse(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)))


def _place(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


_COLON = "mapping values are not allowed"
_KEY = "did not find expected key"
_AFTER_QUOTE = re.compile(r"""["']\s*$""")
_SYNTAX: tuple[tuple[tuple[str, ...], str, str], ...] = (
    ((_COLON,), "There is a second `: ` in this line.", 'Put the text in quotes: say: "Hours: 9 to 5".'),
    (
        ("tab", "cannot start any token"),
        "A character stands here that YAML does not allow.",
        "Indent by spaces, never by tabs, and put texts in quotes.",
    ),
    (("control characters", "special characters"), "The file has a control character in it.", "Delete it."),
    (
        ("unknown escape character",),
        "A backslash in double quotes begins a special character, and this is none.",
        "Write two of them, or put the text in single quotes.",
    ),
    (("unexpected end of stream",), "A quote or a bracket is never closed.", "Close it; look at the lines above, too."),
    (
        (_KEY, "expected <block end>", "expected ',' or '}'", "expected ',' or ']'"),
        "The line does not fit the lines above it.",
        "Check the indentation, commas and brackets, and put texts in quotes.",
    ),
    (("expected ':'",), "The line has no colon.", "Write a name, a colon and a space: say: ..."),
)


def _syntax_problem(file: str, error: yaml.YAMLError, text: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
    usual = f"This is not YAML: {said}.", "Check the indentation, and put texts in quotes."
    what, how = next(((what, how) for words, what, how in _SYNTAX if any(word in said for word in words)), usual)
    if _COLON in said and (lacking := _line_without_colon(lines(text)[: line - 1])):
        line, column, what, how = lacking, 1, "The line has no colon with a space after it.", "Write a name, a colon and a space: say: ..."
    if _KEY in said and _AFTER_QUOTE.search(lines(text)[line - 1][: column - 1]):
        what = "Something stands after the closing quote."
        how = """Put the whole text in quotes; one with an apostrophe in double ones: "It's on us"."""
    return Problem(file=file, line=line, column=column, what=what, how=how)


def _line_without_colon(above: list[str]) -> int:
    """The last line that says something, if it has no colon before a space; else 0."""
    last = next((n for n in range(len(above), 0, -1) if above[n - 1].strip() and not above[n - 1].lstrip().startswith("#")), 0)
    return last if last and not re.search(r":(?:\s|$)", above[last - 1].strip()) else 0
