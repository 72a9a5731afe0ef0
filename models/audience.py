"""Segments as SQL: one condition on a contact, every value of the author's bound; the same on SQLite and PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Select,
    String,
    Table,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

from flows.audience import (
    Both,
    Compare,
    Compared,
    Consenting,
    Deed,
    Did,
    Either,
    Everybody,
    Known,
    Not,
    Segment,
    Tagged,
    Value,
)
from flows.types import Span
from models.consent import consent
from models.contact import contact
from models.interaction import interaction
from models.message import message
from models.purchase import purchase
from models.store import Instant
from models.vote import vote

COLUMNS = ("language", "country", "zone", "first_name", "last_name", "channel", "phone")
"""What `contact.NAME` means where it is no field of the author's own."""

_DAY_LENGTH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a segment is held against. at: as of when; past: that is not now, so that consent is what the ledger said then.

    zone: of the installation, in which days begin. Tags and fields have no history: they are as of now, always.
    """

    sqlite: bool
    at: datetime
    zone: str
    past: bool = False


def condition(segment: Segment, frame: Frame) -> ColumnElement[bool]:
    """Whether a row of `contact` belongs to the segment."""
    match segment:
        case Everybody():
            return true()
        case Tagged(tag=tag):
            return _tagged(tag, frame)
        case Consenting(stands=stands):
            return _stood(frame) == stands if frame.past else contact.c.consent == stands
        case Known(name=name):
            return func.coalesce(_column(name, frame), "") != ""
        case Compared(name=name, how=how, values=values):
            return _compared(_column(name, frame), how, values, frame)
        case Did():
            return _did(segment, frame)
        case Not(of=of):
            return not_(condition(of, frame))
        case Both(of=of):
            return and_(*(condition(one, frame) for one in of))
        case Either(of=of):
            return or_(*(condition(one, frame) for one in of))


def count(db: Connection, segment: Segment, frame: Frame, *, kind: str = "real") -> int:
    """How many contacts belong to it."""
    return int(db.execute(members(segment, frame, kind, func.count())).scalar_one())


def ids_after(db: Connection, segment: Segment, frame: Frame, last_id: int, most: int, *, kind: str = "real") -> list[int]:
    """Its contacts behind an id, in the order of their ids: a batch of a walk that keeps nothing."""
    query = members(segment, frame, kind, contact.c.id).where(contact.c.id > last_id).order_by(contact.c.id).limit(most)
    return list(db.execute(query).scalars())


def on_day(name: str, day: date, frame: Frame, *, yearly: bool) -> ColumnElement[bool]:
    """Whether a date of the contact's falls on a day; yearly: of any year, and not before the first."""
    written = _day(_column(name, frame))
    if not yearly:
        return func.coalesce(written == day.isoformat(), false())
    begun = written <= max(day, frame.at.date()).isoformat()  # a 29 February may stand for a day of a later year
    return func.coalesce(and_(func.substr(written, 6) == f"{day:%m-%d}", begun), false())


def members(segment: Segment, frame: Frame, kind: str, what: ColumnElement[Any]) -> Select[Any]:
    """The query of its contacts. kind: real | test."""
    return select(what).select_from(contact).where(contact.c.kind == kind, contact.c.created_at <= frame.at, condition(segment, frame))


def _tagged(tag: str, frame: Frame) -> ColumnElement[bool]:
    if frame.sqlite:
        one = func.json_each(contact.c.tags).table_valued("value")
        return exists(select(literal(1)).select_from(one).where(one.c.value == tag))
    return cast(contact.c.tags, JSONB).contains(cast([tag], JSONB))


def _stood(frame: Frame) -> ColumnElement[str]:
    """Where consent stood at the frame's moment, by the ledger."""
    last = (
        select(consent.c.after)
        .where(consent.c.contact_id == contact.c.id, consent.c.at <= frame.at)
        .order_by(consent.c.id.desc())
        .limit(1)
        .correlate(contact)
        .scalar_subquery()
    )
    return func.coalesce(last, "unknown")


def _column(name: str, frame: Frame) -> ColumnElement[str]:
    """A column of the contact, or a field of the author's own, as text; NULL where it is not filled in."""
    if name in COLUMNS:
        return contact.c[name]
    if frame.sqlite:
        quoted = name.replace('"', "")
        kind, value = (reader(contact.c.fields, f'$."{quoted}"') for reader in (func.json_type, func.json_extract))
        return case((kind == "true", "true"), (kind == "false", "false"), else_=cast(value, String))
    return cast(contact.c.fields, JSONB).op("->>", return_type=String())(literal(name, String))


