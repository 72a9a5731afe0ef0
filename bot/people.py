"""A contact's row as the core sees it: a frozen `Contact`, its place, and who holds it."""

from datetime import datetime, timedelta

from bot.gate import Asked, Urgency
from flows.events import Consent, Contact
from flows.hearing import Desk
from models.contact import ContactRow
from models.message import MessageRow
from scheduler.windows import Place
from scheduler.zones import home_zone, place_of

OVERDUE_AFTER = timedelta(days=3)
"""A hand-off that nobody answered for so long: keywords are heard again (a flow's default `expires`)."""


def place(row: ContactRow) -> Place:
    return place_of(row.phone, row.zone, row.country)


def zone(row: ContactRow) -> str:
    return home_zone(place(row))


def contact_of(row: ContactRow) -> Contact:
    """What flows may know of a contact."""
    where = place(row)
    return Contact(
        key=row.phone,
        zone=home_zone(where),
        language=row.language,
        country=where.country,
        first_name=row.first_name,
        fields={"last_name": row.last_name, "phone": row.phone, **row.fields} if row.last_name else {"phone": row.phone, **row.fields},
        tags=tuple(row.tags),
        consent=Consent(row.consent),
        consent_before=Consent(row.consent_before),
        test=row.test,
    )


def stranger(phone: str) -> Contact:
    """Somebody who has never texted."""
    where = place_of(phone)
    return Contact(key=phone, zone=home_zone(where), country=where.country, fields={"phone": phone})


def desk_of(row: ContactRow, now: datetime) -> Desk:
    """Who holds the contact; a hand-off that nobody answered becomes overdue."""
    desk = Desk(row.desk)
    if desk is Desk.HANDOFF and row.desk_since is not None and now - row.desk_since > OVERDUE_AFTER:
        return Desk.OVERDUE
    return desk


def asked_of(row: ContactRow, message: MessageRow, now: datetime, *, paused: bool, mirrored_out: bool = False) -> Asked:
    """The question that the gate is asked about a message that is about to leave."""
    return Asked(
        urgency=Urgency(message.urgency),
        author=message.author,
        created_at=message.created_at,
        expires_at=message.expires_at,
        consent=Consent(row.consent),
        desk=desk_of(row, now),
        place=place(row),
        last_in_at=row.last_in_at,
        unreachable=row.unreachable_at is not None,
        mirrored_out=mirrored_out,
        paused=paused,
    )
