"""Every text and expression of a step with the place where it is written, below the step."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flows.expressions import Expression, Template
from flows.graph import Path
from flows.types import Ask, ByRules, CallOut, HandOff, Shape, Step, Subscribe, Text, Unsubscribe, Wait


@dataclass(frozen=True, slots=True)
class Said:
    """A text that customers read, in all its languages. what: "say", "ask", "retry", ..."""

    what: str
    text: Text
    path: Path


def said(step: Step) -> Iterator[Said]:
    """The texts of a step, in the order in which they are read."""
    for n, text in enumerate(step.say):
        yield Said("say", text, ("say", f"#{n}"))
    if not isinstance(step.verb, Ask):
        return
    for question in step.verb.questions:
        above: Path = ("survey", question.name) if step.verb.survey else ()
        verb = "poll" if step.verb.counted else "ask"
        yield Said(verb, question.text, (*above, verb))
        if question.retry is not None:
            yield Said("retry", question.retry, (*above, "retry"))
    if step.verb.nudge is not None:
        yield Said("nudge", step.verb.nudge.say, ("nudge", "say"))


def templates(step: Step) -> Iterator[tuple[Path, Template]]:
    """Every template of a step, texts and all else."""
    for one in said(step):
        for language, template in one.text.items():
            yield (*one.path, language), template
    for name, template in step.sets:
        yield ("set", name), template
    match step.verb:
        case HandOff(note=Template() as note):
            yield ("handoff", "note"), note
        case Subscribe(proof=proof):
            yield ("subscribe", "proof"), proof
        case Unsubscribe(proof=Template() as proof):
            yield ("unsubscribe", "proof"), proof
        case CallOut() as call:
            yield from call_templates(call)
        case _:
            pass


def call_templates(call: CallOut) -> Iterator[tuple[Path, Template]]:
    """What a call is made of."""
    yield ("call", call.method), call.url
    for name, template in call.headers:
        yield ("call", "headers", name), template
    if call.body is not None:
        yield from _shaped(call.body, ("call", "json"))


def _shaped(shape: Shape, path: Path) -> Iterator[tuple[Path, Template]]:
    match shape:
        case Mapping():
            for name, below in shape.items():
                yield from _shaped(below, (*path, name))
        case tuple():
            for n, below in enumerate(shape):
                yield from _shaped(below, (*path, f"#{n}"))
        case _:
            yield path, shape


def expressions(step: Step) -> Iterator[tuple[Path, Expression]]:
    """Every expression of a step."""
    match step.verb:
        case Ask(questions=questions, survey=True):
            for question in questions:
                if question.condition is not None:
                    yield ("survey", question.name, "if"), question.condition
        case Wait(until=Expression() as until):
            yield ("wait", "until"), until
        case _:
            pass
    if isinstance(step.go, ByRules):
        path: Path = ("branch", "go") if step.verb_name == "branch" else ("go",)
        for n, rule in enumerate(step.go.rules):
            if rule.condition is not None:
                yield (*path, f"#{n}", "if"), rule.condition
