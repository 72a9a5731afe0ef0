"""`call`: the address, the headers and the body of what is asked of a web service."""

import re

from flows.advice import Advice
from flows.expressions import Template, compile_template
from flows.nodes import Listing, Node, Scalar, Table
from flows.notes import Notes
from flows.types import METHODS, CallOut, Shape, Span

_HOW = 'Write call: {post: https://api.example.com/stock, json: {size: "{{ answers.size }}"}}.'
_KEYS = (*METHODS, "json", "headers", "timeout", "tries")
_HOST = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?(?P<end>/|$)", re.ASCII)
_HEADER = re.compile(r"[A-Za-z0-9-]{1,60}", re.ASCII)
MAX_TRIES = 5
LONGEST = 15
"""Seconds that one try may take."""


def call(notes: Notes, node: Node, failed: str | None) -> CallOut:
    """The verb of a `call`; one that cannot be used where something is wrong, which is noted."""
    fields = notes.fields(notes.table(node, "`call`", _HOW), _KEYS, "in a call")
    methods = [name for name in METHODS if name in fields]
    if not methods and isinstance(node, Table):
        notes.error(node, "The call has no address.", _HOW)
    for extra in methods[1:]:
        notes.error(fields[extra][0], f"`{methods[0]}` and `{extra}` are in one call.", "Keep one address.")
    if "json" in fields and methods[:1] == ["get"]:
        notes.error(fields["json"][0], "`json` does not go with `get`.", "Write `post`, or put the values into the address.")
    return CallOut(
        method=methods[0] if methods else "get",
        url=_url(notes, fields[methods[0]][1]) if methods else compile_template(""),
        headers=_headers(notes, fields["headers"][1]) if "headers" in fields else (),
        body=_shape(notes, fields["json"][1]) if "json" in fields else None,
        timeout=_timeout(notes, fields["timeout"][1]) if "timeout" in fields else Span(seconds=5),
        tries=_tries(notes, fields["tries"][1]) if "tries" in fields else 3,
        failed=failed,
    )


def _url(notes: Notes, node: Node) -> Template:
    """The address. Its host is written out: no answer of a customer decides who is asked."""
    made = notes.template(node, "The address", _HOW)
    if not made.parts:
        return made
    first = made.parts[0]
    host = _HOST.match(first) if isinstance(first, str) else None
    spaces = any(any(map(str.isspace, part)) for part in made.parts if isinstance(part, str))
    if host is None or spaces or (len(made.parts) > 1 and not host["end"]):
        how = "Write https://api.example.com/stock?size={{ answers.size }}."
        notes.error(node, "The address is not a web address with its host written out.", how)
    elif host[0].startswith("http:"):
        notes.warning(node, Advice.HTTP_ADDRESS, "What is sent to an http address can be read on the way.", "Write https.")
    return made


def _headers(notes: Notes, node: Node) -> tuple[tuple[str, Template], ...]:
    how = "Write headers: {Authorization: \"Bearer {{ secret('STOCK_KEY') }}\"}."
    made = []
    for key, value in notes.table(node, "`headers`", how).pairs:
        if not _HEADER.fullmatch(key.text):
            notes.error(key, f"`{key.text}` cannot be a header's name.", how)
        made.append((key.text, notes.template(value, f"The header `{key.text}`", how, secrets=True)))
    return tuple(made)


def _shape(notes: Notes, node: Node) -> Shape:
    """The body, as it is written: a value that is one {{ }} keeps its type, any other is a text."""
    match node:
        case Table(pairs=pairs):
            return {key.text: _shape(notes, value) for key, value in pairs}
        case Listing(items=items):
            return tuple(_shape(notes, item) for item in items)
        case Scalar(text=text):
            return notes.template(node, "The value", _HOW, secrets=True) if text.strip() else compile_template("")


def _timeout(notes: Notes, node: Node) -> Span:
    made = notes.positive_duration(node, "timeout")
    if made is not None and (made.days or made.seconds > LONGEST):
        notes.error(node, f"A call waits {LONGEST}s at most.", "Write timeout: 5s.")
    return made or Span(seconds=5)


def _tries(notes: Notes, node: Node) -> int:
    number = notes.number(node, "tries")
    if number is not None and not (isinstance(number, int) and 1 <= number <= MAX_TRIES):
        notes.error(node, f"`tries` is a number from 1 to {MAX_TRIES}.", "Write tries: 3.")
        return 3
    return int(number or 3)
