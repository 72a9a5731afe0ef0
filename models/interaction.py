"""The append-only log of what happened, from which all reports come. It holds ids and keys, never a text."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Connection, ForeignKey, Index, Integer, String, Table, bindparam, insert, select

from models.message import message
from models.prepared import Prepared
from models.store import Id, Instant, Json, metadata

interaction = Table(
    "interaction",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("kind", String(24), nullable=False),
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False),
    Column("conversation_id", Id),
    Column("message_key", String(160)),
    Column("flow", String(80)),
    Column("revision", Integer),
    Column("step", String(80)),
    Column("data", Json, nullable=False),
    Column("test", Boolean, nullable=False),
    Index("interaction_report", "kind", "flow", "revision", "step"),
    Index("interaction_of_contact", "contact_id", "id"),
)

_ADD = Prepared(insert(interaction).values({c.name: bindparam(c.name) for c in interaction.c if c.name != "id"}))


def values(kind: str, contact_id: int, at: datetime, *, test: bool, **more: Any) -> dict[str, Any]:
    """All columns of a line of the log, so that many go in one statement."""
    blank: dict[str, Any] = {"conversation_id": None, "message_key": None, "flow": None, "revision": None, "step": None, "data": {}}
    return {**blank, "kind": kind, "contact_id": contact_id, "at": at, "test": test, **more}


def add(db: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        _ADD.run_all(db, rows)


def of_contact(db: Connection, contact_id: int, limit: int = 500) -> Sequence[Mapping[str, Any]]:
    """What happened with a contact, oldest first."""
    query = select(interaction).where(interaction.c.contact_id == contact_id).order_by(interaction.c.id.desc()).limit(limit)
    return [dict(row) for row in db.execute(query).mappings()][::-1]


def came_since(db: Connection, contact_id: int, since: datetime, what: str) -> bool:
    """Whether a contact has answered since then; what came at that very moment is what our text answered.

    what: a "reply" is any text of theirs, a "click" one on any link in our texts.
    """
    if what == "click":
        mine = (interaction.c.contact_id == contact_id, interaction.c.kind == "clicked", interaction.c.at > since)
        return db.execute(select(interaction.c.id).where(*mine).limit(1)).first() is not None
    texts = (message.c.contact_id == contact_id, message.c.direction == "in", message.c.created_at > since)
    return db.execute(select(message.c.id).where(*texts).limit(1)).first() is not None
