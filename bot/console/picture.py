"""A flow as a picture: its main way in a column, the steps aside of it in a second one, and lines that keep to lanes. Pure.

Only places are worked out here; the template draws. Lengths are numbers for attributes, so that no inline style is needed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from flows.graph import Way, ways
from flows.types import END, Ask, Branch, ByRules, End, Flow, HandOff, Step, Unsubscribe, Wait

_BOX_W, _BOX_H, _ROW, _SIDE_ROW = 170.0, 34.0, 74.0, 58.0
_MAIN_X, _SIDE_X = 36.0, 404.0
_TOP = 64.0
_LABEL_X, _LONGEST, _LINES, _LEADING = 246.0, 23, 2, 19.0
_LANES = 4
"""Lines that would lie on each other keep to lanes beside each other; the fifth shares the first one's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A step. kind: been | lit | person | both "lit person", or nothing."""

    name: str
    verb: str
    kind: str
    x: float
    y: float
    width: float = _BOX_W
    height: float = _BOX_H


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A way: its path, the arrow's tip, and its words, a line each, with the first one's place and their distance."""

    path: str
    tip: str
    been: bool
    words: tuple[str, ...]
    x: float
    y: float
    leading: float = 14.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """width, height: of the view box. told: the same in a sentence, for who cannot see it. start: what begins it."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    told: str
    start: str


def picture(flow: Flow, *, now: str = "", been: Sequence[str] = (), start: str = "") -> Picture:
    """The picture of a flow. now: the step at which a conversation stands; been: those that it entered, in order."""
    main = _main_way(flow)
    places = _places(flow, main)
    boxes = tuple(
        Box(name=name, verb=_verb(flow.steps[name]), kind=_kind(flow.steps[name], now, been), x=x, y=y) for name, (x, y) in places.items()
    )
    trail = set(pairwise(been))
    edges = tuple(_edges(flow, places, trail))
    height = max(y for _, y in places.values()) + _BOX_H + 26
    aside = len(places) > len(main)
    return Picture(
        width=(_SIDE_X + _BOX_W + 40) if aside else _SIDE_X,
        height=height,
        boxes=boxes,
        edges=edges,
        told=_told(flow, now, been),
        start=start,
    )


def _main_way(flow: Flow) -> list[str]:
    """The way that most of the flow is on: from the first step to the next one that the author wrote, as far as ways lead."""
    order = list(flow.steps)
    main, name = [], flow.first
    while name in flow.steps and name not in main:
        main.append(name)
        onward = [way.to for way in ways(flow.steps[name]) if way.to in flow.steps and way.to not in main]
        if not onward:
            break
        name = min(onward, key=lambda to: (order.index(to) < order.index(main[-1]), order.index(to)))
    return main


