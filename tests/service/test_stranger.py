"""A stand-in for Twilio that somebody else might have written (tests/chaos/stranger.py), with what may be odd about one."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import catchup, lookups, outbox
from bot.messenger import Accepted, LookupFailed, Outgoing, TwilioMessenger, Unclear
from config.settings import Settings
from models import contact, meta
from models import outbox as messages
from models.message import blank
from nlp.types import Reader
from tests.chaos.stranger import Stranger
from tests.chaos.stranger_http import listen
from tests.service.conftest import SID, TOKEN
from tests.service.house import MAYA, OURS, TOM, House

SERVICE = "MG" + "2" * 32
HARMLESS = (
    *("", "service_hides_from", "trimmed", "crlf", "oldest_first", "ignores_to", "page20", "by_number", "absolute_next", "extra", "ints"),
    *("segments0", "no_account", "no_media", "gzip", "chunked", "http10", "oldest_first,page20", "page20,absolute_next"),
)
IN_DOUBT = ("accept_then_500", "accept_then_html", "accept_then_reset", "accept_then_half")
ODD_LISTS = ("", "oldest_first,page20", "ignores_to", "extra,absolute_next,page20", "crlf,trimmed", "service_hides_from,ints,no_account")
DRINK = """\
flow: drink
purpose: service
triggers:
  - keyword: [DRINK]
steps:
  which:
    ask: "Tea & coffee?\\n<now>"
    expect: {choice: {tea: [tea], coffee: [coffee]}}
  done:
    say: "Fine."
