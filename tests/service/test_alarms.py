"""Alarms in the console, on both databases: who sees them, who closes them; the gauge; and what `resume` ends."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY

from bot import jobs
from bot.alarms import WORDS, words
from bot.console.account import hashed
from config.settings import Settings
from models import alarm, contact, outbox, staff
from models.alarm import AlarmKind
from models.message import blank
from nlp.types import Reader
from tests.service.house import House

PASSWORD = "correct horse battery"


@pytest.fixture
def house(settings: Settings, reader: Reader) -> Iterator[House]:
    built = House(settings, reader)
    with built.store.write() as db:
        for role in ("support", "marketer"):
            email = f"{role}@parley.local"
            staff.add(db, email=email, name=role.title(), role=role, password=hashed(PASSWORD), one_time=False, now=built.clock())
        for _ in range(3):
            alarm.raise_or_count(db, AlarmKind.MISCONFIGURED, "21606: this sender cannot text", built.clock())
            built.clock.pass_(timedelta(minutes=5))
        alarm.raise_or_count(db, AlarmKind.FILTERED, "flow <news>, step hi", built.clock())
    yield built
    built.close()


def page(house: House, path: str) -> str:
    return house.client.get(f"/console{path}").text


def press(house: House, path: str, **form: str) -> int:
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page(house, "/login") + page(house, "/password"))[0]
    return house.client.post(f"/console{path}", data={**form, "csrf_token": token}).status_code


def sign_in(house: House, role: str) -> None:
    assert press(house, "/login", email=f"{role}@parley.local", password=PASSWORD) == 302


def test_every_kind_of_alarm_says_what_happened_and_what_to_do() -> None:
    assert set(WORDS) == set(AlarmKind)
    assert all(words(kind.value).what.endswith(".") and words(kind.value).how.endswith(".") for kind in AlarmKind)


def test_support_sees_alarms_on_every_page_and_a_marketer_closes_them(house: House) -> None:
    sign_in(house, "support")
    for path in ("/inbox", "/people", "/alarms"):
        assert '<b>2 alarms</b> <a href="/console/alarms">' in page(house, path), path
    listed = page(house, "/alarms")
    assert "21606: this sender cannot text" in listed
    assert "3 times, first 4 Mar 2026 18:00, last 4 Mar 2026 18:10" in listed
    assert "flow &lt;news&gt;, step hi" in listed
    assert "Look the code up in docs/operating.md" in listed
    assert "Seen to it" not in listed, "support reads"
    assert press(house, "/alarms/1/seen") == 403
    house.client = house.app.test_client()
    sign_in(house, "marketer")
    assert page(house, "/alarms").count("Seen to it") == 2
    assert press(house, "/alarms/1/seen") == 302
    assert "<b>1 alarm</b>" in page(house, "/inbox")
    assert "by Marketer, 3 times" in page(house, "/alarms")
    assert press(house, "/alarms/1/seen") == 302
    assert "Somebody had closed it already." in page(house, "/alarms")
    assert press(house, "/alarms/99/seen") == 404
    press(house, "/alarms/2/seen")
    assert "Nothing is wrong." in page(house, "/alarms")
    assert "alarm</b>" not in page(house, "/inbox")


def test_what_is_in_doubt_for_good_is_counted_as_long_as_it_is(house: House) -> None:
    sign_in(house, "support")
    assert "in doubt for good" not in page(house, "/alarms")
    for n, says in (
        (1, "1 message in doubt for good: nobody knows whether it left"),
        (2, "2 messages in doubt for good: nobody knows whether they left"),
    ):
        with house.store.write() as db:
            who = contact.add(db, contact.new_values(f"+1415555017{n}", house.clock()))
            outbox.add(db, [blank(who, "out", "Hi", house.clock(), key=f"m-{n}", status="unknown", author="flow")])
        assert says in page(house, "/alarms")


def test_the_gauge_counts_open_alarms(house: House) -> None:
    jobs.tick_due(house.process)
    assert REGISTRY.get_sample_value("parley_alarms_open") == 2
    with house.store.write() as db:
        alarm.close_kind(db, AlarmKind.FILTERED, house.clock(), "Ines")
    jobs.tick_due(house.process)
    assert REGISTRY.get_sample_value("parley_alarms_open") == 1
