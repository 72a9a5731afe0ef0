"""The pages that anybody may open, on both databases: asking for our texts, and choosing how many."""

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.preference_address import address
from bot.public_words import LANGUAGES, Words, version_of, words_in
from config.settings import OptoutReplies, Settings
from models import consent, contact
from models.contact import ContactRow
from nlp.types import Reader
from tests.service.house import MAYA, OURS, TOM, House

EN = words_in("en")


@pytest.fixture
def house(settings: Settings, reader: Reader) -> Iterator[House]:
    opened = House(settings.model_copy(update={"web_form": True, "countries": ("US",), "optout_replies": OptoutReplies.APP}), reader)
    yield opened
    opened.close()


def sent(client: FlaskClient, path: str, token: str | None = None, **form: str) -> TestResponse:
    """A form as the page has it, filled in."""
    page = client.get(path).text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, page
    return client.post(path, data={"csrf_token": token if token is not None else found[1], **form})


def known(house: House, phone: str = MAYA) -> ContactRow | None:
    with house.store.read() as db:
        return contact.by_phone(db, phone)


def proof(house: House, phone: str = MAYA) -> list[tuple[str, str, str]]:
    row = known(house, phone)
    assert row is not None
    with house.store.read() as db:
        return [(one.after, one.source, one.words) for one in reversed(consent.ledger(db, row.id))]


def test_the_form_asks_by_text_and_keeps_the_very_words(house: House) -> None:
    page = house.client.get("/join")
    assert "checked" not in page.text, "never ticked before"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    answer = sent(house.client, "/join", phone="(415) 555-0101", agree="yes")
    assert (answer.status_code, answer.location) == (303, "/join/sent?lang=en")
    assert EN.sent in unescape(house.client.get(answer.location).text)
    (after, source, words) = proof(house)[0]
    sentence = EN.agree.format(brand="Parley Demo")
    assert (after, source) == ("unknown", "asked: web form")
    assert words == f"{sentence} (ticked; wording {version_of(sentence)}, en; IP 127.0.0.1)"
    assert sentence in unescape(page.text), "word for word what the page said"
    house.says("YES")
    assert proof(house)[1][:2] == ("in", "double opt-in")


@pytest.mark.parametrize(
    ("form", "status", "says", "why"),
    [
        ({"phone": "+14155550101"}, 400, EN.no_tick, "no tick"),
        ({"phone": "+14155550101", "agree": "no"}, 400, EN.no_tick, "another value"),
        ({"phone": "twelve", "agree": "yes"}, 400, EN.no_number, "no number"),
        ({"phone": "", "agree": "yes"}, 400, EN.no_number, "nothing"),
        ({"phone": "+14155550101\x00;", "agree": ""}, 400, EN.no_tick, "a NUL"),
        ({"phone": "+33612345678", "agree": "yes"}, 400, EN.no_country, "a country that is not texted"),
        ({"phone": "+14155550101", "agree": "yes", "website": "x"}, 303, "", "a program fills in every box"),
    ],
)
def test_what_asks_nobody(house: House, form: dict[str, str], status: int, says: str, why: str) -> None:
    answer = sent(house.client, "/join", **form)
    assert (answer.status_code, says in unescape(answer.text)) == (status, True), why
    assert (house.count("contact"), house.count("message")) == (0, 0), why


def test_a_form_without_its_token_is_not_taken(house: House) -> None:
    assert sent(house.client, "/join", token="forged", phone=MAYA, agree="yes").status_code == 400
    assert house.app.test_client().post("/join", data={"phone": MAYA, "agree": "yes"}).status_code == 400
    assert house.count("message") == 0


def test_the_page_says_the_same_whatever_is_known_of_a_number(house: House) -> None:
    house.says("STOP")
    answers = {phone: sent(house.client, "/join", phone=phone, agree="yes") for phone in (MAYA, "+12125550199")}
    assert len({(answer.status_code, answer.location) for answer in answers.values()}) == 1
    asked = known(house, "+12125550199")
    assert asked is not None
    assert [row.contact_id for row in house.messages(urgency="notice", status="queued")] == [asked.id]


