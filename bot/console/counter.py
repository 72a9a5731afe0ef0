"""What a text costs, as the composer shows it: a box for each segment, filled as far as the text reaches. Pure."""

from dataclasses import dataclass

from flows.segments import segments

_ROOM = {"GSM-7": (160, 153), "UCS-2": (70, 67)}
"""Units of a text's one segment, and of each of several (3GPP TS 23.040, 9.2.3.24.1)."""
_LEAST_CELLS = 4
_WIDTH, _GAP = 88.0, 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One box: where it begins, how wide it is, and how much of it is used."""

    x: float
    width: float
    used: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """room: the units that so many segments hold. because: the character that makes the text Unicode."""

    segments: int
    units: int
    room: int
    encoding: str
    because: str | None
    cells: tuple[Cell, ...]


def counted(text: str) -> Cost:
    """The segments of a text, as they will be billed."""
    found = segments(text)
    one, many = _ROOM[found.encoding]
    room = one if found.segments == 1 else many * found.segments
    n_cells = max(_LEAST_CELLS, found.segments)
    width = (_WIDTH - _GAP * n_cells) / n_cells
    cells = []
    for n in range(n_cells):
        part = min(1.0, max(0.0, found.units / (room / found.segments) - n)) if n < found.segments else 0.0
        cells.append(Cell(x=round(0.5 + n * (width + _GAP), 2), width=round(width, 2), used=round(width * part, 2)))
    encoding = "GSM-7" if found.encoding == "GSM-7" else "Unicode"
    return Cost(segments=found.segments, units=found.units, room=room, encoding=encoding, because=found.unicode_because, cells=tuple(cells))
