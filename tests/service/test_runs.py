"""Flows that run flows, on the server and on both databases."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import campaigns
from config.settings import Settings
from nlp.types import Reader
from tests.service.house import MAYA, House

ORDER = """
flow: order
purpose: service
triggers: [{keyword: ORDER}]
steps:
  where: {run: address, go: {completed: done, silent: bye}}
  done: {say: "To {{ answers.where.street or 'you' }}.", go: end}
  bye: {say: "Another time.", end: silent}
"""
ADDRESS = """
flow: address
purpose: service
coupons: {ten: {codes: codes.csv}}
steps:
  street:
    ask: "Which street?"
    nudge: {after: 1h, say: "The street?"}
    timeout: {after: 2h, go: silent}
  code: {coupon: ten, sold_out: end, say: "Your code: {{ coupon.code }}"}
  vote: {poll: "Tea? {{ poll.vote.total }}", options: {tea: [t], mate: [m]}, go: end}
  silent: {end: silent}
"""


@pytest.fixture
def house(settings: Settings, reader: Reader, tmp_path: Path) -> Iterator[House]:
    opened = House(settings, reader)
    (tmp_path / "codes.csv").write_text("code\nAAA1\n")
    opened.publish(tmp_path, order=ORDER, address=ADDRESS)
    yield opened
    opened.close()


def test_a_part_takes_codes_and_counts_votes_of_its_own(house: House) -> None:
    assert house.says("ORDER") == ["Which street?"]
    assert house.says("Main Street") == ["Your code: AAA1\n\nTea? 0"]
    assert house.says("tea") == ["To Main Street."]
    assert house.one("SELECT flow FROM coupon WHERE contact_id IS NOT NULL") == "address"
    assert house.one("SELECT flow FROM vote") == "address"
    assert house.one("SELECT flow FROM conversation") == "order"
    assert house.count("interaction", "step = 'where.street' AND flow = 'order'") == 2, "entered, and replied to"


def test_an_unasked_question_of_a_part_leaves_and_has_its_timers(house: House) -> None:
    campaigns.start_flow(house.process, "order", [MAYA])
    house.work()
    assert [sent.body for sent in house.paper.sent] == ["Which street?"]
    house.passes(timedelta(hours=1, minutes=1))
    assert [sent.body for sent in house.paper.sent] == ["Which street?", "The street?"]
    house.passes(timedelta(hours=1))
    assert house.paper.sent[-1].body == "Another time."
    assert house.one("SELECT outcome FROM conversation") == "silent"
