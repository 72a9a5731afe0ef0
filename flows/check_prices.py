"""The price of a text: the segments of its longest rendering in each language, and the character that makes it Unicode.

What nobody can know is guessed (a first name, what people type); an option, a number within bounds, a date, a default, a short
link are taken as long as they may become.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flows.advice import Advice
from flows.evaluate import evaluate
from flows.events import PAGE
from flows.expressions import Template
from flows.filters import printed
from flows.graph import Name, answer_name
from flows.nodes import Node as Place
from flows.notes import Notes
from flows.parse import Source
from flows.places import said
from flows.render import MAX_LENGTH
from flows.segments import GSM_BASIC, GSM_EXTENDED, plain_segments, segments
from flows.syntax import Both, Constant, Either, Filtered, Function, Node
from flows.types import Ask, Flow, PollCounts
from nlp.types import AnyText, Choice, Expect, IntentOf, Kind, Nps, Number, Rating, Typed, YesNo

FAIR_SEGMENTS = 2
"""A text of more segments gets a warning."""

_WORD = "x" * 12  # a first name, a brand, a field of the contact
_TYPED = "x" * 40  # what people type where anything fits
_LINK = f"https://{'x' * 17}/l/{'x' * 12}"
_PAGE = f"https://{'x' * 17}/p/{'x' * 38}"
_COUNT = 9999
_MANY = 999_999  # a number without a bound
_DAYS = tuple(date(2026, month, 20 + month % 7) for month in range(1, 13))  # every month, every weekday
_KINDS: Mapping[str, str] = {
    Kind.TIME: "18:30",
    Kind.EMAIL: "x" * 24,
    Kind.PHONE: "+15551234567",
    Kind.POSTCODE: "x" * 8,
    Kind.MONEY: "9999.99",
    Kind.NAME: "x" * 20,
    Kind.PHOTO: "",
}
_AROUND = 12
_GSM = GSM_BASIC | GSM_EXTENDED


@dataclass(frozen=True, slots=True)
class _Values:
    """The longest value of every name that is known; days: names of dates, whose longest depends on the language."""

    known: dict[Name, object] = field(default_factory=dict)
    printed: dict[tuple[Node, date, str], str] = field(default_factory=dict)
    days: set[Name] = field(default_factory=lambda: {("today",), ("now",), ("coupon", "expires")})


def check_prices(flow: Flow, source: Source, notes: Notes) -> None:
    """A warning where a text takes many segments, or more than it would without one special character."""
    values = [_values(flow, weight) for weight in (_dear, len)]
    for name, step in flow.steps.items():
        notes.step = name
        for one in said(step):
            for language, template in one.text.items():
                _check_price(template, _longest(template, language, values), source.at("steps", name, *one.path, language), notes)
    notes.step = ""


def _check_price(template: Template, text: str, node: Place, notes: Notes) -> None:
    cost = segments(text)
    if len(text) > MAX_LENGTH:
        what = f"The text has up to {len(text):,} characters and goes out as several messages."
        notes.warning(node, Advice.TEXT_CUT, what, f"Stay below {MAX_LENGTH:,}.")
    without = plain_segments(text)
    told = f"The text costs up to {cost.segments} segments ({cost.encoding}, {cost.units} units)"
    if cost.unicode_because is not None and cost.segments > without:
        what = f"{told} because of {_where(cost.unicode_because, text, template)}."
        notes.warning(node, Advice.PRICE_UNICODE, what, f"In GSM-7 it would be {without}: write it without that character.")
    elif cost.segments > FAIR_SEGMENTS:
        notes.warning(node, Advice.PRICE_LONG, f"{told}.", "Each segment is billed: shorten it.")


def _where(character: str, text: str, template: Template) -> str:
    """The character with its code, its place in the text, and the words around it."""
    at = text.index(character)
    codes = " ".join(f"U+{ord(part):04X}" for part in character)
    before, after = text[max(at - _AROUND, 0) : at], text[at + len(character) :][:_AROUND]
    around = f"{'…' if at > _AROUND else ''}{before}{character}{after}{'…' if len(text) > at + len(character) + _AROUND else ''}"
    value = "" if any(character in part for part in template.parts if isinstance(part, str)) else " (a placeholder prints it)"
    return f"`{character}` ({codes}), character {at + 1} in `{' '.join(around.split())}`{value}"


# --- as long as it may become -----------------------------------------------------------------------------------------


def _longest(template: Template, language: str, values: Sequence[_Values]) -> str:
    """The dearest rendering of a text in a language: with each set of values, on each day if a date is in it."""
    found = {text for one in values for text in _renderings(template, language, one)}
    plain = {text for text in found if _GSM.issuperset(text)}
    # of each alphabet the longest: to count the segments of all of them takes long
    return max((max(texts, key=len) for texts in (plain, found - plain) if texts), key=_weight).strip()


def _renderings(template: Template, language: str, values: _Values) -> Iterator[str]:
    used = any(name in values.days for name in template.names)
    for day in _DAYS if used else _DAYS[:1]:
        names = _names(template, day, language, values)
        yield "".join(part if isinstance(part, str) else _printed(part, names, language, day, values) for part in template.parts)


def _printed(node: Node, names: Mapping[str, object], language: str, day: date, values: _Values) -> str:
    """Each placeholder once: a flow says the same names over and over, and a date takes long to write."""
    key = (node, day, language)
    if key not in values.printed:
        values.printed[key] = _print(node, names, language)
    return values.printed[key]


def _print(node: Node, names: Mapping[str, object], language: str) -> str:
    match node:
        case Either(left=left, right=right) | Filtered(node=left, name="default", arguments=(right,)):
            return max(_print(left, names, language), _print(right, names, language), key=_dear)
        case Both(right=right):
            return _print(right, names, language)
        case Function(name="plural", arguments=(_, one, many)):
            return max(_print(one, names, language), _print(many, names, language), key=_dear)
        case Function(name="link"):
            return _LINK
        case Constant(value=value):
            return printed(value, language)
        case _:
            return printed(evaluate(node, names), language) or _WORD


def _weight(text: str) -> tuple[int, int]:
    return segments(text).segments, len(text)


def _dear(text: str) -> tuple[bool, int]:
    """Unicode before all else: within a text it makes the rest dearer, however short it is."""
    return not _GSM.issuperset(text), len(text)


def _names(template: Template, day: date, language: str, values: _Values) -> Mapping[str, object]:
    """A value for every name that the text uses."""
    tree: dict[str, object] = {"language": language}
    for name in template.names:
        value = day if name in values.days else values.known.get(name, values.known.get(name[:2], _guess(name)))
        *above, last = name[:2] if isinstance(value, PollCounts) else name
        branch: object = tree
        for part in above:
            branch = branch.setdefault(part, {}) if isinstance(branch, dict) else None
        if isinstance(branch, dict):
            branch[last] = value
    return tree


def _guess(name: Name) -> str:
    if name in (("reply", "text"), ("reply", "value")):
        return _TYPED
    if name == (PAGE,):
        return _PAGE
    return "xx" if name[-1] == "language" else _WORD


def _values(flow: Flow, weight: Callable[[str], Any]) -> _Values:
    """What the flow's own questions say of their answers; of several words the one of most weight."""
    values = _Values()
    for name, step in flow.steps.items():
        for question in step.verb.questions if isinstance(step.verb, Ask) else ():
            answer, expected = answer_name(question.save), question.expect
            if isinstance(expected, Typed) and expected.kind in (Kind.DATE, Kind.DATETIME):
                values.days.add(answer)
            else:
                values.known[answer] = _of_kind(expected, weight)
            if isinstance(step.verb, Ask) and step.verb.counted and isinstance(expected, Choice):
                leader = max((option.label for option in expected.options), key=weight, default="")
                values.known["poll", name] = PollCounts(leader, {option.key: _COUNT for option in expected.options})
    return values


def _of_kind(expected: Expect, weight: Callable[[str], Any]) -> object:
    """The longest value of a kind of answer."""
    match expected:
        case AnyText():
            return _TYPED
        case YesNo():
            return "maybe"
        case Rating():
            return 5
        case Nps():
            return 10
        case Number(min=low, max=high):
            return max((bound if bound is not None else _MANY for bound in (low, high)), key=lambda bound: len(printed(bound, "en")))
        case Choice(options=options, several=True):
            return tuple(option.key for option in options)
        case Choice(options=options):
            return max((option.key for option in options), key=weight, default=_WORD)
        case IntentOf(labels=labels):
            return max((label.rpartition("/")[2] for label in labels), key=weight, default=_WORD)
        case Typed(kind=kind):
            return _KINDS.get(kind, _WORD)
        case _:
            return _WORD
