"""Contacts as CSV, in and out. A bad row never stops the good ones, and is never lost: it comes back with its reason.

In: the file is read as it is written, a batch in one transaction, so that a file of any length needs the same memory. A batch that
is taken again, by a second run of a file whose first one was killed, finds its contacts as it would leave them and changes nothing.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import IO, Any

from sqlalchemy import Connection

from bot.contacts_rows import COLUMNS, KNOWN, LINE, REASON, NoPhoneColumn, Rejected, Row, e164, guarded, read_rows, text_of
from bot.gate import Urgency
from bot.optin import Asking, asked_at, first_step, question
from flows.consent import CONFIRM_WITHIN
from models import consent, contact, outbox
from models.contact import ContactRow
from models.store import Store
from scheduler.zones import home_zone, place_of

__all__ = ["Imported", "NoPhoneColumn", "Rejected", "RejectedFile", "e164", "export_contacts", "import_contacts", "write_rejected"]

BATCH = 1000
SHOWN = 1000
"""So many rejected rows are kept to be shown; the file has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """stay_out: rows that were taken and say `in`, of people who opted out or whose opting out is in doubt: that stayed.

    rejected: the first SHOWN of them.
    """

    added: int
    changed: int
    stay_out: int
    n_rejected: int
    rejected: tuple[Rejected, ...]


@dataclass(slots=True)
class _Count:
    added: int = 0
    changed: int = 0
    stay_out: int = 0
    n_rejected: int = 0
    shown: list[Rejected] = field(default_factory=list)


# --- in ---------------------------------------------------------------------------------------------------------------


def import_contacts(
    store: Store,
    lines: Iterable[str],
    *,
    country: str,
    now: datetime,
    kind: str = "real",
    tell: Callable[[int], None] = lambda _: None,
    reject: Callable[[Rejected], None] = lambda _: None,
    asking: Asking | None = None,
) -> Imported:
    """Adds and updates contacts. Columns beyond the known ones become fields. Raises NoPhoneColumn.

    `consent` may be `in` (with `proof`: who agreed, when and how), `out` or `held`; who opted out is never opted in by a file.
    tell: called with the number of lines that were just seen to. reject: gets each row that is not taken. asking: where opt-ins are
    confirmed; who is to be `in` without `confirmed` is asked then, once, and consent waits for the answer.
    """
    rows = read_rows(lines, country)
    count = _Count()
    while read := list(islice(rows, BATCH)):
        good = {row.phone: row for row in read if isinstance(row, Row)}
        values = {row.phone: _new_values(row, now, kind, asking) for row in good.values()}  # before the transaction: it takes as long
        while good:
            with store.write() as db:
                raced = _Batch(db, good, values, now, count, kind, asking).write()
            good = {phone: good[phone] for phone in raced}
        for bad in read:
            if isinstance(bad, Rejected):
                count.n_rejected += 1
                reject(bad)
                if len(count.shown) < SHOWN:
                    count.shown.append(bad)
        tell(len(read))
    return Imported(
        added=count.added, changed=count.changed, stay_out=count.stay_out, n_rejected=count.n_rejected, rejected=tuple(count.shown)
    )


def _new_values(row: Row, now: datetime, kind: str, asking: Asking | None) -> dict[str, Any]:
    """The columns of a contact whom nobody knew."""
    blank = dict.fromkeys((*COLUMNS, "consent_at", "optin_asked_at"))
    home = _home(row.phone[:8] if row.phone.startswith("+1") and len(row.phone) == 12 else row.phone, row.columns.get("country"))
    if _to_be_asked(asking, row, None):
        changes = _changes(None, row, "unknown", "unknown", now) | {"optin_asked_at": asked_at(row.phone, row.columns.get("country"), now)}
    else:
        changes = _changes(None, row, "unknown", _consent("unknown", row.consent), now)
    return contact.new_values(row.phone, now, kind=kind, **(blank | changes), number_zone=home)


