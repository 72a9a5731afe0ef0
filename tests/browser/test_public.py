"""The pages that anybody may open, in a browser without a script: by role and name, by keyboard, for everybody."""

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from bot.preference_address import address
from models import contact
from tests.browser import day
from tests.browser.conftest import BIG, PHONE, Opens
from tests.browser.console_house import RunningConsole
from tests.browser.test_pages import violations, wide


@pytest.fixture
def origin(console: RunningConsole) -> str:
    """Where the pages are, with the form switched on."""
    process = replace(console.process, settings=console.settings.model_copy(update={"web_form": True}))
    console.app.extensions["parley"] = process
    return console.url.removesuffix("/console")


def own_page(console: RunningConsole, origin: str) -> str:
    with console.store.read() as db:
        row = contact.by_phone(db, day.MAYA)
    assert row is not None
    return origin + address(console.settings, row).removeprefix(console.settings.public_url)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("viewport", [BIG, PHONE], ids=["big", "phone"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    opens: Opens, console: RunningConsole, origin: str, viewport: dict[str, int], dark: bool
) -> None:
    opens.expected = ("404",)  # type: ignore[attr-defined]
    page = opens(None, viewport=viewport, dark=dark)
    found = []
    for place in (f"{origin}/join", f"{origin}/join?lang=de", f"{origin}/join/sent", own_page(console, origin), f"{origin}/p/TEST"):
        page.goto(place)
        found += [*violations(page), *wide(page)]
    assert found == []


def submit(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=button).press("Enter")


def test_somebody_asks_for_texts_by_keyboard_without_a_script(opens: Opens, console: RunningConsole, origin: str) -> None:
    opens.expected = ("400",)  # type: ignore[attr-defined]
    page = opens(None, script=False)
    page.goto(f"{origin}/join?lang=fr")
    page.get_by_label("Numéro de mobile").fill("+14155550177")
    page.keyboard.press("Tab")
    expect(page.get_by_role("checkbox")).to_be_focused()
    expect(page.get_by_role("checkbox")).not_to_be_checked()
    submit(page, "M'écrire")
    expect(page.get_by_role("alert")).to_contain_text("Cochez la case")
    expect(page.get_by_label("Numéro de mobile")).to_have_value("+14155550177")
    page.get_by_role("checkbox").press("Space")
    submit(page, "M'écrire")
    expect(page.get_by_role("heading", name="Regardez votre téléphone")).to_be_visible()
    assert console.count("message", "body LIKE '%répondez OUI%'") == 1


def test_a_contact_chooses_fewer_and_the_page_says_so(opens: Opens, console: RunningConsole, origin: str) -> None:
    page = opens(None, script=False)
    page.goto(own_page(console, origin))
    page.get_by_label("Fewer texts").check()
    page.get_by_label("Language of our texts").select_option("es")
    submit(page, "Save")
    expect(page.get_by_role("status")).to_contain_text("Guardado")
    expect(page.get_by_label("Menos mensajes")).to_be_checked()
