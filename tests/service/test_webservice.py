"""One request to a web service, over a real connection: the address that is asked, the name it is asked by, and who is refused."""

import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.targets import Target
from bot.webservice import LONGEST_S, MOST_BYTES, Answered, NotAnswered, ask, ask_at, look_up
from flows.calls import Request
from tests.service.webservice import Service

CERTIFICATE = Path(__file__).parent / "tls" / "api.example.com.pem"
"""Of a name that is nobody's, with its key; good for a hundred years, and for nothing but these tests."""
GET = Request(method="GET", url="", headers={}, body=None)


@pytest.fixture
def service() -> Iterator[Service]:
    built = Service()
    yield built
    built.close()


@pytest.mark.parametrize("found", [["127.0.0.1"], ["10.0.0.5"], ["93.184.216.34", "169.254.169.254"], ["::ffff:127.0.0.1"], []])
def test_a_name_of_the_own_network_is_refused(service: Service, found: list[str]) -> None:
    port = int(service.host.split(":")[1])
    target = Target(scheme="http", name="api.example.com", port=port, path="/")
    came = ask(GET, target, (), 1.0, resolve=lambda _name, _port: found)
    assert came == NotAnswered("refused", again=False)
    assert not service.asked


def test_the_checked_address_is_asked_under_the_name(service: Service) -> None:
    """DNS rebinding: the name is looked up once, and never by the connection. (api.example.com is nobody's here.)"""
    target = Target(scheme="http", name="api.example.com", port=int(service.host.split(":")[1]), path="/x?y=1")
    assert ask_at(["127.0.0.1"], GET, target, (), time.monotonic() + 1) == Answered({"left": 3})
    assert [(asked.path, asked.headers["Host"].split(":")[0]) for asked in service.asked] == [("/x?y=1", "api.example.com")]


@pytest.mark.parametrize(
    ("name", "expected"), [("api.example.com", Answered({"left": 3})), ("other.example.com", NotAnswered("no_answer", again=True))]
)
def test_a_certificate_is_checked_against_the_name(name: str, expected: object) -> None:
    secret = Service()
    mine = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    mine.load_cert_chain(CERTIFICATE)
    secret.server.socket = mine.wrap_socket(secret.server.socket, server_side=True)
    target = Target(scheme="https", name=name, port=int(secret.host.split(":")[1]), path="/")
    trusting = ssl.create_default_context(cafile=CERTIFICATE)
    assert ask_at(["127.0.0.1"], GET, target, (), time.monotonic() + 2, trusting) == expected
    if name == "api.example.com":
        assert ask_at(["127.0.0.1"], GET, target, (), time.monotonic() + 2) == NotAnswered("no_answer", again=True), "nobody vouches for it"
    secret.close()


def test_a_resolver_that_hangs_and_one_that_knows_nothing() -> None:
    target = Target(scheme="https", name="api.example.com", port=443, path="/")
    began = time.monotonic()
    assert ask(GET, target, (), 0.3, resolve=lambda _name, _port: time.sleep(2) or []) == NotAnswered("timeout", again=True)  # type: ignore[func-returns-value]
    assert time.monotonic() - began < 1

    def unknown(_name: str, _port: int) -> list[str]:
        raise OSError("no such name")

    assert ask(GET, target, (), 1.0, resolve=unknown) == NotAnswered("no_answer", again=True)


def test_the_usual_resolver() -> None:
    assert look_up("127.0.0.1", 80) == ("127.0.0.1",)
    assert MOST_BYTES == 256 * 1024
    assert LONGEST_S == 15


def test_a_header_that_is_none_asks_nobody(service: Service) -> None:
    target = Target(scheme="http", name="127.0.0.1", port=int(service.host.split(":")[1]), path="/", loopback=True)
    assert ask(replace(GET, headers={"X-Note": "a\x00b"}), target, (), 1.0) == NotAnswered("refused", again=False)
    assert not service.asked
    assert ask(replace(GET, headers={"X-Note": "é"}), target, (), 1.0) == Answered({"left": 3})
