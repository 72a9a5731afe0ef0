"""Staff say what a text really meant; who writes the flows sees it beside them, and takes it as a new example."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from bot.catalogue import intent_examples
from bot.console.door import me, needs, process_of
from bot.console.inbox import back_to
from bot.console.page import console
from models import correction, outbox


@console.post("/inbox/<int:contact_id>/correct/<int:message_id>")
@needs("support")
def correct(contact_id: int, message_id: int) -> ResponseReturnValue:
    """Keeps what a text meant: an intent of the live flows, or none of them. The conversation stays as it is."""
    process = process_of()
    meant = request.form.get("meant", "")
    if meant and meant not in intent_examples(dict(process.shelf.newest().catalogue.flows)):
        abort(400)
    with process.store.write() as db:
        row = outbox.by_id(db, message_id)
        if row is None or row.contact_id != contact_id or row.direction != "in" or not row.reading:
            abort(404)
        read_as = row.reading.get("intent")
        correction.put(db, row.id, me().row.id, read_as=read_as, meant=meant or None, now=process.now())
    flash("Kept. Who writes the flow is offered it as an example.")
    return back_to(contact_id)


@console.post("/flows/<name>/offered/<int:correction_id>")
@needs("marketer")
def settle(name: str, correction_id: int) -> ResponseReturnValue:
    """Offers a text no more: it was taken into the flow, or never will be."""
    process = process_of()
    with process.store.write() as db:
        correction.settle(db, correction_id, process.now())
    return redirect(url_for("console.flow_page", name=name, _anchor="offered"))
