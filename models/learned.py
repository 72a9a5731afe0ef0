"""What was learned from the flows' examples, by what it was learned from: every process reads it, and none learns it again."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Column, LargeBinary, String, Table, delete, insert, select
from sqlalchemy.exc import IntegrityError

from models.store import Instant, Store, metadata

KEPT = 20
"""How many are kept: those of the last publishings, so that a rollback learns nothing either."""

learned = Table(
    "learned",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Learned:
    """The Memory of nlp.types, in the database."""

    store: Store

    def get(self, key: str) -> bytes | None:
        with self.store.read() as db:
            content: bytes | None = db.scalar(select(learned.c.content).where(learned.c.key == key))
        return content

    def put(self, key: str, content: bytes) -> None:
        """Keeps it; where another process was faster, what that one learned from the same examples stays."""
        kept = select(learned.c.key).order_by(learned.c.at.desc()).limit(KEPT)
        try:
            with self.store.write() as db:
                db.execute(insert(learned).values(key=key, content=content, at=datetime.now(UTC)))
                db.execute(delete(learned).where(learned.c.key.not_in(kept.scalar_subquery())))
        except IntegrityError:
            return
