"""The inbox's pages: who waits for a person and why, a transcript, and its parts that change by themselves."""

import secrets
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.console import queue
from bot.console.canned import filled, offered
from bot.console.card import about
from bot.console.counter import counted
from bot.console.door import me, needs, process_of
from bot.console.page import console
from bot.console.thread import IMAGES
from models import canned, contact, media

MOST_CHARACTERS = 1600


@console.get("/")
@needs("support")
def home() -> ResponseReturnValue:
    return redirect(url_for("console.inbox"))


@console.get("/inbox")
@needs("support")
def inbox() -> ResponseReturnValue:
    """The queue, and beside it, where there is room, the first conversation of it."""
    return shown(None)


@console.get("/inbox/<int:contact_id>")
@needs("support")
def conversation_page(contact_id: int) -> ResponseReturnValue:
    return shown(contact_id)


@console.get("/inbox/<int:contact_id>/live")
@needs("support")
def live(contact_id: int) -> ResponseReturnValue:
    """The parts of the page that change by themselves, for the script to swap in. What a search found is not among them."""
    return shown(contact_id, template="live.html")


def shown(contact_id: int | None, *, draft: str = "", problem: str = "", template: str = "inbox.html") -> ResponseReturnValue:
    """The page, with one conversation open; with a problem and what had been typed, where an act was refused."""
    process, asked = process_of(), wanted()
    searches = template == "live.html" and bool(asked.words)
    with process.store.read() as db:
        listed = None if searches else queue.queue(db, asked, process.now(), me().row.id)
        chosen = contact_id if contact_id is not None or listed is None else listed.first
        row = contact.by_id(db, chosen) if chosen is not None else None
        if contact_id is not None and row is None:
            abort(404)
        about_them = about(db, process, row, me().row.id) if row is not None else None
        saved = canned.everything(db)
    picked = request.args.get("canned", "")
    if row is not None and not draft:
        draft = next((filled(reply.body, row.first_name) for reply in saved if str(reply.id) == picked), "")
    page: dict[str, Any] = {"queue": listed, "about": about_them, "opened": contact_id is not None, "kept": kept()}
    page |= {"form": secrets.token_hex(16), "draft": draft, "problem": problem, "cost": counted(draft) if draft else None}
    page |= {"canned": offered(saved, row.first_name) if row is not None else ()}
    return render_template(template, here="inbox", **page), 400 if problem else 200


@console.post("/segments")
@needs("support")
def count_segments() -> ResponseReturnValue:
    """What a draft would cost, for the counter under the box. A form, not an address: drafts are in no log, and may be long."""
    text = request.form.get("text", "")
    return render_template("counter.html", cost=counted(text) if text.strip() else None, most=MOST_CHARACTERS, length=len(text.strip()))


@console.get("/media/<int:message_id>/<int(most=99):number>")
@needs("support")
def picture(message_id: int, number: int) -> ResponseReturnValue:
    """A kept picture. What is no picture is offered as a file, never shown as a page of ours."""
    with process_of().store.read() as db:
        found = media.content(db, message_id, number)
    if found is None:
        abort(404)
    kind, content = found
    as_picture = kind in IMAGES
    headers = {} if as_picture else {"Content-Disposition": "attachment"}
    return Response(content, mimetype=kind if as_picture else "application/octet-stream", headers=headers)


def wanted() -> queue.Asked:
    """Which part of the list the address asks for."""
    return queue.asked(*(request.args.get(name, "") for name in ("show", "q", "group", "from")))


def kept() -> dict[str, Any]:
    """The tab, the words and the page of the queue, kept from page to page."""
    return {name: value for name in ("show", "q", "group", "from") if (value := request.args.get(name, "")[:100])}


def back_to(contact_id: int) -> ResponseReturnValue:
    return redirect(url_for("console.conversation_page", contact_id=contact_id, **kept()))
