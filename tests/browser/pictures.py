"""Makes docs/pictures from the running program: `python -m tests.browser.pictures`. The same day, the same time, the same texts."""

import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from models import canned, note
from models.migrations import upgrade
from nlp.read import load_reader
from tests.browser import day
from tests.browser.console_house import ARGUMENTS, PASSWORD, RunningConsole, chromium, settings_for
from tests.service.campaigns import knows, load, many

AUTUMN = """\
campaign: autumn-roast
title: Autumn roast
languages: [en, fr]
segment: tag:roasts
at: {at} 10:30 local
spread: 2h
holdout: 10%
text:
  en: "{{{{ brand }}}}: the autumn roast is in. First bag 20% off until Sunday. Reply STOP to opt out."
  fr: "{{{{ brand }}}} : la torréfaction d'automne est là. STOP pour ne plus rien recevoir."
"""
FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
BIG, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        upgrade(f"sqlite:///{home / 'parley.db'}")
        reader = load_reader()
        reader.warm()
        with RunningConsole(settings_for(home, f"sqlite:///{home / 'parley.db'}"), reader) as console, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
            draw(console, browser)
            browser.close()


def draw(console: RunningConsole, browser: Browser) -> None:
    """One picture for each thing that the docs tell of."""
    day.tell(console)
    day.asked_many(console, "hello", delivered=420, replied=0)
    day.asked_many(console, "visit", delivered=418, replied=131)
    day.asked_many(console, "thanks", delivered=96, replied=0)
    day.asked_many(console, "agree", delivered=240, replied=97, flow="coupon-welcome")
    day.asked_many(console, "vote", delivered=86, replied=61, flow="lunch-poll")
    staff_words(console)
    page = signed_in(console, browser, BIG, "ines")
    page.goto(f"{console.url}/simulator?flow=satisfaction")
    text(page, "FEEDBACK")
    text(page, "it was alright")
    shoot(page, "simulator")
    page.goto(f"{console.url}/inbox/{console.contact_id(day.MAYA)}")
    act(page, "Take over")
    page.get_by_label("Reply to Maya Okafor").fill(
        "Hi Maya, Ines here. Two cold flat whites is two too many, I am sorry. Was that at Quay Street?"
    )
    act(page, "Send")
    console.work()
    page.reload()
    page.get_by_label("Reply to Maya Okafor").fill("I've told the store, and your next two coffees are on us.")
    page.get_by_text("1 segment").wait_for()
    shoot(page, "inbox")
    console.clock.pass_(40 * day.MINUTE)
    page = signed_in(console, browser, BIG, "jonas")
    page.goto(f"{console.url}/report")
    shoot(page, "report")
    page.goto(f"{console.url}/flows/satisfaction")
    shoot(page, "flow")
    campaign(console)
    page.goto(f"{console.url}/campaigns/autumn-roast")
    shoot(page, "campaign")
    phone = signed_in(console, browser, PHONE, "ines")
    phone.goto(f"{console.url}/inbox/{console.contact_id(day.MAYA)}")
    shoot(phone, "inbox-phone")


def campaign(console: RunningConsole) -> None:
    """A draft for a club on two coasts and in France."""
    tags = {"tags": ["roasts"], "consent_at": console.clock()}
    knows(console, *many(240, "718"), *many(130, "510"), **tags)
    knows(console, *(f"+3361234{n:04d}" for n in range(60)), language="fr", **tags)
    at = console.clock() + timedelta(days=7 if console.clock().weekday() < 5 else 4)  # no Sunday
    load(console, AUTUMN.format(at=f"{at:%Y-%m-%d}"))


def staff_words(console: RunningConsole) -> None:
    """Canned replies, and a colleague's note."""
    saved = {
        "Opening hours": "We are open from 7 to 19 every day.",
        "Sorry, and a coffee": "I am sorry, {{first name}}. A coffee is on us.",
    }
    with console.store.write() as db:
        for title, body in saved.items():
            canned.add(db, title=title, body=body, staff_id=2, now=console.clock())
        words = "Third cold-coffee report from Quay Street this week. The boiler was repaired on Saturday."
        note.add(db, console.contact_id(day.MAYA), 2, words, console.clock())


def signed_in(console: RunningConsole, browser: Browser, viewport: dict[str, int], who: str) -> Page:
    page = browser.new_context(viewport=viewport, reduced_motion="reduce").new_page()
    page.goto(f"{console.url}/login")
    page.get_by_label("E-mail").fill(f"{who}@parley.local")
    page.get_by_label("Password").fill(PASSWORD)
    act(page, "Sign in")
    return page


def text(page: Page, words: str) -> None:
    page.get_by_label("Your text").fill(words)
    act(page, "Send")


def act(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()


def shoot(page: Page, name: str) -> None:
    file = FOLDER / f"{name}.png"
    page.screenshot(path=file)
    sys.stdout.write(f"{file.relative_to(Path.cwd())}\n")


if __name__ == "__main__":
    main()
