"""What tests in a browser share: one Chromium, a shop's day on a database of the test's own, and a page that tolerates no error."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from nlp.read import load_reader
from nlp.types import Reader
from tests.browser import day
from tests.browser.console_house import ARGUMENTS, PASSWORD, RunningConsole, chromium, settings_for

BIG, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def reader() -> Reader:
    loaded = load_reader()
    loaded.warm()
    return loaded


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def told(sqlite_template: Path, reader: Reader, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, datetime]:
    """A database that has had its day, to be copied, and what time it is there."""
    folder = tmp_path_factory.mktemp("told")
    file = folder / "parley.db"
    for part in sqlite_template.parent.glob(f"{sqlite_template.name}*"):  # with its -wal, where there is one
        shutil.copy(part, folder / part.name.replace("template", "parley"))
    house = RunningConsole(settings_for(folder / "home", f"sqlite:///{file}"), reader)
    house.app.config["PROPAGATE_EXCEPTIONS"] = True
    day.tell(house)
    house.server.server_close()
    house.close()
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file, house.clock()


@pytest.fixture
def console(told: tuple[Path, datetime], reader: Reader, tmp_path: Path) -> Iterator[RunningConsole]:
    """The day's console, running, with nobody signed in."""
    file, at = told
    shutil.copy(file, tmp_path / "parley.db")
    with RunningConsole(settings_for(tmp_path / "home", f"sqlite:///{tmp_path / 'parley.db'}"), reader, at=at) as running:
        yield running


Opens = Callable[..., Page]


@pytest.fixture
def opens(browser: Browser, console: RunningConsole) -> Iterator[Opens]:
    """Opens a page for a member of staff (none: nobody signs in). Whatever the browser complains of fails the test."""
    complaints: list[str] = []
    contexts = []

    def open_page(who: str | None = "ines", *, viewport: dict[str, int] = BIG, dark: bool = False, script: bool = True) -> Page:
        scheme = "dark" if dark else "light"
        context = browser.new_context(viewport=viewport, color_scheme=scheme, java_script_enabled=script, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{console.url}/login")
        if who is not None:
            page.get_by_label("E-mail").fill(f"{who}@parley.local")
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url("**/inbox*")
        return page

    open_page.complaints = complaints  # type: ignore[attr-defined]
    yield open_page
    for context in contexts:
        context.close()
    expected = getattr(open_page, "expected", ())
    left = [complaint for complaint in complaints if not any(words in complaint for words in expected)]
    assert not left, f"the browser complained: {left}"
