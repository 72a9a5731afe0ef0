"""Campaigns in the console, on both databases: written, looked at, started, paused, resumed, canceled; by whom."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from config.settings import Settings
from nlp.types import Reader
from tests.service.campaigns import SALE, knows, left, state, ticks
from tests.service.house import House
from tests.service.members import signed_in, staffed

WEST, EAST = "+14155550177", "+12125550177"


@pytest.fixture
def house(settings: Settings, reader: Reader) -> Iterator[House]:
    built = staffed(settings, reader)
    knows(built, WEST, EAST)
    yield built
    built.close()


def test_written_looked_at_started_and_paused(house: House) -> None:
    member = signed_in(house, "marketer")
    assert "No campaign yet" in member.get("/campaigns").text
    assert "campaign: winter-sale" in member.get("/campaigns/new").text
    member.post("/campaigns", source=SALE)
    page = member.get("/campaigns/sale").text
    assert "of 2 in the segment" in page
    assert "Parley Demo: 20% off today. Reply STOP to opt out." in page
    asked = member.post("/campaigns/sale/start")
    assert "Start it for 2 people?" in asked.text
    assert state(house)[0] == "draft", "starting asks first"
    member.post("/campaigns/sale/start", sure="yes")
    ticks(house, datetime(2026, 3, 5, 15, 0, tzinfo=UTC))
    assert left(house) == [EAST]
    member.post("/campaigns/sale/pause")
    assert state(house) == ("paused", "paused by Marketer")
    assert "paused by Marketer" in member.get("/campaigns/sale").text
    member.post("/campaigns/sale/resume")
    assert state(house)[0] == "running"
    member.post("/campaigns/sale/cancel")
    assert state(house) == ("canceled", "canceled by Marketer")
    assert "Canceled" in member.get("/campaigns").text


def test_who_is_of_the_pilot_stands_beside_each_hour(house: House) -> None:
    knows(house, *(f"+1773555{n:04d}" for n in range(100, 160)))
    member = signed_in(house, "marketer")
    member.post("/campaigns", source=SALE)
    assert "the rest" not in member.get("/campaigns/sale").text
    member.post("/campaigns", source=SALE.replace("sale", "tried") + "pilot: 20%\n")
    page = member.get("/campaigns/tried").text
    who = re.findall(r'<th scope="row">America/[A-Za-z_]+</th><td class="nowrap">(the pilot|the rest)</td>', page)
    assert set(who) == {"the pilot", "the rest"}


def test_mistakes_come_back_with_their_places_and_the_text_stays(house: House) -> None:
    member = signed_in(house, "marketer")
    page = member.post("/campaigns", source=SALE.replace("all", "tag:vip adn"))
    assert page.status_code == 400
    assert "2:10" in page.text
    assert "tag:vip adn" in page.text


def test_a_refused_start_says_everything(house: House) -> None:
    member = signed_in(house, "marketer")
    member.post("/campaigns", source=SALE.replace("10:00 local", "23:30 local"))
    assert "lies in quiet hours for everybody" in member.get("/campaigns/sale").text
    member.post("/campaigns/sale/start", sure="yes")
    assert state(house)[0] == "draft"
    assert "lies in quiet hours" in member.get("/campaigns/sale").text


def test_support_reads_and_steers_nothing(house: House) -> None:
    signed_in(house, "marketer").post("/campaigns", source=SALE)
    support = signed_in(house, "support")
    assert "needs the role marketer" in support.get("/campaigns/sale").text
    assert support.get("/campaigns/new").status_code == 403
    for act in ("start", "pause", "resume", "cancel"):
        assert support.post(f"/campaigns/sale/{act}", sure="yes").status_code == 403
    assert state(house)[0] == "draft"


def test_no_such_campaign_and_no_such_act(house: House) -> None:
    member = signed_in(house, "marketer")
    member.post("/campaigns", source=SALE)
    assert member.get("/campaigns/nothing").status_code == 404
    assert member.post("/campaigns/sale/explode").status_code == 404


def test_a_segment_is_counted_with_a_sample(house: House) -> None:
    support = signed_in(house, "support")
    assert "Who is meant" in support.get("/people/segments").text
    page = support.get("/people/segments?q=contact.phone+%3D+%22%2B14155550177%22").text
    assert "1 contact<" in page
    assert "1 of them may get marketing" in page
    assert WEST in page
    assert EAST not in page
    wrong = support.get("/people/segments?q=tag:vip+adn")
    assert wrong.status_code == 400
    assert "At character 9" in wrong.text


def test_one_whose_file_can_no_longer_be_read_leaves_the_others_alone(house: House) -> None:
    member = signed_in(house, "marketer")
    member.post("/campaigns", source=SALE)
    member.post("/campaigns", source=SALE.replace("sale", "other"))
    with house.store.write() as db:
        db.execute(text("UPDATE campaign SET source = 'campaign: [', state = 'paused' WHERE name = 'sale'"))
    page = member.get("/campaigns").text
    assert "can no longer be read" in page
    assert "/console/campaigns/other" in page
    assert member.get("/campaigns/sale").status_code == 302
    member.post("/campaigns/sale/resume")
    assert "can only be canceled" in member.get("/campaigns").text
    member.post("/campaigns/sale/cancel")
    assert state(house)[0] == "canceled"
