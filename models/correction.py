"""What staff say a text really meant, where it was read wrongly: offered to authors as new examples of their intents."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, ForeignKey, Index, String, Table, delete, insert, select, update

from models.contact import contact
from models.message import message
from models.staff import staff
from models.store import Id, Instant, metadata

correction = Table(
    "correction",
    metadata,
    Column("id", Id, primary_key=True),
    Column("message_id", Id, ForeignKey("message.id"), nullable=False, unique=True),
    Column("read_as", String(160)),  # an intent's label; null: none
    Column("meant", String(160)),  # likewise
    Column("staff_id", Id, ForeignKey("staff.id"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("settled_at", Instant),  # taken into the flow, or left out of it for good
    Index("correction_open", "settled_at", "id"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionRow:
    """A correction with the words of its text and who made it."""

    id: int
    message_id: int
    body: str
    read_as: str | None
    meant: str | None
    who: str
    created_at: datetime


def put(db: Connection, message_id: int, staff_id: int, *, read_as: str | None, meant: str | None, now: datetime) -> None:
    """The last word on a text: an earlier correction of it is replaced."""
    db.execute(delete(correction).where(correction.c.message_id == message_id))
    values = {"message_id": message_id, "staff_id": staff_id, "read_as": read_as, "meant": meant, "created_at": now}
    db.execute(insert(correction).values(**values))


def of_contact(db: Connection, contact_id: int) -> dict[int, str | None]:
    """What a contact's corrected texts meant, by the text's id."""
    query = select(correction.c.message_id, correction.c.meant).join(message).where(message.c.contact_id == contact_id)
    return {row.message_id: row.meant for row in db.execute(query)}


def offered(db: Connection, flow: str, limit: int = 200) -> list[CorrectionRow]:
    """Corrections that concern a flow's intents and are not settled, newest first; texts of test contacts are left out."""
    own = f"{flow}/"
    query = (
        select(
            correction.c.id,
            correction.c.message_id,
            message.c.body,
            correction.c.read_as,
            correction.c.meant,
            staff.c.name.label("who"),
            correction.c.created_at,
        )
        .join(message, message.c.id == correction.c.message_id)
        .join(contact, contact.c.id == message.c.contact_id)
        .join(staff, staff.c.id == correction.c.staff_id)
        .where(correction.c.settled_at.is_(None), contact.c.kind != "test")
        .where(correction.c.meant.startswith(own, autoescape=True) | correction.c.read_as.startswith(own, autoescape=True))
        .order_by(correction.c.id.desc())
        .limit(limit)
    )
    return [CorrectionRow(**row) for row in db.execute(query).mappings()]


def settle(db: Connection, correction_id: int, now: datetime) -> bool:
    """Offers it no more; whether it was still offered."""
    open_one = (correction.c.id == correction_id) & correction.c.settled_at.is_(None)
    return db.execute(update(correction).where(open_one).values(settled_at=now)).rowcount == 1
