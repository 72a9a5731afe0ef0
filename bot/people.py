"""A contact's row as the core sees it: a frozen `Contact`, its place, and who holds it."""

from collections.abc import Iterable
from datetime import datetime

from bot.gate import Asked, Urgency
from bot.limits import NONE, Limits
from flows.events import Consent, Contact
from flows.hearing import Desk, Talk, desk_at
from models.contact import ContactRow
from models.message import MessageRow
from scheduler.windows import Place, rules_for
from scheduler.zones import home_zone, place_of


def place(row: ContactRow) -> Place:
    """Where a contact may be. The field `region` (FR-57, DE-BY, TX) says where other hours or holidays hold."""
    region = row.fields.get("region")
    return place_of(row.phone, row.zone, row.country, str(region) if isinstance(region, str | int) else None)  # 57 may be a number


def rules(row: ContactRow) -> str:
    """The rules by which the gate holds or stops a text to the contact: the row of the windows, with the version of the data."""
    return rules_for(place(row))


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
        less=row.less_at is not None,
        asked_at=row.optin_asked_at,
        test=row.test,
    )


def stranger(phone: str) -> Contact:
    """Somebody who has never texted."""
    where = place_of(phone)
    return Contact(key=phone, zone=home_zone(where), country=where.country, fields={"phone": phone})


def desk_of(row: ContactRow, talks: Iterable[Talk], now: datetime) -> Desk:
    """Who holds the contact; a hand-off that nobody answered becomes overdue, when the flow says. talks: the live ones."""
    return desk_at(Desk(row.desk), row.desk_since, talks, zone(row), now)


def is_abroad(phone: str, countries: tuple[str, ...]) -> bool:
    """Whether a number is of another country than these; none of them is all of them. What the contact says of itself does not count."""
    return bool(countries) and place_of(phone).country not in countries


def asked_of(
    row: ContactRow,
    message: MessageRow,
    now: datetime,
    *,
    paused: bool,
    mirrored_out: bool = False,
    limits: Limits = NONE,
    campaign_paused: str = "",
    countries: tuple[str, ...] = (),
) -> Asked:
    """The question that the gate is asked about a message that is about to leave.

    limits: the caps and ceilings that it meets. campaign_paused: why its campaign waits. countries: the only ones that are texted, none
    for all.
    """
    return Asked(
        urgency=Urgency(message.urgency),
        author=message.author,
        created_at=message.created_at,
        expires_at=message.expires_at,
        consent=Consent(row.consent),
        desk=Desk(row.desk),  # overdue or not, a hand-off holds back nothing that was written already
        place=place(row),
        last_in_at=row.last_in_at,
        abroad=not message.test and is_abroad(row.phone, countries),
        unreachable=row.unreachable,
        suppressed=row.suppressed,
        caps=limits.caps,
        sent=limits.sent,
        budget=limits.budget,
        mirrored_out=mirrored_out,
        paused=paused,
        campaign_paused=campaign_paused,
    )
