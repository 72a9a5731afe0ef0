"""Small facts about this installation: when it began, which catalogue of flows is live, whether sending is paused."""

from typing import Any

from sqlalchemy import Column, Connection, String, Table, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from models.store import Json, metadata

meta = Table("meta", metadata, Column("name", String(40), primary_key=True), Column("value", Json, nullable=False))

CATALOGUE = "catalogue"
"""Rises with every publishing: a process whose catalogue is older reads it again."""
INSTALLED = "installed_at"
PAUSED = "sending_paused"
SCHEDULES = "schedules"
"""Of each live schedule, until when the contacts were looked through for it."""
LAST_SEEN = "last_seen_inbound"


def get(db: Connection, name: str, default: Any = None) -> Any:
    row = db.execute(select(meta.c.value).where(meta.c.name == name)).first()
    return default if row is None else row[0]


def put(db: Connection, name: str, value: Any) -> None:
    add = sqlite.insert(meta) if db.dialect.name == "sqlite" else postgresql.insert(meta)  # two may be the first at once
    db.execute(add.values(name=name, value=value).on_conflict_do_update(index_elements=[meta.c.name], set_={"value": value}))


def add_once(db: Connection, name: str, value: Any) -> None:
    """Writes a fact that never changes afterwards."""
    if db.execute(select(meta.c.name).where(meta.c.name == name)).first() is None:
        db.execute(insert(meta).values(name=name, value=value))
