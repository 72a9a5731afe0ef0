"""A tick's cost grows with what is due, not with what waits: its plan goes by the index of open events, in the order of their moments."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import ClauseElement, Executable, Select, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from config.settings import Settings
from models import contact, event
from models.event import EventKind
from models.store import Store
from nlp.types import Reader
from tests.service.house import MAYA, House

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
WAITING, DUE = 3000, 5


@pytest.fixture
def house(settings: Settings, reader: Reader) -> Iterator[House]:
    built = House(settings, reader)
    yield built
    built.close()


class Explain(Executable, ClauseElement):
    """The plan of a statement, asked for with the statement's own parameters."""

    inherit_cache = False

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement


@compiles(Explain)
def _explained(element: Explain, compiler: SQLCompiler, **more: Any) -> str:
    words = "EXPLAIN QUERY PLAN" if compiler.dialect.name == "sqlite" else "EXPLAIN"
    return f"{words} {compiler.process(element.statement, **more)}"


def plan(store: Store, query: Select[Any], **bound: Any) -> str:
    with store.read() as db:
        return "\n".join(str(row) for row in db.execute(Explain(query), bound))


def test_due_events_are_found_by_their_moment(house: House) -> None:
    with house.store.write() as db:
        contact_id = contact.add(db, contact.new_values(MAYA, NOW))
    later = [event.values(f"w{n}", contact_id, EventKind.WAIT, NOW, due_at=NOW + timedelta(days=1, seconds=n)) for n in range(WAITING)]
    due = [event.values(f"d{n}", contact_id, EventKind.WAIT, NOW, due_at=NOW - timedelta(seconds=n)) for n in range(DUE)]
    with house.store.write() as db:
        event.add(db, [*later, *due])
    with house.store.write() as db:
        db.execute(text("ANALYZE"))
    found = plan(house.store, event._DUE, now=NOW, most=100)
    assert "event_due" in found, found
    assert "SCAN event\n" not in found, found
    assert "Seq Scan" not in found, found
    with house.store.read() as db:
        assert [row.key for row in event.due(db, NOW, 100)] == [f"d{n}" for n in reversed(range(DUE))]
