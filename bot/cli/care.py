"""`parley doctor`: what is misconfigured, and how to mend it."""

import json
import os
from dataclasses import asdict
from typing import Annotated

import typer

from bot.cli.running import OutputFormat

commands = typer.Typer()

MARKS = {"fine": "[green]✓[/]", "note": "[yellow]•[/]", "wrong": "[red]✗[/]"}


@commands.command()
def doctor(
    output: Annotated[OutputFormat, typer.Option("--format", help="How the findings are printed.")] = OutputFormat.TABLE,
) -> None:
    """Say what is misconfigured and how to mend it. Ends with 1 where something is wrong."""
    from dotenv import dotenv_values

    from bot.doctor import Finding, State, examine

    file = {name: text or "" for name, text in dotenv_values(".env").items()}
    found: list[Finding] = examine({**file, **os.environ}, from_file=file)
    if output is OutputFormat.JSON:
        print(json.dumps([asdict(finding) for finding in found], ensure_ascii=False, indent=2))
    else:
        from rich.console import Console
        from rich.markup import escape

        console = Console(highlight=False, soft_wrap=True)
        for finding in found:
            console.print(f"{MARKS[finding.state]} [bold]{escape(finding.check)}[/]  {escape(finding.what)}")
            if finding.how:
                console.print(f"    [dim]{escape(finding.how)}[/]")
    raise typer.Exit(1 if any(finding.state is State.WRONG for finding in found) else 0)