"""
TEXTS = tuple(f"Question {n}:\nyes or no? \n" for n in range(24))


@contextmanager
def stranger(odd: str = "") -> Iterator[tuple[Stranger, TwilioMessenger]]:
    with listen(SID, TOKEN, odd=odd) as provider:
        yield provider, TwilioMessenger(SID, TOKEN, provider.url)


# --- what it says -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("odd", HARMLESS)
def test_what_was_sent_is_taken_and_found(odd: str) -> None:
    with stranger(odd) as (_, messenger):
        began = datetime.now(UTC) - timedelta(seconds=2)
        taken = []
        for body in TEXTS:
            sent = messenger.send(Outgoing(to=MAYA, ours=SERVICE, body=body))
            assert isinstance(sent, Accepted), sent
            taken.append(sent.sid)
            messenger.send(Outgoing(to=TOM, ours=OURS, body=body))
        found = messenger.find(MAYA, began)
    assert sorted(one.sid for one in found) == sorted(taken), "each of hers once, and nobody else's"
    assert {" ".join(one.body.split()) for one in found} == {" ".join(body.split()) for body in TEXTS}


@pytest.mark.parametrize("odd", ["", "oldest_first", "oldest_first,page20"])
def test_old_texts_do_not_hide_the_new_ones(odd: str) -> None:
    with stranger(odd) as (provider, messenger):
        for n in range(40):
            provider.accept({"To": MAYA, "From": OURS, "Body": f"old {n}"}).created -= timedelta(minutes=100 - n)
        sent = messenger.send(Outgoing(to=MAYA, ours=OURS, body="new"))
        assert isinstance(sent, Accepted)
        assert [one.sid for one in messenger.find(MAYA, datetime.now(UTC) - timedelta(minutes=1))] == [sent.sid]


def test_an_answer_that_comes_byte_by_byte_holds_nothing_up() -> None:
    with listen(SID, TOKEN, odd="drip=0.1") as provider:
        messenger = TwilioMessenger(SID, TOKEN, provider.url, longest_s=1.0)
        began = time.monotonic()
        assert messenger.send(Outgoing(to=MAYA, ours=OURS, body="Hi")) == Unclear("ReadTimeout")
        with pytest.raises(LookupFailed):
            messenger.find(MAYA, datetime.now(UTC))
        assert time.monotonic() - began < 5
        assert len(provider.kept) == 1


@pytest.mark.parametrize(("name", "value"), [("TWILIO_EDGE", "dublin"), ("TWILIO_REGION", "ie1"), ("HTTP_PROXY", "http://127.0.0.1:9")])
def test_an_environment_that_is_meant_for_twilio_does_not_lead_away_from_it(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with stranger() as (provider, messenger):
        sent = messenger.send(Outgoing(to=MAYA, ours=OURS, body="Hi"))
        assert sent == Accepted(provider.kept[0].sid)


@pytest.mark.parametrize("odd", ["", "no_media", "ints,oldest_first,page20"])
def test_texts_that_no_webhook_brought_come_in_order_with_pictures_or_without(settings: Settings, reader: Reader, odd: str) -> None:
    """A list of pictures that is not there holds no text back."""
    with listen(SID, TOKEN, odd=odd) as provider, house_at(settings, reader, provider) as house:
        with house.store.write() as db:
            meta.put(db, meta.INSTALLED, (house.clock() - timedelta(hours=1)).isoformat())
        provider.webhook = "http://127.0.0.1:9"
        for n in range(25):
            provider.text(MAYA, f"text {n}", OURS)
            provider.kept[n].created -= timedelta(seconds=60 - n // 2)
        provider.kept[3].n_media = 1
        assert catchup.catch_up(house.process) == 25
        with house.store.read() as db:
            bodies = db.execute(text("SELECT body FROM message WHERE direction = 'in' ORDER BY id")).scalars().all()
    assert bodies == [f"text {n}" for n in range(25)]


# --- what nobody knows ------------------------------------------------------------------------------------------------


@contextmanager
def house_at(settings: Settings, reader: Reader, provider: Stranger) -> Iterator[House]:
    """A house whose clock stands, and whose carrier is the stranger."""
    house = House(settings, reader)
    with closing(house):
        messenger = TwilioMessenger(SID, TOKEN, provider.url, now=house.clock)
        object.__setattr__(house.process, "messenger", messenger)
        yield house


def queued(house: House, n: int = 1, body: str = "Hi\nthere ") -> None:
    with house.store.write() as db:
        who = contact.add(db, contact.new_values(MAYA, house.clock(), consent="in"))
        same = {"status": "queued", "author": "flow", "urgency": "service", "ours": OURS}
        messages.add(db, [blank(who, "out", body, house.clock(), key=f"m-{k}", **same) for k in range(n)])


@pytest.mark.parametrize("fault", IN_DOUBT)
@pytest.mark.parametrize("odd", ODD_LISTS)
def test_what_was_accepted_without_an_answer_is_found_and_not_sent_again(settings: Settings, reader: Reader, fault: str, odd: str) -> None:
    with listen(SID, TOKEN, odd=f"{odd},{fault}=1") as provider, house_at(settings, reader, provider) as house:
        queued(house, 2)
        for n in range(40):
            provider.accept({"To": MAYA, "From": OURS, "Body": f"old {n}"}).created -= timedelta(minutes=100 - n)
            provider.accept({"To": TOM, "From": OURS, "Body": "Hi\nthere "})
        for _ in range(3):
            while outbox.send_next(house.process):
                pass
            house.clock.pass_(lookups.QUIET + timedelta(seconds=1))
            lookups.recover(house.process)
        rows, hers = house.messages(), {one.sid for one in provider.kept if one.to == MAYA and one.body.startswith("Hi")}
        assert len(hers) == 2, "sent once each"
        assert {row.provider_sid for row in rows} == hers


@pytest.mark.parametrize("odd", ["callbacks_lost=1", "callbacks_lost=1,twiml_as_api", "callbacks_lost=1,twiml_as_api,oldest_first,crlf"])
def test_an_answer_by_twiml_of_which_nothing_is_heard_is_not_sent_again(
    settings: Settings, reader: Reader, tmp_path: Path, odd: str
) -> None:
    """Somebody else's list may call it `outbound-api`."""
    with listen(SID, TOKEN, odd=odd) as provider, house_at(settings, reader, provider) as house:
        house.publish(tmp_path, drink=DRINK)
        provider.obey(house.send("drink").text, MAYA, OURS)
        for _ in range(4):
            house.clock.pass_(lookups.QUIET + timedelta(seconds=1))
            lookups.recover(house.process)
            house.work()
        assert [one.sid for one in provider.kept] == [row.provider_sid for row in house.messages()]
        assert [one.body for one in provider.kept] == ["Tea & coffee?\n<now>"]


@pytest.mark.parametrize(("taken", "lost"), [("twiml", "api"), ("api", "twiml")])
def test_of_two_equal_texts_the_one_that_is_absent_is_sent_again(settings: Settings, reader: Reader, taken: str, lost: str) -> None:
    direction = "outbound-reply" if taken == "twiml" else "outbound-api"
    with listen(SID, TOKEN) as provider, house_at(settings, reader, provider) as house:
        queued(house, 2, "Hi")
        provider.accept({"To": MAYA, "From": OURS, "Body": "Hi"}, direction)
        with house.store.write() as db:
            for row, carrier in zip(house.messages(), (taken, lost), strict=True):
                assert messages.claim(db, row.id, house.clock(), carrier, house.clock() + timedelta(seconds=60))
        for _ in range(4):
            house.clock.pass_(lookups.QUIET + timedelta(seconds=1))
            lookups.recover(house.process)
        first, second = house.messages()
        assert first.provider_sid == provider.kept[0].sid
        assert (second.provider_sid, second.status) == (None, "queued")
