"""Alarms: what is wrong, since when, how often, and what to do; and the button for whoever has seen to it."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from bot.alarms import words
from bot.console.door import me, needs, process_of
from bot.console.page import console
from models import alarm, outbox


@console.get("/alarms")
@needs("support")
def alarms() -> ResponseReturnValue:
    """The open ones with what to do, and those that were closed last."""
    with process_of().store.read() as db:
        rows, closed, given_up = alarm.open_ones(db), alarm.closed_ones(db), outbox.count_given_up(db)
    told = [(row, words(row.kind)) for row in rows]
    seen = [(row, words(row.kind)) for row in closed]
    return render_template("alarms.html", here="alarms", told=told, seen=seen, given_up=given_up, may_close=me().may("marketer"))


@console.post("/alarms/<int:alarm_id>/seen")
@needs("marketer")
def seen_to(alarm_id: int) -> ResponseReturnValue:
    """Closes an alarm under one's own name. The same thing wrong again opens a new one."""
    process = process_of()
    with process.store.write() as db:
        if not alarm.is_known(db, alarm_id):
            abort(404)
        first = alarm.close(db, alarm_id, process.now(), me().row.name)
    flash("Closed. It opens again if it happens again." if first else "Somebody had closed it already.")
    return redirect(url_for("console.alarms"))
