"""Segments: who an expression means, counted as it stands, with a sample and how many of them may be texted."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from bot.console.card import STANDS
from bot.console.door import needs, process_of
from bot.console.page import console
from flows.events import Consent
from flows.parse_audience import SegmentError, parse_segment
from models import audience, contact, member
from models.audience import Frame

SAMPLE, LONGEST = 20, 2000


@console.get("/people/segments")
@needs("support")
def segments() -> ResponseReturnValue:
    """An expression, and who it means now. One that is none comes back with the place where it breaks off."""
    process, words = process_of(), request.args.get("q", "").strip()[:LONGEST]
    page = {"here": "people", "words": words}
    try:
        meant = parse_segment(words) if words else None
    except SegmentError as error:
        return render_template("segments.html", **page, problem=error), 400
    if meant is None:
        return render_template("segments.html", **page)
    frame = Frame(sqlite=process.store.sqlite, at=process.now(), zone=process.settings.timezone)
    with process.store.read() as db:
        stands = member.by_standing(db, audience.condition(meant, frame), marketing=True)
        ids = audience.ids_after(db, meant, frame, 0, SAMPLE)
        rows = [row for one in ids if (row := contact.by_id(db, one)) is not None]
    found = [(row, STANDS[Consent(row.consent)]) for row in rows]
    excluded = {why: n for why, n in stands.items() if why}
    return render_template("segments.html", **page, n=sum(stands.values()), n_fit=stands.get("", 0), excluded=excluded, found=found)
