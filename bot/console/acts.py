"""What a person does with a conversation: take it over, answer, note, hand it back, close it, undo, opt out."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from bot import desk
from bot.console import queue
from bot.console.card import refusal
from bot.console.door import me, needs, process_of
from bot.console.inbox import MOST_CHARACTERS, back_to, kept, shown, wanted
from bot.console.page import console
from bot.inbound import clean
from flows.events import Consent
from models import contact, note
from models.contact import ContactRow

UNDO = "undo:"
"""Before the contact and the key by which what a toast tells of can be undone; the page puts a button there."""


@console.post("/inbox/<int:contact_id>/take-over")
@needs("support")
def take_over(contact_id: int) -> ResponseReturnValue:
    row = _row(contact_id)
    _tell(f"{row.name} is yours.", row, desk.take_over(process_of(), row.id, me().row.id))
    return back_to(contact_id)


@console.post("/inbox/<int:contact_id>/reply")
@needs("support")
def reply(contact_id: int) -> ResponseReturnValue:
    """Queues a person's text; what cannot be sent is said, and kept in the box."""
    row, body = _row(contact_id), _written()
    if problem := _unfit(body) or _refused(row):
        return shown(contact_id, draft=body, problem=problem)
    desk.reply(process_of(), contact_id, me().row.id, body, request.form.get("form", "")[:64])
    return back_to(contact_id)


@console.post("/inbox/<int:contact_id>/note")
@needs("support")
def write_note(contact_id: int) -> ResponseReturnValue:
    """Keeps what was typed for staff alone: it is no message, and nothing ever sends it."""
    row, body, process = _row(contact_id), _written(), process_of()
    if not body:
        return shown(contact_id, problem="Write the note first.")
    if len(body) > MOST_CHARACTERS:
        return shown(contact_id, draft=body, problem=f"{len(body)} characters: a note has {MOST_CHARACTERS} at most.")
    with process.store.write() as db:
        note.add(db, row.id, me().row.id, body, process.now())
    return back_to(contact_id)


@console.post("/inbox/<int:contact_id>/again/<int:message_id>")
@needs("support")
def send_again(contact_id: int, message_id: int) -> ResponseReturnValue:
    """A person's text that did not arrive, once more, as a new one: the gate is asked again."""
    row = _row(contact_id)
    if problem := _refused(row):
        return shown(contact_id, problem=problem)
    if not desk.send_again(process_of(), row.id, me().row.id, message_id):
        return shown(contact_id, problem="That text is not one to send again: it has arrived, or is tried again already.")
    flash("The text is sent again.")
    return back_to(contact_id)


@console.post("/inbox/<int:contact_id>/hand-back")
@needs("support")
def hand_back(contact_id: int) -> ResponseReturnValue:
    row = _row(contact_id)
    _tell(f"{row.name} is with the flow again.", row, desk.hand_back(process_of(), row.id, me().row.id))
    return back_to(contact_id)


@console.post("/inbox/<int:contact_id>/done")
@needs("support")
def done(contact_id: int) -> ResponseReturnValue:
    """Nobody waits any more; on to the next who does."""
    row, process = _row(contact_id), process_of()
    _tell(f"{row.name} is done.", row, desk.close(process, row.id, me().row.id))
    with process.store.read() as db:
        following = queue.queue(db, wanted(), process.now(), me().row.id).first
    if following is None or following == contact_id:
        return redirect(url_for("console.inbox", **kept()))
    return back_to(following)


@console.post("/inbox/<int:contact_id>/undo")
@needs("support")
def undo(contact_id: int) -> ResponseReturnValue:
    """The last act undone, where nothing has happened with the contact since."""
    row = _row(contact_id)
    try:
        desk.take_back(process_of(), row.id, me().row.id, request.form.get("key", "")[:64])
    except desk.TooLate:
        flash(f"Too late to undo: something has happened with {row.name} since.")
    else:
        flash(f"Undone. {row.name} stands as before.")
    return back_to(contact_id)


@console.post("/inbox/<int:contact_id>/no-opt-out")
@needs("support")
def clear_doubt(contact_id: int) -> ResponseReturnValue:
    """Somebody has looked at a text in doubt: it was no opt-out."""
    row = _row(contact_id)
    desk.clear_doubt(process_of(), row.id, me().row.id)
    flash(f"{row.name} may be texted as before.")
    return back_to(contact_id)


@console.post("/inbox/<int:contact_id>/opt-out")
@needs("support")
def opt_out(contact_id: int) -> ResponseReturnValue:
    """The contact said somewhere else that it wants no more texts: the words are kept as evidence."""
    words = request.form.get("words", "").strip()[:500]
    if not words:
        return shown(contact_id, problem="To opt somebody out, write down the words in which they asked for it.")
    row = _row(contact_id)
    desk.opt_out(process_of(), row.id, me().row.id, words)
    flash(f"{row.name} is opted out.")
    return back_to(contact_id)


def _tell(words: str, row: ContactRow, key: str) -> None:
    """Says what was done to whom; with a key, the toast offers to undo it."""
    flash(words, f"{UNDO}{row.id}:{key}" if key else "message")


def _written() -> str:
    return clean(request.form.get("body", "").replace("\r\n", "\n")).strip()


def _unfit(body: str) -> str:
    if not body:
        return "Write a text first."
    return f"{len(body)} characters: a text has {MOST_CHARACTERS} at most." if len(body) > MOST_CHARACTERS else ""


def _refused(row: ContactRow) -> str:
    """Why nothing may be sent to this contact, "" where something may."""
    never = row.consent in (Consent.OUT, Consent.HELD) or row.unreachable
    return refusal(process_of(), row).words if never else ""


def _row(contact_id: int) -> ContactRow:
    with process_of().store.read() as db:
        row = contact.by_id(db, contact_id)
    if row is None:
        abort(404)
    return row
