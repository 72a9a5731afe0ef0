"""What a flow asks of a web service, as a value: filled in by the walk, kept as JSON, and made a request with the shell's secrets."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flows.contacts import plain
from flows.events import Call, Filled, Json, Pieces
from flows.expressions import Template
from flows.places import expressions, templates
from flows.types import CallOut, Flow, Secret, Shape, Span, Step

MOST_BYTES = 8 * 1024
"""Of an answer that a conversation keeps: it travels with the state from turn to turn."""

Names = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A call as it goes out, its secrets in it: for the network, and for no log."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: Json


class NoSecretError(LookupError):
    """The installation has no secret of this name."""


def call_of(verb: CallOut, names: Names, step: str, visit: int) -> Call:
    """The call that a step makes now."""
    headers = tuple((name, _on_one_line(template.pieces(names))) for name, template in verb.headers)
    body = None if verb.body is None else _fill(verb.body, names)
    url, how = verb.url.address(names), {"timeout": verb.timeout, "tries": verb.tries}
    return Call(step=step, visit=visit, method=verb.method.upper(), url=url, headers=headers, body=body, **how)  # type: ignore[arg-type]


def kept(flow: Flow, step: str, result: Json) -> Json:
    """What a conversation keeps of an answer: all of a small one, of a large one only what its flow reads; None where that is too large.

    A service may say much, and the state is written in every turn.
    """
    if _is_small(result):
        return result
    used = {name[2:] for one in flow.steps.values() for name in _names(one) if name[:2] == ("calls", step)}
    picked = None if () in used else _picked(result, used)
    return picked if _is_small(picked) else None


def _is_small(result: Json) -> bool:
    return len(json.dumps(result, ensure_ascii=False).encode("utf-8", "replace")) <= MOST_BYTES


def _names(step: Step) -> Iterator[tuple[str, ...]]:
    for _, template in templates(step):
        yield from template.names
    for _, expression in expressions(step):
        yield from expression.names


def _picked(result: Json, paths: Collection[tuple[str, ...]]) -> Json:
    """The parts of an answer that these paths lead to; where a path ends, or leads into what is no table, all that is there."""
    if not isinstance(result, Mapping):
        return result
    below = {name: {path[1:] for path in paths if path[:1] == (name,)} for name in result}
    return {name: value if () in below[name] else _picked(value, below[name]) for name, value in result.items() if below[name]}


def request(call: Call, secrets: Mapping[str, str]) -> Request:
    """The call with its secrets put in. Raises NoSecretError where one is not there."""
    headers = {name: _with_secrets(pieces, secrets) for name, pieces in call.headers}
    return Request(method=call.method, url=call.url, headers=headers, body=_unfold(call.body, secrets))


def _fill(shape: Shape, names: Names) -> Filled:
    match shape:
        case Mapping():
            return {name: _fill(below, names) for name, below in shape.items()}
        case tuple():
            return [_fill(below, names) for below in shape]
        case _:
            return _value(shape, names)


def _value(template: Template, names: Names) -> Filled:
    """A value that is one {{ }} keeps its type; any other is a text."""
    if template.secret:
        return template.pieces(names)
    match plain(template.value(names)):
        case None:
            return None
        case str() as text:
            return (text,)
        case tuple() as items:
            return [(item,) for item in items]
        case bool() | int() | float() as kept:
            return kept


def _on_one_line(pieces: Pieces) -> Pieces:
    """No line of a header begins another header."""
    return tuple(piece if isinstance(piece, Secret) else " ".join(piece.splitlines()) for piece in pieces)


def _with_secrets(pieces: Pieces, secrets: Mapping[str, str]) -> str:
    return "".join(_secret(piece, secrets) if isinstance(piece, Secret) else piece for piece in pieces)


def _secret(secret: Secret, secrets: Mapping[str, str]) -> str:
    if secret.name not in secrets:
        raise NoSecretError(secret.name)
    return secrets[secret.name]


def _unfold(body: Filled, secrets: Mapping[str, str]) -> Json:
    match body:
        case dict():
            return {name: _unfold(below, secrets) for name, below in body.items()}
        case list():
            return [_unfold(below, secrets) for below in body]
        case tuple():
            return _with_secrets(body, secrets)
        case _:
            return body


# --- as JSON ----------------------------------------------------------------------------------------------------------


def call_to_json(call: Call) -> dict[str, Any]:
    """Plain JSON, without any secret in it: only their names."""
    kept = {name: getattr(call, name) for name in ("step", "visit", "method", "url", "tries")}
    headers = [[name, _pieces_to_json(pieces)] for name, pieces in call.headers]
    return {**kept, "headers": headers, "body": _to_json(call.body), "days": call.timeout.days, "seconds": call.timeout.seconds}


def call_from_json(data: Mapping[str, Any]) -> Call:
    """The call that `call_to_json` wrote."""
    kept = {name: data[name] for name in ("step", "visit", "method", "url", "tries")}
    headers = tuple((name, _pieces(pieces)) for name, pieces in data["headers"])
    return Call(**kept, headers=headers, body=_from_json(data["body"]), timeout=Span(days=data["days"], seconds=data["seconds"]))


def _pieces_to_json(pieces: Pieces) -> list[Any]:
    return [{"secret": piece.name} if isinstance(piece, Secret) else piece for piece in pieces]


def _pieces(data: list[Any]) -> Pieces:
    return tuple(piece if isinstance(piece, str) else Secret(piece["secret"]) for piece in data)


def _to_json(body: Filled) -> Any:
    """Texts and tables are told apart by a name of their own: whatever keys the author chose."""
    match body:
        case dict():
            return {"table": {name: _to_json(below) for name, below in body.items()}}
        case tuple():
            return {"text": _pieces_to_json(body)}
        case list():
            return [_to_json(below) for below in body]
        case _:
            return body


def _from_json(data: Any) -> Filled:
    match data:
        case {"table": dict() as table}:
            return {name: _from_json(below) for name, below in table.items()}
        case {"text": list() as pieces}:
            return _pieces(pieces)
        case list():
            return [_from_json(below) for below in data]
        case None | bool() | int() | float():
            return data
        case _:
            raise ValueError("not what call_to_json writes")
