"""What becomes of campaigns when something goes wrong, on both databases: killed clocks, refused starts, carriers; and why one got it."""

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
from bot.publishing import retire
from config.settings import Settings
from flows.campaign import PARTS, lot
from models import campaign, contact
from models.campaign import State
from nlp.types import Reader
from tests.service.campaigns import SALE, begin, house_with_thanks, knows, left, load, many, state, ticks
from tests.service.house import MAYA, TOM, House

PARIS = "+33612345678"
CALIFORNIA, NEW_YORK = "America/Los_Angeles", "America/New_York"


@pytest.fixture
def house(settings: Settings, reader: Reader, tmp_path: Path) -> Iterator[House]:
    built = house_with_thanks(settings, reader, tmp_path)
    yield built
    built.close()


# --- killed anywhere ----------------------------------------------------------------------------------------------------


def test_a_planning_that_died_goes_on_where_it_was(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.campaigns.planning.STRETCH", 7)
    knows(house, *many(50))
    begin(house, SALE)
    house.clock.at = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
    with house.store.read() as db:
        (row,) = campaign.running(db)
    open_runs(house.process, row, lambda _: False)
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
