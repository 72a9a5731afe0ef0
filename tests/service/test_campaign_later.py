"""The later steps of campaigns, and dates that are still to come, on both databases: each is said for its own text, and for its own day."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import dates
from bot.campaigns import ticking
from bot.campaigns.planning import days_meant
from config.settings import Settings
from models import audience, contact
from models.audience import Frame
from nlp.types import Reader
from tests.service.campaigns import SALE, begin, house_with_thanks, knows, left, ticks
from tests.service.house import MAYA, TOM, House

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


# --- dates ----------------------------------------------------------------------------------------------------------------

WISHES = """\
flow: wishes
purpose: service
triggers:
  - event: anniversary%s
steps:
  say: {say: "All the best!"}
"""
FIRST = [
    ("2025-03-05", 2026, True, "the first year"),
    ("2026-03-05", 2026, True, "the day itself"),
    ("2027-03-05", 2026, False, "it is to come, in a year"),
    ("2027-03-05", 2027, True, "it has come"),
    ("2028-02-29", 2027, False, "a leap day to come, on 1 March"),
    ("2028-02-29", 2029, True, "a leap day that was, on 1 March"),
    ("2028-02-29", 2028, True, "the leap day itself"),
]


def day_of(written: str, year: int) -> datetime:
    """When it is that day in New York, at 14:00."""
    feast = "03-05" if written.endswith("03-05") else "02-29" if year == 2028 else "03-01"
    return datetime.fromisoformat(f"{year}-{feast}T19:00:00+00:00")


@pytest.mark.parametrize(("written", "year", "comes", "why"), FIRST)
def test_an_anniversary_is_not_kept_before_the_first(house: House, tmp_path: Path, written: str, year: int, comes: bool, why: str) -> None:
    house.publish(tmp_path / "flows", wishes=WISHES % "")
    knows(house, TOM, fields={"anniversary": written})
    house.clock.at = day_of(written, year)
    assert dates.start_due(house.process) == comes, why


@pytest.mark.parametrize(("written", "year", "comes", "why"), FIRST)
def test_nor_does_a_campaign_keep_it_before(house: House, written: str, year: int, comes: bool, why: str) -> None:
    knows(house, TOM, fields={"anniversary": written})
    frame = Frame(sqlite=house.store.sqlite, at=day_of(written, year), zone="UTC")
    found = [audience.on_day("anniversary", day, frame, yearly=True) for day in days_meant(frame.at.date(), yearly=True)]
    with house.store.read() as db:
        assert any(contact.holds(db, 1, one) for one in found) == comes, why


def test_a_campaign_that_keeps_anniversaries(house: House) -> None:
    knows(house, TOM, fields={"anniversary": "2027-03-05"})
    knows(house, MAYA, fields={"anniversary": "2024-03-05"})
    begin(house, SALE.replace("at: 2026-03-05 10:00 local", 'on: anniversary\nat: "11:00"'))
    ticks(house, datetime(2026, 3, 5, 20, 0, tzinfo=UTC))
    assert left(house) == [MAYA]


AFTERWARDS = [
    ("anniversary", "2024-03-04", "offset: 3d", "2026-03-07T15:00", "three days after"),
    ("anniversary", "2024-03-05", "offset: 1d", "2026-03-06T15:00", "the day after"),
    ("anniversary", "2023-12-30", "offset: 4d", "2026-01-03T15:00", "of last year"),
    ("visit", "2026-03-05T15:30", "offset: 2h", "2026-03-05T22:30", "two hours after 15:30"),
    ("visit", "2026-03-05T15:30", "offset: 1d", "2026-03-06T15:00", "at 10:00, the day after"),
]


@pytest.mark.parametrize(("name", "written", "offset", "moment", "why"), AFTERWARDS)
def test_what_comes_after_a_date_comes(house: House, tmp_path: Path, name: str, written: str, offset: str, moment: str, why: str) -> None:
    house.publish(tmp_path / "flows", wishes=WISHES.replace("anniversary", name) % f"\n    {offset}")
    knows(house, TOM, zone="America/New_York", fields={name: written})
    house.clock.at = due = datetime.fromisoformat(f"{moment}:00+00:00")
    house.clock.pass_(timedelta(minutes=-1))
    assert dates.start_due(house.process) == 0, why
    house.clock.at = due
    assert [dates.start_due(house.process), dates.start_due(house.process)] == [1, 0], why
    house.work()
    assert left(house) == [TOM], why


def test_what_comes_after_a_date_comes_late_or_not_at_all(house: House, tmp_path: Path) -> None:
    house.publish(tmp_path / "flows", wishes=WISHES % "\n    offset: 3d")
    knows(house, TOM, fields={"anniversary": "2024-03-04"})
    house.clock.at = datetime(2026, 3, 8, 3, 1, tzinfo=UTC)  # twelve hours after 10:00 in New York
    assert dates.start_due(house.process) == 0
