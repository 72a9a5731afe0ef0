"""A person we may text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    func,
    insert,
    select,
    update,
)

from models import many
from models.prepared import Prepared
from models.store import Id, Instant, Json, metadata

contact = Table(
    "contact",
    metadata,
    Column("id", Id, primary_key=True),
    Column("phone", String(64), nullable=False, unique=True),  # E.164, or what the carrier gave; never with a channel's prefix
    Column("kind", String(8), nullable=False),  # real | test
    Column("version", Integer, nullable=False),  # compare-and-set: every turn raises it
    Column("created_at", Instant, nullable=False),
    Column("consent", String(8), nullable=False),
    Column("consent_before", String(8), nullable=False),
    Column("consent_at", Instant),
    Column("language", String(8)),
    Column("zone", String(64)),  # explicit; else the number decides
    Column("country", String(2)),
    Column("first_name", String(200)),
    Column("last_name", String(200)),
    Column("fields", Json, nullable=False),
    Column("tags", Json, nullable=False),
    Column("channel", String(16), nullable=False),  # of the last text: sms | whatsapp | ...
    Column("sender", String(64)),  # our number that the contact texted last
    Column("desk", String(8), nullable=False),
    Column("desk_reason", String(32)),
    Column("desk_since", Instant),
    Column("desk_staff_id", Id, ForeignKey("staff.id")),
    Column("last_in_at", Instant),
    Column("unreachable_at", Instant),
    Column("unreachable_why", Text),
    Column("suppressed_at", Instant),  # the carrier said twice that the recipient blocks us: no marketing
    Column("suppressed_why", Text),
    Column("less_at", Instant),  # the contact asked for fewer texts
    Column("number_zone", String(64)),  # what scheduler.zones reads from number and country; NULL: not looked at since these changed
    Column("optin_asked_at", Instant),  # asked to confirm an opt-in, and no answer yet: consent is unknown so long
    Index("contact_desk", "desk", "desk_since"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow:
    id: int
    phone: str
    kind: str
    version: int
    created_at: datetime
    consent: str
    consent_before: str
    consent_at: datetime | None
    language: str | None
    zone: str | None
    country: str | None
    first_name: str | None
    last_name: str | None
    fields: Mapping[str, Any]
    tags: Sequence[str]
    channel: str
    sender: str | None
    desk: str
    desk_reason: str | None
    desk_since: datetime | None
    desk_staff_id: int | None
    last_in_at: datetime | None
    unreachable_at: datetime | None
    unreachable_why: str | None
    suppressed_at: datetime | None
    suppressed_why: str | None
    less_at: datetime | None
    number_zone: str | None
    optin_asked_at: datetime | None

    @property
    def unreachable(self) -> bool:
        """Whether the carrier's last word is that no text arrives. Who has texted since then can be reached."""
        return self.unreachable_at is not None and (self.last_in_at is None or self.last_in_at <= self.unreachable_at)

    @property
    def suppressed(self) -> bool:
        """Whether the contact gets no marketing, as it blocks us. Who has opted in since then wants it again."""
        if self.suppressed_at is None:
            return False
        return self.consent != "in" or self.consent_at is None or self.consent_at <= self.suppressed_at

    @property
    def test(self) -> bool:
        return self.kind == "test"

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part) or self.phone


COLUMNS = tuple(contact.c)
_BY_PHONE = select(contact).where(contact.c.phone == bindparam("phone"))
_BY_ID = select(contact).where(contact.c.id == bindparam("id"))
_TO_CLAIM = _BY_ID.with_for_update(skip_locked=True, key_share=True)


def by_phone(db: Connection, phone: str) -> ContactRow | None:
    row = db.execute(_BY_PHONE, {"phone": phone}).mappings().first()
    return ContactRow(**row) if row else None


def by_id(db: Connection, contact_id: int) -> ContactRow | None:
    row = db.execute(_BY_ID, {"id": contact_id}).mappings().first()
    return ContactRow(**row) if row else None


def to_claim(db: Connection, contact_id: int) -> ContactRow | None:
    """The contact for whoever claims a text that is counted, so that two workers do not count at once; None where another has it.

    It is not waited for: the turn that holds it may be about to take the text back. SQLite has one writer, who need not ask.
    """
    query = _BY_ID if db.dialect.name == "sqlite" else _TO_CLAIM
    row = db.execute(query, {"id": contact_id}).mappings().first()
    return ContactRow(**row) if row else None


def new_values(phone: str, now: datetime, *, kind: str = "real", **known: Any) -> dict[str, Any]:
    """The columns of a contact of whom nothing else is known."""
    blank: dict[str, Any] = {"consent": "unknown", "consent_before": "unknown", "fields": {}, "tags": [], "channel": "sms", "desk": "none"}
    return {**blank, "phone": phone, "kind": kind, "version": 1, "created_at": now, **known}


def add(db: Connection, values: Mapping[str, Any]) -> int:
    """Adds a contact; its id. Raises IntegrityError where the number is known already."""
    return int(_adding(tuple(sorted(values))).rows(db, values)[0][0])


def take_turn(db: Connection, contact_id: int, version: int, changes: Mapping[str, Any]) -> bool:
    """The lock and the check in one: raises the version if it is still `version`, and makes the turn's changes.

    False: somebody else was faster, and nothing was changed.
    """
    return _turn(tuple(sorted(changes))).run(db, {"_id": contact_id, "_version": version, **changes}) == 1


