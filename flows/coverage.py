"""What a flow's tests have walked: its steps, its ways, its languages; and the lines where nobody has been.

Ways are told apart by where they lead, by the answer, by silence and by misfits. Two rules of one step that lead to the same place
count as one: whether the first or the second held cannot be seen from outside. What runs inside a part is the part's own to test.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flows.events import Effect, Happened, Note, Send
from flows.graph import Path, Way, ways
from flows.hearing import Move
from flows.parse import Source
from flows.types import END, Ask, ByAnswer, Flow, Step

Spot = tuple[str, str, Path]
"""A way: its step, where it leads, and where it is written below the step."""


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """A line of the file that no test comes to. line: 1-based."""

    line: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many of each were walked, of how many; gaps: the rest, in the order of the file."""

    steps: tuple[int, int]
    ways: tuple[int, int]
    languages: tuple[int, int]
    gaps: tuple[Gap, ...]

    @property
    def share(self) -> float:
        """Of steps, ways and languages together, in [0, 1]."""
        pairs = (self.steps, self.ways, self.languages)
        return sum(done for done, _ in pairs) / sum(total for _, total in pairs)

    def __str__(self) -> str:
        told = (("step", self.steps), ("way", self.ways), ("language", self.languages))
        return ", ".join(f"{done} of {total} {word}{'' if total == 1 else 's'}" for word, (done, total) in told)


def coverage(flow: Flow, source: Source, moves: Iterable[Move]) -> Coverage:
    """What these moves of conversations have walked of the flow."""
    entered: set[str] = set()
    taken: set[Spot] = set()
    spoken: set[str] = set()
    for move in moves:
        if move.flow.name != flow.name:
            continue
        spoken |= {effect.language for effect in move.effects if isinstance(effect, Send)}
        for step, to, candidates in _steps_of(flow, move):
            entered |= {to} & set(flow.steps)
            taken |= {(step, way.to, way.path) for way in candidates}
    every: list[Spot] = list(dict.fromkeys((name, way.to, way.path) for name, step in flow.steps.items() for way in ways(step)))
    missing = [Gap(source.key("steps", name).line, f'step "{name}" is never come to') for name in flow.steps if name not in entered]
    missing += [_gap(source, spot) for spot in every if spot[0] in entered and spot not in taken]
    missing += [Gap(1, f"nothing is said in {language}") for language in flow.languages if language not in spoken]
    return Coverage(
        steps=(len(entered), len(flow.steps)),
        ways=(len(taken & set(every)), len(every)),
        languages=(len(spoken & set(flow.languages)), len(flow.languages)),
        gaps=tuple(sorted(missing)),
    )


def _steps_of(flow: Flow, move: Move) -> Iterator[tuple[str, str, list[Way]]]:
    """Each step that a move entered (and END), from where, and by which of its ways it may have been."""
    at = _outer(move.talk.state.path) if move.talk is not None else ""
    replied = next((effect for effect in move.effects if isinstance(effect, Note) and effect.kind is Happened.REPLIED), None)
    for effect in move.effects:
        to = _entered(effect)
        if to is None or (to != END and to not in flow.steps) or to == at:
            continue
        step = flow.steps.get(at)
        yield at, to, _candidates(step, to, move, replied) if step else []
        at, replied = to, None


def _entered(effect: Effect) -> str | None:
    match effect:
        case Note(kind=Happened.STEP_ENTERED, step=step):
            return _outer(step)
        case Note(kind=Happened.ENDED, data={"outcome": "completed"}):
            return END
        case _:
            return None


def _outer(path: str) -> str:
    """The flow's own step of a path that may lead into a part."""
    return path.partition(".")[0]


def _candidates(step: Step, to: str, move: Move, replied: Note | None) -> list[Way]:
    found = [way for way in ways(step) if way.to == to]
    if isinstance(step.verb, Ask):
        silent, misfit = replied is None, replied is not None and not replied.data.get("fits")
        found = [way for way in found if (way.path[0] == "timeout") is silent]
        if any(way.path[0] == "else" for way in found):
            found = [way for way in found if (way.path[0] == "else") is misfit] or found
    if isinstance(step.go, ByAnswer):
        answer = str(move.state.answers.get(_save(step)))
        found = [way for way in found if way.path[-1] == answer] or found
    return found


def _save(step: Step) -> str:
    return step.verb.questions[-1].save if isinstance(step.verb, Ask) else step.name


def _gap(source: Source, spot: Spot) -> Gap:
    """A way that no test takes, as its author knows it."""
    step, to, path = spot
    return Gap(
        source.at("steps", step, *path).line, f'step "{step}": {_never(path)} {"the end" if to == END else repr(to)}'.replace("'", '"')
    )


def _never(path: Path) -> str:
    match path:
        case ("timeout", *_):
            return "silence never leads to"
        case ("else" | "sold_out" | "failed" as name,):
            return f"`{name}` never leads to"
        case (*_, answer) if answer not in ("go", "to"):
            return f"the answer {answer!r} never leads to"
        case _:
            return "no test goes on to"
