"""A list of messages that keeps none of the promises which its contract does not make."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.listing import MOST_PAGES, ListError, read_list

FOLDER, BASE = "/2010-04-01/Accounts/AC1/Messages", "http://127.0.0.1:9"
NOW = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)
MAYA = "+14155550101"


def message(sid: str, minutes_ago: float, **more: object) -> dict[str, object]:
    created = format_datetime(NOW - timedelta(minutes=minutes_ago))
    return {"sid": sid, "to": MAYA, "body": "Hi", "direction": "outbound-api", "status": "sent", "date_created": created, **more}


class Pages:
    """A carrier whose list has these pages; it keeps what it was asked."""

    def __init__(self, *pages: list[dict[str, object]], next_uri: str = FOLDER + ".json?Page={n}", status: int = 200) -> None:
        self.pages, self.next_uri, self.status = pages, next_uri, status
        self.asked: list[tuple[str, Mapping[str, str]]] = []

    def __call__(self, path: str, asked: Mapping[str, str]) -> tuple[int, str]:
        self.asked.append((path, asked))
        n = int(path.partition("Page=")[2] or 0)
        last = n + 1 >= len(self.pages)
        page = {"messages": self.pages[n], "next_page_uri": None if last else self.next_uri.format(n=n + 1), "who": "knows"}
        return self.status, json.dumps(page)

    def sids(self, minutes: float = 5, to: str = MAYA) -> list[str]:
        return [one.sid for one in read_list(self, FOLDER, to, NOW - timedelta(minutes=minutes), timedelta, BASE)]


@pytest.mark.parametrize(
    ("pages", "sids", "why"),
    [
        ([[message("b", 1), message("a", 2)]], ["b", "a"], "newest first"),
        ([[message("a", 2), message("b", 1)]], ["b", "a"], "oldest first"),
        ([[message("old", 600), message("b", 1)]], ["b"], "by another date: one that waited for hours was sent last"),
        ([[message("b", 1)], [message("b", 1), message("a", 2)]], ["b", "a"], "pages that shifted: each once"),
        ([[message("y", 9), message("x", 9)], [message("b", 1)]], ["b"], "a page of one second says nothing of the order"),
        ([[message("x", 9), message("y", 8)], [message("b", 1)]], ["b"], "a page of old ones, and they come oldest first"),
        ([[message("t", 1, to="+12125550102"), message("b", 2)]], ["b"], "somebody else's"),
        ([[message("b", 1, to="1 415 555-0101")]], ["b"], "a number that is written otherwise"),
        ([[message("b", 1, to=None)]], ["b"], "no number"),
        ([[message("b", 1, date_created=None)]], ["b"], "no date: it counts as new"),
        ([[message("b", 1, date_created="2026-03-04T17:59:00Z")]], ["b"], "a date by ISO 8601"),
        ([[message("b", 1, date_created="Wed, 04 Mar 2026 18:59:00 +0100")]], ["b"], "a date of another zone"),
        ([[]], [], "nothing"),
    ],
)
def test_nothing_is_overlooked(pages: list[list[dict[str, object]]], sids: list[str], why: str) -> None:
    assert Pages(*pages).sids() == sids, why


def test_it_stops_where_all_that_follow_are_older() -> None:
    pages = Pages([message("b", 1)], [message("y", 8), message("x", 9)], [message("w", 10)])
    assert pages.sids() == ["b"]
    assert len(pages.asked) == 2


def test_the_login_goes_to_nobody_else() -> None:
    pages = Pages([message("b", 1)], [message("a", 2)], next_uri="https://elsewhere.example" + FOLDER + ".json?Page={n}")
    assert pages.sids() == ["b", "a"]
    assert [path for path, _ in pages.asked] == [f"{FOLDER}.json", f"{FOLDER}.json?Page=1"]


def test_a_list_without_an_end_says_nothing_of_what_is_absent() -> None:
    with pytest.raises(ListError):
        Pages([message("b", 1)], [message("a", 2)], [message("c", 3)], next_uri=FOLDER + ".json?Page=1").sids()
    with pytest.raises(ListError):
        Pages(*[[message("b", 1)]] * (MOST_PAGES + 2)).sids()


def test_a_list_that_fails_says_so() -> None:
    with pytest.raises(ListError, match="HTTP 503"):
        Pages([], status=503).sids()


def test_a_text_to_anybody_is_asked_for_without_a_number() -> None:
    pages = Pages([message("t", 1, to="+12125550102")])
    assert pages.sids(to="") == ["t"]
    assert pages.asked == [(f"{FOLDER}.json", {"PageSize": "200"})]
