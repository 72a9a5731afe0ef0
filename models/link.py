"""A short address in a text: whose it is, in which message, and where it leads. Who opens it can name no other place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
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
    literal,
    select,
    update,
)

from models.store import Id, Instant, metadata

link = Table(
    "link",
    metadata,
    Column("token", String(32), primary_key=True),
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False),
    Column("message_key", String(160), nullable=False),
    Column("target", Text, nullable=False),
    Column("flow", String(80)),
    Column("revision", Integer),
    Column("step", String(80)),
    Column("test", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("n_opened", Integer, nullable=False),  # by people, as far as one can tell
    Column("n_previewed", Integer, nullable=False),  # by machines that look at every link
    Column("opened_at", Instant),  # first, by a person
    Index("link_of_contact", "contact_id"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    token: str
    contact_id: int
    message_key: str
    target: str
    flow: str | None
    revision: int | None
    step: str | None
    test: bool
    created_at: datetime
    n_opened: int
    n_previewed: int
    opened_at: datetime | None


_BY_TOKEN = select(link).where(link.c.token == bindparam("token"))


def add(db: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        db.execute(insert(link), [{"n_opened": 0, "n_previewed": 0, **row} for row in rows])


def by_token(db: Connection, token: str) -> LinkRow | None:
    row = db.execute(_BY_TOKEN, {"token": token}).mappings().first()
    return LinkRow(**row) if row else None


def count(db: Connection, token: str, now: datetime, *, preview: bool) -> None:
    """Counts a visit, of a person or of a machine."""
    seen = (
        {"n_previewed": link.c.n_previewed + 1}
        if preview
        else {"n_opened": link.c.n_opened + 1, "opened_at": func.coalesce(link.c.opened_at, literal(now, Instant))}
    )
    db.execute(update(link).where(link.c.token == token).values(**seen))
