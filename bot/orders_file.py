"""Orders from a CSV: a row becomes a purchase, or the words that say what is wrong with it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.contacts_file import e164
from models import contact, purchase


def order_of(db: Connection, row: Mapping[str, str | None], *, country: str, zone: str) -> dict[str, Any] | str:
    """The columns of a purchase; else what is wrong, in words. country, zone: of numbers and moments that do not say theirs."""
    told = {name: (value or "").strip() for name, value in row.items() if isinstance(value, str)}
    phone = e164(told.get("phone", ""), country)
    known = contact.by_phone(db, phone) if phone else None
    if known is None:
        return f'"{told.get("phone", "")}" is no contact of ours'
    if not told.get("order"):
        return "the order has no number"
    at, cents = _moment(told.get("at", ""), zone), _cents(told.get("amount", ""))
    if at is None:
        return f'"{told.get("at", "")}" is no moment: write it as 2026-03-01T12:30'
    if cents is None:
        return f'"{told.get("amount", "")}" is no amount: write it as 19.99'
    currency = told.get("currency", "").upper()
    if len(currency) != 3 or not currency.isalpha():
        return f'"{currency}" is no currency: write it as EUR'
    return purchase.values(told["order"], known.id, at, cents, currency)


def _moment(text: str, zone: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def _cents(text: str) -> int | None:
    try:
        cents = int(Decimal(text) * 100)
    except (InvalidOperation, ValueError, OverflowError):
        return None
    return cents if abs(cents) < 2**31 else None
