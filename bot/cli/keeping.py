"""Commands that keep an installation: backup, restore, arm, resume."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.people import store
from bot.cli.revising import user
from bot.cli.running import migrated, stop
from config.settings import load_settings

commands = typer.Typer()


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

    armed = keeping.arm(load_settings())
    print("Armed: it sends from now on." if armed else "It was armed already.")
    if armed and armed.left:
        print(f"What was to start until now is left to the original, and campaigns wait for `parley campaign resume`: {armed.left}.")


@commands.command()
def resume() -> None:
    """Go on sending after the provider refused everything (`parley doctor` says why it was paused)."""
    from models import alarm, meta

    with store().write() as db:
        why = meta.get(db, meta.PAUSED)
        meta.put(db, meta.PAUSED, None)
        alarm.close_kind(db, alarm.AlarmKind.PAUSED, datetime.now(UTC), f"parley resume ({user()})")
    print(f"Sending goes on; it was paused because of {why['why']}." if why else "Sending was not paused.")
