"""A running console for a browser: the real app on SQLite behind a real server, with staff, contacts and a day's texts."""

import os
import shutil
import threading
import uuid
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from argon2 import PasswordHasher
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from bot.start import load_demo
from config.settings import SHIPPED_FLOWS, Settings, load_settings
from models import contact, staff
from nlp.types import Reader
from tests.service.house import MAYA, House

PASSWORD = "correct horse battery"
STAFF = {"ines": "support", "jonas": "marketer", "admin": "admin"}
PLACES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def chromium() -> str:
    """The browser that PARLEY_CHROMIUM names, else the one on the PATH. Raises RuntimeError where there is none."""
    found = os.environ.get("PARLEY_CHROMIUM") or next((path for name in PLACES if (path := shutil.which(name))), None)
    if found is None:
        raise RuntimeError("No Chromium: set PARLEY_CHROMIUM to one, or put one on the PATH.")
    return found


def settings_for(home: Path, database_url: str, **more: str) -> Settings:
    """An installation without an account: texts go to the paper messenger. Nobody rings: its bell is silent."""
    plain = {
        "DATABASE_URL": database_url,
        "REDIS_URL": "redis://127.0.0.1:9/0",
        "BRAND": "Harbour Roasters",
        "TIMEZONE": "America/New_York",
    }
    return load_settings({"PARLEY_HOME": str(home), **plain, **more})


class RunningConsole(House):
    """A house whose app is served on a port of its own, for as long as the `with` lasts."""

    def __init__(self, settings: Settings, reader: Reader, *, at: datetime | None = None) -> None:
        """at: the time, where the database has had its day already; without it flows, demo contacts and staff are put in."""
        super().__init__(settings, reader)
        if at is not None:
            self.clock.at = at
        else:
            self.publish(SHIPPED_FLOWS)
            load_demo(self.store, self.clock())
            self.add_staff()
        self.server = make_server("127.0.0.1", 0, self.app, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.port}/console"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        self.close()

    def send(self, body: str, sender: str = MAYA, sid: str | None = None, **more: str) -> TestResponse:
        """A signed webhook; its sid is new also where the database has had its day already."""
        return super().send(body, sender, sid or f"SM{uuid.uuid4().hex}", **more)

    def add_staff(self) -> None:
        hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        with self.store.write() as db:
            for name, role in STAFF.items():
                email, called = f"{name}@parley.local", {"ines": "Ines Duarte", "jonas": "Jonas Weber"}.get(name, "Admin")
                staff.add(db, email=email, name=called, role=role, password=hashed, one_time=False, now=self.clock())

    def contact_id(self, phone: str) -> int:
        with self.store.read() as db:
            row = contact.by_phone(db, phone)
        assert row is not None
        return row.id

    def knows(self, phone: str, **known: str) -> int:
        """A real contact that is known before it texts."""
        with self.store.write() as db:
            return contact.add(db, contact.new_values(phone, self.clock(), **known))
