"""A flow asks a web service, on both databases and over a real connection: answers, tries, limits, and what happens meanwhile."""

import gzip
import json
import os
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bot import calls, desk, jobs
from bot.targets import Target
from bot.webservice import LONGEST_S, MOST_BYTES, Answered, NotAnswered, ask, ask_at, look_up
from config.settings import Settings
from flows.calls import Request
from models import alarm, contact, event, staff
from models.event import EventKind
from nlp.types import Reader
from tests.service.house import MAYA, TOM, House

CERTIFICATE = Path(__file__).parent / "tls" / "api.example.com.pem"
"""Of a name that is nobody's, with its key; good for a hundred years, and for nothing but these tests."""
SECRET = "s3cr3t-of-the-service"
STOCK = """\
flow: stock
purpose: service
triggers:
  - keyword: [STOCK]
steps:
  size:
    ask: "Which size?"
    expect: {choice: {small: [small], large: [large]}}
  look:
    say: "One moment."
    call:
      post: "%s/stock/{{ answers.size }}"
      headers: {Authorization: "Bearer {{ secret('STOCK_KEY') }}", Host: elsewhere.example.com}
      json: {size: "{{ answers.size }}", key: "{{ secret('STOCK_KEY') }}"}
      timeout: 1s
      tries: 3
    failed: sorry
  there:
    say: "{{ calls.look.left or 0 }} left."
    go: end
  sorry:
    say: "I cannot say just now."
"""
Work = Callable[["Asked"], None]


