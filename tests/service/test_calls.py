"""A flow asks a web service, on both databases and over a real connection: answers, tries, limits, and what happens meanwhile."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import calls, desk, jobs
from bot.webservice import Answered, NotAnswered
from config.settings import Settings
from models import alarm, contact, event, staff
from models.event import EventKind
from nlp.types import Reader
from tests.service.house import MAYA, TOM, House
from tests.service.webservice import Service, Work, drips, drips_headers, hangs, says, unpacks_to_much

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


def test_a_long_answer_is_heard_and_only_what_the_flow_reads_is_kept(house: House, service: Service) -> None:
    service.works = [says({"left": 7, "catalogue": "x" * 200_000})]
    asks(house)
    assert goes_on(house) == ["7 left."]
    assert "catalogue" not in str(house.one("SELECT state FROM conversation"))


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
