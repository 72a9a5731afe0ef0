"""Short links, on both databases: made with the text, opened by whoever got it, previews told apart, and no way to anywhere else."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.addresses import new_address, token_of
from bot.console.thread import thread
from bot.links import is_preview
from config.settings import Settings
from flows.segments import segments
from models import interaction, link
from nlp.types import Reader
from tests.service.house import House

OFFER = """\
flow: offer
purpose: service
triggers: [{keyword: [OFFER]}]
steps:
  tell: {say: "20% off: {{ link('https://example.com/offer?from=sms&x=1#top') }}"}
"""
BROWSER = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)
APPLE = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 "
    "facebookexternalhit/1.1 Facebot Twitterbot/1.0"
)


@pytest.fixture
def house(settings: Settings, reader: Reader, tmp_path: Path) -> Iterator[House]:
    built = House(settings.model_copy(update={"link_url": "https://go.example"}), reader)
    flows = tmp_path / "flows"
    flows.mkdir()
    built.publish(flows, offer=OFFER)
    yield built
    built.close()


def told(house: House) -> str:
    (said,) = house.says("offer")
    found = re.fullmatch(rf"20% off: {re.escape(house.settings.link_url)}(/l/[A-Za-z0-9]{{12}})", said)
    assert found, said
    return found[1]


def test_a_person_opens_it_and_is_counted(house: House) -> None:
    path = told(house)
    answer = house.app.test_client().get(path, headers={"User-Agent": BROWSER})
    assert (answer.status_code, answer.headers["Location"]) == (302, "https://example.com/offer?from=sms&x=1#top")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    house.app.test_client().get(path, headers={"User-Agent": BROWSER})
    assert house.one("SELECT n_opened FROM link") == 2
    with house.store.read() as db:
        opened = link.by_token(db, path.rpartition("/")[2])
    assert opened is not None
    assert opened.opened_at == house.clock()
    assert house.count("interaction", "kind = 'clicked' AND flow = 'offer' AND step = 'tell'") == 2


@pytest.mark.parametrize(
    ("method", "agent"), [("GET", APPLE), ("GET", ""), ("HEAD", BROWSER), ("GET", "WhatsApp/2.23.20.0"), ("GET", "curl/8.5")]
)
def test_a_preview_is_no_click(house: House, method: str, agent: str) -> None:
    answer = house.app.test_client().open(told(house), method=method, headers={"User-Agent": agent})
    assert answer.status_code == 302
    assert (house.one("SELECT n_opened FROM link"), house.one("SELECT n_previewed FROM link")) == (0, 1)
    assert house.count("interaction", "kind = 'clicked'") == 0


@pytest.mark.parametrize(
    "path", ["/l/AAAAAAAAAAAA", "/l/x", "/l/https://evil.example", "/l/..%2f..", "/l/AAAAAAAAAAAA?to=https://evil.example", "/l/%00"]
)
def test_what_is_no_link_leads_nowhere(house: House, path: str) -> None:
    told(house)
    answer = house.app.test_client().get(path, headers={"User-Agent": BROWSER})
    assert answer.status_code == 404
    assert "Location" not in answer.headers


def test_each_contact_and_each_text_has_its_own(house: House) -> None:
    assert len({told(house), told(house)}) == 2
    assert house.one("SELECT count(DISTINCT message_key) FROM link") == 2


def test_addresses_do_not_repeat_and_cost_no_unicode() -> None:
    made = {new_address("https://p.example") for _ in range(2000)}
    assert len(made) == 2000
    assert {len(token_of(address)) for address in made} == {12}
    assert segments(next(iter(made))).encoding == "GSM-7"


def test_a_browser_is_a_person() -> None:
    assert not is_preview("GET", BROWSER, "")
    assert is_preview("GET", BROWSER, "prefetch")


def test_staff_see_that_it_was_opened(house: House) -> None:
    path = told(house)
    for _ in range(2):
        house.app.test_client().get(path, headers={"User-Agent": BROWSER})
    with house.store.read() as db:
        acts = interaction.of_contact(db, 1)
    (line,) = (one for one in thread(house.messages(), acts, zone="UTC", staff={}, me=0) if one.kind == "flow")
    assert line.detail == "link opened 2 times"
