"""From texts to messages: the language, joining what one turn says, and cutting what is too long."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import regex

from flows.expressions import Template
from flows.types import Text

MAX_LENGTH = 1600
"""Characters of one message: the provider's limit."""

BETWEEN = "\n\n"


class Sayable(Protocol):
    """One text of a turn."""

    @property
    def text(self) -> str: ...
    @property
    def media(self) -> tuple[str, ...]: ...
    @property
    def separate(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Part:
    """One text of a turn, as plain as can be."""

    text: str
    media: tuple[str, ...] = ()
    separate: bool = False


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message. parts: which of the turn's texts are in it, by index; a text that was cut is in several."""

    text: str
    media: tuple[str, ...] = ()
    parts: tuple[int, ...] = ()


def choose(text: Text, language: str, default: str) -> Template:
    """The text in the language, else in its main language ("fr" for "fr-CA"), else in the default, else in any."""
    main = language.split("-")[0]
    return text.get(language) or text.get(main) or text.get(default) or next(iter(text.values()))


def pack(parts: Sequence[Sayable]) -> tuple[Outgoing, ...]:
    """The messages for the texts of one turn, in order.

    Texts without media are joined by a blank line up to MAX_LENGTH; `separate` and media stand alone; a longer text is cut
    at white space, never inside a character as people see it. A text of nothing but spaces, without media, is no message.
    """
    made: list[Outgoing] = []
    open_to_more = False
    for n, part in enumerate(parts):
        text = part.text.strip()
        if not text and not part.media:
            continue
        alone = part.separate or bool(part.media)
        last = made[-1] if made else None
        if not alone and open_to_more and last is not None and len(last.text) + len(BETWEEN) + len(text) <= MAX_LENGTH:
            made[-1] = Outgoing(last.text + BETWEEN + text, parts=(*last.parts, n))
            continue
        first, *others = cut(text, MAX_LENGTH) or [""]
        made.append(Outgoing(first, tuple(part.media), (n,)))
        made.extend(Outgoing(other, parts=(n,)) for other in others)
        open_to_more = not alone
    return tuple(made)


def cut(text: str, length: int) -> list[str]:
    """The text in pieces of at most `length` characters."""
    pieces: list[str] = []
    text = text.strip()
    while len(text) > length:
        at = _place_to_cut(text, length)
        pieces.append(text[:at].rstrip())
        text = text[at:].lstrip()
    return [*pieces, text] if text else pieces


def _place_to_cut(text: str, length: int) -> int:
    """After the last white space that leaves no more than half a message unused, else between two whole characters."""
    for at in range(length, length // 2, -1):
        if text[at].isspace() or text[at - 1].isspace():
            return at
    at = 0
    for grapheme in regex.finditer(r"\X", text):
        if grapheme.end() > length:
            break
        at = grapheme.end()
    return at or length
