"""A flow's steps as a graph: which way leads where, and what has been set when a step is read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flows.types import END, Ask, ByAnswer, ByRules, CallOut, End, Flow, Go, Goto, HandOff, Run, Split, Step, TakeCode, Unsubscribe, Wait

Path = tuple[str, ...]
Name = tuple[str, ...]

COUPON: Name = ("coupon",)


@dataclass(frozen=True, slots=True)
class Way:
    """One way from a step. sets: the names that have a value for whoever takes it. path: where it is written, below the step."""

    to: str
    sets: frozenset[Name]
    path: Path


def ways(step: Step) -> tuple[Way, ...]:
    """Every way on from a step, also those of `else`, `timeout` and `sold_out`."""
    nothing: frozenset[Name] = frozenset()
    match step.verb:
        case End() | Unsubscribe():
            return ()
        case HandOff(goes_on=goes_on):
            return tuple(_go(step.go, nothing, ("go",))) if goes_on else ()
        case Ask() as verb:
            answered = frozenset(answer_name(question.save) for question in verb.questions if question.condition is None)
            found = [*_go(step.go, answered, ("go",))]
            found += [Way(question.otherwise, nothing, ("else",)) for question in verb.questions if question.otherwise is not None]
            return (*found, Way(verb.timeout.to, nothing, ("timeout", "go"))) if verb.timeout else tuple(found)
        case TakeCode(sold_out=sold_out):
            return (*_go(step.go, frozenset({COUPON}), ("go",)), Way(sold_out, nothing, ("sold_out",)))
        case CallOut(failed=failed):
            found = [*_go(step.go, frozenset({("calls", step.name)}), ("go",))]
            return (*found, Way(failed, nothing, ("failed",))) if failed is not None else tuple(found)
        case _:
            path = ("branch", "go") if step.verb_name == "branch" else ("go",)
            return tuple(_go(step.go, nothing, path))


def _go(go: Go, sets: frozenset[Name], path: Path) -> Iterator[Way]:
    match go:
        case Goto(to=to):
            yield Way(to, sets, path)
        case ByAnswer(ways=by_answer, otherwise=otherwise):
            for answer, to in by_answer.items():
                yield Way(to, sets, (*path, answer))
            if otherwise is not None:
                yield Way(otherwise, sets, ("else",))
        case ByRules(rules=rules, otherwise=otherwise):
            for n, rule in enumerate(rules):
                yield Way(rule.to, sets, (*path, f"#{n}", "to"))
            if all(rule.condition is not None for rule in rules):
                yield Way(otherwise, sets, ("else",))


def answer_name(save: str) -> Name:
    return ("answers", *save.split("."))


def part_answers(flow: Flow, step: Step) -> frozenset[Name]:
    """The answers that a `run` step may bring back, under its own name; none where its part is not known."""
    part = flow.parts.get(step.verb.flow) if isinstance(step.verb, Run) else None
    if part is None:
        return frozenset()
    return frozenset(
        ("answers", step.name, *name[1:]) for one in part.steps.values() for name in _own_sets(part, one) if name[0] == "answers"
    )


def outcomes(flow: Flow) -> tuple[str, ...]:
    """The outcomes that a flow gives to the one that runs it, in the order of its steps."""
    found: dict[str, None] = {}
    for name in (name for name in flow.steps if name in reached(flow, flow.first)):
        step = flow.steps[name]
        if isinstance(step.verb, End):
            found[step.verb.outcome] = None
        if isinstance(step.verb, HandOff) and not step.verb.goes_on:
            found["handled"] = None
        if any(way.to == END for way in ways(step)):
            found["completed"] = None
    return tuple(found)


def stops(flow: Flow, step: Step) -> bool:
    """Whether a conversation always stands still at this step: a loop without such a step never ends."""
    match step.verb:
        case Ask(questions=questions):
            return any(question.condition is None for question in questions)
        case Wait() | HandOff() | End() | Unsubscribe():
            return True
        case Run(flow=name) if name in flow.parts:
            return not _runs_through(flow.parts[name])
        case _:
            return False


def _runs_through(part: Flow) -> bool:
    """Whether some way leads from a flow's first step to its end without standing still."""
    seen: set[str] = set()
    todo = [part.first]
    while todo:
        step = part.steps.get(todo.pop())
        if step is None or isinstance(step.verb, End):  # `end`, by name or by verb
            return True
        if step.name not in seen and not stops(part, step):
            seen.add(step.name)
            todo += [way.to for way in ways(step)]
    return False


