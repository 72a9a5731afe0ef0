"""The stand-in, driven by Twilio's own library: its routes, its callbacks, its inbound texts and its faults."""

import base64
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from bot.provider.app import Provider
from bot.provider.faults import parse_faults

SID, TOKEN = "AC" + "5" * 32, "the token of the tests"
OURS, THEIRS = "+15005550006", "+14155550101"
FIELDS = {
    "account_sid", "api_version", "body", "date_created", "date_sent", "date_updated", "direction", "error_code", "error_message", "from",
    "messaging_service_sid", "num_media", "num_segments", "price", "price_unit", "sid", "status", "subresource_uris", "to", "uri",
}  # fmt: skip


@pytest.fixture
def provider(app: Any) -> Iterator[Provider]:
    with Provider(account_sid=SID, auth_token=TOKEN, webhook=f"{app.url}/sms", keep=1000) as provider:
        yield provider


@pytest.fixture
def client(provider: Provider) -> Client:
    client = Client(SID, TOKEN, http_client=TwilioHttpClient(timeout=2, pool_connections=False))
    client.api.base_url = provider.url
    return client


def until(holds: Callable[[], bool], what: str, seconds: float = 5) -> None:
    give_up = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < give_up, what
        time.sleep(0.01)


def send(client: Client, **more: Any) -> Any:
    return client.messages.create(**{"to": THEIRS, "from_": OURS, "body": "Hello", **more})


def test_a_resource_has_twilios_fields_and_no_other(provider: Provider) -> None:
    address = f"{provider.url}/2010-04-01/Accounts/{SID}/Messages"
    made = httpx.post(f"{address}.json", data={"To": THEIRS, "From": OURS, "Body": "Hello"}, auth=(SID, TOKEN))
    assert made.status_code == 201
    assert made.json().keys() == FIELDS
    assert (made.json()["status"], made.json()["date_sent"], made.json()["num_segments"]) == ("queued", None, "1")
    assert httpx.get(f"{address}/{made.json()['sid']}.json", auth=(SID, TOKEN)).json().keys() == FIELDS
    (listed,) = httpx.get(f"{address}.json", auth=(SID, TOKEN)).json()["messages"]
    assert listed.keys() == FIELDS


def test_a_message_is_created_reported_and_fetched(client: Client, app: Any) -> None:
    made = send(client, status_callback=f"{app.url}/status?row=7#rc=2")
    assert (made.status, made.direction, made.date_sent) == ("queued", "outbound-api", None)
    until(lambda: app.statuses(made.sid) == ["sent", "delivered"], "both callbacks, in order, and none for `queued`")
    fetched = client.messages(made.sid).fetch()
    assert fetched.status == "delivered"
    assert isinstance(fetched.date_sent, datetime)
    form = app.forms[-1][1]
    assert (form["From"], form["To"], form["SmsStatus"], len(form["RawDlrDoneDate"])) == (OURS, THEIRS, "delivered", 10)


def test_a_service_counts_no_segments_before_it_has_a_sender(client: Client) -> None:
    made = client.messages.create(to=THEIRS, messaging_service_sid="MG" + "b" * 32, body="x" * 200)
    assert (made.status, made.num_segments, made.from_) == ("accepted", "0", None)


REFUSED = [
    ({"to": ""}, 21604, "no receiver"),
    ({"from_": ""}, 21603, "no sender"),
    ({"body": ""}, 21602, "nothing to send"),
    ({"body": "x" * 1601}, 21617, "too long"),
    ({"to": "555"}, 21211, "not a number"),
    ({"to": "+14155550199"}, 21610, "opted out, as the faults ask"),
    ({"to": "+14155550198"}, 21614, "a code that the faults name"),
]


@pytest.mark.parametrize(("parameters", "code", "why"), REFUSED)
def test_refusals_have_twilios_codes(client: Client, provider: Provider, parameters: dict[str, str], code: int, why: str) -> None:
    provider.set_faults(parse_faults({"opted_out": ["+14155550199"], "refused": {"+14155550198": 21614}}))
    with pytest.raises(TwilioRestException) as caught:
        send(client, **parameters)
    assert (caught.value.status, caught.value.code) == (400, code), why
    assert provider.ledger.everything() == []


def test_a_wrong_token_and_a_wrong_sid_are_refused(client: Client, provider: Provider) -> None:
    client.auth = (SID, "wrong")
    with pytest.raises(TwilioRestException, match="Authenticate") as caught:
        send(client)
    assert (caught.value.status, caught.value.code) == (401, 20003)
    client.auth = (SID, TOKEN)
    with pytest.raises(TwilioRestException) as caught:
        client.messages("SM" + "0" * 32).fetch()
    assert (caught.value.status, caught.value.code) == (404, 20404)


def test_lists_page_newest_first_and_new_messages_shift_nothing(client: Client) -> None:
    sids = [send(client, body=str(n)).sid for n in range(7)]
    send(client, to="+14155550102")
    seen = []
    for n, message in enumerate(client.messages.stream(to=THEIRS, page_size=2)):
        seen.append(message.sid)
        if n == 0:
            send(client, body="arrives while we read")
    assert seen == sids[::-1]
    assert len(client.messages.list(from_=OURS, limit=100)) == 9


