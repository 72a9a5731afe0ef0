"""A worker's hands, on both databases: a carrier slow for one is slow for nobody else, and texts to one contact keep their order."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot import campaigns, jobs
from bot.messenger import Outgoing, PaperMessenger, Sent
from config.settings import Settings
from nlp.types import Reader
from tests.service.house import House

NEWS = 'flow: news\npurpose: service\nsteps:\n  one: {say: "News for you."}\n'
PARTS = """\
flow: parts
purpose: service
steps:
  one: {say: "First.", separate: true}
  two: {say: "Second.", separate: true}
  three: {say: "Third."}
"""
CROWD = [f"+1212555{n:04d}" for n in range(100, 108)]


class Slow(PaperMessenger):
    """Answers when it is told to; knows how many wait for it at once."""

    name = "api"

    def __init__(self) -> None:
        super().__init__()
        self.stuck = {CROWD[0]}
        self.go = threading.Event()
        self.most, self._now, self._lock = 0, 0, threading.Lock()

    def send(self, outgoing: Outgoing) -> Sent:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        if outgoing.to in self.stuck:
            assert self.go.wait(30)
        with self._lock:
            self._now -= 1
        return super().send(outgoing)


@pytest.fixture
def carrier() -> Slow:
    return Slow()


@pytest.fixture
def house(settings: Settings, reader: Reader, carrier: Slow) -> Iterator[House]:
    rates = settings.model_copy(update={"sender_rates": {"+15005550006": 1000.0}})
    built = House(rates, reader, carrier)
    yield built
    built.close()


def drained(house: House, carrier: Slow, wants: int) -> jobs.Drain:
    """A drain with hands, run until the carrier has so many texts."""
    drain = jobs.Drain(replace(house.process), hands=4)
    for _ in range(30):
        drain.run()
        if len(carrier.sent) >= wants:
            break
    return drain


def test_one_that_hangs_holds_up_nobody_else(house: House, carrier: Slow, tmp_path_factory: pytest.TempPathFactory) -> None:
    house.publish(tmp_path_factory.mktemp("flows"), news=NEWS)
    campaigns.start_flow(house.process, "news", CROWD)
    drain = drained(house, carrier, len(CROWD) - 1)
    assert sorted(one.to for one in carrier.sent) == CROWD[1:], "all but the one that hangs"
    assert house.messages(status="sending")[0].contact_id == 1
    carrier.go.set()
    drain.hands.close()
    assert len(carrier.sent) == len(CROWD)
    assert house.messages(status="sending") == []


def test_no_more_at_once_than_there_are_hands(house: House, carrier: Slow, tmp_path_factory: pytest.TempPathFactory) -> None:
    carrier.stuck = set(CROWD)
    house.publish(tmp_path_factory.mktemp("flows"), news=NEWS)
    campaigns.start_flow(house.process, "news", CROWD)
    drain = jobs.Drain(house.process, hands=4)
    drain.run()
    assert carrier.most == 4
    assert len(house.messages(status="queued")) == len(CROWD) - 4, "what nobody has a hand for is not claimed"
    carrier.go.set()
    for _ in range(10):
        drain.run()
    drain.hands.close()
    assert len(carrier.sent) == len(CROWD)


def test_texts_to_one_contact_keep_their_order(house: House, carrier: Slow, tmp_path_factory: pytest.TempPathFactory) -> None:
    house.publish(tmp_path_factory.mktemp("flows"), parts=PARTS)
    campaigns.start_flow(house.process, "parts", CROWD[1:4])
    drain = drained(house, carrier, 9)
    drain.hands.close()
    for phone in CROWD[1:4]:
        assert [one.body for one in carrier.sent if one.to == phone] == ["First.", "Second.", "Third."]
