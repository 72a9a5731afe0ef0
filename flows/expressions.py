"""Expressions (`if`, `until`) and templates (`{{ }}`): compiled once when a flow is read, evaluated for every text.

Jinja's parser reads them; flows.syntax lets only listed nodes through; flows.evaluate walks those. No Python is made of
them, and no object's attributes are reached. What people text to us only ever comes in as a value.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.parser import Parser

from flows.evaluate import evaluate
from flows.filters import MAX_PRINTED, printed
from flows.syntax import ExpressionError, Function, Node, bare_path, links, paths, secrets, translate
from flows.types import Secret

__all__ = ["Expression", "ExpressionError", "Template", "compile_expression", "compile_template"]

MAX_EXPRESSION = 500
MAX_TEMPLATE = 5000
MAX_PLACEHOLDERS = 60

_JINJA = Environment(keep_trailing_newline=True)  # noqa: S701 - only its grammar is used; it renders nothing
_SECRET_HERE = ("A secret cannot be used here.", "Write {{ secret('NAME') }} by itself in the headers or the json of a `call`.")
_PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_SINGLE_EQUALS = re.compile(r"[^=!<>]=[^=]")
_CURLY = re.compile("[\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb]")
_STRAIGHT = "Use straight quotes, as in {{ contact.first_name or 'there' }}."
_ODD = re.compile(r"unexpected char ['\"](.+?)['\"] at", re.DOTALL)
_GAPS = re.compile("\x00(?:[ \t]*\x00)*")


@dataclass(frozen=True, slots=True)
class Expression:
    """names: the dotted names it uses, as ("answers", "rating")."""

    source: str
    names: tuple[tuple[str, ...], ...] = field(compare=False)
    node: Node = field(compare=False, repr=False)

    def value(self, names: Mapping[str, object]) -> object:
        """Its typed value; None where something is missing. Never raises for data."""
        return evaluate(self.node, names)


@dataclass(frozen=True, slots=True)
class Template:
    """A text with placeholders. names: the dotted names it uses; bare: those that it prints without a default."""

    source: str
    names: tuple[tuple[str, ...], ...] = field(compare=False)
    bare: tuple[tuple[str, ...], ...] = field(compare=False, repr=False)
    parts: tuple[str | Node, ...] = field(compare=False, repr=False)

    @property
    def plain(self) -> bool:
        """Whether it has no placeholder: what it says depends on nothing."""
        return all(isinstance(part, str) for part in self.parts)

    def render(self, names: Mapping[str, object]) -> str:
        """The text, trimmed, at most MAX_PRINTED characters. What is missing prints as nothing and leaves no double space."""
        language = names.get("language")
        pieces = [
            part if isinstance(part, str) else _print(part, names, language if isinstance(language, str) else "en") for part in self.parts
        ]
        return _close("".join(pieces)).strip()[:MAX_PRINTED]

    def pieces(self, names: Mapping[str, object]) -> tuple[str | Secret, ...]:
        """The text with its secrets still to be put in."""
        found = [part if isinstance(part, str) else evaluate(part, names) for part in self.parts]
        return tuple(piece if isinstance(piece, str | Secret) else printed(piece, "en") for piece in found)

    def address(self, names: Mapping[str, object]) -> str:
        """The text as an address: values are escaped, so that they never change whom or what is asked."""
        return "".join(part if isinstance(part, str) else quote(printed(evaluate(part, names), "en"), safe="") for part in self.parts)

    @property
    def links(self) -> tuple[str, ...]:
        """The targets of its links, once each."""
        return tuple(dict.fromkeys(target for part in self.parts if not isinstance(part, str) for target in links(part)))

    @property
    def secret(self) -> bool:
        """Whether a secret stands in it."""
        return any(not isinstance(part, str) and secrets(part) for part in self.parts)

    def value(self, names: Mapping[str, object]) -> object:
        """The typed value of a template that is one single {{ }}, else the text."""
        first = self.parts[0] if self.parts else ""
        return self.render(names) if isinstance(first, str) or len(self.parts) > 1 else evaluate(first, names)


def compile_expression(source: str) -> Expression:
    """Raises ExpressionError for whatever is not an expression of the flow language."""
    if len(source) > MAX_EXPRESSION:
        raise ExpressionError(f"The expression is longer than {MAX_EXPRESSION} characters.", "Split it over several rules.")
    if not source.strip():
        raise ExpressionError("The expression is empty.", "Write a condition, as in answers.rating >= 4.")
    node = translate(_jinja_expression(source))
    if secrets(node):
        raise ExpressionError(*_SECRET_HERE)
    return Expression(source, paths(node), node)


def compile_template(source: str, *, with_secrets: bool = False) -> Template:
    """Raises ExpressionError for whatever is not a template of the flow language. with_secrets: it may name some, each by itself."""
    if len(source) > MAX_TEMPLATE:
        raise ExpressionError(f"The text is longer than {MAX_TEMPLATE} characters.", "Split it over several steps.", MAX_TEMPLATE)
    _refuse_statements(source)
    if source.count("{{") != source.count("}}"):
        raise ExpressionError("`{{` and `}}` do not match.", "Write {{ before and }} after it, as in {{ brand }}.", _first_brace(source))
    parts: list[str | Node] = []
    places = [match.start() for match in re.finditer(r"\{\{", source)]
    for tree in _jinja_prints(source):
        if isinstance(tree, nodes.TemplateData):
            parts.append(tree.data.replace("\x00", ""))
            continue
        n_before = sum(not isinstance(part, str) for part in parts)
        if n_before >= MAX_PLACEHOLDERS:
            raise ExpressionError(
                f"The text has more than {MAX_PLACEHOLDERS} placeholders.", "Split it over several steps.", places[n_before]
            )
        try:
            parts.append(_allowed(translate(tree), with_secrets=with_secrets))
        except ExpressionError as error:
            offset = places[min(n_before, len(places) - 1)] if places else 0
            raise ExpressionError(error.what, error.how, offset) from None
    placeholders = [part for part in parts if not isinstance(part, str)]
    used = dict.fromkeys(name for node in placeholders for name in paths(node))
    bare = dict.fromkeys(name for node in placeholders if (name := bare_path(node)) is not None)
    return Template(source, tuple(used), tuple(bare), tuple(parts))


def _allowed(node: Node, *, with_secrets: bool) -> Node:
    """The placeholder. A secret stands alone in it, and only in what a service is sent: nothing can then be made of it."""
    if secrets(node) and not (with_secrets and isinstance(node, Function) and node.name == "secret"):
        raise ExpressionError(*_SECRET_HERE)
    return node


def _print(node: Node, names: Mapping[str, object], language: str) -> str:
    # \x00 marks an empty place until the spaces around it are closed; `printed` lets none through from data
    return printed(evaluate(node, names), language) or "\x00"


def _close(text: str) -> str:
    """The text with one of the spaces around each empty place, none at the edge of a line. Linear: what prints may be all spaces."""
    closed, *others = _GAPS.split(text)
    for piece in others:
        right = piece.lstrip(" \t")
        left = closed.rstrip(" \t")
        if not left or left[-1] == "\n" or not right or right[0] == "\n":
            closed = left + right
        elif left != closed and right != piece:
            closed = f"{left} {right}"
        else:
            closed += piece
    return closed


def _refuse_statements(source: str) -> None:
    for opening, how in (("{%", "Use a `branch` step for conditions."), ("{#", "Write comments in the file after a #, outside the text.")):
        offset = source.find(opening)
        if offset >= 0:
            raise ExpressionError(f"`{opening}` cannot be used in a text.", how, offset)


def _jinja_expression(source: str) -> nodes.Expr:
    try:
        parser = Parser(_JINJA, source, state="variable")
        tree = parser.parse_expression()
        if not parser.stream.eos:
            raise ExpressionError(f"`{source}` goes on after its end.", _how(source))
    except TemplateSyntaxError as error:
        raise ExpressionError(f"`{source}` cannot be read: {_plainly(error)}.", _how(source)) from None
    except (RecursionError, ValueError, OverflowError):
        raise ExpressionError("The expression is too long or too deeply nested.", "Split it over several rules.") from None
    return tree


def _how(source: str) -> str:
    if _SINGLE_EQUALS.search(source):
        return "Compare with two signs: answers.rating == 5. At least is >=, at most is <=."
    if _CURLY.search(source):
        return _STRAIGHT
    if "{{" in source:
        return "A condition stands without braces: answers.rating == 5."
    return "Put texts in quotes, join conditions by `and` or `or`, and compare with ==, !=, <, <=, > or >=."


def _plainly(error: TemplateSyntaxError) -> str:
    """What Jinja's parser says, without its own words for things."""
    message = error.message or ""
    if odd := _ODD.match(message):
        return "a quote is never closed" if odd[1] in "'\"" else f"`{odd[1]}` cannot stand here"
    return "it goes on after its end" if "end of print statement" in message else "something is missing or too much"


