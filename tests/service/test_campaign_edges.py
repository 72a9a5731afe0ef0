"""The edges of campaigns, on both databases: ends, shares of nothing and of all, nobody at all, and what comes day after day."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.campaigns import steering, ticking
from config.settings import Settings
from models import campaign, contact, member
from models.campaign import State
from nlp.types import Reader
from tests.service.campaigns import SALE, begin, house_with_thanks, knows, left, load, many, state, ticks
from tests.service.house import MAYA, TOM, House

HOUR = datetime(2026, 3, 5, 15, 0, tzinfo=UTC)
EVERY_DAY = SALE.replace("at: 2026-03-05 10:00 local", "every: day 11:00")
PARIS = "+33612345678"


@pytest.fixture
def house(settings: Settings, reader: Reader, tmp_path: Path) -> Iterator[House]:
    built = house_with_thanks(settings, reader, tmp_path)
    yield built
    built.close()


def days(house: House, first: datetime, n: int, hours: range = range(0, 24, 3)) -> None:
    """The clock looks every few hours of so many days."""
    for day in range(n):
        for hour in hours:
            ticks(house, first + timedelta(days=day, hours=hour))


# --- ends ---------------------------------------------------------------------------------------------------------------


def test_resumed_after_its_end_it_has_ended(house: House) -> None:
    knows(house, MAYA, TOM)
    begin(house, SALE + "ends: 2026-03-05 17:00\n")
    ticks(house, HOUR)
    steering.pause(house.process, "sale", by="ann")
    house.clock.at = HOUR + timedelta(hours=3)
    with pytest.raises(steering.SteeringError, match="end of the campaign `sale` came while it was paused: it has ended"):
        steering.resume(house.process, "sale")
    assert state(house) == (State.ENDED, "its end has come")
    ticks(house)
    assert left(house) == [TOM]


def test_an_end_in_the_middle_of_the_spread(house: House) -> None:
    knows(house, *many(60))
    begin(house, SALE + "spread: 2h\nends: 2026-03-05 16:00\n")
    for minutes in range(0, 180, 10):
        ticks(house, HOUR + timedelta(minutes=minutes))
    assert state(house) == (State.ENDED, "its end has come")
    assert 10 < len(left(house)) < 50
    assert max(row.handed_over_at for row in house.messages() if row.handed_over_at) < HOUR + timedelta(hours=1)


def test_canceled_or_ended_before_anything_was_planned(house: House) -> None:
    knows(house, MAYA)
    begin(house, SALE + 'then: [{on: no reply, after: 1d, text: "{{ brand }}: last chance. STOP to opt out."}]\n')
    ticking.look_after(house.process)
    assert steering.cancel(house.process, "sale", by="ann") == steering.Canceled(starts=0, texts=0)
    begin(house, EVERY_DAY.replace("sale", "daily") + "ends: 2026-03-04 19:00\n")
    ticks(house, datetime(2026, 3, 4, 20, 0, tzinfo=UTC))
    assert state(house, "daily") == (State.ENDED, "its end has come")


# --- shares of nothing, and of all --------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", ["0%", "1%", "100%"])
def test_a_pilot_of_nobody_or_of_all(house: House, share: str) -> None:
    knows(house, *many(20))
    begin(house, SALE + f"pilot: {share}\n")
    ticks(house, HOUR)
    assert len(left(house)) == {"0%": 0, "1%": len(left(house)), "100%": 20}[share]
    ticks(house, HOUR + timedelta(days=1))
    assert sorted(left(house)) == many(20), "each once, whichever part they are of"
    ticks(house, HOUR + timedelta(days=4))
    assert state(house) == (State.ENDED, "it has reached everybody")


def test_a_variant_of_nobody(house: House) -> None:
    knows(house, *many(20))
    said = '"{{ brand }}: hello. STOP to opt out."'
    variants = f"variants:\n  a: {{share: 100%, text: {said}}}\n  none: {{share: 0%, text: {said}}}\n"
    begin(house, "\n".join(SALE.splitlines()[:3]) + "\n" + variants)
    ticks(house, HOUR)
    with house.store.read() as db:
        assert member.by_variant(db, [1]) == {"a": (20, 20)}


def test_a_pilot_beside_a_holdout_is_a_share_of_those_who_get_something(house: House) -> None:
    knows(house, *many(400))
    begin(house, SALE + "holdout: 50%\npilot: {share: 20%, opt_outs: 100%, failures: 100%}\n")
    ticks(house, HOUR)
    n_pilot = len(left(house))
    ticks(house, HOUR + timedelta(days=1))
    n_all = len(left(house))
    with house.store.read() as db:
        found = member.by_variant(db, [1, 2])
    assert found["holdout"] == (400 - n_all, 0)
    assert 150 < n_all < 250
    assert 0.12 < n_pilot / n_all < 0.28
    assert len(set(left(house))) == n_all


# --- nobody -------------------------------------------------------------------------------------------------------------


def test_nobody_is_left_in_the_segment_when_it_is_planned(house: House) -> None:
    knows(house, MAYA, tags=["club"])
    begin(house, SALE.replace("all", "tag:club"))
    with house.store.write() as db:
        row = contact.by_phone(db, MAYA)
        assert row is not None
        contact.change(db, row.id, tags=[])
    ticks(house, HOUR)
    assert state(house)[0] == State.ENDED
    assert state(house)[1].startswith("nobody was in its segment `tag:club` when its hour came near")


def test_no_contacts_at_all(house: House) -> None:
    load(house, SALE)
    with pytest.raises(steering.SteeringError, match="Nobody is in the segment"):
        steering.start(house.process, "sale", by="test")
    begin(house, EVERY_DAY.replace("sale", "daily"))
    days(house, datetime(2026, 3, 5, tzinfo=UTC), 2)
    assert state(house, "daily") == (State.RUNNING, "")
    assert house.count("run", "released_at IS NULL") <= 1, "only the next one is open"
    knows(house, TOM)
    days(house, datetime(2026, 3, 7, tzinfo=UTC), 2)
    assert left(house)[:1] == [TOM]


# --- day after day ------------------------------------------------------------------------------------------------------


def test_every_day_for_a_month_with_more_contacts_each_day(settings: Settings, reader: Reader) -> None:
    uncapped = settings.model_validate({**settings.model_dump(), "cap_marketing_day": 0, "cap_marketing_week": 0})
    house, phones = House(uncapped, reader), many(30)
    begin(house, EVERY_DAY)
    for n in range(30):
        day = datetime(2026, 3, 5, tzinfo=UTC) + timedelta(days=n)
        house.clock.at = day - timedelta(hours=12)
        knows(house, phones[n])
        for hour in (1, 15, 16, 17, 20):
            ticks(house, day + timedelta(hours=hour))
    got = Counter(left(house))
    assert [got[phone] for phone in phones] == list(range(30, 0, -1)), "each from their first whole day on, once a day"
    house.close()


def test_what_is_held_over_a_closed_day_is_not_said_twice_within_hours(house: House) -> None:
    """In France Sundays are closed: Sunday's waits until Monday 08:00, three hours before Monday's."""
    knows(house, PARIS)
    begin(house, EVERY_DAY)
    days(house, datetime(2026, 3, 5, tzinfo=UTC), 6, range(0, 24, 1))
    hours = [row.handed_over_at for row in house.messages() if row.handed_over_at is not None]
    assert [f"{hour:%a %H}" for hour in hours] == ["Thu 10", "Fri 10", "Sat 10", "Mon 10", "Tue 10"]
    assert house.one("SELECT due_at FROM member WHERE run_id = (SELECT id FROM run WHERE at_local = '2026-03-08T11:00')") is None


def test_a_held_text_leaves_where_no_next_one_comes_before_the_end(house: House) -> None:
    knows(house, PARIS)
    begin(house, EVERY_DAY + "ends: 2026-03-09 09:00\n")
    days(house, datetime(2026, 3, 8, tzinfo=UTC), 2, range(0, 24, 1))
    hours = [row.handed_over_at for row in house.messages() if row.handed_over_at is not None]
    assert [f"{hour:%a %H}" for hour in hours] == ["Mon 07"], "Sunday's, on Monday at eight"


def test_a_clock_that_was_down_for_thirty_hours_says_nothing_twice(house: House) -> None:
    knows(house, TOM)
    begin(house, EVERY_DAY)
    for at in (datetime(2026, 3, 5, 15, 0, tzinfo=UTC), datetime(2026, 3, 6, 21, 0, tzinfo=UTC), datetime(2026, 3, 6, 21, 1, tzinfo=UTC)):
        ticks(house, at)
    assert left(house) == [TOM], "the sixth's, late; the fifth's is over"


def test_an_answer_is_to_the_newest_text_and_is_followed_once(house: House) -> None:
    knows(house, TOM)
    begin(house, EVERY_DAY + "then: [{on: reply, flow: thanks}]\n")
    days(house, datetime(2026, 3, 5, tzinfo=UTC), 4, range(15, 18))
    house.says("lovely", TOM)
    house.clock.pass_(timedelta(minutes=1))
    ticks(house)
    house.clock.pass_(timedelta(minutes=1))
    ticks(house)
    flows = Counter(row.flow for row in house.messages() if row.handed_over_at is not None)
    assert flows == {"sale": 4, "thanks": 1}


ASKS = """\
flow: asks
purpose: marketing
steps:
  ask: {ask: "{{ brand }}: would you come again? STOP to opt out", expect: yes_no}
