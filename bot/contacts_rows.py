"""A contacts file's rows, one after the other: what each one says, or why it is not taken. Memory stays constant."""

import csv
import re
import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

import phonenumbers

COLUMNS = ("first_name", "last_name", "language", "zone", "country")
KNOWN = ("phone", *COLUMNS, "tags", "consent", "proof", "confirmed")
REASON, LINE = "rejected_because", "rejected_line"
"""Columns of a file of rejected rows; such a file may be mended and imported as it is."""
_LONGEST = {"language": 8, "zone": 64, "first_name": 200, "last_name": 200}
_CELL_LINES = 200
"""No cell has more lines: a quote that is still open by then was never meant to be one."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken: its line in the file, as it was, and why. names: the file's columns."""

    line: int
    row: Mapping[str, str]
    reason: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row to be taken. confirmed: how and when its person confirmed the opt-in a second time."""

    line: int
    phone: str
    columns: dict[str, str]
    tags: list[str]
    fields: dict[str, str]
    consent: str
    proof: str
    confirmed: str


class NoPhoneColumn(Exception):
    """The file has no column `phone`; nothing was read."""


_AMERICAN = re.compile(r"\+1[2-9]\d{9}", re.ASCII)


def e164(text: str, country: str) -> str | None:
    """A number as E.164, read as one of `country` where it has no +; None for what is no possible number."""
    if _AMERICAN.fullmatch(text):
        return text  # what phonenumbers says as well, in a twentieth of the time
    if re.search(r"\d[eE]\+?\d|\d\.\d.*[eE]", text):
        return None  # a spreadsheet made 1.41555E+10 of it, and its digits are gone
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    possible = phonenumbers.is_possible_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if possible else None


# --- rows -------------------------------------------------------------------------------------------------------------


def read_rows(lines: Iterable[str], country: str) -> Iterator[Row | Rejected]:
    """Every row of the file, as it stands there. Raises NoPhoneColumn."""
    records = _records(lines)
    _, header, _ = next(records, (1, [], ""))
    names = tuple(_column(name) for name in header or ())
    if "phone" not in names:
        raise NoPhoneColumn(", ".join(names) or "nothing")
    kept = tuple(name for name in names if name)
    seen = _Seen()
    try:
        for line, cells, raw in records:
            row = {names[0]: raw} if cells is None else _named(names, cells)
            read = _broken(names, cells) or _read(row, line, country)
            if isinstance(read, Row) and (first := seen.before(read.phone, line)) is not None:
                read = f"the same number stands in line {first}"
            yield Rejected(line, row, read, kept) if isinstance(read, str) else read
    finally:
        seen.close()


class _Seen:
    """The numbers of a file so far, with their lines: on disk, as a file may have more of them than there is memory."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute("CREATE TABLE seen (phone INTEGER PRIMARY KEY, line INTEGER NOT NULL)")
        self._db.execute("BEGIN")

    def before(self, phone: str, line: int) -> int | None:
        """The line where the number stood before; None where this is its first, which is kept."""
        number = int(phone[1:])
        if self._db.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (number, line)).rowcount:
            return None
        return int(self._db.execute("SELECT line FROM seen WHERE phone = ?", (number,)).fetchone()[0])

    def close(self) -> None:
        self._db.close()


def _records(lines: Iterable[str]) -> Iterator[tuple[int, list[str] | None, str]]:
    """Every record: its first line's number and its cells. None for a line whose quotes do not fit: it is given as it stands, and
    reading goes on with the next one, so that a quote left open swallows nobody."""
    ahead = _Ahead(lines)
    at = 1
    while (line := ahead.line(0)) is not None:
        taken, cells = 1, None
        if '"' not in line:
            cells = line.rstrip("\r\n").split(",")  # what csv makes of it, without making a reader
        else:
            feed = _Feed(ahead)
            try:
                cells = next(csv.reader(feed, strict=True), [])
                taken = max(feed.at, 1)
            except csv.Error:
                yield at, None, line.rstrip("\r\n")
        if cells and any(cells):
            yield at, cells, ""
        ahead.drop(taken)
        at += taken


