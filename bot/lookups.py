"""Messages of which nothing was heard: looked up at the provider, and sent again only where they are surely absent."""

from collections import Counter
from datetime import datetime, timedelta

import structlog

from bot.handover import carrier_of, put_back
from bot.inbound import address
from bot.messenger import Found, LookupFailed
from bot.process import Process
from bot.reports import REPORTED, settle
from models import contact, outbox
from models.contact import ContactRow
from models.message import MessageRow, Status

log = structlog.get_logger(__name__)

QUIET = timedelta(seconds=30)
"""An accepted message may show in the provider's list late: longer than the client's timeout (10 s) is waited before a second try."""


def recover(process: Process, most: int = 100) -> int:
    """Looks up messages whose lease is over, whatever the carrier; how many it settled.

    Sent again is only what is still absent at the provider after the quiet period.
    """
    now = process.now()
    with process.store.read() as db:
        rows = outbox.overdue(db, now, most)
        owners = {row.contact_id: contact.by_id(db, row.contact_id) for row in rows}
    settled = 0
    for contact_id, owner in owners.items():
        if owner is not None:
            settled += _look_up(process, owner, [row for row in rows if row.contact_id == contact_id], now)
    return settled


def _look_up(process: Process, owner: ContactRow, rows: list[MessageRow], now: datetime) -> int:
    since = min(row.tried_at or row.created_at for row in rows) - timedelta(seconds=60)
    try:
        found = carrier_of(process, owner).find(address(rows[0].channel, owner.phone), since)
    except LookupFailed as error:
        log.warning("look-up failed", contact=owner.id, detail=str(error))
        with process.store.write() as db:
            for row in rows:
                outbox.change(db, row.id, lease_until=now + QUIET)
        return 0
    with process.store.read() as db:
        known = outbox.known_sids(db, [message.sid for message in found])
    matches = match_up(rows, [message for message in found if message.sid not in known])
    for row in rows:
        if (match := matches.get(row.id)) is not None:
            settle(process, row, owner, REPORTED.get(match.status, Status.ACCEPTED), match.sid, match.error_code)
        elif now - (row.tried_at or row.created_at) > QUIET:
            with process.store.write() as db:
                put_back(db, row, now, "absent at the provider")
    return len(rows)


def match_up(rows: list[MessageRow], found: list[Found]) -> dict[int, Found]:
    """Which found message is which row: equal texts as multisets, the oldest row with the oldest text (newest first would double)."""
    pools: dict[tuple[str, str], list[Found]] = {}
    for message in sorted(found, key=lambda f: f.created_at):
        pools.setdefault((message.direction, _plain(message.body)), []).append(message)
    matches: dict[int, Found] = {}
    taken: Counter[tuple[str, str]] = Counter()
    for row in sorted(rows, key=lambda r: r.id):
        name = ("outbound-reply" if row.carrier == "twiml" else "outbound-api", _plain(row.body))
        pool = pools.get(name, [])
        if taken[name] < len(pool):
            matches[row.id] = pool[taken[name]]
            taken[name] += 1
    return matches


def _plain(body: str) -> str:
    """A body as carriers may give it back: white space folded."""
    return " ".join(body.split())
