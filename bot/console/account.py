"""Signing in and out, and one's password."""

from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user

from bot.console.door import Person, fresh_session, me, needs, process_of, signed_in
from bot.console.page import console
from models import staff
from models.staff import StaffRow

MOST_MISSES = 5
LOCKED_FOR = timedelta(minutes=15)
LEAST_LENGTH = 10
_hasher = PasswordHasher()
_NOBODY = _hasher.hash("nobody has this password")
"""Checked where there is no such address, so that an answer takes as long as for one that exists."""


@console.get("/login")
def login() -> ResponseReturnValue:
    return render_template("login.html", email="", problem="")


@console.post("/login")
def sign_in() -> ResponseReturnValue:
    """Signs in. Five misses lock an address for 15 minutes; the words are the same whether it exists or not."""
    process = process_of()
    email, password = request.form.get("email", "")[:200], request.form.get("password", "")[:1000]
    now = process.now()
    with process.store.read() as db:
        row = staff.by_email(db, email)
    if row is not None and row.locked_until is not None and row.locked_until > now:
        return _refused(email, "Too many misses. Wait 15 minutes, then try again.")
    if not _fits(row.password if row else _NOBODY, password) or row is None:
        if row is not None:
            misses = row.misses + 1
            locked = {"misses": 0, "locked_until": now + LOCKED_FOR} if misses >= MOST_MISSES else {"misses": misses}
            with process.store.write() as db:
                staff.change(db, row.id, **locked)
        return _refused(email, f"E-mail and password do not match. After {MOST_MISSES} misses one waits 15 minutes.")
    with process.store.write() as db:
        staff.change(db, row.id, misses=0, locked_until=None)
    _begin(row)
    return redirect(_onward())


def _refused(email: str, problem: str) -> ResponseReturnValue:
    return render_template("login.html", email=email, problem=problem), 401


def _fits(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def hashed(password: str) -> str:
    """A password as it is stored (argon2id)."""
    return _hasher.hash(password)


def _begin(row: StaffRow) -> None:
    fresh_session()
    login_user(Person(row))


def _onward() -> str:
    """Where one wanted to go: a page of ours, or the inbox. Never another host."""
    wanted = request.args.get("next", "")
    ours = wanted.startswith("/console/") and wanted.isprintable() and not any(odd in wanted for odd in ("//", "..", "\\"))
    return wanted if ours else url_for("console.inbox")


@console.post("/logout")
@signed_in
def sign_out() -> ResponseReturnValue:
    logout_user()
    fresh_session()
    return redirect(url_for("console.login"))


@console.get("/password")
@needs("support")
def password() -> ResponseReturnValue:
    return render_template("password.html", problem="", least=LEAST_LENGTH)


@console.post("/password")
@signed_in
def change_password() -> ResponseReturnValue:
    """A new password: every other session of this person dies."""
    process = process_of()
    old, new, again = (request.form.get(name, "")[:1000] for name in ("old", "new", "again"))
    problem = ""
    if not _fits(me().row.password, old):
        problem = "The present password does not match. Type it again."
    elif len(new) < LEAST_LENGTH:
        problem = f"The new password is too short: {LEAST_LENGTH} characters at least."
    elif new != again:
        problem = "The two new passwords differ. Type the same one twice."
    elif new == old:
        problem = "That is the present password. Choose another."
    if problem:
        return render_template("password.html", problem=problem, least=LEAST_LENGTH), 400
    with process.store.write() as db:
        staff.set_password(db, me().row.id, hashed(new))
        row = staff.by_id(db, me().row.id)
    assert row is not None
    _begin(row)
    return redirect(url_for("console.inbox"))
