"""All that a text's turn has to know of its contact, in one statement."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, literal, select

from models import contact as contacts
from models import conversation as conversations
from models import event, meta, queue
from models.contact import ContactRow
from models.conversation import ConversationRow
from models.message import message
from models.prepared import Prepared


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """contact: None for a number never seen. repeated: the text is stored already. behind: an event of the contact is due and unhandled.

    ahead: an answer to the contact waits for a worker, and has not done so for long.
    """

    contact: ContactRow | None
    conversations: tuple[ConversationRow, ...]
    repeated: bool
    behind: bool
    ahead: bool
    catalogue: int


_contact, _conversation = contacts.contact, conversations.conversation
_N_ASKED = 4  # what stands before the contact's columns
_N_KNOWN = _N_ASKED + len(contacts.COLUMNS)  # what stands before the conversation's
_one = select(literal(1).label("one")).subquery("one")
_SNAPSHOT = Prepared(
    select(
        exists(select(message.c.id).where(message.c.provider_sid == bindparam("sid"))),
        event.is_due_of(_contact.c.id),
        queue.answer_waits_for(_contact.c.id),
        select(meta.meta.c.value).where(meta.meta.c.name == meta.CATALOGUE).scalar_subquery(),
        *contacts.COLUMNS,
        *conversations.COLUMNS,
    )
    .select_from(
        _one.outerjoin(_contact, _contact.c.phone == bindparam("phone")).outerjoin(
            _conversation, (_conversation.c.contact_id == _contact.c.id) & _conversation.c.ended_at.is_(None)
        )
    )
    .order_by(_conversation.c.id)
)


def of_text(db: Connection, phone: str, sid: str, now: datetime) -> Snapshot:
    """The snapshot for the text `sid` from `phone`."""
    return _snapshot(db, phone, sid, now)


def of_contact(db: Connection, row: ContactRow, now: datetime) -> Snapshot:
    """The snapshot for an event of a known contact."""
    return _snapshot(db, row.phone, "", now)


def _snapshot(db: Connection, phone: str, sid: str, now: datetime) -> Snapshot:
    values = {"phone": phone, "sid": sid, "now": now, "recent": now - queue.PATIENCE, "soon": now + queue.PATIENCE}
    rows = _SNAPSHOT.rows(db, values)
    repeated, behind, ahead, catalogue = rows[0][:_N_ASKED]
    known, talks = rows[0][_N_ASKED:_N_KNOWN], [row[_N_KNOWN:] for row in rows]
    contact = ContactRow(**dict(zip((c.name for c in contacts.COLUMNS), known, strict=True))) if known[0] is not None else None
    names = [c.name for c in conversations.COLUMNS]
    live = tuple(ConversationRow(**dict(zip(names, talk, strict=True))) for talk in talks if talk[0] is not None)
    told = {"repeated": bool(repeated), "behind": bool(behind), "ahead": bool(ahead)}
    return Snapshot(contact=contact, conversations=live, catalogue=int(catalogue or 0), **told)
