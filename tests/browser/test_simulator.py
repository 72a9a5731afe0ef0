"""The simulator, in a browser, as a marketer uses it."""

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Opens
from tests.browser.console_house import RunningConsole


def test_a_conversation_on_the_phone(opens: Opens, console: RunningConsole) -> None:
    page = opens("jonas")
    page.goto(f"{console.url}/simulator?flow=satisfaction")
    phone = page.get_by_role("region", name="Phone")
    phone.get_by_role("button", name="FEEDBACK").click()
    texts = page.get_by_role("log", name="Texts")
    expect(texts).to_contain_text("How was it, from 1 (bad) to 5 (great)?")
    phone.get_by_label("Your text").fill("it was alright")
    phone.get_by_label("Your text").press("Enter")
    expect(texts).to_contain_text("no number found")
    expect(texts).to_contain_text("Just a number from 1 to 5, please.")
    expect(page.get_by_role("img", name="Now at visit")).to_be_visible()
    expect(page.get_by_text("misread 1 of 2")).to_be_visible()
    phone.get_by_role("button", name="5 stars!!").click()
    expect(texts).to_contain_text("read as 5")
    phone.get_by_label("Your text").fill("the soup")
    phone.get_by_role("button", name="Send").click()
    expect(texts).to_contain_text("Thanks, that makes our day")
    expect(page.get_by_text("ended as")).to_be_visible()
    assert console.count("message", "test") == console.count("message", f"contact_id = {console.contact_id('+14155550101')}")
    page.goto(f"{console.url}/report")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="visit", exact=True))
    expect(row.get_by_role("cell").nth(2)).to_have_text("1")  # the day's Maya, and nobody from here
    assert console.count("interaction", "test AND kind = 'replied'") == 3


def test_what_waits_is_shown_in_the_contacts_own_time(opens: Opens, console: RunningConsole) -> None:
    page = opens()
    page.goto(f"{console.url}/simulator?flow=lunch-poll")
    page.get_by_role("button", name="LUNCH").click()
    expect(page.get_by_text("America/Los_Angeles, where the contact lives")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="nudge")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="silence is over")).to_be_visible()


def test_starting_over_and_starting_unasked(opens: Opens, console: RunningConsole) -> None:
    page = opens()
    page.goto(f"{console.url}/simulator?flow=lunch-poll")
    page.get_by_role("button", name="Start this flow").click()
    expect(page.get_by_role("log", name="Texts")).to_contain_text("What shall we order?")
    page.get_by_role("button", name="Start over").click()
    expect(page.get_by_role("log", name="Texts")).not_to_contain_text("What shall we order?")
    page.get_by_role("button", name="STOP").click()
    page.get_by_role("button", name="Start this flow").click()
    expect(page.get_by_role("status")).to_contain_text("Nothing was sent: this contact opted out.")


def test_a_new_test_contact(opens: Opens, console: RunningConsole) -> None:
    page = opens()
    page.goto(f"{console.url}/simulator?flow=coupon-welcome")
    page.get_by_role("button", name="A new test contact").click()
    expect(page.get_by_role("region", name="Phone").get_by_role("link", name="+14155550100")).to_be_visible()
    expect(page.get_by_text("Never asked: answers and service only")).to_be_visible()
    page.get_by_role("button", name="JOIN").click()
    page.get_by_role("button", name="yes please").click()
    expect(page.get_by_text("May be texted")).to_be_visible()
    expect(page.get_by_text("TEST-").first).to_be_visible()
    assert console.count("contact", "kind = 'test'") == 6


def test_on_a_phone(opens: Opens, console: RunningConsole) -> None:
    page = opens(viewport=PHONE)
    page.goto(f"{console.url}/simulator?flow=lunch-poll")
    page.get_by_role("button", name="LUNCH").click()
    expect(page.get_by_role("log", name="Texts")).to_contain_text("What shall we order?")
