"""What a campaign's preview says, and what is refused before it starts, on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from bot import publishing
from bot.campaigns import steering
from bot.campaigns.drafting import meant
from bot.campaigns.preview import Preview, preview
from config.settings import Settings
from flows.campaign import PARTS, lot
from flows.types import Purpose
from models import campaign, contact, revision
from models.campaign import Phase, State
from nlp.types import Reader
from scheduler.windows import is_open
from scheduler.zones import place_of
from tests.service.campaigns import SALE, THANKS, begin, house_with_thanks, knows, load, many, state
from tests.service.house import MAYA, TOM, House

PARISIANS = ("+33612345678", "+33612345679")


@pytest.fixture
def house(settings: Settings, reader: Reader, tmp_path: Path) -> Iterator[House]:
    built = house_with_thanks(settings, reader, tmp_path)
    yield built
    built.close()


def look(house: House, source: str) -> Preview:
    """The preview of a draft."""
    load(house, source)
    with house.store.read() as db:
        row = campaign.by_name(db, source.splitlines()[0].removeprefix("campaign: "))
    assert row is not None
    return preview(house.process, meant(row))


def refused(house: House, source: str) -> str:
    """Why it may not start, a reason a line: said by the preview and by the start alike; "" where it may."""
    return "\n".join(map(str, look(house, source).refusals))


def live_source(house: House, flow: str) -> str:
    with house.store.read() as db:
        row = revision.live_of(db, flow)
    assert row is not None
    return row.source


# --- names --------------------------------------------------------------------------------------------------------------


def test_a_campaign_does_not_replace_a_flow_of_its_name(house: House) -> None:
    knows(house, MAYA)
    source = SALE.replace("sale", "thanks")
    says = "Another flow `thanks` is live, and the campaign would replace it."
    assert refused(house, source).startswith(says)
    with pytest.raises(steering.SteeringError, match="thanks"):
        steering.start(house.process, "thanks", by="test")
    assert (live_source(house, "thanks"), state(house, "thanks")[0]) == (THANKS, State.DRAFT)


def test_a_flow_that_went_live_a_moment_ago_is_not_replaced_either(house: House) -> None:
    """Nobody saw it when the campaign was looked at: it is asked again where it is written."""
    mine = THANKS.replace("thank you", "20% off")
    for name, why in (("thanks", "campaign thanks"), ("sale", "campaign sale")):
        source = mine.replace("thanks", name)
        done = publishing.publish_texts(house.store, {f"{name}.yaml": source}, by="test", why=why, now=house.clock())
        assert done.refused == (name == "thanks")
    assert live_source(house, "thanks") == THANKS
    knows(house, MAYA)
    begin(house, SALE)  # what a start that died half-way had published is its own
    assert ("20% off today" in live_source(house, "sale"), state(house)[0]) == (True, State.RUNNING)


def test_a_campaign_does_not_replace_a_variant_of_another(house: House) -> None:
    knows(house, MAYA)
    both = "variants: {short: {share: 50%, text: A STOP to opt out}, long: {share: 50%, text: B STOP to opt out}}\n"
    begin(house, SALE.rpartition("text:")[0] + both)
    before = live_source(house, "sale-short")
    assert "Another flow `sale-short` is live" in refused(house, SALE.replace("sale", "sale-short"))
    assert live_source(house, "sale-short") == before


def test_a_file_does_not_replace_the_text_of_a_campaign_before_that_has_ended(house: House, tmp_path: Path) -> None:
    knows(house, MAYA)
    begin(house, SALE)
    said = live_source(house, "sale")
    file = tmp_path / "sale.yaml"
    file.write_text(THANKS.replace("thanks", "sale"))

    def published() -> publishing.Published:
        return publishing.publish(house.store, [file], by="test", why="", now=house.clock())

    for word in ("running", "paused"):
        (problem,) = published().problems
        assert (problem.file, problem.what) == (str(file), f"`sale` is a text of the campaign `sale`, which is {word}.")
        assert live_source(house, "sale") == said
        if word == "running":
            steering.pause(house.process, "sale", by="ann")
    steering.cancel(house.process, "sale", by="ann")
    assert published().fresh == (("sale", 2),)


# --- nobody -------------------------------------------------------------------------------------------------------------


def test_everybody_is_held_out(house: House) -> None:
    knows(house, *many(60))
    knows(house, *many(3, "718"), consent="unknown", tags=["one"])
    with house.store.read() as db:
        held = [row for row in contact.after(db, 0, 60) if lot("sale", "holdout").part(row.id) < PARTS / 2]
    with house.store.write() as db:
        db.execute(update(contact.contact).where(contact.contact.c.id == held[0].id).values(tags=["one"]))
    says = "Everybody who may be texted is held out by lot: 1. Choose more people, or leave out `holdout`."
    assert refused(house, SALE.replace("all", "tag:one") + "holdout: 50%\n") == says


# --- its hour -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "says"),
    [
        ("every: day 10:00", ""),
        ("on: birthday\nat: 10:00", ""),
        ("every: day 23:00", "`every` lies in quiet hours for everybody"),
        ("every: sunday 10:00", "`every` lies in quiet hours for everybody"),
        ("on: birthday\nat: 23:00", "`at` lies in quiet hours for everybody"),
        ("at: 2026-03-08 10:00 local", "`at` lies in quiet hours for everybody"),
    ],
)
def test_the_eve_of_a_closed_day(house: House, when: str, says: str) -> None:
    """In France nobody is texted on a Sunday; what comes again and again comes on other days too."""
    house.clock.at = datetime(2026, 3, 7, 18, 0, tzinfo=UTC)  # a Saturday
    knows(house, *PARISIANS, fields={"birthday": "1990-03-08"})
    assert refused(house, SALE.replace("at: 2026-03-05 10:00 local", when))[: len(says) or None] == says


def test_an_hour_that_has_passed_for_all_of_them(house: House) -> None:
    knows(house, *PARISIANS)
    source = SALE.replace("03-05", "03-04")
    assert refused(house, source) == "`at` is over: 2026-03-04 10:00 has passed where these people are. Choose a moment to come."
    knows(house, MAYA)
    house.clock.at = datetime(2026, 3, 4, 18, 59, tzinfo=UTC)
    assert refused(house, source) == "", "in California it was less than an hour ago: who starts it now means it"
    house.clock.at = datetime(2026, 3, 4, 19, 1, tzinfo=UTC)
    assert "has passed where these people are" in refused(house, source)


def test_who_would_get_it_too_late_is_left_out(house: House) -> None:
    quick = THANKS.replace("thanks", "quick").replace("steps:", "late: 2h\nsteps:")
    publishing.publish_texts(house.store, {"quick.yaml": quick}, by="test", why="test", now=house.clock())
    knows(house, *PARISIANS)
    knows(house, *many(3))
    house.clock.at = datetime(2026, 3, 4, 14, 0, tzinfo=UTC)  # three in the afternoon in Paris, nine in New York
    seen = look(house, SALE.replace("03-05", "03-04").rpartition("text:")[0] + "flow: quick\n")
    assert (seen.n_segment, seen.n_people, seen.excluded) == (5, 3, {"too late by now": 2})
    assert (seen.n_segments, [hour.zone for hour in seen.hours], seen.refusals) == (3, ["America/New_York"], ())


def test_whose_hour_comes_after_the_end_is_left_out(house: House) -> None:
    knows(house, MAYA, TOM)
    seen = look(house, SALE + "ends: 2026-03-05 17:00\n")
    assert (seen.n_people, seen.excluded, seen.variants) == (1, {"after its end": 1}, {"all": 1})
    assert seen.refusals == ()


def test_an_end_before_the_rest(house: House) -> None:
    knows(house, *many(60))
    pilot = SALE + "pilot: {share: 20%, rest_after: 2d}\n"
    assert refused(house, pilot + "ends: 2026-03-05 20:00\n").startswith("It ends before the rest comes, 2 days after the pilot.")
    assert refused(house, pilot + "ends: 2026-03-07 20:00\n") == ""


# --- how many, how long -------------------------------------------------------------------------------------------------


def test_only_those_count_whom_the_gate_would_let_pass(house: House) -> None:
    knows(house, *many(10))
    with house.store.write() as db:
        ids = [row.id for row in contact.after(db, 0, 10)]
        db.execute(update(contact.contact).where(contact.contact.c.id.in_(ids[:4])).values(unreachable_at=house.clock()))
        blocks = {"suppressed_at": house.clock(), "consent_at": house.clock()}
        db.execute(update(contact.contact).where(contact.contact.c.id.in_(ids[4:6])).values(**blocks))
    seen = look(house, SALE)
    assert (seen.n_people, seen.n_segment, seen.n_segments) == (4, 10, 4)
    assert seen.excluded == {"cannot be reached": 4, "blocks our texts": 2}


def test_countries_that_are_not_texted_do_not_count(settings: Settings, reader: Reader, tmp_path: Path) -> None:
    """Canada shares the code of the USA, and is told apart all the same."""
    house = house_with_thanks(settings.model_copy(update={"countries": ("US",)}), reader, tmp_path)
    try:
        knows(house, *many(3), *many(2, "416"), *PARISIANS)
        seen = look(house, SALE)
        assert (seen.n_people, seen.n_segment, seen.n_segments, seen.refusals) == (3, 7, 3, ())
        assert seen.excluded == {"of a country that COUNTRIES leaves out": 4}
        with house.store.write() as db:
            db.execute(delete(contact.contact).where(contact.contact.c.phone.startswith("+1")))
        says = "Nobody of the 2 in the segment may be texted: 2 of a country that COUNTRIES leaves out."
        assert refused(house, SALE).startswith(says)
    finally:
        house.close()


def test_the_last_text_leaves_by_day(settings: Settings, reader: Reader, tmp_path: Path) -> None:
    """At 500 seconds each, 100 texts take 14 hours: what is left in the evening leaves the next morning."""
    house = house_with_thanks(settings.model_copy(update={"sender_rates": {"+15005550006": 0.002}}), reader, tmp_path)
    try:
        knows(house, *many(100))
        seen = look(house, SALE)
        assert seen.first_at == datetime(2026, 3, 5, 15, 0, tzinfo=UTC)
        assert seen.last_at is not None
        assert is_open(seen.last_at, place_of("+12125550100"), Purpose.MARKETING)
        assert datetime(2026, 3, 6, 14, 0, tzinfo=UTC) < seen.last_at < datetime(2026, 3, 6, 20, 0, tzinfo=UTC)
        knows(house, *many(10, "415"))
        more = look(house, SALE)
        assert more.last_at is not None
        assert more.last_at - seen.last_at < timedelta(seconds=5000), "while New York sleeps, California is texted"
    finally:
        house.close()


def test_the_rest_comes_after_the_pilot(house: House) -> None:
    knows(house, *many(100))
    seen = look(house, SALE + "pilot: {share: 20%, rest_after: 2d}\n")
    pilot, rest = seen.hours
    assert (pilot.due_at, rest.due_at) == (datetime(2026, 3, 5, 15, 0, tzinfo=UTC), datetime(2026, 3, 7, 15, 0, tzinfo=UTC))
    assert (pilot.n + rest.n, pilot.n < 40) == (100, True)
    assert (seen.has_pilot, pilot.phase, rest.phase) == (True, Phase.PILOT, Phase.REST)
    assert seen.last_at is not None
    assert seen.last_at > rest.due_at
