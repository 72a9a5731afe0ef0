"""Another stand-in for Twilio, as somebody would write it who knows Twilio's OpenAPI file and nothing of Parley: no code of bot/provider.

What it keeps and what is odd about it; its HTTP side, which starts it, is stranger_http.
"""

import heapq
import itertools
import random
import secrets
import threading
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode, urljoin

import httpx
from twilio.request_validator import RequestValidator

ODD: Mapping[str, tuple[float, str]] = {
    "service_hides_from": (1, "`from` is empty where a messaging service sends"),
    "trimmed": (1, "bodies come back without white space at their ends"),
    "crlf": (1, "line breaks come back as CR LF"),
    "list_lag": (5, "the list shows a message only after so many seconds"),
    "oldest_first": (1, "the list begins with the oldest"),
    "ignores_to": (1, "the list does not know the filter `To`"),
    "page20": (1, "a page has 20 messages at most, whatever is asked"),
    "by_number": (1, "pages are counted from the newest, so that they shift while messages come"),
    "absolute_next": (1, "`next_page_uri` is a whole address"),
    "extra": (1, "fields that nobody knows, in messages and in pages"),
    "ints": (1, "numbers of segments and media are numbers"),
    "segments0": (1, "num_segments is 0"),
    "no_account": (1, "a message does not say whose it is"),
    "no_media": (1, "there is no list of a message's media"),
    "gzip": (1, "answers are compressed"),
    "chunked": (1, "answers come in chunks"),
    "http10": (1, "HTTP/1.0 without keep-alive"),
    "slow": (1, "an answer takes so many seconds"),
    "drip": (0.5, "an answer comes byte by byte, so many seconds apart"),
    "429": (0.5, "share of creations that are too many at once, every other one with Retry-After"),
    "500": (0.3, "share of creations that fail before they are accepted"),
    "reset": (0.3, "share of creations whose connection is cut before they are accepted"),
    "accept_then_500": (0.3, "share that is accepted and answered 500"),
    "accept_then_html": (0.3, "share that is accepted and answered by a proxy's page"),
    "accept_then_reset": (0.3, "share that is accepted, and the connection cut"),
    "accept_then_half": (0.3, "share that is accepted, and the answer cut in its middle"),
    "accept_then_hang": (0.05, "share that is accepted and answered after 15 s"),
    "list_500": (0.3, "share of lists that fail"),
    "callbacks_lost": (0.9, "share of status callbacks that are never made"),
    "callbacks_doubled": (0.5, "share that is made twice"),
    "callbacks_shuffled": (1, "they come in any order"),
    "twiml_as_api": (1, "what TwiML asked for is listed as outbound-api"),
}
WEBHOOK_S = 15.0


def parse_odd(text: str) -> dict[str, float]:
    """What `--odd` says. Raises KeyError for a name that there is not."""
    pairs = (piece.strip().partition("=") for piece in text.split(",") if piece.strip())
    return {name: float(value) if value else ODD[name][0] for name, _, value in pairs if ODD[name]}


@dataclass(slots=True, kw_only=True)
class Kept:
    """A message. shown_at: when the list has it, monotonic."""

    sid: str
    to: str
    sender: str
    service: str
    body: str
    direction: str
    status: str
    created: datetime
    shown_at: float
    callback: str = ""
    n_media: int = 0
    sent: datetime | None = None
    updated: datetime | None = None


