"""What the provider's refusals teach: contacts, senders and staff, on both databases. Reports are made by hand, through the real door."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import campaigns, inbox, jobs, outbox, reports
from bot.messenger import Declined, TooMany
from bot.spool import Spooled
from config.settings import Settings
from models import alarm, contact, event, sender
from models.alarm import AlarmKind
from models.message import MessageRow, blank
from nlp.types import Reader
from tests.service.carriers import Carrier
from tests.service.house import MAYA, OURS, TOM, House

HELLO = 'flow: hello\npurpose: marketing\nlate: 3d\nsteps:\n  hi:\n    say: "{{ brand }}: hello! STOP to opt out."\n'
NEWS = 'flow: news\npurpose: service\nsteps:\n  hi:\n    say: "{{ brand }}: your order is ready."\n'
LUNCH = 'flow: lunch\npurpose: service\ntriggers:\n  - keyword: [LUNCH]\nsteps:\n  bye: {say: "Tacos?", end: done}\n'
DAY = timedelta(days=1)


@pytest.fixture
def carrier() -> Carrier:
    return Carrier()


@pytest.fixture
def house(settings: Settings, reader: Reader, carrier: Carrier, tmp_path: Path) -> Iterator[House]:
    built = House(settings, reader, carrier)
    flows = tmp_path / "flows"
    flows.mkdir()
    built.publish(flows, hello=HELLO, news=NEWS, lunch=LUNCH)
    with built.store.write() as db:
        for phone in (MAYA, TOM):
            contact.add(db, contact.new_values(phone, built.clock(), consent="in"))
    yield built
    built.close()


def start(house: House, flow: str, *phones: str) -> MessageRow:
    """The flow starts, now; its last text."""
    campaigns.start_flow(house.process, flow, phones or (MAYA,))
    house.work()
    return house.messages()[-1]


def fails(house: House, row: MessageRow, code: int) -> None:
    for _ in range(2):  # every report comes twice
        reports.report(house.process, row.key, row.provider_sid or "", "undelivered", code)


def arrives(house: House, row: MessageRow) -> None:
    reports.report(house.process, row.key, row.provider_sid or "", "delivered", None)


def maya(house: House) -> contact.ContactRow:
    with house.store.read() as db:
        row = contact.by_phone(db, MAYA)
    assert row is not None
    return row


def alarms(house: House) -> list[tuple[str, str, int]]:
    with house.store.read() as db:
        return [(row.kind, row.detail, row.n) for row in alarm.open_ones(db)]


# --- contacts ---------------------------------------------------------------------------------------------------------


def off_for(house: House, days: int) -> None:
    for _ in range(days):
        fails(house, start(house, "news"), 30003)
        house.clock.pass_(DAY)


def test_a_phone_that_is_off_on_three_days_is_given_up_until_it_is_heard_of(house: House) -> None:
    off_for(house, 2)
    assert not maya(house).unreachable, "two days are not three"
    off_for(house, 1)
    assert maya(house).unreachable
    assert maya(house).unreachable_why == "30003: phone off or out of reach, on 3 days in a row"
    refused = start(house, "news")
    assert (refused.status, refused.reason) == ("refused", "unreachable")
    assert house.says("LUNCH") == ["Tacos?"], "who texts can be reached"
    assert start(house, "news").status == "accepted"


def test_three_times_on_one_day_is_one_day(house: House) -> None:
    for _ in range(3):
        fails(house, start(house, "news"), 30003)
        house.clock.pass_(timedelta(hours=1))
    assert not maya(house).unreachable


def test_what_arrives_in_between_begins_the_count_anew(house: House) -> None:
    off_for(house, 2)
    arrives(house, start(house, "news"))
    off_for(house, 2)
    assert not maya(house).unreachable
    late = start(house, "news")
    fails(house, start(house, "news"), 30003)
    assert maya(house).unreachable
    arrives(house, late)
    assert not maya(house).unreachable, "a report of one that arrived clears it"


def test_a_text_in_between_begins_the_count_anew(house: House) -> None:
    off_for(house, 2)
    house.says("LUNCH")
    house.clock.pass_(timedelta(hours=1))
    off_for(house, 2)
    assert not maya(house).unreachable


@pytest.mark.parametrize("code", [30004, 63014, 30640])
def test_who_blocks_us_twice_gets_no_marketing(house: House, code: int) -> None:
    fails(house, start(house, "news"), code)
    assert not maya(house).suppressed
    fails(house, start(house, "news"), code)
    refused = start(house, "hello")
    assert (refused.status, refused.reason) == ("refused", "blocked by the recipient")
    served = start(house, "news")
    assert served.status == "accepted", "service still goes"
    arrives(house, served)
    assert start(house, "hello").status == "accepted", "what arrives ends it"


def test_who_opts_in_again_wants_it(house: House) -> None:
    for _ in range(2):
        fails(house, start(house, "news"), 30004)
    house.clock.pass_(timedelta(hours=1))
    house.says("START")
    assert start(house, "hello").status == "accepted"


# --- senders ----------------------------------------------------------------------------------------------------------


def test_unasked_texts_wait_for_their_senders_turn(house: House, carrier: Carrier) -> None:
    phones = [f"+1415555{n:04d}" for n in range(110, 140)]
    campaigns.start_flow(house.process, "news", phones)
    house.work()
    assert len(carrier.sent) == 4, "one a second, three seconds ahead"
    before = house.clock()
    while len(carrier.sent) < 30:
        house.passes(timedelta(seconds=2))
    assert timedelta(seconds=24) <= house.clock() - before <= timedelta(seconds=28)


def test_two_workers_share_one_pace(house: House, carrier: Carrier) -> None:
    campaigns.start_flow(house.process, "news", [f"+1415555{n:04d}" for n in range(110, 130)])
    inbox.hear_due(house.process, 50)
    other = jobs.Drain(house.process)
    for drain in (house.drain, other, house.drain, other):
        drain.run()
    assert len(carrier.sent) == 4


def test_a_rate_can_be_configured_and_long_texts_cost_more(house: House, carrier: Carrier) -> None:
    house.process = quick = replace(house.process, settings=house.settings.model_copy(update={"sender_rates": {OURS: 10.0}}))
    campaigns.start_flow(quick, "news", [f"+1415555{n:04d}" for n in range(110, 150)])
    drain = jobs.Drain(quick)
    while drain.run():
        pass
    assert len(carrier.sent) == 31, "ten a second, three seconds ahead"
    with house.store.write() as db:
        sender.charge(db, "MG1", 1000.0, 2.5)
        assert sender.take(db, "MG1", 1000.0, 1.0) == 1.0
        assert sender.take(db, "MG1", 1000.0, 1.0) is None
        assert sender.take(db, "MG1", 1000.5, 1.0) == 1.0


def test_an_answer_waits_for_nobody_and_is_charged(house: House, carrier: Carrier) -> None:
    campaigns.start_flow(house.process, "news", [f"+1415555{n:04d}" for n in range(110, 120)])
    house.work()
    assert len(carrier.sent) == 4
    with house.store.write() as db:
        texts = [blank(maya(house).id, "out", "Yes?", house.clock(), key=f"r{n}", status="queued", author="flow") for n in range(5)]
        outbox.outbox.add(db, texts)
    house.work()
    assert [outgoing.body for outgoing in carrier.sent[4:]] == ["Yes?"] * 5
    house.passes(timedelta(seconds=5))
    assert len(carrier.sent) == 9, "five seconds were the answers'"
    house.passes(timedelta(seconds=2))
    assert len(carrier.sent) == 11


def test_an_answer_in_the_webhook_is_charged_once_it_is_reported(house: House) -> None:
    house.says("LUNCH")
    row = house.messages()[-1]
    for status in ("sent", "delivered", "delivered"):
        reports.report(house.process, row.key, "SM77", status, None)
    with house.store.read() as db:
        paced = sender.by_name(db, OURS)
    assert paced is not None
    assert paced.busy_until_s == house.clock().timestamp() + 1


def test_one_numbers_backlog_is_not_anothers(house: House, carrier: Carrier) -> None:
    other = "+15005550007"
    with house.store.write() as db:
        contact.change(db, maya(house).id, sender=other)
    campaigns.start_flow(house.process, "news", [f"+1415555{n:04d}" for n in range(110, 160)])
    house.work()
    start(house, "news", MAYA)
    assert carrier.sent[-1].ours == other


def test_of_a_pool_a_contact_always_meets_the_same_number_and_the_one_it_texted_last_wins(house: House, carrier: Carrier) -> None:
    pool = (OURS, "+14155550190", "+12125550190", "+33644640000")
    house.process = replace(house.process, settings=house.settings.model_copy(update={"twilio_from": pool}))
    house.drain = jobs.Drain(house.process)
    phones = [f"+1415555{n:04d}" for n in range(110, 130)]
    for n in range(2):
        campaigns.start_flow(house.process, "news", phones, batch=str(n))
        house.work()
        house.passes(timedelta(minutes=1))
    by_phone = {phone: {sent.ours for sent in carrier.sent if sent.to == phone} for phone in phones}
    assert all(len(ours) == 1 for ours in by_phone.values()), "the same number each time"
    assert set().union(*by_phone.values()) == set(pool[:3]), "each has a share; none abroad"
    assert {row.ours for row in house.messages()} == set(pool[:3]), "it stands on the row, so that the pace is that number's"
    house.says("LUNCH", phones[0])  # to OURS
    start(house, "news", phones[0])
    assert carrier.sent[-1].ours == OURS


def test_test_contacts_have_no_pace_and_no_caps(house: House) -> None:
    phones = [f"+1415555{n:04d}" for n in range(110, 130)]
    for n in range(4):
        campaigns.start_flow(house.process, "news", phones, batch=str(n), kind="test")
    house.work()
    assert house.count("message", "status = 'delivered' AND test") == 80
    assert house.count("sender") == 0


def test_a_429_halves_the_pace_for_all_and_successes_bring_it_back(house: House, carrier: Carrier) -> None:
    carrier.says = [TooMany("429"), TooMany("429")]
    row = start(house, "news", MAYA, TOM)
    assert row.status == "queued"
    assert row.not_before is not None
    assert timedelta(seconds=1) <= row.not_before - house.clock() <= timedelta(seconds=2)
    with house.store.read() as db:
        slowed = sender.by_name(db, OURS)
    assert slowed is not None
    assert slowed.share == 0.5, "two at one moment are one"
    house.passes(timedelta(seconds=10))
    assert len(carrier.sent) == 2
    with house.store.read() as db:
        faster = sender.by_name(db, OURS)
    assert faster is not None
    assert faster.share == 0.5 + 2 * sender.STEP
    with house.store.write() as db:
        for _ in range(20):
            sender.quicken(db, OURS)
        whole = sender.by_name(db, OURS)
        assert whole is not None
        assert whole.share == 1.0
        for second in range(100):
            sender.halve(db, OURS, house.clock().timestamp() + 10 * second)
        slowest = sender.by_name(db, OURS)
    assert slowest is not None
    assert slowest.share == sender.SLOWEST


# --- caps -------------------------------------------------------------------------------------------------------------


def test_the_third_marketing_text_of_a_day_waits_for_the_cap(house: House, carrier: Carrier) -> None:
    first = house.clock()
    for _ in range(3):
        held = start(house, "hello")
        house.clock.pass_(timedelta(hours=1))
    assert len(carrier.sent) == 2
    assert (held.status, held.reason, held.not_before) == ("queued", "cap: 2 marketing texts a day", first + DAY)
    assert start(house, "news").status == "accepted", "service is not capped"
    house.clock.at = first + DAY
    house.work()
    assert [row.status for row in house.messages(flow="hello")] == ["accepted"] * 3
    assert [row.status for row in (start(house, "hello", TOM), start(house, "hello", TOM))] == ["accepted"] * 2, "each contact has its own"


def test_what_did_not_arrive_does_not_count(house: House) -> None:
    for _ in range(3):
        fails(house, start(house, "hello"), 30007)
    assert start(house, "hello").status == "accepted"


def test_what_the_cap_would_make_late_expires(house: House, tmp_path: Path) -> None:
    house.publish(tmp_path / "flows", hello=HELLO.replace("3d", "2h"))
    for _ in range(3):
        row = start(house, "hello")
    assert (row.status, row.reason) == ("expired", "cap: 2 marketing texts a day")


# --- staff ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "kind", "detail"),
    [
        (20003, AlarmKind.PAUSED, "20003: wrong credentials"),
        (21606, AlarmKind.MISCONFIGURED, f"21606: this sender cannot text; from {OURS} to US"),
        (21617, AlarmKind.BUG, "21617: see the carrier's list of error codes; flow news, step hi"),
        (30007, AlarmKind.FILTERED, "flow news, step hi"),
        (30027, AlarmKind.RESTING, f"30027: the carrier's daily limit (T-Mobile) is reached; {OURS}"),
    ],
)
def test_what_staff_have_to_know_is_an_alarm(house: House, carrier: Carrier, code: int, kind: AlarmKind, detail: str) -> None:
    carrier.says = [Declined(code, 400, ""), Declined(code, 400, "")]
    start(house, "news", MAYA, TOM)
    house.passes(timedelta(minutes=6))
    ((found, said, n),) = alarms(house)
    assert (found, said) == (kind, detail)
    assert n == (1 if kind is AlarmKind.PAUSED else 2), "paused, nothing more was tried"


def test_an_account_that_is_suspended_later_pauses_too_and_the_text_is_tried_again(house: House) -> None:
    fails(house, start(house, "news"), 30002)
    assert [(kind, n) for kind, _, n in alarms(house)] == [("paused", 1)], "and a repeated report counts once"
    assert [row.status for row in house.messages()] == ["undelivered", "queued"]


@pytest.mark.parametrize("code", [30022, 30023, 30026, 30027])
def test_a_sender_over_the_carriers_daily_limit_rests_until_its_next_day(house: House, carrier: Carrier, code: int) -> None:
    """10:00 in California: its marketing waits for midnight there, then for the window; service and answers go on."""
    fails(house, start(house, "hello"), code)
    campaigns.start_flow(house.process, "hello", [TOM])
    campaigns.start_flow(house.process, "news", [TOM])
    house.work()
    assert [sent.to for sent in carrier.sent] == [MAYA, TOM], "the second is service"
    house.passes(timedelta(hours=13, minutes=59))
    assert len(carrier.sent) == 2
    house.passes(timedelta(hours=10))  # the next morning
    assert sorted(sent.to for sent in carrier.sent[2:]) == [TOM, MAYA], "what waited, and once more what did not arrive"


def test_a_closed_alarm_is_raised_anew(house: House) -> None:
    for n in (1, 2, 3):
        with house.store.write() as db:
            alarm.raise_or_count(db, AlarmKind.BUG, "x", house.clock())
        if n == 2:
            with house.store.write() as db:
                (row,) = alarm.open_ones(db)
                assert row.n == 2
                assert alarm.close(db, row.id, house.clock(), "Ines")
                assert not alarm.close(db, row.id, house.clock(), "Tom"), "the first one did it"
    assert alarms(house) == [("bug", "x", 1)]
    with house.store.read() as db:
        assert [row.closed_by for row in alarm.closed_ones(db)] == ["Ines"]


def test_an_event_that_is_set_aside_and_a_full_spool_are_alarms(house: House) -> None:
    with house.store.write() as db:
        event.add(db, [event.values("broken", maya(house).id, event.EventKind.TEXT, house.clock(), data={"sid": "no such text"})])
    house.work()
    for wait in event.WAITS:
        house.passes(wait)
    assert maya(house).desk_reason == "event_failed"
    spool = house.app.extensions["parley_spool"]
    spool._folder = Path("/dev/full")  # no folder: as when nothing can be written
    with pytest.raises(OSError):
        spool.add(Spooled(house.clock(), b"x"))
    house.says("LUNCH")
    assert sorted(alarms(house)) == [("event_set_aside", "event text", 1), ("spool_full", "spool", 1)]
