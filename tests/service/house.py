"""A whole Parley in one process, for tests: real database, real reader, real app; a clock that the test sets, and a paper messenger."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

from flask.testing import FlaskClient
from sqlalchemy import text
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from bot import jobs
from bot.app import create_app
from bot.bell import SilentBell
from bot.messenger import Messenger, PaperMessenger
from bot.process import Process, open_process
from bot.publishing import publish
from config.settings import Settings
from models.message import MessageRow
from models.store import Store
from nlp.types import Reader

NOW = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)  # a Wednesday; 10:00 in California, 13:00 in New York
MAYA, TOM = "+14155550101", "+12125550102"
OURS = "+15005550006"


class Clock:
    """Time that stands until it is moved."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, span: timedelta) -> None:
        self.at += span


class House:
    """One installation: text it, let time pass, look at what it wrote."""

    def __init__(self, settings: Settings, reader: Reader, messenger: Messenger | None = None) -> None:
        self.clock = Clock()
        self.settings = settings
        self.paper = PaperMessenger()
        opened = open_process(settings, reader=reader, bell=SilentBell(), messenger=messenger or self.paper)
        self.process: Process = replace(opened, now=self.clock)
        self.store: Store = self.process.store
        self.app = create_app(settings, self.process)
        self.client: FlaskClient = self.app.test_client()
        self.drain = jobs.Drain(self.process)
        self.n_texts = 0

    def publish(self, folder: Path, **files: str) -> None:
        """Publishes flows given as texts, by the name of their file."""
        for name, content in files.items():
            (folder / f"{name}.yaml").write_text(content, "utf-8")
        published = publish(self.store, [folder], by="test", why="test", now=self.clock())
        assert not published.refused, [str(problem) for problem in published.problems]

    def send(self, body: str, sender: str = MAYA, sid: str | None = None, **more: str) -> TestResponse:
        """A signed webhook, answered."""
        self.n_texts += 1
        sid = sid or f"SM{self.n_texts:032x}"
        form = {
            "MessageSid": sid,
            "AccountSid": self.settings.account_sid,
            "From": sender,
            "To": OURS,
            "Body": body,
            "NumMedia": "0",
            **more,
        }
        return self.post("/webhooks/twilio/sms", form)

    def post(self, path: str, form: dict[str, str]) -> TestResponse:
        signature = RequestValidator(self.settings.auth_token).compute_signature(self.settings.public_url + path, form)
        headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
        return self.client.post(path, data=urlencode(form), headers=headers)

    def says(self, body: str, sender: str = MAYA, **more: str) -> list[str]:
        """The texts that a text is answered with."""
        answer = self.send(body, sender, **more)
        assert answer.status_code == 200, answer.text
        return bodies(answer)

    def passes(self, span: timedelta) -> None:
        """Time passes, and clock and worker do what is due."""
        self.clock.pass_(span)
        self.work()

    def work(self) -> None:
        jobs.expire(self.process)
        while self.drain.run():
            pass

    def messages(self, **where: str) -> list[MessageRow]:
        """Outgoing messages, oldest first, of those values."""
        with self.store.read() as db:
            rows = db.execute(text("SELECT id FROM message WHERE direction = 'out' ORDER BY id")).scalars().all()
            from models import outbox

            found = [outbox.by_id(db, row) for row in rows]
        return [row for row in found if row is not None and all(getattr(row, name) == value for name, value in where.items())]

    def count(self, table: str, where: str = "1 = 1") -> int:
        with self.store.read() as db:
            return int(db.execute(text(f"SELECT count(*) FROM {table} WHERE {where}")).scalar_one())

    def one(self, sql: str) -> object:
        with self.store.read() as db:
            return db.execute(text(sql)).scalar_one()

    def close(self) -> None:
        self.app.extensions["parley_spool"].close()
        self.store.close()


def bodies(answer: TestResponse) -> list[str]:
    """The texts in a TwiML answer."""
    return [unescape(body) for body in re.findall(r"<Body>(.*?)</Body>", answer.text, re.DOTALL)]


def callbacks(answer: TestResponse) -> list[str]:
    """The status callbacks' paths that a TwiML answer asks for."""
    return [unescape(url).split("8000", 1)[1] for url in re.findall(r'statusCallback="(.*?)"', answer.text)]