class Asked(BaseHTTPRequestHandler):
    """One request, to be answered."""

    body: bytes = b""

    def do_POST(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        service: Service = self.server.service  # type: ignore[attr-defined]
        service.asked.append(self)
        work = service.works.pop(0) if service.works else says({"left": 3})
        try:
            work(self)
        except OSError:
            self.close_connection = True  # who had enough hung up

    def do_GET(self) -> None:
        self.do_POST()

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


class Patient(ThreadingHTTPServer):
    """Lets many wait at its door."""

    request_queue_size = 64


class Service:
    """A web service on this machine that answers as it is told, one piece of work for each request, and keeps what it was asked."""

    def __init__(self) -> None:
        self.works: list[Work] = []
        self.asked: list[Asked] = []
        self.server = Patient(("127.0.0.1", 0), Asked)
        self.server.daemon_threads = True
        self.server.service = self  # type: ignore[attr-defined]
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    @property
    def keys(self) -> list[str]:
        return [asked.headers["Idempotency-Key"] for asked in self.asked]

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def says(answer: object, status: int = 200) -> Work:
    return lambda asked: asked.answer(status, json.dumps(answer).encode())


def hangs(asked: Asked) -> None:
    time.sleep(1.5)
    asked.close_connection = True


def drips(asked: Asked) -> None:
    """A byte now and then: no single wait is long."""
    asked.send_response(200)
    asked.end_headers()
    for _ in range(40):
        asked.wfile.write(b" ")
        time.sleep(0.1)


def drips_headers(asked: Asked) -> None:
    asked.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for n in range(40):
        asked.wfile.write(b"X-%d: 1\r\n" % n)
        time.sleep(0.1)


def unpacks_to_much(asked: Asked) -> None:
    asked.answer(200, gzip.compress(b"[" + b"0," * 5_000_000 + b"0]"), Content_Encoding="gzip")


@pytest.fixture
def service() -> Iterator[Service]:
    built = Service()
    yield built
    built.close()


@pytest.fixture
def house(settings: Settings, reader: Reader, service: Service, tmp_path: Path) -> Iterator[House]:
    changed = {"call_hosts": (service.host,), "call_secrets": {"STOCK_KEY": SECRET}}
    built = House(settings.model_copy(update=changed), reader)
    flows = tmp_path / "flows"
    flows.mkdir()
    built.publish(flows, stock=STOCK % f"http://{service.host}")
    yield built
    built.close()


def asks(house: House, sender: str = MAYA) -> None:
    """A customer comes as far as the call."""
    assert house.says("STOCK", sender) == ["Which size?"]
    assert house.says("large", sender) == ["One moment."]


def goes_on(house: House) -> list[str]:
    """The calls that may be asked are, and their answers are heard; the texts that left by the API."""
    while calls.ask_next(house.process):
        pass
    house.work()
    return [sent.body for sent in house.paper.sent]


# --- answers ----------------------------------------------------------------------------------------------------------


def test_an_answer_goes_on_by_the_api(house: House, service: Service) -> None:
    asks(house)
    assert not service.asked, "nobody is asked while the turn is written"
    assert goes_on(house) == ["3 left."]
    (asked,) = service.asked
    assert (asked.command, asked.path) == ("POST", "/stock/large")
    assert json.loads(asked.body) == {"size": "large", "key": SECRET}
    assert asked.headers["Authorization"] == f"Bearer {SECRET}"
    assert asked.headers["Host"] == service.host, "no flow decides it"
    assert (asked.headers["Accept-Encoding"], asked.headers["Parley-Test"]) == ("identity", None)
    assert [row.urgency for row in house.messages() if row.body == "3 left."] == ["reply"], "it answers the customer's text"
    assert house.count("event", f"kind = '{EventKind.CALLED}' AND handled_at IS NOT NULL") == 1
    assert not calls.ask_next(house.process)


def test_no_secret_is_in_a_row_or_a_log(house: House, caplog: pytest.LogCaptureFixture, service: Service) -> None:
    service.works = [says({}, 500), says({"left": 1})]
    asks(house)
    stored = str(house.one("SELECT request FROM call"))
    assert "STOCK_KEY" in stored
    assert SECRET not in stored
    goes_on(house)
    house.clock.pass_(timedelta(seconds=5))
    goes_on(house)
    assert str(house.one("SELECT request FROM call")) == "{}", "what was asked is forgotten when it is over"
    assert "call not answered" in caplog.text
    assert SECRET not in caplog.text
    assert "large" not in caplog.text, "nor what a customer said"


def test_a_failure_is_tried_again_later(house: House, service: Service) -> None:
    service.works = [says({}, 503), says({"left": 2})]
    asks(house)
    assert goes_on(house) == []
    assert len(service.asked) == 1, "not at once"
    house.clock.pass_(timedelta(seconds=0.9))
    assert goes_on(house) == []
    house.clock.pass_(timedelta(seconds=0.7))
    assert goes_on(house) == ["2 left."]
    assert len({*service.keys}) == 1, "the same key for each try"


def test_after_the_last_try_the_flow_goes_its_way_out(house: House, service: Service) -> None:
    service.works = [says({}, 500)] * 9
    asks(house)
    for _ in range(5):
        goes_on(house)
        house.clock.pass_(timedelta(seconds=20))
    assert goes_on(house) == ["I cannot say just now."]
    assert len(service.asked) == 3
    assert house.one("SELECT outcome FROM call") == "status"


ENDS = [
    (hangs, "timeout", 3, "says nothing"),
    (drips, "timeout", 3, "drips its body"),
    (drips_headers, "timeout", 3, "drips its headers"),
    (says("busy", 429), "status", 3, "says later"),
    (says("no", 404), "status", 1, "says no"),
    (lambda asked: asked.answer(302, b"", Location="http://127.0.0.1:1/"), "status", 1, "sends elsewhere"),
    (lambda asked: asked.answer(204, b""), "not_json", 1, "says nothing, and that well"),
    (lambda asked: asked.answer(200, b"<html>"), "not_json", 1, "a page"),
    (lambda asked: asked.answer(200, b"[" + b"0," * 5_000_000 + b"0]"), "too_large", 1, "10 MB"),
    (unpacks_to_much, "not_json", 1, "10 MB in 10 kB: never unpacked"),
    (lambda asked: asked.answer(200, json.dumps("a" * 9000).encode()), "too_large", 1, "more than a conversation keeps"),
    (lambda asked: asked.connection.close(), "no_answer", 3, "hangs up"),
    (lambda asked: asked.wfile.write(b"SSH-2.0\r\n"), "no_answer", 3, "is no web service"),
]


@pytest.mark.parametrize(("work", "outcome", "tries", "why"), ENDS, ids=[why for *_, why in ENDS])
def test_an_end(house: House, service: Service, work: Work, outcome: str, tries: int, why: str) -> None:
    service.works = [work] * 3
    asks(house)
    for _ in range(4):
        began = time.monotonic()
        goes_on(house)
        assert time.monotonic() - began < 3, "nobody waits much longer than the step's second"
        house.clock.pass_(timedelta(seconds=20))
    assert house.one("SELECT outcome FROM call") == outcome, why
    assert len(service.asked) == tries, why
    assert [sent.body for sent in house.paper.sent] == ["I cannot say just now."]


def test_nobody_there(house: House, service: Service) -> None:
    asks(house)
    service.server.socket.close()
    assert calls.ask_next(house.process)
    assert house.one("SELECT ended_at FROM call") is None, "it is tried again"


# --- who may be asked ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [({"call_hosts": ()}, "refused"), ({"call_hosts": ("127.0.0.1:9",)}, "refused"), ({"call_secrets": {}}, "no_secret")],
)
def test_what_the_settings_do_not_allow_is_an_alarm(
    settings: Settings, reader: Reader, service: Service, tmp_path: Path, changed: dict[str, object], outcome: str
) -> None:
    allowed = {"call_hosts": (service.host,), "call_secrets": {"STOCK_KEY": SECRET}}
    house = House(settings.model_copy(update={**allowed, **changed}), reader)
    house.publish(tmp_path, stock=STOCK % f"http://{service.host}")
    asks(house)
    assert goes_on(house) == ["I cannot say just now."]
    assert not service.asked
    assert house.one("SELECT outcome FROM call") == outcome
    with house.store.read() as db:
        assert [(row.kind, row.detail) for row in alarm.open_ones(db)] == [("call_refused", f"stock, step look: {outcome}")]
    house.close()


