"""Knocks at the public form: who came when, as a keyed hash of an address or a number, kept for a day."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, Connection, Index, String, Table, delete, func, insert, select

from models.store import Id, Instant, metadata

knock = Table(
    "knock",
    metadata,
    Column("id", Id, primary_key=True),
    Column("who", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Index("knock_who", "who", "at"),
)


def count(db: Connection, who: str, since: datetime) -> int:
    """How often somebody came since then."""
    return int(db.execute(select(func.count()).where(knock.c.who == who, knock.c.at > since)).scalar_one())


def add(db: Connection, whos: Sequence[str], at: datetime, forget_before: datetime) -> None:
    """Writes down that these came, and forgets who came long ago."""
    db.execute(delete(knock).where(knock.c.at < forget_before))
    db.execute(insert(knock), [{"who": who, "at": at} for who in whos])
