"""`parley segment` and `parley orders import`: who is meant by an expression, and what contacts bought, which segments may ask for."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli.people import Format, store
from bot.cli.running import OutputFormat, stop
from config.settings import load_settings

if TYPE_CHECKING:
    from flows.audience import Segment

commands = typer.Typer()
orders = typer.Typer(help="What contacts bought.", no_args_is_help=True)
commands.add_typer(orders, name="orders")


@commands.command()
def segment(
    expression: Annotated[str, typer.Argument(help="Who is meant, as: tag:vip and replied within 30d.")],
    sample: Annotated[int, typer.Option(help="How many of them to show.", min=0, max=1000)] = 5,
    at: Annotated[str, typer.Option("--at", help="As of the end of a past day, as 2026-03-01. Tags and fields have no history.")] = "",
    output: Format = OutputFormat.TABLE,
) -> None:
    """Count the contacts that belong to a segment, and show a few. Ends with 1 where the expression is none."""
    from models import audience, contact

    meant = _meant(expression)
    settings, base = load_settings(), store()
    moment = _end_of(at, settings.timezone) if at else datetime.now(UTC)
    frame = audience.Frame(sqlite=base.sqlite, at=moment, zone=settings.timezone, past=bool(at))
    with base.read() as db:
        n = audience.count(db, meant, frame)
        ids = audience.ids_after(db, meant, frame, 0, sample) if sample else []
        rows = [row for one in ids if (row := contact.by_id(db, one)) is not None]
    base.close()
    if output is OutputFormat.JSON:
        print(json.dumps({"segment": expression, "contacts": n, "sample": [row.phone for row in rows]}, ensure_ascii=False))
        return
    print(f"{n} contact{'s' * (n != 1)}")
    for row in rows:
        print(f"  {row.phone}  {' '.join(filter(None, (row.first_name, row.last_name)))}".rstrip())


def _meant(expression: str) -> "Segment":
    from flows.parse_audience import SegmentError, parse_segment

    try:
        return parse_segment(expression)
    except SegmentError as error:
        stop(f"{expression}\n{' ' * (error.column - 1)}^\n{error.what} {error.how}".rstrip(), code=1)


def _end_of(day: str, zone: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(day), time(23, 59, 59, 999999), ZoneInfo(zone))
    except ValueError:
        stop(f'"{day}" is no day. Write it as 2026-03-01.', code=2)


@orders.command("import")
def import_orders(
    file: Annotated[
        Path, typer.Argument(help="CSV with the columns phone, order, at (ISO), amount, currency.", exists=True, dir_okay=False)
    ],
) -> None:
    """Add what contacts bought, each order once. A row that cannot be read is named, and stops none of the others. Ends with 1 then."""
    from bot.orders_file import order_of
    from models import purchase

    settings = load_settings()
    base, n_added, wrong = store(), 0, []
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = {"phone", "order", "at", "amount", "currency"} - {*(reader.fieldnames or ())}
            if missing:
                stop(f"{file} lacks the columns {', '.join(sorted(missing))}. Nothing was imported.", code=1)
            for batch in _batches(reader):
                with base.write() as db:
                    rows = [order_of(db, row, country=settings.country, zone=settings.timezone) for _, row in batch]
                    n_added += purchase.add(db, [row for row in rows if isinstance(row, dict)])
                wrong += [f"line {line}: {row}" for (line, _), row in zip(batch, rows, strict=True) if isinstance(row, str)]
    except UnicodeDecodeError as error:
        stop(f"{file} is not UTF-8 (byte {error.start}). Save it as UTF-8.", code=1)
    base.close()
    print(f"{n_added} order{'s' * (n_added != 1)} added")
    for line in wrong[:20]:
        print(f"  {line}")
    if len(wrong) > 20:
        print(f"  and {len(wrong) - 20} more")
    raise typer.Exit(1 if wrong else 0)


_BATCH = 500


def _batches(reader: "csv.DictReader[str]") -> Iterator[list[tuple[int, dict[str, str | None]]]]:
    batch: list[tuple[int, dict[str, str | None]]] = []
    for row in reader:
        batch.append((reader.line_num, dict(row)))
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
