"""`parley hours`: when a text may leave, and why. `parley spend`: what texts have cost."""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.people import Format, store
from bot.cli.running import OutputFormat, stop
from config.settings import load_settings

if TYPE_CHECKING:
    from scheduler.telling import Told

commands = typer.Typer()
_NAMES = ("phone", "at", "purpose", "zone", "country", "region")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Who is texted, when, and what for. at: an ISO instant, empty for now."""

    phone: str
    at: str = ""
    purpose: str = "marketing"
    zone: str = ""
    country: str = ""
    region: str = ""


@commands.command()
def hours(
    phone: Annotated[str, typer.Argument(help="The number, as +15551234567; left out with --jsonl.")] = "",
    at: Annotated[
        str, typer.Option("--at", help="When it is planned, as 2026-07-04T23:00Z; UTC where it names no offset. Default: now.")
    ] = "",
    purpose: Annotated[str, typer.Option("--purpose", help="marketing or service.")] = "marketing",
    zone: Annotated[str, typer.Option("--zone", help="The contact's own zone, where it is known, as America/Chicago.")] = "",
    country: Annotated[str, typer.Option("--country", help="The contact's own country, as US.")] = "",
    region: Annotated[str, typer.Option("--region", help="The contact's own region, as TX or FR-57.")] = "",
    jsonl: Annotated[bool, typer.Option("--jsonl", help='Answer lines of {"phone": ..., "at": ..., "purpose": ...} with lines.')] = False,
    output: Format = OutputFormat.TABLE,
) -> None:
    """Tell when a text to a number would leave, and why: quiet hours, holidays, zones and the rule. Caps and consent are the gate's."""
    if jsonl:
        for number, line in enumerate(sys.stdin, 1):
            if line.strip():
                print(json.dumps(_line(number, line), ensure_ascii=False), flush=True)
        return
    if not phone:
        stop("no number: give one as +15551234567, or lines with --jsonl.", code=2)
    try:
        told = _told(Question(phone=phone, at=at, purpose=purpose, zone=zone, country=country, region=region))
    except ValueError as error:
        stop(f"{error}.", code=2)
    print(json.dumps(_as_json(told), ensure_ascii=False, indent=2) if output is OutputFormat.JSON else "\n".join(_sentences(told)))


def _line(number: int, line: str) -> Mapping[str, Any]:
    try:
        given = json.loads(line)
        if not isinstance(given, dict) or not given.get("phone"):
            raise ValueError('it is no object with a "phone"')
        return _as_json(_told(Question(**{name: str(given[name]) for name in _NAMES if given.get(name) is not None})))
    except ValueError as error:  # what is no JSON is a ValueError too
        return {"line": number, "error": str(error)}


def _told(asked: Question) -> "Told":
    """The answer. Raises ValueError where a word of the question cannot be used."""
    from config.entries import zone as known_zone
    from flows.types import Purpose
    from scheduler.telling import tell
    from scheduler.zones import place_of

    if asked.purpose not in {*Purpose}:
        raise ValueError(f'"{asked.purpose}" is no purpose: give marketing or service')
    if asked.zone:
        try:
            known_zone(asked.zone)
        except ValueError as error:
            raise ValueError(f'"{asked.zone}" is no zone: give one as America/Chicago') from error
    place = place_of(asked.phone, asked.zone or None, asked.country.upper() or None, asked.region or None)
    return tell(_moment(asked.at), place, Purpose(asked.purpose))


def _moment(at: str) -> datetime:
    if not at:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(at)
    except ValueError as error:
        raise ValueError(f'"{at}" is no moment: write it as 2026-07-04T23:00Z') from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _as_json(told: "Told") -> dict[str, Any]:
    row: dict[str, Any] = {**asdict(told), "is_open": told.is_open}
    return json.loads(json.dumps(row, default=datetime.isoformat))  # type: ignore[no-any-return]  # instants and wall times as text


def _sentences(told: "Told") -> Iterator[str]:
    where = "-".join(filter(None, (told.country or "an unknown country", told.region)))
    if told.is_open:
        yield f"A {told.purpose} text planned for {told.planned_at:%Y-%m-%d %H:%M:%S} UTC leaves at once."
    else:
        yield f"A {told.purpose} text planned for {told.planned_at:%Y-%m-%d %H:%M:%S} UTC leaves at {told.leaves_at:%Y-%m-%d %H:%M:%S} UTC."
    yield f"  Place: {where}, {len(told.clocks)} zone{'s' * (len(told.clocks) != 1)} possible; it leaves when all of them are open."
    yield f"  Rule {told.row}: {told.hours}; public holidays {told.holidays}."
    yield f"  Source: {told.source} (read {told.read})."
    yield f"  Version: {told.rules}"
    same: dict[tuple[datetime, datetime, str], list[str]] = {}
    for clock in told.clocks:
        same.setdefault((clock.planned_local, clock.leaves_local, clock.closed), []).append(clock.zone)
    for (planned, leaves, closed), zones in same.items():
        yield f"  {', '.join(zones)}: planned {planned:%a %Y-%m-%d %H:%M} ({closed or 'open'}), leaves {leaves:%a %Y-%m-%d %H:%M}"


@commands.command()
def spend(output: Format = OutputFormat.TABLE) -> None:
    """Show what texts have cost by day and month, and the ceilings. Ends with 1 where PRICES is not set."""
    from bot.limits import ceilings
    from models import spend as spending
    from scheduler.spend import amount

    settings = load_settings()
    if not settings.prices:
        stop("PRICES is not set, so nothing is counted: set it as US=0.0083,*=0.09.", code=1)
    with store().read() as db:
        rows, limits = spending.latest(db), ceilings(db, settings, datetime.now(UTC))
    if output is OutputFormat.JSON:
        told = {
            "currency": settings.currency,
            "ceilings": [{"period": one.period.name, "spent": amount(one.spent), "most": amount(one.most)} for one in limits],
            "periods": [{"period": r.period, "spent": amount(r.micros), "texts": r.texts, "segments": r.segments} for r in rows],
        }
        print(json.dumps(told, indent=2))
        return
    for one in limits:
        print(f"This {one.period.kind} ({one.period.name}): {amount(one.spent)} of {amount(one.most)} {one.currency}")
    for row in rows:
        print(f"{row.period:10}  {amount(row.micros):>14} {settings.currency}  {row.texts:>8} texts  {row.segments:>8} segments")
    if not rows:
        print("Nothing has been spent.")
