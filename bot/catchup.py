"""What nobody called us for: texts that the provider has and we have not."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

import structlog

from bot import inbox
from bot.inbound import Inbound, address, clean, from_form
from bot.messenger import Found, LookupFailed
from bot.process import Process
from bot.signature import pairs_of
from models import meta, outbox

log = structlog.get_logger(__name__)

OVERLAP = timedelta(minutes=5)
ALL = ""
"""A messaging service has numbers that we may never have heard of: the whole account is listed, and what is not ours is passed over."""


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
        numbers = {address(channel, number) for channel, number in outbox.our_numbers(db)}
    services = {sender for sender in process.settings.twilio_from if sender.startswith("MG")}
    numbers |= set(process.settings.twilio_from) - services

    def is_ours(text: Found) -> bool:
        return text.direction == "inbound" and (text.ours in numbers or text.service in services)

    stored = 0
    for number in [ALL] if services else sorted(numbers):
        try:
            found = process.messenger.find(number, since)
        except LookupFailed as error:
            log.warning("catch-up failed", detail=str(error))
            return stored
        stored += _store_new(process, [text for text in found if is_ours(text)])
    with process.store.write() as db:
        meta.put(db, meta.LAST_SEEN, now.isoformat())
    return stored


def _store_new(process: Process, texts: list[Found]) -> int:
    with process.store.read() as db:
        known = outbox.known_sids(db, [text.sid for text in texts])
    new = [(text, came) for text in reversed(texts) if text.sid not in known and (came := _inbound(text)) is not None]
    for text, came in new:
        inbox.store(process, came, came_at=min(text.created_at, process.now()))  # their clock may be ahead of ours
    if new:
        log.info("caught up", texts=len(new))
    return len(new)


def _inbound(text: Found) -> Inbound | None:
    """A text from the provider's list, as its webhook would have brought it; None where it lacks what every text has.

    It goes by the form that the webhook never brought: one text that no database takes would else keep all others out, for ever.
    """
    form = {"MessageSid": text.sid, "From": text.sender, "To": text.ours, "Body": clean(text.body), "NumMedia": str(len(text.pictures))}
    for n, (url, kind) in enumerate(text.pictures):
        form |= {f"MediaUrl{n}": url, f"MediaContentType{n}": kind}
    raw = urlencode({**form, "Source": "list"}, errors="replace").encode()
    return from_form(pairs_of(raw), raw)
