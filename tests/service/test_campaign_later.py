"""The later steps of campaigns, and dates that are still to come, on both databases: each is said for its own text, and for its own day."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.campaigns import ticking
from config.settings import Settings
from models import contact
from nlp.types import Reader
from tests.service.campaigns import SALE, begin, house_with_thanks, knows, left, ticks
from tests.service.house import TOM, House

HOUR = datetime(2026, 3, 5, 16, 0, tzinfo=UTC)  # a Thursday, 11:00 in New York
LAST_CHANCE = 'then: [{on: no reply, after: 2d, text: "{{ brand }}: last chance. STOP to opt out."}]\n'
EVERY_WEEK = SALE.replace("at: 2026-03-05 10:00 local", "every: thursday 11:00") + LAST_CHANCE


@pytest.fixture
def house(settings: Settings, reader: Reader, tmp_path: Path) -> Iterator[House]:
    built = house_with_thanks(settings, reader, tmp_path)
    yield built
    built.close()


def stands(house: House, phone: str, consent: str) -> None:
    with house.store.write() as db:
        row = contact.by_phone(db, phone)
        assert row is not None
        contact.change(db, row.id, consent=consent)


# --- steps on a silence -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("missed", [1, 2])
def test_a_start_that_became_no_text_has_no_later_step_beside_that_of_the_next(house: House, missed: int) -> None:
    """Every Thursday; in the first weeks the start met a consent in doubt. The text of the week after has one step behind it, its own."""
    knows(house, TOM)
    begin(house, EVERY_WEEK)
    for week in range(missed):
        house.clock.at = HOUR + timedelta(weeks=week)
        ticking.plan(house.process)
        ticking.release(house.process)
        stands(house, TOM, "held")
        ticks(house)
        stands(house, TOM, "in")
    assert left(house) == []
    ticks(house, HOUR + timedelta(weeks=missed, hours=1))  # the clocks have changed meanwhile
    assert [row.flow for row in house.messages()] == ["sale"]
    for days in range(1, 6):
        ticks(house, HOUR + timedelta(weeks=missed, days=days, hours=2))
    assert [row.flow for row in house.messages()] == ["sale", "sale-then-1"]
