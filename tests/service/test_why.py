"""`parley why`: each end of a message in words, on both databases; and the command itself."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import campaigns, why
from bot.messenger import PaperMessenger
from config.settings import Settings
from models import contact, meta, outbox, sender
from models.message import Status
from nlp.types import Reader
from tests.service.house import MAYA, OURS, House

HELLO = 'flow: hello\npurpose: marketing\nlate: 3d\nsteps:\n  hi:\n    say: "{{ brand }}: hello! STOP to opt out."\n'
SECRET = "hello!"


@pytest.fixture
def house(settings: Settings, reader: Reader, tmp_path: Path) -> Iterator[House]:
    built = House(settings, reader, PaperMessenger())
    flows = tmp_path / "flows"
    flows.mkdir()
    built.publish(flows, hello=HELLO)
    with built.store.write() as db:
        contact.add(db, contact.new_values(MAYA, built.clock(), consent="in"))
    yield built
    built.close()


def start(house: House) -> str:
    campaigns.start_flow(house.process, "hello", [MAYA])
    house.work()
    return told(house)


def told(house: House, n: int = -1) -> str:
    """What is said of a message, the last one unless told otherwise."""
    row = house.messages()[n]
    with house.store.read() as db:
        found = why.find(db, str(row.id))
        assert found is not None
        story = " ".join(why.explain(db, house.settings, found, house.clock()).story)
    assert SECRET not in story
    assert MAYA not in story
    return story


def test_what_arrived(house: House) -> None:
    start(house)
    with house.store.write() as db:
        sender.charge(db, OURS, house.clock().timestamp(), 7.0)
        sender.halve(db, OURS, house.clock().timestamp())
    story = told(house)
    assert "It is delivered. It left at 2026-03-04 18:00:00 UTC and arrived at 2026-03-04 18:00:00 UTC." in story
    assert "Written by flow hello, step hi" in story
    assert "Consent was `in` when it left." in story
    assert "The window for marketing in America/Los_Angeles was open." in story
    assert "Marketing texts: 1 of 2 in the last day, 1 of 5 in the last week." in story
    assert f"Its sender {OURS} may send 1 segments a second, at 50% of that" in story
    assert "is busy for 7 s" in story


def test_consent_then_and_now(house: House) -> None:
    start(house)
    house.clock.pass_(timedelta(minutes=1))
    house.says("STOP")
    sent = told(house, 0)
    assert "Consent was `in` when it left. Consent is `out` now." in sent


def test_what_was_refused(house: House) -> None:
    house.clock.pass_(timedelta(hours=12))  # 22:00 in California: it waits
    start(house)
    with house.store.write() as db:
        contact.change(db, house.messages()[-1].contact_id, consent="unknown")
    house.clock.pass_(timedelta(hours=12))
    house.work()
    assert "It is refused. The gate refused it: no consent for marketing." in told(house)


def test_what_waits_for_its_senders_turn(house: House) -> None:
    with house.store.write() as db:
        sender.charge(db, OURS, house.clock().timestamp(), 20.0)
    story = start(house)
    assert "is busy for 20 s. It waits for its sender's turn." in story
    assert "The gate would let it leave now." in story


def test_what_the_cap_holds(house: House) -> None:
    for _ in range(3):
        story = start(house)
    assert "It is queued. It waits until 2026-03-05 18:00:00 UTC: cap: 2 marketing texts a day." in story
    assert "2 of 2 in the last day" in story
    assert "The gate would hold it until 2026-03-05 18:00:00 UTC: cap: 2 marketing texts a day." in story


def test_what_waits_for_the_hour_or_the_provider(house: House) -> None:
    house.clock.pass_(timedelta(hours=12))  # 22:00 in California
    story = start(house)
    assert "quiet hours" in story
    assert "is closed until 2026-03-05 17:00:00 UTC" in story
    house.clock.pass_(timedelta(hours=13))
    with house.store.write() as db:
        meta.put(db, meta.PAUSED, {"why": "20003: wrong credentials", "at": house.clock().isoformat()})
    house.work()
    assert "sending is paused" in told(house)


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.RECEIVED])
def test_every_status_has_its_words(house: House, status: Status) -> None:
    start(house)
    row = house.messages()[-1]
    with house.store.write() as db:
        outbox.change(db, row.id, status=status.value, error_code=30004 if status is Status.UNDELIVERED else None)
        contact.change(db, row.contact_id, unreachable_at=house.clock(), unreachable_why="30005: x", suppressed_at=house.clock())
    story = told(house)
    assert story.startswith(f"It is {status.value}.")
    assert "counts as unreachable since 2026-03-04 18:00:00 UTC (30005: x)" in story
    assert "gets no marketing since" in story
    assert ("blocked by the recipient" in story) is (status is Status.UNDELIVERED)


def test_the_command_finds_it_by_number_and_sid_and_says_so_in_json(house: House) -> None:
    start(house)
    row = house.messages()[-1]
    environ = {
        **os.environ,
        "PARLEY_HOME": str(house.settings.parley_home),
        "DATABASE_URL": house.settings.database_url.replace("+psycopg", ""),
    }

    def parley(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-P", "-m", "bot.cli", "why", *words]
        return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)

    plain = parley(str(row.id))
    assert plain.returncode == 0, plain.stderr
    assert "It is delivered." in plain.stdout
    answer = json.loads(parley(str(row.provider_sid), "--format", "json").stdout)
    assert (answer["message"], answer["status"], answer["consent_then"]) == (row.id, "delivered", "in")
    assert answer["left_at"] == "2026-03-04T18:00:00+00:00"
    assert parley("SMnone").returncode == 1
