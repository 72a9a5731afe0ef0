"""Who is in a run of a campaign: planned in one statement for a stretch of contacts, released when due, in small batches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Index,
    Select,
    String,
    Table,
    and_,
    case,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)

from flows.campaign import PARTS, PRIME, Lot
from models.campaign import run, slot
from models.contact import ContactRow, contact
from models.store import Id, Instant, metadata

HOLDOUT = "holdout"
"""The variant of those who get nothing."""
MOST_ID = 2**62

_WAITS = text("released_at IS NULL AND due_at IS NOT NULL")
member = Table(
    "member",
    metadata,
    Column("run_id", Id, primary_key=True),
    Column("contact_id", Id, primary_key=True),
    Column("variant", String(60)),  # or HOLDOUT
    Column("due_at", Instant),  # None for the held out; put off to when the window opens
    Column("released_at", Instant),  # its start was queued
    Index("member_due", "run_id", "due_at", sqlite_where=_WAITS, postgresql_where=_WAITS),
    Index("member_of_contact", "contact_id"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a stretch of contacts becomes members.

    belongs: whether a contact is in the segment, with consent for the purpose. slots: into how many moments `spread` is divided.
    pilot: of the lot's parts those below `pilot_ends`; None: everybody. rest: all but the members of `pilot_run`: whoever came, or came
    to belong, after the pilot was planned is of the rest, whatever the lot says. odd_zones: what contacts have as a zone and is none.
    """

    run_id: int
    belongs: ColumnElement[bool]
    lots: Mapping[str, Lot]  # holdout, variant, pilot, spread
    holdout_ends: int
    variants: Sequence[tuple[str, int]]  # name, where its parts end
    slots: int
    pilot_ends: int | None = None
    rest: bool = False
    pilot_run: int | None = None
    odd_zones: Sequence[str] = ()


def part(lot: Lot, of: ColumnElement[int]) -> ColumnElement[int]:
    """flows.campaign.Lot.part in SQL: every product stays below 2 to the 62nd."""
    mixed = ((of % PRIME) * lot.a + lot.b) % PRIME
    return (mixed * ((mixed + lot.c) % PRIME)) % PRIME % PARTS


def plan(db: Connection, made: Plan, after: int, to: int) -> None:
    """Writes the members among the contacts behind `after` up to `to`."""
    db.execute(insert(member).from_select(["run_id", "contact_id", "variant", "due_at"], planned(made, after, to)))


def planned(made: Plan, after: int, to: int) -> Select[Any]:
    """The members that `plan` would write: run, contact, variant, moment."""
    held = part(made.lots["holdout"], contact.c.id) < made.holdout_ends
    drawn = part(made.lots["variant"], contact.c.id)
    variant = case((held, HOLDOUT), *((drawn < ends, name) for name, ends in made.variants), else_=made.variants[-1][0])
    moment = part(made.lots["spread"], contact.c.id) * made.slots // PARTS if made.slots > 1 else literal(0)
    at = and_(slot.c.run_id == made.run_id, slot.c.zone == zone_column(made.odd_zones), slot.c.n == moment)
    query = select(literal(made.run_id), contact.c.id, variant, case((held, None), else_=slot.c.due_at)).select_from(
        contact.outerjoin(slot, at)
    )
    who = [contact.c.id > after, contact.c.id <= to, contact.c.kind == "real", made.belongs]
    if made.pilot_ends is not None:
        early = part(made.lots["pilot"], contact.c.id) < made.pilot_ends
        who.append(or_(~early, ~_in_run(made.pilot_run)) if made.rest else early)
    return query.where(*who)


def _in_run(run_id: int | None) -> ColumnElement[bool]:
    """Whether a contact is in a run; None: there was none."""
    pilot = member.alias("pilot")
    return exists(select(literal(1)).where(pilot.c.run_id == run_id, pilot.c.contact_id == contact.c.id).correlate(contact))


def zone_column(odd: Sequence[str]) -> ColumnElement[str]:
    """The zone by whose clock a contact lives, as far as it was looked at. odd: names of no zone; there the number says it."""
    given = case((contact.c.zone.not_in(odd), contact.c.zone), else_=None) if odd else contact.c.zone
    return func.coalesce(given, contact.c.number_zone)


def zones_given(db: Connection, after: int, to: int) -> list[str]:
    """What stands as a zone with the contacts of a stretch."""
    stretch = (contact.c.id > after, contact.c.id <= to, contact.c.zone.is_not(None))
    return sorted(db.execute(select(contact.c.zone).where(*stretch).distinct()).scalars())


