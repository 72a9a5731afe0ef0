"""A flow's file as the console shows it: lines of pieces, each with what it is. Pure."""

import re

Piece = tuple[str, str]
"""What it is (k key, s string, n number, c comment, or nothing), and the text."""

_PIECE = re.compile(
    r"""(?P<s>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')"""
    r"""|(?P<c>(?:(?<=\s)|^)\#.*)"""
    r"""|(?P<k>[^\s"'{}\[\],:#][^"'{}\[\],:#]*(?=:(?:\s|$)))"""
    r"""|(?P<n>(?<![\w-])-?\d+(?:\.\d+)?[mhdws]?(?![\w-]))"""
)


def coloured(source: str) -> list[list[Piece]]:
    """The lines of a YAML text. It colours, and decides nothing: a piece that it takes for something else is still shown whole."""
    return [_line(line) for line in source.splitlines()]


def _line(line: str) -> list[Piece]:
    pieces: list[Piece] = []
    at = 0
    for match in _PIECE.finditer(line):
        if match.start() > at:
            pieces.append(("", line[at : match.start()]))
        pieces.append((match.lastgroup or "", match.group()))
        at = match.end()
    if at < len(line) or not line:
        pieces.append(("", line[at:] or " "))
    return pieces
