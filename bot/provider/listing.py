"""Lists as Twilio pages them: newest first, and a page's end remembered by a token, so that new messages shift nothing."""

from collections.abc import Mapping
from itertools import islice
from urllib.parse import urlencode

from bot.provider.ledger import Ledger, Wanted, bounds
from bot.provider.message import API_VERSION, Message, rfc2822

LARGEST_PAGE = 1000
FILTERS = ("To", "From", "DateSent", "DateSent<", "DateSent>")


def page(ledger: Ledger, account_sid: str, query: Mapping[str, str]) -> dict[str, object]:
    """One page of messages. Raises ValueError for a date that cannot be read."""
    size = min(max(_number(query.get("PageSize"), 50), 1), LARGEST_PAGE)
    number = _number(query.get("Page"), 0)
    since, until = bounds(query.get("DateSent", ""), query.get("DateSent<", ""), query.get("DateSent>", ""))
    wanted = Wanted(to=query.get("To", ""), sender=query.get("From", ""), sent_from=since, sent_until=until)
    rows = ledger.newest_first(wanted)
    if token := query.get("PageToken", ""):
        for row in rows:
            if row.sid == token.removeprefix("PA"):
                break
    shown = list(islice(rows, size + 1))
    more, shown = len(shown) > size, shown[:size]
    filters = {name: query[name] for name in FILTERS if name in query}

    def uri(n: int, after: str = "") -> str:
        token = {"PageToken": f"PA{after}"} if after else {}
        return f"/{API_VERSION}/Accounts/{account_sid}/Messages.json?{urlencode({**filters, 'PageSize': size, 'Page': n, **token})}"

    return {
        "first_page_uri": uri(0),
        "end": number * size + max(len(shown) - 1, 0),
        "previous_page_uri": uri(number - 1) if number else None,
        "messages": [message.resource() for message in shown],
        "uri": uri(number),
        "page_size": size,
        "start": number * size,
        "next_page_uri": uri(number + 1, shown[-1].sid) if more else None,
        "page": number,
    }


def media(message: Message) -> dict[str, object]:
    """The list of a message's media, as metadata."""
    folder = message.uri().removesuffix(".json")
    rows = [
        {
            "sid": item.sid,
            "account_sid": message.account_sid,
            "parent_sid": message.sid,
            "content_type": item.content_type,
            "date_created": rfc2822(message.created_at),
            "date_updated": rfc2822(message.created_at),
            "uri": f"{folder}/Media/{item.sid}.json",
        }
        for item in message.media
    ]
    return {
        "first_page_uri": f"{folder}/Media.json?PageSize=50&Page=0",
        "end": max(len(rows) - 1, 0),
        "previous_page_uri": None,
        "media_list": rows,
        "uri": f"{folder}/Media.json?PageSize=50&Page=0",
        "page_size": 50,
        "start": 0,
        "next_page_uri": None,
        "page": 0,
    }


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() else otherwise
