"""Who answered a campaign: texts that came, and links that were followed, since the campaign's first text to that contact."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, false, func, literal, or_, select, update

from models.campaign import run
from models.event import EventKind, event
from models.interaction import interaction
from models.member import HOLDOUT, member
from models.message import message
from models.store import Instant


@dataclass(frozen=True, slots=True)
class Answer:
    """A contact's answer to the run that texted it."""

    contact_id: int
    run_id: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOff:
    """A step on a silence, and the text that its time counts from."""

    id: int
    contact_id: int
    days: int
    seconds: int
    key: str
    handed_over_at: datetime


def places(db: Connection) -> tuple[int, int]:
    """The newest message and the newest line of the log."""
    newest = (db.execute(select(func.max(column))).scalar() for column in (message.c.id, interaction.c.id))
    heard, clicked = (int(value or 0) for value in newest)
    return heard, clicked


def texts(db: Connection, campaign_id: int, after: int, before: datetime, most: int) -> tuple[list[Answer], int]:
    """Texts behind an id and older than `before`, of people in the campaign; and the id up to which was looked."""
    to = _up_to(db, select(message.c.id).where(message.c.id > after, message.c.created_at <= literal(before, Instant)), most, after)
    came = select(message.c.contact_id, member.c.run_id, message.c.created_at, message.c.id, member.c.released_at)
    found = _of_members(came.join(member, member.c.contact_id == message.c.contact_id), campaign_id, message.c.created_at)
    return _answers(db, found.where(message.c.id > after, message.c.id <= to, message.c.direction == "in").order_by(message.c.id)), to


def clicks(db: Connection, campaign_id: int, after: int, before: datetime, most: int) -> tuple[list[Answer], int]:
    """Likewise, of links that were followed."""
    lines = select(interaction.c.id).where(interaction.c.id > after, interaction.c.at <= literal(before, Instant))
    to = _up_to(db, lines, most, after)
    came = select(interaction.c.contact_id, member.c.run_id, interaction.c.at, interaction.c.id, member.c.released_at)
    found = _of_members(came.join(member, member.c.contact_id == interaction.c.contact_id), campaign_id, interaction.c.at)
    followed = (interaction.c.id > after, interaction.c.id <= to, interaction.c.kind == "clicked")
    return _answers(db, found.where(*followed).order_by(interaction.c.id)), to


def put_off(db: Connection, campaign_id: int, most: int) -> list[PutOff]:
    """Steps on a silence that hang on a text which never came, as the start was put off: the event, and the text that came in its place.

    For each the first text of the campaign that left for the contact after the release, by its key, and when. None that was written
    when a later run of the campaign had been released to the contact: that is the later run's, and has a step of its own.
    """
    told = (message.c.contact_id == event.c.contact_id, message.c.campaign_id == campaign_id, message.c.direction == "out")
    later = (message.c.created_at >= event.c.created_at, message.c.handed_over_at.is_not(None), message.c.key != event.c.after_key)
    hangs = (event.c.kind == EventKind.LATER.value, event.c.due_at.is_(None), event.c.handled_at.is_(None))
    runs = db.execute(select(run.c.id).where(run.c.campaign_id == campaign_id)).scalars().all()
    mine = or_(false(), *(event.c.key.like(f"campaign-{one}-%") for one in runs))
    again = (member.c.released_at > event.c.created_at, member.c.released_at <= message.c.created_at)
    superseded = exists().where(member.c.contact_id == event.c.contact_id, member.c.run_id.in_(runs), *again)
    query = select(event.c.id, event.c.contact_id, event.c.days, event.c.seconds, message.c.key, message.c.handed_over_at).join(
        message, and_(*told, *later)
    )
    first: dict[int, PutOff] = {}
    for row in db.execute(query.where(*hangs, mine, ~superseded).order_by(message.c.id).limit(most)):
        first.setdefault(row.id, PutOff(**row._mapping))
    return list(first.values())


def hang_on(db: Connection, event_id: int, key: str, due_at: datetime) -> None:
    """Lets a step wait for that text instead, which has left; unless it has been heard, or let go, since."""
    still = (event.c.id == event_id, event.c.due_at.is_(None), event.c.handled_at.is_(None))
    db.execute(update(event).where(*still).values(after_key=key, due_at=due_at, planned_at=due_at))


def _of_members(query: Select[Any], campaign_id: int, at: Any) -> Select[Any]:
    """Those for whom a text of the run had left by then: what came before it, or with it, is no answer to it."""
    runs = select(run.c.id).where(run.c.campaign_id == campaign_id)
    ours = message.alias("ours")
    told = (ours.c.contact_id == member.c.contact_id, ours.c.campaign_id == campaign_id, ours.c.direction == "out")
    left = exists().where(*told, ours.c.created_at >= member.c.released_at, ours.c.handed_over_at < at)
    return query.where(member.c.run_id.in_(runs), member.c.released_at <= at, member.c.variant != HOLDOUT, left)


def _up_to(db: Connection, ids: Select[Any], most: int, after: int) -> int:
    """The last id of the next `most` times ten rows: a look is bounded, whatever came."""
    some = ids.order_by("id").limit(most * 10).subquery()
    return int(db.execute(select(func.max(some.c.id))).scalar() or after)


def _answers(db: Connection, query: Select[Any]) -> list[Answer]:
    """One for each contact and run, the first; what comes answers the newest run of a contact, and none of those before it."""
    newest: dict[int, Any] = {}
    for row in db.execute(query):
        known = newest.get(row.id)
        if known is None or (row.released_at, row.run_id) > (known.released_at, known.run_id):
            newest[row.id] = row
    first: dict[tuple[int, int], Answer] = {}
    for contact_id, run_id, at, *_ in newest.values():
        first.setdefault((contact_id, run_id), Answer(contact_id, run_id, at))
    return list(first.values())
