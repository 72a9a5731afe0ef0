"""Schedules, on both databases: each contact's own local hour, once per occurrence, whatever clocks do."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event as listener
from sqlalchemy import text

from bot import jobs, schedules
from bot.publishing import retire
from config.settings import Settings
from models import contact, meta
from nlp.types import Reader
from tests.service.house import MAYA, NOW, TOM, House

WEEKLY = """\
flow: weekly
purpose: service
late: %s
triggers:
  - {schedule: "%s", segment: "%s"}
steps:
  say:
    say: "News from Parley Demo. STOP to opt out."
"""
PARIS = "+33612345678"
NINE_NEW_YORK = datetime(2026, 3, 5, 14, 0, tzinfo=UTC)
NINE_CALIFORNIA = datetime(2026, 3, 5, 17, 0, tzinfo=UTC)


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    folder = tmp_path / "flows"
    folder.mkdir()
    return folder


@pytest.fixture
def house(settings: Settings, reader: Reader) -> Iterator[House]:
    built = House(settings, reader)
    for phone in (MAYA, TOM):
        knows(built, phone)
    yield built
    built.close()


def knows(house: House, phone: str, **more: object) -> int:
    """A contact that opted in, unless it says otherwise."""
    with house.store.write() as db:
        return contact.add(db, contact.new_values(phone, house.clock(), **{"consent": "in", **more}))  # type: ignore[arg-type]


def plan(house: House, flows: Path, phrase: str = "every day 09:00", segment: str = "all", late: str = "12h") -> None:
    house.publish(flows, weekly=WEEKLY % (late, phrase, segment))


def looks(house: House, at: datetime) -> int:
    """The clock's tick at a moment, and what comes of it; how many starts there were."""
    house.clock.at = at
    started = schedules.start_due(house.process)
    house.work()
    return started


def sent(house: House) -> list[str]:
    return [sent.to for sent in house.paper.sent]


def test_each_at_their_own_nine_o_clock(house: House, flows: Path) -> None:
    plan(house, flows)
    assert looks(house, NINE_NEW_YORK - timedelta(seconds=1)) == 0
    assert looks(house, NINE_NEW_YORK) == 1
    assert sent(house) == [TOM]
    assert looks(house, NINE_NEW_YORK + timedelta(seconds=30)) == 0, "once"
    assert looks(house, NINE_CALIFORNIA + timedelta(seconds=20)) == 1
    assert sent(house) == [TOM, MAYA]
    assert looks(house, NINE_NEW_YORK + timedelta(days=1)) == 1, "and the day after"
    assert sent(house) == [TOM, MAYA, TOM]


def test_over_a_clock_change(house: House, flows: Path) -> None:
    """New York goes over to summer time on 8 March 2026: nine o'clock comes an hour earlier by UTC."""
    plan(house, flows)
    looks(house, datetime(2026, 3, 7, 20, tzinfo=UTC))
    house.paper.sent.clear()
    assert looks(house, datetime(2026, 3, 8, 12, 59, tzinfo=UTC)) == 0
    assert looks(house, datetime(2026, 3, 8, 13, 0, tzinfo=UTC)) == 1
    assert looks(house, datetime(2026, 3, 8, 14, 0, tzinfo=UTC)) == 0


def test_on_its_weekday_only(house: House, flows: Path) -> None:
    plan(house, flows, phrase="every friday 09:00")
    assert looks(house, NINE_CALIFORNIA) == 0, "a Thursday"
    assert looks(house, NINE_CALIFORNIA + timedelta(days=1)) == 2


def test_who_belongs(house: House, flows: Path) -> None:
    """A tag, an opt-in, a real contact: who has them all, and nobody else."""
    vips = [f"+1212555{n:04d}" for n in range(140, 146)]
    knows(house, vips[0], tags=["vip"])
    knows(house, vips[1], tags=["vip"], consent="unknown")
    knows(house, vips[2], tags=["vip"], consent="out")
    knows(house, vips[3], tags=["vip"], consent="held")
    knows(house, vips[4], tags=["vip"], kind="test")
    knows(house, vips[5], tags=["vips"])
    plan(house, flows, segment="tag:vip")
    assert looks(house, NINE_CALIFORNIA) == 1
    assert sent(house) == vips[:1]


def test_who_is_known_since_later_is_not_started(house: House, flows: Path) -> None:
    plan(house, flows)
    house.clock.at = NINE_NEW_YORK + timedelta(hours=1)
    knows(house, "+12125550150")
    assert looks(house, house.clock.at) == 1
    assert sent(house) == [TOM]


def test_a_clock_that_was_down_catches_up_while_it_is_of_use(house: House, flows: Path) -> None:
    plan(house, flows, late="2h")
    looks(house, NOW)
    assert looks(house, NINE_CALIFORNIA + timedelta(hours=1)) == 1
    assert sent(house) == [MAYA], "New York's was four hours ago"