def _compared(column: ColumnElement[str], how: Compare, values: Sequence[Value], frame: Frame) -> ColumnElement[bool]:
    if how in (Compare.IS, Compare.IS_NOT):
        one = or_(*(_equal(column, value, frame) for value in values))
        return one if how is Compare.IS else and_(func.coalesce(column, "") != "", not_(one))
    (value,) = values
    side: ColumnElement[Any] = _number(column, frame) if isinstance(value, float) else _day(column)
    other: float | str = value if isinstance(value, float) else str(value)
    ways = {
        Compare.LESS: side < other,
        Compare.AT_MOST: side <= other,
        Compare.MORE: side > other,
        Compare.AT_LEAST: side >= other,
    }
    return func.coalesce(ways[how], false())


def _equal(column: ColumnElement[str], value: Value, frame: Frame) -> ColumnElement[bool]:
    match value:
        case bool():
            return func.coalesce(column == ("true" if value else "false"), false())
        case float():
            return func.coalesce(_number(column, frame) == value, false())
        case date():
            return func.coalesce(_day(column) == value.isoformat(), false())
        case str():
            return func.coalesce(column == value, false())


def _number(column: ColumnElement[str], frame: Frame) -> ColumnElement[float]:
    """A text as a number, NULL where it is none: what was imported from a CSV is text."""
    if frame.sqlite:
        plain = and_(
            column.op("GLOB", is_comparison=True)("*[0-9]*"),
            not_(column.op("GLOB", is_comparison=True)("*[^0-9.-]*")),
            not_(column.op("GLOB", is_comparison=True)("?*-*")),
            not_(column.op("GLOB", is_comparison=True)("*.*.*")),
        )
    else:
        plain = column.op("~", is_comparison=True)(r"^-?[0-9]*\.?[0-9]*$") & column.op("~", is_comparison=True)("[0-9]")
    return case((plain, cast(column, Float)), else_=None)


def _day(column: ColumnElement[str]) -> ColumnElement[str]:
    """The day at the beginning of a text, NULL where none is."""
    return case((column.like("____-__-__%"), func.substr(column, 1, _DAY_LENGTH)), else_=None)


def _did(did: Did, frame: Frame) -> ColumnElement[bool]:
    if did.deed is Deed.CREATED:
        return and_(true(), *_bounds(contact.c.created_at, did, frame))
    table, at, also = _records(did)
    return exists(
        select(literal(1)).select_from(table).where(table.c.contact_id == contact.c.id, *also, *_bounds(at, did, frame)).correlate(contact)
    )


def _records(did: Did) -> tuple[Table, ColumnElement[datetime], list[ColumnElement[bool]]]:
    """Where a deed is on record: the table, the column of its moment, and what else makes it that deed."""
    flow = did.flow
    match did.deed:
        case Deed.TEXTED | Deed.DELIVERED | Deed.FAILED:
            at = {Deed.TEXTED: message.c.handed_over_at, Deed.DELIVERED: message.c.delivered_at, Deed.FAILED: message.c.tried_at}[did.deed]
            also = [message.c.direction == "out", at.is_not(None), *([message.c.flow == flow] if flow else [])]
            return message, at, also + ([message.c.status.in_(("failed", "undelivered"))] if did.deed is Deed.FAILED else [])
        case Deed.REPLIED if not flow:
            return message, message.c.created_at, [message.c.direction == "in"]
        case Deed.REPLIED | Deed.CLICKED | Deed.STARTED | Deed.COMPLETED:
            kind = "ended" if did.deed is Deed.COMPLETED else did.deed.value
            also = [interaction.c.kind == kind, *([interaction.c.flow == flow] if flow else [])]
            if did.deed is Deed.COMPLETED:
                also.append(interaction.c.data["outcome"].as_string() == "completed")
            return interaction, interaction.c.at, also
        case Deed.VOTED:
            return vote, vote.c.at, [vote.c.flow == flow] if flow else []
        case Deed.OPTED_IN | Deed.OPTED_OUT:
            return consent, consent.c.at, [consent.c.after == ("in" if did.deed is Deed.OPTED_IN else "out")]
        case Deed.ORDERED:
            return purchase, purchase.c.at, []
        case Deed.CREATED:
            raise AssertionError("a contact's creation is on the contact itself")


def _bounds(at: ColumnElement[datetime], did: Did, frame: Frame) -> list[ColumnElement[bool]]:
    found = [at <= _instant(frame.at)]
    if did.within is not None:
        found.append(at > _instant(frame.at - _length(did.within)))
    if did.over is not None:
        found.append(at <= _instant(frame.at - _length(did.over)))
    if did.since is not None:
        found.append(at >= _instant(_midnight(did.since, frame.zone)))
    if did.before is not None:
        found.append(at < _instant(_midnight(did.before, frame.zone)))
    return found


def _instant(moment: datetime) -> ColumnElement[datetime]:
    return literal(moment, Instant)


def _length(span: Span) -> timedelta:
    return timedelta(days=span.days, seconds=span.seconds)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
