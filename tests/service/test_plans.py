"""What a tick and a claim cost grows with what is due, not with what waits: their plans go by partial indexes, in order."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import Executable, literal, select, text

from config.settings import Settings
from models import contact, event, outbox, queue
from models.event import EventKind
from models.message import blank
from models.store import Store
from nlp.types import Reader
from tests.service.house import MAYA, OURS, TOM, House

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
WAITING, CROWD, DUE = 3000, 100, 5


@pytest.fixture
def house(settings: Settings, reader: Reader) -> Iterator[House]:
    built = House(settings, reader)
    yield built
    built.close()


def plan(store: Store, statement: Executable, **bound: Any) -> str:
    """The database's plan of a statement as it is really run, with its parameters."""
    plans: list[str] = []

    def explain(_connection: object, cursor: Any, sql: str, parameters: Any, *_more: object) -> None:
        cursor.execute(f"{'EXPLAIN QUERY PLAN' if store.sqlite else 'EXPLAIN'} {sql}", parameters)
        plans.extend(str(row) for row in cursor.fetchall())

    sqlalchemy.event.listen(store.engine, "before_cursor_execute", explain)
    try:
        with store.write() as db:
            db.execute(statement, bound)
            db.rollback()
    finally:
        sqlalchemy.event.remove(store.engine, "before_cursor_execute", explain)
    return "\n".join(plans)


def contact_of(house: House, phone: str = MAYA) -> int:
    with house.store.write() as db:
        return contact.add(db, contact.new_values(phone, NOW, consent="in"))


def analyzed(house: House) -> None:
    with house.store.write() as db:
        db.execute(text("ANALYZE"))


def test_due_events_are_found_by_their_moment(house: House) -> None:
    contact_id = contact_of(house)
    others = [contact_of(house, f"+1415555{n:04d}") for n in range(200, 200 + DUE)]
    later = [event.values(f"w{n}", contact_id, EventKind.WAIT, NOW, due_at=NOW + timedelta(days=1, seconds=n)) for n in range(WAITING)]
    due = [event.values(f"d{n}", who, EventKind.WAIT, NOW, due_at=NOW - timedelta(seconds=n)) for n, who in enumerate(others)]
    with house.store.write() as db:
        event.add(db, [*later, *due])
    analyzed(house)
    found = plan(house.store, event._CLAIM[house.store.engine.dialect.name], now=NOW, most=100, until=NOW + timedelta(seconds=8))
    assert "event_due" in found, found
    assert "SCAN event\n" not in found, found
    assert "Seq Scan" not in found, found
    with house.store.write() as db:
        claimed = event.claim_due(db, NOW, 100, NOW + timedelta(seconds=8))
        assert [row.key for row in claimed] == [f"d{n}" for n in reversed(range(DUE))]
        assert event.claim_due(db, NOW, 100, NOW + timedelta(seconds=8)) == [], "somebody is at them"
        assert not event.is_any_due(db, NOW)
        assert event.is_any_due(db, NOW + timedelta(seconds=9)), "a claim whose claimer died is over by itself"


def test_of_each_contact_only_the_first_event_is_claimed(house: House) -> None:
    who = [contact_of(house), contact_of(house, TOM)]
    with house.store.write() as db:
        event.add(db, [event.values(f"{n}-{c}", c, EventKind.WAIT, NOW - timedelta(seconds=9 - n)) for n in range(3) for c in who])
    until = NOW + timedelta(seconds=8)
    with house.store.write() as db:
        first = event.claim_due(db, NOW, 10, until)
        assert [row.key for row in first] == [f"0-{c}" for c in who]
        assert event.claim_due(db, NOW, 10, until) == [], "what stands behind an open event waits for it"
        assert event.handled(db, first[0].id, NOW, "test")
        assert [row.key for row in event.claim_due(db, NOW, 10, until)] == [f"1-{who[0]}"]
        event.release(db, first[1:])
        assert [row.key for row in event.claim_due(db, NOW, 10, until)] == [f"0-{who[1]}"]


def text_to(who: int, n: int, urgency: str = "marketing", ours: str = OURS, **more: Any) -> dict[str, Any]:
    return blank(who, "out", "Hi", NOW, key=f"{urgency}-{ours}-{n}", status="queued", author="flow", urgency=urgency, ours=ours, **more)


