"""Commands that keep an installation: publish, retire, revisions, backup, restore, arm, resume."""

import getpass
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.people import Format, store
from bot.cli.running import OutputFormat, migrated, stop
from config.settings import load_settings

commands = typer.Typer()


@commands.command()
def publish(
    paths: Annotated[list[Path] | None, typer.Argument(help="Flow files and folders. Default: FLOWS_DIR.", exists=True)] = None,
    why: Annotated[str, typer.Option(help="Why, for whoever looks at the revisions.")] = "",
    output: Format = OutputFormat.TABLE,
) -> None:
    """Make flows live, all or nothing. Live conversations stay on the revision that they began with. Ends with 1 where one has an error."""
    from bot.publishing import publish as publish_paths

    settings = load_settings()
    done = publish_paths(store(), paths or [settings.flows_dir], by=_user(), why=why, now=datetime.now(UTC))
    if output is OutputFormat.JSON:
        fresh = [{"flow": flow, "revision": number} for flow, number in done.fresh]
        problems = [str(problem) for problem in done.problems]
        told = {"published": fresh, "unchanged": list(done.unchanged), "codes_added": done.n_codes, "problems": problems}
        print(json.dumps(told, ensure_ascii=False))
    else:
        for problem in done.problems:
            print(problem)
        for flow, number in done.fresh:
            print(f"{flow}: revision {number} is live")
        codes = f", {done.n_codes} coupon codes added" if done.n_codes else ""
        print("nothing was published" if done.refused else f"{len(done.fresh)} published, {len(done.unchanged)} unchanged{codes}")
    raise typer.Exit(1 if done.refused else 0)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user has no name
        return "parley"


@commands.command()
def retire(flow: Annotated[str, typer.Argument(help="The flow's name.")]) -> None:
    """Take a flow off the air: nothing starts it any more; conversations that run go on. Remove its file from FLOWS_DIR too."""
    from bot.publishing import retire as retire_flow

    if not retire_flow(store(), flow):
        stop(f'no flow "{flow}" is live.', code=1)
    print(f"{flow} is not live any more. A start publishes FLOWS_DIR again: remove its file there.")


@commands.command()
def revisions(flow: Annotated[str, typer.Argument(help="The flow's name.")], output: Format = OutputFormat.TABLE) -> None:
    """List a flow's revisions: when, by whom, why, and which one is live."""
    from models import revision

    with store().read() as db:
        rows = revision.of_flow(db, flow)
    if output is OutputFormat.JSON:
        told = [{"revision": r.number, "live": r.live, "at": r.published_at.isoformat(), "by": r.published_by, "why": r.why} for r in rows]
        print(json.dumps(told, ensure_ascii=False))
        return
    if not rows:
        stop(f'no flow "{flow}" was ever published.', code=1)
    for row in rows:
        print(f"{row.number:>4} {'live' if row.live else '    '} {row.published_at:%Y-%m-%d %H:%M} {row.published_by} {row.why}")


@commands.command()
def backup(file: Annotated[Path, typer.Argument(help="Where to write it, as parley-2026-11-22.tar.gz.")]) -> None:
    """Write database, keys and spool to one file, while everything runs."""
    from bot import keeping

    settings = load_settings()
    migrated(settings)
    try:
        size = keeping.backup(settings, file)
    except keeping.KeepingError as error:
        stop(str(error), code=1)
    print(f"{file}: {size / 1024:.0f} KiB. It holds texts, numbers and keys: keep it like the database itself.")


@commands.command()
def restore(file: Annotated[Path, typer.Argument(help="A file that `parley backup` wrote.", exists=True, dir_okay=False)]) -> None:
    """Bring a backup into an empty installation. It sends nothing until `parley arm`."""
    from bot import keeping

    try:
        keeping.restore(load_settings(), file)
    except keeping.KeepingError as error:
        stop(str(error), code=1)
    print("Restored, and disarmed: it takes texts and sends nothing. When the original is off for good: parley arm")


@commands.command()
def arm() -> None:
    """Let a restored copy send. Only when the original sends no more: two of them would text the same people."""
    from bot import keeping

    print("Armed: it sends from now on." if keeping.arm(load_settings()) else "It was armed already.")


@commands.command()
def resume() -> None:
    """Go on sending after the provider refused everything (`parley doctor` says why it was paused)."""
    from models import alarm, meta

    with store().write() as db:
        why = meta.get(db, meta.PAUSED)
        meta.put(db, meta.PAUSED, None)
        alarm.close_kind(db, alarm.AlarmKind.PAUSED, datetime.now(UTC), f"parley resume ({_user()})")
    print(f"Sending goes on; it was paused because of {why['why']}." if why else "Sending was not paused.")
