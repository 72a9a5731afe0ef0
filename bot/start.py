"""The first start, and every one after it: flows published, demo contacts loaded, an admin made."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from argon2 import PasswordHasher
from sqlalchemy.exc import IntegrityError

from bot import schema
from bot.publishing import publish
from config.settings import Settings
from models import contact, meta, staff
from models.store import Store

FIRST_ADMIN = "admin@parley.local"
TRIES = 3

DEMO = (
    ("+14155550101", "Maya", "Okafor", "en", "America/Los_Angeles"),
    ("+12125550102", "Tom", "Bright", "en", "America/New_York"),
    ("+13055550103", "Ana", "Lopes", "es", "America/New_York"),
    ("+16135550104", "Hélène", "Marchand", "fr", "America/Toronto"),
    ("+13125550105", "Jonas", "Weber", "de", "America/Chicago"),
)
"""Kind `test`, 555-01xx numbers: nothing is ever sent to them, and they stay outside all counts."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """first_password: the first admin's one-time password, where one was made just now. problems: why flows were not published."""

    first_password: str | None
    problems: tuple[str, ...] = ()


def prepare(settings: Settings) -> Prepared:
    """Brings the database up to date. Run again it changes nothing but what is new in FLOWS_DIR."""
    schema.ensure(settings)
    for _ in range(TRIES):
        try:
            return _prepare(settings)
        except IntegrityError:  # another machine starts at this very moment, and was faster: now it is done
            continue
    return _prepare(settings)


def _prepare(settings: Settings) -> Prepared:
    store = Store(settings.database_url)
    now = datetime.now(UTC)
    try:
        with store.write() as db:
            meta.add_once(db, meta.INSTALLED, now.isoformat())
        published = publish(store, [settings.flows_dir], by="parley", why="FLOWS_DIR at start", now=now, only_news=True)
        if settings.demo:
            load_demo(store, now)
        password = first_admin(store, now)
    finally:
        store.close()
    problems = [str(problem) for problem in published.problems] if published.refused else []
    problems += [
        f"{flow}: its file holds revision {n}, which was replaced; `parley publish` makes it live again" for flow, n in published.left
    ]
    return Prepared(password, tuple(problems))


def load_demo(store: Store, now: datetime) -> None:
    """A few contacts to try things with, once: who removed them does not get them back."""
    with store.write() as db:
        if meta.get(db, "demo_loaded"):
            return
        for phone, first, last, language, zone in DEMO:
            if contact.by_phone(db, phone) is None:
                known = {"first_name": first, "last_name": last, "language": language, "zone": zone, "consent": "in", "consent_at": now}
                contact.add(db, contact.new_values(phone, now, kind="test", **known))
        meta.put(db, "demo_loaded", True)


def first_admin(store: Store, now: datetime) -> str | None:
    """Makes the first admin where there is no staff; the one-time password, shown this once."""
    with store.write() as db:
        if staff.count(db):
            return None
        password = "-".join(secrets.token_hex(2) for _ in range(4))
        hashed = PasswordHasher().hash(password)
        staff.add(db, email=FIRST_ADMIN, name="Admin", role="admin", password=hashed, one_time=True, now=now)
    return password
