"""The inbox: who waits for a person and why, a transcript, and what a person can do about it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from bot import desk
from bot.console.card import about, refusal
from bot.console.counter import counted
from bot.console.door import me, needs, process_of
from bot.console.page import console
from bot.console.thread import IMAGES
from flows.events import Consent
from models import contact, media, outbox
from models.contact import ContactRow
from models.message import MessageRow

GOAL = timedelta(minutes=30)
"""A wait longer than this is late."""
MOST_CHARACTERS = 1600
SHOWN = ("waiting", "yours", "all")
WAITS = ("handoff", "overdue", "inbox")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One row of the queue."""

    contact: ContactRow
    last: MessageRow | None
    waits: timedelta | None
    late: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue in its groups: title and rows. show, words: what was asked for. yours: how many one holds oneself."""

    groups: tuple[tuple[str, tuple[Waiting, ...]], ...]
    show: str
    words: str
    yours: int

    @property
    def first(self) -> int | None:
        return next((row.contact.id for _, rows in self.groups for row in rows), None)


@console.get("/")
@needs("support")
def home() -> ResponseReturnValue:
    return redirect(url_for("console.inbox"))


@console.get("/inbox")
@needs("support")
def inbox() -> ResponseReturnValue:
    """The queue, and beside it, where there is room, the first conversation of it."""
    return _page(None)


@console.get("/inbox/<int:contact_id>")
@needs("support")
def conversation_page(contact_id: int) -> ResponseReturnValue:
    return _page(contact_id)


@console.get("/inbox/<int:contact_id>/live")
@needs("support")
def live(contact_id: int) -> ResponseReturnValue:
    """The parts of the page that change by themselves, for the script to swap in."""
    return _page(contact_id, template="live.html")


def _page(contact_id: int | None, *, draft: str = "", problem: str = "", template: str = "inbox.html") -> ResponseReturnValue:
    process = process_of()
    with process.store.read() as db:
        queue = _queue(db)
        chosen = contact_id or queue.first
        row = contact.by_id(db, chosen) if chosen is not None else None
        if contact_id is not None and row is None:
            abort(404)
        shown = about(db, process, row, me().row.id) if row is not None else None
    cost = counted(draft) if draft else None
    page: dict[str, Any] = {"queue": queue, "about": shown, "opened": contact_id is not None, "kept": _kept()}
    page |= {"draft": draft, "problem": problem, "cost": cost}
    return render_template(template, here="inbox", **page), 400 if problem else 200


def _queue(db: Connection) -> Queue:
    """Those who wait for a person, the longest first, and those that one holds; one's own; all; or those whom a search finds."""
    words, show = request.args.get("q", "").strip()[:100], request.args.get("show", "waiting")
    show = show if show in SHOWN else "waiting"
    held = [row for row in contact.search(db, desk=("held",)) if row.desk_staff_id == me().row.id]
    if words:
        found = {"Found": contact.search(db, words=words)}
    elif show == "all":
        found = {"Everybody": contact.search(db)}
    elif show == "yours":
        found = {"Yours": held}
    else:
        found = {"Waiting for a person": contact.search(db, desk=WAITS), "Yours": held}
    last = outbox.last_texts(db, [row.id for rows in found.values() for row in rows])
    groups = tuple((title, tuple(_row_of(row, last.get(row.id)) for row in rows)) for title, rows in found.items())
    return Queue(groups=groups, show="" if words else show, words=words, yours=len(held))


def _row_of(row: ContactRow, last: MessageRow | None) -> Waiting:
    span = process_of().now() - row.desk_since if row.desk_since and row.desk != "none" else None
    return Waiting(row, last, span, span is not None and span > GOAL, row.desk == "held" and row.desk_staff_id == me().row.id)


# --- what a person does -----------------------------------------------------------------------------------------------


@console.post("/inbox/<int:contact_id>/take-over")
@needs("support")
def take_over(contact_id: int) -> ResponseReturnValue:
    desk.take_over(process_of(), _row(contact_id).id, me().row.id)
    return _back(contact_id)


