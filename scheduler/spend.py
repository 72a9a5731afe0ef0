"""What texts cost, and the ceilings on it. Pure. Sums are in millionths of the currency of the price table, so that they are exact."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from flows.localtime import to_instant, to_local
from flows.segments import segments

ANYWHERE = "*"
"""The price of countries that the table does not name."""
PICTURE_SEGMENTS = 3
"""A text with pictures is billed as a multimedia message; it is counted as so many segments at least, as providers' prices stand."""
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Period:
    """A day ("2026-11-22") or a month ("2026-11") of the installation. ends: the first instant after it."""

    name: str
    ends: datetime

    @property
    def kind(self) -> str:
        return "day" if len(self.name) > len("2026-11") else "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """The most that may be spent in a period, and what has been, in millionths."""

    period: Period
    most: int
    spent: int
    currency: str

    @property
    def reason(self) -> str:
        return f"spending: the ceiling of this {self.period.kind}, {amount(self.most)} {self.currency}"


@dataclass(frozen=True, slots=True)
class Budget:
    """What a text costs, and the ceilings that it meets."""

    cost: int = 0
    ceilings: tuple[Ceiling, ...] = ()


FREE = Budget()
"""Of what costs nothing, or is never held for what it costs."""


def exceeded(budget: Budget, now: datetime) -> Ceiling | None:
    """The ceiling that this text would go over and that holds it back longest; None where it may be paid for now."""
    over = [one for one in budget.ceilings if now < one.period.ends and one.spent + budget.cost > one.most]
    return max(over, key=lambda one: one.period.ends, default=None)


def periods(now: datetime, zone: str) -> tuple[Period, Period]:
    """The day and the month that it is where the installation is."""
    today = to_local(now, zone).date()
    next_month = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    return Period(today.isoformat(), _midnight(today + timedelta(days=1), zone)), Period(f"{today:%Y-%m}", _midnight(next_month, zone))


def _midnight(day: date, zone: str) -> datetime:
    return to_instant(datetime.combine(day, time()), zone)


def billed(body: str, n_pictures: int) -> int:
    """The segments that a text counts for."""
    n_segments = segments(body).segments
    return max(n_segments, PICTURE_SEGMENTS) if n_pictures else n_segments


def cost(n_segments: int, country: str | None, prices: Mapping[str, Decimal]) -> int:
    """Millionths for so many segments to a number of this country; 0 where the table has neither its price nor that of all others."""
    price = prices.get(country or ANYWHERE, prices.get(ANYWHERE, Decimal()))
    return n_segments * micros(price)


def micros(sum_: Decimal) -> int:
    """An amount in millionths."""
    return int((sum_ * _MILLION).to_integral_value())


def amount(millionths: int) -> str:
    """Millionths as people write an amount: two decimals at least."""
    whole, rest = divmod(millionths, _MILLION)
    return f"{whole}.{f'{rest:06}'.rstrip('0'):0<2}"
