"""The simulator's own time: for a test contact the clock may stand ahead, and what comes due on the way happens at its moment."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from flask import session

from bot import inbox, outbox
from bot.process import Process
from flows.localtime import add, phrase
from flows.spans import span
from models import conversation, event
from models.contact import ContactRow
from models.event import EventKind

MOST_STOPS = 200
"""So much may come due on the way to where one skips."""
MOST_SENT = 12
"""So many texts are sent at once for a turn; a turn has rarely more than three."""
FARTHEST = timedelta(days=400)
MOST_CLOCKS = 20
"""Clocks that stand ahead are remembered in the session, which is a cookie."""


def ahead_of(contact_id: int) -> timedelta:
    """How far a test contact's clock stands ahead, for who is signed in."""
    return timedelta(seconds=float(session.get("ahead", {}).get(str(contact_id), 0)))


def set_ahead(contact_id: int, by: timedelta) -> None:
    others = [pair for pair in session.get("ahead", {}).items() if pair[0] != str(contact_id)]
    session["ahead"] = dict([*others, *([(str(contact_id), by.total_seconds())] if by else [])][-MOST_CLOCKS:])


def by_its_clock(process: Process, contact_id: int) -> Process:
    """The process as this test contact lives in it. Never to be used for a real one."""
    by = ahead_of(contact_id)
    return replace(process, now=_later(process.now, by)) if by else process


def _later(now: Callable[[], datetime], by: timedelta) -> Callable[[], datetime]:
    return lambda: now() + by


def moment(words: str, now: datetime, zone: str) -> datetime | None:
    """When "2h" or "tomorrow 18:00" is, after now and not too far; None for other words."""
    length = span(words)
    at = add(now, length, zone) if length is not None else phrase(words, now, zone)
    return at if at is not None and now < at <= now + FARTHEST else None


def skip(process: Process, row: ContactRow, until: datetime) -> None:
    """Lets time pass for a test contact; what the gate holds until then leaves at the end."""
    start = process.now()
    for _ in range(MOST_STOPS):
        set_ahead(row.id, max(ahead_of(row.id), _next_stop(process, row.id, until) - start))
        later = by_its_clock(process, row.id)
        n_open = _expire_own(later, row.id)
        hear_own(later, row.id)
        send_own(later, row.id)
        if later.now() >= until and not n_open:
            return


def _next_stop(process: Process, contact_id: int, until: datetime) -> datetime:
    """When the next of this contact's events or silences is due, at the latest `until`."""
    with process.store.read() as db:
        due = [row.due_at for row in event.upcoming(db, contact_id, limit=1) if row.due_at]
        ends = [talk.expires_at for talk in conversation.of_contact(db, contact_id) if talk.expires_at and talk.ended_at is None]
    return min([until, *due, *ends])


def _expire_own(process: Process, contact_id: int) -> int:
    """Makes events of this contact's silences that have lasted too long; other people's are the clock's. How many."""
    now, made = process.now(), 0
    with process.store.write() as db:
        for talk in conversation.of_contact(db, contact_id):
            if talk.ended_at is None and talk.expires_at is not None and talk.expires_at <= now:
                key = f"expiry-{talk.id}-{talk.expires_at:%Y%m%dT%H%M%S}"
                more = {"conversation_id": talk.id, "planned_at": talk.expires_at}
                made += event.add_once(db, event.values(key, contact_id, EventKind.EXPIRY, now, **more))
    return made


def hear_own(process: Process, contact_id: int) -> None:
    """Hears what is due for this contact, in its order; other people's events are the worker's."""
    with process.store.read() as db:
        rows = event.due_of(db, contact_id, process.now())
    for row in rows:
        if not inbox.handle(process, row):
            return


def send_own(process: Process, contact_id: int) -> None:
    """Sends until nothing of this contact's may leave any more, and nobody else's; what the gate holds stays for the worker."""
    for _ in range(MOST_SENT):
        if not outbox.send_next(process, only=contact_id):
            return


def clock_words(contact_id: int) -> str:
    """How far the clock stands ahead, in words; "" where it does not."""
    by = ahead_of(contact_id)
    days, hours, minutes = by.days, by.seconds // 3600, by.seconds % 3600 // 60
    parts = [(days, "d"), (hours, "h"), (minutes, "min")]
    return " ".join(f"{n} {unit}" for n, unit in parts if n) or ("a moment" if by else "")