"""


def test_a_later_step_may_be_the_same_flow(house: House, tmp_path: Path) -> None:
    house.publish(tmp_path / "flows", asks=ASKS)
    knows(house, TOM)
    begin(house, SALE.replace("text:", "flow: asks #") + "then: [{on: no reply, after: 2d, flow: asks}]\n")
    days(house, datetime(2026, 3, 5, tzinfo=UTC), 12)
    asked = [row.handed_over_at for row in house.messages() if row.handed_over_at is not None]
    assert len(asked) == 2
    assert asked[1] - asked[0] >= timedelta(days=2), "not while the first question is still open"


# --- stopped, and gone on -----------------------------------------------------------------------------------------------


def test_who_resumes_what_the_filters_stopped_has_decided(house: House) -> None:
    knows(house, *many(100))
    begin(house, SALE)
    ticks(house, HOUR)
    with house.store.write() as db:
        db.execute(text("UPDATE message SET status = 'undelivered', error_code = 30007 WHERE id <= 5"))
    ticks(house)
    assert state(house) == (State.PAUSED, "the carrier filtered 5 of 100 texts (30007)")
    steering.resume(house.process, "sale")
    ticks(house)
    assert state(house) == (State.RUNNING, "")


def test_a_zone_learned_while_it_is_planned_has_its_hour_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.campaigns.planning.STRETCH", 2)
    knows(house, *many(6))
    begin(house, SALE)
    house.clock.at = datetime(2026, 3, 5, 6, 0, tzinfo=UTC)
    ticking.plan(house.process, for_s=0)
    with house.store.write() as db:
        contact.change(db, 6, zone="Asia/Tokyo")
        (row,) = campaign.running(db)
    ticking.plan(house.process)
    with house.store.read() as db:
        (run,) = campaign.runs(db, row.id)
        zones = {zone for zone, _, _ in campaign.slots(db, run.id)}
    assert zones == {"America/New_York", "Asia/Tokyo"}
    assert house.count("member", "due_at IS NULL") == 0
