"""The console: where staff read, answer, try flows and look at numbers. Server-rendered; no page needs a script to be read."""

from flask import Flask


def register(app: Flask) -> None:
    """Adds the console's pages to the app."""
