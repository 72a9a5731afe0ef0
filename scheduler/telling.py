"""When a text would leave and why, told zone by zone: the answer of `windows.send_at`, with the rule and the days behind it. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flows.localtime import to_local
from flows.types import Purpose
from scheduler.windows import DAYS, Hours, Place, holiday, hours_for, rules_for, send_at, windows_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """What it is in one zone where the contact may be. closed: why nothing leaves at the planned moment; empty where it is open."""

    zone: str
    planned_local: datetime
    leaves_local: datetime
    closed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """When a text planned for a moment leaves, and by which rule. rules: its row with the version of the data."""

    planned_at: datetime
    leaves_at: datetime
    purpose: Purpose
    country: str | None
    region: str | None
    row: str
    rules: str
    hours: str
    holidays: str
    source: str
    read: str
    clocks: tuple[Clock, ...]

    @property
    def is_open(self) -> bool:
        return self.planned_at == self.leaves_at


def tell(planned: datetime, place: Place, purpose: Purpose) -> Told:
    """The whole answer. Raises ValueError where no window opens in all of the zones at once."""
    planned = planned.astimezone(UTC)
    leaves, hours = send_at(planned, place, purpose), hours_for(place, purpose)
    return Told(
        planned_at=planned,
        leaves_at=leaves,
        purpose=purpose,
        country=place.country,
        region=place.region,
        row=hours.row,
        rules=rules_for(place, purpose),
        hours=_week(hours),
        holidays="open" if hours.holidays is None else f"closed, {hours.holidays}",
        source=hours.source,
        read=str(hours.read),
        clocks=tuple(_clock(zone, planned, leaves, hours, place) for zone in place.zones),
    )


def _clock(zone: str, planned: datetime, leaves: datetime, hours: Hours, place: Place) -> Clock:
    local = to_local(planned, zone)
    return Clock(
        zone=zone, planned_local=local, leaves_local=to_local(leaves, zone), closed=_closed(local, hours, place.country, place.region)
    )


def _closed(local: datetime, hours: Hours, country: str | None, region: str | None) -> str:
    """Why nothing leaves at a wall time; empty where it is open."""
    if (name := holiday(local.date(), hours, country, region)) is not None:
        return f"holiday: {name}"
    windows = windows_on(local.date(), hours, country, region)
    if not windows:
        return f"closed on {local:%A}s"
    if any(window.opens <= local.time() < window.closes for window in windows):
        return ""
    return f"outside {', '.join(f'{window.opens:%H:%M}-{window.closes:%H:%M}' for window in windows)}"


def _week(hours: Hours) -> str:
    """The hours in words: "mon-sat 10:00-20:00, sun 12:00-20:00"."""
    days = [" ".join(f"{window.opens:%H:%M}-{window.closes:%H:%M}" for window in windows) or "closed" for windows in hours.week]
    told, first = [], 0
    for n in range(1, len(days) + 1):
        if n == len(days) or days[n] != days[first]:
            told.append(f"{DAYS[first]}{f'-{DAYS[n - 1]}' if n - first > 1 else ''} {days[first]}")
            first = n
    return ", ".join(told)
