"""The console's door: sessions, roles, CSRF, and the headers that keep a page to itself."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import ParamSpec

from flask import Flask, Response, abort, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_required
from flask_wtf import CSRFProtect
from werkzeug.routing import IntegerConverter, Map

from bot.process import Process
from models import staff
from models.staff import StaffRow

P = ParamSpec("P")

SESSION_FOR = timedelta(hours=12)
CSP = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
CLEANED = frozenset({"body", "text"})
"""Boxes that one writes or pastes a text into: what no text can hold is taken out of it where it is read."""
RANKS = {"support": 0, "marketer": 1, "admin": 2}
"""Each role may do what the ones before it may."""

csrf = CSRFProtect()


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff who is signed in. Flask-Login's four questions, answered."""

    row: StaffRow

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """The session dies with the password: its version is part of who one is."""
        return f"{self.row.id}:{self.row.session_version}"

    def may(self, role: str) -> bool:
        return RANKS[self.row.role] >= RANKS[role]


def guard(app: Flask) -> None:
    """Sessions, CSRF (webhooks have signatures instead) and headers."""
    process = process_of(app)
    app.config.update(
        SECRET_KEY=process.settings.session_key,
        SESSION_COOKIE_NAME="parley",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=process.settings.public_url.startswith("https://"),
        PERMANENT_SESSION_LIFETIME=SESSION_FOR,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        WTF_CSRF_SSL_STRICT=False,
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
    )
    app.url_map.converters["int"] = RowNumber
    csrf.init_app(app)
    app.before_request(_no_nul)
    csrf.exempt(app.blueprints["webhook"])
    manager = LoginManager(app)
    manager.login_view = "console.login"
    manager.login_message = ""
    manager.user_loader(lambda name: _load(process, name))
    app.after_request(_headers)


def _load(process: Process, name: str) -> Person | None:
    number, _, version = name.partition(":")
    with process.store.read() as db:
        row = staff.by_id(db, int(number)) if number.isdecimal() else None
    return Person(row) if row is not None and str(row.session_version) == version else None


class RowNumber(IntegerConverter):
    """A number in an address, as large as a database's own; a larger one is no row's, and is not asked for."""

    def __init__(self, rules: Map, most: int = 2**63 - 1) -> None:
        super().__init__(rules, max=most)


def _no_nul() -> None:
    """400 for a NUL in an address or a form: none of ours sends one, and PostgreSQL keeps none. Texts and searches are cleaned of it."""
    if request.blueprint == "console":
        typed = (value for name, value in request.form.items(multi=True) if name not in CLEANED)
        given = (*(request.view_args or {}).values(), *typed)
        if any("\x00" in value for value in given if isinstance(value, str)):
            abort(400)


def _headers(answer: Response) -> Response:
    if request.blueprint == "console":
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
    return answer


def needs(role: str) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """For a route: who is not signed in signs in, who has a lesser role gets 403, and who has a one-time password sets one first."""

    def wrap(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            if not me().may(role):
                abort(403)
            if me().row.one_time and request.endpoint != "console.password":
                return redirect(url_for("console.password"))
            return view(*args, **kwargs)

        return signed_in(guarded)

    return wrap


def signed_in(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """For a route of every member's, also of one who still has a one-time password."""
    checked: Callable[P, ResponseReturnValue] = login_required(view)
    return checked


def me() -> Person:
    """Who is signed in."""
    person: Person = current_user._get_current_object()  # Flask-Login's proxy
    return person


def process_of(app: Flask | None = None) -> Process:
    process: Process = (app or current_app).extensions["parley"]
    return process


def fresh_session() -> None:
    """A new session for who has just signed in: nothing of the one before survives."""
    session.clear()
    session.permanent = True
    session["born"] = secrets.token_hex(8)
