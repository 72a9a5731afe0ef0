"""`parley replay`: real texts against a running server."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.progress import counting
from bot.cli.running import OutputFormat, stop
from config.settings import Settings, load_settings

if TYPE_CHECKING:
    from bot.replay import Replay, Tally, Target, Text

commands = typer.Typer()


@commands.command()
def replay(
    file: Annotated[Path, typer.Argument(help='JSON lines: {"text": ..., optional "from": ...}.', exists=True, dir_okay=False)],
    url: Annotated[str, typer.Option(help="Where the server is reached. Default: this machine's PORT.")] = "",
    rate: Annotated[float, typer.Option(help="Texts per second; 0: as fast as they are answered.", min=0)] = 20.0,
    contacts: Annotated[int | None, typer.Option(help="Spread the texts over so many contacts. Default: each its own.", min=1)] = None,
    threads: Annotated[int, typer.Option(help="Texts in flight at once.", min=1, max=256)] = 8,
    patience: Annotated[float, typer.Option(help="Seconds for which a text without an answer is offered again.", min=0)] = 120.0,
    to: Annotated[str, typer.Option(help="The number that is texted. Default: the first of TWILIO_FROM.")] = "",
    public_url: Annotated[str, typer.Option(help="What the server checks signatures against. Default: PUBLIC_URL.")] = "",
    output: Annotated[OutputFormat, typer.Option("--format", help="How the result is printed.")] = OutputFormat.TABLE,
) -> None:
    """Send a file of texts as signed webhooks, and the callbacks that the answers ask for. Exit code 1 where a text failed."""
    from bot.replay import Replay, ReplayError, read_texts

    settings = load_settings()
    try:
        texts, bad = read_texts(file, contacts)
    except ReplayError as error:
        stop(str(error), code=2)
    run = Replay(target(settings, url, public_url, to), rate=rate, threads=threads, patience=patience)
    run.tally.failures += bad
    run.tally.failed += len(bad)
    tally = with_progress(run, texts) if sys.stderr.isatty() else run.run(texts)
    print(as_json(tally)) if output is OutputFormat.JSON else print_table(tally)
    raise typer.Exit(1 if tally.failed or tally.callbacks_failed else 0)


def target(settings: Settings, url: str, public_url: str, to: str) -> "Target":
    """Where the texts go. A server that nobody gave a PUBLIC_URL takes the address at which it listens."""
    from bot.replay import WEBHOOK, Target, public_address

    url = (url or f"http://127.0.0.1:{settings.port}").rstrip("/").removesuffix(WEBHOOK)
    given = settings.public_url if "public_url" in settings.model_fields_set else public_address(url)
    numbers = [number for number in settings.twilio_from if not number.startswith("MG")]
    return Target(
        url=url,
        public_url=(public_url or given).rstrip("/"),
        account_sid=settings.account_sid,
        token=settings.auth_token,
        to=to or (numbers[0] if numbers else "+15005550006"),
    )


def with_progress(run: "Replay", texts: "list[Text]") -> "Tally":
    with counting("Replaying", len(texts)) as advance:
        return run.run(texts, lambda: advance(1))


def figures(tally: "Tally") -> list[tuple[str, str, float | int | None]]:
    """The rows of the table: words, key, value; times in milliseconds."""

    def milliseconds(share: float) -> float | None:
        seconds = tally.quantile(share)
        return None if seconds is None else round(seconds * 1000, 1)

    return [
        ("Texts", "texts", tally.texts),
        ("Answered with messages", "answered", tally.answered),
        ("Answered empty", "empty", tally.empty),
        ("Failed", "failed", tally.failed),
        ("Offered again", "offered_again", tally.offered_again),
        ("Messages in answers", "messages", tally.messages),
        ("Callbacks taken", "callbacks_taken", tally.callbacks_taken),
        ("Callbacks not taken", "callbacks_failed", tally.callbacks_failed),
        ("Latency, median (ms)", "p50_ms", milliseconds(0.5)),
        ("Latency, 99th percentile (ms)", "p99_ms", milliseconds(0.99)),
        ("Latency, longest (ms)", "max_ms", milliseconds(1.0)),
        ("Texts per second", "per_second", round(tally.texts / tally.seconds, 1) if tally.seconds else None),
        ("Seconds", "seconds", round(tally.seconds, 1)),
    ]


def as_json(tally: "Tally") -> str:
    statuses = {str(status): n for status, n in sorted(tally.statuses.items())}
    return json.dumps(
        {**{key: value for _, key, value in figures(tally)}, "statuses": statuses, "failures": [asdict(f) for f in tally.failures]}
    )


def print_table(tally: "Tally") -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    table = Table(show_header=False, box=None, padding=(0, 2))
    table.add_column()
    table.add_column(justify="right")
    for words, _, value in figures(tally):
        table.add_row(words, "no data" if value is None else f"{value:,}")
    console.print(table)
    for failure in tally.failures:
        console.print(f"  line {failure.line}: {failure.why} {failure.message_sid}", markup=False)