def reached(flow: Flow, *starts: str) -> frozenset[str]:
    """The steps that can be come to from these, themselves included."""
    seen: set[str] = set()
    todo = [name for name in starts if name in flow.steps]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += [way.to for way in ways(flow.steps[name]) if way.to in flow.steps]
    return frozenset(seen)


def set_somewhere_before(flow: Flow) -> Mapping[str, frozenset[Name]]:
    """For each step the names that some way to it sets, its own included."""
    found: dict[str, set[Name]] = {name: set() for name in flow.steps}
    for name, step in flow.steps.items():
        own = _own_sets(flow, step)
        if own:
            for later in {name} | reached(flow, *(way.to for way in ways(step))):
                found[later] |= own
    return {name: frozenset(names) for name, names in found.items()}


def set_on_every_way(flow: Flow) -> Mapping[str, frozenset[Name]]:
    """For each step the names that every way to it sets. A code is taken before its step's texts are said."""
    everything = frozenset(name for step in flow.steps.values() for name in _own_sets(flow, step))
    before = dict.fromkeys(flow.steps, everything)
    before[flow.first] = frozenset()
    changed = True
    while changed:
        changed = False
        for name, step in flow.steps.items():
            for way in ways(step):
                if way.to in before and not before[way.to] <= before[name] | way.sets:
                    before[way.to] &= before[name] | way.sets
                    changed = True
    own = {name: frozenset({COUPON}) if isinstance(step.verb, TakeCode) else frozenset[Name]() for name, step in flow.steps.items()}
    return {name: before[name] | own[name] for name in flow.steps}


def loops(flow: Flow) -> tuple[tuple[str, Way], ...]:
    """For each loop without a stop: the step and the way that closes it."""
    found: list[tuple[str, Way]] = []
    done: set[str] = set()
    for start in flow.steps:
        _look_for_loops(flow, start, done, found)
    return tuple(found)


def _look_for_loops(flow: Flow, start: str, done: set[str], found: list[tuple[str, Way]]) -> None:
    """A walk in depth, without recursion: a flow may have 250 steps in a row."""
    if start in done:
        return
    trail: list[tuple[str, Iterator[Way]]] = [(start, iter(_ways_not_stopping(flow, start)))]
    on_trail = {start}
    while trail:
        name, rest = trail[-1]
        way = next(rest, None)
        if way is None:
            done.add(name)
            on_trail.discard(name)
            trail.pop()
        elif way.to in on_trail:
            found.append((name, way))
        elif way.to not in done:
            on_trail.add(way.to)
            trail.append((way.to, iter(_ways_not_stopping(flow, way.to))))


def _ways_not_stopping(flow: Flow, name: str) -> tuple[Way, ...]:
    step = flow.steps[name]
    return () if stops(flow, step) else tuple(way for way in ways(step) if way.to in flow.steps)


def _own_sets(flow: Flow, step: Step) -> frozenset[Name]:
    match step.verb:
        case CallOut():
            return frozenset({("calls", step.name)})
        case Run():
            return part_answers(flow, step)
        case Ask(questions=questions):
            return frozenset(answer_name(question.save) for question in questions)
        case TakeCode():
            return frozenset({COUPON})
        case _:
            return frozenset()


def turn_texts(flow: Flow) -> tuple[str, ...]:
    """The steps that are read in the first turn, in order, as far as only one way leads on."""
    names: list[str] = []
    name = flow.first
    while name != END and name in flow.steps and name not in names:
        names.append(name)
        step = flow.steps[name]
        onward = {way.to for way in ways(step)}
        if stops(flow, step) or len(onward) != 1 or isinstance(step.verb, Split | Run):
            break
        name = onward.pop()
    return tuple(names)
