"""Contacts as CSV, in and out. A bad row never stops the good ones, and is never lost: it comes back with its reason."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from zoneinfo import available_timezones

import phonenumbers
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from models import consent, contact, outbox
from models.contact import ContactRow
from models.store import Store

COLUMNS = ("first_name", "last_name", "language", "zone", "country")
KNOWN = ("phone", *COLUMNS, "tags", "consent", "proof")
REASON, LINE = "rejected_because", "rejected_line"
"""Columns of a file of rejected rows; such a file may be mended and imported as it is."""
_LONGEST = {"language": 8, "zone": 64, "first_name": 200, "last_name": 200}
BATCH = 200
TRIES = 5


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken: its line in the file, as it was, and why."""

    line: int
    row: Mapping[str, str]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """stay_out: rows that were taken and say `in`, of people who opted out or whose opting out is in doubt: that stayed."""

    added: int
    changed: int
    stay_out: int
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    line: int
    phone: str
    columns: dict[str, str]
    tags: list[str]
    fields: dict[str, str]
    consent: str
    proof: str


class NoPhoneColumn(Exception):
    """The file has no column `phone`; nothing was read."""


def e164(text: str, country: str) -> str | None:
    """A number as E.164, read as one of `country` where it has no +; None for what is no possible number."""
    if re.search(r"\d[eE]\+?\d|\d\.\d.*[eE]", text):
        return None  # a spreadsheet made 1.41555E+10 of it, and its digits are gone
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    possible = phonenumbers.is_possible_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if possible else None


# --- in ---------------------------------------------------------------------------------------------------------------


def import_contacts(
    store: Store, lines: IO[str], *, country: str, now: datetime, kind: str = "real", tell: Callable[[int], None] = lambda _: None
) -> Imported:
    """Adds and updates contacts. Columns beyond the known ones become fields. Raises NoPhoneColumn.

    `consent` may be `in` (with `proof`: who agreed, when and how), `out` or `held`; who opted out is never opted in by a file.
    tell: called with the number of rows that were just written.
    """
    good, rejected = _sorted_out(lines, country)
    added = stay_out = 0
    for n in range(0, len(good), BATCH):
        with store.write() as db:
            for row in good[n : n + BATCH]:
                was = _write(db, row, now, kind)
                added += was is None
                stay_out += was is not None and row.consent == "in" and was.consent in ("out", "held")
        tell(min(BATCH, len(good) - n))
    return Imported(added=added, changed=len(good) - added, stay_out=stay_out, rejected=tuple(rejected))


def _sorted_out(lines: IO[str], country: str) -> tuple[list[_Row], list[Rejected]]:
    """The rows to be taken, and those that are not."""
    records = _records(list(lines))
    _, header, _ = next(records, (1, [], ""))
    names = [_column(name) for name in header or ()]
    if "phone" not in names:
        raise NoPhoneColumn(", ".join(names) or "nothing")
    good: list[_Row] = []
    rejected: list[Rejected] = []
    seen: dict[str, int] = {}
    for line, cells, raw in records:
        row = {names[0]: raw} if cells is None else _named(names, cells)
        read = _broken(names, cells) or _read(row, line, country)
        if isinstance(read, _Row) and read.phone in seen:
            read = f"the same number stands in line {seen[read.phone]}"
        if isinstance(read, str):
            rejected.append(Rejected(line, row, read))
        else:
            seen[read.phone] = line
            good.append(read)
    return good, rejected


def _records(lines: list[str]) -> Iterator[tuple[int, list[str] | None, str]]:
    """Every record: its first line's number and its cells. None for a line whose quotes do not fit: it is given as it stands, and
    reading goes on with the next one, so that a quote left open swallows nobody."""
    at = 0
    while at < len(lines):
        feed = _Feed(lines, at)
        try:
            cells = next(csv.reader(feed, strict=True), [])
        except csv.Error:
            yield at + 1, None, lines[at].rstrip("\r\n")
            at += 1
            continue
        if any(cells):
            yield at + 1, cells, ""
        at = max(feed.at, at + 1)