def zones_without_slots(db: Connection, run_id: int, after: int, to: int, odd: Sequence[str]) -> list[str]:
    """The zones of the real contacts of a stretch that have no timetable in this run yet."""
    zone = zone_column(odd)
    stretch = (contact.c.id > after, contact.c.id <= to, contact.c.kind == "real", zone.is_not(None))
    query = select(zone).where(*stretch).distinct()
    known = set(db.execute(select(slot.c.zone).where(slot.c.run_id == run_id, slot.c.n == 0)).scalars())
    return sorted(zone for zone in db.execute(query).scalars() if zone not in known)


def unzoned(db: Connection, after: int, to: int, odd: Sequence[str] = ()) -> list[tuple[int, str, str | None]]:
    """Those of a stretch whose number was not looked at: id, number, country. odd: zones that count as not given."""
    not_given = or_(contact.c.zone.is_(None), contact.c.zone.in_(odd))
    where = (contact.c.id > after, contact.c.id <= to, not_given, contact.c.number_zone.is_(None))
    return [tuple(row) for row in db.execute(select(contact.c.id, contact.c.phone, contact.c.country).where(*where))]


def first_unzoned(db: Connection, after: int, to: int) -> int | None:
    """The first of a stretch whose number was not looked at."""
    where = (contact.c.id > after, contact.c.id <= to, contact.c.zone.is_(None), contact.c.number_zone.is_(None))
    return db.execute(select(func.min(contact.c.id)).where(*where)).scalar()


def set_zones(db: Connection, zones_by_id: Mapping[int, str]) -> None:
    """Writes the zones that were read from numbers."""
    groups: dict[str, list[int]] = {}
    for contact_id, zone in zones_by_id.items():
        groups.setdefault(zone, []).append(contact_id)
    for zone, ids in groups.items():
        for n in range(0, len(ids), 500):
            db.execute(update(contact).where(contact.c.id.in_(ids[n : n + 500])).values(number_zone=zone))


