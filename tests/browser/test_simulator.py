"""The simulator, in a browser, as a marketer uses it."""

from playwright.sync_api import expect

from flows.check import LIBRARY, load
from flows.parse import read_tests
from flows.transcript import run_test
from nlp.types import Reader
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


def test_time_is_skipped_for_this_contact_alone(opens: Opens, console: RunningConsole) -> None:
    ended, due = "ended_at IS NOT NULL", "handled_at IS NOT NULL"
    before, real = console.count("conversation", ended), f"contact_id = {console.contact_id('+14155550101')}"
    heard = console.count("event", f"{due} AND NOT {real}")
    page = opens()
    page.goto(f"{console.url}/simulator?flow=lunch-poll")
    page.get_by_role("button", name="LUNCH").click()
    page.get_by_label("Skip to").fill("45m")
    page.get_by_label("Skip to").press("Enter")
    expect(page.get_by_role("log", name="Texts")).to_contain_text("The lunch poll is still open.")
    expect(page.get_by_text("45 min ahead of now")).to_be_visible()
    page.get_by_label("Skip to").fill("yesterday")
    page.get_by_role("button", name="Skip", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("is no time to come")
    page.get_by_role("button", name="tomorrow 09:00").click()
    expect(page.get_by_text("ended as")).to_be_visible()
    assert console.count("conversation", ended) == before + 1
    assert console.count("event", f"{due} AND NOT {real}") == heard, "other people's events are left alone"
    page.get_by_role("button", name="Start over").click()
    expect(page.get_by_text("ahead of now")).not_to_be_visible()


def test_the_reading_the_step_as_written_and_the_test(opens: Opens, console: RunningConsole, reader: Reader) -> None:
    page = opens()
    page.goto(f"{console.url}/simulator?flow=lunch-poll")
    expect(page.get_by_role("link", name="Save as a test")).not_to_be_visible()
    page.get_by_role("button", name="LUNCH").click()
    file = page.get_by_role("region", name="The flow’s file")
    expect(file.locator("[aria-current=step]")).to_contain_text("vote:")
    expect(file.locator(".lit").last).to_contain_text("timeout: {after: 3h, go: closed}")
    expect(file.locator(".lit").first).to_be_in_viewport()
    page.get_by_label("Skip to").fill("45m")
    page.get_by_role("button", name="Skip", exact=True).click()
    page.get_by_label("Your text").fill("the second one")
    page.get_by_label("Your text").press("Enter")
    expect(page.get_by_text("position or letter of pizza").last).to_be_visible()
    page.get_by_role("link", name="Save as a test").click()
    written = page.locator("#as-test").inner_text()
    assert "- {user: the second one}" in written
    tests, problems = read_tests(written, "x.test.yaml")
    flow, _ = load(LIBRARY / "lunch-poll.yaml")
    assert (problems, len(tests)) == ((), 1)
    assert flow is not None
    outcome = run_test(flow, tests[0], reader)
    assert outcome.passed, outcome.lines
    assert any("still open" in str(line) for _, line in tests[0].lines), "the nudge is in it"


def test_an_unasked_start_as_a_test(opens: Opens, console: RunningConsole) -> None:
    page = opens()
    page.goto(f"{console.url}/simulator?flow=lunch-poll")
    page.get_by_role("button", name="Start this flow").click()
    page.get_by_role("link", name="Save as a test").click()
    expect(page.locator("#as-test")).to_contain_text("- {start: true}")


def test_on_a_phone(opens: Opens, console: RunningConsole) -> None:
    page = opens(viewport=PHONE)
    page.goto(f"{console.url}/simulator?flow=lunch-poll")
    page.get_by_role("button", name="LUNCH").click()
    expect(page.get_by_role("log", name="Texts")).to_contain_text("What shall we order?")