@pytest.mark.parametrize("found", [["127.0.0.1"], ["10.0.0.5"], ["93.184.216.34", "169.254.169.254"], ["::ffff:127.0.0.1"], []])
def test_a_name_of_the_own_network_is_refused(service: Service, found: list[str]) -> None:
    port = int(service.host.split(":")[1])
    target = Target(scheme="http", name="api.example.com", port=port, path="/")
    came = ask(GET, target, (), 1.0, resolve=lambda _name, _port: found)
    assert came == NotAnswered("refused", again=False)
    assert not service.asked


GET = Request(method="GET", url="", headers={}, body=None)


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


# --- what happens meanwhile -----------------------------------------------------------------------------------------------

DYING = """
import sys
from dataclasses import replace
from datetime import datetime
from bot import calls
from bot.bell import SilentBell
from bot.process import LateReader, load_reader, open_process
from config.settings import load_settings
process = open_process(load_settings(), reader=LateReader(load_reader), bell=SilentBell())
calls.ask_next(replace(process, now=lambda: datetime.fromisoformat(sys.argv[1])))
"""


def test_a_worker_that_dies_after_asking(house: House, service: Service) -> None:
    """kill -9 between the request and the row: asked again when its lease is over, under the same key."""
    pids: list[int] = []
    service.works = [lambda _asked: os.kill(pids[0], signal.SIGKILL)]
    asks(house)
    settings = house.settings
    told = {"DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url, "PARLEY_HOME": str(settings.parley_home)}
    env = {**os.environ, **told, "CALL_HOSTS": service.host, "CALL_SECRETS": f"STOCK_KEY={SECRET}"}
    worker = subprocess.Popen([sys.executable, "-c", DYING, house.clock().isoformat()], env=env)
    pids.append(worker.pid)
    assert worker.wait(60) == -signal.SIGKILL
    assert goes_on(house) == [], "it is that worker's until its lease is over"
    house.clock.pass_(calls.LEASE)
    assert goes_on(house) == ["3 left."]
    assert len(service.asked) == 2
    assert len({*service.keys}) == 1


def test_a_worker_that_dies_at_the_last_try(house: House, service: Service) -> None:
    asks(house)
    for _ in range(3):
        assert calls.claim(house.process) is not None  # and nothing more is heard of it
        house.clock.pass_(calls.LEASE)
    assert goes_on(house) == ["I cannot say just now."]
    assert not service.asked


def test_an_answer_after_the_lease_counts_once(house: House, service: Service) -> None:
    """The first worker was only slow: whoever answers first is heard, the other's answer changes nothing."""
    asks(house)
    slow = calls.claim(house.process)
    house.clock.pass_(calls.LEASE)
    quick = calls.claim(house.process)
    assert slow is not None
    assert quick is not None
    calls.record(house.process, slow, NotAnswered("timeout", again=True))
    assert house.one("SELECT lease_until FROM call") is not None, "the quick one's lease is not touched"
    calls.record(house.process, slow, Answered({"left": 1}))
    calls.record(house.process, quick, Answered({"left": 2}))
    assert goes_on(house) == ["1 left."]


def test_a_stop_while_a_call_is_out(house: House, service: Service) -> None:
    asks(house)
    claimed = calls.claim(house.process)
    assert claimed is not None
    house.says("STOP")
    calls.record(house.process, claimed, calls.ask_once(house.process, claimed.row))
    n_before = len(house.messages())
    assert goes_on(house) == []
    assert len(house.messages()) == n_before, "the answer finds the conversation ended"


def test_a_stop_before_it_was_asked(house: House, service: Service) -> None:
    asks(house)
    house.says("STOP")
    assert goes_on(house) == []
    assert not service.asked, "nobody waits for it any more"
    assert house.one("SELECT outcome FROM call") == "not wanted"


def test_a_person_takes_over_while_a_call_is_out(house: House, service: Service) -> None:
    asks(house)
    claimed = calls.claim(house.process)
    assert claimed is not None
    with house.store.write() as db:
        maya = contact.by_phone(db, MAYA)
        staff_id = staff.add(db, email="a@b.example", name="Ines", role="support", password="x", one_time=False, now=house.clock())
    assert maya is not None
    desk.take_over(house.process, maya.id, staff_id)
    calls.record(house.process, claimed, calls.ask_once(house.process, claimed.row))
    assert goes_on(house) == [], "the bot keeps quiet"
    desk.hand_back(house.process, maya.id, staff_id)
    assert goes_on(house) == ["3 left."], "the answer was kept"


def test_a_replay_asks_nothing_twice(house: House, service: Service) -> None:
    house.says("STOCK")
    for _ in range(2):
        house.send("large", sid="SM" + "7" * 32)
    assert house.count("call") == 1
    assert goes_on(house) == ["3 left."]
    with house.store.read() as db:
        key = str(house.one("SELECT key FROM call"))
        assert event.known_keys(db, [f"call-{key}"])


def test_a_late_answer_is_not_a_reply_any_more(house: House, service: Service) -> None:
    """Nobody could ask all night: at 3 in the morning the answer waits for a decent hour."""
    asks(house)
    house.clock.pass_(timedelta(hours=17))  # 03:00 in California
    assert goes_on(house) == []
    assert [row.urgency for row in house.messages(status="queued")] == ["service"]


def test_a_copy_that_is_not_armed_asks_nobody(house: House, service: Service) -> None:
    asks(house)
    house.settings.parley_home.mkdir(parents=True, exist_ok=True)
    house.settings.disarmed_marker.write_text("")
    assert not calls.ask_next(house.process)
    house.settings.disarmed_marker.unlink()
    assert goes_on(house) == ["3 left."]


def test_a_test_contact_says_so(house: House, service: Service) -> None:
    with house.store.write() as db:
        contact.add(db, contact.new_values(TOM, house.clock(), kind="test"))
    asks(house, TOM)
    calls.ask_next(house.process)
    assert [asked.headers["Parley-Test"] for asked in service.asked] == ["true"]


# --- a worker's threads -------------------------------------------------------------------------------------------------


def test_a_slow_service_holds_up_nobody(house: House, service: Service) -> None:
    service.works = [hangs]
    asks(house)
    asks(house, TOM)
    caller = calls.Caller(house.process)
    drain = jobs.Drain(house.process, caller.look)
    caller.start()
    began = time.monotonic()
    drain.run()  # the bell rang
    while not house.paper.sent and time.monotonic() - began < 10:
        drain.run()
        time.sleep(0.02)
    took = time.monotonic() - began
    caller.stop()
    assert [sent.to for sent in house.paper.sent] in ([MAYA], [TOM])
    assert took < 0.9, "the other's answer came while the first one hung"


def test_two_workers_ask_each_call_once(house: House, service: Service) -> None:
    numbers = [f"+1415555{n:04d}" for n in range(120, 140)]
    for number in numbers:
        asks(house, number)
    callers = [calls.Caller(house.process) for _ in range(2)]
    for caller in callers:
        caller.start()
        caller.look()
    ends = time.monotonic() + 20
    while house.count("call", "ended_at IS NULL") and time.monotonic() < ends:
        time.sleep(0.05)
    for caller in callers:
        caller.stop()
    assert len(service.asked) == len({*service.keys}) == len(numbers)
    house.work()
    assert sorted(sent.to for sent in house.paper.sent) == numbers
