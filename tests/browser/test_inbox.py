"""The inbox, in a browser, as support uses it: by role and name, by mouse, by keys, on a phone, and while things happen."""

from playwright.sync_api import Page, expect

from tests.browser import day
from tests.browser.conftest import PHONE, Opens
from tests.browser.console_house import RunningConsole

LOOK = "document.dispatchEvent(new Event('parley:look'))"


def open_maya(page: Page) -> None:
    page.get_by_role("region", name="Conversations").get_by_role("link", name="Maya Okafor").first.click()
    expect(page.get_by_role("heading", name="Maya Okafor").first).to_be_visible()


def press(page: Page, key: str) -> None:
    """A key, once the page's script is there to hear it."""
    page.wait_for_load_state()
    page.keyboard.press(key)


def test_the_queue_says_who_waits_how_long_and_why(opens: Opens) -> None:
    rows = opens().get_by_role("region", name="Conversations").get_by_role("listitem")
    expect(rows.first).to_contain_text("Hélène Marchand")
    expect(rows.first).to_contain_text("Asked for a person")
    expect(rows.first).to_contain_text("over the 30 min goal")
    expect(rows.filter(has_text="Tom Bright")).to_contain_text("Wrote after opting out")
    expect(rows.filter(has_text="Priya Nair")).to_contain_text("No flow heard it")
    expect(rows.filter(has_text="Maya Okafor")).to_contain_text("Handed over")


def test_the_transcript_says_what_was_read_and_where_it_went(opens: Opens) -> None:
    page = opens()
    open_maya(page)
    talk = page.get_by_role("log", name="Transcript")
    expect(talk).to_contain_text("read as 2")
    expect(talk).to_contain_text("no number found")
    expect(talk).to_contain_text("The flow handed over")
    expect(talk.get_by_role("listitem").filter(has_text="How was it, from 1")).to_contain_text("Delivered")


def test_taking_over_answering_and_handing_back(opens: Opens, console: RunningConsole) -> None:
    page = opens()
    open_maya(page)
    page.get_by_role("button", name="Take over").click()
    expect(page.get_by_role("button", name="Hand back to flow")).to_be_visible()
    page.get_by_label("Reply to Maya Okafor").fill("I am sorry, Maya. Was that at Quay Street?")
    page.get_by_role("button", name="Send").click()
    sent = page.get_by_role("log").get_by_role("listitem").filter(has_text="Quay Street")
    expect(sent).to_contain_text("Queued")
    console.work()
    page.evaluate(LOOK)
    expect(sent).to_contain_text("Delivered")
    assert [outgoing.body for outgoing in console.paper.sent][-1] == "I am sorry, Maya. Was that at Quay Street?"
    page.get_by_role("button", name="Hand back to flow").click()
    expect(page.get_by_role("status")).to_contain_text("with the flow again")
    expect(page.get_by_role("button", name="Take over")).to_be_visible()


def test_done_goes_on_to_the_next_who_waits(opens: Opens) -> None:
    page = opens()
    open_maya(page)
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("status")).to_contain_text("Maya Okafor is done.")
    expect(page.get_by_role("heading", name="Hélène Marchand").first).to_be_visible()
    expect(page.get_by_role("region", name="Conversations")).not_to_contain_text("Maya Okafor")


def test_opting_out_asks_for_the_words_and_closes_the_composer(opens: Opens, console: RunningConsole) -> None:
    page = opens()
    open_maya(page)
    card = page.get_by_role("complementary", name="About Maya Okafor")
    card.get_by_text("They asked to stop…").click()
    card.get_by_label("Their words").fill("on the phone: please no more texts")
    card.get_by_role("button", name="Opt out for good").click()
    expect(page.get_by_role("status")).to_contain_text("opted out")
    expect(card).to_contain_text("Opted out · “on the phone: please no more texts”")
    expect(page.get_by_text("This contact opted out: nothing may be sent until they text START.")).to_be_visible()
    send = page.get_by_role("button", name="Send")
    expect(send).to_have_attribute("aria-disabled", "true")
    page.get_by_label("Reply to Maya Okafor").fill("one more thing")
    send.click(force=True)
    assert console.count("message", "author = 'staff'") == 0


def test_who_wrote_after_opting_out_is_shown_as_such(opens: Opens, console: RunningConsole) -> None:
    page = opens()
    page.goto(f"{console.url}/inbox/{console.contact_id(day.TOM)}")
    line = page.get_by_role("log").get_by_role("listitem").filter(has_text="where is my order")
    expect(line).to_contain_text("Wrote after opting out")
    expect(page.get_by_role("complementary", name="About Tom Bright")).to_contain_text("Opted out: nothing is sent")


def test_search_finds_by_name_and_number(opens: Opens) -> None:
    page = opens()
    for words in ("héLÈNE"[:3], "5550162"):
        page.get_by_label("Search conversations").fill(words)
        page.get_by_label("Search conversations").press("Enter")
        expect(page.get_by_role("heading", name="FOUND BY NAME OR NUMBER")).to_be_visible()
    expect(page.get_by_role("region", name="Conversations").get_by_role("link")).to_have_count(1)
    expect(page.get_by_role("region", name="Conversations")).to_contain_text("Tom Bright")
    page.get_by_label("Search conversations").fill("nobody like that")
    page.get_by_label("Search conversations").press("Enter")
    expect(page.get_by_text("No name, no number and no text has")).to_be_visible()


