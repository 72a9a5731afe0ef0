"""The command line, `parley`. Each module of this package adds its commands; none of them imports anything heavy before it runs."""

import sys
from types import ModuleType

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


def modules() -> tuple[ModuleType, ...]:
    """The modules with commands, in the order of the help."""
    from bot.cli import (
        authoring,
        campaigning,
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

    first = (running, authoring, testing, chatting, revising, campaigning, segmenting)
    return (*first, keeping, people, reading, replaying, care, explaining, timing)


def main() -> None:
    """The entry point. Wrong settings are listed, with what each variable wants, and end with code 2; a database that is away, with 75."""
    for module in modules():
        cli.add_typer(module.commands)
    try:
        cli()
    except SettingsError as error:
        print("These settings cannot be used:", *(f"  {problem}" for problem in error.problems), sep="\n", file=sys.stderr)
        sys.exit(2)
    except Exception as error:
        from sqlalchemy.exc import OperationalError

        from bot.supervisor import TRY_LATER

        if not isinstance(error, OperationalError):
            raise
        why = str(error.orig).partition("\n")[0]
        print(f"parley: the database is away: {why}. Try again in a moment, or look at `parley doctor`.", file=sys.stderr)
        sys.exit(TRY_LATER)
