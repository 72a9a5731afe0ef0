"""`parley why`: what became of a message, and why, in words."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.cli.people import Format, store
from bot.cli.running import OutputFormat, stop
from config.settings import load_settings

commands = typer.Typer()


@commands.command()
def why(
    message: Annotated[str, typer.Argument(help="Its number, the provider's sid, or its key.")],
    output: Format = OutputFormat.TABLE,
) -> None:
    """Say why a message was sent, held, refused or expired. Ends with 1 where there is none of that name."""
    from bot.why import explain, find

    with store().read() as db:
        row = find(db, message)
        told = explain(db, load_settings(), row, datetime.now(UTC)) if row else None
    if told is None:
        stop(f'no message has the number, sid or key "{message}".', code=1)
    if output is OutputFormat.JSON:
        print(json.dumps(asdict(told), ensure_ascii=False, indent=2, default=datetime.isoformat))
        return
    print(f"Message {told.message} to contact {told.contact}")
    for sentence in told.story:
        print(f"  {sentence}")