def test_by_keys_alone(opens: Opens, console: RunningConsole) -> None:
    """From the first conversation to an answer that has left: not one click."""
    page = opens()
    press(page, "j")
    expect(page.get_by_role("region", name="Conversation with Tom Bright")).to_be_visible()
    press(page, "k")
    expect(page.get_by_role("region", name="Conversation with Hélène Marchand")).to_be_visible()
    press(page, "t")
    expect(page.get_by_role("button", name="Hand back to flow")).to_be_visible()
    press(page, "r")
    expect(page.get_by_label("Reply to Hélène Marchand")).to_be_focused()
    page.keyboard.type("Bonjour Hélène, c'est Ines.")
    press(page, "Control+Enter")
    expect(page.get_by_role("log").get_by_text("Bonjour Hélène, c'est Ines.")).to_be_visible()
    press(page, "/")
    expect(page.get_by_label("Search conversations")).to_be_focused()
    press(page, "Escape")
    page.get_by_role("log").focus()
    press(page, "?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    press(page, "Escape")
    press(page, "e")
    expect(page.get_by_role("status")).to_contain_text("Hélène Marchand is done.")
    console.work()
    assert console.messages(author="staff")[0].status == "delivered"


def test_single_letters_can_be_switched_off(opens: Opens) -> None:
    page = opens()
    press(page, "?")
    page.get_by_label("Single-letter keys are on").uncheck()
    page.get_by_role("button", name="Close").click()
    press(page, "t")
    press(page, "?")
    expect(page.get_by_role("dialog", name="Keys")).not_to_be_visible()
    expect(page.get_by_role("button", name="Take over")).to_be_visible()


def test_the_counter_counts_as_one_types(opens: Opens) -> None:
    page = opens()
    draft = page.get_by_role("textbox", name="Reply to")
    draft.fill("Merci, à demain")
    expect(page.locator("#count")).to_contain_text("1 segment · 15 of 160 · GSM-7")
    draft.fill("a" * 161)
    expect(page.locator("#count")).to_contain_text("2 segments · 161 of 306")
    draft.fill("I’m here")
    expect(page.locator("#count")).to_contain_text("Unicode, because of “’”")


def test_new_texts_appear_and_the_draft_stays(opens: Opens, console: RunningConsole) -> None:
    page = opens()
    open_maya(page)
    draft = page.get_by_label("Reply to Maya Okafor")
    draft.fill("half a thought")
    draft.evaluate("box => box.setSelectionRange(5, 5)")
    console.send("are you still there?", day.MAYA)
    page.evaluate(LOOK)
    expect(page.get_by_role("log").get_by_text("are you still there?")).to_be_visible()
    expect(draft).to_have_value("half a thought")
    expect(draft).to_be_focused()
    assert draft.evaluate("box => box.selectionStart") == 5
    page.reload()
    expect(draft).to_have_value("half a thought")


def test_the_queue_keeps_its_order_while_somebody_is_in_it(opens: Opens, console: RunningConsole) -> None:
    page = opens()
    page.get_by_role("region", name="Conversations").get_by_role("link").first.focus()
    console.send("I need a human, please", "+14155550177")
    page.evaluate(LOOK)
    pill = page.get_by_role("button", name="1 new")
    expect(pill).to_be_visible()
    expect(page.get_by_role("region", name="Conversations")).not_to_contain_text("+14155550177")
    pill.click()
    expect(page.get_by_role("region", name="Conversations")).to_contain_text("+14155550177")


def test_a_lost_connection_is_said_and_mended(opens: Opens, console: RunningConsole) -> None:
    opens.expected = ("ERR_FAILED",)  # type: ignore[attr-defined]
    page = opens()
    page.route("**/live*", lambda route: route.abort())
    page.evaluate(LOOK)
    expect(page.get_by_role("alert")).to_contain_text("Connection lost.")
    page.unroute("**/live*")
    page.evaluate(LOOK)
    expect(page.get_by_text("Connection lost.")).not_to_be_visible()


def test_on_a_phone_one_pane_at_a_time(opens: Opens) -> None:
    page = opens(viewport=PHONE)
    expect(page.get_by_role("heading", name="Inbox", level=2)).to_be_visible()
    open_maya(page)
    expect(page.get_by_role("heading", name="Inbox", level=2)).not_to_be_visible()
    page.get_by_role("link", name="About this contact").click()
    expect(page.get_by_role("heading", name="Consent")).to_be_visible()
    page.get_by_role("link", name="Back to the conversation").click()
    expect(page.get_by_role("log")).to_be_visible()
    page.get_by_role("link", name="Back to the queue").click()
    expect(page.get_by_role("heading", name="Inbox", level=2)).to_be_visible()


def test_without_a_script_it_works_too(opens: Opens, console: RunningConsole) -> None:
    page = opens(script=False)
    open_maya(page)
    page.get_by_role("button", name="Take over").click()
    page.get_by_label("Reply to Maya Okafor").fill("no script here")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("log")).to_contain_text("no script here")


def test_what_a_contact_writes_is_only_ever_text(opens: Opens, console: RunningConsole) -> None:
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>{{ 7*7 }}"
    console.send(evil, day.MAYA)
    page = opens()
    open_maya(page)
    expect(page.get_by_role("log").get_by_text(evil)).to_be_visible()
    expect(page.get_by_role("region", name="Conversations").get_by_text(evil)).to_be_visible()


def test_paper_says_so_on_every_page(opens: Opens, console: RunningConsole) -> None:
    page = opens("admin")
    for place in ("inbox", "simulator", "report", "flows", "people", "staff"):
        page.goto(f"{console.url}/{place}")
        expect(page.get_by_text("No provider is configured: texts are kept here, nothing leaves.")).to_be_visible()