def test_of_missed_days_only_the_last_is_not_late(house: House, flows: Path) -> None:
    plan(house, flows)
    looks(house, NOW)
    assert looks(house, NINE_NEW_YORK + timedelta(days=4)) == 1
    assert house.count("event", "kind = 'start'") == 1


def test_what_was_before_the_publishing_is_nobodys(house: House, flows: Path) -> None:
    house.clock.at = NINE_NEW_YORK + timedelta(minutes=1)
    plan(house, flows)
    assert looks(house, house.clock.at) == 0
    plan(house, flows, phrase="every day 08:00")
    assert looks(house, house.clock.at + timedelta(minutes=5)) == 0, "nor does another hour begin in the past"


def test_an_edit_at_the_wrong_moment_loses_nobody(house: House, flows: Path) -> None:
    plan(house, flows)
    looks(house, NINE_NEW_YORK - timedelta(minutes=1))
    house.clock.at = NINE_NEW_YORK + timedelta(seconds=10)
    plan(house, flows, late="6h")
    assert looks(house, NINE_NEW_YORK + timedelta(seconds=30)) == 1


def test_a_flow_taken_off_the_air_catches_nothing_up(house: House, flows: Path) -> None:
    plan(house, flows)
    looks(house, NOW)
    retire(house.store, "weekly")
    looks(house, NINE_NEW_YORK - timedelta(hours=1))
    with house.store.read() as db:
        assert meta.get(db, meta.SCHEDULES) == {}
    house.clock.at = NINE_NEW_YORK + timedelta(hours=1)
    plan(house, flows, late="6h")
    assert looks(house, NINE_NEW_YORK + timedelta(hours=1, minutes=1)) == 0


def test_a_start_meets_the_gate(house: House, flows: Path) -> None:
    """Quiet hours hold it, an opt-out in between stops it, a conversation that listens comes first."""
    plan(house, flows, phrase="every day 23:30")
    looks(house, NOW)
    assert looks(house, datetime(2026, 3, 5, 7, 30, tzinfo=UTC)) == 2
    assert sent(house) == [], "half past eleven at night, and half past two"
    house.says("STOP", TOM)
    looks(house, NINE_CALIFORNIA)
    assert sent(house) == [MAYA]


def test_two_clocks_at_once(house: House, flows: Path) -> None:
    plan(house, flows)
    numbers = [f"+1212555{n:04d}" for n in range(150, 180)]
    for number in numbers:
        knows(house, number)
    house.clock.at = NINE_NEW_YORK
    threads = [threading.Thread(target=schedules.start_due, args=(house.process,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    house.work()
    assert sorted(sent(house)) == sorted([TOM, *numbers])


def test_a_clock_that_dies_on_the_way_begins_again(house: House, flows: Path) -> None:
    """Half of the starts are written, and where it was is not."""
    plan(house, flows)
    looks(house, NINE_NEW_YORK)
    with house.store.write() as db:
        db.execute(text("DELETE FROM meta WHERE name = 'schedules'"))
    assert looks(house, NINE_NEW_YORK + timedelta(minutes=1)) == 0
    assert sent(house) == [TOM]


def test_many_contacts_a_batch_at_a_time(house: House, flows: Path) -> None:
    """Never all at once in memory; and while nothing has come, nobody is looked at."""
    n = schedules.BATCH * 2 + 10
    with house.store.write() as db:
        for k in range(n):
            contact.add(db, contact.new_values(f"+1212{k + 2000000}", NOW, consent="in"))
    plan(house, flows)
    house.clock.at = NINE_NEW_YORK
    read: list[str] = []
    listener.listen(house.store.engine, "before_cursor_execute", lambda _c, _u, statement, *_: read.append(statement))
    assert schedules.start_due(house.process) == n + 1
    looked = [statement for statement in read if "FROM contact" in statement and "LIMIT" in statement]
    assert len(looked) == n // schedules.BATCH + 2
    read.clear()
    house.clock.at = NINE_NEW_YORK + timedelta(minutes=1)
    schedules.start_due(house.process)
    assert not [statement for statement in read if "FROM contact" in statement]


def test_where_a_zone_is_none_the_number_says_the_hour(house: House, flows: Path) -> None:
    knows(house, "+12125550151", zone="Mars/Olympus")
    plan(house, flows)
    assert looks(house, NINE_NEW_YORK) == 2, "Tom, and whoever has another number of New York"


def test_another_continent(house: House, flows: Path) -> None:
    knows(house, PARIS)
    plan(house, flows, phrase="every thursday 10:00")
    assert looks(house, datetime(2026, 3, 5, 9, 0, tzinfo=UTC)) == 1
    assert sent(house) == [PARIS]


def test_the_clock_ticks_for_them(house: House) -> None:
    assert "schedules" in jobs.ticks(house.process)
