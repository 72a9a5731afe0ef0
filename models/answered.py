"""Who answered a campaign: texts that came, and links that were followed, since the campaign's first text to that contact."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, literal, select

from models.campaign import run
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


def places(db: Connection) -> tuple[int, int]:
    """The newest message and the newest line of the log."""
    newest = (db.execute(select(func.max(column))).scalar() for column in (message.c.id, interaction.c.id))
    heard, clicked = (int(value or 0) for value in newest)
    return heard, clicked


def texts(db: Connection, campaign_id: int, after: int, before: datetime, most: int) -> tuple[list[Answer], int]:
    """Texts behind an id and older than `before`, of people in the campaign; and the id up to which was looked."""
    to = _up_to(db, select(message.c.id).where(message.c.id > after, message.c.created_at <= literal(before, Instant)), most, after)
    came = select(message.c.contact_id, member.c.run_id, message.c.created_at)
    found = _of_members(came.join(member, member.c.contact_id == message.c.contact_id), campaign_id, message.c.created_at)
    return _answers(db, found.where(message.c.id > after, message.c.id <= to, message.c.direction == "in").order_by(message.c.id)), to


def clicks(db: Connection, campaign_id: int, after: int, before: datetime, most: int) -> tuple[list[Answer], int]:
    """Likewise, of links that were followed."""
    lines = select(interaction.c.id).where(interaction.c.id > after, interaction.c.at <= literal(before, Instant))
    to = _up_to(db, lines, most, after)
    came = select(interaction.c.contact_id, member.c.run_id, interaction.c.at)
    found = _of_members(came.join(member, member.c.contact_id == interaction.c.contact_id), campaign_id, interaction.c.at)
    followed = (interaction.c.id > after, interaction.c.id <= to, interaction.c.kind == "clicked")
    return _answers(db, found.where(*followed).order_by(interaction.c.id)), to


def _of_members(query: Select[Any], campaign_id: int, at: Any) -> Select[Any]:
    runs = select(run.c.id).where(run.c.campaign_id == campaign_id)
    return query.where(member.c.run_id.in_(runs), member.c.released_at <= at, member.c.variant != HOLDOUT)


def _up_to(db: Connection, ids: Select[Any], most: int, after: int) -> int:
    """The last id of the next `most` times ten rows: a look is bounded, whatever came."""
    some = ids.order_by("id").limit(most * 10).subquery()
    return int(db.execute(select(func.max(some.c.id))).scalar() or after)


def _answers(db: Connection, query: Select[Any]) -> list[Answer]:
    """One for each contact and run: the first."""
    rows: Sequence[Any] = db.execute(query).all()
    first: dict[tuple[int, int], Answer] = {}
    for contact_id, run_id, at in rows:
        first.setdefault((contact_id, run_id), Answer(contact_id, run_id, at))
    return list(first.values())
