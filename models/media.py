"""Pictures that came with a text: fetched by the worker from the provider, and kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    insert,
    select,
    text,
    update,
)

from models.message import message
from models.store import Id, Instant, metadata

MOST_TRIES = 5

media = Table(
    "media",
    metadata,
    Column("id", Id, primary_key=True),
    Column("message_id", Id, ForeignKey("message.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("url", Text, nullable=False),
    Column("content_type", String(100), nullable=False),
    Column("content", LargeBinary),
    Column("fetched_at", Instant),
    Column("tries", Integer, nullable=False),
    Column("error", Text),
    UniqueConstraint("message_id", "number"),
    Index("media_to_fetch", "id", sqlite_where=text("fetched_at IS NULL"), postgresql_where=text("fetched_at IS NULL")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaRow:
    id: int
    message_id: int
    number: int
    url: str
    content_type: str
    tries: int


_KNOWN = select(media.c.id, media.c.message_id, media.c.number, media.c.url, media.c.content_type, media.c.tries)


def add(db: Connection, provider_sid: str, pictures: list[tuple[str, str]]) -> None:
    """Notes the pictures (address, type) of the text `provider_sid`, to be fetched."""
    message_id = db.execute(select(message.c.id).where(message.c.provider_sid == provider_sid)).scalar_one()
    rows = [{"message_id": message_id, "number": n, "url": url, "content_type": kind, "tries": 0} for n, (url, kind) in enumerate(pictures)]
    db.execute(insert(media), rows)


def to_fetch(db: Connection, most: int) -> list[MediaRow]:
    query = _KNOWN.where(media.c.fetched_at.is_(None), media.c.tries < MOST_TRIES).order_by(media.c.id).limit(most)
    return [MediaRow(**row) for row in db.execute(query).mappings()]


def fetched(db: Connection, media_id: int, content: bytes, content_type: str, now: datetime) -> None:
    db.execute(update(media).where(media.c.id == media_id).values(content=content, content_type=content_type, fetched_at=now, error=None))


def failed(db: Connection, media_id: int, error: str, *, final: bool = False) -> None:
    tries = MOST_TRIES if final else media.c.tries + 1
    db.execute(update(media).where(media.c.id == media_id).values(tries=tries, error=error))


def content(db: Connection, message_id: int, number: int) -> tuple[str, bytes] | None:
    """A kept picture: its type and its bytes."""
    this = (media.c.message_id == message_id, media.c.number == number, media.c.content.is_not(None))
    row = db.execute(select(media.c.content_type, media.c.content).where(*this)).first()
    return (str(row[0]), bytes(row[1])) if row else None
