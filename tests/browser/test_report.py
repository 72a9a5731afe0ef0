"""The report, in a browser: the numbers that are in the log, and no rate where there is too little for one."""

from datetime import timedelta

from playwright.sync_api import expect

from tests.browser import day
from tests.browser.conftest import Opens
from tests.browser.console_house import RunningConsole


def test_a_rate_comes_with_its_interval_and_its_counts(opens: Opens, console: RunningConsole) -> None:
    day.asked_many(console, "visit", delivered=199, replied=49)  # with Maya's one: 50 of 200
    console.clock.pass_(timedelta(hours=1))
    page = opens("jonas")
    page.goto(f"{console.url}/report?flow=satisfaction")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="visit", exact=True))
    expect(row).to_contain_text("200")
    expect(row).to_contain_text("25.0 %")
    expect(row).to_contain_text("19.5 to 31.4 %")
    expect(row).to_contain_text("30 min")
    headline = page.get_by_role("region", name="Headline figures")
    expect(headline).to_contain_text("50 of 200 delivered")
    expect(page.get_by_role("img", name="Response rate by step of satisfaction")).to_be_visible()
    headline.get_by_role("link", name="Response rate").click()
    expect(page.get_by_text("STOP, START, HELP and automatic replies are no replies.")).to_be_in_viewport()


def test_too_few_for_a_rate_is_a_sentence(opens: Opens, console: RunningConsole) -> None:
    page = opens("jonas")
    page.goto(f"{console.url}/report")
    expect(page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="vote"))).to_contain_text(
        "Too few for a rate; shown from 30 delivered."
    )
    expect(page.get_by_text("No step has 30 delivered contacts yet")).to_be_visible()


def test_no_data_is_never_zero_percent(opens: Opens, console: RunningConsole) -> None:
    page = opens("jonas")
    console.clock.pass_(timedelta(days=40))
    page.context.clear_cookies()
    page = opens("jonas")
    page.goto(f"{console.url}/report?since=7")
    expect(page.get_by_text("No data.")).to_be_visible()
    expect(page.get_by_text("0 %")).to_have_count(0)


def test_the_table_can_be_taken_away_as_csv(opens: Opens, console: RunningConsole) -> None:
    page = opens("jonas")
    page.goto(f"{console.url}/report")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV").click()
    text = waiting.value.path().read_text("utf-8-sig")
    assert text.startswith("flow,revision,step,delivered,unconfirmed,replied,response_share,")
    assert "\nsatisfaction,1,visit,1,0,1," in text.replace("\r", "")
