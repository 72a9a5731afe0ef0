"""Canned replies: answers that staff have saved, to be put into the reply box."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, ForeignKey, String, Table, Text, delete, func, insert, select, update

from models.store import Id, Instant, metadata

canned = Table(
    "canned",
    metadata,
    Column("id", Id, primary_key=True),
    Column("title", String(80), nullable=False),
    Column("body", Text, nullable=False),
    Column("staff_id", Id, ForeignKey("staff.id"), nullable=False),  # who wrote it last
    Column("changed_at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedRow:
    id: int
    title: str
    body: str
    staff_id: int
    changed_at: datetime


def everything(db: Connection) -> list[CannedRow]:
    """All canned replies by title."""
    return [CannedRow(**row) for row in db.execute(select(canned).order_by(func.lower(canned.c.title), canned.c.id)).mappings()]


def by_id(db: Connection, canned_id: int) -> CannedRow | None:
    row = db.execute(select(canned).where(canned.c.id == canned_id)).mappings().first()
    return CannedRow(**row) if row else None


def add(db: Connection, *, title: str, body: str, staff_id: int, now: datetime) -> None:
    db.execute(insert(canned).values(title=title, body=body, staff_id=staff_id, changed_at=now))


def change(db: Connection, canned_id: int, *, title: str, body: str, staff_id: int, now: datetime) -> bool:
    """Writes a canned reply anew; False where there is none of this id."""
    fresh = update(canned).where(canned.c.id == canned_id).values(title=title, body=body, staff_id=staff_id, changed_at=now)
    return db.execute(fresh).rowcount == 1


def remove(db: Connection, canned_id: int) -> None:
    db.execute(delete(canned).where(canned.c.id == canned_id))