def lock_phones(db: Connection, phones: Sequence[str]) -> dict[str, ContactRow]:
    """Those of these numbers that are known, by number. Their rows stay as they are until the transaction ends."""
    found: dict[str, ContactRow] = {}
    for n in range(0, len(phones), 1000):
        query = select(contact).where(contact.c.phone.in_(phones[n : n + 1000])).order_by(contact.c.id)
        query = query if db.dialect.name == "sqlite" else query.with_for_update(key_share=True)  # SQLite has one writer
        found |= {row["phone"]: ContactRow(**row) for row in db.execute(query).mappings()}
    return found


def add_new(db: Connection, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Adds those of these contacts, all with the same columns, whose number nobody knows: their ids, by number."""
    return {str(phone): int(contact_id) for phone, contact_id in many.add_unless_known(db, contact, rows, "phone")}


def change_locked(db: Connection, changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Changes contacts that this transaction has locked (`lock_phones`), by id. A turn that was made from the old row is made again."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for contact_id, values in changes.items():
        alike.setdefault(tuple(sorted(values)), []).append({"_id": contact_id, **values})
    for names, rows in alike.items():
        _change(names).run_all(db, rows)


@lru_cache(maxsize=200)
def _change(names: tuple[str, ...]) -> Prepared:
    changed: dict[str, Any] = {name: bindparam(name) for name in names}
    return Prepared(update(contact).where(contact.c.id == bindparam("_id")).values({"version": contact.c.version + 1, **changed}))


@lru_cache(maxsize=200)
def _adding(names: tuple[str, ...]) -> Prepared:
    return Prepared(insert(contact).values({name: bindparam(name) for name in names}).returning(contact.c.id))


@lru_cache(maxsize=200)
def _turn(names: tuple[str, ...]) -> Prepared:
    """The statement for a turn that changes these columns: made once, as every plain answer changes the same ones."""
    same = (contact.c.id == bindparam("_id"), contact.c.version == bindparam("_version"))
    changed: dict[str, Any] = {name: bindparam(name) for name in names}
    return Prepared(update(contact).where(*same).values({"version": contact.c.version + 1, **changed}))


def change(db: Connection, contact_id: int, **changes: Any) -> None:
    """Changes what no turn reads (delivery problems and the like)."""
    db.execute(update(contact).where(contact.c.id == contact_id).values(**changes))


def count_waiting(db: Connection) -> int:
    """Contacts for whom a person should look."""
    waiting = select(func.count()).select_from(contact).where(contact.c.desk.in_(("inbox", "handoff", "overdue")))
    return int(db.execute(waiting).scalar_one())


def count(db: Connection) -> int:
    """All contacts."""
    return int(db.execute(select(func.count()).select_from(contact)).scalar_one())


def holds(db: Connection, contact_id: int, condition: ColumnElement[bool]) -> bool:
    """Whether a condition (models.audience) holds of a contact."""
    return db.execute(select(contact.c.id).where(contact.c.id == contact_id, condition)).first() is not None


def last_id(db: Connection) -> int:
    """The newest contact's number; 0 where there is none."""
    return int(db.execute(select(func.max(contact.c.id))).scalar() or 0)


def count_out(db: Connection, phones: Sequence[str]) -> int:
    """How many of these numbers have opted out."""
    out = 0
    for n in range(0, len(phones), 500):
        these = select(func.count()).select_from(contact).where(contact.c.phone.in_(phones[n : n + 500]), contact.c.consent == "out")
        out += int(db.execute(these).scalar_one())
    return out


def of_kind(db: Connection, kind: str, limit: int = 100) -> list[ContactRow]:
    """Contacts of a kind, newest first."""
    query = select(contact).where(contact.c.kind == kind).order_by(contact.c.id.desc()).limit(limit)
    return [ContactRow(**row) for row in db.execute(query).mappings()]


def with_field(db: Connection, name: str) -> list[ContactRow]:
    """Contacts that carry a field of this name and are not opted out."""
    query = select(contact).where(contact.c.fields[name].as_string().is_not(None), contact.c.consent != "out")
    return [ContactRow(**row) for row in db.execute(query).mappings()]


def held_since(db: Connection, before: datetime) -> list[int]:
    """Contacts whose consent has been in doubt since before then, with nobody's decision."""
    query = select(contact.c.id).where(contact.c.consent == "held", contact.c.consent_at < before)
    return [int(contact_id) for (contact_id,) in db.execute(query)]


def opted_in_after(db: Connection, last_id: int, most: int, inside: ColumnElement[bool]) -> list[ContactRow]:
    """The real contacts behind an id who have opted in and are `inside` (models.audience), in the order of their ids."""
    these = (contact.c.id > last_id, contact.c.kind == "real", contact.c.consent == "in", inside)
    query = select(contact).where(*these).order_by(contact.c.id).limit(most)
    return [ContactRow(**row) for row in db.execute(query).mappings()]


def after(db: Connection, last_id: int, most: int) -> list[ContactRow]:
    """The contacts behind an id, in the order of their ids."""
    query = select(contact).where(contact.c.id > last_id).order_by(contact.c.id).limit(most)
    return [ContactRow(**row) for row in db.execute(query).mappings()]