class _Ahead:
    """Lines that are looked at before they are taken."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._rest, self._kept = iter(lines), deque[str]()

    def line(self, n: int) -> str | None:
        """The n-th line from here; None behind the last."""
        while len(self._kept) <= n:
            line = next(self._rest, None)
            if line is None:
                return None
            self._kept.append(line)
        return self._kept[n]

    def drop(self, n: int) -> None:
        for _ in range(n):
            self._kept.popleft()


class _Feed:
    """The lines from here on, as far as one record may reach; `at` is how many were taken."""

    def __init__(self, ahead: _Ahead) -> None:
        self.ahead, self.at = ahead, 0

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        line = self.ahead.line(self.at) if self.at < _CELL_LINES else None
        if line is None:
            raise StopIteration
        self.at += 1
        return line


def _column(name: str) -> str:
    """A column's name; those that we know in any case."""
    name = unguarded(name.strip())
    return name.lower() if name.lower() in (*KNOWN, REASON, LINE) else name


def _named(names: tuple[str, ...], cells: list[str]) -> dict[str, str]:
    row = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name}
    return row if len(cells) <= len(names) else row | {f"column {n + 1}": cells[n] for n in range(len(names), len(cells))}


def _broken(names: tuple[str, ...], cells: list[str] | None) -> str | None:
    """What is wrong with a row's form."""
    if cells is None:
        return "a quote is opened and not closed, or stands inside a cell; write it twice there"
    if any(cells[len(names) :]):
        return f"it has {len(cells)} cells, and the file {len(names)} columns; put a cell with a comma in quotes"
    if any("\0" in cell for cell in cells):
        return "a cell holds a NUL character"
    return None


def _read(row: Mapping[str, str], line: int, country: str) -> Row | str:
    """The row, or why it is not taken."""
    columns = {name: unguarded(row[name]) for name in COLUMNS if row.get(name)}
    if "country" in columns:
        columns["country"] = columns["country"].upper()
    if "language" in columns:
        columns["language"] = columns["language"].lower()
    agreed, proof, confirmed = row.get("consent", "").lower(), unguarded(row.get("proof", "")), unguarded(row.get("confirmed", ""))
    if (wrong := _wrong(columns) or _unproved(agreed, proof)) is not None:
        return wrong
    phone = e164(row.get("phone", ""), columns.get("country") or country)
    if phone is None:
        return f'"{row.get("phone", "")}" is no telephone number; write it as +14155550101'
    given = row.get("tags", "")
    tags = [tag.strip() for tag in unguarded(given).replace(",", ";").split(";") if tag.strip()] if given else []
    fields = {name: unguarded(value) for name, value in row.items() if value and name not in _OURS}
    return Row(line=line, phone=phone, columns=columns, tags=tags, fields=fields, consent=agreed, proof=proof, confirmed=confirmed)


_OURS = frozenset((*KNOWN, REASON, LINE))


def _wrong(columns: Mapping[str, str]) -> str | None:
    """What is wrong in the columns that we know, but the number."""
    for name, value in columns.items():
        most = _LONGEST.get(name)
        if most is not None and len(value) > most:
            return f"{name} is longer than {most} characters"
        if "\n" in value or "\r" in value:
            return f"{name} has a line break; is a quote left open?"
    if columns.get("zone") and columns["zone"] not in _zones():
        return f'"{columns["zone"]}" is no time zone; write one as Europe/Paris'
    if columns.get("country") and columns["country"] not in phonenumbers.SUPPORTED_REGIONS:
        return f'"{columns["country"]}" is no country; write two letters, as US or FR'
    if columns.get("language") and not re.fullmatch(r"[a-z]{2,3}(-[a-z]{2,4})?", columns["language"]):
        return f'"{columns["language"]}" is no language; write it as en or fr'
    return None


def _unproved(agreed: str, proof: str) -> str | None:
    if agreed not in ("", "in", "out", "held", "unknown"):
        return f'consent is "{agreed}"; write in, out or nothing'
    if agreed == "in" and not proof:
        return "consent is `in` without a proof; say in `proof` who agreed, when and how"
    return None


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


# --- cells ------------------------------------------------------------------------------------------------------------

_FORMULA = re.compile(r"'*[=@+\-\t\r]")
_HARMLESS = re.compile(r"[+-]?[\d .,:/-]*")


def text_of(value: Any) -> str:
    """A field's value as a cell."""
    return "" if value is None else ";".join(map(str, value)) if isinstance(value, list) else str(value)


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; `unguarded` gives it back."""
    return f"'{text}" if _FORMULA.match(text) and not _HARMLESS.fullmatch(text) else text


def unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text
