"""What staff do: take over, answer, hand back, close, opt somebody out. All of it goes through the contact's compare-and-set."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot import inbox
from bot.gate import Urgency
from bot.process import Process
from flows.events import Happened
from flows.hearing import Desk
from models import contact, event, interaction, outbox
from models.contact import ContactRow
from models.event import EventKind
from models.message import Status, blank

TRIES = 5


class Busy(Exception):
    """The contact's turns came so thick that no act found room between two of them; try again."""


def take_over(process: Process, contact_id: int, staff_id: int) -> None:
    """A person holds the contact from now on: queued flow texts are canceled (not those being sent), timers sleep."""
    changes = {"desk": Desk.HELD.value, "desk_staff_id": staff_id}
    _act(process, contact_id, changes, Happened.TAKEN_OVER, {"staff": staff_id}, cancel=True)


def reply(process: Process, contact_id: int, staff_id: int, body: str) -> str:
    """Queues a person's text, and takes the contact over if nobody holds it; the message's key. The gate decides when it leaves."""
    take_over(process, contact_id, staff_id)
    now = process.now()
    key = f"staff-{uuid.uuid4().hex}"
    with process.store.write() as db:
        row = _known(db, contact_id)
        ours = {"ours": row.sender or process.default_sender, "channel": row.channel, "test": row.test}
        how = {"key": key, "status": Status.QUEUED.value, "urgency": Urgency.PERSON.value, "author": "staff", "staff_id": staff_id}
        outbox.add(db, [blank(contact_id, "out", body, now, **ours, **how)])
        contact.change(db, contact_id, desk_since=None)  # answered: nobody waits
    process.bell.ring()
    return key


def hand_back(process: Process, contact_id: int, staff_id: int) -> None:
    """The flow goes on: an open question is asked again, timers that are still useful fire."""
    _event(process, contact_id, EventKind.HAND_BACK, {"staff_id": staff_id})
    _log(process, contact_id, Happened.HANDED_BACK, {"staff": staff_id})


def close(process: Process, contact_id: int, staff_id: int) -> None:
    """Done: nobody is waited for, and the listening conversation ends."""
    _event(process, contact_id, EventKind.CLOSE, {"staff_id": staff_id})
    _log(process, contact_id, Happened.CLOSED, {"staff": staff_id})


def clear_doubt(process: Process, contact_id: int, staff_id: int) -> None:
    """A person has looked at a text in doubt: it was no opt-out, and the contact's consent is what it was."""
    _event(process, contact_id, EventKind.CLEAR_DOUBT, {"staff_id": staff_id})


def opt_out(process: Process, contact_id: int, staff_id: int, words: str) -> None:
    """The contact told a person that it wants no more texts; `words` are the evidence."""
    _event(process, contact_id, EventKind.OPT_OUT, {"staff_id": staff_id, "source": "staff", "words": words})


def _event(process: Process, contact_id: int, kind: EventKind, data: dict[str, Any]) -> None:
    """An act as an event, heard at once if its turn is free, else by a worker."""
    row = event.values(f"{kind}-{uuid.uuid4().hex}", contact_id, kind, process.now(), data=data)
    with process.store.write() as db:
        event.add(db, [row])
    for due in _due(process, contact_id):
        inbox.handle(process, due)
    process.bell.ring()


def _due(process: Process, contact_id: int) -> list[event.EventRow]:
    with process.store.read() as db:
        return event.due_of(db, contact_id, process.now())


def _act(process: Process, contact_id: int, changes: dict[str, Any], kind: Happened, data: dict[str, Any], *, cancel: bool) -> None:
    for _ in range(TRIES):
        with process.store.write() as db:
            row = _known(db, contact_id)
            if row.desk == changes["desk"] and row.desk_staff_id == changes["desk_staff_id"]:
                return
            if not contact.take_turn(db, contact_id, row.version, changes):
                continue
            if cancel:
                outbox.cancel_unsent(db, contact_id, authors=("flow",))
            _write(db, row, kind, process.now(), data)
            return
    raise Busy


def _log(process: Process, contact_id: int, kind: Happened, data: dict[str, Any]) -> None:
    with process.store.write() as db:
        _write(db, _known(db, contact_id), kind, process.now(), data)


def _write(db: Connection, row: ContactRow, kind: Happened, now: datetime, data: dict[str, Any]) -> None:
    interaction.add(db, [interaction.values(kind.value, row.id, now, test=row.test, data=data)])


def _known(db: Connection, contact_id: int) -> ContactRow:
    row = contact.by_id(db, contact_id)
    if row is None:
        raise LookupError(f"no contact {contact_id}")
    return row
