"""Campaigns while others are at work too, on both databases: clocks, workers and people at one moment, each with a process of its own."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import inbox, jobs
from bot.bell import SilentBell
from bot.campaigns import steering, ticking
from bot.campaigns.drafting import draft
from bot.process import Process, open_process
from config.settings import Settings
from models.campaign import State
from nlp.types import Reader
from tests.service.campaigns import SALE, begin, house_with_thanks, knows, left, load, many, state, ticks
from tests.service.house import MAYA, TOM, House

HOUR = datetime(2026, 3, 5, 15, 0, tzinfo=UTC)
N = 60


@pytest.fixture
def house(settings: Settings, reader: Reader, tmp_path: Path) -> Iterator[House]:
    built = house_with_thanks(settings, reader, tmp_path)
    yield built
    built.close()


@pytest.fixture
def others(house: House, reader: Reader) -> Iterator[tuple[Process, Process]]:
    """Two more processes on the same database, which share no lock with each other."""
    opened = [open_process(house.settings, reader=reader, bell=SilentBell(), messenger=house.paper) for _ in range(2)]
    yield replace(opened[0], now=house.clock), replace(opened[1], now=house.clock)
    for process in opened:
        process.store.close()


def at_once(*works: Callable[[], object]) -> list[object]:
    """What each gives, or raises, when all begin at one moment."""
    ready, found = threading.Barrier(len(works)), dict[int, object]()

    def run(n: int, work: Callable[[], object]) -> None:
        ready.wait(10)
        try:
            found[n] = work()
        except Exception as error:  # noqa: BLE001  # the test looks at it
            found[n] = error

    threads = [threading.Thread(target=run, args=(n, work)) for n, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == len(works), "all came to an end"
    return [found[n] for n in range(len(works))]


def release_all(process: Process) -> int:
    """Releases until there is nothing left, and hears and sends on the way as a worker does."""
    drain, n = jobs.Drain(process), 0
    while released := ticking.release(process):
        n += released
        while drain.run():
            pass
    return n


def planned(house: House, source: str = SALE, n: int = N) -> None:
    """A campaign whose members wait for this very moment."""
    knows(house, *many(n))
    begin(house, source)
    house.clock.at = HOUR
    ticking.plan(house.process)


def test_two_clocks_that_release_at_once_start_nobody_twice(
    house: House, others: tuple[Process, Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.campaigns.releasing.ROOM_STARTS", 7)
    planned(house)
    found = at_once(*(lambda one=one: release_all(one) for one in others))
    ticks(house)
    assert sum(n for n in found if isinstance(n, int)) <= N, found
    assert house.count("event", "kind = 'start'") == N
    assert sorted(left(house)) == many(N)


def test_two_clocks_open_and_plan_a_run_once(house: House, others: tuple[Process, Process], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.campaigns.planning.STRETCH", 7)
    knows(house, *many(N))
    begin(house, SALE)
    house.clock.at = HOUR
    found = at_once(*(lambda one=one: ticking.plan(one) for one in others))
    assert all(isinstance(n, int) for n in found), found
    ticking.plan(house.process)
    assert (house.count("run"), house.count("member"), house.count("member", "due_at IS NULL")) == (1, N, 0)


def test_paused_in_the_middle_of_a_release(house: House, others: tuple[Process, Process], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.campaigns.releasing.ROOM_STARTS", 5)
    planned(house)
    at_once(lambda: release_all(others[0]), lambda: steering.pause(others[1], "sale", by="ann"))
    before = left(house)
    ticks(house)
    assert left(house) == before, "what was released before waits at the gate"
    steering.resume(house.process, "sale")
    house.clock.pass_(timedelta(minutes=2))
    ticks(house)
    assert sorted(left(house)) == many(N), "and each gets it once, afterwards"


def test_canceled_in_the_middle_of_it_all(house: House, others: tuple[Process, Process], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.campaigns.releasing.ROOM_STARTS", 5)
    planned(house)
    at_once(lambda: release_all(others[0]), lambda: steering.cancel(others[1], "sale", by="ann"))
    before = left(house)
    ticks(house, HOUR + timedelta(hours=1))
    assert left(house) == before
    assert house.count("event", "kind = 'start' AND handled_at IS NULL") == 0, "no start outlives it"
    assert house.count("message", "status = 'queued'") == 0


def test_canceled_between_release_and_hearing(house: House) -> None:
    planned(house, n=3)
    assert ticking.release(house.process) == 3
    assert steering.cancel(house.process, "sale", by="ann").starts == 3
    ticks(house, HOUR + timedelta(hours=1))
    assert left(house) == []


def test_canceled_between_hearing_and_claim(house: House) -> None:
    planned(house, n=3)
    ticking.release(house.process)
    assert inbox.hear_due(house.process, 50) == 3
    assert steering.cancel(house.process, "sale", by="ann").texts == 3
    ticks(house, HOUR + timedelta(hours=1))
    assert left(house) == []
    assert {row.status for row in house.messages()} == {"canceled"}


@pytest.mark.parametrize("heard", [False, True], ids=["before it is heard", "before it is claimed"])
def test_a_stop_between_release_and_claim(house: House, heard: bool) -> None:
    planned(house, n=3)
    ticking.release(house.process)
    if heard:
        inbox.hear_due(house.process, 50)
    house.says("STOP", many(3)[1])
    ticks(house)
    assert left(house) == [many(3)[0], many(3)[2]]


def test_a_stop_at_the_same_moment(house: House, others: tuple[Process, Process]) -> None:
    planned(house, n=12)
    stopping = many(12)[::2]
    at_once(lambda: release_all(others[0]), lambda: [house.says("STOP", phone) for phone in stopping])
    texts = {phone: when for phone in stopping for when in [house.one(f"SELECT consent FROM contact WHERE phone = '{phone}'")]}
    assert set(texts.values()) == {"out"}
    before = left(house)
    ticks(house)
    assert left(house) == before or set(left(house)[len(before) :]).isdisjoint(stopping), "nothing leaves for whom is out"


def test_a_contact_that_becomes_a_test_contact_gets_nothing_and_holds_nothing_up(house: House) -> None:
    planned(house, n=3)
    with house.store.write() as db:
        db.execute(text("UPDATE contact SET kind = 'test' WHERE phone = :phone"), {"phone": many(3)[1]})
    ticks(house)
    assert left(house) == [many(3)[0], many(3)[2]]
    assert house.count("run", "released_at IS NOT NULL") == 1


def test_the_same_file_twice_at_once_is_one_draft_and_starts_once(house: House, others: tuple[Process, Process]) -> None:
    knows(house, MAYA, TOM)
    found = at_once(*(lambda one=one: draft(one, SALE, "sale.yaml", by="test", now=house.clock()).name for one in others))
    assert found == ["sale", "sale"]
    assert house.count("campaign") == 1
    started = at_once(*(lambda one=one: steering.start(one, "sale", by="test") for one in others))
    assert sum(isinstance(one, steering.SteeringError) for one in started) == 1, started
    assert state(house) == (State.RUNNING, "")


def test_two_workers_spend_no_more_than_a_text_above_the_budget(settings: Settings, reader: Reader) -> None:
    priced = settings.model_validate({**settings.model_dump(), "prices": "*=0.01"})
    house = House(priced, reader)
    knows(house, *many(10))
    load(house, SALE + "budget: 0.10 USD\n")
    steering.start(house.process, "sale", by="test")
    knows(house, *many(20, "305"))  # many more came since
    house.clock.at = HOUR
    ticking.plan(house.process)
    ticking.release(house.process)
    inbox.hear_due(house.process, 50)
    other = replace(open_process(priced, reader=reader, bell=SilentBell(), messenger=house.paper), now=house.clock)
    at_once(jobs.Drain(house.process).run, jobs.Drain(other).run)
    ticks(house)
    assert 10 <= len(left(house)) <= 11
    assert state(house) == ("paused", "its budget is spent")
    other.store.close()
    house.close()


SURVEY = """\
flow: survey
purpose: service
triggers: [{keyword: [SURVEY]}]
steps:
  how: {ask: "How was it?", expect: any}
  thanks: {say: "Noted."}
