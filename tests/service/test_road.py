"""The road of one text, on both databases: what is answered, what is written, and what happens when things go wrong on the way."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event as sql_event

from bot import inbox
from bot.inbound import from_form
from bot.signature import pairs_of
from config.settings import Settings
from nlp.types import Reader
from tests.service.house import MAYA, OURS, TOM, House, bodies, callbacks

DRINK = """\
flow: tea-or-coffee
purpose: service
triggers:
  - keyword: [DRINK]
steps:
  which:
    ask: "Tea or coffee?"
    expect: {choice: {tea: [t, tea], coffee: [c, coffee]}}
    retry: "Please answer T or C."
    nudge: {after: 2h, say: "Still thirsty?"}
    timeout: {after: 24h, go: bye}
  size:
    ask: "How many cups, 1 to 9?"
    expect: {number: {min: 1, max: 9}}
  done:
    say: "{{ answers.size }} x {{ answers.which }} it is."
    end: ordered
  bye:
    end: abandoned
"""
GIFT = """\
flow: gift
triggers:
  - keyword: [GIFT]
coupons:
  codes: {codes: codes.csv, valid: 14d}
steps:
  take:
    coupon: codes
    say: "Your code: {{ coupon.code }}"
    sold_out: none
    go: end
  none:
    say: "All gone."
