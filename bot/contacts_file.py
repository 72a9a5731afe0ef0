"""Contacts as CSV, in and out. A bad row never stops the good ones, and is never lost: it comes back with its reason."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from zoneinfo import available_timezones

import phonenumbers

from models import consent, contact
from models.contact import ContactRow
from models.store import Store

COLUMNS = ("first_name", "last_name", "language", "zone", "country")
KNOWN = ("phone", *COLUMNS, "tags", "consent", "proof")
_MOST = {"language": 8, "zone": 64, "country": 2, "first_name": 200, "last_name": 200}
BATCH = 200


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken: its line in the file, as it was, and why."""

    line: int
    row: Mapping[str, str]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    added: int
    changed: int
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
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    possible = phonenumbers.is_possible_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if possible else None


def import_contacts(store: Store, lines: IO[str], *, country: str, now: datetime, kind: str = "real") -> Imported:
    """Adds and updates contacts. Columns beyond the known ones become fields. Raises NoPhoneColumn.

    `consent` may be `in` (with `proof`: who agreed, when and how) or `out`; who opted out is never opted in by a file.
    """
    reader = csv.DictReader(lines)
    if "phone" not in (reader.fieldnames or ()):
        raise NoPhoneColumn(", ".join(reader.fieldnames or ()) or "nothing")
    added = changed = 0
    rejected: list[Rejected] = []
    seen: dict[str, int] = {}
    good: list[_Row] = []
    for given in reader:
        row = {str(name).strip(): (value or "").strip() for name, value in given.items() if isinstance(value, str | None) and name}
        read = _read(row, reader.line_num, country)
        if isinstance(read, _Row) and read.phone in seen:
            read = f"the same number stands in line {seen[read.phone]}"
        if isinstance(read, str):
            rejected.append(Rejected(reader.line_num, row, read))
            continue
        seen[read.phone] = read.line
        good.append(read)
    for n in range(0, len(good), BATCH):
        with store.write() as db:
            for row_ in good[n : n + BATCH]:
                was = contact.by_phone(db, row_.phone)
                _write(db, was, row_, now, kind)
                added, changed = added + (was is None), changed + (was is not None)
    return Imported(added=added, changed=changed, rejected=tuple(rejected))


def _read(row: Mapping[str, str], line: int, country: str) -> _Row | str:
    """The row, or why it is not taken."""
    phone = e164(row.get("phone", ""), row.get("country") or country)
    columns = {name: row[name] for name in COLUMNS if row.get(name)}
    agreed = row.get("consent", "").lower()
    too_long = next((name for name, value in columns.items() if len(value) > _MOST[name]), None)
    if phone is None:
        return f'"{row.get("phone", "")}" is no telephone number; write it as +14155550101'
    if columns.get("zone") and columns["zone"] not in available_timezones():
        return f'"{columns["zone"]}" is no time zone; write one as Europe/Paris'
    if too_long:
        return f"{too_long} is longer than {_MOST[too_long]} characters"
    if agreed not in ("", "in", "out", "unknown"):
        return f'consent is "{agreed}"; write in, out or nothing'
    if agreed == "in" and not row.get("proof"):
        return "consent is `in` without a proof; say in `proof` who agreed, when and how"
    tags = [tag for tag in row.get("tags", "").replace(",", ";").split(";") if tag.strip()]
    fields = {name: value for name, value in row.items() if name not in KNOWN and value}
    made = {"columns": columns, "tags": [tag.strip() for tag in tags], "fields": fields}
    return _Row(line=line, phone=phone, consent=agreed, proof=row.get("proof", ""), **made)  # type: ignore[arg-type]


def _write(db: Any, was: ContactRow | None, row: _Row, now: datetime, kind: str) -> None:
    """Adds or updates one contact; consent moves with its proof in the ledger."""
    before = was.consent if was else "unknown"
    after = row.consent if row.consent in ("in", "out") and before != "out" else before
    changes: dict[str, Any] = dict(row.columns)
    changes |= {
        "fields": {**(was.fields if was else {}), **row.fields},
        "tags": list(dict.fromkeys([*(was.tags if was else ()), *row.tags])),
    }
    if after != before:
        changes |= {"consent": after, "consent_before": before, "consent_at": now}
    if was is None:
        contact_id = contact.add(db, contact.new_values(row.phone, now, kind=kind, **changes))
    else:
        contact_id = was.id
        contact.take_turn(db, was.id, was.version, changes)
    if after != before:
        shown = {"before": before, "after": after, "source": "import", "words": row.proof or "import"}
        consent.add(db, contact_id=contact_id, at=now, ours="", **shown)


def export_contacts(rows: Iterable[ContactRow], out: IO[str]) -> int:
    """Writes contacts as a file that `import_contacts` takes again; how many."""
    every = list(rows)
    names = sorted({name for row in every for name in row.fields})
    writer = csv.writer(out)
    writer.writerow([*KNOWN[:-1], *names])
    for row in every:
        columns = [getattr(row, name) or "" for name in COLUMNS]
        writer.writerow([row.phone, *columns, ";".join(row.tags), row.consent, *(_plain(row.fields.get(name)) for name in names)])
    return len(every)


def _plain(value: Any) -> str:
    """A value as a cell; never one that a spreadsheet takes for a formula."""
    text = "" if value is None else ";".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"'{text}" if text[:1] in ("=", "@", "\t", "\r") else text


def write_rejected(rejected: Iterable[Rejected], out: IO[str]) -> None:
    """The rejected rows as CSV, with the reason first, to be mended and imported again."""
    rows = list(rejected)
    names = list(dict.fromkeys(name for bad in rows for name in bad.row))
    writer = csv.writer(out)
    writer.writerow(["reason", "line", *names])
    for bad in rows:
        writer.writerow([bad.reason, bad.line, *(bad.row.get(name, "") for name in names)])


def all_rows(store: Store) -> Iterator[ContactRow]:
    """Every contact, by id, some at a time."""
    last = 0
    while True:
        with store.read() as db:
            rows = contact.after(db, last, 1000)
        if not rows:
            return
        yield from rows
        last = rows[-1].id
