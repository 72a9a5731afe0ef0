"""What waited in the spool while the database was away, stored as events: as late as it is, and in order."""

import structlog
from sqlalchemy.exc import IntegrityError

from bot.inbound import from_form
from bot.inbox import store
from bot.process import Process
from bot.signature import pairs_of
from bot.spool import Spool, Spooled
from models import alarm
from models.alarm import AlarmKind

log = structlog.get_logger(__name__)


def unspool(process: Process, spooled: Spooled) -> None:
    """Stores a form that had been spooled, as an event. Its signature was checked when it came.

    One that the database refuses for good is kept beside the spool, with an alarm: it must not hold up all that came after it.
    """
    inbound = from_form(pairs_of(spooled.form), spooled.form)
    if inbound is None:
        return
    try:
        store(process, inbound, came_at=spooled.at)
    except IntegrityError:
        log.exception("spooled text refused", sid=inbound.sid)
        with (process.settings.parley_home / "spool" / "refused").open("ab") as kept:
            kept.write(spooled.form + b"\n")
        with process.store.write() as db:
            alarm.raise_or_count(db, AlarmKind.SPOOL_REFUSED, "spool/refused", process.now())


def drain_spool(process: Process, spool: Spool) -> None:
    """Stores what waits in the spool; and tells staff, now that it can be told, of what had found no room in it."""
    spool.drain(lambda spooled: unspool(process, spooled))
    if spool.n_full:
        with process.store.write() as db:
            alarm.raise_or_count(db, AlarmKind.SPOOL_FULL, "spool", process.now())
        spool.n_full = 0
