"""Commands about contacts and what they answered: contacts import and export, start, report."""

import codecs
import csv
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.progress import counting
from bot.cli.running import OutputFormat, migrated, stop
from config.settings import load_settings

if TYPE_CHECKING:
    from analytics.responses import Responses
    from bot.contacts_file import Imported
    from models.store import Store

commands = typer.Typer()
contacts = typer.Typer(help="Contacts as CSV, in and out.", no_args_is_help=True)
report = typer.Typer(help="Figures from the log of what happened.", no_args_is_help=True)
commands.add_typer(contacts, name="contacts")
commands.add_typer(report, name="report")
Format = Annotated[OutputFormat, typer.Option("--format", help="How the answer is printed.")]


def store() -> "Store":
    """The database of the settings, migrated."""
    settings = load_settings()
    migrated(settings)
    from models.store import Store

    return Store(settings.database_url)


@contacts.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV with a column `phone`; other columns become fields.", exists=True, dir_okay=False)],
    rejected: Annotated[Path | None, typer.Option(help="Where rejected rows go. Default: FILE.rejected.csv")] = None,
    test: Annotated[bool, typer.Option("--test", help="As test contacts: nothing is sent to them by a provider.")] = False,
    output: Format = OutputFormat.TABLE,
) -> None:
    """Add and update contacts from a CSV. Bad rows come back in a file, with their reasons. Ends with 1 where there are some."""
    from bot.contacts_file import NoPhoneColumn, RejectedFile, import_contacts
    from bot.optin import Asking
    from bot.process import notices_of

    settings, kind, target = load_settings(), "test" if test else "real", rejected or file.with_suffix(".rejected.csv")
    bad_rows = RejectedFile(lambda: _opened(target))
    try:
        n_lines = _count_lines(file)
        with file.open(encoding="utf-8-sig", newline="") as lines, counting("Contacts", n_lines) as advance:
            asking = Asking(notices_of(settings), next(iter(settings.twilio_from), "")) if settings.double_opt_in else None
            more: Any = {"tell": advance, "reject": bad_rows.add, "asking": asking}
            done = import_contacts(store(), lines, country=settings.country, now=datetime.now(UTC), kind=kind, **more)
    except NoPhoneColumn as missing:
        stop(f"{file} has no column `phone` (it has: {missing}). Nothing was imported.", code=1)
    except UnicodeDecodeError as error:
        stop(f"{file} is not UTF-8 (byte {error.start}). Save it as UTF-8. Nothing was imported.", code=1)
    finally:
        bad_rows.close()
    _tell(done, file, target, output)
    raise typer.Exit(1 if done.n_rejected else 0)


def _count_lines(file: Path) -> int | None:
    """How many lines the file has; None for a pipe, which can be read once only. Raises UnicodeDecodeError before anything is imported."""
    if not file.is_file():
        return None
    decoder, n, done = codecs.getincrementaldecoder("utf-8")(), 0, 0
    with file.open("rb") as content:
        while part := content.read(1 << 20):
            try:
                decoder.decode(part)
            except UnicodeDecodeError as error:
                held = len(error.object) - len(part)  # bytes of a letter that began in the part before
                raise UnicodeDecodeError("utf-8", error.object, done - held + error.start, done - held + error.end, error.reason) from None
            n, done = n + part.count(b"\n"), done + len(part)
    return n


def _opened(target: Path) -> IO[str]:
    """The file of rejected rows; the standard error where it cannot be written."""
    try:
        return target.open("w", encoding="utf-8", newline="")
    except OSError as error:
        print(f"parley: {target} cannot be written ({error.strerror}); the rejected rows:", file=sys.stderr)
        return open(2, "w", encoding="utf-8", closefd=False)  # it is closed like a file, and goes on


def _tell(done: "Imported", file: Path, target: Path, output: OutputFormat) -> None:
    if output is OutputFormat.JSON:
        bad = [{"line": row.line, "reason": row.reason} for row in done.rejected]
        told = {"added": done.added, "changed": done.changed, "stay_out": done.stay_out, "n_rejected": done.n_rejected, "rejected": bad}
        print(json.dumps(told, ensure_ascii=False))
        return
    print(f"{done.added} added, {done.changed} changed, {done.n_rejected} rejected" + (f": see {target}" if done.n_rejected else ""))
    if done.stay_out:
        print(f"{done.stay_out} had opted out and stay so, whatever the file says")
    for row in done.rejected[:10]:
        print(f"  {file}:{row.line}: {row.reason}")


