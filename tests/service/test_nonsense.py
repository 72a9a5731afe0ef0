"""What answers is not the API as we know it: nobody knows whether the text left; staff are told, and it is looked up first."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.utils import format_datetime

import pytest
from sqlalchemy import text

from bot import catchup, lookups, outbox
from bot.messenger import Accepted, LookupFailed, Outgoing, TwilioMessenger
from config.settings import Settings
from models import alarm, contact, meta
from models.message import blank
from nlp.types import Reader
from tests.service.conftest import SID, TOKEN
from tests.service.house import MAYA, NOW, OURS, House
from tests.service.webhost import Answer, Host

MESSAGE = {"sid": "SM" + "a" * 32, "account_sid": SID, "status": "queued", "body": "Hi", "direction": "outbound-api"}
ANSWERS = [
    ("a page", 200, "<html>Sign in to the hotel's network</html>", "an answer that is none (JSONDecodeError)"),
    ("nothing", 200, "", "an answer without a message's SID"),
    ("a list", 200, "[1, 2]", "an answer that is none (AttributeError)"),
    ("no sid", 201, json.dumps({**MESSAGE, "sid": None}), "an answer without a message's SID"),
    ("another thing's sid", 201, json.dumps({**MESSAGE, "sid": "CA" + "a" * 32}), "an answer without a message's SID"),
    ("another account's", 201, json.dumps({**MESSAGE, "account_sid": "AC" + "9" * 32}), "a message of another account"),
    ("a redirect", 302, "", "HTTP 302 without an error code"),
    ("a proxy's refusal", 403, "<html>Forbidden by policy</html>", "HTTP 403 without an error code"),
]


@pytest.fixture
def odd() -> Iterator[Host]:
    server = Host()
    yield server
    server.close()


def always(status: int, body: str) -> Callable[[str], Answer]:
    """The same answer to everything."""
    headers = {"Location": "/elsewhere"} if status == 302 else {}
    return lambda _path: (status, headers, body.encode())


@pytest.fixture
def messenger(odd: Host) -> TwilioMessenger:
    return TwilioMessenger(SID, TOKEN, odd.url)


@pytest.fixture
def house(settings: Settings, reader: Reader, messenger: TwilioMessenger) -> Iterator[House]:
    built = House(settings, reader, messenger)
    yield built
    built.close()


@pytest.mark.parametrize(("what", "status", "body", "detail"), ANSWERS, ids=[row[0] for row in ANSWERS])
def test_the_text_is_in_doubt_and_staff_are_told(house: House, odd: Host, what: str, status: int, body: str, detail: str) -> None:
    odd.answers = always(status, body)
    with house.store.write() as db:
        who = contact.add(db, contact.new_values(MAYA, house.clock(), consent="in"))
        row = blank(who, "out", "Hi", house.clock(), key="m-1", status="queued", author="flow", urgency="reply", ours=OURS)
        outbox.outbox.add(db, [row])
    assert outbox.send_next(house.process), what
    (message,) = house.messages()
    assert (message.status, message.reason, message.provider_sid) == ("unknown", detail, None)
    assert message.lease_until == house.clock() + lookups.QUIET, "it is looked up then"
    with house.store.read() as db:
        assert [(one.kind, one.detail) for one in alarm.open_ones(db)] == [("nonsense", detail)]


@pytest.mark.parametrize(("what", "status", "body", "_detail"), ANSWERS[:3], ids=[row[0] for row in ANSWERS[:3]])
def test_a_look_up_that_gets_nonsense_has_failed(
    messenger: TwilioMessenger, odd: Host, what: str, status: int, body: str, _detail: str
) -> None:
    odd.answers = always(status, body)
    with pytest.raises(LookupFailed):
        messenger.find(MAYA, NOW)


def test_what_is_an_answer_is_taken(messenger: TwilioMessenger, odd: Host) -> None:
    odd.answers = always(201, json.dumps(MESSAGE))
    assert messenger.send(Outgoing(to=MAYA, ours=OURS, body="Hi")) == Accepted(MESSAGE["sid"])


@pytest.mark.parametrize("poison", ["\ud83d", "a\x00b", "\x1b[2J", "\ufffe"], ids=["half a character", "NUL", "control", "none at all"])
def test_a_text_that_no_database_takes_keeps_no_other_one_out(house: House, odd: Host, poison: str) -> None:
    """Its webhook never reached us; it is fetched from the provider's list, with what came before and after it."""
    came = {"account_sid": SID, "status": "received", "direction": "inbound", "from": MAYA, "to": OURS, "num_media": "0"}
    when = {"date_created": format_datetime(NOW + timedelta(minutes=1))}
    texts = [{**came, **when, "sid": f"SM{n:032x}", "body": body} for n, body in enumerate(["after", poison, "before"])]
    odd.answers = always(200, json.dumps({"messages": texts, "next_page_uri": None}))
    with house.store.write() as db:
        meta.put(db, meta.INSTALLED, NOW.isoformat())
    house.clock.pass_(timedelta(minutes=2))
    assert catchup.catch_up(house.process) == 3
    assert catchup.catch_up(house.process) == 0
    with house.store.read() as db:
        bodies = [row.body for row in db.execute(text("SELECT body FROM message WHERE direction = 'in' ORDER BY id"))]
    assert (bodies[0], bodies[2]) == ("before", "after")
