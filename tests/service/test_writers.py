"""Several processes that write to one database: each gets its turn, or is told that it waited for too long."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from config.settings import Settings
from models.migrations import upgrade
from models.store import Patience, Store

ROUNDS, THREADS = 40, 3


@pytest.fixture
def processes(settings: Settings) -> Iterator[list[Store]]:
    """Three, as each has its own connections and its own turnstile."""
    upgrade(settings.database_url)
    stores = [Store(settings.database_url, patience=Patience(5, 10)) for _ in range(3)]
    with stores[0].write() as db:
        db.execute(text("INSERT INTO sender (name, busy_until_s, share, slowed_s) VALUES ('one', 0, 1, 0)"))
    yield stores
    for store in stores:
        store.close()


LOOK, SET = "SELECT busy_until_s FROM sender", "UPDATE sender SET busy_until_s = :n"


def seen(store: Store) -> float:
    with store.read() as db:
        return float(db.execute(text(LOOK)).scalar_one())


def count(store: Store) -> None:
    for _ in range(ROUNDS):
        with store.write() as db:
            n = db.execute(text(LOOK if store.sqlite else f"{LOOK} FOR UPDATE")).scalar_one()
            db.execute(text(SET), {"n": n + 1})


def test_all_that_was_written_at_once_stands(processes: list[Store]) -> None:
    threads = [threading.Thread(target=count, args=(store,)) for store in processes for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen(processes[0]) == ROUNDS * THREADS * len(processes)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL has no lock over all
def test_a_writer_waits_for_another_and_not_for_ever(processes: list[Store], settings: Settings) -> None:
    hurried, wrote = Store(settings.database_url, patience=Patience(0.05, 1)), threading.Event()

    def late() -> None:
        with processes[1].write() as db:
            db.execute(text(SET), {"n": 2})
        wrote.set()

    waiting = threading.Thread(target=late)
    with processes[0].write() as db:
        waiting.start()
        with pytest.raises(OperationalError, match="database is locked"), hurried.write():
            pytest.fail("there is one writer")
        assert seen(hurried) == 0, "who looks waits for nobody"
        with hurried.read() as look:
            assert look.execute(text("PRAGMA busy_timeout")).scalar_one() == 50, "as it was before it asked"
        assert not wrote.is_set()
        db.execute(text(SET), {"n": 1})
    waiting.join(10)
    assert seen(hurried) == 2, "in their order"
    hurried.close()