def _places(flow: Flow, main: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Where each step stands: those aside beside the first step that leads to them, or below."""
    places = {name: (_MAIN_X, _TOP + n * _ROW) for n, name in enumerate(main)}
    free = _TOP
    todo = [name for name in [*_by_depth(flow), *flow.steps] if name not in places]
    for name in dict.fromkeys(todo):
        sources = [places[other][1] for other, step in flow.steps.items() if other in places and any(way.to == name for way in ways(step))]
        y = max(free, min(sources, default=free))
        places[name] = (_SIDE_X, y)
        free = y + _SIDE_ROW
    return places


def _by_depth(flow: Flow) -> list[str]:
    seen, todo = [flow.first], [flow.first]
    while todo:
        for way in ways(flow.steps[todo.pop(0)]):
            if way.to in flow.steps and way.to not in seen:
                seen.append(way.to)
                todo.append(way.to)
    return seen


def _edges(flow: Flow, places: Mapping[str, tuple[float, float]], trail: set[tuple[str, str]]) -> list[Edge]:
    """A line for each pair of steps, with the words of all ways between them."""
    edges = []
    lanes = {"left": 0, "right": 0, "middle": 0}
    for name, step in flow.steps.items():
        words: dict[str, list[str]] = {}
        for way in ways(step):
            if way.to in places:
                words.setdefault(way.to, []).append(_way_words(step, way))
        for to, said in words.items():
            edges.append(_edge(places[name], places[to], _folded(said), (name, to) in trail, lanes))
    return edges


def _folded(said: Sequence[str]) -> tuple[str, ...]:
    """Words in at most two lines."""
    lines: list[str] = []
    for word in dict.fromkeys(word for word in said if word):
        if lines and len(lines[-1]) + len(word) + 2 <= _LONGEST:
            lines[-1] += f", {word}"
        else:
            lines.append(word if len(word) <= _LONGEST else f"{word[: _LONGEST - 1]}…")
    if len(lines) > _LINES:
        lines[_LINES - 1 :] = [", ".join(lines[_LINES - 1 :])[:_LONGEST] + "…"]
    return tuple(lines)


def _edge(start: tuple[float, float], end: tuple[float, float], words: tuple[str, ...], been: bool, lanes: dict[str, int]) -> Edge:
    """One line: straight down, across to the other column, or round by a lane at the edge."""
    (x, y), (to_x, to_y) = start, end
    middle, to_middle, right = y + _BOX_H / 2, to_y + _BOX_H / 2, x + _BOX_W
    if x == to_x and 0 < to_y - y <= (_ROW if x == _MAIN_X else _SIDE_ROW):
        at = x + _BOX_W / 2
        path, tip = f"M{at} {y + _BOX_H}V{to_y - 8}", f"M{at - 5} {to_y - 8}h10l-5 8z"
        return Edge(path=path, tip=tip, been=been, words=words, x=at + 10, y=y + _BOX_H + (22 if len(words) < 2 else 14))
    side = "middle" if x != to_x else "left" if x == _MAIN_X else "right"
    n = lanes[side] % _LANES * 7
    lanes[side] += 1
    if side == "middle" and x < to_x:
        path, tip = f"M{right} {middle}H{right + 14 + n}V{to_middle}H{to_x - 8}", f"M{to_x - 8} {to_middle - 5}v10l8 -5z"
        return Edge(path=path, tip=tip, been=been, words=words, x=_LABEL_X, y=to_middle - 6, leading=_LEADING)
    if side == "middle":
        end_x = to_x + _BOX_W + 8
        path, tip = f"M{x} {middle + 8}H{x - 14 - n}V{to_middle + 8}H{end_x}", f"M{end_x} {to_middle + 3}v10l-8 -5z"
        return Edge(path=path, tip=tip, been=been, words=words, x=_LABEL_X, y=to_middle + 24)
    if side == "left":
        path, tip = f"M{x} {middle}H{x - 10 - n}V{to_middle}H{to_x - 8}", f"M{to_x - 8} {to_middle - 5}v10l8 -5z"
        return Edge(path=path, tip=tip, been=been, words=words, x=x + 4, y=to_y - 6)
    path, tip = f"M{right} {middle}H{right + 10 + n}V{to_middle}H{right + 8}", f"M{right + 8} {to_middle - 5}v10l-8 -5z"
    return Edge(path=path, tip=tip, been=been, words=words, x=x + 4, y=to_y - 6)


def _way_words(step: Step, way: Way) -> str:
    """When a way is taken: the answer, the rule, silence, the rest."""
    match way.path:
        case ("else",) if isinstance(step.verb, Ask) and not way.sets:
            return "not understood"
        case ("timeout", *_):
            return "silent"
        case ("else",):
            return "otherwise"
        case ("sold_out",):
            return "none left"
        case ("go", str() as rule, "to") if rule.startswith("#") and isinstance(step.go, ByRules):
            return _rule(step.go, int(rule[1:]))
        case ("branch", "go", str() as rule, "to") if rule.startswith("#") and isinstance(step.go, ByRules):
            return _rule(step.go, int(rule[1:]))
        case ("go", answer) | ("branch", "go", answer):
            return answer
        case _:
            return ""


def _rule(go: ByRules, n: int) -> str:
    condition = go.rules[n].condition
    return "otherwise" if condition is None else condition.source.replace("answers.", "")


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"


def _verb(step: Step) -> str:
    ends = isinstance(step.verb, End | Unsubscribe) or not [way for way in ways(step) if way.to != END]
    match step.verb:
        case HandOff():
            return "a person"
        case Wait():
            return "wait"
        case Branch():
            return "branch"
        case End():
            return "end"
        case _:
            return f"{step.verb_name}, end" if ends else step.verb_name


def _kind(step: Step, now: str, been: Sequence[str]) -> str:
    if step.name == now:
        return "lit"
    if isinstance(step.verb, HandOff):
        return "person"
    return "been" if step.name in been else ""


def _told(flow: Flow, now: str, been: Sequence[str]) -> str:
    """The picture in words."""
    told = [f"{flow.title or flow.name} as a picture, {len(flow.steps)} steps."]
    if now in flow.steps:
        onward = [f"{way.to} for {_way_words(flow.steps[now], way) or 'any answer'}" for way in ways(flow.steps[now]) if way.to != END]
        told.append(f"Now at {now}.")
        if onward:
            told.append(f"Next from {now}: {', '.join(dict.fromkeys(onward))}.")
    if past := [name for name in dict.fromkeys(been) if name != now]:
        told.append(f"Been: {', '.join(past)}.")
    return " ".join(told)
