"""How a contact stood before an act of staff, kept for a short while so that the act can be undone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Integer, String, Table, delete, insert, select

from models.store import Id, Instant, Json, metadata

undo = Table(
    "undo",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False),
    Column("staff_id", Id, ForeignKey("staff.id"), nullable=False),
    Column("act", String(24), nullable=False),  # taken_over | handed_back | closed
    Column("version", Integer, nullable=False),  # of the contact, as the act left it: another one, and something has happened since
    Column("before", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoRow:
    key: str
    contact_id: int
    staff_id: int
    act: str
    version: int
    before: Mapping[str, Any]
    created_at: datetime


def add(db: Connection, row: UndoRow, *, forget_before: datetime) -> None:
    """Keeps one, and forgets those of before then: they hold what people answered, and nobody undoes them any more."""
    db.execute(delete(undo).where(undo.c.created_at < forget_before))
    values = {name: getattr(row, name) for name in UndoRow.__slots__}
    db.execute(insert(undo).values(values))


def by_key(db: Connection, key: str) -> UndoRow | None:
    row = db.execute(select(undo).where(undo.c.key == key)).mappings().first()
    return UndoRow(**row) if row else None


def take(db: Connection, key: str) -> bool:
    """Uses one up; False where somebody else was faster."""
    return db.execute(delete(undo).where(undo.c.key == key)).rowcount == 1
