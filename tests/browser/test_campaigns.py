"""Campaigns in a browser, by keyboard alone: written, corrected, looked at beforehand, started, paused, resumed, canceled."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.campaigns import steering
from tests.browser.conftest import PHONE, Opens
from tests.browser.console_house import RunningConsole
from tests.browser.test_pages import violations, wide
from tests.service.campaigns import knows, load, many, state, ticks

BIG = {"width": 1280, "height": 900}
SALE = """\
campaign: winter-sale
title: Winter sale
languages: [en, fr]
segment: tag:winter
at: {at} local
spread: 2h
holdout: 10%
variants:
  short: {{share: 50%, text: {{en: "{{{{ brand }}}}: 20% off. STOP to opt out.", fr: "{{{{ brand }}}} : -20 %. STOP pour arrêter."}}}}
  long: {{share: 50%, text: {{en: "{{{{ brand }}}}: winter sale. STOP to opt out.", fr: "{{{{ brand }}}} : les soldes ! STOP."}}}}
"""


def crowd(console: RunningConsole) -> str:
    """A club of two languages, and a campaign for it at ten o'clock a week from now."""
    knows(console, *many(80, "718"), tags=["winter"], consent_at=console.clock())
    knows(console, *(f"+3361234{n:04d}" for n in range(40)), tags=["winter"], language="fr", consent_at=console.clock())
    knows(console, *many(9, "808"), tags=["winter"], consent="unknown")
    days = 7 if console.clock().weekday() < 5 else 4  # no Sunday
    return SALE.format(at=f"{console.clock().date().fromordinal(console.clock().toordinal() + days):%Y-%m-%d} 10:00")


def tab_to(page: Page, target: Locator, most: int = 60) -> None:
    """Tab by Tab, as somebody without a mouse."""
    for _ in range(most):
        if target.evaluate("it => it === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"not reached by {most} Tabs: {target}")


def press(page: Page, button: str) -> None:
    tab_to(page, page.get_by_role("button", name=button))
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_written_looked_at_started_paused_and_canceled_by_keyboard(opens: Opens, console: RunningConsole) -> None:
    source = crowd(console)
    page = opens("jonas", viewport=BIG)
    page.goto(f"{console.url}/campaigns")
    tab_to(page, page.get_by_role("link", name="New campaign"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    box = page.get_by_label("The campaign")
    tab_to(page, box)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(source.replace("tag:winter", "tag:winter adn tag:vip"))
    opens.expected = ("400",)  # type: ignore[attr-defined]
    press(page, "Check and keep")
    expect(page.get_by_role("list", name="Problems")).to_contain_text("4:")
    tab_to(page, page.get_by_label("The campaign"))
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(source)
    press(page, "Check and keep")
    expect(page.get_by_role("heading", name="Winter sale")).to_be_visible()
    expect(page.get_by_role("region", name="Preview")).to_contain_text("of 129 in the segment")
    expect(page.get_by_text("Left out: 9 never opted in.")).to_be_visible()
    press(page, "Start …")
    expect(page.get_by_role("button", name="Yes, start it")).to_be_focused()
    assert state(console, "winter-sale")[0] == "draft", "it asks first"
    press(page, "Yes, start it")
    expect(page.get_by_role("status")).to_contain_text("Winter sale runs.")
    press(page, "Pause")
    expect(page.get_by_text("paused by Jonas")).to_be_visible()
    press(page, "Resume")
    expect(page.get_by_role("status")).to_contain_text("It goes on.")
    press(page, "Cancel for good")
    expect(page.get_by_role("status")).to_contain_text("Canceled for good.")
    assert state(console, "winter-sale")[0] == "canceled"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("viewport", [BIG, PHONE], ids=["big", "phone"])
def test_everybody_can_read_it(opens: Opens, console: RunningConsole, viewport: dict[str, int], dark: bool) -> None:
    source = crowd(console)
    load(console, source)
    load(console, source.replace("winter-sale", "spring-sale").replace("Winter", "Spring"))
    page = opens("jonas", viewport=viewport, dark=dark)
    found = []
    for place in ("campaigns", "campaigns/new", "campaigns/new?draft=winter-sale", "campaigns/winter-sale"):
        page.goto(f"{console.url}/{place}")
        found += violations(page) + wide(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Start …").click()
    found += violations(page) + wide(page)
    steering.start(console.process, "winter-sale", by="jonas")
    day = datetime.fromisoformat(source.partition("at: ")[2][:10]).replace(tzinfo=UTC)
    for hour in (9, 10, 11, 12, 15, 16, 17, 18):
        ticks(console, day.replace(hour=hour))
    steering.pause(console.process, "winter-sale", by="jonas")
    for place in ("campaigns/winter-sale", "campaigns"):
        page.goto(f"{console.url}/{place}")
        found += violations(page) + wide(page)
    expect(page.get_by_role("link", name="Winter sale")).to_be_visible()
    assert not found, "\n".join(found)
