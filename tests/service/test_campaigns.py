"""Campaigns, on both databases: who is planned, when each is released, and what stops one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.campaigns import steering, ticking
from bot.campaigns.results import results
from config.settings import Settings
from flows.campaign import PARTS, lot
from models import campaign, contact, member
from models.campaign import State
from nlp.types import Reader
from tests.service.campaigns import SALE, begin, house_with_thanks, knows, left, load, many, state, ticks
from tests.service.house import MAYA, NOW, TOM, House

PARIS = "+33612345678"
CALIFORNIA, NEW_YORK = "America/Los_Angeles", "America/New_York"


@pytest.fixture
def house(settings: Settings, reader: Reader, tmp_path: Path) -> Iterator[House]:
    built = house_with_thanks(settings, reader, tmp_path)
    yield built
    built.close()


# --- each at their own hour, once ---------------------------------------------------------------------------------------


def test_everybody_at_their_own_ten_o_clock(house: House) -> None:
    knows(house, MAYA, TOM, PARIS)
    begin(house, SALE)
    ticks(house)
    assert left(house) == []
    ticks(house, datetime(2026, 3, 5, 9, 0, tzinfo=UTC))
    assert left(house) == [PARIS], "10:00 in Paris"
    ticks(house, datetime(2026, 3, 5, 15, 0, tzinfo=UTC))
    assert left(house) == [PARIS, TOM], "10:00 in New York"
    ticks(house, datetime(2026, 3, 5, 18, 0, tzinfo=UTC))
    assert left(house) == [PARIS, TOM, MAYA]
    ticks(house, datetime(2026, 3, 6, 18, 0, tzinfo=UTC))
    assert len(left(house)) == 3, "once"


def test_one_moment_for_all_in_a_zone_of_the_author(house: House) -> None:
    knows(house, MAYA, TOM)
    begin(house, SALE.replace("10:00 local", "19:00 Europe/Paris"))
    ticks(house, datetime(2026, 3, 5, 18, 0, tzinfo=UTC))
    assert sorted(left(house)) == sorted([MAYA, TOM])


def test_a_zone_that_we_were_told_wins_over_the_number(house: House) -> None:
    knows(house, MAYA, zone="Europe/Berlin")
    begin(house, SALE)
    ticks(house, datetime(2026, 3, 5, 9, 0, tzinfo=UTC))
    assert left(house) == [MAYA], "10:00 in Berlin, whatever her number says"


def test_spread_over_two_hours(house: House) -> None:
    phones = many(60)
    knows(house, *phones)
    begin(house, SALE + "spread: 2h\n")
    ticks(house, datetime(2026, 3, 5, 15, 0, tzinfo=UTC))
    first = len(left(house))
    ticks(house, datetime(2026, 3, 5, 16, 0, tzinfo=UTC))
    half = len(left(house))
    ticks(house, datetime(2026, 3, 5, 17, 0, tzinfo=UTC))
    assert first < 10 < half < 50
    assert len(left(house)) == 60


def test_only_those_who_opted_in_and_belong(house: House) -> None:
    knows(house, MAYA, tags=["vip"])
    knows(house, TOM)
    knows(house, *many(1), tags=["vip"], consent="unknown")
    knows(house, *many(1, "305"), tags=["vip"], consent="out")
    seen = begin(house, SALE.replace("segment: all", "segment: tag:vip"))
    assert (seen.n_segment, seen.n_people, seen.excluded) == (3, 1, {"never opted in": 1, "opted out": 1})
    ticks(house, datetime(2026, 3, 5, 18, 0, tzinfo=UTC))
    assert left(house) == [MAYA]


def test_a_stop_after_the_planning(house: House) -> None:
    knows(house, MAYA, TOM)
    begin(house, SALE)
    ticks(house, datetime(2026, 3, 5, 12, 0, tzinfo=UTC))
    house.says("STOP", TOM)
    ticks(house, datetime(2026, 3, 5, 18, 0, tzinfo=UTC))
    assert left(house) == [MAYA], "planned while he was in, and not texted"


# --- lots ---------------------------------------------------------------------------------------------------------------


def test_holdout_and_variants_are_the_lots_in_both_databases(house: House) -> None:
    knows(house, *many(400))
    text = '"{{ brand }}: hello. STOP to opt out."'
    variants = f"variants:\n  a: {{share: 30%, text: {text}}}\n  b: {{share: 70%, text: {text}}}\nholdout: 20%\n"
    begin(house, "\n".join(SALE.splitlines()[:3]) + "\n" + variants)
    ticks(house, datetime(2026, 3, 5, 9, 0, tzinfo=UTC))
    with house.store.read() as db:
        found = member.by_variant(db, [1])
        rows = contact.after(db, 0, 1000)
    held = [row for row in rows if lot("sale", "holdout").part(row.id) < 0.2 * PARTS]
    a = [row for row in rows if row not in held and lot("sale", "variant").part(row.id) < 0.3 * PARTS]
    assert {name: n for name, (n, _) in found.items()} == {"holdout": len(held), "a": len(a), "b": 400 - len(held) - len(a)}
    assert 50 < len(held) < 110
    assert 60 < len(a) < 135


def test_a_lot_is_fair_and_apart_from_every_other() -> None:
    one, two = lot("sale", "holdout"), lot("winter", "holdout")
    parts = [one.part(n) for n in range(1, 20_001)]
    assert all(0 <= part < PARTS for part in parts)
    tenth = {n for n, part in enumerate(parts, 1) if part < PARTS // 10}
    other = {n for n in range(1, 20_001) if two.part(n) < PARTS // 10}
    assert 1850 < len(tenth) < 2150
    assert 150 < len(tenth & other) < 250, "being held out of one says nothing about the other"


# --- pilot --------------------------------------------------------------------------------------------------------------

PILOT = SALE + "pilot: {share: 20%, opt_outs: 5%}\n"


def _pilot(house: House) -> int:
    knows(house, *many(200))
    begin(house, PILOT)
    ticks(house, datetime(2026, 3, 5, 15, 0, tzinfo=UTC))
    n = len(left(house))
    assert 20 < n < 60
    return n


def test_a_pilot_that_went_well_is_followed_by_the_rest_a_day_later(house: House) -> None:
    n = _pilot(house)
    ticks(house, datetime(2026, 3, 5, 20, 0, tzinfo=UTC))
    assert len(left(house)) == n
    ticks(house, datetime(2026, 3, 6, 15, 0, tzinfo=UTC))
    assert len(left(house)) == 200
    assert len(set(left(house))) == 200, "nobody of the pilot is among the rest"


def test_a_pilot_that_went_badly_stops_the_campaign_until_a_person_says_go(house: House) -> None:
    n = _pilot(house)
    for phone in left(house)[: n // 5]:
        house.says("STOP", phone)
    ticks(house, datetime(2026, 3, 5, 20, 0, tzinfo=UTC))
    assert state(house)[0] == State.PAUSED
    assert f"pilot: {n // 5} of {n} opted out" in state(house)[1]
    assert house.count("alarm", "kind = 'campaign'") == 1
    ticks(house, datetime(2026, 3, 6, 15, 0, tzinfo=UTC))
    assert len(left(house)) == n
    steering.resume(house.process, "sale")
    ticks(house)
    assert len(left(house)) == 200, "all but those who had been texted; those who opted out were of the pilot"


def test_one_who_opts_out_stops_no_pilot(house: House) -> None:
    _pilot(house)
    house.says("STOP", left(house)[0])
    ticks(house, datetime(2026, 3, 6, 15, 0, tzinfo=UTC))
    assert state(house)[0] == State.RUNNING
    assert len(left(house)) == 200


# --- pause, cancel, end -------------------------------------------------------------------------------------------------


def test_paused_nothing_leaves_and_resumed_it_goes_on(house: House) -> None:
    knows(house, MAYA, TOM)
    begin(house, SALE)
    ticks(house, datetime(2026, 3, 5, 15, 0, tzinfo=UTC))
    steering.pause(house.process, "sale", by="ann")
    ticks(house, datetime(2026, 3, 5, 18, 0, tzinfo=UTC))
    assert left(house) == [TOM]
    steering.resume(house.process, "sale")
    ticks(house, datetime(2026, 3, 5, 18, 30, tzinfo=UTC))
    assert left(house) == [TOM, MAYA]


def test_what_is_queued_waits_at_the_gate_while_it_is_paused(house: House) -> None:
    knows(house, MAYA)
    begin(house, SALE)
    house.clock.at = datetime(2026, 3, 5, 18, 0, tzinfo=UTC)
    ticking.plan(house.process)
    ticking.release(house.process)
    steering.pause(house.process, "sale", by="ann")
    house.work()
    (row,) = house.messages()
    assert (row.status, row.reason, row.campaign_id) == ("queued", "the campaign is paused: paused by ann", 1)
    steering.resume(house.process, "sale")
    house.passes(timedelta(minutes=2))
    assert left(house) == [MAYA]


def test_canceled_takes_back_what_is_queued(house: House) -> None:
    knows(house, MAYA, TOM)
    begin(house, SALE)
    house.clock.at = datetime(2026, 3, 5, 15, 0, tzinfo=UTC)
    ticking.plan(house.process)
    ticking.release(house.process)
    taken = steering.cancel(house.process, "sale", by="ann")
    assert (taken.starts, taken.texts) == (1, 0)
    ticks(house, datetime(2026, 3, 5, 18, 0, tzinfo=UTC))
    assert left(house) == []
    with pytest.raises(steering.SteeringError, match="is canceled already"):
        steering.cancel(house.process, "sale", by="ann")


def test_it_ends(house: House) -> None:
    knows(house, MAYA, TOM)
    begin(house, SALE + "ends: 2026-03-05 17:00\n")
    ticks(house, datetime(2026, 3, 5, 15, 0, tzinfo=UTC))
    ticks(house, datetime(2026, 3, 5, 17, 0, 1, tzinfo=UTC))
    assert state(house) == ("ended", "its end has come")
    ticks(house, datetime(2026, 3, 5, 18, 0, tzinfo=UTC))
    assert left(house) == [TOM], "Maya's hour came after its end"


def test_a_budget_pauses_it_exactly(settings: Settings, reader: Reader) -> None:
    priced = settings.model_validate({**settings.model_dump(), "prices": "*=0.01"})
    house = House(priced, reader)
    knows(house, *many(20))
    load(house, SALE + "budget: 0.15 USD\n")
    with pytest.raises(steering.SteeringError, match=r"It would cost about 0\.20 USD, more than the budget of 0\.15"):
        steering.start(house.process, "sale", by="test")
    load(house, SALE + "budget: 0.20 USD\n")
    steering.start(house.process, "sale", by="test")
    knows(house, *many(5, "305"))  # five more came since
    ticks(house, datetime(2026, 3, 5, 15, 0, tzinfo=UTC))
    assert len(left(house)) == 20
    assert state(house) == ("paused", "its budget is spent")
    with house.store.read() as db:
        row = campaign.by_name(db, "sale")
    assert row is not None
    assert results(house.process, row).micros == 200_000
    house.close()


# --- then ---------------------------------------------------------------------------------------------------------------

THEN = """\
then:
  - {on: no reply, after: 1d, text: "{{ brand }}: last chance. STOP to opt out."}
  - {on: reply, flow: thanks}
