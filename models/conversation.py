"""One contact in one flow revision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Connection, ForeignKey, Index, Integer, String, Table, bindparam, func, insert, select, text, update

from models.contact import contact
from models.prepared import Prepared
from models.store import Id, Instant, Json, metadata

conversation = Table(
    "conversation",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False),
    Column("flow", String(80), nullable=False),
    Column("revision_id", Id, ForeignKey("revision.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("state", Json, nullable=False),
    Column("phase", String(8), nullable=False),
    Column("listening", Boolean, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),  # the last text in either direction
    Column("expires_at", Instant),  # None while a `wait` runs or a person holds
    Column("ended_at", Instant),
    Column("outcome", String(80)),
    Index("conversation_live", "contact_id", sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
    Index("conversation_one_listens", "contact_id", unique=True, sqlite_where=text("listening"), postgresql_where=text("listening")),
    Index("conversation_expiry", "expires_at", sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationRow:
    id: int
    contact_id: int
    flow: str
    revision_id: int
    revision: int
    state: Mapping[str, Any]
    phase: str
    listening: bool
    started_at: datetime
    last_at: datetime
    expires_at: datetime | None
    ended_at: datetime | None
    outcome: str | None


COLUMNS = tuple(conversation.c)
_ADD = Prepared(
    insert(conversation).values({c.name: bindparam(c.name) for c in conversation.c if c.name != "id"}).returning(conversation.c.id)
)
_LIVE = (
    select(conversation).where(conversation.c.contact_id == bindparam("id"), conversation.c.ended_at.is_(None)).order_by(conversation.c.id)
)
_STORE = Prepared(
    update(conversation)
    .where(conversation.c.id == bindparam("_id"))
    .values({name: bindparam(name) for name in ("state", "phase", "listening", "last_at", "expires_at", "ended_at", "outcome")})
)
_EXPIRED = (
    select(conversation)
    .join(contact, contact.c.id == conversation.c.contact_id)
    .where(conversation.c.expires_at <= bindparam("now"), conversation.c.ended_at.is_(None), contact.c.desk.not_in(("handoff", "held")))
    .order_by(conversation.c.expires_at)
    .limit(bindparam("most"))
)


def live(db: Connection, contact_id: int) -> list[ConversationRow]:
    """A contact's live conversations, oldest first."""
    return [ConversationRow(**row) for row in db.execute(_LIVE, {"id": contact_id}).mappings()]


def by_id(db: Connection, conversation_id: int) -> ConversationRow | None:
    row = db.execute(select(conversation).where(conversation.c.id == conversation_id)).mappings().first()
    return ConversationRow(**row) if row else None


def add(db: Connection, values: Mapping[str, Any]) -> int:
    return int(_ADD.rows(db, values)[0][0])


def store(db: Connection, conversation_id: int, values: Mapping[str, Any]) -> None:
    """Writes where a conversation stands now."""
    _STORE.run(db, {"_id": conversation_id, **values})


def rebase(db: Connection, conversation_id: int, revision_id: int, number: int) -> None:
    """The conversation goes on with another revision of its flow."""
    db.execute(update(conversation).where(conversation.c.id == conversation_id).values(revision_id=revision_id, revision=number))


def live_on(db: Connection, revision_id: int, after: int, most: int) -> list[ConversationRow]:
    """Live conversations of a revision behind an id, in the order of their ids."""
    mine = select(conversation).where(
        conversation.c.revision_id == revision_id, conversation.c.ended_at.is_(None), conversation.c.id > after
    )
    return [ConversationRow(**row) for row in db.execute(mine.order_by(conversation.c.id).limit(most)).mappings()]


def expired(db: Connection, now: datetime, most: int) -> list[ConversationRow]:
    """Live conversations, held by nobody, whose silence has lasted too long; the longest first."""
    return [ConversationRow(**row) for row in db.execute(_EXPIRED, {"now": now, "most": most}).mappings()]


def of_contact(db: Connection, contact_id: int, limit: int = 20) -> list[ConversationRow]:
    """A contact's conversations, newest first."""
    query = select(conversation).where(conversation.c.contact_id == contact_id).order_by(conversation.c.id.desc()).limit(limit)
    return [ConversationRow(**row) for row in db.execute(query).mappings()]


def count_live(db: Connection) -> dict[str, int]:
    """How many conversations of each flow have not ended."""
    query = select(conversation.c.flow, func.count()).where(conversation.c.ended_at.is_(None)).group_by(conversation.c.flow)
    return {str(flow): int(count) for flow, count in db.execute(query)}
