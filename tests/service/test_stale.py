"""What somebody saw, and then stood still for a while: nothing is sent, charged or said twice because of it."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import campaigns, inbox, lookups, outbox, reports
from bot.inbound import from_form
from bot.messenger import UNACKED_MS, TwilioMessenger
from bot.provider.app import Provider
from bot.provider.faults import Fault, Faults
from bot.signature import pairs_of
from config.settings import Settings
from models import contact, event, meta, sender, spend
from models.event import EventKind
from models.message import MessageRow, blank
from nlp.types import Reader
from tests.service.carriers import recover_all, sent
from tests.service.house import MAYA, OURS, TOM, House

HOUR = timedelta(hours=1)
HELLO = 'flow: hello\npurpose: marketing\nsteps:\n  hi: {say: "{{ brand }}: hello! STOP to opt out."}\n'


@pytest.fixture
def house(settings: Settings, reader: Reader, provider: Provider, tmp_path: Path) -> Iterator[House]:
    priced = settings.model_copy(update={"cap_marketing_day": 0, "cap_marketing_week": 0, "prices": {"*": Decimal("0.01")}})
    built = House(priced, reader, TwilioMessenger(settings.account_sid, settings.auth_token, provider.url))
    flows = tmp_path / "flows"
    flows.mkdir()
    built.publish(flows, hello=HELLO)
    for phone in (MAYA, TOM):
        with built.store.write() as db:
            contact.add(db, contact.new_values(phone, built.clock(), consent="in"))
    yield built
    built.close()


def in_doubt(house: House, provider: Provider, fault: Fault = Fault.ACCEPT_THEN_BREAK) -> MessageRow:
    provider.set_faults(Faults(next=(fault,), callbacks_lost=1.0))
    campaigns.start_flow(house.process, "hello", [MAYA])
    house.work()
    (row,) = house.messages()
    assert row.status == "unknown"
    return row


def test_the_first_look_of_a_process_whose_clock_is_ahead_finds_what_was_sent(house: House, provider: Provider) -> None:
    house.clock.at = datetime.now(UTC).replace(hour=20) + timedelta(days=1)
    in_doubt(house, provider)
    fresh = TwilioMessenger(house.settings.account_sid, house.settings.auth_token, provider.url, now=house.clock)
    house.process = replace(house.process, messenger=fresh)  # the clock process was started anew
    recover_all(house, 2)
    assert len(sent(provider)) == 1


def test_a_second_clock_puts_nothing_back_that_is_being_sent_again(house: House, provider: Provider) -> None:
    row = in_doubt(house, provider, Fault.BROKEN)
    house.clock.pass_(timedelta(minutes=2))
    lookups.recover(house.process)
    claimed = outbox.claim(house.process)
    assert claimed is not None, "the first clock has put it back, and a worker has it"
    owner = claimed.contact
    assert lookups._look_up(house.process, owner, [row], house.clock()) == 1, "the second has asked, and seen nothing either"
    assert [one.status for one in house.messages()] == ["sending"]
    outbox._send(house.process, claimed)
    recover_all(house)
    assert len(sent(provider)) == 1


def test_a_claim_that_is_old_is_not_sent(house: House, provider: Provider) -> None:
    campaigns.start_flow(house.process, "hello", [MAYA])
    inbox.hear_due(house.process, 10)
    claimed = outbox.claim(house.process)
    assert claimed is not None
    house.clock.pass_(outbox.FRESH + timedelta(seconds=1))  # the process stood still
    outbox._send(house.process, claimed)
    assert sent(provider) == []
    recover_all(house)
    assert len(sent(provider)) == 1


def test_each_channel_of_a_contact_is_asked_for_by_itself(house: House, provider: Provider) -> None:
    with house.store.write() as db:
        owner = contact.by_phone(db, MAYA)
        assert owner is not None
        for channel in ("sms", "whatsapp"):
            known = {"key": f"to-{channel}", "status": "queued", "author": "staff", "urgency": "reply"}
            outbox.outbox.add(db, [blank(owner.id, "out", "Yes.", house.clock(), ours=OURS, channel=channel, **known)])
    provider.set_faults(Faults(next=(Fault.ACCEPT_THEN_BREAK, Fault.ACCEPT_THEN_BREAK), callbacks_lost=1.0))
    house.work()
    recover_all(house)
    assert sorted(message.to for message in provider.ledger.everything()) == [MAYA, f"whatsapp:{MAYA}"]


def test_a_second_try_belongs_to_the_same_campaign(house: House) -> None:
    with house.store.write() as db:
        owner = contact.by_phone(db, MAYA)
        assert owner is not None
        about = {"campaign_id": 7, "not_after": house.clock() + 9 * HOUR, "provider_sid": "SM" + "5" * 32}
        row = blank(owner.id, "out", "Sale!", house.clock(), ours=OURS, key="sale-1", status="sent", author="flow", urgency="marketing")
        outbox.outbox.add(db, [{**row, **about}])
    assert reports.report(house.process, "sale-1", "SM" + "5" * 32, "undelivered", 30003)
    first, again = house.messages()
    assert (again.campaign_id, again.not_after) == (7, first.not_after)
    assert again.key == "sale-1-again"


def store_late(house: House, body: str, sid: str) -> None:
    form = f"MessageSid=SM{sid * 32}&From=%2B{MAYA[1:]}&To=%2B{OURS[1:]}&Body={body.replace(' ', '+')}".encode()
    inbound = from_form(pairs_of(form), form)
    assert inbound is not None
    inbox.store(house.process, inbound, came_at=house.clock())


def test_what_came_before_a_stop_in_the_spool_does_not_lift_it(house: House) -> None:
    house.process.bell.mirror_out(MAYA)
    store_late(house, "hello there", "1")
    inbox.hear_due(house.process, 10)
    assert house.process.bell.is_out(MAYA), "the STOP behind it has not been heard"
    store_late(house, "please stop texting me", "2")
    inbox.hear_due(house.process, 10)
    assert house.one(f"SELECT consent FROM contact WHERE phone = '{MAYA}'") == "out"
    assert not house.process.bell.is_out(MAYA)


def test_who_opts_in_again_is_in_whatever_the_mirror_says(house: House) -> None:
    house.says("STOP")
    house.process.bell.mirror_out(MAYA)  # as where its answer was lost, and it was spooled too
    house.says("START")
    assert not house.process.bell.is_out(MAYA)


def test_an_answer_is_not_repeated_to_who_has_opted_out_since(house: House) -> None:
    assert house.says("anybody there?", sid="SM" + "8" * 32) != []
    assert house.says("anybody there?", sid="SM" + "8" * 32) != [], "until then it is"
    house.clock.pass_(timedelta(seconds=1))
    confirmed = house.says("please stop texting me", sid="SM" + "9" * 32)
    assert confirmed != []
    assert house.says("anybody there?", sid="SM" + "8" * 32) == []
    assert house.says("please stop texting me", sid="SM" + "9" * 32) == confirmed, "the confirmation itself may be said again"


def test_two_reports_at_once_are_paid_for_once(house: House) -> None:
    house.says("anybody there?")
    (row,) = house.messages()
    with house.store.read() as db:
        owner = contact.by_id(db, row.contact_id)
    assert owner is not None
    for status in ("sent", "delivered"):  # both read the row before either wrote
        reports.settle(house.process, row, owner, reports.REPORTED[status], "SM" + "6" * 32)
    with house.store.read() as db:
        assert spend.spent(db, [f"{house.clock():%Y-%m}"]) == {f"{house.clock():%Y-%m}": 10_000}


def test_what_a_clock_that_was_ahead_wrote_does_not_wait_for_that_time(house: House) -> None:
    right, steady = house.clock(), 0.0
    house.clock.pass_(24 * HOUR)
    watch = lookups.Watch(house.process, lambda: steady)
    with house.store.write() as db:
        owner = contact.by_phone(db, MAYA)
        assert owner is not None
        sender.take(db, OURS, house.clock().timestamp(), 5)
        soon, later = (event.values(key, owner.id, EventKind.WAIT, house.clock(), due_at=due) for key, due in _due(house))
        event.add(db, [soon, later])
        row = blank(owner.id, "out", "Hi", house.clock(), ours=OURS, key="one", status="queued", author="flow", urgency="service")
        outbox.outbox.add(db, [row])
    steady = 10.0
    house.clock.at = right + timedelta(seconds=10)
    watch.look()
    with house.store.read() as db:
        known = sender.by_name(db, OURS)
        assert known is not None
        assert known.busy_until_s - house.clock().timestamp() <= 5
        assert [row.key for row in event.due_of(db, owner.id, house.clock())] == ["soon"], "what was for later is for later"
        assert db.execute(text("SELECT count(*) FROM event WHERE key = 'later' AND handled_at IS NULL")).scalar_one() == 1
    assert [row.not_before for row in house.messages()] == [house.clock()]


def _due(house: House) -> list[tuple[str, datetime]]:
    return [("soon", house.clock()), ("later", house.clock() + 2 * HOUR)]


def test_a_fact_is_written_by_two_at_once(house: House) -> None:
    with house.store.write() as db:
        meta.put(db, "fact", 1)
        meta.put(db, "fact", {"two": 2})
        assert meta.get(db, "fact") == {"two": 2}


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="this system cannot give unacknowledged bytes up")
def test_what_is_not_acknowledged_is_not_sent_again_for_minutes(house: House, provider: Provider) -> None:
    messenger = house.process.messenger
    assert isinstance(messenger, TwilioMessenger)
    assert messenger.find(MAYA, house.clock()) == []
    options = messenger._client.http_client.session.get_adapter(provider.url).poolmanager.connection_pool_kw["socket_options"]
    assert (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNACKED_MS) in options
