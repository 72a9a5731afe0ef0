"""What staff note on a contact, for each other. A note is never sent."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, ForeignKey, Index, Table, Text, insert, select

from models.store import Id, Instant, metadata

note = Table(
    "note",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False),
    Column("staff_id", Id, ForeignKey("staff.id"), nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("note_of_contact", "contact_id", "id"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRow:
    id: int
    contact_id: int
    staff_id: int
    body: str
    created_at: datetime


def add(db: Connection, contact_id: int, staff_id: int, body: str, now: datetime) -> None:
    db.execute(insert(note).values(contact_id=contact_id, staff_id=staff_id, body=body, created_at=now))


def of_contact(db: Connection, contact_id: int, limit: int = 300) -> list[NoteRow]:
    """A contact's last notes, oldest first."""
    query = select(note).where(note.c.contact_id == contact_id).order_by(note.c.id.desc()).limit(limit)
    return [NoteRow(**row) for row in db.execute(query).mappings()][::-1]