"""


def test_what_follows_a_reply_and_a_silence(house: House) -> None:
    knows(house, *many(2))
    answers, silent = many(2)
    begin(house, SALE + THEN)
    ticks(house, datetime(2026, 3, 5, 15, 0, tzinfo=UTC))
    house.clock.pass_(timedelta(minutes=5))
    house.says("lovely", answers)
    ticks(house, house.clock() + timedelta(seconds=30))
    ticks(house, datetime(2026, 3, 6, 15, 1, tzinfo=UTC))
    said = [(row.contact_id, row.flow) for row in house.messages() if row.handed_over_at is not None]
    assert said == [(1, "sale"), (2, "sale"), (1, "thanks"), (2, "sale-then-1")]
    ticks(house, datetime(2026, 3, 8, 15, 1, tzinfo=UTC))
    assert len(left(house)) == 4, silent


# --- again and again, and on a date -------------------------------------------------------------------------------------


def test_every_day_once_on_each_local_day(house: House) -> None:
    knows(house, TOM)
    begin(house, SALE.replace("at: 2026-03-05 10:00 local", "every: day 11:00"))
    at = NOW
    while at < datetime(2026, 3, 10, 12, 0, tzinfo=UTC):  # over the night of 8 March, when the clocks go forward
        ticks(house, at)
        at += timedelta(minutes=30)
    hours = [row.handed_over_at for row in house.messages() if row.handed_over_at is not None]
    assert [f"{hour:%d %H:%M}" for hour in hours] == ["05 16:00", "06 16:00", "07 16:00", "08 16:00", "09 15:00"], (
        "11:00 in New York; on Sundays its window opens at noon"
    )


def test_on_a_birthday_once_a_year(house: House) -> None:
    knows(house, TOM, fields={"birthday": "1990-03-05"})
    knows(house, MAYA, fields={"birthday": "1990-03-08"})
    begin(house, SALE.replace("at: 2026-03-05 10:00 local", 'on: birthday\nat: "11:00"'))
    for day in range(4, 12):
        ticks(house, datetime(2026, 3, day, 8, 0, tzinfo=UTC))
        ticks(house, datetime(2026, 3, day, 20, 0, tzinfo=UTC))
    assert left(house) == [TOM, MAYA]
    with house.store.write() as db:
        row = contact.by_phone(db, TOM)
        assert row is not None
        contact.change(db, row.id, fields={"birthday": "1990-03-20"})  # corrected later
    ticks(house, datetime(2026, 3, 20, 20, 0, tzinfo=UTC))
    assert left(house) == [TOM, MAYA], "not twice in a year"
