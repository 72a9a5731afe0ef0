"""The console: where staff read, answer, try flows and look at numbers. Server-rendered; every page can be read without a script."""

from flask import Flask

from bot.console import account, contacts, door, inbox, library, oops, report, simulator, team
from bot.console.page import console, filters

ROUTES = (account, contacts, inbox, library, oops, report, simulator, team)
"""Each module adds its routes to the blueprint when it is imported."""


def register(app: Flask) -> None:
    """Adds the console's pages, its sessions and its headers to the app."""
    door.guard(app)
    filters(app)
    app.register_blueprint(console)
