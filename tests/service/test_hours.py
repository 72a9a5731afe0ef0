"""Hours on the server: nudges at night, starts that come too late, hand-offs that nobody answers. On both databases."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from config.settings import Settings
from models import contact, event, meta
from models.event import EventKind
from nlp.types import Reader
from tests.service.house import House

NIGHT = """
flow: night
triggers: [{keyword: NIGHT}]
steps:
  q: {ask: "Awake?", nudge: {after: 2h, say: "Still?"}, timeout: {after: 4h, go: bye}}
  bye: {end: silent}
"""
HELP_ME = """
flow: help-me
expires: 2h
triggers: [{keyword: HELPME}]
steps: {h: {handoff: support}}
"""
OFFER = """
flow: offer
triggers: [{keyword: OFFER}]
steps: {s: {say: "Look: {{ link('https://example.com/offer') }}"}}
"""
DINNER = """
flow: dinner
purpose: service
triggers: [{keyword: DINNER}]
steps: {s: {say: "Dinner is at seven."}}
"""


@pytest.fixture
def house(settings: Settings, reader: Reader, tmp_path: Path) -> Iterator[House]:
    opened = House(settings, reader)
    opened.publish(tmp_path, night=NIGHT, helpme=HELP_ME, dinner=DINNER, offer=OFFER)
    yield opened
    opened.close()


def test_a_nudge_that_would_leave_after_the_timeout_is_dropped(house: House) -> None:
    house.clock.pass_(timedelta(hours=10))  # 20:00 in California
    assert house.says("NIGHT") == ["Awake?"]
    house.passes(timedelta(hours=2, minutes=1))
    assert house.count("message", "direction = 'out'") == 1, "nothing waits for the morning"
    assert house.count("interaction", "kind = 'refused'") == 1, "the reason is kept"
    house.passes(timedelta(hours=2))
    assert house.one("SELECT outcome FROM conversation") == "silent", "the timeout is as it was"
    house.passes(timedelta(hours=12))
    assert not house.paper.sent


def test_a_hand_off_is_overdue_when_its_flow_says(house: House) -> None:
    house.says("HELPME")
    house.passes(timedelta(hours=1))
    assert house.says("DINNER") == [], "a person is waited for"
    house.passes(timedelta(hours=1, minutes=1))
    assert house.says("DINNER") == ["Dinner is at seven."]
    assert house.one("SELECT outcome FROM conversation WHERE flow = 'help-me'") == "overdue"


def test_a_start_after_the_event_that_it_is_about(house: House) -> None:
    house.says("hello")  # a contact from now on
    begin(house, not_after=timedelta(minutes=30))
    house.clock.pass_(timedelta(hours=1))
    house.work()
    assert house.count("conversation") == 0
    assert house.one("SELECT outcome FROM event WHERE kind = 'start'") == "nobody: too late"
    begin(house, not_after=timedelta(minutes=30))
    house.work()
    assert [sent.body for sent in house.paper.sent] == ["Dinner is at seven."]


def test_a_reminder_held_by_night_is_not_sent_after_its_appointment(house: House) -> None:
    house.says("hello")
    house.clock.pass_(timedelta(hours=12))  # 22:00 in California: the window opens at 08:00, the appointment is at 07:30
    begin(house, not_after=timedelta(hours=9, minutes=30))
    house.work()
    assert house.one("SELECT status FROM message WHERE direction = 'out'") == "queued"
    for _ in range(20):
        house.passes(timedelta(hours=1))
    assert not house.paper.sent
    assert [(row.status, row.reason) for row in house.messages()] == [("expired", "late")]


def test_a_reminder_that_waits_for_another_reason_is_not_sent_after_its_appointment(house: House) -> None:
    house.says("hello")
    with house.store.write() as db:
        meta.put(db, meta.PAUSED, {"why": "20003: wrong credentials", "at": house.clock().isoformat()})
    begin(house, not_after=timedelta(hours=2))
    house.work()
    house.passes(timedelta(hours=1, minutes=59))
    assert [(row.status, row.reason) for row in house.messages()] == [("queued", "sending is paused")]
    with house.store.write() as db:
        db.execute(delete(meta.meta).where(meta.meta.c.name == meta.PAUSED))
    house.passes(timedelta(minutes=2))
    assert not house.paper.sent
    assert [(row.status, row.reason) for row in house.messages()] == [("expired", "late")]
    begin(house, not_after=timedelta(minutes=1))
    house.work()
    assert [sent.body for sent in house.paper.sent] == ["Dinner is at seven."], "the same one in time"


def begin(house: House, *, not_after: timedelta) -> None:
    now = house.clock()
    with house.store.write() as db:
        row = contact.by_phone(db, "+14155550101")
        assert row is not None
        data = {"flow": "dinner", "not_after": (now + not_after).isoformat()}
        event.add(db, [event.values(f"start-{now:%H%M}", row.id, EventKind.START, now, data=data)])


def test_two_machines_that_text_each_other_are_stopped(house: House) -> None:
    said = []
    for _ in range(8):
        said += house.says("DINNER")
        house.clock.pass_(timedelta(seconds=20))
    assert said == ["Dinner is at seven."] * 5
    assert house.one("SELECT desk_reason FROM contact") == "loop"
    assert house.says("DINNER", sender="+12125550102") == ["Dinner is at seven."], "others are answered"


def test_short_addresses_do_not_hide_that_it_is_the_same(house: House) -> None:
    said = [text for _ in range(8) for text in house.says("OFFER")]
    assert len(said) == len(set(said)) == 5
    assert all(text.startswith("Look: ") for text in said)