def test_date_sent_filters_by_day_and_never_finds_what_was_not_sent(client: Client, provider: Provider) -> None:
    today = datetime.now(UTC)
    sent = send(client)
    until(lambda: client.messages(sent.sid).fetch().status == "delivered", "delivered")
    provider.set_faults(parse_faults({"sent_after": 60, "delivered_after": 60}))
    waiting = send(client)
    rows = [
        ({"date_sent": today}, [sent.sid], "today"),
        ({"date_sent": today - timedelta(days=1)}, [], "yesterday"),
        ({"date_sent_after": today - timedelta(days=1)}, [sent.sid], "since yesterday"),
        ({"date_sent_before": today - timedelta(days=1)}, [], "until yesterday"),
        ({}, [waiting.sid, sent.sid], "no date: what waits is there too"),
    ]
    for filters, expected, why in rows:
        assert [message.sid for message in client.messages.list(to=THEIRS, **filters)] == expected, why


def test_a_list_lags(client: Client, provider: Provider) -> None:
    provider.set_faults(parse_faults({"list_lag_seconds": 0.5}))
    made = send(client)
    assert client.messages.list(to=THEIRS) == []
    assert client.messages(made.sid).fetch().sid == made.sid
    until(lambda: len(client.messages.list(to=THEIRS)) == 1, "shown after the lag")


def test_what_has_not_left_can_be_cancelled_and_what_is_over_redacted(client: Client, provider: Provider) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    scheduled = client.messages.create(to=THEIRS, messaging_service_sid="MG" + "b" * 32, body="later", schedule_type="fixed", send_at=later)
    assert scheduled.status == "scheduled"
    assert client.messages(scheduled.sid).update(status="canceled").status == "canceled"
    assert client.messages(scheduled.sid).update(body="").body == ""
    made = send(client)
    until(lambda: client.messages(made.sid).fetch().status == "delivered", "delivered")
    with pytest.raises(TwilioRestException):
        client.messages(made.sid).update(status="canceled")
    assert client.messages(made.sid).delete()


FAULTS = [
    ("429", TwilioRestException, 0, "never processed"),
    ("500", TwilioRestException, 0, "not processed"),
    ("reset", requests.ConnectionError, 0, "cut before"),
    ("accept_then_500", TwilioRestException, 1, "accepted, and nobody knows"),
    ("accept_then_reset", requests.ConnectionError, 1, "accepted, and nobody knows"),
    ("accept_then_hang", requests.exceptions.ReadTimeout, 1, "accepted, and nobody knows"),
]


@pytest.mark.parametrize(("fault", "error", "accepted", "why"), FAULTS)
def test_a_fault_ends_the_next_request_and_the_record_is_exact(
    client: Client, provider: Provider, fault: str, error: type[Exception], accepted: int, why: str
) -> None:
    httpx.post(f"{provider.url}/provider/faults", json={"next": [fault], "hang_seconds": 30})
    with pytest.raises(error):
        send(client)
    assert len(provider.ledger.everything()) == accepted, why
    assert send(client).sid, "the one after it is well"
    assert provider.ledger.counts()["accepted outbound-api"] == accepted + 1


def test_a_share_of_requests_fails_and_the_same_seed_fails_the_same(client: Client, provider: Provider) -> None:
    ends = []
    for _ in range(2):
        provider.set_faults(parse_faults({"create": {"429": 0.5}, "seed": 4}))
        ends.append([_status(client) for _ in range(20)])
    assert ends[0] == ends[1]
    assert 4 <= ends[0].count(429) <= 16


def _status(client: Client) -> int:
    try:
        send(client)
    except TwilioRestException as error:
        return int(error.status)
    return 201


def test_callbacks_are_lost_doubled_and_out_of_order(client: Client, provider: Provider, app: Any) -> None:
    url = f"{app.url}/status"
    provider.set_faults(parse_faults({"callbacks_lost": 1}))
    lost = send(client, status_callback=url)
    until(lambda: provider.ledger.counts().get("callbacks lost") == 2, "both lost")
    assert app.statuses(lost.sid) == []
    provider.set_faults(parse_faults({"callbacks_doubled": 1}))
    doubled = send(client, status_callback=url)
    until(lambda: sorted(app.statuses(doubled.sid)) == ["delivered", "delivered", "sent", "sent"], "each twice")
    provider.set_faults(parse_faults({"callbacks_late": 0.5, "late_seconds": 0.5, "delivered_after": 0.06}))
    sids = [send(client, status_callback=url).sid for _ in range(20)]
    until(lambda: all(len(app.statuses(sid)) == 2 for sid in sids), "all arrive")
    assert any(app.statuses(sid) == ["delivered", "sent"] for sid in sids)


def test_a_text_that_is_not_delivered_says_why(client: Client, provider: Provider, app: Any) -> None:
    provider.set_faults(parse_faults({"undelivered": {THEIRS: 30003}}))
    made = send(client, status_callback=f"{app.url}/status")
    until(lambda: app.statuses(made.sid) == ["sent", "undelivered"], "its end")
    assert app.forms[-1][1]["ErrorCode"] == "30003"
    assert client.messages(made.sid).fetch().error_code == 30003


