"""Checks of comparisons: with an answer that can be given, an option that is there, a word that a reply can have."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flows.advice import Advice
from flows.check_ways import possible_answers
from flows.graph import Name, answer_name
from flows.nodes import Node as Place
from flows.notes import Notes, suggest
from flows.parse import Source
from flows.places import expressions, templates
from flows.syntax import Comparison, Constant, Items, Node, Path, Share, children
from flows.types import Ask, Flow
from nlp.types import Choice, Nps, Number, Rating, Sentiment


@dataclass(frozen=True, slots=True)
class Possible:
    """The values of every name that has only some, as texts; numbers: the names whose values are numbers; options: of each poll."""

    values: Mapping[Name, tuple[str, ...]]
    numbers: frozenset[Name]
    options: Mapping[str, tuple[str, ...]]


def check_values(flow: Flow, source: Source, notes: Notes) -> None:
    """What an answer is compared with is one that it may be."""
    possible = _possible(flow)
    for name, step in flow.steps.items():
        notes.step = name
        trees = [(path, part) for path, template in templates(step) for part in template.parts if not isinstance(part, str)]
        trees += [(path, expression.node) for path, expression in expressions(step)]
        for path, tree in trees:
            for node in _all(tree):
                _check_node(node, possible, source.at("steps", name, *path), notes)
    notes.step = ""


def _possible(flow: Flow) -> Possible:
    values: dict[Name, tuple[str, ...]] = {("reply", "sentiment"): tuple(sentiment.value for sentiment in Sentiment)}
    numbers: set[Name] = set()
    options: dict[str, tuple[str, ...]] = {}
    for name, step in flow.steps.items():
        for question in step.verb.questions if isinstance(step.verb, Ask) else ():
            answers = possible_answers(question.expect)
            if answers is not None:
                values[answer_name(question.save)] = answers
            if isinstance(question.expect, Rating | Nps | Number):
                numbers.add(answer_name(question.save))
            if isinstance(question.expect, Choice) and isinstance(step.verb, Ask) and step.verb.counted:
                options[name] = tuple(option.key for option in question.expect.options)
    return Possible(values, frozenset(numbers), options)


def _all(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from _all(child)


def _check_node(node: Node, possible: Possible, place: Place, notes: Notes) -> None:
    match node:
        case Share(poll=Path(parts=parts), option=Constant(value=str() as option)) if option not in possible.options.get(
            parts[1], (option,)
        ):
            notes.error(place, f"`{option}` is not an option of `{parts[1]}`.", suggest(option, possible.options[parts[1]]))
        case Comparison(first=first, rest=rest):
            left = first
            for operator, right in rest:
                if operator in ("eq", "ne", "in", "notin"):
                    for one, other in ((left, right), (right, left)):
                        _check_pair(one, other, possible, place, notes)
                left = right
        case _:
            pass


def _check_pair(one: Node, other: Node, possible: Possible, place: Place, notes: Notes) -> None:
    if not isinstance(one, Path) or one.parts not in possible.values:
        return
    values = possible.values[one.parts]
    numbers = possible.numbers
    for constant in other.items if isinstance(other, Items) else (other,):
        if not isinstance(constant, Constant) or constant.value is None:
            continue
        shown = ".".join(one.parts)
        if str(constant.value) not in values:
            notes.warning(place, Advice.COMPARED_NEVER, f"`{shown}` is never `{constant.value}`.", suggest(str(constant.value), values))
        elif isinstance(constant.value, str) and one.parts in numbers:
            notes.warning(
                place,
                Advice.COMPARED_KIND,
                f"`{shown}` is a number, and '{constant.value}' is a text.",
                f"Write {constant.value} without quotes.",
            )
        elif not isinstance(constant.value, str) and one.parts not in numbers:
            notes.warning(
                place,
                Advice.COMPARED_KIND,
                f"`{shown}` is a text, and {constant.value} is a number.",
                f"Write '{constant.value}' in quotes.",
            )
