"""What nobody called us for, on both databases: texts from the provider's list, dates that have come, a clock that was down."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import catchup, dates, jobs
from bot.messenger import Accepted, Found, LookupFailed, Outgoing, Sent, TwilioMessenger
from bot.provider.app import Provider
from bot.provider.inbound import deliver, parse
from config.settings import Settings
from models import contact, meta
from nlp.types import Reader
from tests.service.conftest import SID, TOKEN
from tests.service.house import MAYA, NOW, OURS, TOM, House, callbacks

DRINK = """\
flow: drink
purpose: service
triggers:
  - keyword: [DRINK]
steps:
  which:
    ask: "Tea or coffee?"
    expect: {choice: {tea: [tea], coffee: [coffee]}}
  done:
    say: "Fine."
"""
REMIND = """\
flow: remind
purpose: service
triggers:
  - event: appointment
    offset: %s
    at: "%s"
late: %s
steps:
  say:
    say: "See you soon."
"""
BIRTHDAY = """\
flow: birthday
purpose: service
triggers:
  - event: birthday
steps:
  say:
    say: "Happy birthday!"
"""


class Carrier:
    """A provider with a list of its own; it keeps what it was asked. broken: it does not answer."""

    name = "api"

    def __init__(self) -> None:
        self.has: list[Found] = []
        self.asked: list[tuple[str, datetime]] = []
        self.sent: list[Outgoing] = []
        self.broken = False

    def send(self, outgoing: Outgoing) -> Sent:
        self.sent.append(outgoing)
        return Accepted(f"SMsent{len(self.sent)}")

    def find(self, to: str, since: datetime) -> list[Found]:
        self.asked.append((to, since))
        if self.broken:
            raise LookupFailed("away")
        return [found for found in reversed(self.has) if to in (found.ours, "") and found.created_at >= since]

    def got(self, sid: str, body: str, at: datetime, sender: str = MAYA, ours: str = OURS, **more: str) -> None:
        self.has.append(
            Found(
                sid=sid,
                direction=more.get("direction", "inbound"),
                body=body,
                status="received",
                created_at=at,
                sender=sender,
                ours=ours,
                service=more.get("service", ""),
            )
        )


@pytest.fixture
def carrier() -> Carrier:
    return Carrier()


@pytest.fixture
def house(settings: Settings, reader: Reader, carrier: Carrier, tmp_path: Path) -> Iterator[House]:
    built = House(settings, reader, carrier)
    flows = tmp_path / "flows"
    flows.mkdir()
    built.publish(flows, drink=DRINK)
    with built.store.write() as db:
        meta.put(db, meta.INSTALLED, NOW.isoformat())
    yield built
    built.close()


# --- texts that the provider has and we have not ------------------------------------------------------------------------


def test_texts_of_an_outage_are_stored_once_and_in_order(house: House, carrier: Carrier) -> None:
    house.clock.pass_(timedelta(minutes=5))
    carrier.got("SMa", "drink", house.clock.at - timedelta(minutes=2))
    carrier.got("SMb", "tea", house.clock.at - timedelta(minutes=1))
    assert catchup.catch_up(house.process) == 2
    assert catchup.catch_up(house.process) == 0
    house.work()
    assert [sent.body for sent in carrier.sent] == ["Tea or coffee?", "Fine."]
    assert house.count("message", "direction = 'in'") == 2
    assert house.count("conversation", "outcome IS NOT NULL") == 1


def test_a_text_that_its_webhook_brought_is_not_taken_again(house: House, carrier: Carrier) -> None:
    house.says("drink", sid="SMa")
    carrier.got("SMa", "drink", house.clock.at)
    assert catchup.catch_up(house.process) == 0
    assert house.count("message", "direction = 'in'") == 1


def test_never_from_before_the_first_start(house: House, carrier: Carrier) -> None:
    carrier.got("SMold", "drink", NOW - timedelta(seconds=1))
    house.clock.pass_(timedelta(minutes=1))
    assert catchup.catch_up(house.process) == 0
    assert [since for _, since in carrier.asked] == [NOW]


def test_the_look_goes_on_from_the_last_one_with_some_overlap(house: House, carrier: Carrier) -> None:
    house.clock.pass_(timedelta(hours=1))
    catchup.catch_up(house.process)
    house.clock.pass_(timedelta(hours=1))
    catchup.catch_up(house.process)
    assert carrier.asked[-1][1] == NOW + timedelta(hours=1) - catchup.OVERLAP


def test_a_look_that_failed_is_made_again_from_the_same_place(house: House, carrier: Carrier) -> None:
    house.clock.pass_(timedelta(hours=1))
    carrier.broken = True
    assert catchup.catch_up(house.process) == 0
    carrier.broken = False
    carrier.got("SMa", "drink", NOW + timedelta(minutes=1))
    house.clock.pass_(timedelta(hours=1))
    assert catchup.catch_up(house.process) == 1


def test_what_came_long_ago_is_no_reply_any_more(house: House, carrier: Carrier) -> None:
    """It came at night while we were down: its answer is proactive now, and waits for the morning."""
    came = NOW + timedelta(hours=14)  # 00:00 in California
    carrier.got("SMa", "drink", came)
    house.clock.at = came + timedelta(minutes=30)
    catchup.catch_up(house.process)
    house.work()
    assert not carrier.sent
    assert [row.urgency for row in house.messages()] == ["service"]
    house.clock.at = NOW.replace(hour=16, minute=1) + timedelta(days=1)  # 08:01
    house.work()
    assert [sent.body for sent in carrier.sent] == ["Tea or coffee?"]


def test_an_opt_out_that_nobody_called_us_for_counts(house: House, carrier: Carrier) -> None:
    house.says("drink")
    carrier.got("SMstop", "STOP", house.clock.at)
    catchup.catch_up(house.process)
    house.work()
    assert house.one("SELECT consent FROM contact") == "out"


def test_what_we_sent_is_not_taken_for_a_text(house: House, carrier: Carrier) -> None:
    carrier.got("SMours", "hello", house.clock.at, sender=OURS, ours=OURS, direction="outbound-api")
    assert catchup.catch_up(house.process) == 0


def test_every_number_and_channel_that_was_texted_is_looked_at(house: House, carrier: Carrier) -> None:
    house.says("hi", To="+15005550007")
    house.says("hi", "whatsapp:+14155550101", To="whatsapp:+15005550008")
    catchup.catch_up(house.process)
    assert [to for to, _ in carrier.asked] == ["+15005550006", "+15005550007", "whatsapp:+15005550008"]


def test_a_messaging_service_whose_numbers_nobody_knows_is_listed_whole(settings: Settings, reader: Reader, carrier: Carrier) -> None:
    service = "MG" + "1" * 32
    house = House(settings.model_copy(update={"twilio_from": (service,)}), reader, carrier)
    with house.store.write() as db:
        meta.put(db, meta.INSTALLED, NOW.isoformat())
    house.clock.pass_(timedelta(minutes=5))
    carrier.got("SMours", "hello", house.clock.at, ours="+15005550111", service=service)
    carrier.got("SMtheirs", "hello", house.clock.at, ours="+15005550112", service="MG" + "2" * 32)
    assert catchup.catch_up(house.process) == 1
    assert [to for to, _ in carrier.asked] == [""]
    assert house.one("SELECT provider_sid FROM message") == "SMours"
    house.close()


def test_without_an_account_there_is_nobody_to_ask(house: House, carrier: Carrier) -> None:
    assert house.settings.messenger == "twilio"
    paper = house.settings.model_copy(update={"twilio_account_sid": ""})
    assert catchup.catch_up(type(house.process)(**{**vars(house.process), "settings": paper})) == 0
    assert carrier.asked == []


def test_the_list_has_whole_seconds_and_pictures_their_address() -> None:
    """Through twilio-python and the stand-in: a text of this very second is found, though its time is cut to the second."""
    with Provider(account_sid=SID, auth_token=TOKEN, webhook="http://127.0.0.1:9/none") as provider:
        messenger = TwilioMessenger(SID, TOKEN, provider.url)
        since = datetime.now(UTC)
        text = parse({"from": MAYA, "to": OURS, "body": "look", "media": [{"content_type": "image/png", "base64": "aGk="}]})
        sid = deliver(provider, text)["sid"]
        found = messenger.find(OURS, since)
        assert [one.sid for one in found] == [sid]
        assert found[0].created_at.microsecond == 0
        [(url, kind)] = found[0].pictures
        assert url.startswith(f"{provider.url}/2010-04-01/Accounts/{SID}/Messages/{sid}/Media/ME")
        assert kind == "image/png"
        assert messenger.find(OURS, since + timedelta(minutes=1)) == []


# --- dates on contacts --------------------------------------------------------------------------------------------------


def remind(house: House, tmp_path: Path, offset: str = "-1d", at: str = "10:00", late: str = "6h") -> None:
    house.publish(tmp_path / "flows", remind=REMIND % (offset, at, late))


def somebody(house: House, phone: str = MAYA, zone: str | None = "America/Los_Angeles", **fields: str) -> None:
    with house.store.write() as db:
        contact.add(db, contact.new_values(phone, NOW, zone=zone, fields=fields, consent="in"))


def at(house: House, moment: str) -> int:
    """How many flows start at this instant (UTC); what is due is then done."""
    house.clock.at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    started = dates.start_due(house.process)
    house.work()
    return started


DUE = [
    ("America/Los_Angeles", "2026-03-06T15:30", "2026-03-05T18:00", "10:00 in California, the day before"),
    ("America/New_York", "2026-03-06T15:30", "2026-03-05T15:00", "10:00 in New York"),
    ("Europe/Paris", "2026-03-06T15:30", "2026-03-05T09:00", "10:00 in Paris"),
    ("America/New_York", "2026-03-08T15:30", "2026-03-07T15:00", "the day before the clocks go forward"),
    ("America/New_York", "2026-03-09T15:30", "2026-03-08T14:00", "10:00 on the day they went forward"),
    ("America/New_York", "2026-11-02T09:00", "2026-11-01T15:00", "10:00 on the day they went back"),
    ("America/Los_Angeles", "2026-03-06", "2026-03-05T18:00", "a date without a time"),
    ("America/Los_Angeles", "2026-03-07T01:30+00:00", "2026-03-05T18:00", "an instant with its own zone: 17:30 on the 6th there"),
]


@pytest.mark.parametrize(("zone", "appointment", "due", "why"), DUE)
def test_a_reminder_starts_once_where_the_contact_lives(
    house: House, tmp_path: Path, zone: str, appointment: str, due: str, why: str
) -> None:
    remind(house, tmp_path)
    somebody(house, zone=zone, appointment=appointment)
    moment = datetime.fromisoformat(due)
    assert at(house, (moment - timedelta(minutes=1)).isoformat()) == 0, why
    assert at(house, due) == 1, why
    assert at(house, (moment + timedelta(minutes=1)).isoformat()) == 0, "once"
    assert [row.body for row in house.messages()] == ["See you soon."]


LATE = [
    ("-1d", "10:00", "6h", "2026-03-05T23:59", 1, "a clock that was down until 15:59: still useful"),
    ("-1d", "10:00", "6h", "2026-03-06T00:01", 0, "more than six hours late"),
    ("-1d", "10:00", "3d", "2026-03-06T23:29", 1, "a minute before the appointment"),
    ("-1d", "10:00", "3d", "2026-03-06T23:30", 0, "never after the appointment, however long `late` is"),
    ("-1d", "05:00", "2h", "2026-03-05T17:59", 1, "planned at night: `late` counts from 08:00, when it might leave"),
    ("-1d", "05:00", "2h", "2026-03-05T18:01", 0, "past 10:00"),
    ("-2h", "10:00", "6h", "2026-03-06T21:29", 0, "hours count from the appointment"),
    ("-2h", "10:00", "6h", "2026-03-06T21:30", 1, "13:30, two hours before 15:30"),
]


@pytest.mark.parametrize(("offset", "at_", "late", "moment", "starts", "why"), LATE)
def test_late_or_never(house: House, tmp_path: Path, offset: str, at_: str, late: str, moment: str, starts: int, why: str) -> None:
    remind(house, tmp_path, offset, at_, late)
    somebody(house, appointment="2026-03-06T15:30")
    assert at(house, moment) == starts, why


def test_a_start_that_waits_for_the_morning_never_leaves_after_the_event(house: House, tmp_path: Path) -> None:
    remind(house, tmp_path, "-1h", "10:00", "12h")
    somebody(house, appointment="2026-03-06T07:30")
    assert at(house, "2026-03-06T14:31") == 1
    assert [row.status for row in house.messages()] == ["queued"], "06:31: quiet hours"
    at(house, "2026-03-06T16:01")
    assert [row.status for row in house.messages()] == ["expired"], "08:01: the appointment is over"


def test_a_moved_appointment_is_reminded_of_again_and_one_that_moved_within_its_day_is_not(house: House, tmp_path: Path) -> None:
    remind(house, tmp_path)
    somebody(house, appointment="2026-03-06T15:30")
    assert at(house, "2026-03-05T18:00") == 1
    with house.store.write() as db:
        contact.change(db, 1, fields={"appointment": "2026-03-06T16:30"})
    assert at(house, "2026-03-05T18:05") == 0
    with house.store.write() as db:
        contact.change(db, 1, fields={"appointment": "2026-03-09T15:30"})
    assert at(house, "2026-03-08T17:00") == 1


BIRTHDAYS = [
    ("1990-03-06", "2026-03-06T18:00", 1, "this year's"),
    ("1990-03-06", "2027-03-06T18:00", 1, "next year's"),
    ("1990-03-06", "2026-03-07T08:01", 0, "it is over in California"),
    ("1992-02-29", "2026-03-01T18:00", 1, "29 February in a year that has none"),
    ("1992-02-29", "2028-02-29T18:00", 1, "29 February in a leap year"),
    ("1990-03-06", "2026-03-05T18:00", 0, "the day before"),
]


@pytest.mark.parametrize(("born", "moment", "starts", "why"), BIRTHDAYS)
def test_birthdays_come_every_year(house: House, tmp_path: Path, born: str, moment: str, starts: int, why: str) -> None:
    house.publish(tmp_path / "flows", birthday=BIRTHDAY)
    somebody(house, birthday=born)
    assert at(house, moment) == starts, why


def test_a_birthday_is_wished_once_a_year(house: House, tmp_path: Path) -> None:
    house.publish(tmp_path / "flows", birthday=BIRTHDAY)
    somebody(house, birthday="1990-03-06")
    assert [at(house, f"{year}-03-06T18:{minute}") for year in (2026, 2027) for minute in ("00", "30")] == [1, 0, 1, 0]


@pytest.mark.parametrize("odd", ["9999-12-31T23:59", "0001-01-01", "soon", "", "2026-13-45"])
def test_a_date_that_is_none_is_nobody_elses_loss(house: House, tmp_path: Path, odd: str) -> None:
    remind(house, tmp_path)
    somebody(house, appointment=odd)
    somebody(house, TOM, "America/Los_Angeles", appointment="2026-03-06T15:30")
    assert at(house, "2026-03-05T18:00") == 1


def test_who_opted_out_is_not_reminded(house: House, tmp_path: Path) -> None:
    remind(house, tmp_path)
    somebody(house, appointment="2026-03-06T15:30")
    with house.store.write() as db:
        contact.change(db, 1, consent="out")
    assert at(house, "2026-03-05T18:00") == 0


# --- a clock that was down (docs/adr/0007-late-or-never.md) ---------------------------------------------------------------


def test_after_an_hour_down_the_useful_is_sent_and_the_rest_expires(house: House, carrier: Carrier, tmp_path: Path) -> None:
    """Two nudges and a reminder came due while nothing ran; one flow gives its texts 30 minutes, the others more."""
    nudging = DRINK.replace("expect: {choice", 'nudge: {after: 2h, say: "Still thirsty?"}\n    expect: {choice')
    house.publish(
        tmp_path / "flows",
        drink=nudging,
        short=nudging.replace("flow: drink", "flow: short\nlate: 30m").replace("DRINK", "SHORT").replace("thirsty", "there"),
        remind=REMIND % ("-1d", "12:30", "6h"),
    )
    somebody(house, "+13105550104", appointment="2026-03-05T15:30")
    for body, sender, sid in (("drink", MAYA, "SMone"), ("short", TOM, "SMtwo")):
        house.post(callbacks(house.send(body, sender))[0], {"MessageSid": sid, "MessageStatus": "delivered"})
    house.clock.pass_(timedelta(hours=3))  # the clock was down for the last hour of these: nudges were due at 12:00, it is 13:00
    for seconds, tick in jobs.ticks(house.process).values():
        assert seconds > 0
        tick()
    house.work()
    assert sorted(sent.body for sent in carrier.sent) == ["See you soon.", "Still thirsty?"]
    assert [row.body for row in house.messages(status="expired")] == ["Still there?"]
    assert [row.reason for row in house.messages(status="expired")] == ["late"]


def test_a_silence_that_ended_while_the_clock_was_down_ends_once(house: House) -> None:
    house.says("drink")
    house.clock.pass_(timedelta(days=3, hours=1))
    assert jobs.expire(house.process) == 1
    assert jobs.expire(house.process) == 1, "seen again, and written once"
    house.work()
    assert house.count("event", "kind = 'expiry'") == 1
    assert house.one("SELECT outcome FROM conversation") == "expired"
    assert jobs.expire(house.process) == 0


def test_a_doubt_that_nobody_decided_lapses_after_a_day(house: House) -> None:
    somebody(house)
    with house.store.write() as db:
        contact.change(db, 1, consent="held", consent_before="in", consent_at=NOW)
    house.clock.pass_(timedelta(hours=23, minutes=59))
    assert jobs.lapse(house.process) == 0
    house.clock.pass_(timedelta(minutes=2))
    assert jobs.lapse(house.process) == 1
    house.work()
    assert house.one("SELECT consent FROM contact") == "out"
    assert house.one("SELECT source FROM consent") == "lapse"
