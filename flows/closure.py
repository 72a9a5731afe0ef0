"""The flows that a flow runs, and those that they run: found by name, put into it as its parts, never in a circle."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from flows.types import Flow, Run

Find = Callable[[str], Flow | None]
"""The flow of a name, None where there is none."""


def nowhere(_name: str) -> Flow | None:
    """Finds nothing."""
    return None


def runs(flow: Flow) -> tuple[str, ...]:
    """The names of the flows that its steps run, once each."""
    return tuple(dict.fromkeys(step.verb.flow for step in flow.steps.values() if isinstance(step.verb, Run)))


def closed(flow: Flow, find: Find) -> Flow:
    """The flow with its parts, and theirs. What is not found, or would run in a circle, is left out; `check` says so."""
    return _closed(flow, find, {flow.name: None})


def _closed(flow: Flow, find: Find, made: dict[str, Flow | None]) -> Flow:
    """made: the flows that are closed already; None for those that are being closed, which no part of theirs may run."""
    parts: dict[str, Flow] = {}
    for name in runs(flow):
        if name not in made:
            made[name] = None
            found = find(name)
            made[name] = None if found is None else _closed(found, find, made)
        part = made[name]
        if part is not None:
            parts[name] = part
    return replace(flow, parts=parts) if parts else flow


def circle(flow: str, part: str, find: Find) -> tuple[str, ...]:
    """The names along the first circle that is come to where `flow` runs `part`, as ("a", "b", "a"); () where none is."""
    done: set[str] = set()

    def look(name: str, below: tuple[str, ...], trail: tuple[str, ...]) -> tuple[str, ...]:
        for other in below:
            if other in trail:
                return (*trail[trail.index(other) :], other)
            found = None if other in done else find(other)
            if found is not None and (loop := look(other, runs(found), (*trail, other))):
                return loop
        done.add(name)
        return ()

    return look(flow, (part,), (flow,))


def with_parts(flows: Mapping[str, Flow]) -> dict[str, Flow]:
    """These flows, by name, and the parts of all of them; of two of one name the given one, not the part."""
    return {**{part.name: part for flow in flows.values() for part in _parts(flow)}, **{flow.name: flow for flow in flows.values()}}


def _parts(flow: Flow) -> Iterator[Flow]:
    for part in flow.parts.values():
        yield part
        yield from _parts(part)