def test_one_place_is_stopped_after_ten_in_an_hour(house: House) -> None:
    codes = [sent(house.client, "/join", phone=f"+1415555{n:04d}", agree="yes").status_code for n in range(100, 112)]
    assert codes == [303] * 10 + [429] * 2
    house.client.environ_base["HTTP_X_FORWARDED_FOR"] = "evil, 203.0.113.9"
    assert sent(house.client, "/join", phone=TOM, agree="yes").status_code == 303, "another place, by what our own proxy says"
    assert "IP 203.0.113.9" in proof(house, TOM)[0][2]


def test_one_number_is_asked_three_times_a_day_at_most(house: House) -> None:
    for _ in range(5):
        assert sent(house.client, "/join", phone=MAYA, agree="yes").status_code == 303, "and the page says the same"
        house.passes(timedelta(hours=2))
    assert len(house.messages(urgency="notice")) == 3
    assert house.count("knock") == 10


def test_it_is_off_unless_it_is_switched_on(settings: Settings, reader: Reader) -> None:
    house = House(settings, reader)
    assert [house.client.get(path).status_code for path in ("/join", "/join/sent")] == [404, 404]
    house.close()


# --- preferences ------------------------------------------------------------------------------------------------------


def page_of(house: House, phone: str = MAYA) -> str:
    row = known(house, phone)
    assert row is not None
    return address(house.settings, row).removeprefix(house.settings.public_url)


def test_less_none_and_all_by_the_page(house: House) -> None:
    house.says("START")
    path = page_of(house)
    assert MAYA[1:] not in path
    seen = house.client.get(path).text
    assert "ends in 01" in seen
    assert MAYA[-7:] not in seen, "the number is masked"
    assert sent(house.client, path, wish="less", language="de").location == f"{path}?saved=yes"
    row = known(house)
    assert row is not None
    assert (row.consent, row.less_at is not None, row.language) == ("in", True, "de")
    assert words_in("de").saved in unescape(house.client.get(f"{path}?saved=yes").text)
    sent(house.client, path, wish="none", language="de")
    sent(house.client, path, wish="none", language="de")
    assert (known(house) or row).consent == "out"
    assert sent(house.client, path, wish="all", language="en").location == f"{path}?saved=start"
    assert f"START to {OURS}" in house.client.get(f"{path}?saved=start").text
    row = known(house)
    assert row is not None
    assert (row.consent, row.less_at) == ("in", None)
    place = "(IP 127.0.0.1)"
    assert proof(house)[1:] == [
        ("in", "less: preference page", f"Fewer texts {place}"),
        ("out", "preference page", f"Keine SMS {place}"),
        ("in", "preference page", f"Alle SMS {place}"),
        ("in", "more: preference page", f"Alle SMS {place}"),
    ]


def test_looking_changes_nothing_and_only_known_choices_are_taken(house: House) -> None:
    house.says("START")
    path = page_of(house)
    before = known(house)
    house.client.get(f"{path}?wish=none&language=de")
    assert sent(house.client, path, wish="everything", language="en").status_code == 400
    assert sent(house.client, path, wish="none", language="tlh").status_code == 400
    assert house.client.post(path, data={"wish": "none", "language": "en"}).status_code == 400, "no token"
    assert known(house) == before


@pytest.mark.parametrize("token", ["TEST", "1", "MQ.forged", "MQ", "x" * 300, "%00"])
def test_no_page_for_what_we_did_not_sign(house: House, token: str) -> None:
    house.says("START")
    answer = house.client.get(f"/p/{token}")
    assert (answer.status_code, EN.gone in answer.text) == (404, True)


def test_every_language_says_everything() -> None:
    for name in LANGUAGES:
        for field in fields(Words):
            said = getattr(words_in(name), field.name)
            assert said, (name, field.name)
            assert re.findall(r"\{\w+\}", said) == re.findall(r"\{\w+\}", getattr(EN, field.name)), (name, field.name)
            assert name == "en" or said != getattr(EN, field.name), (name, field.name)
