"""Drafts and revisions in a browser: what waits on the disk is read, published and taken back."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from config.settings import SHIPPED_FLOWS
from nlp.types import Reader
from tests.browser.conftest import BIG, PHONE, Opens
from tests.browser.console_house import RunningConsole, settings_for
from tests.browser.test_pages import violations, wide


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    """The flows that ship, one of them edited, one of them new, one of them broken."""
    folder = tmp_path / "flows"
    shutil.copytree(SHIPPED_FLOWS, folder)
    lunch = folder / "lunch-poll.yaml"
    lunch.write_text(lunch.read_text("utf-8").replace("No problem, no vote this time.", "All right, no vote this time."), "utf-8")
    (folder / "tea.yaml").write_text("flow: tea\npurpose: service\ntriggers: [{keyword: [TEA]}]\nsteps: {hello: {say: Hello.}}\n", "utf-8")
    (folder / "broken.yaml").write_text("flow: broken\nsteps:\n  a: {sya: Hi}\n", "utf-8")
    return folder


@pytest.fixture
def console(told: tuple[Path, datetime], reader: Reader, tmp_path: Path, flows: Path) -> Iterator[RunningConsole]:
    """The day's console, with a folder of flows that somebody has been at."""
    file, at = told
    shutil.copy(file, tmp_path / "parley.db")
    settings = settings_for(tmp_path / "home", f"sqlite:///{tmp_path / 'parley.db'}", FLOWS_DIR=str(flows))
    with RunningConsole(settings, reader, at=at) as running:
        yield running


def test_a_draft_is_read_published_and_taken_back(opens: Opens, console: RunningConsole) -> None:
    page = opens("admin")
    page.goto(f"{console.url}/flows")
    page.get_by_role("link", name="3 drafts on the disk").click()
    changes = page.get_by_role("list", name="Changes of lunch-poll.yaml")
    expect(changes.get_by_role("listitem")).to_have_count(1)
    expect(changes).to_contain_text("All right, no vote this time.")
    expect(page.get_by_role("list", name="Problems of broken.yaml")).to_contain_text("Did you mean `say`?")
    page.get_by_role("checkbox", name="tea.yaml tea").uncheck()
    page.get_by_label("Why, for whoever looks later").fill("kinder words")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("status")).to_contain_text("Live: lunch-poll, revision 2.")
    page.get_by_role("link", name="2 drafts on the disk").click()
    expect(page.get_by_role("checkbox")).to_have_count(1)
    page.goto(f"{console.url}/flows/lunch-poll?revision=1")
    page.get_by_label("Why go back to it").fill("it was better")
    page.get_by_role("button", name="Make revision 1 live again").click()
    expect(page.get_by_role("status")).to_contain_text("Revision 3 is live")
    expect(page.get_by_text("it was better")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("viewport", [BIG, PHONE], ids=["big", "phone"])
def test_everybody_can_read_it(opens: Opens, console: RunningConsole, viewport: dict[str, int], dark: bool) -> None:
    page = opens("admin", viewport=viewport, dark=dark)
    found = []
    for place in ("flows", "drafts", "flows/lunch-poll?revision=1", "alarms"):
        page.goto(f"{console.url}/{place}")
        found += violations(page) + wide(page)
    assert not found, "\n".join(found)