@console.post("/inbox/<int:contact_id>/reply")
@needs("support")
def reply(contact_id: int) -> ResponseReturnValue:
    """Queues a person's text; what cannot be sent is said, and kept in the box."""
    body = request.form.get("body", "").replace("\r\n", "\n").strip()
    row = _row(contact_id)
    if not body:
        return _page(contact_id, problem="Write a text first.")
    if len(body) > MOST_CHARACTERS:
        return _page(contact_id, draft=body, problem=f"{len(body)} characters: a text has {MOST_CHARACTERS} at most.")
    if row.consent in (Consent.OUT, Consent.HELD) or row.unreachable:
        return _page(contact_id, draft=body, problem=refusal(process_of(), row).words)
    desk.reply(process_of(), contact_id, me().row.id, body)
    return _back(contact_id)


@console.post("/inbox/<int:contact_id>/hand-back")
@needs("support")
def hand_back(contact_id: int) -> ResponseReturnValue:
    row = _row(contact_id)
    desk.hand_back(process_of(), row.id, me().row.id)
    flash(f"{row.name} is with the flow again.")
    return _back(contact_id)


@console.post("/inbox/<int:contact_id>/done")
@needs("support")
def done(contact_id: int) -> ResponseReturnValue:
    """Nobody waits any more; on to the next who does."""
    row = _row(contact_id)
    desk.close(process_of(), row.id, me().row.id)
    flash(f"{row.name} is done.")
    with process_of().store.read() as db:
        following = _queue(db).first
    if following is None or following == contact_id:
        return redirect(url_for("console.inbox", **_kept()))
    return _back(following)


@console.post("/inbox/<int:contact_id>/no-opt-out")
@needs("support")
def clear_doubt(contact_id: int) -> ResponseReturnValue:
    """Somebody has looked at a text in doubt: it was no opt-out."""
    row = _row(contact_id)
    desk.clear_doubt(process_of(), row.id, me().row.id)
    flash(f"{row.name} may be texted as before.")
    return _back(contact_id)


@console.post("/inbox/<int:contact_id>/opt-out")
@needs("support")
def opt_out(contact_id: int) -> ResponseReturnValue:
    """The contact said somewhere else that it wants no more texts: the words are kept as evidence."""
    words = request.form.get("words", "").strip()[:500]
    if not words:
        return _page(contact_id, problem="To opt somebody out, write down the words in which they asked for it.")
    row = _row(contact_id)
    desk.opt_out(process_of(), row.id, me().row.id, words)
    flash(f"{row.name} is opted out.")
    return _back(contact_id)


@console.post("/segments")
@needs("support")
def count_segments() -> ResponseReturnValue:
    """What a draft would cost, for the counter under the box. A form, not an address: drafts are in no log, and may be long."""
    text = request.form.get("text", "")
    return render_template("counter.html", cost=counted(text) if text.strip() else None, most=MOST_CHARACTERS, length=len(text.strip()))


@console.get("/media/<int:message_id>/<int:number>")
@needs("support")
def picture(message_id: int, number: int) -> ResponseReturnValue:
    """A kept picture. What is no picture is offered as a file, never shown as a page of ours."""
    with process_of().store.read() as db:
        found = media.content(db, message_id, number)
    if found is None:
        abort(404)
    kind, content = found
    shown = kind in IMAGES
    headers = {} if shown else {"Content-Disposition": "attachment"}
    return Response(content, mimetype=kind if shown else "application/octet-stream", headers=headers)


def _row(contact_id: int) -> ContactRow:
    with process_of().store.read() as db:
        row = contact.by_id(db, contact_id)
    if row is None:
        abort(404)
    return row


def _kept() -> dict[str, Any]:
    """The tab and the words of the queue, kept from page to page."""
    return {name: value for name in ("show", "q") if (value := request.args.get(name, "")[:100])}


def _back(contact_id: int) -> ResponseReturnValue:
    return redirect(url_for("console.conversation_page", contact_id=contact_id, **_kept()))
