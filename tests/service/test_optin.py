"""LESS, the double opt-in and its two lines of proof, on both databases: by text, by a flow, by a file."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.console.card import about
from bot.contacts_file import export_contacts, import_contacts
from bot.optin import Asking, ask
from config.settings import OptoutReplies, Settings
from models import consent, contact
from nlp.types import Reader
from tests.service.house import MAYA, NOW, TOM, House

JOIN = """
flow: join
triggers: [{keyword: JOIN}]
steps: {j: {say: "Welcome. {{ preferences_url }}", subscribe: {proof: "{{ reply.text }}"}}}
"""
ASKS = "Parley Demo: reply YES to get our texts. Msg & data rates may apply. HELP for help, STOP to cancel."
Opened = Callable[..., House]


@pytest.fixture
def opened(settings: Settings, reader: Reader) -> Iterator[Opened]:
    """Opens a house with these settings changed."""
    houses: list[House] = []

    def with_settings(**changes: object) -> House:
        houses.append(House(settings.model_copy(update={"optout_replies": OptoutReplies.APP, **changes}), reader))
        return houses[-1]

    yield with_settings
    for house in houses:
        house.close()


def ledger(house: House, phone: str = MAYA) -> list[tuple[str, str, str, str]]:
    """The lines of a number's proof, oldest first."""
    with house.store.read() as db:
        row = contact.by_phone(db, phone)
        assert row is not None
        return [(one.before, one.after, one.source, one.words) for one in reversed(consent.ledger(db, row.id))]


def consent_of(house: House, phone: str = MAYA) -> str:
    with house.store.read() as db:
        row = contact.by_phone(db, phone)
    assert row is not None
    return row.consent


def test_less_is_written_down_once_and_more_takes_it_back(opened: Opened) -> None:
    house = opened()
    house.says("START")
    assert house.says("MOINS") == [
        "Parley Demo : vous recevrez désormais moins de SMS. Répondez PLUS pour tous les recevoir, STOP pour arrêter."
    ]
    assert house.one("SELECT less_at FROM contact") is not None
    house.says("less")
    assert house.says("more") == ["Parley Demo: you will get all our texts again. Reply LESS for fewer, STOP to opt out."]
    assert house.one("SELECT less_at FROM contact") is None
    assert ledger(house) == [
        ("unknown", "in", "keyword", "START"),
        ("in", "in", "less: keyword", "MOINS"),
        ("in", "in", "more: keyword", "more"),
    ]
    assert house.count("interaction", "kind = 'less_asked'") == 1


def test_the_console_shows_what_holds_and_why(opened: Opened) -> None:
    house = opened(double_opt_in=True)

    def card() -> tuple[str, list[tuple[str, str, str]]]:
        with house.store.read() as db:
            row = contact.by_phone(db, MAYA)
            assert row is not None
            seen = about(db, house.process, row, 0)
        return seen.stands[0], [(proof.what, proof.words, proof.how) for proof in seen.ledger]

    house.says("START")
    assert card() == ("Asked to confirm: answers and service only until a YES", [("Asked to confirm", "START", "by keyword")])
    house.says("好")
    house.says("less")
    stands, ledger_ = card()
    assert stands == "May be texted, and wants fewer texts"
    assert ledger_[:2] == [("Wants fewer texts", "less", "by keyword"), ("Opted in", "好", "confirmed by text")]


def test_start_is_confirmed_by_a_yes_within_a_day(opened: Opened) -> None:
    house = opened(double_opt_in=True)
    assert house.says("START") == [ASKS]
    assert (consent_of(house), house.one("SELECT optin_asked_at FROM contact") is None) == ("unknown", False)
    house.clock.pass_(timedelta(hours=24, seconds=1))
    house.says("YES")
    assert consent_of(house) == "unknown", "a day is over"
    house.says("START")
    house.clock.pass_(timedelta(hours=23))
    assert house.says("yes!")[0].startswith("Parley Demo: thank you, you will get our texts.")
    assert ledger(house) == [
        ("unknown", "unknown", "asked: keyword", "START"),
        ("unknown", "unknown", "asked: keyword", "START"),
        ("unknown", "in", "double opt-in", "yes!"),
    ]
    assert house.one("SELECT optin_asked_at FROM contact") is None


