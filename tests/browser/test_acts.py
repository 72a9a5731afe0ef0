"""What staff do beside answering, in a browser: search words, undo, notes, canned replies, sending again, a text in doubt."""

from playwright.sync_api import Page, expect

from models import canned, contact, outbox
from tests.browser import day
from tests.browser.conftest import PHONE, Opens
from tests.browser.console_house import RunningConsole
from tests.browser.test_inbox import open_maya, press
from tests.browser.test_pages import violations


def has_canned(console: RunningConsole) -> None:
    with console.store.write() as db:
        canned.add(db, title="Sorry", body="I am sorry, {{first name}}.", staff_id=2, now=console.clock())


def is_in_doubt(console: RunningConsole, phone: str) -> int:
    who = console.contact_id(phone)
    with console.store.write() as db:
        waits = {"desk": "inbox", "desk_reason": "maybe_opt_out", "desk_since": console.clock()}
        contact.change(db, who, consent="held", consent_at=console.clock(), **waits)
    return who


def test_words_of_a_text_are_found_and_marked(opens: Opens) -> None:
    page = opens()
    page.get_by_label("Search conversations").fill("COLD both")
    page.get_by_label("Search conversations").press("Enter")
    row = page.get_by_role("region", name="Conversations").get_by_role("listitem")
    expect(row).to_have_count(1)
    expect(row.get_by_role("mark").first).to_have_text("cold")
    row.get_by_role("link").click()
    expect(page.get_by_label("Search conversations")).to_have_value("COLD both")
    expect(page.get_by_role("region", name="Conversation with Maya Okafor")).to_be_visible()
    assert violations(page) == []


def test_done_is_undone_by_its_button_and_by_its_key(opens: Opens) -> None:
    page = opens()
    rows = page.get_by_role("region", name="Conversations").get_by_role("listitem").filter(has_text="Maya Okafor")
    for way in ("button", "key"):
        open_maya(page)
        page.get_by_role("button", name="Done").click()
        expect(rows).to_have_count(0)
        assert violations(page) == []
        if way == "button":
            page.get_by_role("status").get_by_role("button", name="Undo").click()
        else:
            press(page, "z")
        expect(page.get_by_role("status")).to_contain_text("Undone. Maya Okafor stands as before.")
        expect(rows).to_contain_text("Handed over")


def test_a_note_stands_apart_and_keeps_the_draft_of_nobody(opens: Opens, console: RunningConsole) -> None:
    page = opens()
    open_maya(page)
    page.get_by_label("Reply to Maya Okafor").fill("third report from Quay Street")
    page.get_by_role("button", name="Note", exact=True).click()
    line = page.get_by_role("log").get_by_role("listitem").filter(has_text="third report")
    expect(line).to_contain_text("Note, only staff see it")
    expect(line).to_contain_text("You")
    expect(page.get_by_label("Reply to Maya Okafor")).to_have_value("")
    assert console.count("message", "author = 'staff'") == 0


def test_a_canned_reply_is_written_changed_used_and_deleted(opens: Opens, console: RunningConsole) -> None:
    page = opens("jonas")
    page.goto(f"{console.url}/canned")
    new = page.get_by_role("main").locator("section").filter(has=page.get_by_role("heading", name="A new one"))
    new.get_by_label("Title").fill("Sorry")
    new.get_by_label("Text").fill("I am sorry, {{first name}}.")
    new.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("“Sorry” is there")
    page.get_by_text("Change").click()
    page.get_by_role("region", name="Saved").get_by_label("Text").fill("So sorry, {{first name}}.")
    assert violations(page) == []
    page.get_by_role("region", name="Saved").get_by_role("button", name="Save").click()
    page.goto(f"{console.url}/inbox/{console.contact_id(day.MAYA)}")
    draft = page.get_by_label("Reply to Maya Okafor")
    draft.fill("Hello!")
    page.get_by_role("group", name="Canned replies").get_by_role("link", name="Sorry").click()
    expect(draft).to_have_value("Hello! So sorry, Maya.")
    expect(draft).to_be_focused()
    page.goto(f"{console.url}/canned")
    page.get_by_text("Delete…").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("No canned replies yet.")).to_be_visible()


def test_canned_replies_by_keys_and_without_a_script(opens: Opens, console: RunningConsole) -> None:
    has_canned(console)
    page = opens()
    open_maya(page)
    press(page, ";")
    expect(page.get_by_role("link", name="Sorry")).to_be_focused()
    press(page, "Enter")
    expect(page.get_by_label("Reply to Maya Okafor")).to_have_value("I am sorry, Maya.")
    page = opens(script=False)
    open_maya(page)
    page.get_by_role("link", name="Sorry").click()
    expect(page.get_by_label("Reply to Maya Okafor")).to_have_value("I am sorry, Maya.")


def test_what_did_not_arrive_is_sent_again(opens: Opens, console: RunningConsole) -> None:
    page = opens()
    open_maya(page)
    page.get_by_label("Reply to Maya Okafor").fill("Which days?")
    page.get_by_role("button", name="Send").click()
    console.work()
    with console.store.write() as db:
        outbox.change(db, console.messages(author="staff")[0].id, status="undelivered", error_code=30003)
    page.reload()
    assert violations(page) == []
    page.get_by_role("log").get_by_role("button", name="Send again").click()
    expect(page.get_by_role("status")).to_contain_text("The text is sent again.")
    expect(page.get_by_role("log").get_by_text("Which days?")).to_have_count(2)
    expect(page.get_by_role("button", name="Send again")).to_have_count(0)


def test_a_text_in_doubt_is_cleared_on_the_card(opens: Opens, console: RunningConsole) -> None:
    who = is_in_doubt(console, day.PRIYA)
    for viewport in ({"width": 1440, "height": 900}, PHONE):
        page = opens(viewport=viewport)
        page.goto(f"{console.url}/inbox/{who}#contact")
        card = page.get_by_role("complementary", name="About Priya Nair")
        expect(card.get_by_role("heading", name="In doubt")).to_be_visible()
        expect(card).to_contain_text("after 24 hours they count as opted out")
        assert violations(page) == []
    clear(page)
    assert console.one(f"SELECT consent FROM contact WHERE id = {who}") == "unknown"


def clear(page: Page) -> None:
    page.get_by_role("button", name="They did not mean to stop").click()
    expect(page.get_by_role("status")).to_contain_text("Priya Nair may be texted as before.")
    expect(page.get_by_role("heading", name="In doubt")).to_have_count(0)


def test_older_rows_are_a_page_away(opens: Opens, console: RunningConsole) -> None:
    day.asked_many(console, "visit", delivered=120, replied=0)
    page = opens()
    page.goto(f"{console.url}/inbox?show=all")
    more = page.get_by_role("navigation", name="More of everybody")
    expect(more).to_contain_text("1 to 50 of 131")
    more.get_by_role("link", name="Older").click()
    expect(more).to_contain_text("51 to 100 of 131")
    expect(page.get_by_role("link", name="All", exact=True)).to_have_attribute("aria-current", "true")
    assert violations(page) == []