def test_an_inbound_text_and_its_answers(client: Client, provider: Provider, app: Any) -> None:
    app.answer = (
        '<?xml version="1.0"?><Response><Message statusCallback="/status?row=1">Hi &amp; bye</Message><Message>Two</Message></Response>'
    )
    heard = httpx.post(f"{provider.url}/provider/inbound", json={"from": THEIRS, "to": OURS, "body": " hello\x00 "}).json()
    assert heard["status"] == 200
    assert [reply["body"] for reply in heard["replies"]] == ["Hi & bye", "Two"]
    first = heard["replies"][0]
    assert (first["direction"], first["from"], first["to"]) == ("outbound-reply", OURS, THEIRS)
    until(lambda: app.statuses(first["sid"]) == ["sent", "delivered"], "callbacks for the one that asked")
    form = app.forms[0][1]
    assert form["Body"].startswith(" hello\x00 "), "not trimmed, nothing taken out"
    assert (form["MessageSid"], form["SmsStatus"], form["FromCity"]) == (heard["sid"], "received", "")
    assert [message.direction for message in client.messages.list(to=OURS)] == ["inbound"]
    again = httpx.post(f"{provider.url}/provider/inbound", json={"from": THEIRS, "to": OURS, "sid": heard["sid"]}).json()
    assert again["sid"] == heard["sid"], "the same text, offered again"


def test_a_picture_is_served_to_who_has_the_credentials(provider: Provider, app: Any) -> None:
    picture = {"content_type": "image/png", "base64": base64.b64encode(b"\x89PNG...").decode()}
    httpx.post(f"{provider.url}/provider/inbound", json={"from": THEIRS, "to": OURS, "media": [picture]})
    form = app.forms[0][1]
    assert (form["NumMedia"], form["Body"], form["MediaContentType0"], form["MessageSid"][:2]) == ("1", "", "image/png", "MM")
    assert httpx.get(form["MediaUrl0"]).status_code == 401
    fetched = httpx.get(form["MediaUrl0"], auth=(SID, TOKEN))
    assert (fetched.content, fetched.headers["content-type"]) == (b"\x89PNG...", "image/png")


def test_a_webhook_that_fails_is_counted_and_the_text_stays_in_the_list(client: Client, provider: Provider, app: Any) -> None:
    app.status = 500
    heard = httpx.post(f"{provider.url}/provider/inbound", json={"from": THEIRS, "to": OURS, "body": "x"}).json()
    assert (heard["status"], heard["replies"], len(app.forms)) == (500, [], 1), "a 500 is not tried again"
    assert [message.sid for message in client.messages.list(to=OURS)] == [heard["sid"]]
    app.status, app.answer = 200, "<Response><Message>no end"
    assert "not well-formed" in httpx.post(f"{provider.url}/provider/inbound", json={"from": THEIRS, "to": OURS}).json()["wrong"]
    assert provider.ledger.counts()["webhooks failed"] == 2


def test_the_record_and_its_bound(provider: Provider, client: Client) -> None:
    provider.ledger._keep = 5
    for n in range(8):
        send(client, body=str(n))
    record = httpx.get(f"{provider.url}/provider/record").json()
    assert record["counts"] == {"accepted outbound-api": 8, "dropped": 3}
    assert [message["body"] for message in record["messages"]] == ["3", "4", "5", "6", "7"]
    assert len(client.messages.list(to=THEIRS)) == 5


WRONG = [
    ({"nonsense": 1}, "unknown"),
    ({"create": {"explode": 1}}, "explode"),
    ({"create": {"429": 2}}, "[0, 1]"),
    ({"next": "429"}, "cannot be used"),
]


@pytest.mark.parametrize(("given", "said"), WRONG)
def test_a_wrong_fault_is_refused(provider: Provider, given: dict[str, object], said: str) -> None:
    answer = httpx.post(f"{provider.url}/provider/faults", json=given)
    assert answer.status_code == 400
    assert said in answer.json()["message"]


def test_the_command_stands_in_for_the_account_of_the_settings(app: Any, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environ = {**os.environ, "PARLEY_HOME": str(tmp_path / "home"), "TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": TOKEN}
    command = [sys.executable, "-P", "-m", "bot.cli", "provider", "--port", port, "--webhook", f"{app.url}/sms"]
    process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout as printed:
        assert f"http://127.0.0.1:{port} for account {SID}" in printed.readline()
        assert printed.readline() == f"To send through it: TWILIO_API_BASE=http://127.0.0.1:{port}\n"
        until(lambda: _answers(port), "it listens")
        heard = httpx.post(f"http://127.0.0.1:{port}/provider/inbound", json={"from": THEIRS, "to": OURS, "body": "hi"}).json()
        assert (heard["status"], app.forms[0][1]["Body"]) == (200, "hi")
        process.terminate()
        assert process.wait(10) == 0


def _answers(port: str) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/provider/record").status_code == 200
    except httpx.ConnectError:
        return False
