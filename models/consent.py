"""The consent ledger: who agreed or refused, in which words, when and how. Rows are only ever added."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Index, String, Table, Text, func, insert, select

from models import many
from models.store import Id, Instant, metadata

consent = Table(
    "consent",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("before", String(8), nullable=False),
    Column("after", String(8), nullable=False),
    Column("source", String(24), nullable=False),  # keyword | sentence | clarified | flow | staff | import | carrier | lapse
    Column("words", Text, nullable=False),
    Column("ours", String(64), nullable=False),  # our number that was texted
    Column("provider_sid", String(64)),
    Column("staff_id", Id, ForeignKey("staff.id")),
    Index("consent_of_contact", "contact_id", "id"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRow:
    id: int
    contact_id: int
    at: datetime
    before: str
    after: str
    source: str
    words: str
    ours: str
    provider_sid: str | None
    staff_id: int | None


def add(db: Connection, **values: Any) -> None:
    db.execute(insert(consent).values(**values))


def add_all(db: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Adds lines that name the same columns, in one statement."""
    many.add_unless_known(db, consent, rows, "contact_id")


def ledger(db: Connection, contact_id: int) -> list[ConsentRow]:
    """All that is known of a contact's consent, newest first."""
    query = select(consent).where(consent.c.contact_id == contact_id).order_by(consent.c.id.desc())
    return [ConsentRow(**row) for row in db.execute(query).mappings()]


def latest(db: Connection, contact_ids: Sequence[int]) -> dict[int, ConsentRow]:
    """The newest line that moved consent, of each of these contacts that has one."""
    moved = (consent.c.contact_id.in_(contact_ids), consent.c.before != consent.c.after)
    newest = select(func.max(consent.c.id)).where(*moved).group_by(consent.c.contact_id)
    rows = db.execute(select(consent).where(consent.c.id.in_(newest))).mappings()
    return {row["contact_id"]: ConsentRow(**row) for row in rows}
