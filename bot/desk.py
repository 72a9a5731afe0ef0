"""What staff do: take over, answer, hand back, close, opt somebody out, and undo. All of it goes through the contact's compare-and-set."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot import inbox
from bot.gate import Urgency
from bot.process import Process
from flows.events import Happened
from flows.hearing import Desk
from models import contact, conversation, event, interaction, outbox, undo
from models.contact import ContactRow
from models.event import EventKind
from models.message import MessageRow, Status, blank
from models.undo import UndoRow

TRIES = 5
UNDO_FOR = timedelta(minutes=10)
UNDONE = "undone"
"""How the log names an act that was taken back, and the outcome of a conversation that only that act had begun."""
AGAIN = "-again"
LOST = frozenset({Status.FAILED, Status.UNDELIVERED, Status.REFUSED, Status.EXPIRED})
"""What a person's text can have come to that it may be sent once more."""
_DESK = ("desk", "desk_reason", "desk_since", "desk_staff_id")


class Busy(Exception):
    """The contact's turns came so thick that no act found room between two of them; try again."""


class TooLate(Exception):
    """The act cannot be undone any more: something has happened with the contact since, or it is long ago."""


def take_over(process: Process, contact_id: int, staff_id: int) -> str:
    """A person holds the contact from now on: queued flow texts are canceled (not those being sent), timers sleep.

    The key to undo it with, "" where it cannot be: nothing changed, or texts were taken back, which no undo queues again.
    """
    held = {"desk": Desk.HELD.value, "desk_staff_id": staff_id}
    for _ in range(TRIES):
        with process.store.write() as db:
            row = _known(db, contact_id)
            if row.desk == held["desk"] and row.desk_staff_id == staff_id:
                return ""
            before = _standing(db, row)
            if not contact.take_turn(db, contact_id, row.version, held):
                continue
            queued = any(text.status == Status.QUEUED and text.author == "flow" for text in outbox.transcript(db, contact_id))
            outbox.cancel_unsent(db, contact_id, authors=("flow",))
            _write(db, row, Happened.TAKEN_OVER, process.now(), {"staff": staff_id})
            return "" if queued else _keep(process, db, Happened.TAKEN_OVER, row, row.version + 1, staff_id, before)
    raise Busy


def reply(process: Process, contact_id: int, staff_id: int, body: str, form: str = "") -> str:
    """Queues a person's text, and takes the contact over if nobody holds it; the message's key. The gate decides when it leaves.

    form: which form the text was typed into. The same words from the same form are one text, however often it was sent off.
    """
    take_over(process, contact_id, staff_id)
    typed = sha256("\n".join((form, str(contact_id), str(staff_id), body)).encode()).hexdigest()
    key = f"staff-{typed if form else uuid.uuid4().hex}"
    try:
        _queue(process, contact_id, staff_id, key, body)
    except IntegrityError:
        with process.store.read() as db:
            if outbox.by_key(db, key) is None:
                raise
    return key


def may_send_again(text: MessageRow) -> bool:
    """Whether a person wrote it, it has not arrived, and its name has room for one more try."""
    return text.author == "staff" and text.status in LOST and text.key is not None and len(text.key) < 140


def send_again(process: Process, contact_id: int, staff_id: int, message_id: int) -> bool:
    """Sends a person's text that did not arrive once more, as a new one past the gate; False where it is none, or was sent again already.

    The new one has the key of the automatic second try, so that there is one second try whoever asks for it.
    """
    with process.store.read() as db:
        text = outbox.by_id(db, message_id)
        if text is None or text.contact_id != contact_id or not may_send_again(text):
            return False
        if outbox.by_key(db, f"{text.key}{AGAIN}") is not None:
            return False
    take_over(process, contact_id, staff_id)
    try:
        _queue(process, contact_id, staff_id, f"{text.key}{AGAIN}", text.body, media=list(text.media))
    except IntegrityError:  # somebody else asked at the same moment
        return False
    return True


def _queue(process: Process, contact_id: int, staff_id: int, key: str, body: str, **more: Any) -> None:
    with process.store.write() as db:
        row = _known(db, contact_id)
        ours = {"ours": process.sender_for(row.phone, row.sender), "channel": row.channel, "test": row.test}
        how = {"key": key, "status": Status.QUEUED.value, "urgency": Urgency.PERSON.value, "author": "staff", "staff_id": staff_id}
        outbox.add(db, [blank(contact_id, "out", body, process.now(), **ours, **how, **more)])
        contact.change(db, contact_id, desk_since=None)  # answered: nobody waits
    process.bell.ring()


def hand_back(process: Process, contact_id: int, staff_id: int) -> str:
    """The flow goes on: an open question is asked again, timers that are still useful fire. The key to undo it with, or ""."""
    return _undoable(process, contact_id, staff_id, EventKind.HAND_BACK, Happened.HANDED_BACK)


