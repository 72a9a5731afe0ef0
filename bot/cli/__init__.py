"""The command line, `parley`. Each module of this package adds its commands; none of them imports anything heavy before it runs."""

import sys

import typer

from config.settings import SettingsError

cli = typer.Typer(
    name="parley",
    help="A conversational SMS bot: `parley up` starts it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # the pretty ones print local variables, and with them texts and numbers
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """The entry point. Wrong settings are listed, with what each variable wants, and end with code 2."""
    from bot.cli import (
        authoring,
        care,
        chatting,
        explaining,
        keeping,
        people,
        reading,
        replaying,
        revising,
        running,
        segmenting,
        testing,
        timing,
    )

    for module in (
        running,
        authoring,
        testing,
        chatting,
        revising,
        keeping,
        people,
        reading,
        replaying,
        care,
        explaining,
        segmenting,
        timing,
    ):
        cli.add_typer(module.commands)
    try:
        cli()
    except SettingsError as error:
        print("These settings cannot be used:", *(f"  {problem}" for problem in error.problems), sep="\n", file=sys.stderr)
        sys.exit(2)
