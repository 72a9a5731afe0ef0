"""Coupon codes: one code a contact and pool, never two, never the same to two people."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, Connection, ForeignKey, Index, String, Table, UniqueConstraint, insert, select, text, update

from models.store import Id, Instant, metadata

coupon = Table(
    "coupon",
    metadata,
    Column("id", Id, primary_key=True),
    Column("flow", String(80), nullable=False),
    Column("pool", String(80), nullable=False),
    Column("code", String(200), nullable=False),
    Column("contact_id", Id, ForeignKey("contact.id")),
    Column("claimed_at", Instant),
    Column("expires_at", Instant),
    Column("told_at", Instant),
    UniqueConstraint("flow", "pool", "code"),
    UniqueConstraint("flow", "pool", "contact_id"),
    Index("coupon_free", "flow", "pool", "id", sqlite_where=text("contact_id IS NULL"), postgresql_where=text("contact_id IS NULL")),
)

_SPREAD = 16


def fill(db: Connection, flow: str, pool: str, codes: Sequence[str]) -> int:
    """Adds the codes that the pool has not got yet; how many."""
    known = {code for (code,) in db.execute(select(coupon.c.code).where(coupon.c.flow == flow, coupon.c.pool == pool))}
    fresh = [code for code in dict.fromkeys(codes) if code not in known]
    if fresh:
        db.execute(insert(coupon), [{"flow": flow, "pool": pool, "code": code} for code in fresh])
    return len(fresh)


def code_for(db: Connection, flow: str, pool: str, contact_id: int) -> tuple[str | None, datetime | None]:
    """The contact's own code and until when it is good, else one that is free now, else (None, None).

    Contacts that come at the same moment look at different codes.
    """
    mine = select(coupon.c.code, coupon.c.expires_at)
    mine = mine.where(coupon.c.flow == flow, coupon.c.pool == pool, coupon.c.contact_id == contact_id)
    if (own := db.execute(mine).first()) is not None:
        return str(own[0]), own[1]
    free = select(coupon.c.code).where(coupon.c.flow == flow, coupon.c.pool == pool, coupon.c.contact_id.is_(None)).order_by(coupon.c.id)
    codes = [str(code) for (code,) in db.execute(free.limit(_SPREAD))]
    return (codes[contact_id % len(codes)] if codes else None), None


def take(
    db: Connection, flow: str, pool: str, code: str, contact_id: int, now: datetime, expires_at: datetime | None, *, told: bool
) -> bool:
    """Takes a code for a contact; True also where it is the contact's already, False where somebody else was faster.

    told: the text with it is on its way already; else `tell` says so when it is, and until then a STOP gives the code back.
    """
    this = (coupon.c.flow == flow, coupon.c.pool == pool, coupon.c.code == code)
    taken = (
        update(coupon)
        .where(*this, coupon.c.contact_id.is_(None))
        .values(contact_id=contact_id, claimed_at=now, told_at=now if told else None)
    )
    if db.execute(taken.values(expires_at=expires_at)).rowcount == 1:
        return True
    return db.execute(select(coupon.c.contact_id).where(*this)).scalar() == contact_id


def tell(db: Connection, contact_id: int, now: datetime) -> None:
    """The text with the contact's codes has been handed over: from now on they are the contact's for good."""
    db.execute(update(coupon).where(coupon.c.contact_id == contact_id, coupon.c.told_at.is_(None)).values(told_at=now))


def give_back_untold(db: Connection, contact_id: int) -> None:
    """Frees codes that were taken for a contact and not told."""
    db.execute(
        update(coupon)
        .where(coupon.c.contact_id == contact_id, coupon.c.told_at.is_(None))
        .values(contact_id=None, claimed_at=None, expires_at=None)
    )


def held_by(db: Connection, contact_id: int) -> list[tuple[str, str, str]]:
    """The contact's codes: (flow, pool, code)."""
    rows = db.execute(select(coupon.c.flow, coupon.c.pool, coupon.c.code).where(coupon.c.contact_id == contact_id).order_by(coupon.c.id))
    return [(str(flow), str(pool), str(code)) for flow, pool, code in rows]
