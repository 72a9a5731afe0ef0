"""Canned replies: answers that staff have saved. Support puts them into the reply box; marketers and admins write them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.console.door import me, needs, process_of
from bot.console.page import console
from bot.inbound import clean
from models import canned
from models.canned import CannedRow

MOST_CHARACTERS = 1600
MOST_TITLE = 80
_NAME = re.compile(r"([ \t]*)\{\{ *first[ _]name *\}\}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Offered:
    """A canned reply as it would be written to one contact."""

    id: int
    title: str
    text: str


def filled(body: str, first_name: str | None) -> str:
    """A saved text with the first name in its place; where none is known, the space before it goes too. Nothing else is read in it.

    It is plain replacement: neither the saved text nor the name is ever a template.
    """
    name = (first_name or "").strip()
    return _NAME.sub(lambda found: found.group(1) + name if name else "", body).strip()


def offered(saved: Sequence[CannedRow], first_name: str | None) -> tuple[Offered, ...]:
    return tuple(Offered(row.id, row.title, filled(row.body, first_name)) for row in saved)


@console.get("/canned")
@needs("support")
def canned_replies() -> ResponseReturnValue:
    """All of them; with forms for whoever may change them."""
    return _page()


@console.post("/canned")
@needs("marketer")
def add_canned() -> ResponseReturnValue:
    title, body, problem = _typed()
    if problem:
        return _page(problem=problem, title=title, body=body)
    process = process_of()
    with process.store.write() as db:
        canned.add(db, title=title, body=body, staff_id=me().row.id, now=process.now())
    return _saved(f"“{title}” is there for all of you.")


@console.post("/canned/<int:canned_id>")
@needs("marketer")
def change_canned(canned_id: int) -> ResponseReturnValue:
    title, body, problem = _typed()
    if problem:
        return _page(problem=problem, title=title, body=body, of=canned_id)
    process = process_of()
    with process.store.write() as db:
        if not canned.change(db, canned_id, title=title, body=body, staff_id=me().row.id, now=process.now()):
            abort(404)
    return _saved(f"“{title}” is saved.")


@console.post("/canned/<int:canned_id>/delete")
@needs("marketer")
def delete_canned(canned_id: int) -> ResponseReturnValue:
    with process_of().store.write() as db:
        row = canned.by_id(db, canned_id)
        if row is None:
            abort(404)
        canned.remove(db, canned_id)
    return _saved(f"“{row.title}” is gone. What was sent with it stays in the transcripts.")


def _typed() -> tuple[str, str, str]:
    """Title, text, and what is wrong with them."""
    title = " ".join(clean(request.form.get("title", "")).split())
    body = clean(request.form.get("body", "").replace("\r\n", "\n")).strip()
    if not title or not body:
        return title, body, "A canned reply needs a title and a text."
    if len(title) > MOST_TITLE:
        return title, body, f"The title has {len(title)} characters: {MOST_TITLE} at most."
    return title, body, f"{len(body)} characters: a text has {MOST_CHARACTERS} at most." if len(body) > MOST_CHARACTERS else ""


def _saved(words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("console.canned_replies"))


def _page(*, problem: str = "", title: str = "", body: str = "", of: int | None = None) -> ResponseReturnValue:
    """of: whose form has the problem, and what was typed there; None: the one for a new reply."""
    with process_of().store.read() as db:
        rows = canned.everything(db)
    page = {"rows": rows, "problem": problem, "title": title, "body": body, "of": of, "may_write": me().may("marketer")}
    return render_template("canned.html", here="inbox", **page), 400 if problem else 200
