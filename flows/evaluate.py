"""Walks an expression's nodes over plain values. It never raises for what a contact's data may hold: what cannot be computed is missing.

Missing is None. A comparison with something missing is False (`== none` aside), and so is one of two kinds that do not
compare; a sum of what does not add up is missing. Data is only ever looked up in mappings, never by Python attributes.
"""

import operator
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flows.filters import apply
from flows.spans import span, total_seconds
from flows.syntax import MAX_NUMBER, Both, Comparison, Constant, Either, Filtered, Function, Items, Negation, Node, Path, Share, Sum
from flows.types import PollCounts, Secret, Span

Names = Mapping[str, object]

_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII)
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)
_ORDER: dict[str, Callable[[Any, Any], bool]] = {"gt": operator.gt, "gteq": operator.ge, "lt": operator.lt, "lteq": operator.le}


def evaluate(node: Node, names: Names) -> object:
    """The value of an expression; None for what is missing."""
    match node:
        case Constant(value=value):
            return value
        case Path(parts=parts):
            return _look_up(parts, names)
        case Items(items=items):
            return tuple(evaluate(item, names) for item in items)
        case Comparison():
            return _compare_all(node, names)
        case Both(left=left, right=right):
            return evaluate(left, names) and evaluate(right, names)
        case Either(left=left, right=right):
            return evaluate(left, names) or evaluate(right, names)
        case Negation(node=inner):
            return not evaluate(inner, names)
        case Sum(left=left, right=right, minus=minus):
            return _sum(evaluate(left, names), evaluate(right, names), minus=minus)
        case Function(name=name, arguments=arguments):
            return _call(name, [evaluate(argument, names) for argument in arguments], names)
        case Share(poll=poll, option=option):
            return _share(evaluate(poll, names), evaluate(option, names))
        case Filtered(node=inner, name=name, arguments=arguments):
            return _filter(name, evaluate(inner, names), [evaluate(argument, names) for argument in arguments], names)


def _filter(name: str, value: object, arguments: list[object], names: Names) -> object:
    language = names.get("language")
    if name in ("date", "time"):
        value = (_as_time(value) if name == "time" else None) or as_date(value)
    return apply(name, value, arguments, language if isinstance(language, str) else "en")


