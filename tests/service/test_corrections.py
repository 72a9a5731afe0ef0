"""A text that was read wrongly: staff say what it means, its author is offered it as an example, and takes it or leaves it."""

import re
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from bot.cli import reading
from config.settings import Settings
from models import contact
from nlp.types import Reader
from tests.service.house import House
from tests.service.members import signed_in, staffed

ANN = "+14155550177"
TEXT = 'could I sign up for those "deals": please'


@pytest.fixture
def house(settings: Settings, reader: Reader) -> Iterator[House]:
    built = staffed(settings, reader)
    yield built
    built.close()


def correct(house: House, meant: str, role: str = "support") -> int:
    message = house.one("SELECT id FROM message WHERE direction = 'in' ORDER BY id DESC LIMIT 1")
    tom = house.one("SELECT contact_id FROM message WHERE direction = 'in' ORDER BY id DESC LIMIT 1")
    return signed_in(house, role).post(f"/inbox/{tom}/correct/{message}", meant=meant).status_code


def test_from_a_wrong_reading_to_an_example(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.says(TEXT, sender=ANN)
    tom = house.one("SELECT contact_id FROM message WHERE direction = 'in'")
    member = signed_in(house, "support")
    page = member.get(f"/inbox/{tom}").text
    assert "Read wrongly?" in page
    assert "<option>coupon-welcome/join</option>" in page
    assert correct(house, "coupon-welcome/join") == 302
    assert "staff say it means</span> <b>coupon-welcome/join</b>" in member.get(f"/inbox/{tom}").text
    flow = signed_in(house, "marketer")
    page = flow.get("/flows/coupon-welcome").text
    assert "Texts that were read wrongly" in page
    assert "could I sign up for those" in page
    for name, value in {"PARLEY_HOME": str(house.settings.parley_home), "DATABASE_URL": house.settings.database_url}.items():
        monkeypatch.setenv(name, value)
    printed = CliRunner().invoke(reading.commands, ["intents", "offered", "coupon-welcome"])
    assert printed.stdout == '  join:\n    - "could I sign up for those \\"deals\\": please"\n'
    settled = re.search(r'action="/console(/flows/coupon-welcome/offered/\d+)"', page)
    assert settled is not None
    assert flow.post(settled.group(1)).status_code == 302
    assert "Texts that were read wrongly" not in flow.get("/flows/coupon-welcome").text


def test_the_last_word_counts_and_none_is_a_word_too(house: House) -> None:
    house.says(TEXT, sender=ANN)
    assert correct(house, "coupon-welcome/join") == 302
    assert correct(house, "") == 302
    assert house.count("correction") == 1
    assert house.one("SELECT meant FROM correction") is None
    tom = house.one("SELECT contact_id FROM message WHERE direction = 'in'")
    assert "<b>none of the intents</b>" in signed_in(house, "support").get(f"/inbox/{tom}").text


def test_what_is_refused(house: House) -> None:
    house.says(TEXT, sender=ANN)
    assert correct(house, "no-such/intent") == 400
    member = signed_in(house, "support")
    tom = house.one("SELECT contact_id FROM message WHERE direction = 'in'")
    assert member.post(f"/inbox/{tom}/correct/999999", meant="").status_code == 404
    other = house.one("SELECT id FROM message WHERE direction = 'in'")
    assert member.post(f"/inbox/{int(tom) + 1}/correct/{other}", meant="").status_code == 404
    assert member.post("/flows/coupon-welcome/offered/1").status_code == 403, "examples are for those who write flows"
    assert house.count("correction") == 0


def test_texts_of_test_contacts_are_not_offered(house: House) -> None:
    house.says(TEXT, sender=ANN)
    assert correct(house, "coupon-welcome/join") == 302
    with house.store.write() as db:
        db.execute(contact.contact.update().values(kind="test"))
    assert "Texts that were read wrongly" not in signed_in(house, "marketer").get("/flows/coupon-welcome").text
