"""A published flow: immutable, numbered from 1 for each flow; one of them is live."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    insert,
    select,
    text,
    update,
)

from models.store import Id, Instant, Json, metadata

revision = Table(
    "revision",
    metadata,
    Column("id", Id, primary_key=True),
    Column("flow", String(80), nullable=False),
    Column("number", Integer, nullable=False),
    Column("hash", String(64), nullable=False),  # sha256 of the source
    Column("title", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("live", Boolean, nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("published_by", String(200), nullable=False),
    Column("why", Text, nullable=False),
    Column("parts", Json, nullable=False, server_default="{}"),  # the flows that it runs: name → the revision that was pinned
    UniqueConstraint("flow", "number"),
    Index("revision_one_live", "flow", unique=True, sqlite_where=text("live"), postgresql_where=text("live")),
)


_PUBLISHING = 0x7075_626C_6973
"""What publishing locks in PostgreSQL: the letters "publis" as a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionRow:
    id: int
    flow: str
    number: int
    hash: str
    title: str
    file: str
    source: str
    live: bool
    published_at: datetime
    published_by: str
    why: str
    parts: Mapping[str, int]


def pin(db: Connection, revision_id: int, parts: Mapping[str, int]) -> None:
    """Keeps, for good, with which revisions of the flows that it runs a revision was published: by their names."""
    if parts:
        db.execute(update(revision).where(revision.c.id == revision_id).values(parts=dict(parts)))


def replaced(db: Connection, flow: str, source_hash: str) -> int | None:
    """The number of the last revision with this content, if another one is live now."""
    last = select(revision.c.number).where(revision.c.flow == flow, revision.c.hash == source_hash, ~revision.c.live)
    now = db.execute(select(revision.c.hash).where(revision.c.flow == flow, revision.c.live)).scalar()
    return None if now in (None, source_hash) else db.execute(last.order_by(revision.c.number.desc()).limit(1)).scalar()


def live_of(db: Connection, flow: str) -> RevisionRow | None:
    """A flow's live revision."""
    row = db.execute(select(revision).where(revision.c.flow == flow, revision.c.live)).mappings().first()
    return RevisionRow(**row) if row else None


def publish_alone(db: Connection) -> None:
    """Waits until nobody else publishes: two that read "not live yet" at once would both do it. SQLite has one writer anyway."""
    if db.dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(_PUBLISHING)))


def live(db: Connection) -> list[RevisionRow]:
    """The live revision of every flow."""
    return [RevisionRow(**row) for row in db.execute(select(revision).where(revision.c.live).order_by(revision.c.flow)).mappings()]


def by_id(db: Connection, revision_id: int) -> RevisionRow | None:
    row = db.execute(select(revision).where(revision.c.id == revision_id)).mappings().first()
    return RevisionRow(**row) if row else None


def publish(
    db: Connection, *, flow: str, source_hash: str, title: str, file: str, source: str, at: datetime, by: str, why: str
) -> int | None:
    """Makes this source the flow's live revision; its number, or None where it is live already."""
    now = db.execute(select(revision.c.hash).where(revision.c.flow == flow, revision.c.live)).scalar()
    if now == source_hash:
        return None
    last = db.execute(select(func.max(revision.c.number)).where(revision.c.flow == flow)).scalar() or 0
    db.execute(update(revision).where(revision.c.flow == flow, revision.c.live).values(live=False))
    fresh = {"flow": flow, "number": last + 1, "hash": source_hash, "title": title, "file": file, "source": source, "live": True}
    db.execute(insert(revision).values(**fresh, published_at=at, published_by=by, why=why))
    return int(last) + 1


def retire(db: Connection, flow: str) -> bool:
    """Takes the flow's live revision off; False where it has none."""
    return db.execute(update(revision).where(revision.c.flow == flow, revision.c.live).values(live=False)).rowcount == 1


def of_flow(db: Connection, flow: str) -> Sequence[RevisionRow]:
    """A flow's revisions, newest first."""
    query = select(revision).where(revision.c.flow == flow).order_by(revision.c.number.desc())
    return [RevisionRow(**row) for row in db.execute(query).mappings()]
