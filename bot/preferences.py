"""What a person wants from us, said on a page of their own: all texts, fewer, none, and the language."""

from enum import StrEnum
from uuid import uuid4

from sqlalchemy import Connection

from bot import inbox
from bot.process import Process
from flows.events import Consent, Happened
from models import consent, contact, event, interaction
from models.contact import ContactRow
from models.event import EventKind

TRIES = 5
SOURCE = "preference page"


class Wish(StrEnum):
    ALL = "all"
    LESS = "less"
    NONE = "none"


class Busy(Exception):
    """The contact's turns came so thick that no room was found between two of them."""


def wish_of(row: ContactRow) -> Wish | None:
    """What holds now; None for who has never said anything."""
    match Consent(row.consent):
        case Consent.OUT | Consent.HELD:
            return Wish.NONE
        case Consent.IN:
            return Wish.LESS if row.less_at is not None else Wish.ALL
        case Consent.UNKNOWN:
            return Wish.LESS if row.less_at is not None else None


def choose(process: Process, contact_id: int, wish: Wish, language: str, words: str) -> None:
    """Does what was chosen. words: what stood beside the choice, as the proof. Raises Busy."""
    if wish is Wish.NONE:
        _opt_out(process, contact_id, language, words)
        return
    for _ in range(TRIES):
        with process.store.write() as db:
            row = contact.by_id(db, contact_id)
            if row is not None and _change(db, process, row, wish, language, words):
                return
    raise Busy


def _change(db: Connection, process: Process, row: ContactRow, wish: Wish, language: str, words: str) -> bool:
    """False where the contact had a turn meanwhile. Whoever chooses texts on their own page has opted in: the address came by text."""
    now, less = process.now(), wish is Wish.LESS
    changes: dict[str, object] = {"language": language}
    told = []
    if row.consent != Consent.IN:
        changes |= {"consent": Consent.IN.value, "consent_before": row.consent, "consent_at": now, "optin_asked_at": None}
        told.append(SOURCE)
    if (row.less_at is not None) is not less:
        changes["less_at"] = now if less else None
        told.append(f"{wish if less else 'more'}: {SOURCE}")
    if not contact.take_turn(db, row.id, row.version, changes):
        return False
    before = row.consent
    for source in told:
        after = Consent.IN.value
        consent.add(db, contact_id=row.id, at=now, before=before, after=after, source=source, words=words, ours="")
        before = after
    happened = [Happened.OPTED_IN if source == SOURCE else Happened.LESS_ASKED if less else Happened.MORE_ASKED for source in told]
    interaction.add(db, [interaction.values(kind.value, row.id, now, test=row.test, data={"source": SOURCE}) for kind in happened])
    return True


def _opt_out(process: Process, contact_id: int, language: str, words: str) -> None:
    """As a STOP does it: an event of the contact, heard at once where its turn is free, else by a worker."""
    data = {"source": SOURCE, "words": words}
    row = event.values(f"{EventKind.OPT_OUT}-{uuid4().hex}", contact_id, EventKind.OPT_OUT, process.now(), data=data)
    with process.store.write() as db:
        known = contact.by_id(db, contact_id)
        if known is None or known.consent == Consent.OUT:
            return
        contact.change(db, contact_id, language=language)
        event.add(db, [row])
    with process.store.read() as db:
        due = event.due_of(db, contact_id, process.now())
    for one in due:
        inbox.handle(process, one)
    process.bell.ring()