@lru_cache(maxsize=32768)
def _home(phone: str, country: str | None) -> str:
    """The zone of a number, or of all numbers of an American exchange (+1415555): the numbering plan knows no finer one."""
    return home_zone(place_of(phone.ljust(12, "0") if phone.startswith("+1") else phone, None, country))


@dataclass(slots=True)
class _Batch:
    """Some rows, in one transaction. rows, values: by phone. Consent moves with its proof in the ledger."""

    db: Connection
    rows: Mapping[str, Row]
    values: Mapping[str, dict[str, Any]]
    now: datetime
    count: _Count
    kind: str
    asking: Asking | None
    ledger: list[dict[str, Any]] = field(default_factory=list)
    questions: list[Mapping[str, Any]] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)

    def write(self) -> list[str]:
        """The numbers that somebody else has added meanwhile: they come with the next transaction, which holds nothing yet, so that
        two imports never wait for each other."""
        known = contact.lock_phones(self.db, list(self.rows))
        added = contact.add_new(self.db, [self.values[phone] for phone in sorted(self.rows) if phone not in known])
        raced = [phone for phone in self.rows if phone not in known and phone not in added]
        for phone, contact_id in added.items():
            self.move(contact_id, self.rows[phone], "unknown", self.values[phone]["consent"])
            if (at := self.values[phone]["optin_asked_at"]) is not None:
                self.ask(contact_id, self.rows[phone], self.values[phone]["language"], at, test=self.kind == "test")
        changed = {was.id: self.change(was, self.rows[phone]) for phone, was in known.items()}
        contact.change_locked(self.db, {contact_id: values for contact_id, values in changed.items() if values})
        consent.add_all(self.db, self.ledger)
        outbox.add(self.db, self.questions)
        for contact_id in self.gone:
            outbox.cancel_unsent(self.db, contact_id)
        self.count.added += len(added)
        self.count.changed += len(known)
        return raced

    def change(self, was: ContactRow, row: Row) -> dict[str, Any]:
        """The columns of a known contact that this row changes."""
        if _to_be_asked(self.asking, row, was):
            at = asked_at(was.phone, row.columns.get("country") or was.country, self.now)
            self.ask(was.id, row, row.columns.get("language") or was.language, at, test=was.test)
            return {**_differing(was, _changes(was, row, was.consent, was.consent, self.now)), "optin_asked_at": at}
        after = was.consent if self.asking and _unconfirmed(row) else _consent(was.consent, row.consent)
        self.count.stay_out += row.consent == "in" and was.consent in ("out", "held")
        self.move(was.id, row, was.consent, after)
        if after != was.consent and after != "in":
            self.gone.append(was.id)
        return _differing(was, _changes(was, row, was.consent, after, self.now))

    def ask(self, contact_id: int, row: Row, language: str | None, at: datetime, *, test: bool) -> None:
        """The first step of two: the file's proof, and the text that asks. at: when it may leave."""
        assert self.asking is not None
        self.ledger.append(first_step(contact_id, "import", row.proof, self.now))
        notices, ours = self.asking.notices, self.asking.sender
        asked = question(notices, contact_id, language, self.now, urgency=Urgency.SERVICE, ours=ours, test=test)
        self.questions.append({**asked, "expires_at": at + CONFIRM_WITHIN})

    def move(self, contact_id: int, row: Row, before: str, after: str) -> None:
        if after == before:
            return
        words = "; confirmed: ".join(part for part in (row.proof, row.confirmed) if part) or "import"
        proof = {"contact_id": contact_id, "at": self.now, "before": before, "after": after, "source": "import", "words": words, "ours": ""}
        self.ledger.append(proof)


def _differing(was: ContactRow, changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in changes.items() if getattr(was, name) != value}


def _unconfirmed(row: Row) -> bool:
    return row.consent == "in" and not row.confirmed


def _to_be_asked(asking: Asking | None, row: Row, was: ContactRow | None) -> bool:
    """Whether this row's opt-in has to be confirmed first. Who was asked before is not asked again by a file."""
    if asking is None or not _unconfirmed(row):
        return False
    return was is None or (was.consent == "unknown" and was.optin_asked_at is None)