class _Feed:
    """Lines from a place on; `at` is the place behind the last one taken."""

    def __init__(self, lines: list[str], at: int) -> None:
        self.lines, self.at = lines, at

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        if self.at >= len(self.lines):
            raise StopIteration
        self.at += 1
        return self.lines[self.at - 1]


def _column(name: str) -> str:
    """A column's name; those that we know in any case."""
    name = _unguarded(name.strip())
    return name.lower() if name.lower() in (*KNOWN, REASON, LINE) else name


def _named(names: list[str], cells: list[str]) -> dict[str, str]:
    beyond = {f"column {n + 1}": cells[n] for n in range(len(names), len(cells))}
    return {**{name: cell.strip() for name, cell in zip(names, cells, strict=False) if name}, **beyond}


def _broken(names: list[str], cells: list[str] | None) -> str | None:
    """What is wrong with a row's form."""
    if cells is None:
        return "a quote is opened and not closed, or stands inside a cell; write it twice there"
    if any(cells[len(names) :]):
        return f"it has {len(cells)} cells, and the file {len(names)} columns; put a cell with a comma in quotes"
    if any("\0" in cell for cell in cells):
        return "a cell holds a NUL character"
    return None


def _read(row: Mapping[str, str], line: int, country: str) -> _Row | str:
    """The row, or why it is not taken."""
    columns = {name: _unguarded(row[name]) for name in COLUMNS if row.get(name)}
    columns |= {name: columns[name].upper() for name in ("country",) if name in columns}
    columns |= {name: columns[name].lower() for name in ("language",) if name in columns}
    agreed, proof = row.get("consent", "").lower(), _unguarded(row.get("proof", ""))
    if (wrong := _wrong(columns, agreed, proof)) is not None:
        return wrong
    phone = e164(row.get("phone", ""), columns.get("country") or country)
    if phone is None:
        return f'"{row.get("phone", "")}" is no telephone number; write it as +14155550101'
    tags = [tag.strip() for tag in _unguarded(row.get("tags", "")).replace(",", ";").split(";") if tag.strip()]
    fields = {name: _unguarded(value) for name, value in row.items() if name not in (*KNOWN, REASON, LINE) and value}
    return _Row(line=line, phone=phone, columns=columns, tags=tags, fields=fields, consent=agreed, proof=proof)


def _wrong(columns: Mapping[str, str], agreed: str, proof: str) -> str | None:
    """What is wrong in the columns that we know, but the number."""
    for name, most in _LONGEST.items():
        if len(columns.get(name, "")) > most:
            return f"{name} is longer than {most} characters"
        if "\n" in columns.get(name, "") or "\r" in columns.get(name, ""):
            return f"{name} has a line break; is a quote left open?"
    if columns.get("zone") and columns["zone"] not in available_timezones():
        return f'"{columns["zone"]}" is no time zone; write one as Europe/Paris'
    if columns.get("country") and columns["country"] not in phonenumbers.SUPPORTED_REGIONS:
        return f'"{columns["country"]}" is no country; write two letters, as US or FR'
    if columns.get("language") and not re.fullmatch(r"[a-z]{2,3}(-[a-z]{2,4})?", columns["language"]):
        return f'"{columns["language"]}" is no language; write it as en or fr'
    if agreed not in ("", "in", "out", "held", "unknown"):
        return f'consent is "{agreed}"; write in, out or nothing'
    if agreed == "in" and not proof:
        return "consent is `in` without a proof; say in `proof` who agreed, when and how"
    return None


def _write(db: Connection, row: _Row, now: datetime, kind: str) -> ContactRow | None:
    """Adds or updates one contact, by the compare-and-set of every turn; what it was before. Consent moves with its proof in the ledger."""
    for _ in range(TRIES):
        was = contact.by_phone(db, row.phone)
        before = was.consent if was else "unknown"
        after = _consent(before, row.consent)
        contact_id = _store(db, was, row, _changes(was, row, before, after, now), now, kind)
        if contact_id is None:
            continue  # a turn of this contact was faster
        if after != before:
            shown = {"before": before, "after": after, "source": "import", "words": row.proof or "import"}
            consent.add(db, contact_id=contact_id, at=now, ours="", **shown)
            if after != "in":
                outbox.cancel_unsent(db, contact_id)
        return was
    raise RuntimeError(f"line {row.line}: the contact's turns came so thick that {TRIES} tries found no room between two of them")


