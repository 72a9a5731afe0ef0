"""Flows that run flows: found, put together, never in a circle."""

import pytest

from flows.closure import circle, closed, nowhere, runs, with_parts
from flows.parse import parse
from flows.types import Flow


def flow(name: str, *parts: str) -> Flow:
    steps = "".join(f"  s{n}: {{run: {part}}}\n" for n, part in enumerate(parts)) + "  e: {say: Hi}\n"
    made, problems = parse(f"flow: {name}\nsteps:\n{steps}", f"{name}.yaml")
    assert made is not None, problems
    return made


KNOWN = {made.name: made for made in (flow("a", "b", "c", "b"), flow("b", "c"), flow("c"), flow("x", "y"), flow("y", "x"), flow("z", "x"))}


def test_the_parts_have_parts() -> None:
    made = closed(KNOWN["a"], KNOWN.get)
    assert runs(made) == ("b", "c")
    assert {name: tuple(part.parts) for name, part in made.parts.items()} == {"b": ("c",), "c": ()}
    assert tuple(with_parts({"a": made})) == ("b", "c", "a")


def test_what_is_not_there_or_runs_in_a_circle_is_left_out() -> None:
    assert closed(KNOWN["a"], nowhere).parts == {}
    assert closed(KNOWN["x"], KNOWN.get).parts["y"].parts == {}


@pytest.mark.parametrize(
    ("name", "part", "expected", "why"),
    [
        ("a", "b", (), "twice is no circle"),
        ("x", "y", ("x", "y", "x"), "there and back"),
        ("z", "x", ("x", "y", "x"), "a circle further on"),
        ("a", "a", ("a", "a"), "itself"),
        ("a", "nobody", (), "what is not there"),
    ],
)
def test_circle(name: str, part: str, expected: tuple[str, ...], why: str) -> None:
    assert circle(name, part, KNOWN.get) == expected, why


def test_many_flows_that_run_many_are_looked_at_once_each() -> None:
    names = [f"f{n}" for n in range(40)]
    known = {name: flow(name, *names[n + 1 :]) for n, name in enumerate(names)}
    assert circle("f0", "f1", known.get) == ()
    assert len(closed(known["f0"], known.get).parts) == 39
