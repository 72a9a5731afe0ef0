"""Members of staff for tests of the console: each has a browser of their own, and signs in as anybody does."""

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.console.account import hashed
from bot.start import load_demo
from config.settings import SHIPPED_FLOWS, Settings
from models import contact, staff
from nlp.types import Reader
from tests.service.house import MAYA, House

PASSWORD = "correct horse battery"
ROLES = ("support", "marketer", "admin")
HASHED = hashed(PASSWORD)


class Member:
    """A member of staff with a browser of their own."""

    def __init__(self, house: House, role: str) -> None:
        self.house, self.role = house, role
        self.client: FlaskClient = house.app.test_client()

    def get(self, path: str) -> TestResponse:
        return self.client.get(f"/console{path}")

    def post(self, path: str, *, token: str | None = "", **form: str) -> TestResponse:
        """A form with its token (None: without); the answer before any redirect is followed."""
        if token == "":
            page = self.get("/login").text
            token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
        sent = {**form, "csrf_token": token} if token is not None else form
        return self.client.post(f"/console{path}", data=sent)

    def signs_in(self, password: str = PASSWORD, path: str = "/login") -> TestResponse:
        return self.post(path, email=f"{self.role}@parley.local", password=password)


def staffed(settings: Settings, reader: Reader) -> House:
    """A house with the flows that ship, the demo contacts, and one member of staff of each role: 1, 2 and 3."""
    built = House(settings, reader)
    built.publish(SHIPPED_FLOWS)
    load_demo(built.store, built.clock())
    with built.store.write() as db:
        for role in ROLES:
            email = f"{role}@parley.local"
            staff.add(db, email=email, name=role.title(), role=role, password=HASHED, one_time=False, now=built.clock())
    return built


def signed_in(house: House, role: str) -> Member:
    member = Member(house, role)
    assert member.signs_in().status_code == 302
    return member


def known(house: House, phone: str = MAYA) -> int:
    with house.store.read() as db:
        row = contact.by_phone(db, phone)
    assert row is not None
    return row.id