def as_date(value: object) -> date | None:
    """A date or datetime as it is, an ISO text as what it says, None for anything else."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _ISO.fullmatch(value.strip()):
        return None
    try:
        text = value.strip()
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        return None


def _as_time(value: object) -> time | None:
    """A time of day as `expect: time` keeps it ("19:30"); None for anything else."""
    if not isinstance(value, str) or not _TIME.fullmatch(value.strip()):
        return None
    return time.fromisoformat(value.strip())


def _look_up(parts: tuple[str, ...], names: Names) -> object:
    value: object = names
    for part in parts:
        match value:
            case Mapping():
                value = value.get(part)
            case PollCounts():
                value = _of_poll(value, part)
            case _:
                return None
    return value


def _of_poll(poll: PollCounts, part: str) -> object:
    match part:
        case "leader":
            return poll.leader
        case "counts":
            return poll.counts
        case "total":
            return sum(poll.counts.values())
        case _:
            return None


def _share(poll: object, option: object) -> float | None:
    if not isinstance(poll, PollCounts) or not isinstance(option, str):
        return None
    total = sum(poll.counts.values())
    return poll.counts.get(option, 0) / total if total else None


def _call(name: str, arguments: list[object], names: Names) -> object:
    first = arguments[0]
    match name:
        case "link":
            links = names.get("links")
            return links.get(first, first) if isinstance(links, Mapping) else first
        case "secret":
            return Secret(str(first))
        case "span":
            return span(first) if isinstance(first, str) else None
        case "date":
            return as_date(first)
        case "plural":
            return arguments[1] if first in (1, "1") and not isinstance(first, bool) else arguments[2]
        case _:
            raise AssertionError(f"the grammar let {name}() through")


# --- comparisons ------------------------------------------------------------------------------------------------------


def _compare_all(node: Comparison, names: Names) -> bool:
    left_node, left = node.first, evaluate(node.first, names)
    for name, right_node in node.rest:
        right = evaluate(right_node, names)
        with_none = Constant(None) in (left_node, right_node)
        if not _compare(name, left, right, with_none=with_none):
            return False
        left_node, left = right_node, right
    return True


def _compare(name: str, left: object, right: object, *, with_none: bool) -> bool:
    match name:
        case "eq":
            return _equal(left, right)
        case "ne":
            return not _equal(left, right) if with_none else left is not None and right is not None and not _equal(left, right)
        case "in":
            return _contains(right, left)
        case "notin":
            return left is not None and not _contains(right, left)
        case _:
            pair = _comparable(left, right)
            return pair is not None and _ORDER[name](*pair)


def _equal(left: object, right: object) -> bool:
    if left is None or right is None:
        return left is right
    pair = _comparable(left, right)
    if pair is not None:
        return pair[0] == pair[1]
    return type(left) is type(right) and left == right


def _contains(haystack: object, needle: object) -> bool:
    if needle is None:
        return False
    match haystack:
        case str():
            return isinstance(needle, str) and needle in haystack
        case list() | tuple() | set() | frozenset() | Mapping():
            return any(_equal(item, needle) for item in haystack)
        case _:
            return False


def _comparable(left: object, right: object) -> tuple[object, object] | None:
    """Both as values of one ordered kind, None where they are of two: then neither is less, more or equal."""
    if _is_number(left) and _is_number(right):
        return left, right
    if isinstance(left, Span) and isinstance(right, Span):
        return total_seconds(left), total_seconds(right)
    if isinstance(left, str) and isinstance(right, str):
        return left, right
    if isinstance(left, date) or isinstance(right, date):
        return _same_clock(as_date(left), as_date(right))
    return None


def _same_clock(left: date | None, right: date | None) -> tuple[date, date] | None:
    """Two days where one is a plain day, else two times: with zones only where both have one."""
    if left is None or right is None:
        return None
    if not isinstance(left, datetime) or not isinstance(right, datetime):
        return _day(left), _day(right)
    if left.tzinfo is None or right.tzinfo is None:
        return left.replace(tzinfo=None), right.replace(tzinfo=None)
    return left, right


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


# --- sums -------------------------------------------------------------------------------------------------------------


def _sum(left: object, right: object, *, minus: bool) -> object:
    if isinstance(left, int | float) and isinstance(right, int | float):
        if isinstance(left, bool) or isinstance(right, bool) or not (abs(left) <= MAX_NUMBER and abs(right) <= MAX_NUMBER):
            return None
        total = left - right if minus else left + right
        return total if abs(total) <= MAX_NUMBER else None
    if isinstance(left, Span) and isinstance(right, Span):
        sign = -1 if minus else 1
        return Span(days=left.days + sign * right.days, seconds=left.seconds + sign * right.seconds)
    if isinstance(right, Span):
        return _later(as_date(left), right, -1 if minus else 1)
    if isinstance(left, Span):
        return None if minus else _later(as_date(right), left, 1)
    return _apart(as_date(left), as_date(right)) if minus else None


def _later(start: date | None, by: Span, sign: int) -> date | None:
    """`start` moved by a span: a day stays a day while only days are added; hours are exact where the time knows its zone."""
    if start is None:
        return None
    try:
        moved = start + timedelta(days=sign * by.days)
        if not by.seconds:
            return moved
        hours = timedelta(seconds=sign * by.seconds)
        if not isinstance(moved, datetime):
            return datetime.combine(moved, time()) + hours
        return moved + hours if moved.tzinfo is None else (moved.astimezone(UTC) + hours).astimezone(moved.tzinfo)
    except OverflowError:
        return None


def _apart(left: date | None, right: date | None) -> Span | None:
    pair = _same_clock(left, right)
    if pair is None:
        return None
    gap = pair[0] - pair[1]
    return Span(days=gap.days, seconds=gap.seconds)
