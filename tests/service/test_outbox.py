"""Sending once: against the stand-in for Twilio, with its faults, on both databases. Callbacks are lost, so that only look-ups can help."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import campaigns, catchup, desk, inbox, jobs, lookups, outbox, reports
from bot.messenger import TwilioMessenger
from bot.provider.app import Provider
from bot.provider.faults import Fault, Faults
from bot.provider.inbound import Text, deliver
from bot.spool import Spool, Spooled
from config.settings import ProviderList, Settings
from models import contact, coupon, event, meta, staff
from models.store import Patience, Store
from nlp.types import Reader
from tests.service.carriers import recover_all, sent
from tests.service.house import MAYA, OURS, TOM, House

HELLO = """\
flow: hello
purpose: marketing
steps:
  hi:
    say: "{{ brand }}: hello! STOP to opt out."
"""
ASK = """\
flow: visit
purpose: service
steps:
  rating:
    ask: "{{ brand }}: how was it, 1 to 5?"
    expect: rating
    go: end
    timeout: {after: 2h, go: bye}
  bye: {end: silent}
"""


@pytest.fixture
def house(settings: Settings, reader: Reader, provider: Provider, tmp_path: Path) -> Iterator[House]:
    messenger = TwilioMessenger(settings.account_sid, settings.auth_token, provider.url)
    uncapped = settings.model_copy(update={"cap_marketing_day": 0, "cap_marketing_week": 0})  # caps: test_reactions.py
    built = House(uncapped, reader, messenger)
    flows = tmp_path / "flows"
    flows.mkdir()
    built.publish(flows, hello=HELLO, visit=ASK)
    with built.store.write() as db:
        for phone in (MAYA, TOM):
            contact.add(db, contact.new_values(phone, built.clock(), consent="in"))
    yield built
    built.close()


def test_a_start_is_sent_once(house: House, provider: Provider) -> None:
    campaigns.start_flow(house.process, "hello", [MAYA, TOM], batch="one")
    house.work()
    campaigns.start_flow(house.process, "hello", [MAYA, TOM], batch="one")
    house.work()
    assert len(sent(provider)) == len(sent(provider, TOM)) == 1
    assert {row.status for row in house.messages()} == {"accepted"}


@pytest.mark.parametrize("fault", [Fault.ACCEPT_THEN_BREAK, Fault.ACCEPT_THEN_RESET, Fault.BROKEN, Fault.RESET, Fault.TOO_MANY])
def test_whatever_the_api_does_a_text_is_sent_once(house: House, provider: Provider, fault: Fault) -> None:
    provider.set_faults(Faults(next=(fault, fault), callbacks_lost=1.0))
    campaigns.start_flow(house.process, "hello", [MAYA])
    house.work()
    recover_all(house)
    assert len(sent(provider)) == 1, fault
    assert house.messages()[0].status in ("accepted", "sent", "delivered")


def test_a_worker_that_dies_before_sending(house: House, provider: Provider) -> None:
    campaigns.start_flow(house.process, "hello", [MAYA])
    inbox.hear_due(house.process, 10)
    assert outbox.claim(house.process) is not None  # and here it dies
    house.work()
    assert sent(provider) == [], "nobody touches what another is sending"
    recover_all(house)
    assert len(sent(provider)) == 1


def test_a_worker_that_dies_after_sending(house: House, provider: Provider) -> None:
    campaigns.start_flow(house.process, "hello", [MAYA])
    inbox.hear_due(house.process, 10)
    claimed = outbox.claim(house.process)
    assert claimed is not None
    house.process.messenger.send(outbox._outgoing(house.process, claimed))  # and here it dies
    recover_all(house)
    assert len(sent(provider)) == 1
    assert house.messages()[0].provider_sid is not None


def test_a_worker_that_dies_at_the_end_of_its_lease_gets_a_quiet_period(house: House, provider: Provider) -> None:
    """What it sent just then may not show in the list at the first look."""
    campaigns.start_flow(house.process, "hello", [MAYA])
    inbox.hear_due(house.process, 10)
    claimed = outbox.claim(house.process)
    assert claimed is not None
    house.clock.pass_(outbox.LEASE + timedelta(seconds=1))
    lookups.recover(house.process)
    assert [row.status for row in house.messages()] == ["unknown"]
    house.process.messenger.send(outbox._outgoing(house.process, claimed))
    recover_all(house)
    assert len(sent(provider)) == 1


@pytest.mark.parametrize("ahead", [timedelta(days=1), timedelta(hours=-3)], ids=["a day ahead", "three hours behind"])
def test_a_wrong_clock_of_ours_finds_what_was_sent(house: House, provider: Provider, ahead: timedelta) -> None:
    settings = house.settings
    messenger = TwilioMessenger(settings.account_sid, settings.auth_token, provider.url, now=house.clock)
    house.process = replace(house.process, messenger=messenger)
    house.drain = jobs.Drain(house.process)
    house.clock.at = datetime.now(UTC).replace(hour=20) + ahead
    provider.set_faults(Faults(next=(Fault.ACCEPT_THEN_BREAK,), callbacks_lost=1.0))
    campaigns.start_flow(house.process, "visit", [MAYA])
    house.work()
    assert [row.status for row in house.messages()] == ["unknown"]
    recover_all(house, 2)
    assert len(sent(provider)) == 1
    assert house.messages()[0].provider_sid is not None


def test_an_hour_that_never_passed_is_no_quiet_period(house: House, provider: Provider) -> None:
    """The clock jumps while a text is in doubt, and the list lags."""
    steady = 0.0
    watch = lookups.Watch(house.process, lambda: steady)
    provider.set_faults(Faults(next=(Fault.ACCEPT_THEN_BREAK,), callbacks_lost=1.0, list_lag_seconds=3600))
    campaigns.start_flow(house.process, "hello", [MAYA])
    house.work()
    steady = 10.0
    house.clock.pass_(timedelta(hours=1, seconds=10))
    watch.look()
    row = house.messages()[0]
    assert (row.status, row.lease_until) == ("unknown", house.clock() + lookups.QUIET)
    steady += 40
    house.clock.pass_(timedelta(seconds=40))
    watch.look()
    assert house.messages()[0].status == "queued", "these forty seconds did pass"


@pytest.mark.parametrize("fault", [Fault.ACCEPT_THEN_BREAK, Fault.BROKEN], ids=["it left", "it did not"])
def test_where_the_list_is_not_trusted_marketing_in_doubt_is_given_up_and_counted(house: House, provider: Provider, fault: Fault) -> None:
    untrusting = house.settings.model_copy(update={"provider_list": ProviderList.UNTRUSTED})
    house.process = replace(house.process, settings=untrusting)
    house.drain = jobs.Drain(house.process)
    provider.set_faults(Faults(next=(fault,), callbacks_lost=1.0, list_lag_seconds=3600))
    campaigns.start_flow(house.process, "hello", [MAYA])
    house.work()
    recover_all(house)
    (row,) = house.messages()
    assert (row.status, row.reason, row.lease_until) == ("unknown", lookups.UNRESOLVED, None)
    assert len(sent(provider)) == (1 if fault is Fault.ACCEPT_THEN_BREAK else 0), "never twice"
    assert house.count("alarm", "kind = 'unresolved' AND closed_at IS NULL") == 1
    with house.store.read() as db:
        assert outbox.outbox.count_given_up(db) == 1
    assert reports.report(house.process, row.key, "SM" + "7" * 32, "delivered", None)
    assert [(one.status, one.provider_sid) for one in house.messages()] == [("delivered", "SM" + "7" * 32)], "a late report settles it"
    with house.store.read() as db:
        assert outbox.outbox.count_given_up(db) == 0


def test_where_the_list_is_not_trusted_service_is_still_sent_again(house: House, provider: Provider) -> None:
    house.process = replace(house.process, settings=house.settings.model_copy(update={"provider_list": ProviderList.UNTRUSTED}))
    house.drain = jobs.Drain(house.process)
    provider.set_faults(Faults(next=(Fault.BROKEN,), callbacks_lost=1.0))
    campaigns.start_flow(house.process, "visit", [MAYA])
    house.work()
    recover_all(house)
    assert len(sent(provider)) == 1


def test_equal_texts_in_doubt_are_matched_as_multisets(house: House, provider: Provider) -> None:
    provider.set_faults(Faults(next=(Fault.ACCEPT_THEN_RESET, Fault.BROKEN, Fault.ACCEPT_THEN_RESET), callbacks_lost=1.0))
    for batch in ("a", "b", "c"):
        campaigns.start_flow(house.process, "hello", [MAYA], batch=batch)
        house.work()
    recover_all(house)
    assert len(sent(provider)) == 3
    sids = [row.provider_sid for row in house.messages()]
    assert len(set(sids)) == 3
    assert None not in sids


def test_an_opt_out_at_the_carrier_ends_everything(house: House, provider: Provider) -> None:
    provider.set_faults(Faults(opted_out=frozenset({MAYA})))
    campaigns.start_flow(house.process, "visit", [MAYA])
    house.work()
    assert house.one(f"SELECT consent FROM contact WHERE phone = '{MAYA}'") == "out"
    assert house.one("SELECT source FROM consent") == "carrier"
    campaigns.start_flow(house.process, "hello", [MAYA], batch="later")
    house.work()
    assert sent(provider) == []


def test_a_phone_that_is_off_is_tried_once_more_hours_later(house: House, provider: Provider) -> None:
    campaigns.start_flow(house.process, "hello", [MAYA])
    house.work()
    for n in (0, 1):
        row = house.messages()[n]
        for _ in range(2):  # a report may come twice
            assert reports.report(house.process, row.key, row.provider_sid or "", "undelivered", 30003)
        house.passes(timedelta(minutes=119))
        assert len(sent(provider)) == 1 + n, "not before two hours have gone"
        house.passes(timedelta(minutes=2))
    assert len(sent(provider)) == 2, "twice in all, and no more"
    assert [row.status for row in house.messages()] == ["undelivered", "undelivered"]


def test_wrong_credentials_stop_the_queue_and_keep_the_messages(house: House, provider: Provider) -> None:
    wrong = TwilioMessenger(house.settings.account_sid, "wrong", provider.url)
    process = replace(house.process, messenger=wrong)
    campaigns.start_flow(process, "hello", [MAYA])
    inbox.hear_due(process, 10)
    outbox.send_next(process)
    assert [row.status for row in house.messages()] == ["queued"]
    assert "20003" in str(house.one("SELECT value FROM meta WHERE name = 'sending_paused'"))


def test_marketing_needs_consent_and_service_does_not(house: House, provider: Provider) -> None:
    stranger = "+13055550103"
    campaigns.start_flow(house.process, "hello", [stranger], batch="m")
    campaigns.start_flow(house.process, "visit", [stranger], batch="s")
    house.work()
    assert sent(provider, stranger) == ["Parley Demo: how was it, 1 to 5?"]
    assert house.count("interaction", "kind = 'refused'") == 1
    assert house.count("conversation") == 1, "a question that never leaves does not listen"


def test_a_start_at_night_waits_for_the_window(house: House, provider: Provider) -> None:
    house.clock.at = datetime(2026, 3, 5, 5, 0, tzinfo=UTC)  # 21:00 in California
    campaigns.start_flow(house.process, "hello", [MAYA])
    house.work()
    assert sent(provider) == []
    house.clock.at = datetime(2026, 3, 5, 16, 59, tzinfo=UTC)  # 08:59
    house.work()
    assert sent(provider) == []
    house.clock.at = datetime(2026, 3, 5, 17, 0, 1, tzinfo=UTC)  # 09:00: California's window, by the number
    house.work()
    assert len(sent(provider)) == 1


def test_what_is_too_late_expires(house: House, provider: Provider) -> None:
    campaigns.start_flow(house.process, "hello", [MAYA])
    inbox.hear_due(house.process, 10)
    house.clock.pass_(timedelta(hours=13))
    house.work()
    assert sent(provider) == []
    assert [row.status for row in house.messages()] == ["expired"]


def test_timers_begin_when_the_question_was_handed_over(house: House, provider: Provider) -> None:
    provider.set_faults(Faults(next=(Fault.TOO_MANY,), callbacks_lost=1.0))
    campaigns.start_flow(house.process, "visit", [MAYA])
    house.work()
    assert house.count("event", "kind = 'timeout' AND due_at IS NULL") == 1
    house.passes(timedelta(minutes=30))
    assert len(sent(provider)) == 1
    house.passes(timedelta(minutes=100))
    assert house.count("conversation", "outcome = 'silent'") == 0
    house.passes(timedelta(minutes=21))
    assert house.count("conversation", "outcome = 'silent'") == 1


def test_a_person_takes_over_and_hands_back(house: House, provider: Provider) -> None:
    campaigns.start_flow(house.process, "visit", [MAYA])
    house.work()
    with house.store.write() as db:
        me = staff.add(db, email="a@b.example", name="Ines", role="support", password="x", one_time=False, now=house.clock())
    contact_id = int(str(house.one(f"SELECT id FROM contact WHERE phone = '{MAYA}'")))
    assert house.says("can I talk to a human please")[0].endswith("answer you here.")
    desk.reply(house.process, contact_id, me, "Hi, Ines here.")
    house.work()
    assert house.says("4") == [], "a person holds: no flow reads this"
    house.passes(timedelta(hours=3))
    assert house.count("conversation", "ended_at IS NOT NULL") == 0, "timers sleep"
    desk.hand_back(house.process, contact_id, me)
    house.work()
    assert sent(provider) == ["Parley Demo: how was it, 1 to 5?", "Hi, Ines here.", "Parley Demo: how was it, 1 to 5?"]
    house.says("4")
    assert house.count("conversation", "outcome = 'completed'") == 1


def test_a_person_clears_a_doubt(house: House, provider: Provider) -> None:
    house.says("Get lost...")
    assert house.one(f"SELECT consent FROM contact WHERE phone = '{MAYA}'") == "held"
    with house.store.write() as db:
        me = staff.add(db, email="a@b.example", name="Ines", role="support", password="x", one_time=False, now=house.clock())
    contact_id = int(str(house.one(f"SELECT id FROM contact WHERE phone = '{MAYA}'")))
    desk.clear_doubt(house.process, contact_id, me)
    assert house.one(f"SELECT consent FROM contact WHERE phone = '{MAYA}'") == "in"
    assert house.one("SELECT source FROM consent ORDER BY id DESC LIMIT 1") == "staff"
    campaigns.start_flow(house.process, "hello", [MAYA])
    house.work()
    assert len(sent(provider)) == 1


def test_a_code_in_a_text_that_never_left_is_given_back(house: House) -> None:
    with house.store.write() as db:
        contact_id = int(str(house.one(f"SELECT id FROM contact WHERE phone = '{MAYA}'")))
        coupon.fill(db, "gift", "codes", ["AAA"])
        assert coupon.take(db, "gift", "codes", "AAA", contact_id, house.clock(), None, told=False)
    house.says("STOP")
    assert house.count("coupon", "contact_id IS NULL") == 1


def test_texts_that_came_while_we_were_down_are_fetched(house: House, provider: Provider) -> None:
    with house.store.write() as db:
        meta.put(db, meta.INSTALLED, (house.clock() - timedelta(days=1)).isoformat())
    deliver(provider, Text(sender=MAYA, to=OURS, body="please stop texting me"))  # our webhook does not answer
    assert catchup.catch_up(house.process) == 1
    house.work()
    assert house.one(f"SELECT consent FROM contact WHERE phone = '{MAYA}'") == "out"
    assert catchup.catch_up(house.process) == 0


def test_while_the_database_is_away_texts_are_spooled(house: House, provider: Provider) -> None:
    away = replace(house.process, store=Store("postgresql+psycopg://127.0.0.1:9/nowhere"))
    house.app.extensions["parley"] = away
    answer = house.send("please stop texting me")
    assert answer.status_code == 200
    assert "<Message" not in answer.text
    assert house.process.bell.is_out(MAYA), "the gate knows of it at once"
    campaigns.start_flow(house.process, "hello", [MAYA])
    house.work()
    assert sent(provider) == []
    house.app.extensions["parley"] = house.process
    house.says("hi", TOM)  # drains the spool first
    house.work()
    assert house.one(f"SELECT consent FROM contact WHERE phone = '{MAYA}'") == "out"
    assert not house.process.bell.is_out(MAYA)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL has no lock over all
def test_a_database_that_somebody_else_has_locked_is_away(house: House) -> None:
    hurried = Store(house.store.url, patience=Patience(0.01, 1))
    house.app.extensions["parley"] = replace(house.process, store=hurried)
    with closing(sqlite3.connect(house.store.url.removeprefix("sqlite:///"), isolation_level=None)) as somebody:
        somebody.execute("BEGIN EXCLUSIVE")
        answer = house.send("hello", TOM)
        assert (answer.status_code, house.count("message")) == (200, 0), "spooled, where it raised an error of its own kind and was lost"
    house.app.extensions["parley"] = house.process
    house.says("hi")
    house.work()
    assert house.count("message", "direction = 'in'") == 2


def test_a_spool_of_a_dead_process_is_taken_over(house: House, settings: Settings) -> None:
    dead = Spool(settings.parley_home / "spool")
    dead.add(Spooled(house.clock(), b"MessageSid=SM7&From=%2B14155550101&To=%2B15005550006&Body=hello"))
    dead.close()  # the lock goes with it, as when a process dies
    house.says("hi", TOM)
    assert house.count("message", "provider_sid = 'SM7'") == 1
    assert not list((settings.parley_home / "spool").glob("*.jsonl"))


def test_an_event_that_keeps_failing_is_set_aside_and_blocks_nobody(house: House) -> None:
    contact_id = int(str(house.one(f"SELECT id FROM contact WHERE phone = '{MAYA}'")))
    with house.store.write() as db:
        broken = event.values("broken", contact_id, event.EventKind.TEXT, house.clock(), data={"sid": "no such text"})
        event.add(db, [broken])
    house.work()
    for n, wait in enumerate(event.WAITS, 1):
        assert house.says("hello?") == [], "she waits in her turn, and does not use up the tries"
        house.work()
        assert house.one("SELECT tries FROM event WHERE key = 'broken'") == n
        house.passes(wait)
    assert house.count("event", "set_aside_at IS NOT NULL") == 1
    with house.store.read() as db:
        assert event.backlog(db, house.clock()) == (0, 1), "what she texted meanwhile has been heard"
    assert house.one(f"SELECT desk FROM contact WHERE phone = '{MAYA}'") == "inbox", "and a person looks at it"
    assert house.says("hello?") == []
    assert house.count("message", "direction = 'in' AND reading IS NOT NULL") == len(event.WAITS) + 1, "the last one inline"
