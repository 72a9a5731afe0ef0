"""What nobody called us for: texts that the provider has and we have not, and dates on contacts that have come."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

import structlog

from bot import inbox, people
from bot.inbound import Inbound, clean, split_address
from bot.messenger import Found, LookupFailed
from bot.process import Process
from flows import localtime
from flows.types import EventTrigger, Flow
from models import contact, event, meta, outbox
from models.contact import ContactRow

log = structlog.get_logger(__name__)

OVERLAP = timedelta(minutes=5)
YEARLY = frozenset({"birthday", "anniversary"})
"""Dates that come back every year; all others come once."""


def catch_up(process: Process) -> int:
    """Fetches inbound texts that never reached us, because we were down; how many.

    From the last seen one on, never from before this installation's first start.
    """
    if process.settings.messenger != "twilio":
        return 0
    now = process.now()
    with process.store.read() as db:
        installed = datetime.fromisoformat(meta.get(db, meta.INSTALLED, now.isoformat()))
        since = max(installed, datetime.fromisoformat(meta.get(db, meta.LAST_SEEN, installed.isoformat())) - OVERLAP)
        numbers = sorted({*outbox.our_numbers(db), *process.settings.twilio_from})
    stored = 0
    for number in numbers:
        if number.startswith("MG"):
            continue
        try:
            found = process.messenger.find(number, since)
        except LookupFailed as error:
            log.warning("catch-up failed", detail=str(error))
            return stored
        stored += _store_new(process, [text for text in found if text.direction == "inbound"])
    with process.store.write() as db:
        meta.put(db, meta.LAST_SEEN, now.isoformat())
    return stored


def _store_new(process: Process, texts: list[Found]) -> int:
    with process.store.read() as db:
        known = outbox.known_sids(db, [text.sid for text in texts])
    new = [text for text in reversed(texts) if text.sid not in known]
    for text in new:
        inbox.store(process, _inbound(text))
    if new:
        log.info("caught up", texts=len(new))
    return len(new)


def _inbound(text: Found) -> Inbound:
    """A text from the provider's list. Its pictures' addresses are not in the list; staff see that there were some."""
    channel, phone = split_address(text.sender)
    raw = urlencode({"MessageSid": text.sid, "From": text.sender, "To": text.ours, "Body": text.body, "Source": "list"}).encode()
    return Inbound(sid=text.sid, phone=phone, ours=split_address(text.ours)[1], channel=channel, text=clean(text.body), raw=raw)


# --- dates ------------------------------------------------------------------------------------------------------------


def dates(process: Process) -> int:
    """Starts the flows whose `event` has come for a contact; how many. A start that is more than the flow's `late` behind is let go."""
    now = process.now()
    started = 0
    for flow in process.shelf.newest().catalogue.flows.values():
        for trigger in (trigger for trigger in flow.triggers if isinstance(trigger, EventTrigger)):
            with process.store.read() as db:
                rows = contact.with_field(db, trigger.event)
            for row in rows:
                started += sum(_start(process, row, flow, due, about, now) for due, about in _dues(row, trigger, now))
    return started


def _dues(row: ContactRow, trigger: EventTrigger, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """When the trigger is due for a contact, and the instant that it is about."""
    zone = people.zone(row)
    about = localtime.as_instant(row.fields.get(trigger.event), zone)
    if about is None:
        return
    local = localtime.to_local(about, zone)
    years = range(now.year - 1, now.year + 2) if trigger.event in YEARLY else (local.year,)
    for year in years:
        day = _in_year(local.date(), year)
        shifted = localtime.to_local(
            localtime.add(localtime.to_instant(datetime.combine(day, trigger.at), zone), trigger.offset, zone), zone
        )
        due = localtime.to_instant(datetime.combine(shifted.date(), trigger.at) if not trigger.offset.seconds else shifted, zone)
        end_of_day = localtime.to_instant(datetime.combine(day + timedelta(days=1), datetime.min.time()), zone)
        yield due, about if local.time() != datetime.min.time() and trigger.event not in YEARLY else end_of_day


def _in_year(day: date, year: int) -> date:
    """The day in that year; 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def _start(process: Process, row: ContactRow, flow: Flow, due: datetime, about: datetime, now: datetime) -> bool:
    if not due <= now <= min(localtime.add(due, flow.late, people.zone(row)), about):
        return False
    key = f"date-{flow.name}-{row.id}-{due:%Y%m%dT%H%M}"
    data = {"flow": flow.name, "not_after": about.isoformat()}
    with process.store.write() as db:
        return event.add_once(db, event.values(key, row.id, "start", now, data=data, planned_at=due))
