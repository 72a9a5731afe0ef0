"""Campaigns, on both databases: who is planned, when each is released, what stops one, and what a killed clock leaves."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import reports
from bot.campaigns import steering, ticking
from bot.campaigns.drafting import draft, meant
from bot.campaigns.person import explain
from bot.campaigns.planning import open_runs, plan_some
from bot.campaigns.preview import preview
from bot.campaigns.results import results
from bot.publishing import retire
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


# --- killed anywhere ----------------------------------------------------------------------------------------------------


def test_a_planning_that_died_goes_on_where_it_was(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.campaigns.planning.STRETCH", 7)
    knows(house, *many(50))
    begin(house, SALE)
    house.clock.at = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
    with house.store.read() as db:
        (row,) = campaign.running(db)
    open_runs(house.process, row, lambda: False)
    for _ in range(10):
        with house.store.read() as db:
            (run,) = campaign.runs(db, row.id)
        plan_some(house.process, row, run)
        assert not plan_some(house.process, row, run) or house.count("member") <= 50, "what another clock planned is not planned again"
    ticks(house)
    assert house.count("member") == 50
    assert house.count("member", "due_at IS NULL") == 0


PLANNER = """
import sys
from dataclasses import replace
from datetime import datetime
from bot.bell import SilentBell
from bot.campaigns import planning, ticking
from bot.process import LateReader, load_reader, open_process
from config.settings import load_settings
planning.STRETCH = 20
process = open_process(load_settings(), reader=LateReader(load_reader), bell=SilentBell())
ticking.plan(replace(process, now=lambda: datetime.fromisoformat(sys.argv[1])), for_s=60)
"""


@pytest.mark.parametrize("killed_at", [1, 400, 1900])
def test_a_clock_that_is_killed_while_it_plans(house: House, killed_at: int) -> None:
    """kill -9 in the middle of it: another clock plans the rest, nobody twice and nobody left out."""
    phones = [f"+1{area}555{n:04d}" for area in (212, 718) for n in range(1000)]
    knows(house, *phones)
    begin(house, SALE)
    at = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
    known = house.settings.model_dump(include={"parley_home", "database_url", "twilio_account_sid", "twilio_auth_token", "public_url"})
    environ = {**os.environ, **{name.upper(): str(value) for name, value in known.items()}}
    clock = subprocess.Popen([sys.executable, "-c", PLANNER, at.isoformat()], env=environ, cwd=Path(__file__).parents[2])
    while house.count("member") < killed_at and clock.poll() is None:
        pass
    clock.kill()
    clock.wait()
    found = house.count("member")
    assert found % 20 == 0, "a stretch is written whole or not at all"
    house.clock.at = at
    ticking.plan(house.process)
    assert house.count("member") == 2000
    assert house.one("SELECT count(DISTINCT contact_id) FROM member") == 2000
    assert house.count("member", "due_at IS NULL") == 0


def test_a_release_is_a_start_once(house: House) -> None:
    knows(house, *many(30))
    begin(house, SALE)
    house.clock.at = datetime(2026, 3, 5, 15, 0, tzinfo=UTC)
    ticking.plan(house.process)
    ticking.release(house.process)
    ticking.release(house.process)  # another clock
    assert house.count("event", "kind = 'start'") == 30
    ticks(house)
    assert len(left(house)) == len(set(left(house))) == 30


def test_several_campaigns_share_the_room(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.campaigns.releasing.ROOM_STARTS", 10)
    knows(house, *many(30))
    begin(house, SALE)
    begin(house, SALE.replace("sale", "other"))
    house.clock.at = datetime(2026, 3, 5, 15, 0, tzinfo=UTC)
    ticking.plan(house.process)
    assert ticking.release(house.process) == 10
    assert [house.count("event", f"key LIKE 'campaign-{run}-%'") for run in (1, 2)] == [5, 5]
    assert ticking.release(house.process) == 0, "the room is full"


# --- refused before it starts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (SALE.replace("all", "tag:nobody"), "Nobody is in the segment `tag:nobody`"),
        (SALE.replace("2026-03-05", "2026-03-03"), "`at` is over: 2026-03-03 10:00 has passed everywhere"),
        (SALE.replace("10:00 local", "23:00 local"), "`at` lies in quiet hours for everybody"),
        (SALE + "ends: 2026-03-01\n", "`ends` is over"),
        (SALE + "ends: 2026-03-05 06:00\n", "It ends before it begins"),
        (SALE + "budget: 5 EUR\n", "The budget is in EUR, and there are no prices"),
        (SALE.replace("all", "consent:unknown"), "Nobody of the 1 in the segment may be texted: 1 never opted in. Without an opt-in"),
    ],
    ids=lambda value: value[:30] if value.startswith("Nobody") else None,
)
def test_refused(house: House, source: str, says: str) -> None:
    knows(house, MAYA, TOM)
    knows(house, *many(1), consent="unknown")
    load(house, source)
    with pytest.raises(steering.SteeringError) as refused:
        steering.start(house.process, "sale", by="test")
    assert says in str(refused.value)
    assert state(house)[0] == State.DRAFT


def test_what_has_begun_is_not_changed(house: House) -> None:
    knows(house, MAYA)
    begin(house, SALE)
    done = draft(house.process, SALE.replace("20%", "30%"), "sale.yaml", by="test", now=house.clock())
    assert done.name is None
    assert str(done.problems[0]) == "sale.yaml:1:1: The campaign `sale` has begun, and is what it was. Give the new one another name."


def test_a_preview_counts_and_reckons(house: House) -> None:
    knows(house, *many(40))
    knows(house, PARIS)
    load(house, SALE + "holdout: 10%\n")
    with house.store.read() as db:
        row = campaign.by_name(db, "sale")
    assert row is not None
    seen = preview(house.process, meant(row))
    assert seen.n_people + seen.variants["holdout"] == 41
    assert seen.n_segments == seen.n_people, "one segment each"
    assert {hour.zone for hour in seen.hours} <= {"Europe/Paris", NEW_YORK}
    assert seen.first_at is not None
    assert seen.last_at is not None
    assert seen.last_at >= datetime(2026, 3, 5, 15, 0, tzinfo=UTC)
    assert seen.texts[0].body == "Parley Demo: 20% off today. Reply STOP to opt out."
    assert house.count("message") == house.count("event") == house.count("member") == 0, "a look leaves no trace"


# --- what goes wrong on the way, and why somebody got it or not ---------------------------------------------------------


def why(house: House, phone: str) -> list[str]:
    with house.store.read() as db:
        row, owner = campaign.by_name(db, "sale"), contact.by_phone(db, phone)
    assert row is not None
    assert owner is not None
    return list(explain(house.process, row, owner))


def test_why_somebody_got_it_or_not(house: House) -> None:
    knows(house, *many(30), tags=["club"])
    knows(house, MAYA, consent="unknown", tags=["club"])
    knows(house, PARIS)
    begin(house, SALE.replace("all", "tag:club") + "holdout: 20%\n")
    assert why(house, MAYA)[1] == "Nobody is planned yet: that begins when its hour comes near, somewhere on earth."
    ticks(house, datetime(2026, 3, 5, 15, 0, tzinfo=UTC))
    assert why(house, MAYA)[-1] == "Its consent is `unknown`, and marketing needs an opt-in."
    assert why(house, PARIS)[-1] == "As of now the contact is not in the segment `tag:club`."
    held = next(phone for n, phone in enumerate(many(30), 1) if lot("sale", "holdout").part(n) < 0.2 * PARTS)
    assert "held out by lot" in why(house, held)[-1]
    got = next(phone for phone in many(30) if phone in left(house))
    assert why(house, got)[0] == "The campaign is running."
    assert "variant `all`, due at 2026-03-05 15:00:00 UTC" in why(house, got)[1]
    assert "was heard at 2026-03-05 15:00:00 UTC: start" in why(house, got)[2]
    assert "is accepted: `parley why " in why(house, got)[3] or "is delivered: `parley why " in why(house, got)[3]
    house.clock.pass_(timedelta(minutes=1))
    knows(house, "+13055550103", tags=["club"])
    assert "The contact came after the planning" in why(house, "+13055550103")[1]


def test_a_flow_that_was_retired_pauses_it(house: House) -> None:
    knows(house, MAYA)
    begin(house, SALE.replace("text:", "flow: thanks #"))
    retire(house.store, "thanks")
    ticks(house, datetime(2026, 3, 5, 18, 0, tzinfo=UTC))
    assert state(house) == ("paused", "thanks is not live any more")
    assert left(house) == []


def test_a_zone_that_is_none_costs_nobody_else_a_text(house: House) -> None:
    knows(house, MAYA, zone="Mars/Olympus")
    knows(house, TOM)
    begin(house, SALE)
    ticks(house, datetime(2026, 3, 5, 18, 0, tzinfo=UTC))
    assert sorted(left(house)) == [TOM, MAYA], "hers by her number, as soon as California is open"


def test_one_who_opts_out_stops_no_pilot(house: House) -> None:
    _pilot(house)
    house.says("STOP", left(house)[0])
    ticks(house, datetime(2026, 3, 6, 15, 0, tzinfo=UTC))
    assert state(house)[0] == State.RUNNING
    assert len(left(house)) == 200


def test_what_the_carrier_filters_pauses_it(house: House) -> None:
    knows(house, *many(100))
    begin(house, SALE)
    ticks(house, datetime(2026, 3, 5, 15, 0, tzinfo=UTC))
    for row in house.messages()[:5]:
        with house.store.write() as db:
            db.execute(text("UPDATE message SET status = 'sent' WHERE id = :id"), {"id": row.id})
        reports.report(house.process, row.key, row.provider_sid or "", "undelivered", 30007)
    ticks(house)
    assert state(house) == ("paused", "the carrier filtered 5 of 100 texts (30007)")


def test_a_sender_that_is_not_set_up_pauses_it(house: House) -> None:
    knows(house, MAYA)
    begin(house, SALE)
    ticks(house, datetime(2026, 3, 5, 18, 0, tzinfo=UTC))
    (row,) = house.messages()
    with house.store.write() as db:
        db.execute(text("UPDATE message SET status = 'sent'"))
    reports.report(house.process, row.key, row.provider_sid or "", "undelivered", 30034)
    assert state(house) == ("paused", "30034: number not registered (10DLC)")
