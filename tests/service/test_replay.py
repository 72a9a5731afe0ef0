"""A file of texts against a server that fails now and then."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.replay import Replay, ReplayError, Target, public_address, read_texts

SID, TOKEN, OURS = "AC" + "5" * 32, "the token of the tests", "+15005550006"
TWO = '<Response><Message statusCallback="{url}/status?row=1">One</Message><Message>Two</Message></Response>'


def texts(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def target(app: Any) -> Target:
    return Target(url=app.url, public_url=app.public_url, account_sid=SID, token=TOKEN, to=OURS)


def test_lines_get_test_numbers_of_their_own(tmp_path: Path) -> None:
    file = texts(
        tmp_path / "t.jsonl", {"text": "a"}, {"text": "b", "from": "+447700900123"}, {"text": "c", "label": "x"}, {"no": "text"}, [1]
    )
    found, bad = read_texts(file)
    assert [(text.line, text.sender, text.body) for text in found] == [
        (1, "+12015550100", "a"),
        (2, "+447700900123", "b"),
        (3, "+12025550100", "c"),
    ]
    assert [failure.line for failure in bad] == [4, 5]
    many = texts(tmp_path / "many.jsonl", *[{"text": str(n)} for n in range(5000)])
    assert len({text.sender for text in read_texts(many)[0]}) == 5000
    assert len({text.sender for text in read_texts(many, contacts=3)[0]}) == 3


def test_a_file_without_texts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReplayError, match="holds no texts"):
        read_texts(texts(tmp_path / "t.jsonl"))


def test_a_text_without_an_answer_is_offered_again_under_its_sid_until_it_is_answered(app: Any, tmp_path: Path) -> None:
    tries: Counter[str] = Counter()

    def decide(_path: str, form: dict[str, str]) -> tuple[str, int]:
        tries[form["MessageSid"]] += 1
        return ("<Response/>", 200) if tries[form["MessageSid"]] > 2 else ("", 503)

    app.decide = decide
    found, _ = read_texts(texts(tmp_path / "t.jsonl", {"text": "a"}, {"text": "b"}))
    tally = Replay(target(app), rate=0).run(found)
    assert (tally.texts, tally.empty, tally.failed, tally.offered_again) == (2, 2, 0, 4)
    assert sorted(tries.values()) == [3, 3]


def test_the_callbacks_that_an_answer_asks_for_are_sent_until_they_are_taken(app: Any, tmp_path: Path) -> None:
    refused = []

    def decide(path: str, form: dict[str, str]) -> tuple[str, int]:
        if path == "status" and not refused:
            refused.append(form["MessageSid"])
            return "", 500
        return (TWO.format(url=app.url), 200) if path != "status" else ("", 204)

    app.decide = decide
    found, _ = read_texts(texts(tmp_path / "t.jsonl", {"text": "a"}))
    tally = Replay(target(app), rate=0).run(found)
    assert (tally.answered, tally.messages, tally.callbacks_taken, tally.callbacks_failed) == (1, 2, 2, 0)
    assert app.statuses() == ["sent", "sent", "delivered"], "one Message asked, and its first report was refused once"
    assert len({form["MessageSid"] for path, form in app.forms if path == "status"}) == 1


def test_what_a_server_refuses_is_a_failure_and_not_repeated(app: Any, tmp_path: Path) -> None:
    app.decide = lambda _path, form: {"bad": ("", 400), "xml": ("<Response>", 200)}.get(form["Body"], ("<Response/>", 200))
    found, _ = read_texts(texts(tmp_path / "t.jsonl", {"text": "bad"}, {"text": "xml"}, {"text": "fine"}))
    tally = Replay(target(app), rate=0).run(found)
    assert (tally.failed, tally.empty, tally.offered_again) == (2, 1, 0)
    assert sorted((failure.line, failure.why.split(":")[0]) for failure in tally.failures) == [(1, "HTTP 400"), (2, "no TwiML")]


def test_patience_ends(tmp_path: Path) -> None:
    nobody = Target(url="http://127.0.0.1:9", public_url="http://127.0.0.1:9", account_sid=SID, token=TOKEN, to=OURS)
    found, _ = read_texts(texts(tmp_path / "t.jsonl", {"text": "a"}))
    tally = Replay(nobody, rate=0, patience=1).run(found)
    assert (tally.failed, tally.offered_again, tally.failures[0].why) == (1, 2, "no answer")
    assert tally.quantile(0.5) is None, "no data is never 0 ms"


def test_each_contacts_texts_stay_in_order_and_the_rate_is_kept(app: Any, tmp_path: Path) -> None:
    rows = [{"text": f"{who}{n}", "from": f"+1415555010{who}"} for n in range(10) for who in range(4)]
    found, _ = read_texts(texts(tmp_path / "t.jsonl", *rows))
    tally = Replay(target(app), rate=80).run(found)
    for who in range(4):
        bodies = [form["Body"] for _, form in app.forms if form["Body"][0] == str(who)]
        assert bodies == [f"{who}{n}" for n in range(10)]
    assert tally.seconds >= 39 / 80


def test_a_server_behind_a_proxy_is_reached_here_and_signed_for_there(app: Any, tmp_path: Path) -> None:
    app.public_url = "https://sms.example.org"
    app.decide = lambda path, _form: (TWO.format(url=app.public_url), 200) if path != "status" else ("", 204)
    found, _ = read_texts(texts(tmp_path / "t.jsonl", {"text": "emoji 😀 and NUL \x00"}))
    tally = Replay(target(app), rate=0).run(found)
    assert (tally.answered, tally.callbacks_taken) == (1, 2)


ADDRESSES = [
    ("http://localhost:8000", "http://127.0.0.1:8000", "what a server without PUBLIC_URL takes for its own"),
    ("http://127.0.0.1:8000", "http://127.0.0.1:8000", "as it is"),
    ("https://localhost.example.org", "https://localhost.example.org", "another host"),
]


@pytest.mark.parametrize(("url", "expected", "why"), ADDRESSES)
def test_public_address(url: str, expected: str, why: str) -> None:
    assert public_address(url) == expected, why


def test_the_command_prints_figures_and_ends_with_1_where_a_text_failed(app: Any, tmp_path: Path) -> None:
    app.decide = lambda _path, form: ("<Response><Message>Hi</Message></Response>", 200) if form["Body"] == "a" else ("", 404)
    file = texts(tmp_path / "t.jsonl", {"text": "a"}, {"text": "b"})
    environ = {**os.environ, "PARLEY_HOME": str(tmp_path / "home"), "TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": TOKEN}
    command = [sys.executable, "-P", "-m", "bot.cli", "replay", str(file), "--url", app.url, "--rate", "0"]
    run = subprocess.run([*command, "--format", "json"], env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 1, run.stderr
    printed = json.loads(run.stdout)
    assert (printed["texts"], printed["answered"], printed["failed"], printed["statuses"]) == (2, 1, 1, {"200": 1, "404": 1})
    assert printed["failures"][0]["line"] == 2
    assert printed["p50_ms"] > 0
    table = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False).stdout
    assert "Answered with messages" in table
    assert "line 2: HTTP 404" in table