def never_within(campaign_id: int, since: datetime) -> ColumnElement[bool]:
    """Whether a contact was in no run of the campaign that came due since then: once a year is once."""
    runs = select(run.c.id).where(run.c.campaign_id == campaign_id)
    return ~exists(
        select(literal(1))
        .where(member.c.contact_id == contact.c.id, member.c.run_id.in_(runs), member.c.due_at > literal(since, Instant))
        .correlate(contact)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    run_id: int
    contact_id: int
    variant: str
    due_at: datetime | None
    released_at: datetime | None


def of_contact(db: Connection, contact_id: int, run_ids: Sequence[int]) -> list[MemberRow]:
    """A contact's places in these runs."""
    query = select(member).where(member.c.contact_id == contact_id, member.c.run_id.in_(run_ids))
    return [MemberRow(**row) for row in db.execute(query).mappings()]


# --- release ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Due:
    """A member whose moment has come, with its contact."""

    run_id: int
    variant: str
    due_at: datetime
    owner: ContactRow


def due(db: Connection, run_ids: Sequence[int], now: datetime, most: int) -> list[Due]:
    """Members that are due, oldest first; on PostgreSQL those that another clock has in hand are passed over."""
    mine = select(member.c.run_id, member.c.variant, member.c.due_at, contact).join(contact, contact.c.id == member.c.contact_id)
    found: list[Due] = []
    for run_id in run_ids:
        waits = (member.c.run_id == run_id, member.c.released_at.is_(None), member.c.due_at <= now, contact.c.kind == "real")
        query = mine.where(*waits).order_by(member.c.due_at, member.c.contact_id).limit(most - len(found))
        query = query if db.dialect.name == "sqlite" else query.with_for_update(of=member, skip_locked=True)
        for row in db.execute(query).mappings():
            known = {name: row[name] for name in contact.c.keys()}  # noqa: SIM118  # a column collection, no dict
            found.append(Due(row["run_id"], row["variant"], row["due_at"], ContactRow(**known)))
        if len(found) >= most:
            break
    return found


def release(db: Connection, run_id: int, contact_ids: Sequence[int], now: datetime) -> None:
    """Marks members as released."""
    db.execute(update(member).where(member.c.run_id == run_id, member.c.contact_id.in_(contact_ids)).values(released_at=now))


def pass_over(db: Connection, run_id: int, contact_ids: Sequence[int]) -> None:
    """Members who get nothing of this run: it has no moment for them any more."""
    db.execute(update(member).where(member.c.run_id == run_id, member.c.contact_id.in_(contact_ids)).values(due_at=None))


def put_off(db: Connection, run_id: int, contact_ids: Sequence[int], until: datetime) -> None:
    """Members whose window is closed wait until it opens."""
    db.execute(update(member).where(member.c.run_id == run_id, member.c.contact_id.in_(contact_ids)).values(due_at=until))


def any_waiting(db: Connection, run_id: int) -> bool:
    """Whether anybody in a run still waits for a moment; who has become a test contact since does not."""
    waits = (member.c.run_id == run_id, member.c.released_at.is_(None), member.c.due_at.is_not(None), contact.c.kind == "real")
    who = member.join(contact, contact.c.id == member.c.contact_id)
    return db.execute(select(literal(1)).select_from(who).where(*waits).limit(1)).first() is not None


def any_due(db: Connection, run_id: int, now: datetime) -> bool:
    """Whether anybody in a run is due: by the index of those who wait."""
    waits = (member.c.run_id == run_id, member.c.released_at.is_(None), member.c.due_at <= literal(now, Instant))
    return db.execute(select(literal(1)).select_from(member).where(*waits).limit(1)).first() is not None


def any_released(db: Connection, run_id: int, now: datetime) -> bool:
    """Whether a run has begun to leave; before the first hour of its timetable nobody is looked at."""
    first = db.execute(select(func.min(slot.c.due_at)).where(slot.c.run_id == run_id)).scalar()
    if first is None or first > now:
        return False
    gone = (member.c.run_id == run_id, member.c.released_at.is_not(None))
    return db.execute(select(literal(1)).select_from(member).where(*gone).limit(1)).first() is not None


def any_in(db: Connection, run_ids: Sequence[int]) -> bool:
    """Whether anybody is in these runs."""
    return db.execute(select(literal(1)).select_from(member).where(member.c.run_id.in_(run_ids)).limit(1)).first() is not None


def by_variant(db: Connection, run_ids: Sequence[int]) -> dict[str, tuple[int, int]]:
    """Of each variant, the holdout among them: how many are in it, and how many were released."""
    query = select(member.c.variant, func.count(), func.count(member.c.released_at)).where(member.c.run_id.in_(run_ids))
    return {str(variant): (int(n), int(released)) for variant, n, released in db.execute(query.group_by(member.c.variant))}


def is_in(contact_id: ColumnElement[int], campaign_id: int, *, released_before: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether a contact was released by a campaign before a moment."""
    runs = select(run.c.id).where(run.c.campaign_id == campaign_id)
    return exists(
        select(literal(1)).where(
            member.c.contact_id == contact_id,
            member.c.run_id.in_(runs),
            member.c.released_at <= released_before,
            member.c.variant != HOLDOUT,
        )
    )


def with_consent(marketing: bool) -> ColumnElement[bool]:
    """Whether a contact's consent allows the purpose: what the gate will ask again."""
    return contact.c.consent == "in" if marketing else or_(contact.c.consent == "in", contact.c.consent == "unknown")


def standing(marketing: bool) -> ColumnElement[str]:
    """Why a contact gets nothing, in words; "" for whom it may leave. The order is the gate's."""
    heard_of = and_(contact.c.last_in_at.is_not(None), contact.c.last_in_at > contact.c.unreachable_at)
    reasons = [
        (contact.c.consent == "out", "opted out"),
        (contact.c.consent == "held", "consent in doubt"),
        (and_(contact.c.unreachable_at.is_not(None), ~func.coalesce(heard_of, false())), "cannot be reached"),
    ]
    if marketing:
        reasons.insert(2, (contact.c.consent == "unknown", "never opted in"))
        reasons.append((and_(contact.c.suppressed_at.is_not(None), contact.c.suppressed_at >= contact.c.consent_at), "blocks our texts"))
    return case(*reasons, else_="")


def by_standing(db: Connection, inside: ColumnElement[bool], marketing: bool) -> dict[str, int]:
    """How many real contacts of a segment stand how."""
    stands = standing(marketing)
    query = select(stands, func.count()).where(contact.c.kind == "real", inside).group_by(stands)
    return {str(why): int(n) for why, n in db.execute(query)}


def count_planned(db: Connection, made: Plan) -> dict[str, int]:
    """How many members `plan` would write over all contacts, by variant."""
    rows = planned(made, 0, MOST_ID).subquery()
    variant = rows.c[2]
    return {str(name): int(n) for name, n in db.execute(select(variant, func.count()).group_by(variant))}


def sample(db: Connection, made: Plan, lot: Lot, share: float) -> list[ContactRow]:
    """Some of those who would get something, drawn by lot."""
    ids = planned(made, 0, MOST_ID).subquery()
    query = (
        select(contact)
        .join(ids, ids.c[1] == contact.c.id)
        .where(ids.c[2] != HOLDOUT, part(lot, contact.c.id) < max(1, round(share * PARTS)))
    )
    return [ContactRow(**row) for row in db.execute(query).mappings()]
