"""How many SMS segments a text costs: the same count as the provider's own calculator.

A text of GSM-7 characters only takes 160 units in one segment, 153 in each of several; `^{}[]~\\|€` and the form feed take two
units. Any other character turns the whole text into UCS-2: 70 UTF-16 units in one segment, 67 in each of several. No
character, as people see it, is ever split between two segments. Source: 3GPP TS 23.038, 6.2.1, and 23.040, 9.2.3.24.1.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import regex

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = frozenset("\f^{}\\[~]|€")

_GSM_ONE, _GSM_MANY = 160, 153
_UCS_ONE, _UCS_MANY = 70, 67


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """encoding: "GSM-7" or "UCS-2". units: septets or UTF-16 units in all. unicode_because: the first character that GSM-7 has not."""

    encoding: str
    segments: int
    units: int
    unicode_because: str | None = None


def segments(text: str) -> Segments:
    """The segments of a text. An empty one is one segment: a message that is sent is billed."""
    odd = _first_odd(text)
    if odd is None:
        sizes = [2 if character in GSM_EXTENDED else 1 for character in text]
        return Segments(encoding="GSM-7", segments=_count(sizes, _GSM_ONE, _GSM_MANY), units=sum(sizes))
    sizes = [_utf16(grapheme) for grapheme in _graphemes(text)]
    return Segments(encoding="UCS-2", segments=_count(sizes, _UCS_ONE, _UCS_MANY), units=sum(sizes), unicode_because=odd)


def plain_segments(text: str) -> int:
    """The segments there would be if every character were in GSM-7."""
    return _count([2 if grapheme in GSM_EXTENDED else 1 for grapheme in _graphemes(text)], _GSM_ONE, _GSM_MANY)


def _first_odd(text: str) -> str | None:
    if all(character in GSM_BASIC or character in GSM_EXTENDED for character in text):
        return None
    return next(grapheme for grapheme in _graphemes(text) if grapheme not in GSM_BASIC and grapheme not in GSM_EXTENDED)


def _graphemes(text: str) -> list[str]:
    """Characters as people see them; a line's end of two is two, as both are in GSM-7."""
    return [part for grapheme in regex.findall(r"\X", text) for part in (grapheme if grapheme == "\r\n" else [grapheme])]


def _utf16(text: str) -> int:
    return sum(2 if ord(character) > 0xFFFF else 1 for character in text)


def _count(sizes: Iterable[int], one: int, many: int) -> int:
    """Segments, filled in order: `one` unit limit where everything fits, else `many` for each."""
    sizes = list(sizes)
    if sum(sizes) <= one:
        return 1
    n_segments, used = 1, 0
    for size in sizes:
        if used + size > many:
            n_segments += 1
            used = 0
        used += size
    return n_segments