def test_a_claim_looks_at_what_may_leave_and_at_nothing_else(house: House) -> None:
    """Thousands wait for a busy sender, thousands are held over night: neither is scanned."""
    who, other = contact_of(house), "+15005550007"
    crowd = [contact_of(house, f"+1415556{n:04d}") for n in range(CROWD)]
    held = [text_to(crowd[n % CROWD], n, not_before=NOW + timedelta(hours=9)) for n in range(WAITING)]
    busy = [text_to(crowd[n % CROWD], n, "service") for n in range(WAITING)]
    with house.store.write() as db:
        outbox.add(db, [*held, *busy, text_to(who, 1, ours=other), text_to(who, 1, "reply")])
    analyzed(house)
    lanes = plan(house.store, queue._OPEN)
    rows = plan(house.store, queue._WAITING, lane=f"3{other}", now=NOW, most=10, after_at=queue._START[0], after_id=0)
    waits = plan(house.store, select(queue.answer_waits_for(literal(crowd[0]))), recent=NOW - timedelta(minutes=1), soon=NOW)
    ahead = plan(house.store, queue._AHEAD, id=10**6, contact_id=who, conversation_id=None, turn="x-", n_turn=2, beyond="1", patience=NOW)
    for found, index in ((lanes, "message_queue"), (rows, "message_queue"), (waits, "message_ahead"), (ahead, "message_ahead")):
        assert index in found, found
        assert "SCAN message\n" not in found, found
        assert "Seq Scan on message" not in found, found
        assert "TEMP B-TREE" not in found, found
    with house.store.read() as db:
        assert [lane.name for lane in queue.lanes(db, NOW)] == ["0", f"2{OURS}", f"3{other}"], "what is held makes no lane"
        assert [row.key for row in queue.waiting(db, f"3{other}", NOW, 10)] == [f"marketing-{other}-1"]


def test_texts_to_whom_something_is_still_to_be_heard_are_not_looked_at(house: House) -> None:
    """After an outage thousands of answers stand at the head of the lane, each behind a text that nobody has heard yet."""
    who, other = contact_of(house), contact_of(house, TOM)
    with house.store.write() as db:
        outbox.add(db, [text_to(who, 1), text_to(other, 2)])
        event.add(db, [event.values("late", who, EventKind.TEXT, NOW), event.values("later", other, EventKind.WAIT, NOW, due_at=LATER)])
        assert [row.contact_id for row in queue.waiting(db, f"3{OURS}", NOW, 10)] == [other]
        assert event.handled(db, event.by_key(db, "late").id, NOW, "test")  # type: ignore[union-attr]  # it was just added
        assert [row.contact_id for row in queue.waiting(db, f"3{OURS}", NOW, 10)] == [who, other]
    found = plan(house.store, queue._WAITING, lane=f"3{OURS}", now=NOW, most=10, after_at=queue._START[0], after_id=0)
    assert "SCAN event\n" not in found, found


def test_a_claim_reads_a_long_lane_in_its_order(house: House) -> None:
    """In an outage a lane grows by thousands, and the inbox by as many, which nobody has counted yet."""
    crowd = [contact_of(house, f"+1415558{n:04d}") for n in range(CROWD)]
    with house.store.write() as db:
        outbox.add(db, [text_to(crowd[n % CROWD], n, "reply") for n in range(WAITING)])
        event.add(db, [event.values(f"w{n}", crowd[n], EventKind.WAIT, NOW, due_at=LATER) for n in range(20)])
    analyzed(house)
    with house.store.write() as db:
        event.add(db, [event.values(f"t{n}", crowd[n % CROWD], EventKind.TEXT, NOW) for n in range(WAITING)])
    found = plan(house.store, queue._WAITING, lane="0", now=NOW, most=10, after_at=queue._START[0], after_id=0)
    for index in ("message_queue", "event_contact", "message_ahead"):
        assert index in found, found
    for whole in ("Sort", "Bitmap", "TEMP B-TREE", "event_due"):
        assert whole not in found, found


def test_workers_that_claim_at_once_get_different_events(house: House) -> None:
    who = [contact_of(house, f"+1415557{n:04d}") for n in range(60)]
    with house.store.write() as db:
        event.add(db, [event.values(f"d{one}", one, EventKind.WAIT, NOW, due_at=NOW) for one in who])
    claimed: list[int] = []
    ready = threading.Barrier(4)

    def work() -> None:
        ready.wait()
        for _ in range(3):
            with house.store.write() as db:
                claimed.extend(row.id for row in event.claim_due(db, NOW, 5, NOW + timedelta(seconds=8)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(claimed) == len(set(claimed)) == 60, "all of them, and none twice"
