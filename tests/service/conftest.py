"""What tests with real parts share: settings of an installation of their own."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask, request
from twilio.request_validator import RequestValidator
from werkzeug.serving import make_server

from bot.provider.app import Provider
from bot.provider.faults import Faults
from config.settings import Settings, load_settings
from nlp.read import load_reader
from nlp.types import Reader

SID = "AC" + "5" * 32
TOKEN = "the token of the tests"


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    """A stand-in for Twilio that reports nothing, so that only look-ups can help."""
    with Provider(account_sid=settings.account_sid, auth_token=settings.auth_token, webhook="http://127.0.0.1:9/") as provider:
        provider.set_faults(Faults(callbacks_lost=1.0))
        yield provider


@pytest.fixture
def settings(database_url: str, valkey_url: str, tmp_path: Path) -> Settings:
    """An installation with an account, on a fresh database (SQLite, then PostgreSQL) and an empty Valkey."""
    return load_settings(
        {
            "PARLEY_HOME": str(tmp_path / "home"),
            "DATABASE_URL": database_url,
            "REDIS_URL": valkey_url,
            "TWILIO_ACCOUNT_SID": SID,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_FROM": "+15005550006",
            "TWILIO_API_BASE": "http://127.0.0.1:9",  # nobody listens there: a test that sends starts a provider of its own
            "PUBLIC_URL": "http://127.0.0.1:8000",
        }
    )


@pytest.fixture(scope="session")
def reader() -> Reader:
    """The real reader, loaded once."""
    loaded = load_reader()
    loaded.warm()
    return loaded


class Webhook:
    """A server that checks signatures with Twilio's library, keeps what it was sent, and answers as it is told."""

    def __init__(self) -> None:
        self.answer, self.status = "<Response/>", 200
        self.decide: Callable[[str, dict[str, str]], tuple[str, int]] = lambda _path, _form: (self.answer, self.status)
        self.forms: list[tuple[str, dict[str, str]]] = []
        flask = Flask("tests.webhook")
        flask.add_url_rule("/<path:path>", "take", self.take, methods=["POST"])
        self.server = make_server("127.0.0.1", 0, flask, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.port}"
        self.public_url = self.url
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def take(self, path: str) -> tuple[str, int]:
        url = self.public_url + request.full_path.rstrip("?")
        if not RequestValidator(TOKEN).validate(url, request.form, request.headers["X-Twilio-Signature"]):
            return "forged", 403
        form = request.form.to_dict()
        self.forms.append((path, form))
        return self.decide(path, form)

    def statuses(self, sid: str = "") -> list[str]:
        """The statuses that were reported, of one message or of all."""
        return [form["MessageStatus"] for _, form in self.forms if "MessageStatus" in form and sid in ("", form["MessageSid"])]

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def app() -> Iterator[Webhook]:
    webhook = Webhook()
    yield webhook
    webhook.close()
