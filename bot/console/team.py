"""Staff, for admins: who may sign in, with which role, and a fresh one-time password for who has lost theirs."""

import re
import secrets

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from bot.console.account import hashed
from bot.console.door import RANKS, me, needs, process_of
from bot.console.page import console
from models import staff
from models.staff import StaffRow

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


@console.get("/staff")
@needs("admin")
def team() -> ResponseReturnValue:
    return _page()


@console.post("/staff")
@needs("admin")
def add_member() -> ResponseReturnValue:
    """A new member with a one-time password, which is shown this once."""
    name, email = (request.form.get(field, "").strip()[:200] for field in ("name", "email"))
    role = request.form.get("role", "")
    if not name or not _ADDRESS.fullmatch(email) or role not in RANKS:
        return _page(problem="A name, an e-mail address and a role are needed.", name=name, email=email, role=role)
    process, password = process_of(), one_time_password()
    try:
        with process.store.write() as db:
            staff.add(db, email=email, name=name, role=role, password=hashed(password), one_time=True, now=process.now())
    except IntegrityError:
        return _page(problem="Somebody with this address is there already.", name=name, email=email, role=role)
    return _page(shown=(email, password))


@console.post("/staff/<int:staff_id>/role")
@needs("admin")
def change_role(staff_id: int) -> ResponseReturnValue:
    """Another role, from the next click on. One cannot take one's own away: so an admin is always left."""
    member, role = _member(staff_id), request.form.get("role", "")
    if role not in RANKS:
        abort(404)
    if member.id == me().row.id:
        return _page(problem="Your own role is changed by another admin.")
    with process_of().store.write() as db:
        staff.change(db, member.id, role=role)
    flash(f"{member.name} is {role} now.")
    return redirect(url_for("console.team"))


@console.post("/staff/<int:staff_id>/password")
@needs("admin")
def reset_password(staff_id: int) -> ResponseReturnValue:
    """A one-time password, shown this once; every session of that member ends."""
    member = _member(staff_id)
    if member.id == me().row.id:
        return redirect(url_for("console.password"))
    password = one_time_password()
    with process_of().store.write() as db:
        staff.set_password(db, member.id, hashed(password), one_time=True)
    return _page(shown=(member.email, password))


def one_time_password() -> str:
    """64 bits, in groups that can be read out."""
    return "-".join(secrets.token_hex(2) for _ in range(4))


def _member(staff_id: int) -> StaffRow:
    with process_of().store.read() as db:
        row = staff.by_id(db, staff_id)
    if row is None:
        abort(404)
    return row


def _page(*, shown: tuple[str, str] | None = None, problem: str = "", **typed: str) -> ResponseReturnValue:
    with process_of().store.read() as db:
        members = staff.everyone(db)
    page = {"members": members, "roles": list(RANKS), "shown": shown, "problem": problem, "typed": typed}
    return render_template("staff.html", here="staff", **page), 400 if problem else 200
