"""What contacts bought, as a shop told us: for segments, and for what texts are worth."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Index, Integer, String, Table, insert, select

from models.store import Id, Instant, metadata

purchase = Table(
    "purchase",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(160), nullable=False, unique=True),  # the shop's own number of the order: the same twice is one
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("cents", Integer, nullable=False),  # of `currency`
    Column("currency", String(3), nullable=False),
    Index("purchase_of_contact", "contact_id", "at"),
)


def values(key: str, contact_id: int, at: datetime, cents: int, currency: str) -> dict[str, Any]:
    """The columns of a new purchase."""
    return {"key": key[:160], "contact_id": contact_id, "at": at, "cents": cents, "currency": currency}


def add(db: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
    """Adds those whose key is not there yet; how many."""
    keys = [row["key"] for row in rows]
    known = set(db.execute(select(purchase.c.key).where(purchase.c.key.in_(keys))).scalars())
    fresh = {row["key"]: row for row in rows if row["key"] not in known}
    if fresh:
        db.execute(insert(purchase), list(fresh.values()))
    return len(fresh)