class Stranger:
    """The stand-in. As a context manager it calls back; `url`: where it listens."""

    def __init__(self, account: str, token: str, *, webhook: str = "", odd: str = "", seed: int = 0) -> None:
        self.account, self.token, self.webhook, self.odd = account, token, webhook, parse_odd(odd)
        self.kept: list[Kept] = []
        self.lock = threading.Lock()
        self.luck = random.Random(seed)
        self.counts: dict[str, int] = {}
        self.off = threading.Event()
        self._later: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._pool = ThreadPoolExecutor(16)
        self._client = httpx.Client(timeout=WEBHOOK_S, trust_env=False)
        self.url = ""
        self._thread = threading.Thread(target=self._run_later, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.off.set()
        self._thread.join()
        self._pool.shutdown(cancel_futures=True)
        self._client.close()

    def chance(self, name: str) -> bool:
        """Whether what is odd happens now; counted."""
        with self.lock:
            happens = name in self.odd and self.luck.random() < self.odd[name]
            self.counts[name] = self.counts.get(name, 0) + happens
        return happens

    # --- messages

    def accept(self, form: Mapping[str, str], direction: str = "outbound-api") -> Kept:
        service = form.get("MessagingServiceSid", "")
        message = Kept(
            sid=("MM" if "MediaUrl" in form else "SM") + secrets.token_hex(16), to=form["To"], body=form.get("Body", ""), service=service,
            sender=form.get("From", "") or ("" if "service_hides_from" in self.odd else "+15005550099"), direction=direction,
            status="accepted" if service else "queued", created=datetime.now(UTC), callback=form.get("StatusCallback", ""),
            shown_at=time.monotonic() + self.odd.get("list_lag", 0), n_media=int("MediaUrl" in form),
        )  # fmt: skip
        with self.lock:
            self.kept.append(message)
        for after, status in ((0.1, "sent"), (0.3, "delivered")):
            self.later(after, lambda status=status: self._report(message, status))  # type: ignore[misc]
        return message

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        with self.lock:
            heapq.heappush(self._later, (time.monotonic() + seconds, next(self._numbers), act))

    def _run_later(self) -> None:
        while not self.off.wait(0.02):
            while self._later and self._later[0][0] <= time.monotonic():
                with self.lock:
                    _, _, act = heapq.heappop(self._later)
                act()

    def _report(self, message: Kept, status: str) -> None:
        message.status, message.updated = status, datetime.now(UTC)
        message.sent = message.sent or message.updated
        if not message.callback or self.chance("callbacks_lost"):
            return
        known = {
            "AccountSid": self.account,
            "ApiVersion": "2010-04-01",
            "To": message.to,
            "From": message.sender,
            "MessageSid": message.sid,
        }
        form = {**known, "MessageStatus": status, "SmsSid": message.sid, "SmsStatus": status, "RawDlrDoneDate": "2611221400"}
        for _ in range(1 + self.chance("callbacks_doubled")):
            wait = self.luck.uniform(0, 2) if self.chance("callbacks_shuffled") else 0.0
            self.later(wait, lambda: self._post_soon(message.callback, form))

    def _post_soon(self, url: str, form: Mapping[str, str]) -> None:
        self._pool.submit(self.post, url, form)

    def post(self, url: str, form: Mapping[str, str]) -> tuple[int, str]:
        """A signed form, over the exact address with its query; 0 where nobody answers in time."""
        signed = url.partition("#")[0]
        headers = {
            "X-Twilio-Signature": RequestValidator(self.token).compute_signature(signed, dict(form)),
            "User-Agent": "TwilioProxy/1.1",
        }
        try:
            answer = self._client.post(signed, data=dict(form), headers=headers)
        except httpx.HTTPError:
            return 0, ""
        return answer.status_code, answer.text

    def text(self, sender: str, body: str, to: str, sid: str = "") -> dict[str, Any]:
        """A text to the webhook, and what its TwiML asks for; a text that is told of again under its sid stands once."""
        with self.lock:
            message = next((one for one in self.kept if sid and one.sid == sid), None)
            if message is None:
                message = Kept(
                    sid=sid or "SM" + secrets.token_hex(16), to=to, sender=sender, service="", body=body, direction="inbound",
                    status="received", created=datetime.now(UTC), shown_at=time.monotonic() + self.odd.get("list_lag", 0),
                )  # fmt: skip
                self.kept.append(message)
        form = {"ToCountry": "US", "MessageSid": message.sid, "SmsSid": message.sid, "SmsMessageSid": message.sid, "NumMedia": "0"}
        place = {"NumSegments": "1", "SmsStatus": "received", "ApiVersion": "2010-04-01", "FromCity": "", "FromZip": "94105"}
        said = {"AccountSid": self.account, "From": sender, "To": to, "Body": body}
        status, answer = self.post(self.webhook, {**form, **place, **said})
        replies = self.obey(answer, sender, to) if status == 200 else []
        return {"sid": message.sid, "status": status, "replies": [reply.body for reply in replies]}

    def obey(self, twiml: str, sender: str, ours: str) -> list[Kept]:
        """What <Message> says: text of its own or <Body>, pictures, whom to tell."""
        found = []
        for verb in ElementTree.fromstring(twiml.strip().encode()).iter("Message"):
            body = "".join(verb.find("Body").itertext()) if verb.find("Body") is not None else verb.text or ""  # type: ignore[union-attr]
            callback = urljoin(self.webhook, verb.get("statusCallback") or verb.get("action") or "") if verb.keys() else ""
            form = {"To": verb.get("to", sender), "From": verb.get("from", ours), "Body": body, "StatusCallback": callback}
            media = {"MediaUrl": one.text or ""} if (one := verb.find("Media")) is not None else {}
            found.append(self.accept({**form, **media}, "outbound-api" if "twiml_as_api" in self.odd else "outbound-reply"))
        return found

    # --- what the API shows

    def resource(self, message: Kept) -> dict[str, object]:
        body = message.body.strip() if "trimmed" in self.odd else message.body
        body = body.replace("\n", "\r\n") if "crlf" in self.odd else body
        number: Callable[[int], object] = int if "ints" in self.odd else str
        base = f"/2010-04-01/Accounts/{self.account}/Messages/{message.sid}"
        shown: dict[str, object] = {
            "account_sid": self.account, "api_version": "2010-04-01", "body": body, "date_created": _rfc(message.created),
            "date_sent": _rfc(message.sent), "date_updated": _rfc(message.updated or message.created), "direction": message.direction,
            "error_code": None, "error_message": None, "from": message.sender or None, "messaging_service_sid": message.service or None,
            "num_media": number(message.n_media), "num_segments": number(0 if "segments0" in self.odd else 1), "price": None,
            "price_unit": "USD", "sid": message.sid, "status": message.status, "subresource_uris": {"media": f"{base}/Media.json"},
            "to": message.to, "uri": f"{base}.json",
        }  # fmt: skip
        if "extra" in self.odd:
            shown |= {"shard": 7, "tags": {"a": [1]}, "risk": None, "num_parts": "x"}
        if "no_account" in self.odd:
            del shown["account_sid"]
        return shown

    def page(self, query: Mapping[str, str]) -> dict[str, object]:
        """One page of the list, newest first."""
        now = time.monotonic()
        with self.lock:
            found = [one for one in self.kept if one.shown_at <= now and self._is_asked_for(one, query)]
        if "oldest_first" not in self.odd:
            found.reverse()
        size = max(1, min(int(query.get("PageSize", "50")), 20 if "page20" in self.odd else 1000))
        number, token = int(query.get("Page", "0")), query.get("PageToken", "")
        begin = number * size
        if token and "by_number" not in self.odd:
            begin = next((n + 1 for n, one in enumerate(found) if f"PA{one.sid}" == token), len(found))
        shown = found[begin : begin + size]
        path = f"/2010-04-01/Accounts/{self.account}/Messages.json"
        asked = {name: value for name, value in query.items() if name not in ("Page", "PageToken")}
        next_uri = f"{path}?{urlencode({**asked, 'Page': number + 1, 'PageToken': f'PA{shown[-1].sid}'})}" if shown else None
        meta: dict[str, object] = {"messages": [self.resource(one) for one in shown], "page": number, "page_size": size, "start": begin}
        meta |= {"end": begin + max(0, len(shown) - 1), "uri": path, "first_page_uri": f"{path}?PageSize={size}", "previous_page_uri": None}
        meta["next_page_uri"] = next_uri if begin + size < len(found) else None
        if meta["next_page_uri"] and "absolute_next" in self.odd:
            meta["next_page_uri"] = f"{self.url}{next_uri}"
        return {**meta, "links": {}, "took_ms": 3} if "extra" in self.odd else meta

    def _is_asked_for(self, one: Kept, query: Mapping[str, str]) -> bool:
        day = one.sent.date().isoformat() if one.sent else ""
        tests: Mapping[str, Callable[[str], bool]] = {
            "To": lambda value: "ignores_to" in self.odd or one.to == value,
            "From": lambda value: one.sender == value,
            "DateSent": lambda value: day == value[:10],
            "DateSent>": lambda value: bool(day) and day >= value[:10],
            "DateSent<": lambda value: bool(day) and day <= value[:10],
        }
        return all(test(query[name]) for name, test in tests.items() if name in query)


def _rfc(at: datetime | None) -> str | None:
    return format_datetime(at) if at else None
