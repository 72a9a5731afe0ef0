"""Starting a flow for people who did not ask for it: an event for each, which meets the gate like all else."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.process import Process
from models import contact, event
from models.event import EventKind

MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Begun:
    """How many starts were queued, and the batch that names them."""

    started: int
    batch: str


def start_flow(
    process: Process,
    flow: str,
    phones: Sequence[str],
    *,
    batch: str | None = None,
    kind: str = "real",
    tell: Callable[[int], None] = lambda _: None,
) -> Begun:
    """Queues a start of `flow` for each number (E.164); a number never seen becomes a contact of whom nothing is known.

    batch: the same batch twice starts nobody twice. tell: called with the number of starts just queued. Raises LookupError where no
    such flow is live.
    """
    if flow not in process.shelf.newest().catalogue.flows:
        raise LookupError(f'no flow "{flow}" is live')
    batch = batch or uuid.uuid4().hex
    started = 0
    numbers = list(dict.fromkeys(phones))
    for n in range(0, len(numbers), MOST_AT_ONCE):
        now = process.now()
        with process.store.write() as db:
            for phone in numbers[n : n + MOST_AT_ONCE]:
                row = contact.by_phone(db, phone)
                contact_id = row.id if row else contact.add(db, contact.new_values(phone, now, kind=kind))
                started += event.add_once(
                    db, event.values(f"start-{batch}-{contact_id}", contact_id, EventKind.START, now, data={"flow": flow})
                )
        tell(min(MOST_AT_ONCE, len(numbers) - n))
    process.bell.ring()
    return Begun(started, batch)
