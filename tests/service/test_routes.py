"""Routes by their addresses, on both databases: what a button or a provider posts to, and what a monitor reads."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.terminal import Lines
from bot.supervisor import Supervisor
from config.settings import Settings, load_settings
from flows.notices import Notice
from nlp.types import Reader
from tests.service.house import House
from tests.service.members import known, signed_in, staffed

MAYA_TESTS = "+14155550101"


@pytest.fixture
def house(settings: Settings, reader: Reader) -> Iterator[House]:
    built = staffed(settings.model_copy(update={"text_optin": "Welcome back to {brand}."}), reader)
    yield built
    built.close()


def test_what_monitors_read(house: House) -> None:
    house.says("LUNCH")
    assert house.client.get("/healthz").text == "alive\n"
    assert house.client.get("/").headers["Location"] == "/console"
    assert 'parley_texts_total{outcome="answered"}' in house.client.get("/metrics").text


def test_a_report_names_its_row_by_the_address(house: House) -> None:
    house.says("LUNCH")
    key = house.messages()[-1].key
    assert (
        house.post(f"/webhooks/twilio/status?message={key}", {"MessageSid": "SM" + "a" * 32, "MessageStatus": "delivered"}).status_code
        == 204
    )
    assert house.messages()[-1].status == "delivered"
    assert house.post("/webhooks/twilio/status", {"MessageSid": "SM" + "b" * 32}).status_code == 400


def test_taking_over_and_being_done(house: House) -> None:
    house.says("I want to talk to a person")
    member, contact_id = signed_in(house, "support"), known(house)
    member.post(f"/inbox/{contact_id}/take-over")
    assert house.one(f"SELECT desk FROM contact WHERE id = {contact_id}") == "held"
    member.post(f"/inbox/{contact_id}/done")
    assert house.one(f"SELECT desk FROM contact WHERE id = {contact_id}") == "none"


def test_signing_out_ends_the_session(house: House) -> None:
    member = signed_in(house, "support")
    assert member.get("/inbox").status_code == 200
    member.post("/logout")
    assert member.get("/inbox").status_code == 302


def test_the_simulators_buttons(house: House) -> None:
    member = signed_in(house, "support")
    contact_id = str(known(house, MAYA_TESTS))
    member.post("/simulator/start", contact=contact_id, flow="satisfaction")
    assert house.count("conversation", f"contact_id = {contact_id} AND ended_at IS NULL") == 1
    member.post("/simulator/skip", contact=contact_id, until="3h")
    assert "Still there?" in str(house.one(f"SELECT body FROM message WHERE contact_id = {contact_id} ORDER BY id DESC LIMIT 1"))
    member.post("/simulator/over", contact=contact_id)
    assert house.count("conversation", f"contact_id = {contact_id} AND ended_at IS NULL") == 0
    n_before = house.count("contact")
    member.post("/simulator/contact")
    assert house.count("contact", "kind = 'test'") == house.count("contact") == n_before + 1


def test_the_words_of_an_opt_in_are_the_settings(house: House) -> None:
    assert house.process.notices.text(Notice.OPTED_IN, "en") == f"Welcome back to {house.settings.brand}."


@pytest.mark.parametrize("workers", [1, 3])
def test_so_many_workers_as_the_setting_says(tmp_path: Path, workers: int) -> None:
    settings = load_settings({"PARLEY_HOME": str(tmp_path), "WORKERS": str(workers)})
    parts = Supervisor(settings, Lines(settings), {}).behind
    assert sum(part.name.startswith("worker") for part in parts) == workers
