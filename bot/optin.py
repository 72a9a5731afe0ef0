"""The first step of an opt-in that nobody texted: a number is asked whether it wants our texts. A YES is the second (flows/consent.py)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot.gate import Urgency
from bot.process import Process
from flows.consent import CONFIRM_WITHIN
from flows.events import Consent, Happened
from flows.notices import Notice, Notices
from flows.types import Purpose
from models import consent, contact, interaction, outbox
from models.contact import ContactRow
from models.message import Status, blank
from scheduler.windows import send_at
from scheduler.zones import home_zone, place_of

TRIES = 5
NOT_AGAIN_FOR = timedelta(hours=1)
"""A number that was asked is not asked again for so long, whoever types it into the form."""


@dataclass(frozen=True, slots=True)
class Asking:
    """How people of a file are asked. sender: of ours, that the question leaves from."""

    notices: Notices
    sender: str


def asked_at(phone: str, country: str | None, now: datetime) -> datetime:
    """When a question that nobody waits for may leave; the time for a YES runs from then on."""
    return send_at(now, place_of(phone, None, country), Purpose.SERVICE)


def ask(process: Process, phone: str, *, words: str, language: str, source: str = "web form") -> bool:
    """Asks a number, and keeps `words` as the proof of the first step; whether it was asked.

    Who is in is not asked, and who is out or in doubt never by somebody else's typing: they text START.
    """
    now = process.now()
    for _ in range(TRIES):
        try:
            with process.store.write() as db:
                asked = _ask(db, process, phone, words, language, source, now)
        except IntegrityError:  # the number has become a contact meanwhile
            continue
        if asked is not None:
            process.bell.ring()
            return asked
    return False


def _ask(db: Connection, process: Process, phone: str, words: str, language: str, source: str, now: datetime) -> bool | None:
    """None where the contact had a turn meanwhile: look again."""
    row = contact.by_phone(db, phone)
    if row is not None and not may_be_asked(row, now):
        return False
    if row is None:
        known: dict[str, Any] = {"language": language, "optin_asked_at": now, "number_zone": home_zone(place_of(phone))}
        contact_id = contact.add(db, contact.new_values(phone, now, **known))
    else:
        contact_id = row.id
        if not contact.take_turn(db, row.id, row.version, {"optin_asked_at": now, "language": row.language or language}):
            return None
    consent.add_all(db, [first_step(contact_id, source, words, now)])
    ours = process.sender_for(phone, row.sender if row else None)
    text = question(process.notices, contact_id, language, now, urgency=Urgency.NOTICE, ours=ours, test=row is not None and row.test)
    outbox.add(db, [text])
    interaction.add(db, [interaction.values(Happened.OPT_IN_ASKED.value, contact_id, now, test=text["test"], data={"source": source})])
    return True


def may_be_asked(row: ContactRow, now: datetime) -> bool:
    """Whether a contact may be asked now: it never said yes or no, and was not asked just before."""
    return row.consent == Consent.UNKNOWN and (row.optin_asked_at is None or now - row.optin_asked_at >= NOT_AGAIN_FOR)


def first_step(contact_id: int, source: str, words: str, now: datetime) -> dict[str, Any]:
    """The ledger's line of being asked: consent stays unknown."""
    stays = {"before": Consent.UNKNOWN.value, "after": Consent.UNKNOWN.value}
    return {"contact_id": contact_id, "at": now, **stays, "source": f"asked: {source}", "words": words, "ours": ""}


def question(
    notices: Notices, contact_id: int, language: str | None, now: datetime, *, urgency: Urgency, ours: str, test: bool
) -> Mapping[str, Any]:
    """The text that asks. Too late when a YES would be."""
    how = {"status": Status.QUEUED.value, "author": "parley", "key": f"optin-{uuid4().hex}", "urgency": urgency.value, "test": test}
    return blank(contact_id, "out", notices.text(Notice.CONFIRM, language), now, ours=ours, expires_at=now + CONFIRM_WITHIN, **how)
