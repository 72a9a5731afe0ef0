"""The grammar of `if`, `until` and `{{ }}`: Jinja reads it, an allow-list turns it into the nodes below, and all else is refused.

Nothing here is ever compiled to Python; flows.evaluate walks these nodes.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import NoReturn

from jinja2 import nodes

from flows.spans import span

MAX_DEPTH = 20
MAX_NODES = 100
MAX_NUMBER = 10**12

FUNCTIONS = {"secret": (1, 1), "link": (1, 1), "span": (1, 1), "date": (1, 1), "plural": (3, 3)}
"""Functions and how many arguments they take, fewest and most."""

FILTERS = {
    "capitalize": (0, 0),
    "date": (0, 1),
    "default": (1, 1),
    "first": (0, 0),
    "join": (0, 1),
    "last": (0, 0),
    "length": (0, 0),
    "lower": (0, 0),
    "number": (0, 0),
    "percent": (0, 0),
    "round": (0, 1),
    "time": (0, 0),
    "title": (0, 0),
    "trim": (0, 0),
    "upper": (0, 0),
}
"""Filters and how many arguments they take beside the value, fewest and most."""

_SECRET = re.compile(r"[A-Z][A-Z0-9_]{0,39}", re.ASCII)
DATE_STYLES = ("short", "medium", "long", "full", "weekday")

_INSTEAD: dict[type[nodes.Node], tuple[str, str]] = {
    nodes.Getitem: ("Square brackets", "Write a dot and the name, as in answers.rating."),
    nodes.CondExpr: ("`if ... else`", "Use `or` for a default, or a `branch` step."),
    nodes.Concat: ("`~`", "Write two placeholders beside each other: {{ a }}{{ b }}."),
    nodes.Test: ("`is`", "Compare with == or !=, as in answers.rating == none."),
    nodes.Mul: ("`*`", "Only + and - are there."),
    nodes.Div: ("`/`", "Only + and - are there."),
    nodes.FloorDiv: ("`//`", "Only + and - are there."),
    nodes.Mod: ("`%`", "Only + and - are there."),
    nodes.Pow: ("`**`", "Only + and - are there."),
    nodes.Dict: ("Curly braces", "Use a name, a number or a text in quotes."),
    nodes.Slice: ("Square brackets", "Write a dot and the name, as in answers.rating."),
}


class ExpressionError(Exception):
    """An expression or template that an author may not write. offset: 0-based place in the source, as near as is known."""

    def __init__(self, what: str, how: str = "", offset: int = 0) -> None:
        super().__init__(f"{what} {how}".strip())
        self.what = what
        self.how = how
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Constant:
    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Path:
    """A dotted name: ("answers", "rating")."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Items:
    items: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Comparison:
    """a < b <= c: every neighbouring pair must hold. Operators are Jinja's names: eq, ne, gt, gteq, lt, lteq, in, notin."""

    first: "Node"
    rest: "tuple[tuple[str, Node], ...]"


@dataclass(frozen=True, slots=True)
class Both:
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Either:
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Negation:
    node: "Node"


@dataclass(frozen=True, slots=True)
class Sum:
    """left + right; `minus` for left - right."""

    left: "Node"
    right: "Node"
    minus: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    name: str
    arguments: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Share:
    """poll.<step>.share(option): the option's part of the votes, in [0, 1]."""

    poll: Path
    option: "Node"


@dataclass(frozen=True, slots=True)
class Filtered:
    node: "Node"
    name: str
    arguments: "tuple[Node, ...]"


Node = Constant | Path | Items | Comparison | Both | Either | Negation | Sum | Function | Share | Filtered


