"""`parley doctor`: what is misconfigured, and how to mend it."""

import typer

commands = typer.Typer()
