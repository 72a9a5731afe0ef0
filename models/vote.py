"""Votes in polls: once a contact, over all revisions; test contacts are counted apart."""

from datetime import datetime

from sqlalchemy import Boolean, Column, Connection, ForeignKey, PrimaryKeyConstraint, String, Table, func, insert, select, update

from models.store import Id, Instant, metadata

vote = Table(
    "vote",
    metadata,
    Column("flow", String(80), nullable=False),
    Column("step", String(80), nullable=False),
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False),
    Column("option", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Column("test", Boolean, nullable=False),
    PrimaryKeyConstraint("flow", "step", "contact_id"),
)


def cast(db: Connection, flow: str, step: str, contact_id: int, option: str, now: datetime, *, test: bool) -> None:
    """Counts a contact's vote; a second one replaces the first."""
    mine = (vote.c.flow == flow, vote.c.step == step, vote.c.contact_id == contact_id)
    if db.execute(update(vote).where(*mine).values(option=option, at=now)).rowcount == 0:
        db.execute(insert(vote).values(flow=flow, step=step, contact_id=contact_id, option=option, at=now, test=test))


def counts(db: Connection, flow: str, step: str, *, test: bool) -> dict[str, int]:
    """Votes by option: of test contacts, or of real ones."""
    these = (vote.c.flow == flow, vote.c.step == step, vote.c.test == test)
    rows = db.execute(select(vote.c.option, func.count()).where(*these).group_by(vote.c.option))
    return {str(option): int(count) for option, count in rows}


def own(db: Connection, flow: str, step: str, contact_id: int) -> str | None:
    """What this contact voted."""
    mine = (vote.c.flow == flow, vote.c.step == step, vote.c.contact_id == contact_id)
    option = db.execute(select(vote.c.option).where(*mine)).scalar()
    return None if option is None else str(option)