def translate(tree: nodes.Node) -> Node:
    """Our nodes for a Jinja expression. Raises ExpressionError for whatever is not on the list."""
    return _Translator().node(tree, 0)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below."""
    match node:
        case Constant() | Path():
            return ()
        case Items(items=items):
            return items
        case Comparison(first=first, rest=rest):
            return (first, *(right for _, right in rest))
        case Both(left=left, right=right) | Either(left=left, right=right) | Sum(left=left, right=right):
            return (left, right)
        case Negation(node=inner):
            return (inner,)
        case Function(arguments=arguments):
            return arguments
        case Share(poll=poll, option=option):
            return (poll, option)
        case Filtered(node=inner, arguments=arguments):
            return (inner, *arguments)


def paths(node: Node) -> tuple[tuple[str, ...], ...]:
    """Every dotted name that the expression uses, in order, once each."""
    found: dict[tuple[str, ...], None] = {}
    if isinstance(node, Path):
        found[node.parts] = None
    for child in children(node):
        found.update(dict.fromkeys(paths(child)))
    return tuple(found)


def bare_path(node: Node) -> tuple[str, ...] | None:
    """The dotted name that is printed without a default, None where there is a default or more than a name."""
    while isinstance(node, Filtered) and node.name != "default":
        node = node.node
    return node.parts if isinstance(node, Path) else None


def _refuse(what: str, how: str = "") -> NoReturn:
    raise ExpressionError(what, how)


class _Translator:
    """Walks a Jinja tree once, counting what it has seen so that no expression grows without bound."""

    def __init__(self) -> None:
        self.seen = 0

    def node(self, tree: nodes.Node, depth: int) -> Node:
        self.seen += 1
        if depth > MAX_DEPTH or self.seen > MAX_NODES:
            _refuse("The expression is too long or too deeply nested.", "Split it over several `branch` rules.")
        deeper = depth + 1
        match tree:
            case nodes.Const(value=value):
                return _constant(value)
            case nodes.TemplateData(data=data):
                return Constant(data)
            case nodes.Name() | nodes.Getattr():
                return _path(tree)
            case nodes.List(items=items) | nodes.Tuple(items=items):
                return Items(tuple(self.node(item, deeper) for item in items))
            case nodes.Compare(expr=first, ops=ops):
                return Comparison(self.node(first, deeper), tuple((op.op, self.node(op.expr, deeper)) for op in ops))
            case nodes.And(left=left, right=right):
                return Both(self.node(left, deeper), self.node(right, deeper))
            case nodes.Or(left=left, right=right):
                return Either(self.node(left, deeper), self.node(right, deeper))
            case nodes.Not(node=inner):
                return Negation(self.node(inner, deeper))
            case nodes.Add(left=left, right=right):
                return _sum(self.node(left, deeper), self.node(right, deeper), minus=False)
            case nodes.Sub(left=left, right=right):
                return _sum(self.node(left, deeper), self.node(right, deeper), minus=True)
            case nodes.Neg(node=inner):
                return Sum(Constant(0), self.node(inner, deeper), minus=True)
            case nodes.Pos(node=inner):
                return self.node(inner, deeper)
            case nodes.Filter():
                return self.filtered(tree, deeper)
            case nodes.Call():
                return self.call(tree, deeper)
            case _:
                pass
        name, how = _INSTEAD.get(
            type(tree), (f"`{type(tree).__name__.lower()}`", "Use names, comparisons, and/or/not, +, - and the listed filters.")
        )
        _refuse(f"{name} cannot be used here.", how)

    def filtered(self, tree: nodes.Filter, depth: int) -> Node:
        if tree.name not in FILTERS:
            _refuse(f"There is no filter `{tree.name}`.", _near(tree.name, FILTERS) or f"There are: {', '.join(FILTERS)}.")
        if tree.node is None:
            _refuse(f"`{tree.name}` has nothing to work on.", "Write a value before the bar, as in {{ answers.day | date }}.")
        arguments = self.arguments(tree, FILTERS[tree.name], f"| {tree.name}", depth)
        if tree.name == "date" and arguments and arguments[0] not in [Constant(style) for style in DATE_STYLES]:
            _refuse("`date` does not know this style.", f"Styles are: {', '.join(repr(style) for style in DATE_STYLES)}.")
        if tree.name == "round" and arguments and arguments[0] not in [Constant(n) for n in range(7)]:
            _refuse("`round` takes a number of decimals from 0 to 6.", "Write {{ answers.price | round(2) }}.")
        return Filtered(self.node(tree.node, depth), tree.name, arguments)

    def call(self, tree: nodes.Call, depth: int) -> Node:
        if isinstance(tree.node, nodes.Getattr) and tree.node.attr == "share":
            poll = _path(tree.node.node)
            if poll.parts[0] != "poll" or len(poll.parts) != 2:
                _refuse("`.share` is for polls.", "Write poll.<step>.share('option').")
            return Share(poll, self.arguments(tree, (1, 1), ".share", depth)[0])
        if not isinstance(tree.node, nodes.Name) or tree.node.name not in FUNCTIONS:
            called = tree.node.name if isinstance(tree.node, nodes.Name) else "."
            named = f"`{called}()`" if called != "." else "This call"
            how = _near(called, FUNCTIONS) or f"Functions are: {', '.join(FUNCTIONS)} and poll.<step>.share."
            _refuse(f"{named} is not a function that can be called.", how)
        name = tree.node.name
        return _function(name, self.arguments(tree, FUNCTIONS[name], name, depth))

    def arguments(self, tree: nodes.Call | nodes.Filter, count: tuple[int, int], name: str, depth: int) -> tuple[Node, ...]:
        if tree.kwargs or tree.dyn_args is not None or tree.dyn_kwargs is not None:
            _refuse(f"`{name}` takes plain values only.", "Write the values without names or stars.")
        fewest, most = count
        if not fewest <= len(tree.args) <= most:
            wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
            _refuse(f"`{name}` takes {wanted} value(s) in brackets, not {len(tree.args)}.")
        return tuple(self.node(argument, depth) for argument in tree.args)


def _near(word: str, known: Collection[str]) -> str:
    close = get_close_matches(word.lower(), known, n=1, cutoff=0.6) if len(word) < 40 else []
    return f"Did you mean `{close[0]}`?" if close else ""


def _constant(value: object) -> Constant:
    match value:
        case None | bool():
            return Constant(value)
        case str():
            if any("\ud800" <= character <= "\udfff" for character in value):
                _refuse("A text has half a character in it.", "Type the character itself instead of an escape.")
            return Constant(value)
        case int() | float():
            if not abs(value) <= MAX_NUMBER:  # nan is not within bounds either
                _refuse("The number is too large.", f"Stay below {MAX_NUMBER:,}.")
            return Constant(value)
        case _:
            _refuse("This constant cannot be used.", "Use a number or a text in quotes.")


def _path(tree: nodes.Node) -> Path:
    parts: list[str] = []
    while isinstance(tree, nodes.Getattr):
        parts.append(tree.attr)
        tree = tree.node
        if len(parts) > 6:
            _refuse("The dotted name is too long.")
    if not isinstance(tree, nodes.Name):
        _refuse("A dot must follow a name.", "Write answers.rating, or a filter as in {{ contact.first_name | upper }}.")
    parts.append(tree.name)
    hidden = next((part for part in parts if part.startswith("_")), None)
    if hidden is not None:
        _refuse(f"`{hidden}` is not a name that can be used.", "Use contact, answers, reply, coupon or poll and one of their fields.")
    return Path(tuple(reversed(parts)))


def _sum(left: Node, right: Node, *, minus: bool) -> Sum:
    for side in (left, right):
        if isinstance(side, Constant) and not (isinstance(side.value, int | float) and not isinstance(side.value, bool)):
            _refuse(
                "`+` and `-` work on numbers, dates and spans only.",
                "Write two placeholders beside each other, or span('2d') for a duration.",
            )
    return Sum(left, right, minus)


def _function(name: str, arguments: Sequence[Node]) -> Node:
    first = arguments[0].value if isinstance(arguments[0], Constant) else None
    if name == "link" and not (
        isinstance(first, str) and first.startswith(("https://", "http://")) and not any(c.isspace() for c in first)
    ):
        _refuse("`link` takes a whole address in quotes.", "Write link('https://example.com/offer').")
    if name == "span" and not (isinstance(first, str) and span(first) is not None):
        _refuse("`span` takes a duration in quotes.", "Write span('30m'), span('2h'), span('3d') or span('2w').")
    if name == "date" and isinstance(first, str) and not _is_day(first):
        _refuse("`date` takes a day that there is.", "Write year, month and day: date('2026-12-24').")
    if name == "secret" and not (isinstance(first, str) and _SECRET.fullmatch(first)):
        _refuse("`secret` takes the name of a secret in quotes.", "Write secret('STOCK_KEY'): capital letters, digits and _.")
    return Function(name, tuple(arguments))


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text.strip()[:10])
    except ValueError:
        return False
    return re.match(r"\s*\d{4}-\d\d-\d\d", text, re.ASCII) is not None  # Python reads more forms than a flow has


def links(node: Node) -> tuple[str, ...]:
    """The targets of the links in the expression, in order."""
    match node:
        case Function(name="link", arguments=(Constant(value=str() as target),)):
            return (target,)
        case _:
            return tuple(target for child in children(node) for target in links(child))


def secrets(node: Node) -> bool:
    """Whether a secret stands anywhere in the expression."""
    return (isinstance(node, Function) and node.name == "secret") or any(secrets(child) for child in children(node))
