"""Contacts: everybody whom we may text, or may not; and the way to each one's conversation."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from bot.console.card import STANDS
from bot.console.door import needs, process_of
from bot.console.page import console
from bot.console.queue import MOST_WORDS, plain
from flows.events import Consent
from models import contact, outbox, search

MOST = 200


@console.get("/people")
@needs("support")
def people() -> ResponseReturnValue:
    """A list with search, those who wait first, so many on a page."""
    words = plain(request.args.get("q", ""))
    given = request.args.get("from", "")
    skip = int(given) if given.isdecimal() and len(given) < 10 else 0
    with process_of().store.read() as db:
        how = {"skip": skip, "most": MOST}
        page = search.named(db, words.split()[:MOST_WORDS], **how) if words else search.everybody(db, **how)
        rows = page.rows
        last = outbox.last_texts(db, [row.id for row in rows])
        n_all = contact.count(db)
    found = [(row, last.get(row.id), STANDS[Consent(row.consent)]) for row in rows]
    newer = max(0, skip - MOST) if skip else None
    older = skip + MOST if skip + len(rows) < page.n else None
    around = {"skip": skip, "n": page.n, "newer": newer, "older": older}
    return render_template("people.html", here="people", found=found, words=words, n_all=n_all, **around)