def _consent(before: str, given: str) -> str:
    """`out` always holds; `in` and `held` never undo an opt-out, nor a doubt about one."""
    if given == "out":
        return "out"
    return given if given in ("in", "held") and before not in ("out", "held") else before


def _changes(was: ContactRow | None, row: _Row, before: str, after: str, now: datetime) -> dict[str, Any]:
    """The columns to write. A field that says what it said before keeps its type: a file knows only text."""
    fields = dict(was.fields) if was else {}
    fields |= {name: value for name, value in row.fields.items() if name not in fields or _text(fields[name]) != value}
    tags = list(dict.fromkeys([*(was.tags if was else ()), *row.tags]))
    moved = {"consent": after, "consent_before": before, "consent_at": now} if after != before else {}
    return {**row.columns, "fields": fields, "tags": tags, **moved}


def _store(db: Connection, was: ContactRow | None, row: _Row, changes: dict[str, Any], now: datetime, kind: str) -> int | None:
    """The contact's id; None where somebody else has changed or made it since we looked."""
    if was is not None:
        return was.id if contact.take_turn(db, was.id, was.version, changes) else None
    try:
        with db.begin_nested():
            return contact.add(db, contact.new_values(row.phone, now, kind=kind, **changes))
    except IntegrityError:
        return None


# --- out --------------------------------------------------------------------------------------------------------------


def export_contacts(store: Store, out: IO[str], *, kind: str = "real") -> int:
    """Writes contacts of a kind as a file that `import_contacts` takes again; how many. The proof is what the ledger says."""
    names = sorted({name for row, _ in _everybody(store, kind) for name in row.fields if name not in KNOWN})
    writer = csv.writer(out)
    writer.writerow([*KNOWN, *(_guarded(name) for name in names)])
    count = 0
    for row, proof in _everybody(store, kind):
        known = [*(getattr(row, name) or "" for name in COLUMNS), ";".join(row.tags)]
        agreed = [row.consent, proof if row.consent == "in" else ""]
        cells = [*known, *agreed, *(_text(row.fields.get(name)) for name in names)]
        writer.writerow([row.phone, *(_guarded(cell) for cell in cells)])
        count += 1
    return count


def _everybody(store: Store, kind: str) -> Iterator[tuple[ContactRow, str]]:
    """Every contact of a kind, by id, some at a time, with the proof of its consent."""
    last = 0
    while True:
        with store.read() as db:
            rows = contact.after(db, last, 1000)
            proofs = consent.latest(db, [row.id for row in rows])
        if not rows:
            return
        for row in rows:
            if row.kind == kind:
                shown = proofs.get(row.id)
                yield row, f"{shown.at:%Y-%m-%d %H:%M} UTC, {shown.source}: {shown.words}" if shown else ""
        last = rows[-1].id


def write_rejected(rejected: Iterable[Rejected], out: IO[str]) -> None:
    """The rejected rows as CSV, with line and reason, to be mended and imported again."""
    rows = list(rejected)
    names = [name for name in dict.fromkeys(name for bad in rows for name in bad.row) if name not in (REASON, LINE)]
    writer = csv.writer(out)
    writer.writerow([REASON, LINE, *names])
    for bad in rows:
        writer.writerow([bad.reason, bad.line, *(bad.row.get(name, "") for name in names)])


# --- cells ------------------------------------------------------------------------------------------------------------

_FORMULA = re.compile(r"'*[=@+\-\t\r]")
_HARMLESS = re.compile(r"[+-]?[\d .,:/-]*")


def _text(value: Any) -> str:
    """A field's value as a cell."""
    return "" if value is None else ";".join(map(str, value)) if isinstance(value, list) else str(value)


def _guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; `_unguarded` gives it back."""
    return f"'{text}" if _FORMULA.match(text) and not _HARMLESS.fullmatch(text) else text


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text
