"""Pictures that came with a text: fetched by the worker from the provider, and kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

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
    or_,
    select,
    text,
    update,
)

from models.message import message
from models.store import Id, Instant, metadata

WAITS = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=1))
"""After each failed try. Right after a webhook its pictures may not be there yet (404), says Twilio; an outage lasts longer."""
MOST_TRIES = len(WAITS) + 1

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
    Column("not_before", Instant),
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


def to_fetch(db: Connection, now: datetime, most: int) -> list[MediaRow]:
    """Pictures that are to be fetched now, oldest first."""
    due = or_(media.c.not_before.is_(None), media.c.not_before <= now)
    query = _KNOWN.where(media.c.fetched_at.is_(None), media.c.tries < MOST_TRIES, due).order_by(media.c.id).limit(most)
    return [MediaRow(**row) for row in db.execute(query).mappings()]


def fetched(db: Connection, media_id: int, content: bytes, content_type: str, now: datetime) -> None:
    db.execute(update(media).where(media.c.id == media_id).values(content=content, content_type=content_type, fetched_at=now, error=None))


def failed(db: Connection, row: MediaRow, error: str, now: datetime, *, final: bool = False) -> None:
    """Counts a failed try. final: there is no use in another one."""
    tries = MOST_TRIES if final else row.tries + 1
    not_before = now + WAITS[row.tries] if tries < MOST_TRIES else None
    db.execute(update(media).where(media.c.id == row.id).values(tries=tries, error=error, not_before=not_before))


def content(db: Connection, message_id: int, number: int) -> tuple[str, bytes] | None:
    """A kept picture: its type and its bytes."""
    this = (media.c.message_id == message_id, media.c.number == number, media.c.content.is_not(None))
    row = db.execute(select(media.c.content_type, media.c.content).where(*this)).first()
    return (str(row[0]), bytes(row[1])) if row else None


def kept(db: Connection, contact_id: int) -> frozenset[tuple[int, int]]:
    """The pictures of a contact's texts that have been fetched, as (message, number)."""
    query = select(media.c.message_id, media.c.number).join(message, message.c.id == media.c.message_id)
    rows = db.execute(query.where(message.c.contact_id == contact_id, media.c.fetched_at.is_not(None)))
    return frozenset((int(message_id), int(number)) for message_id, number in rows)
