"""Where a message stands once it has left: handed to a carrier, or put back; and what begins or is charged with that."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot import limits, people
from bot.messenger import Messenger, PaperMessenger
from bot.process import Process
from flows import localtime
from flows.events import Happened
from flows.types import Span
from models import contact, coupon, event, interaction, outbox, sender
from models.contact import ContactRow
from models.message import MessageRow, Status
from scheduler import pace

log = structlog.get_logger(__name__)

UNASKED = ("service", "marketing")
"""Urgencies of texts that wait for their sender's turn; an answer never does."""
_NOT_YET = (Status.QUEUED, Status.SENDING, Status.UNKNOWN)


def carrier_of(process: Process, owner: ContactRow) -> Messenger:
    return process.paper if owner.test else process.messenger


def sender_of(process: Process, message: MessageRow) -> str:
    """The number or service of ours that a message leaves from."""
    return message.ours or process.default_sender


def is_paced(process: Process, owner: ContactRow) -> bool:
    """Whether the sender's pace counts: on paper there is none."""
    return carrier_of(process, owner).name != PaperMessenger.name


def cost_s(process: Process, message: MessageRow) -> float:
    """The seconds for which a message keeps its sender busy."""
    rate = pace.rate_of(sender_of(process, message), process.settings.sender_rates)
    return pace.cost_s(message.body, rate)


@contextmanager
def one_sid(process: Process, message: MessageRow, sid: str | None) -> Iterator[Connection]:
    """A transaction that may learn a sid. Where another message has that sid, all of it is rolled back, and logged."""
    try:
        with process.store.write() as db:
            yield db
    except IntegrityError:
        log.error("sid on two messages", message=message.id, sid=sid)


def hand_over(
    process: Process,
    db: Connection,
    message: MessageRow,
    owner: ContactRow,
    to: Status,
    *,
    sid: str | None = None,
    error_code: int | None = None,
) -> bool:
    """The provider has it, or reports on it: the sid is learned, the status moves by the table, and timers that waited for it begin.

    False where the table has no such move: the report was late, or came before.
    """
    now = process.now()
    if sid and message.provider_sid is None:
        outbox.learn_sid(db, message.id, sid)
    changes: dict[str, Any] = {"error_code": error_code, **({"delivered_at": now} if to is Status.DELIVERED else {})}
    is_first = outbox.move(db, message.id, to, of=_NOT_YET, **changes)  # two reports may come at once
    if not is_first and not outbox.move(db, message.id, to, **changes):
        return False
    if message.handed_over_at is None:
        outbox.change(db, message.id, handed_over_at=now)
        if message.author == "flow":
            coupon.tell(db, message.contact_id, now)
        begin_spans(db, message, owner, now)
    if is_first and message.urgency not in UNASKED and is_paced(process, owner):
        sender.charge(db, sender_of(process, message), now.timestamp(), cost_s(process, message))
    if is_first:  # after the sender, as a claim does: the other way round they would wait for each other
        limits.charge_answer(db, process.settings, owner, message, now)
    if to is Status.DELIVERED:
        _arrived(db, owner)
        note(db, message, Happened.DELIVERED, now, {})
    elif to in (Status.UNDELIVERED, Status.FAILED):
        note(db, message, Happened.NOT_DELIVERED, now, {"code": error_code})
    return True


def _arrived(db: Connection, owner: ContactRow) -> None:
    """A text arrived: whatever the carrier said before, this contact can be reached and blocks us no longer."""
    if owner.unreachable_at is not None or owner.suppressed_at is not None:
        contact.change(db, owner.id, unreachable_at=None, unreachable_why=None, suppressed_at=None, suppressed_why=None)


def begin_spans(db: Connection, message: MessageRow, owner: ContactRow, now: datetime) -> None:
    """A question's timers start when it has been handed over (or never will be)."""
    for row in event.begin_spans(db, message.key or ""):
        span = Span(days=row.days, seconds=row.seconds)
        event.set_due(db, row.id, localtime.add(now, span, people.zone(owner)))


def note(db: Connection, message: MessageRow, kind: Happened, now: datetime, data: dict[str, object]) -> None:
    """A line of the log for each step that the message speaks for."""
    place = {"conversation_id": message.conversation_id, "flow": message.flow, "revision": message.revision, "message_key": message.key}
    steps: list[str | None] = [*message.steps] or [message.step]
    rows = [
        interaction.values(
            kind.value,
            message.contact_id,
            now,
            test=message.test,
            step=step,
            data={**data, "asks": message.asks and step == message.step},
            **place,
        )
        for step in steps
    ]
    interaction.add(db, rows)


def backoff(attempt: int) -> timedelta:
    """2, 4, 8 ... s, at most 10 minutes, with up to half as much again by chance so that workers do not march in step."""
    seconds = min(600.0, 2.0 ** min(attempt, 10))
    return timedelta(seconds=seconds * (1 + random.random() / 2))  # noqa: S311  # no secret hangs on it


def try_of(message: MessageRow) -> int:
    """Which try a row speaks of: as it stood before its claim, of the one that the claim began."""
    return message.attempt + (message.status == Status.QUEUED)


def put_back(db: Connection, message: MessageRow, not_before: datetime, why: str) -> bool:
    """This try of it did not leave: it waits for another one. False where there has been another one meanwhile."""
    waits: dict[str, Any] = {"not_before": not_before, "reason": why, "carrier": None, "lease_until": None, "handed_over_at": None}
    return outbox.move(db, message.id, Status.QUEUED, attempt=try_of(message), **waits)