def test_who_is_out_stays_out_until_the_yes(opened: Opened) -> None:
    house = opened(double_opt_in=True)
    house.says("STOP")
    house.says("START")
    assert consent_of(house) == "out"
    house.says("JA")
    assert consent_of(house) == "in"


def test_a_flow_that_subscribes_asks_first_and_knows_the_page(opened: Opened, tmp_path: Path) -> None:
    house = opened(double_opt_in=True)
    house.publish(tmp_path, join=JOIN)
    welcome, asks = house.says("JOIN")
    assert welcome.startswith("Welcome. http://127.0.0.1:8000/p/"), "also who was a stranger until then"
    assert asks == ASKS
    assert consent_of(house) == "unknown"
    house.says("Y")
    assert consent_of(house) == "in"
    assert house.says("JOIN") == [welcome], "and is not asked again"


def test_a_flow_that_subscribes_later_asks_in_the_daytime(opened: Opened, tmp_path: Path) -> None:
    house = opened(double_opt_in=True)
    flow = (
        "flow: later\npurpose: service\ntriggers: [{keyword: LATER}]\nsteps: {w: {say: Soon., wait: 11h}, j: {subscribe: {proof: asked}}}\n"
    )
    house.publish(tmp_path, later=flow)
    house.says("LATER")  # at 10:00 in California
    house.passes(timedelta(hours=11, minutes=1))
    house.work()
    house.passes(timedelta(hours=12))
    (question,) = house.messages(urgency="service")
    assert question.body == ASKS
    assert question.tried_at is not None
    assert question.tried_at.hour in range(16, 24), "between 8:00 and 16:00 there"
    assert ledger(house)[-1] == ("unknown", "unknown", "asked: flow", "asked")


def test_a_form_asks_once_and_never_who_is_out(opened: Opened) -> None:
    house = opened()
    assert ask(house.process, MAYA, words="ticked", language="de")
    assert not ask(house.process, MAYA, words="ticked", language="de"), "asked just now"
    house.work()
    assert [row.body.split(".")[0] for row in house.messages(status="delivered")] == [
        "Parley Demo: Antworten Sie JA, um unsere SMS zu erhalten"
    ]
    house.says("ja")
    assert ledger(house) == [("unknown", "unknown", "asked: web form", "ticked"), ("unknown", "in", "double opt-in", "ja")]
    house.says("STOP", TOM)
    assert not ask(house.process, TOM, words="ticked", language="en")
    assert len(house.messages(author="parley", urgency="notice")) == 3, "the question, the thanks, Tom's STOP"


def test_a_file_without_confirmation_asks_and_one_with_it_does_not(opened: Opened) -> None:
    house = opened(double_opt_in=True)
    asking = Asking(house.process.notices, "+15005550006")
    content = f"phone,consent,proof,confirmed\n{MAYA},in,web form 2026-01-02,\n{TOM},in,web form 2026-01-02,YES by text 2026-01-02\n"

    def take() -> None:
        import_contacts(house.store, io.StringIO(content, newline=""), country="US", now=NOW, asking=asking)

    take()
    take()
    assert (consent_of(house), consent_of(house, TOM)) == ("unknown", "in")
    assert ledger(house) == [("unknown", "unknown", "asked: import", "web form 2026-01-02")], "once, though the file was taken twice"
    assert ledger(house, TOM) == [("unknown", "in", "import", "web form 2026-01-02; confirmed: YES by text 2026-01-02")]
    with house.store.read() as db:
        assert db.execute(text("SELECT body, urgency, status FROM message")).all() == [(ASKS, "service", "queued")]
    house.work()
    house.says("yes")
    house.says("less")
    assert consent_of(house) == "in"
    out = io.StringIO(newline="")
    export_contacts(house.store, out)
    maya = next(row for row in csv.DictReader(io.StringIO(out.getvalue())) if row["phone"] == MAYA)
    assert maya["proof"] == maya["confirmed"] == "2026-03-04 18:00 UTC, double opt-in: yes", "a mere LESS is no proof"