def close(process: Process, contact_id: int, staff_id: int) -> str:
    """Done: nobody is waited for, and the listening conversation ends. The key to undo it with, or ""."""
    return _undoable(process, contact_id, staff_id, EventKind.CLOSE, Happened.CLOSED)


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


def _write(db: Connection, row: ContactRow, kind: Happened, now: datetime, data: dict[str, Any]) -> None:
    interaction.add(db, [interaction.values(kind.value, row.id, now, test=row.test, data=data)])


def _known(db: Connection, contact_id: int) -> ContactRow:
    row = contact.by_id(db, contact_id)
    if row is None:
        raise LookupError(f"no contact {contact_id}")
    return row


# --- undo -------------------------------------------------------------------------------------------------------------


def take_back(process: Process, contact_id: int, staff_id: int, key: str) -> None:
    """Undoes an act of one's own: the contact and its conversations stand as before it. Texts that have left stay where they are.

    Raises TooLate where the contact has had another turn since.
    """
    now = process.now()
    with process.store.write() as db:
        kept = undo.by_key(db, key)
        if kept is None or (kept.contact_id, kept.staff_id) != (contact_id, staff_id) or now - kept.created_at > UNDO_FOR:
            raise TooLate
        desk = {**kept.before["desk"], "desk_since": _instant(kept.before["desk"]["desk_since"])}
        if not undo.take(db, key) or not contact.take_turn(db, contact_id, kept.version, desk):
            raise TooLate
        outbox.cancel_unsent(db, contact_id, authors=("flow",))
        _restore(db, contact_id, kept.before["talks"], now)
        row = _known(db, contact_id)
        data = {"staff": staff_id, "act": kept.act, "held": desk["desk"] in (Desk.HELD, Desk.HANDOFF)}
        interaction.add(db, [interaction.values(UNDONE, row.id, now, test=row.test, data=data)])


def _undoable(process: Process, contact_id: int, staff_id: int, kind: EventKind, happened: Happened) -> str:
    with process.store.read() as db:
        row = _known(db, contact_id)
        before = _standing(db, row)
    if kind is EventKind.HAND_BACK and row.desk == Desk.NONE:
        return ""  # pressed twice, or a colleague was faster: asking the question again would text the contact again
    _event(process, contact_id, kind, {"staff_id": staff_id})
    with process.store.write() as db:
        after = _known(db, contact_id)
        _write(db, after, happened, process.now(), {"staff": staff_id})
        if after.version != row.version + 1:  # more was heard than this act: what stood before it is not known
            return ""
        return _keep(process, db, happened, after, after.version, staff_id, before)


def _keep(process: Process, db: Connection, act: Happened, row: ContactRow, version: int, staff_id: int, before: Mapping[str, Any]) -> str:
    now, key = process.now(), uuid.uuid4().hex
    kept = UndoRow(key=key, contact_id=row.id, staff_id=staff_id, act=act.value, version=version, before=before, created_at=now)
    undo.add(db, kept, forget_before=now - UNDO_FOR)
    return key


def _standing(db: Connection, row: ContactRow) -> dict[str, Any]:
    """Who holds the contact, and where its live conversations stand, as JSON."""
    talks = [
        {
            "id": talk.id,
            "state": dict(talk.state),
            "phase": talk.phase,
            "listening": talk.listening,
            "last_at": talk.last_at.isoformat(),
            "expires_at": talk.expires_at.isoformat() if talk.expires_at else None,
        }
        for talk in conversation.live(db, row.id)
    ]
    since = row.desk_since.isoformat() if row.desk_since else None
    return {"desk": {**{name: getattr(row, name) for name in _DESK}, "desk_since": since}, "talks": talks}


def _restore(db: Connection, contact_id: int, talks: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """The conversations as they stood. First nobody listens, as there is never room for two; what began since then ends."""
    known = {talk["id"] for talk in talks}
    for talk in conversation.live(db, contact_id):
        new = talk.id not in known
        ended = {"phase": "ended", "ended_at": now, "outcome": UNDONE} if new else {"phase": talk.phase, "ended_at": None, "outcome": None}
        state = {**talk.state, "phase": "ended", "outcome": UNDONE} if new else dict(talk.state)
        conversation.store(
            db, talk.id, {**ended, "state": state, "listening": False, "last_at": talk.last_at, "expires_at": talk.expires_at}
        )
    for stood in talks:
        at = {"last_at": _instant(stood["last_at"]), "expires_at": _instant(stood["expires_at"])}
        same = {name: stood[name] for name in ("state", "phase", "listening")}
        conversation.store(db, stood["id"], {**same, **at, "ended_at": None, "outcome": None})


def _instant(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
