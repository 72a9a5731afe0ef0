"""Nothing without a test and a line of docs: verbs, effects, event kinds, commands, settings, routes. There are no exceptions."""

import ast
import re
from functools import lru_cache
from pathlib import Path
from typing import get_args

import pytest
import typer

from bot.cli import modules
from config.settings import Settings
from flows import events
from flows.parse_steps import JOINING, VERBS
from models.event import EventKind

ROOT = Path(__file__).parents[2]
EFFECTS = sorted(effect.__name__ for effect in get_args(events.Effect))
HEARD = sorted(event.__name__ for event in get_args(events.Event))


@lru_cache(maxsize=1)
def docs() -> str:
    return "\n".join(page.read_text("utf-8") for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))))


@lru_cache(maxsize=1)
def everything_tested() -> str:
    files = [file for kind in ("*.py", "*.yaml", "*.txt") for file in sorted((ROOT / "tests").rglob(kind))]
    return "\n".join(file.read_text("utf-8") for file in files if "contract" not in file.parts)


def is_there(pattern: str, text: str) -> bool:
    return re.search(pattern, text) is not None


# --- verbs, effects, events -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", sorted({*VERBS, *JOINING}))
def test_a_verb(verb: str) -> None:
    assert is_there(rf"`{verb}[:`]", docs()), f"docs/flows.md says nothing of `{verb}`"
    assert is_there(rf"\b{verb}:", everything_tested()), f"no test has a `{verb}:`"


@pytest.mark.parametrize("effect", EFFECTS)
def test_an_effect(effect: str) -> None:
    """The server and the simulation carry it out, or say that they need not."""
    assert is_there(rf"\b{effect}\(", everything_tested()), f"no test names {effect}"
    for file in ("bot/turn.py",):
        assert is_there(rf"case .*\b{effect}\(", (ROOT / file).read_text("utf-8")), f"{file} does not know {effect}"


@pytest.mark.parametrize("event", HEARD)
def test_what_a_conversation_hears(event: str) -> None:
    assert is_there(rf"\b{event}\(", everything_tested()), f"no test has a {event}"
    assert is_there(rf"case {event}\(", (ROOT / "flows" / "engine.py").read_text("utf-8")), f"the engine does not know {event}"


@pytest.mark.parametrize("kind", sorted({*EventKind, *events.Timer}))
def test_an_event_kind(kind: str) -> None:
    assert is_there(rf'["\'.]{kind}["\'(]|\b{kind.upper()}\b', everything_tested()), f"the event kind `{kind}` has no test"


# --- commands ---------------------------------------------------------------------------------------------------------


def commands() -> list[str]:
    """Every command as it is typed: "report responses"."""
    found: list[str] = []

    def walk(command: object, path: tuple[str, ...]) -> None:
        below = getattr(command, "commands", None)
        if below is None:
            found.append(" ".join(path))
        else:
            for name, one in below.items():
                walk(one, (*path, name))

    for module in modules():
        app = typer.Typer()
        app.callback()(lambda: None)
        app.add_typer(module.commands)
        walk(typer.main.get_command(app), ())
    return sorted(found)


@pytest.mark.parametrize("command", commands())
def test_a_command(command: str) -> None:
    told = is_there(rf"parley {command}\b", docs())
    assert told, f"`parley {command}` has no line of docs"
    words = r'["\', ]+'.join(command.split())
    tested = is_there(rf'["\'(]{words}["\' ]|parley {command}\b', everything_tested())
    assert tested, f"`parley {command}` has no test"


def test_there_are_commands() -> None:
    assert {"up", "check", "test", "report responses", "contacts import", "backup"} <= {*commands()}


# --- settings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting(name: str) -> None:
    assert f"`{name.upper()}`" in docs(), f"docs/operating.md says nothing of {name.upper()}"
    tested = is_there(rf"\b({name}|{name.upper()})\b", everything_tested())
    assert tested, f"{name.upper()} has no test"


# --- routes -----------------------------------------------------------------------------------------------------------

PREFIXES = {"webhook": "/webhooks/twilio", "console": "/console", "app": ""}


def routes() -> list[str]:
    """Every address with its method, as "POST /webhooks/twilio/sms", read off the views' decorators."""
    found = []
    for file in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            for call in getattr(node, "decorator_list", []):
                match call:
                    case ast.Call(
                        func=ast.Attribute(value=ast.Name(id=owner), attr="get" | "post" as method),
                        args=[ast.Constant(value=str(path)), *_],
                    ) if owner in PREFIXES:
                        found.append(f"{method.upper()} {PREFIXES[owner]}{path}")
                    case _:
                        pass
    return sorted(found)


@pytest.mark.parametrize("route", routes())
def test_a_route(route: str) -> None:
    path = route.partition(" ")[2].removeprefix("/console").rstrip("/") or "/"  # tests of the console leave its prefix away
    address = re.sub(r"<[^>]+>", lambda _: r'[^/"\s]+', path)
    tested = is_there(rf'{address}["\'?/`]', everything_tested())
    assert tested, f"{route} has no test"


def test_there_are_routes() -> None:
    assert {"POST /webhooks/twilio/sms", "POST /webhooks/twilio/status", "GET /readyz", "POST /console/login"} <= {*routes()}


@pytest.mark.parametrize("route", [route for route in routes() if "/console" not in route])
def test_an_address_for_others_is_documented(route: str) -> None:
    """The console's own pages are described by what they show (docs/console.md)."""
    assert route.partition(" ")[2] in docs(), f"docs/operating.md says nothing of {route}"


PAGES = sorted(
    {route.split("/")[2] for route in routes() if route.startswith("GET /console/") and "<" not in route and route != "GET /console/"}
)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_the_console_is_described(page: str) -> None:
    assert is_there(rf"(?i)\b{page.partition('.')[0]}\b", docs()), f"docs/console.md says nothing of the page {page}"
