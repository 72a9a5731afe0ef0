"""What all pages share: the blueprint, the words and times that templates print."""

from datetime import datetime, timedelta

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue

from bot.console.door import me, needs, process_of
from bot.people import zone
from flows.localtime import to_local
from models import alarm, contact, meta
from models.contact import ContactRow

console = Blueprint("console", __name__, url_prefix="/console", template_folder="templates", static_folder="static")

REASONS = {
    "unheard": ("No flow heard it", ""),
    "handoff": ("Handed over", "soft"),
    "not_understood": ("Not understood", "warn"),
    "asked_for_person": ("Asked for a person", "soft"),
    "maybe_opt_out": ("Opt-out? Held", "bad"),
    "wrote_after_opt_out": ("Wrote after opting out", "bad"),
    "event_failed": ("Something failed", "bad"),
    "loop": ("Went in circles", "bad"),
    "call_failed": ("A service did not answer", "bad"),
}
"""Why a contact waits for a person: in words, and the badge's colour."""


@console.get("/keys")
@needs("support")
def keys() -> ResponseReturnValue:
    """The inbox's keys, for whoever comes without a script."""
    return render_template("keys.html", here="")


@console.context_processor
def everywhere() -> dict[str, object]:
    """What the frame of every page shows."""
    process = process_of()
    with process.store.read() as db:
        waiting = contact.count_waiting(db)
        paused = meta.get(db, meta.PAUSED)
        n_alarms = alarm.count_open(db)
    return {
        "me": me(),
        "n_waiting": waiting,
        "paused": paused,
        "n_alarms": n_alarms,
        "paper": process.settings.messenger == "paper",
        "brand": process.settings.brand,
        "now": process.now(),
    }


def filters(app: Flask) -> None:
    """The filters that templates use."""
    app.add_template_filter(local_time, "local_time")
    app.add_template_filter(local_day, "local_day")
    app.add_template_filter(how_long, "how_long")
    app.add_template_filter(percent, "percent")
    app.add_template_filter(ago, "ago")
    app.add_template_filter(staff_time, "staff_time")
    app.add_template_filter(initials, "initials")
    app.add_template_filter(lambda reason: REASONS.get(reason or "", (str(reason or "").replace("_", " "), "")), "why")


def local_time(instant: datetime, row: ContactRow) -> str:
    """HH:MM where the contact lives."""
    return f"{to_local(instant, zone(row)):%H:%M}"


def local_day(instant: datetime, row: ContactRow) -> str:
    """The day where the contact lives: "Sunday 22 November"."""
    local = to_local(instant, zone(row))
    return f"{local:%A} {local.day} {local:%B}"


def how_long(span: timedelta | None) -> str:
    """A span as people say it: "42 min", "3 h 30 min", "2 days"."""
    if span is None:
        return ""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return "under a minute"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"
    return f"{minutes // (24 * 60)} days"


def staff_time(instant: datetime) -> str:
    """A day and time in the staff's own zone: "22 Nov 2026 09:30"."""
    local = to_local(instant, process_of().settings.timezone)
    return f"{local.day} {local:%b %Y %H:%M}"


def ago(instant: datetime, now: datetime) -> str:
    """How long ago, short: "now", "4 min ago", "3 h ago", "2 d ago"."""
    minutes = int((now - instant).total_seconds() // 60)
    if minutes < 1:
        return "now"
    if minutes < 60:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 24 * 60 else f"{minutes // (24 * 60)} d ago"


def initials(name: str) -> str:
    """Two letters for a face: of a name's first words, else "#" for a bare number."""
    words = [word for word in name.split() if word[0].isalpha()]
    return "".join(word[0] for word in words[:2]).upper() or "#"


def percent(share: float) -> str:
    """A share as "23.6 %"."""
    return f"{share * 100:.1f} %"
