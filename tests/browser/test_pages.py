"""Every page, in light and dark and on narrow screens: readable by all, no sideways scroll, and nothing that the CSP would stop."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser import day
from tests.browser.conftest import BIG, PHONE, Opens
from tests.browser.console_house import RunningConsole

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def places(console: RunningConsole) -> list[str]:
    """Every page that an admin can open, the conversations with most on them."""
    maya, tom = console.contact_id(day.MAYA), console.contact_id(day.TOM)
    inbox = [
        "inbox",
        "inbox?show=all",
        "inbox?q=nobody+like+that",
        f"inbox/{maya}",
        f"inbox/{maya}#contact",
        f"inbox/{maya}#queue",
        f"inbox/{tom}",
    ]
    rest = ["simulator?flow=satisfaction", "simulator?flow=lunch-poll", "report", "report?since=7&flow=satisfaction", "keys", "password"]
    return [*inbox, *rest, "canned", "flows", "flows/satisfaction", "people", "people?q=nobody", "staff"]


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [f"{page.url}: {rule['id']}: {rule['help']}: {[node['html'][:120] for node in rule['nodes']][:3]}" for rule in found]


def wide(page: Page) -> list[str]:
    """What makes the page scroll sideways."""
    page_width, window = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    return [f"{page.url}: {page_width} wide in {window}"] if page_width > window else []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("viewport", [BIG, PHONE], ids=["big", "phone"])
def test_axe_finds_nothing(opens: Opens, console: RunningConsole, viewport: dict[str, int], dark: bool) -> None:
    page = opens("admin", viewport=viewport, dark=dark)
    found = []
    for place in places(console):
        page.goto(f"{console.url}/{place}")
        found += violations(page)
    page = opens(None, viewport=viewport, dark=dark)
    found += violations(page)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", [1440, 1024, 768, 390, 320])
def test_no_page_scrolls_sideways(opens: Opens, console: RunningConsole, width: int) -> None:
    page = opens("admin", viewport={"width": width, "height": 844})
    found = wide(page)
    for place in places(console):
        page.goto(f"{console.url}/{place}")
        found += wide(page)
    assert not found, "\n".join(found)


def test_nothing_comes_from_elsewhere(opens: Opens, console: RunningConsole) -> None:
    page = opens("admin")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for place in places(console):
        page.goto(f"{console.url}/{place}")
    host = console.url.removesuffix("/console")
    assert [url for url in asked if not url.startswith((host, "data:"))] == []
    assert len(asked) > 20
