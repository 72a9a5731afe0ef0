"""Messages of which nothing was heard: looked up at the provider, and sent again only where they are surely absent."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot.gate import Urgency
from bot.handover import begin_spans, carrier_of, put_back
from bot.inbound import address
from bot.messenger import Found, LookupFailed
from bot.process import Process
from bot.reports import REPORTED, settle
from config.settings import ProviderList
from models import alarm, contact, event, outbox, sender
from models.alarm import AlarmKind
from models.contact import ContactRow
from models.message import MessageRow, Status

log = structlog.get_logger(__name__)

QUIET = timedelta(seconds=30)
"""An accepted message may show in the provider's list late: longer than the client's timeout (10 s) is waited before a second try."""

JUMP_S = 5.0
"""By so much the wall clock may differ from the steady one between two looks; more is a jump."""
AT_ONCE = 4
"""Requests for the list under way at once: each takes a tenth of a second, and where callbacks are lost every answer needs one."""
LOOK_S = 8.0
"""So long one look may take; the rest is the next one's."""
UNRESOLVED = "unresolved: not in the provider's list, which is not trusted"


class Watch:
    """Looks, again and again, and notices where the wall clock jumped in between: all leases and quiet periods begin anew then.

    An hour that never passed is no quiet period: what was sent a second ago may not show in the provider's list yet.
    """

    def __init__(self, process: Process, steady: Callable[[], float] = time.monotonic) -> None:
        self._process, self._steady = process, steady
        self._last = process.now(), steady()

    def look(self) -> int:
        """As `recover`, for as long as there is something and time allows."""
        before, before_s = self._last
        now, now_s = self._process.now(), self._steady()
        if abs((now - before).total_seconds() - (now_s - before_s)) > JUMP_S:
            log.warning("the clock jumped", seconds=round((now - before).total_seconds() - (now_s - before_s)))
            begin_anew(self._process)
            if now < before:
                put_right(self._process, before + timedelta(seconds=now_s - before_s))
        self._last = now, now_s  # only now: where the database was away, the jump is still to be dealt with
        settled = 0
        while (n := recover(self._process)) > 0 and self._steady() - now_s < LOOK_S:  # after a restore, thousands are in doubt
            settled += n
        return settled + n


def begin_anew(process: Process) -> None:
    """What is in doubt is looked up after one more quiet period, and not before."""
    with process.store.write() as db:
        outbox.renew_leases(db, process.now() + QUIET)


def put_right(process: Process, ahead: datetime) -> None:
    """The clock was ahead, at last at that moment by now: what it wrote as of then must not wait until that comes again."""
    now = process.now()
    with process.store.write() as db:
        sender.put_right(db, now.timestamp(), (ahead - now).total_seconds())
        event.put_right(db, now)
        outbox.put_right(db, now)


def recover(process: Process, most: int = 100) -> int:
    """Looks up messages whose lease is over, whatever the carrier, several contacts at a time; how many it settled.

    Sent again is only what is still absent at the provider after the quiet period. What nobody has looked for since its worker died
    gets one of its own from now on: the worker may have sent it at the very end of its lease.
    """
    now = process.now()
    with process.store.read() as db:
        rows = outbox.overdue(db, now, most)
        owners = {contact_id: contact.by_id(db, contact_id) for contact_id in {row.contact_id for row in rows}}
    by_address: dict[tuple[int, str], list[MessageRow]] = {}
    for row in rows:
        by_address.setdefault((row.contact_id, row.channel), []).append(row)
    asked = [(owner, of_one) for (contact_id, _), of_one in by_address.items() if (owner := owners[contact_id]) is not None]
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="look-up") as pool:
        return sum(pool.map(lambda one: _look_up(process, one[0], one[1], now), asked))


def _look_up(process: Process, owner: ContactRow, rows: list[MessageRow], now: datetime) -> int:
    """Of one contact and one channel."""
    since = min(row.tried_at or row.created_at for row in rows) - timedelta(seconds=60)
    if since > now - timedelta(seconds=60):  # our clock was ahead when it was sent, and has been put right
        since = now - timedelta(days=1)
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
        elif row.status == Status.SENDING:
            with process.store.write() as db:
                outbox.move(db, row.id, Status.UNKNOWN, attempt=row.attempt, lease_until=now + QUIET, reason="no answer within the lease")
        elif not timedelta(0) <= now - (row.tried_at or row.created_at) <= QUIET:
            with process.store.write() as db:
                if _may_be_sent_again(process, row):
                    put_back(db, row, now, "absent at the provider")
                else:
                    _give_up(db, row, owner, now)
    return len(rows)


def _may_be_sent_again(process: Process, row: MessageRow) -> bool:
    """Marketing that came twice is worse than marketing that never came, where the provider's list may be incomplete."""
    return row.urgency != Urgency.MARKETING or process.settings.provider_list is ProviderList.TRUSTED


def _give_up(db: Connection, row: MessageRow, owner: ContactRow, now: datetime) -> None:
    """Nobody knows its fate and it is not sent again: said and counted. It keeps its place in the caps, as it may have left."""
    if outbox.give_up(db, row.id, UNRESOLVED):
        begin_spans(db, row, owner, now)
        alarm.raise_or_count(db, AlarmKind.UNRESOLVED, f"flow {row.flow or 'none'}", now)
        log.warning("given up", message=row.id)


def match_up(rows: list[MessageRow], found: list[Found]) -> dict[int, Found]:
    """Which found message is which row: equal texts as multisets, the oldest row with the oldest text (newest first would double).

    What a list calls an answer by TwiML is not agreed on everywhere: who finds none of its own direction takes one of the other.
    """
    pools: dict[str, list[Found]] = {}
    for message in sorted(found, key=lambda f: f.created_at):
        if message.direction.startswith("outbound"):
            pools.setdefault(_plain(message.body), []).append(message)
    matches: dict[int, Found] = {}
    for any_direction in (False, True):
        for row in sorted(rows, key=lambda r: r.id):
            pool = pools.get(_plain(row.body), []) if row.id not in matches else []
            direction = "outbound-reply" if row.carrier == "twiml" else "outbound-api"
            if (match := next((one for one in pool if any_direction or one.direction == direction), None)) is not None:
                matches[row.id] = match
                pool.remove(match)
    return matches


def _plain(body: str) -> str:
    """A body as carriers may give it back: white space folded."""
    return " ".join(body.split())
