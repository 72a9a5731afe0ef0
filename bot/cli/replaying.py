"""`parley replay`."""

import typer

commands = typer.Typer()
