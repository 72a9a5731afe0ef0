"""What came of a campaign so far, counted in contacts, by variant: what was planned, what left, and what was heard since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, literal, select

from models.contact import contact
from models.interaction import interaction
from models.member import member
from models.message import Status, message
from models.store import Instant

LEFT = (Status.SENDING, Status.UNKNOWN, Status.ACCEPTED, Status.SENT, Status.DELIVERED, Status.UNDELIVERED, Status.FAILED)
NOT_REACHED = (Status.UNDELIVERED, Status.FAILED)
FILTERED = 30007


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Contacts, each counted once however many runs it was in.

    texted: for whom a first text left. delivered, not_reached: what the carrier said of it. filtered: by the carrier, for what it said.
    replied: who texted, clicked: who followed a link, opted_out: who is out, since then.
    """

    texted: int = 0
    delivered: int = 0
    not_reached: int = 0
    filtered: int = 0
    replied: int = 0
    clicked: int = 0
    opted_out: int = 0


def tally(db: Connection, campaign_id: int, run_ids: Sequence[int], since: datetime | None = None) -> dict[str, Tally]:
    """Of the contacts of these runs, by variant. The held out are none of them: nothing left for them.

    since: the first text is that from then on; None: the campaign's first of all to that contact.
    """
    told = [message.c.campaign_id == campaign_id, message.c.direction == "out"]
    firsts = select(func.min(message.c.id)).where(*told, *([message.c.created_at >= literal(since, Instant)] if since else []))
    first = select(message).where(message.c.id.in_(firsts.group_by(message.c.contact_id))).subquery("first")
    mine = select(member.c.contact_id, func.min(member.c.variant).label("variant")).where(member.c.run_id.in_(run_ids))
    who = mine.group_by(member.c.contact_id).subquery("who")
    heard = func.coalesce(first.c.handed_over_at, first.c.created_at)
    came, clicked = _since(first, heard)
    out = and_(contact.c.consent == "out", contact.c.consent_at >= heard)
    counts = [
        _n(first.c.id.is_not(None)),
        _n(first.c.status == Status.DELIVERED.value),
        _n(first.c.status.in_([status.value for status in NOT_REACHED])),
        _n(first.c.error_code == FILTERED),
        _n(came),
        _n(clicked),
        _n(out),
    ]
    joined = first.join(who, who.c.contact_id == first.c.contact_id).join(contact, contact.c.id == first.c.contact_id)
    left = first.c.status.in_([status.value for status in LEFT])
    rows = db.execute(select(who.c.variant, *counts).select_from(joined).where(left).group_by(who.c.variant)).all()
    return {str(row[0]): Tally(**dict(zip(Tally.__dataclass_fields__, map(int, row[1:]), strict=True))) for row in rows}


def filtered(db: Connection, campaign_id: int) -> int:
    """How many of a campaign's texts the carrier filtered: by the index of what did not arrive, however many did."""
    gone = (message.c.campaign_id == campaign_id, message.c.status.in_([status.value for status in NOT_REACHED]))
    return int(db.execute(select(func.count()).select_from(message).where(*gone, message.c.error_code == FILTERED)).scalar_one())


def left(db: Connection, campaign_id: int) -> int:
    """How many of a campaign's texts left."""
    mine = (message.c.campaign_id == campaign_id, message.c.status.in_([status.value for status in LEFT]))
    return int(db.execute(select(func.count()).select_from(message).where(*mine)).scalar_one())


def _n(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _since(first: Any, since: ColumnElement[Any]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Whether the contact texted, and whether it followed a link, since its first text."""
    texts = message.alias("came")
    mine = (texts.c.contact_id == first.c.contact_id, texts.c.direction == "in", texts.c.created_at > since)
    lines = (interaction.c.contact_id == first.c.contact_id, interaction.c.kind == "clicked", interaction.c.at > since)
    return exists(select(literal(1)).where(*mine)), exists(select(literal(1)).where(*lines))
