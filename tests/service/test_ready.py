"""`GET /readyz`: what is missing, by part, and never a traceback for a poll that comes every few seconds."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.app import create_app
from bot.process import LateReader, load_reader, open_process
from config.settings import Settings
from models.store import Store
from nlp.types import Reader
from tests.service.house import House

HELLO = 'flow: hello\npurpose: service\ntriggers:\n  - keyword: [HELLO]\nsteps:\n  say:\n    say: "Hello!"\n'


@pytest.fixture
def house(settings: Settings, reader: Reader, tmp_path: Path) -> Iterator[House]:
    built = House(settings, reader)
    flows = tmp_path / "flows"
    flows.mkdir()
    built.publish(flows, hello=HELLO)
    yield built
    built.close()


def poll(house: House) -> tuple[int, dict[str, str]]:
    answer = house.client.get("/readyz")
    return answer.status_code, answer.get_json()["missing"]


def test_ready(house: House) -> None:
    assert poll(house) == (200, {})


def test_without_flows(house: House) -> None:
    with house.store.write() as db:
        db.execute(text("UPDATE revision SET live = (1 = 0)"))
    assert poll(house)[0] == 503
    assert list(poll(house)[1]) == ["flows"]


AWAY = {
    "database": {"database_url": "postgresql+psycopg://127.0.0.1:9/nowhere"},
    "redis": {"redis_url": "redis://127.0.0.1:9/0"},
}


@pytest.mark.parametrize("part", AWAY)
def test_a_part_that_is_away_is_named_and_logs_no_traceback(house: House, part: str, capfd: pytest.CaptureFixture[str]) -> None:
    settings = house.settings.model_copy(update=AWAY[part])
    process = open_process(settings, reader=house.process.reader)
    app = create_app(settings, process)
    for _ in range(3):
        answer = app.test_client().get("/readyz")
        assert (answer.status_code, list(answer.get_json()["missing"])) == (503, [part])
    process.store.close()
    assert "Traceback" not in capfd.readouterr().err


def test_a_model_that_is_still_loading(house: House) -> None:
    app = create_app(house.settings, replace(house.process, reader=LateReader(load_reader)))
    assert list(app.test_client().get("/readyz").get_json()["missing"]) == ["model"]


def test_a_text_that_cannot_be_read_yet_is_stored_for_whoever_can(house: House) -> None:
    house.app.extensions["parley"] = replace(house.process, reader=LateReader(load_reader))
    assert house.says("HELLO") == []
    assert house.count("event", "kind = 'text' AND handled_at IS NULL") == 1
    house.work()
    assert [sent.body for sent in house.paper.sent] == ["Hello!"]


def test_a_live_revision_that_cannot_be_read_is_said_and_not_thrown(
    house: House, settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    with house.store.write() as db:
        db.execute(text("UPDATE revision SET source = 'steps: ['"))
    process = open_process(settings, reader=house.process.reader)
    answer = create_app(settings, process).test_client().get("/readyz")
    assert answer.status_code == 503
    process.store.close()
    assert "publish it again" in answer.get_json()["missing"]["flows"]
    assert "Traceback" not in capfd.readouterr().err


def test_many_polls_leave_no_thread_and_no_connection(house: House) -> None:
    before = threading.active_count()
    for _ in range(20):
        poll(house)
    assert threading.active_count() == before


def test_a_spool_that_cannot_be_read_is_named_and_the_provider_tries_again(house: House) -> None:
    blocked = house.settings.parley_home / "spool" / "1-dead.jsonl"
    blocked.mkdir(parents=True)  # a file that cannot be opened, as on a disk that is full or gone
    assert poll(house) == (503, {"spool": "texts wait in the spool"})
    assert house.send("HELLO", sid="SM" + "7" * 32).status_code == 503
    assert house.count("message") == 0
    blocked.rmdir()
    assert poll(house) == (200, {})
    assert house.says("HELLO", sid="SM" + "7" * 32) == ["Hello!"]


def test_a_disk_without_room_is_named_until_staff_can_be_told(house: House) -> None:
    spool = house.app.extensions["parley_spool"]
    poll(house)
    spool.n_full = 1  # as after a text that found no room
    away = replace(house.process, store=Store("postgresql+psycopg://127.0.0.1:9/nowhere"))
    missing = create_app(house.settings, away)
    missing.extensions["parley_spool"].n_full = 1
    assert "disk" in missing.test_client().get("/readyz").get_json()["missing"]
    assert poll(house) == (200, {})
    assert house.count("alarm", "kind = 'spool_full'") == 1
    away.store.close()