@contacts.command("export")
def export(
    file: Annotated[Path | None, typer.Argument(help="Where to write. Default: the terminal.")] = None,
    test: Annotated[bool, typer.Option("--test", help="The test contacts, instead of the real ones.")] = False,
) -> None:
    """Write all contacts as a CSV that `contacts import` takes again."""
    from bot.contacts_file import export_contacts

    kind = "test" if test else "real"
    if file is None:
        export_contacts(store(), sys.stdout, kind=kind)
        return
    try:
        with file.open("w", encoding="utf-8", newline="") as out:
            count = export_contacts(store(), out, kind=kind)
    except OSError as error:
        stop(f"{file} cannot be written: {error.strerror}.", code=1)
    print(f"{count} contact{'s' * (count != 1)} in {file}")


@commands.command()
def start(
    flow: Annotated[str, typer.Argument(help="The flow's name.")],
    to: Annotated[list[str] | None, typer.Option(help="A number; may be given several times.")] = None,
    file: Annotated[Path | None, typer.Option(help="CSV with a column `phone`.", exists=True, dir_okay=False)] = None,
    output: Format = OutputFormat.TABLE,
) -> None:
    """Start a flow for people who did not ask for it. Each start meets the gate: consent, quiet hours, who holds the conversation."""
    from bot.campaigns import start_flow
    from bot.contacts_file import e164
    from bot.process import LateReader, load_reader, open_process

    settings = load_settings()
    migrated(settings)
    given = [*(to or []), *(_phones(file) if file else [])]
    if not given:
        stop("nobody to start it for: give --to NUMBER or --file CSV.", code=2)
    numbers = {text: e164(text, settings.country) for text in given}
    bad = [text for text, number in numbers.items() if number is None]
    try:
        process, fit = open_process(settings, reader=LateReader(load_reader)), [number for number in numbers.values() if number]
        with counting("Starts", len(fit)) as advance:
            begun = start_flow(process, flow, fit, tell=advance)
    except LookupError as unknown:
        stop(f"{str(unknown).strip(chr(39))}; `parley publish` makes flows live.", code=1)
    if output is OutputFormat.JSON:
        print(json.dumps({"flow": flow, "started": begun.started, "batch": begun.batch, "rejected": bad}))
    else:
        print(f"{flow} starts for {begun.started} contact{'s' * (begun.started != 1)} (batch {begun.batch})")
        for text in bad:
            print(f'  not started: "{text}" is no telephone number')
    raise typer.Exit(1 if bad else 0)


def _phones(file: Path) -> list[str]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            if "phone" not in (rows.fieldnames or ()):
                stop(f"{file} has no column `phone`. Nobody was started.", code=1)
            return [row["phone"] or "" for row in rows]
    except (UnicodeDecodeError, csv.Error) as error:
        stop(f"{file} cannot be read as a CSV in UTF-8 ({error}). Nobody was started.", code=1)


@report.command()
def responses(
    flow: Annotated[str | None, typer.Option(help="One flow only.")] = None,
    output: Format = OutputFormat.TABLE,
) -> None:
    """Response rates per flow, revision and step, with 95 % intervals. Test contacts are outside."""
    from analytics.responses import responses as figures
    from models.report import response_lines

    with store().read() as db:
        rows = figures(response_lines(db, flow=flow))
    if output is OutputFormat.JSON:
        print(json.dumps([_as_json(row) for row in rows], indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("flow", "rev", "step", "delivered", "unconfirmed", "replied", "response (95 %)", "median to reply", "opted out")
    for row in rows:
        table.add_row(row.flow, str(row.revision), row.step, *_figures(row))
    Console().print(table if rows else "No data yet: nothing has been delivered.")


def _figures(row: "Responses") -> list[str]:
    share = (
        f"{row.share.share:.1%} ({row.share.low:.1%} to {row.share.high:.1%})" if row.share else "no data" if row.asks else "asks nothing"
    )
    gone = f"{row.opt_out_share.share:.1%}" if row.opt_out_share else "no data"
    wait = str(row.median_to_reply).partition(".")[0] if row.median_to_reply is not None else "no data"
    return [str(row.delivered), str(row.unconfirmed), str(row.replied), share, wait, gone]


def _as_json(row: "Responses") -> dict[str, object]:
    share, gone = row.share, row.opt_out_share
    return {
        "flow": row.flow,
        "revision": row.revision,
        "step": row.step,
        "asks": row.asks,
        "delivered": row.delivered,
        "unconfirmed": row.unconfirmed,
        "replied": row.replied,
        "response_share": None if share is None else {"share": share.share, "low": share.low, "high": share.high},
        "median_to_reply_s": row.median_to_reply.total_seconds() if row.median_to_reply is not None else None,
        "opted_out": row.opted_out,
        "opt_out_share": None if gone is None else {"share": gone.share, "low": gone.low, "high": gone.high},
    }
