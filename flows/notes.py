"""What an author wrote, asked for by kind: every answer is usable, and what was wrong with it is noted with its place."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import time
from difflib import get_close_matches
from functools import partial
from typing import TypeVar

from flows.advice import Advice
from flows.expressions import Expression, ExpressionError, Template, compile_expression, compile_template
from flows.nodes import Listing, Node, Scalar, Table, one_line
from flows.spans import clock, span
from flows.types import Problem, Severity, Span

_LONGEST = 60
_TRUE = {"true", "yes", "on"}
_FALSE = {"false", "no", "off"}

_OTHER_WORDS = {
    **dict.fromkeys(("text", "message", "send", "reply"), "say"),
    **dict.fromkeys(("question", "prompt"), "ask"),
    **dict.fromkeys(("next", "goto"), "go"),
    **dict.fromkeys(("choice", "choices", "number", "rating", "nps", "yes_no", "date", "pattern", "kind"), "expect"),
    **dict.fromkeys(("keyword", "keywords", "event", "schedule"), "triggers"),
    **dict.fromkeys(("name", "id"), "flow"),
    **dict.fromkeys(("delay", "sleep", "pause"), "wait"),
    "otherwise": "else",
    "fallback": "else",
    "when": "if",
    "then": "to",
}
_MISPLACED = {
    "in a flow": "A step stands below `steps`, two spaces further in.",
    "in a step": "A step of its own stands straight below `steps`, as far in as the others.",
}
_NO_SPACE = re.compile(r"\w+:\S", re.ASCII)

T = TypeVar("T", Expression, Template)

Fields = Mapping[str, tuple[Scalar, Node]]


@dataclass(slots=True)
class Notes:
    """Collects problems while a file is read. step: the one being read, for the messages."""

    file: str
    step: str = ""
    problems: list[Problem] = field(default_factory=list)

    def error(self, node: Node, what: str, how: str = "") -> None:
        self._note(node, what, how, Severity.ERROR, "")

    def warning(self, node: Node, code: Advice, what: str, how: str = "") -> None:
        self._note(node, what, how, Severity.WARNING, code.value)

    def _note(self, node: Node, what: str, how: str, severity: Severity, code: str) -> None:
        place = {"file": self.file, "step": one_line(self.step)}
        said = {"what": one_line(what), "how": one_line(how)}
        self.problems.append(Problem(**place, **said, line=node.line, column=node.column, severity=severity, code=code))

    # --- tables and lists

    def table(self, node: Node, what: str, how: str) -> Table:
        """The table, an empty one where there is none."""
        if isinstance(node, Table):
            return node
        if isinstance(node, Listing):
            how += " Dashes and square brackets make a list: take them away."
        elif isinstance(node, Scalar) and _NO_SPACE.match(node.text):
            how = "Put a space after the colon."
        self.error(node, f"{what} must be a table of names and values.", how)
        return Table((), node.line, node.column)

    def fields(self, table: Table, known: Collection[str], where: str) -> Fields:
        """The table's entries by name; unknown ones are noted and left out."""
        found: dict[str, tuple[Scalar, Node]] = {}
        for key, value in table.pairs:
            if key.text in known:
                found[key.text] = (key, value)
            else:
                how = _MISPLACED.get(where, "") if isinstance(value, Table) else ""
                self.error(key, f"`{key.text}` is not known {where}.", _meant(key.text, known) or how or suggest(key.text, known))
        return found

    def listing(self, node: Node) -> tuple[Node, ...]:
        """The items of a list; one thing by itself is a list of one."""
        if isinstance(node, Listing):
            return node.items
        return () if isinstance(node, Scalar) and not node.text else (node,)

    # --- scalars

    def word(self, node: Node, what: str, how: str) -> str:
        """A text that is there, trimmed; "" where there is none."""
        if isinstance(node, Scalar) and node.text.strip():
            return node.text.strip()
        self.error(node, f"{what} is missing." if isinstance(node, Scalar) else f"{what} must be a single text.", how)
        return ""

    def words(self, node: Node, what: str, how: str) -> tuple[str, ...]:
        """One or more texts."""
        items = self.listing(node)
        if not items:
            self.error(node, f"{what} is missing.", how)
        return tuple(word for item in items if (word := self.word(item, what, how)))

    def flag(self, node: Node, what: str, *, default: bool) -> bool:
        text = node.text.strip().lower() if isinstance(node, Scalar) else ""
        if text not in _TRUE | _FALSE:
            self.error(node, f"`{what}` is neither true nor false.", f"Write `{what}: true` or `{what}: false`.")
            return default
        return text in _TRUE

    def number(self, node: Node, what: str) -> float | None:
        text = node.text.strip() if isinstance(node, Scalar) else ""
        try:
            number = float(text) if text.isascii() and "_" not in text else float("nan")
        except ValueError:
            number = float("nan")
        if not abs(number) < 1e12:
            self.error(node, f"`{what}` must be a number.", f"Write digits, as in `{what}: 5`.")
            return None
        return int(number) if number.is_integer() else number

    def duration(self, node: Node, what: str) -> Span | None:
        made = span(node.text) if isinstance(node, Scalar) else None
        if made is None:
            self.error(node, f"`{what}` is not a duration.", "Write a number and a unit: 30m, 2h, 3d or 2w.")
        return made

    def positive_duration(self, node: Node, what: str) -> Span | None:
        made = self.duration(node, what)
        if made is not None and (made.days < 0 or made.seconds < 0 or made == Span()):
            self.error(node, f"`{what}` must be longer than nothing.", "Write a number and a unit: 30m, 2h, 3d or 2w.")
            return None
        return made

    def clock(self, node: Node, what: str) -> time | None:
        made = clock(node.text) if isinstance(node, Scalar) else None
        if made is None:
            self.error(node, f"`{what}` is not a time of day.", 'Write hours and minutes, as in "09:00" or "18:30".')
        return made

    def expression(self, node: Node, what: str) -> Expression | None:
        text = self.word(node, f"`{what}`", f'Write a condition, as in {what}: "answers.rating >= 4".')
        return self._compiled(node, text, compile_expression) if text else None

    def template(self, node: Node, what: str, how: str, *, secrets: bool = False) -> Template:
        """The compiled text; an empty one where it cannot be used. secrets: it may name some."""
        text = self.word(node, what, how)
        compiled = partial(compile_template, with_secrets=secrets)
        return (self._compiled(node, text, compiled) if text else None) or compile_template("")

    def _compiled(self, node: Node, text: str, compiled: Callable[[str], T]) -> T | None:
        try:
            return compiled(text)
        except ExpressionError as error:
            self.error(node, error.what, error.how)
            return None


def _meant(word: str, known: Collection[str]) -> str:
    """ "Did you mean ...?" for a near miss or another word for the same."""
    near = suggest(word, known)
    other = _OTHER_WORDS.get(word.strip().lower().replace(" ", "_"), "")
    return f"Did you mean `{other}`?" if other in known else near if near.startswith("Did you") else ""


def suggest(word: str, known: Collection[str]) -> str:
    """ "Did you mean ...?" for a name that is not among the known ones, else all of them where they are few."""
    likely = [name for name in known if len(name) <= _LONGEST] if len(word) <= _LONGEST else []  # comparing long words takes long
    close = get_close_matches(word.strip().lower(), likely, n=1, cutoff=0.6)
    if close:
        return f"Did you mean `{close[0]}`?"
    return f"Known are: {', '.join(known)}." if known and len(known) <= 24 else ""
