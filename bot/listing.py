"""The carrier's list of messages, read as JSON, with nothing taken for granted that its own contract does not promise.

twilio-python's reader gives up on a page with a field that it does not know, and follows no whole address. Order, the filter by
number and the size of a page are for the carrier to keep or not: what is overlooked here would be sent twice.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

MOST_PAGES = 1000
"""More is a list without an end; nothing in it is called absent."""
PAGE_SIZE = 200

Ask = Callable[[str, Mapping[str, str]], tuple[int, str]]
"""Fetches a path of the API with these parameters: the status and what was answered."""
Behind = Callable[[], timedelta]
"""How far the carrier's clock is behind ours, as far as its last answer told: nothing is known before the first."""


class ListError(ValueError):
    """The list cannot be read to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A message that the carrier has.

    direction: as Twilio names it (outbound-api, outbound-reply, inbound). service: the messaging service whose number it was.
    """

    sid: str
    direction: str
    body: str
    status: str
    created_at: datetime
    sender: str = ""
    ours: str = ""
    pictures: tuple[tuple[str, str], ...] = ()
    error_code: int | None = None
    service: str = ""


def read_list(ask: Ask, folder: str, to: str, since: datetime, behind: Behind, base: str) -> list[Found]:
    """What was sent to `to` ("": to anybody) since then, newest first, each once.

    folder: the path of the account's messages; base: the address of the API; behind: asked once a page has come.
    Raises ListError, and what reading raises (KeyError, TypeError, ValueError, AttributeError) where the answer is no list of messages.
    """
    since = since.replace(microsecond=0)  # date_created has whole seconds
    found: dict[str, Found] = {}
    for page in _pages(ask, folder, to):
        shown = [(_found(one, behind()), one) for one in page]
        dates = [one.created_at for one, _ in shown]
        for one, raw in shown:
            if one.created_at >= since and one.sid not in found and _is_to(one, to):
                found[one.sid] = replace(one, pictures=_pictures(ask, raw, f"{folder}/{one.sid}/Media", base))
        if dates and max(dates) < since and dates[0] > dates[-1]:  # newest first, and all that follow are older
            break
    in_order = list(found.values())
    if in_order and in_order[0].created_at < in_order[-1].created_at:
        in_order.reverse()  # so that those of one second are newest first too
    return sorted(in_order, key=lambda one: one.created_at, reverse=True)


def _pages(ask: Ask, folder: str, to: str) -> Iterator[Sequence[Mapping[str, Any]]]:
    path = f"{folder}.json"
    asked: Mapping[str, str] = {**({"To": to} if to else {}), "PageSize": str(PAGE_SIZE)}
    seen = {path}
    while True:
        status, text = ask(path, asked)
        if status != 200:
            raise ListError(f"HTTP {status}")
        page = json.loads(text)
        yield page["messages"]
        following = urlsplit(page.get("next_page_uri") or "")
        if not following.path:
            return
        path, asked = f"{following.path}?{following.query}", {}  # of a whole address no host: the login is for ours alone
        if path in seen or len(seen) >= MOST_PAGES:
            raise ListError("a list without an end")
        seen.add(path)


def _pictures(ask: Ask, message: Mapping[str, Any], folder: str, base: str) -> tuple[tuple[str, str], ...]:
    """Address and type of what came with an inbound text, as a webhook would have named them; none where there is no list of them."""
    if message.get("direction") != "inbound" or not int(message.get("num_media") or 0):
        return ()
    status, text = ask(f"{folder}.json", {})
    if status == 404:  # the text itself is not held back for them
        return ()
    if status != 200:
        raise ListError(f"HTTP {status}")
    return tuple((f"{base}{folder}/{one['sid']}", str(one.get("content_type") or "")) for one in json.loads(text)["media_list"][:10])


def _is_to(one: Found, to: str) -> bool:
    """Whether it went to that number, however the carrier writes it; a list may not know the filter."""
    return not to or not one.ours or _plain(one.ours) == _plain(to)


def _plain(address: str) -> str:
    return re.sub("[^0-9a-z]", "", address.lower())


def _found(one: Mapping[str, Any], behind: timedelta) -> Found:
    return Found(
        sid=str(one["sid"]),
        direction=str(one.get("direction") or ""),
        body=str(one.get("body") or ""),
        status=str(one.get("status") or ""),
        created_at=(_date(one.get("date_created")) or datetime.now(UTC)) + behind,
        sender=str(one.get("from") or ""),
        ours=str(one.get("to") or ""),
        error_code=int(one["error_code"]) if one.get("error_code") else None,
        service=str(one.get("messaging_service_sid") or ""),
    )


def _date(text: object) -> datetime | None:
    """An instant, by RFC 2822 as the contract has it, or by ISO 8601; None where there is none."""
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            at = read(str(text))
        except ValueError:
            continue
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    return None
