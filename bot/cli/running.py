"""`parley up` and the parts that it is made of: web, worker, clock, provider."""

import json
import os
import signal
import sys
import threading
from enum import StrEnum
from typing import Annotated, NoReturn

import typer

from config.settings import LogLevel, Settings, load_settings

commands = typer.Typer()


class OutputFormat(StrEnum):
    """What `--format` takes: for people, or for a pipe."""

    TABLE = "table"
    JSON = "json"


@commands.command()
def up(
    with_parent: Annotated[
        bool, typer.Option("--with-parent", help="Stop when the process that started it ends (Linux), as make does.")
    ] = False,
) -> None:
    """Start everything: Valkey, web, worker and clock. Ctrl-C stops it."""
    from bot import leash
    from bot.cli.terminal import voice
    from bot.supervisor import Supervisor, UpError

    settings = load_settings()
    environ = dict(os.environ)
    if sys.stderr.isatty() and "log_level" not in settings.model_fields_set:
        environ["LOG_LEVEL"] = LogLevel.WARNING  # on a terminal what goes well is not worth a line
    if with_parent and leash.KERNEL_WATCHES:
        leash.die_with(os.getppid(), signal.SIGTERM)
    try:
        code = Supervisor(settings, voice(settings), environ).run()
    except UpError as error:
        stop(str(error), code=1)
    raise typer.Exit(code)


@commands.command()
def web() -> None:
    """Start the web server alone (webhooks, console, API)."""
    settings = part()
    from bot.serving import WebServer

    WebServer(settings).run()


@commands.command()
def worker() -> None:
    """Start one worker alone: it sends what is in the outbox and handles what web left to it."""
    settings = part()
    migrated(settings)
    from bot import jobs

    jobs.run_worker(settings)


@commands.command()
def clock() -> None:
    """Start the clock alone: it wakes what is due."""
    settings = part()
    migrated(settings)
    from bot import jobs

    jobs.run_clock(settings)


@commands.command(hidden=True)
def prepare() -> None:
    """Migrate, publish and load what a first start needs; prints the first admin's login, once, as JSON."""
    settings = part()
    migrated(settings)
    from bot import start

    prepared = start.prepare(settings)
    for problem in prepared.problems:
        print(problem, file=sys.stderr)
    login = [start.FIRST_ADMIN, prepared.first_password] if prepared.first_password else None
    print(json.dumps({"first_login": login, "problems": len(prepared.problems)}))


@commands.command()
def provider(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8010,
    webhook: Annotated[str, typer.Option(help="Where inbound texts go. Default: PUBLIC_URL/webhooks/twilio/sms.")] = "",
    keep: Annotated[int, typer.Option(help="Messages to keep; older ones are dropped, and the record says how many.")] = 100_000,
) -> None:
    """Start a stand-in for Twilio's Messages API on this machine, for development and tests."""
    settings = part()
    from bot.provider.app import Provider

    standing_in = Provider(
        account_sid=settings.account_sid,
        auth_token=settings.auth_token,
        webhook=webhook or f"{settings.public_url}/webhooks/twilio/sms",
        port=port,
        keep=keep,
    )
    print(f"A stand-in for Twilio on {standing_in.url} for account {settings.account_sid}; texts go to {standing_in.webhook}.", flush=True)
    print(f"To send through it: TWILIO_API_BASE={standing_in.url}", flush=True)
    with standing_in:
        forever()


def part() -> Settings:
    """The settings, with logging and the shared counters set up for a process of its own."""
    settings = load_settings()
    from config.logging import configure

    configure(settings.log_level)
    settings.metrics_dir.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(settings.metrics_dir))  # read when prometheus_client is imported
    return settings


def migrated(settings: Settings) -> None:
    """The database at this version's schema. Where it is away the process ends, so that whoever started it tries again later."""
    from sqlalchemy.exc import OperationalError

    from bot import schema
    from bot.supervisor import TRY_LATER

    try:
        schema.ensure(settings)
    except (schema.UnreachableError, OperationalError) as error:
        stop(f"the database is away ({type(error).__name__}).", code=TRY_LATER)


def forever() -> None:
    """Returns at Ctrl-C or SIGTERM."""
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: told.set())
    told.wait()


def stop(why: str, *, code: int) -> NoReturn:
    """Ends the command with one clear sentence on stderr."""
    print(f"parley: {why}", file=sys.stderr)
    raise typer.Exit(code)
