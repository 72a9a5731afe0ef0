"""Signing in, in a browser: what is let in, what is not, and what is said about it."""

from playwright.sync_api import Page, expect

from bot.console.account import hashed
from models import staff
from tests.browser.conftest import Opens
from tests.browser.console_house import PASSWORD, RunningConsole


def sign_in(page: Page, email: str, password: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_a_wrong_password_is_refused_and_the_address_is_kept(opens: Opens) -> None:
    opens.expected = ("401",)  # type: ignore[attr-defined]
    page = opens(None)
    sign_in(page, "ines@parley.local", "wrong")
    expect(page.get_by_role("alert")).to_contain_text("do not match")
    expect(page.get_by_label("E-mail")).to_have_value("ines@parley.local")
    expect(page.get_by_label("Password")).to_be_focused()
    sign_in(page, "nobody@parley.local", "wrong")
    expect(page.get_by_role("alert")).to_contain_text("do not match")


def test_a_one_time_password_is_changed_before_anything_else(opens: Opens, console: RunningConsole) -> None:
    with console.store.write() as db:
        staff.add(
            db, email="lena@parley.local", name="Lena Fox", role="support", password=hashed("once"), one_time=True, now=console.clock()
        )
    opens.expected = ("400",)  # type: ignore[attr-defined]
    page = opens(None)
    sign_in(page, "lena@parley.local", "once")
    expect(page.get_by_role("heading", name="Choose a password")).to_be_visible()
    page.goto(f"{console.url}/people")
    expect(page.get_by_role("heading", name="Choose a password")).to_be_visible()
    for label, text in (("Present password", "once"), ("New password", "a long enough one"), ("New password, again", "another")):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("differ")
    for label, text in (("Present password", "once"), ("New password", "a long enough one"), ("New password, again", "a long enough one")):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Inbox", level=2)).to_be_visible()


def test_other_sessions_die_with_the_password(opens: Opens, console: RunningConsole) -> None:
    here, there = opens(), opens()
    here.goto(f"{console.url}/password")
    for label, text in (
        ("Present password", PASSWORD),
        ("New password", "quite another one"),
        ("New password, again", "quite another one"),
    ):
        here.get_by_label(label, exact=True).fill(text)
    here.get_by_role("button", name="Save").click()
    expect(here.get_by_role("heading", name="Inbox", level=2)).to_be_visible()
    there.goto(f"{console.url}/people")
    expect(there.get_by_role("heading", name="Sign in to Parley")).to_be_visible()


def test_after_signing_in_one_is_where_one_wanted_to_go(opens: Opens, console: RunningConsole) -> None:
    page = opens(None)
    page.goto(f"{console.url}/people?q=maya")
    sign_in(page, "ines@parley.local", PASSWORD)
    expect(page.get_by_role("heading", name="Contacts")).to_be_visible()


def test_signing_out_ends_the_session(opens: Opens, console: RunningConsole) -> None:
    page = opens()
    page.get_by_role("link", name="Ines Duarte, your account").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{console.url}/inbox")
    expect(page.get_by_role("heading", name="Sign in to Parley")).to_be_visible()


def test_each_role_sees_its_places(opens: Opens) -> None:
    rail = {"ines": False, "jonas": True}
    for who, sees_reports in rail.items():
        page = opens(who)
        assert page.get_by_role("navigation", name="Main").get_by_role("link", name="Reports").is_visible() is sees_reports, who