def _consent(before: str, given: str) -> str:
    """`out` always holds; `in` and `held` never undo an opt-out, nor a doubt about one."""
    if given == "out":
        return "out"
    return given if given in ("in", "held") and before not in ("out", "held") else before


def _changes(was: ContactRow | None, row: Row, before: str, after: str, now: datetime) -> dict[str, Any]:
    """The columns to write. A field that says what it said before keeps its type: a file knows only text."""
    fields = dict(was.fields) if was else {}
    fields |= {name: value for name, value in row.fields.items() if name not in fields or text_of(fields[name]) != value}
    tags = list(dict.fromkeys([*(was.tags if was else ()), *row.tags]))
    moved = {"consent": after, "consent_before": before, "consent_at": now} if after != before else {}
    elsewhere = was is not None and row.columns.get("country", was.country) != was.country
    return {**row.columns, "fields": fields, "tags": tags, **moved, **({"number_zone": None} if elsewhere else {})}


# --- out --------------------------------------------------------------------------------------------------------------


def export_contacts(store: Store, out: IO[str], *, kind: str = "real") -> int:
    """Writes contacts of a kind as a file that `import_contacts` takes again; how many. The proof is what the ledger says."""
    names = sorted({name for row, _ in _everybody(store, kind) for name in row.fields if name not in KNOWN})
    writer = csv.writer(out)
    writer.writerow([*KNOWN, *(guarded(name) for name in names)])
    count = 0
    for row, shown in _everybody(store, kind):
        known = [*(getattr(row, name) or "" for name in COLUMNS), ";".join(row.tags)]
        cells = [*known, row.consent, *_proof(row, shown), *(text_of(row.fields.get(name)) for name in names)]
        writer.writerow([row.phone, *(guarded(cell) for cell in cells)])
        count += 1
    return count


def _proof(row: ContactRow, shown: consent.ConsentRow | None) -> tuple[str, str]:
    """What stands in `proof` and `confirmed`."""
    if shown is None or row.consent != "in":
        return "", ""
    said = f"{shown.at:%Y-%m-%d %H:%M} UTC, {shown.source}: {shown.words}"
    return said, said if shown.source == "double opt-in" else ""


def _everybody(store: Store, kind: str) -> Iterator[tuple[ContactRow, consent.ConsentRow | None]]:
    """Every contact of a kind, by id, some at a time, with the newest line of its ledger."""
    last = 0
    while True:
        with store.read() as db:
            rows = contact.after(db, last, 1000)
            proofs = consent.latest(db, [row.id for row in rows])
        if not rows:
            return
        yield from ((row, proofs.get(row.id)) for row in rows if row.kind == kind)
        last = rows[-1].id


class RejectedFile:
    """The rejected rows as CSV, with line and reason, to be mended and imported again. The first row begins it."""

    def __init__(self, opened: Callable[[], IO[str]]) -> None:
        self._opened = opened
        self._out: IO[str] | None = None
        self._names: tuple[str, ...] = ()

    def add(self, bad: Rejected) -> None:
        """Cells beyond the file's columns stand behind them, without a name."""
        if self._out is None:
            self._out = self._opened()
            self._names = tuple(name for name in bad.names or tuple(bad.row) if name not in (REASON, LINE))
            csv.writer(self._out).writerow([REASON, LINE, *self._names])
        beyond = [value for name, value in bad.row.items() if name not in (*self._names, REASON, LINE)]
        csv.writer(self._out).writerow([bad.reason, bad.line, *(bad.row.get(name, "") for name in self._names), *beyond])

    def close(self) -> None:
        if self._out is not None:
            self._out.close()


def write_rejected(rejected: Iterable[Rejected], out: IO[str]) -> None:
    """Rejected rows that are all at hand, as `RejectedFile` writes them."""
    file = RejectedFile(lambda: out)
    for bad in rejected:
        file.add(bad)
