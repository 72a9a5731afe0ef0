"""The console: where staff read, answer, try flows and look at numbers. Server-rendered; every page can be read without a script."""

from flask import Flask

from bot.console import account as account
from bot.console import acts as acts
from bot.console import alarms as alarms
from bot.console import campaigns as campaigns
from bot.console import canned as canned
from bot.console import contacts as contacts
from bot.console import corrections as corrections
from bot.console import door as door
from bot.console import inbox as inbox
from bot.console import library as library
from bot.console import oops as oops
from bot.console import publishing as publishing
from bot.console import report as report
from bot.console import segments as segments
from bot.console import simulator as simulator
from bot.console import team as team
from bot.console.page import console, filters

ROUTES = (
    account,
    acts,
    alarms,
    campaigns,
    canned,
    contacts,
    corrections,
    inbox,
    library,
    oops,
    publishing,
    report,
    segments,
    simulator,
    team,
)
"""Each module adds its routes to the blueprint when it is imported. (`as`, or mypy takes a package's own modules for private.)"""


def register(app: Flask) -> None:
    """Adds the console's pages, its sessions and its headers to the app."""
    door.guard(app)
    filters(app)
    app.register_blueprint(console)