"""


@pytest.fixture
def house(settings: Settings, reader: Reader, tmp_path: Path) -> Iterator[House]:
    built = House(settings, reader)
    flows = tmp_path / "flows"
    flows.mkdir()
    (flows / "codes.csv").write_text("code\nAAA1\nAAA2\n")
    built.publish(flows, drink=DRINK, gift=GIFT)
    yield built
    built.close()


def test_a_conversation_from_keyword_to_end(house: House) -> None:
    assert house.says("drink!") == ["Tea or coffee?"]
    assert house.says("hmm what?") == ["Please answer T or C."]
    assert house.says("Coffee pls") == ["How many cups, 1 to 9?"]
    assert house.says("three") == ["3 x coffee it is."]
    assert house.one("SELECT outcome FROM conversation") == "ordered"
    assert house.count("message", "direction = 'in'") == 4
    assert {row.status for row in house.messages()} == {"sending"}


def test_a_plain_answer_costs_at_most_ten_statements(house: House) -> None:
    house.says("DRINK")
    statements: list[str] = []
    count_statements(house, statements)
    assert house.says("t") == ["How many cups, 1 to 9?"]
    assert 5 <= len(statements) <= 10, statements  # fewer than five, and the driver was not watched


def count_statements(house: House, into: list[str]) -> None:
    """Watches the driver itself: a turn's statements run beside SQLAlchemy's own events (SQLite's include BEGIN and COMMIT)."""

    class Counting(psycopg.Cursor[Any]):
        def execute(self, query: Any, *args: Any, **more: Any) -> Any:
            into.append(str(query))
            return super().execute(query, *args, **more)

        def executemany(self, query: Any, *args: Any, **more: Any) -> None:
            into.append(str(query))
            super().executemany(query, *args, **more)

    def watch(connection: Any, *_: object) -> None:
        if isinstance(connection, psycopg.Connection):
            connection.cursor_factory = Counting
        else:
            connection.set_trace_callback(lambda sql: into.append(sql) if not sql.startswith("PRAGMA") else None)  # 3 µs each

    sql_event.listen(house.store.engine, "checkout", watch)


def test_a_repeat_gets_the_first_answer_while_it_is_on_its_way(house: House) -> None:
    first = house.send("DRINK", sid="SM" + "1" * 32)
    again = house.send("DRINK", sid="SM" + "1" * 32)
    assert again.text == first.text
    house.post(callbacks(first)[0], {"MessageSid": "SM" + "a" * 32, "MessageStatus": "delivered"})
    assert bodies(house.send("DRINK", sid="SM" + "1" * 32)) == []
    assert house.count("message") == 2
    assert house.count("interaction", "kind = 'delivered'") == 1


def test_a_repeat_after_the_lease_is_silent(house: House) -> None:
    house.send("DRINK", sid="SM" + "1" * 32)
    house.clock.pass_(timedelta(seconds=61))
    assert bodies(house.send("DRINK", sid="SM" + "1" * 32)) == []


@pytest.mark.parametrize(
    ("reports", "status"),
    [
        (["sent", "delivered"], "delivered"),
        (["delivered", "sent", "queued"], "delivered"),
        (["sent", "undelivered", "sent"], "undelivered"),
        (["queued", "queued"], "accepted"),
    ],
)
def test_reports_in_any_order(house: House, reports: list[str], status: str) -> None:
    answer = house.send("DRINK")
    for report in reports:
        assert house.post(callbacks(answer)[0], {"MessageSid": "SM" + "b" * 32, "MessageStatus": report}).status_code == 204
    assert [row.status for row in house.messages()] == [status]
    assert house.messages()[0].provider_sid == "SM" + "b" * 32


def test_a_forged_text_changes_nothing(house: House) -> None:
    answer = house.client.post("/webhooks/twilio/sms", data={"MessageSid": "SM1", "From": MAYA, "To": OURS, "Body": "DRINK"})
    assert answer.status_code == 403
    assert house.count("message") == 0


def test_a_form_without_a_sender_is_refused(house: House) -> None:
    assert house.post("/webhooks/twilio/sms", {"MessageSid": "SM1", "Body": "DRINK"}).status_code == 400


def test_two_texts_at_once_are_two_turns(house: House) -> None:
    house.says("DRINK")
    barrier = threading.Barrier(2)
    answers: list[list[str]] = []

    def text(body: str, sid: str) -> None:
        form = f"MessageSid={sid}&From=%2B14155550101&To=%2B15005550006&Body={body}".encode()
        inbound = from_form(pairs_of(form), form)
        assert inbound is not None
        barrier.wait()
        answers.append([str(row["body"]) for row in inbox.receive(house.process, inbound, lambda: False).messages])

    threads = [threading.Thread(target=text, args=pair) for pair in (("tea", "SM" + "c" * 32), ("5", "SM" + "d" * 32))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    house.work()
    assert house.count("message", "direction = 'in'") == 3
    assert house.one("SELECT version FROM contact") == 3
    assert sorted(answers) in (
        [["5 x tea it is."], ["How many cups, 1 to 9?"]],
        [["How many cups, 1 to 9?"], ["Please answer T or C."]],
    )


def test_the_same_text_at_once_is_one(house: House) -> None:
    form = b"MessageSid=SM1&From=%2B14155550101&To=%2B15005550006&Body=DRINK"
    inbound = from_form(pairs_of(form), form)
    assert inbound is not None
    threads = [threading.Thread(target=inbox.receive, args=(house.process, inbound, lambda: False)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert house.count("message", "direction = 'in'") == 1
    assert house.count("conversation") == 1


def test_a_slow_turn_is_stored_and_answered_by_the_worker(house: House) -> None:
    form = b"MessageSid=SM1&From=%2B14155550101&To=%2B15005550006&Body=DRINK"
    inbound = from_form(pairs_of(form), form)
    assert inbound is not None
    assert inbox.receive(house.process, inbound, lambda: True) == inbox.Answer(stored=True)
    assert house.says("T") == [], "the later text waits its turn"
    house.work()
    assert [row.body for row in house.messages()] == ["Tea or coffee?", "How many cups, 1 to 9?"]
    assert {row.status for row in house.messages()} == {"delivered"}
    assert len(house.paper.sent) == 2


def test_stop_start_and_silence(house: House) -> None:
    house.says("DRINK")
    assert len(house.says("please stop texting me")) == 1
    assert house.one("SELECT outcome FROM conversation") == "opted_out"
    assert house.says("DRINK") == []
    assert house.says("stop!!") == []
    assert house.one("SELECT desk_reason FROM contact") == "wrote_after_opt_out"
    assert house.says("YES") == [], "YES restores nothing"
    assert house.says("START") == [], "Twilio itself answers its own word"
    assert house.says("DRINK") == ["Tea or coffee?"]
    assert house.count("consent") == 2


def test_nothing_leaves_after_an_opt_out(house: House) -> None:
    house.says("DRINK")
    house.says("STOP")
    house.passes(timedelta(hours=3))
    house.passes(timedelta(days=2))
    assert [row.body for row in house.messages(status="delivered")] == []


def test_a_nudge_and_a_timeout(house: House) -> None:
    house.says("DRINK")
    house.passes(timedelta(hours=2, seconds=1))
    assert [sent.body for sent in house.paper.sent] == ["Still thirsty?"]
    house.passes(timedelta(hours=22))
    assert house.one("SELECT outcome FROM conversation") == "abandoned"


def test_a_nudge_waits_for_the_morning(house: House) -> None:
    house.clock.pass_(timedelta(hours=9))  # 19:00 in California
    house.says("DRINK")
    house.passes(timedelta(hours=2, minutes=1))
    assert not house.paper.sent, "21:01 is at night"
    house.passes(timedelta(hours=11))
    assert [sent.body for sent in house.paper.sent] == ["Still thirsty?"]


def test_an_answer_makes_the_nudge_stale(house: House) -> None:
    house.says("DRINK")
    house.says("tea")
    house.passes(timedelta(hours=3))
    assert not house.paper.sent


def test_silence_expires(house: House) -> None:
    house.says("DRINK")
    house.says("tea")
    house.passes(timedelta(days=3, minutes=1))
    assert house.one("SELECT outcome FROM conversation") == "expired"


def test_no_code_is_given_twice(house: House) -> None:
    said = [house.says("GIFT", sender)[0] for sender in (MAYA, TOM, "+13055550103")]
    assert sorted(said) == ["All gone.", "Your code: AAA1", "Your code: AAA2"]
    assert house.says("GIFT", MAYA) == [said[0]], "the same one on a second visit"


def test_codes_under_a_race(house: House) -> None:
    barrier = threading.Barrier(6)

    def text(n: int) -> None:
        form = f"MessageSid=SM{n}&From=%2B1415555{n:04d}&To=%2B15005550006&Body=GIFT".encode()
        inbound = from_form(pairs_of(form), form)
        assert inbound is not None
        barrier.wait()
        inbox.receive(house.process, inbound, lambda: False)

    threads = [threading.Thread(target=text, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    house.work()
    said = sorted(row.body for row in house.messages())
    assert said == ["All gone."] * 4 + ["Your code: AAA1", "Your code: AAA2"]


@pytest.mark.parametrize(
    "body",
    ["", "\U0001f600" * 300 + "\x00\u202e", "a" * 1600, "<Response/>&amp;]]>", "\ufffe\uffff", "{{ 7*7 }}", "' OR 1=1 --", "%s %n"],
)
def test_odd_bodies_are_input_like_any_other(house: House, body: str) -> None:
    answer = house.send(body)
    assert answer.status_code == 200
    assert house.count("message", "direction = 'in'") == 1
    assert house.one("SELECT desk FROM contact") == "inbox"


def test_bytes_that_are_no_utf8(house: House) -> None:
    from bot.signature import sign

    raw = b"MessageSid=SM1&From=%2B14155550101&To=%2B15005550006&Body=%ED%A0%80hi%FF%00"
    url = house.settings.public_url + "/webhooks/twilio/sms"
    signature = sign(house.settings.auth_token, url, pairs_of(raw)).decode()
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
    assert house.client.post("/webhooks/twilio/sms", data=raw, headers=headers).status_code == 200
    assert "hi" in str(house.one("SELECT body FROM message"))
    assert bytes(house.one("SELECT raw FROM message")) == raw  # type: ignore[call-overload]


def test_whatsapp_is_answered_there(house: House) -> None:
    assert house.says("DRINK", "whatsapp:+14155550101", To="whatsapp:+15005550006") == ["Tea or coffee?"]
    house.passes(timedelta(hours=2, seconds=1))
    assert [(sent.to, sent.ours) for sent in house.paper.sent] == [("whatsapp:+14155550101", "whatsapp:+15005550006")]


def test_stop_on_one_channel_is_stop_on_all(house: House) -> None:
    house.says("DRINK")
    house.says("stop", "whatsapp:+14155550101", To="whatsapp:+15005550006")
    assert house.says("DRINK") == []


def test_pictures_are_noted_inline_and_stored(house: House) -> None:
    picture = {"NumMedia": "1", "MediaUrl0": "https://api.twilio.com/x/Media/ME1", "MediaContentType0": "image/jpeg"}
    house.send("", sid="SM" + "e" * 32, **picture)
    form = "&".join(f"{name}={value}" for name, value in picture.items()).encode() + b"&MessageSid=SM9&From=%2B1&To=%2B2&Body="
    inbound = from_form(pairs_of(form), form)
    assert inbound is not None
    inbox.store(house.process, inbound)
    assert house.count("media") == 2