def _jinja_prints(source: str) -> list[nodes.Expr]:
    """The pieces of a template in order: literal text and placeholders."""
    try:
        body = Parser(_JINJA, source).parse().body
    except TemplateSyntaxError as error:
        raise _syntax_error(source, error) from None
    except (RecursionError, ValueError, OverflowError):
        raise ExpressionError("A placeholder is too long or too deeply nested.", "Split the text over several steps.") from None
    return [piece for output in body if isinstance(output, nodes.Output) for piece in output.nodes]


def _syntax_error(source: str, error: TemplateSyntaxError) -> ExpressionError:
    """The first placeholder that cannot be read, by its place."""
    for match in _PLACEHOLDER.finditer(source):
        try:
            compile_expression(match[1])
        except ExpressionError:
            inside = match[1].strip()
            what = f"`{{{{ {inside} }}}}` cannot be read: {_plainly(error)}." if inside else "The placeholder is empty."
            how = "Write a name, as in {{ contact.first_name or 'there' }}."
            return ExpressionError(what, _STRAIGHT if _CURLY.search(inside) else how, match.start())
    return ExpressionError(f"The text cannot be read: {error.message}.", "Check its {{ and }}.", 0)


def _first_brace(source: str) -> int:
    brace = re.search(r"\{\{|\}\}", source)
    return brace.start() if brace else 0
