"""A database that hangs is a database that is away: the webhook spools within seconds, and what waits is stored as soon as it is back."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot import webhook
from bot.process import open_process
from bot.spool import AWAY_S, QUICK_S
from config.settings import Settings
from models.store import WEB, Patience, Store
from nlp.types import Reader
from tests.service.house import TOM, House

HELLO = 'flow: hello\npurpose: service\ntriggers:\n  - keyword: [HELLO]\nsteps:\n  say:\n    say: "Hello!"\n'
SHORT = Patience(1.2, 2)
"""As a web process's, but shorter; still longer than what counts as quick."""


@pytest.fixture
def house(settings: Settings, reader: Reader, tmp_path: Path) -> Iterator[House]:
    built = House(settings, reader)
    unhurried = built.store  # the flows are still read through it
    hurried = Store(settings.database_url, patience=SHORT)
    built.store, built.process = hurried, replace(built.process, store=hurried)
    built.app.extensions["parley"] = built.process
    flows = tmp_path / "flows"
    flows.mkdir()
    built.publish(flows, hello=HELLO)
    assert built.says("HELLO", TOM) == ["Hello!"]  # what is loaded once, is
    yield built
    built.close()
    unhurried.close()


@contextmanager
def locked(store: Store) -> Iterator[Callable[[], None]]:
    """Somebody has locked everything; the function lets go."""
    if store.sqlite:
        file = store.url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as somebody:
            somebody.execute("BEGIN EXCLUSIVE")
            yield lambda: somebody.rollback()
        return
    with psycopg.connect(store.url.replace("+psycopg", "", 1)) as somebody:
        somebody.execute("LOCK TABLE contact, message, event IN ACCESS EXCLUSIVE MODE")
        yield lambda: somebody.rollback()
        somebody.rollback()


def waited(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def at_once(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_text_is_spooled_while_the_tables_are_locked_and_stored_when_they_are_not(house: House) -> None:
    answers: list[int] = []

    def texts(n: int) -> None:
        answers.append(house.send("HELLO", f"+141555503{n:02d}", sid=f"SM{n + 100:032x}").status_code)

    with locked(house.store) as let_go:
        threads = [threading.Thread(target=texts, args=(n,)) for n in range(6)]
        took = waited(lambda: at_once(threads))
        assert answers == [200] * 6
        assert took < 2 * SHORT.lock_s + 2, "all at once, not one behind the other"
        assert waited(lambda: texts(7)) < QUICK_S, "nobody waits for it twice"
        let_go()
        until = time.monotonic() + AWAY_S + 3 * webhook.DRAIN_EVERY_S + SHORT.lock_s
        while house.count("event", "kind = 'text'") < 7 and time.monotonic() < until:
            time.sleep(0.1)
        assert house.count("event", "kind = 'text'") == 7, "no further text was needed"
    house.work()
    assert len(house.paper.sent) == 7
    assert house.says("HELLO", TOM) == ["Hello!"], "inline again"


def test_a_report_is_turned_away_and_asks_for_nothing_again(house: House) -> None:
    with locked(house.store) as let_go:
        answer = house.post("/webhooks/twilio/status?message=x-1", {"MessageSid": "SM1", "MessageStatus": "sent"})
        let_go()
    assert answer.status_code == (204 if house.store.sqlite else 503), "SQLite's readers need no lock"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_statement_that_takes_too_long_is_a_database_that_is_away(house: House) -> None:
    with house.store.read() as db, pytest.raises(OperationalError, match="statement timeout"):
        db.execute(text("SELECT pg_sleep(20)"))
    with locked(house.store), house.store.write() as db, pytest.raises(OperationalError, match="lock timeout"):
        db.execute(text("SELECT count(*) FROM contact"))


def test_a_web_process_has_given_up_long_before_its_provider_does(settings: Settings, reader: Reader) -> None:
    process = open_process(settings, reader=reader, patience=WEB)
    assert WEB.lock_s * 2 < 15
    assert WEB.statement_s < 15
    if not process.store.sqlite:
        with process.store.read() as db:
            assert [db.execute(text(f"SHOW {name}")).scalar_one() for name in ("lock_timeout", "statement_timeout")] == ["3s", "8s"]
    process.store.close()
