"""What makes a text late is an outage: not its turn, not a pause, not the money of a day."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.campaigns import steering
from config.settings import Settings
from models import contact, outbox, sender
from models.message import blank
from nlp.types import Reader
from tests.service.campaigns import SALE, begin, house_with_thanks, knows, left, many, state, ticks
from tests.service.house import OURS, House

TEN = datetime(2026, 3, 5, 15, tzinfo=UTC)
"""10:00 in New York, a Thursday."""
HOUR = timedelta(hours=1)
NEXT_DAY = datetime(2026, 3, 5, 18, 31, tzinfo=UTC)
"""Where the installation is, in India."""
QUICK = """\
flow: quick
purpose: marketing
late: 1h
steps:
  say: {say: "{{ brand }}: 20% off now. STOP to opt out"}
"""


@pytest.fixture
def house(settings: Settings, reader: Reader, tmp_path: Path) -> Iterator[House]:
    priced = settings.model_copy(update={"prices": {"*": Decimal("0.01")}, "spend_day": Decimal("0.05"), "timezone": "Asia/Kolkata"})
    built = house_with_thanks(priced, reader, tmp_path)
    built.clock.at = TEN - 24 * HOUR
    yield built
    built.close()


def queued(house: House, not_after: datetime | None = None) -> None:
    """A text of 10:00 that is late after 22:00, and whose sender is busy until its window has closed."""
    (phone,) = many(1)
    knows(house, phone, zone="America/New_York")
    with house.store.write() as db:
        owner = contact.by_phone(db, phone)
        assert owner is not None
        text = blank(owner.id, "out", "Hi", TEN, ours=OURS, key="one", status="queued", author="flow", urgency="marketing")
        outbox.add(db, [{**text, "expires_at": TEN + 12 * HOUR, "not_after": not_after}])
        sender.take(db, OURS, TEN.timestamp(), 11 * 3600)
    house.clock.at = TEN + 11 * HOUR
    house.work()


def test_a_text_whose_turn_comes_after_hours_leaves_in_the_morning(house: House) -> None:
    queued(house)
    (row,) = house.messages()
    assert (row.status, row.reason, row.not_before) == ("queued", "quiet hours", TEN + 24 * HOUR)
    assert row.expires_at == TEN + 25 * HOUR, "the thirteen hours of the night count for nothing"
    house.clock.at = TEN + 24 * HOUR
    house.work()
    assert [row.status for row in house.messages()] == ["delivered"]


def test_but_never_after_what_it_is_about_is_over(house: House) -> None:
    queued(house, not_after=TEN + 20 * HOUR)
    house.clock.at = TEN + 24 * HOUR
    house.work()
    assert [(row.status, row.expires_at) for row in house.messages()] == [("expired", TEN + 20 * HOUR)]


def test_a_ceiling_pauses_a_campaign_and_nobody_is_too_late_for_it(house: House, tmp_path: Path) -> None:
    house.publish(tmp_path / "flows", quick=QUICK)
    knows(house, *many(8), zone="America/New_York")
    begin(house, SALE.replace(SALE.splitlines()[3], "flow: quick"))
    ticks(house, TEN - HOUR)
    ticks(house, TEN)
    assert len(left(house)) == 5, "for 0.05 at 0.01 each"
    assert state(house) == ("paused", "spending: the ceiling of this day, 0.05 USD")
    assert house.count("alarm", "kind = 'spending' AND closed_at IS NULL") == 1
    while house.clock.at < NEXT_DAY:
        house.clock.pass_(timedelta(minutes=1))
        house.work()
    assert len(left(house)) == 5
    steering.resume(house.process, "sale")
    ticks(house, NEXT_DAY + timedelta(minutes=2))
    assert len(set(left(house))) == len(left(house)) == 8


def test_who_resumes_after_days_reaches_those_who_waited(house: House) -> None:
    knows(house, *many(5), zone="America/New_York")
    knows(house, *many(5, "808"), zone="Pacific/Honolulu")
    begin(house, SALE)
    ticks(house, TEN - HOUR)
    steering.pause(house.process, "sale", by="Ann")
    ticks(house, TEN + 50 * HOUR)
    assert left(house) == []
    steering.resume(house.process, "sale")
    ticks(house)
    ticks(house, TEN + 55 * HOUR)
    assert len(set(left(house))) == len(left(house)) == 10