"""


def test_who_is_in_a_conversation_gets_it_afterwards_and_the_step_on_a_silence_too(house: House, tmp_path: Path) -> None:
    house.publish(tmp_path / "flows", survey=SURVEY)
    knows(house, MAYA, TOM, zone="America/New_York")
    begin(house, SALE + 'then: [{on: no reply, after: 1d, text: "{{ brand }}: last chance. STOP to opt out."}]\n')
    ticks(house, HOUR - timedelta(minutes=1))
    house.says("SURVEY", MAYA)
    ticks(house, HOUR)
    assert left(house)[-1:] == [TOM], "Maya is asked something just now"
    house.clock.pass_(timedelta(minutes=30))
    assert "20% off today" in " ".join(house.says("good", MAYA)) or left(house)[-1] == MAYA
    ticks(house, HOUR + timedelta(hours=1))
    ticks(house, HOUR + timedelta(days=1, minutes=1))
    assert [row.flow for row in house.messages() if row.contact_id == 2 and row.handed_over_at] == ["sale", "sale-then-1"]
    ticks(house, HOUR + timedelta(days=1, hours=1))
    assert [row.flow for row in house.messages() if row.contact_id == 1][-1] == "sale-then-1", "a day after her own first text"
    ticks(house, HOUR + timedelta(days=3))
    assert [row.flow for row in house.messages()].count("sale-then-1") == 2
