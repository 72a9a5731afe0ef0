"""Checks of where steps lead: to nowhere, never reached, round and round, answers without a way."""

from flows.advice import Advice
from flows.closure import Find, circle
from flows.graph import loops, outcomes, reached, ways
from flows.notes import Notes, suggest
from flows.parse import Source
from flows.types import END, Ask, ByAnswer, CallOut, End, Flow, HandOff, Run, Split, Step, Unsubscribe
from nlp.types import AnyText, Choice, Expect, IntentOf, Nps, Number, Rating, YesNo

RESERVED_OUTCOMES = ("expired", "opted_out", "restarted", "handled", "held_out", "no_date", "loop")


def check_targets(flow: Flow, source: Source, notes: Notes) -> None:
    """Every way leads to a step that is there."""
    for name, step in flow.steps.items():
        notes.step = name
        seen: set[tuple[int, int]] = set()
        for way in ways(step):
            path = ("go", "else") if way.path == ("else",) and source.at("steps", name, "else") is source.at("steps", name) else way.path
            node = source.at("steps", name, *path)
            if way.to in flow.steps or way.to == END or (node.line, node.column) in seen:
                continue
            seen.add((node.line, node.column))
            notes.error(node, f"There is no step `{way.to}`.", suggest(way.to, [*flow.steps, END]))
    notes.step = ""


def check_reached(flow: Flow, source: Source, notes: Notes) -> None:
    """Something leads to every step."""
    come_to = reached(flow, flow.first)
    for name in flow.steps:
        if name not in come_to:
            notes.step = name
            notes.error(
                source.key("steps", name), "Nothing leads to this step.", f"Write `go: {name}` in the step before it, or take it away."
            )
    notes.step = ""


def check_ends(flow: Flow, source: Source, notes: Notes) -> None:
    """From every step a way leads to an end, or to a person; told once for all that go round together."""
    leads_out = {name for name, step in flow.steps.items() if _leaves(flow, step)}
    while more := {name for name, step in flow.steps.items() if name not in leads_out and any(way.to in leads_out for way in ways(step))}:
        leads_out |= more
    told: set[str] = set()
    for name in (name for name in flow.steps if name not in leads_out):
        if told.isdisjoint(onward := reached(flow, name)):
            notes.step = name
            what = "No way leads from here to an end: the conversation goes round until it falls silent."
            notes.warning(source.key("steps", name), Advice.NO_WAY_OUT, what, "Let one of its ways `go: end`.")
        told |= onward
    notes.step = ""


def _leaves(flow: Flow, step: Step) -> bool:
    """Whether the conversation may end at this step itself, or come to a person."""
    match step.verb:
        case End() | Unsubscribe() | HandOff() | Run():
            return True
        case Ask(questions=questions) if any(
            question.otherwise is None and not isinstance(question.expect, AnyText) for question in questions
        ):
            return True  # the last misfit calls a person
        case CallOut(failed=None):
            return True
        case _:
            return any(way.to == END for way in ways(step))


def check_runs(flow: Flow, source: Source, notes: Notes, find: Find) -> None:
    """Every flow that is run is there, and does not come back to where it was run."""
    for name, step in flow.steps.items():
        if not isinstance(step.verb, Run) or not step.verb.flow:
            continue
        notes.step = name
        node = source.at("steps", name, "run")
        if step.verb.flow != flow.name and find(step.verb.flow) is None:
            notes.error(node, f"There is no flow `{step.verb.flow}`.", "Put its file beside this one, or publish it first.")
        elif loop := circle(flow.name, step.verb.flow, find):
            notes.error(node, f"The flows run each other in a circle: {' → '.join(loop)}.", "Let one of them end without the other.")
    notes.step = ""


def check_calls(flow: Flow, source: Source, notes: Notes) -> None:
    """Something is said when a service does not answer."""
    for name, step in flow.steps.items():
        if isinstance(step.verb, CallOut) and step.verb.failed is None:
            notes.step = name
            what = "Nothing says what happens when the service does not answer: a person takes over."
            notes.warning(source.key("steps", name, "call"), Advice.CALL_UNANSWERED, what, "Write failed: and a step.")
    notes.step = ""


def check_loops(flow: Flow, source: Source, notes: Notes) -> None:
    """Every loop has a question or a wait in it."""
    for name, way in loops(flow):
        notes.step = name
        how = "Put a question or a wait into the loop, or lead it elsewhere."
        notes.error(source.at("steps", name, *way.path), f"The way back to `{way.to}` is a loop without a question or a wait.", how)
    notes.step = ""


def check_answers(flow: Flow, source: Source, notes: Notes) -> None:
    """A table under `go` has an entry for every answer, and for nothing else."""
    for name, step in flow.steps.items():
        if not isinstance(step.go, ByAnswer):
            continue
        notes.step = name
        possible = _possible(flow, step)
        if possible is None:
            continue
        for answer in step.go.ways:
            if answer not in possible:
                notes.error(source.key("steps", name, "go", answer), f"`{answer}` is never an answer here.", suggest(answer, possible))
        missing = [
            answer for answer in possible if answer not in step.go.ways and not (isinstance(step.verb, Split) and answer == "holdout")
        ]
        if missing and step.go.otherwise is None:
            listed = ", ".join(f"`{answer}`" for answer in missing)
            what = (
                f"There is no way for {listed}: a person takes over."
                if isinstance(step.verb, Ask | Run)
                else f"There is no way for {listed}."
            )
            notes.warning(source.at("steps", name, "go"), Advice.NO_WAY, what, "Add it to `go`, or write an `else`.")
    notes.step = ""


def check_outcomes(flow: Flow, source: Source, notes: Notes) -> None:
    """An outcome's name is not one that Parley itself gives."""
    for name, step in flow.steps.items():
        if isinstance(step.verb, End) and step.verb.outcome in RESERVED_OUTCOMES:
            notes.step = name
            what = f"Parley itself ends conversations as `{step.verb.outcome}`, and the counts would mix."
            notes.warning(source.at("steps", name, "end"), Advice.OUTCOME_RESERVED, what, "Give the outcome another name.")
    notes.step = ""


def _possible(flow: Flow, step: Step) -> tuple[str, ...] | None:
    """Every answer there can be, None where they cannot be listed."""
    match step.verb:
        case Split(arms=arms):
            return tuple(arms)
        case Ask(questions=(question,)):
            return possible_answers(question.expect)
        case Run(flow=name) if name in flow.parts:
            return outcomes(flow.parts[name])
        case _:
            return None


def possible_answers(expected: Expect) -> tuple[str, ...] | None:
    """Every value that an answer of this kind may have, as a text; None where there is no end of them."""
    match expected:
        case YesNo():
            return ("yes", "no", "maybe")
        case Choice(options=options):
            return tuple(option.key for option in options)
        case Rating():
            return tuple(str(n) for n in range(1, 6))
        case Nps():
            return tuple(str(n) for n in range(11))
        case Number(min=float() | int() as low, max=float() | int() as high, integer=True) if high - low <= 30:
            return tuple(str(n) for n in range(int(low), int(high) + 1))
        case IntentOf(labels=labels):
            return tuple(label.rpartition("/")[2] for label in labels)
        case _:
            return None
