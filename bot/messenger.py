"""The carrier: one method that sends, one that looks up. Twilio's is the real one; the paper one keeps what it was sent."""

import queue
import re
import socket
import threading
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import urlsplit

from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as Unreachable
from requests.exceptions import ConnectTimeout, ReadTimeout, RequestException
from urllib3.connection import HTTPConnection
from urllib3.exceptions import NewConnectionError

from bot.listing import Found, ListError, read_list
from config.settings import Settings

_SID = re.compile("(SM|MM)[0-9a-fA-F]{32}")
_TRIPS = (ValueError, KeyError, TypeError, AttributeError)
"""What the library raises over something that is no answer of the API's."""
__all__ = [
    "Accepted", "Declined", "Found", "LookupFailed", "Messenger", "Nonsense", "NotSent", "Outgoing", "PaperMessenger", "Sent",
    "TooMany", "TwilioMessenger", "Unclear", "messenger_for",
]  # fmt: skip
TWILIO = "https://api.twilio.com"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SAME_CLOCK = timedelta(seconds=15)
TIMEOUT_S = 10
"""How long the next byte of an answer of Twilio's is waited for; twilio-python itself would wait for ever."""
CONNECT_S = 3
"""So long each address of its host is tried: a request that is given up must not leave when nobody expects it any more."""
LONGEST_S = 15.0
"""A whole answer takes no longer. One that comes byte by byte would hold up all that this worker has to send."""
UNACKED_MS = 10_000
"""What was written and not acknowledged for so long is never sent again by the kernel, which else tries for minutes: long before
a text in doubt is looked up (bot/lookups.py), it has arrived by then, or never will."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One text as a carrier takes it. to, ours: with the channel's prefix, where it is not SMS. callback: where its status is reported."""

    to: str
    ours: str
    body: str
    media: tuple[str, ...] = ()
    callback: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier has it. delivered: it says at once that it arrived (the paper one)."""

    sid: str
    delivered: bool = False


@dataclass(frozen=True, slots=True)
class Declined:
    """The carrier said no, by an error code of Twilio's table."""

    code: int
    status: int
    detail: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """It surely did not leave (no connection): safe to send again."""

    detail: str


@dataclass(frozen=True, slots=True)
class TooMany:
    """It surely did not leave, as we are too fast (429): safe to send again, later and slower."""

    detail: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """It may have left or not (a time-out, a 5xx): creating a message is not idempotent, so it is looked up before any second try."""

    detail: str


@dataclass(frozen=True, slots=True)
class Nonsense:
    """What answered is not the API as we know it, so that nobody knows what it did: as `Unclear`, and staff are told."""

    detail: str


Sent = Accepted | Declined | NotSent | TooMany | Unclear | Nonsense


class Messenger(Protocol):
    name: str

    def send(self, outgoing: Outgoing) -> Sent: ...

    def find(self, to: str, since: datetime) -> list[Found]:
        """What was sent to `to` ("": to anybody) since then, newest first, as far as the carrier knows. Raises LookupFailed."""
        ...


class LookupFailed(Exception):
    """The carrier did not answer a look-up; ask again later."""


class PaperMessenger:
    """Keeps the last texts that it was sent, and reports each as delivered. Nothing leaves the machine."""

    name = "paper"

    def __init__(self, keep: int = 1000) -> None:
        self.sent: deque[Outgoing] = deque(maxlen=keep)

    def send(self, outgoing: Outgoing) -> Sent:
        self.sent.append(outgoing)
        return Accepted("SM" + uuid.uuid4().hex, delivered=True)

    def find(self, to: str, since: datetime) -> list[Found]:
        return []


class TheirClock:
    """How far the carrier's clock is behind ours, by the Date of its answers; a few seconds (the way, the rounding) count for none.

    A machine whose clock jumped by an hour would else find nothing of what it sent in the carrier's list, and send it again.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.behind = timedelta(0)
        self._now = now

    def heard(self, date: str) -> None:
        try:
            behind = self._now() - parsedate_to_datetime(date)
        except (ValueError, TypeError):  # none, or none with a zone
            return
        self.behind = behind if abs(behind) > SAME_CLOCK else timedelta(0)


class TwilioMessenger:
    """Twilio's Messages API by twilio-python, with a timeout and an address of our choice."""

    name = "api"

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        api_base: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        longest_s: float = LONGEST_S,
    ) -> None:
        self._api_base, self._longest_s = api_base, longest_s
        self._login = account_sid, auth_token
        self._clock = TheirClock(now)

    @cached_property
    def _client(self) -> Any:
        from twilio.rest import Client  # 0.3 s and 27 MB, which a web process never pays

        return Client(*self._login, http_client=_http_client(self._api_base, self._clock, self._longest_s))

    def send(self, outgoing: Outgoing) -> Sent:
        from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException

        sender = {"messaging_service_sid": outgoing.ours} if outgoing.ours.startswith("MG") else {"from_": outgoing.ours}
        media = {"media_url": list(outgoing.media)} if outgoing.media else {}
        callback = {"status_callback": outgoing.callback} if outgoing.callback else {}
        try:
            created = self._client.messages.create(to=outgoing.to, body=outgoing.body, **sender, **media, **callback)
        except (TwilioRestException, TwilioServiceException) as refused:
            return _refusal(refused)
        except ConnectTimeout:
            return NotSent("no connection within the time limit")
        except Unreachable as error:
            return NotSent("no connection") if _never_connected(error) else Unclear("the connection broke")
        except RequestException as error:
            return Unclear(type(error).__name__)
        except (TwilioException, *_TRIPS) as error:
            return Nonsense(f"an answer that is none ({type(error).__name__})")
        return self._accepted(created)

    def _accepted(self, created: Any) -> Sent:
        """What was made, if it is a message, and of our account."""
        if not isinstance(created.sid, str) or not _SID.fullmatch(created.sid):
            return Nonsense("an answer without a message's SID")
        if created.account_sid not in (None, self._login[0]):
            return Nonsense("a message of another account")
        return Accepted(created.sid)

    def find(self, to: str, since: datetime) -> list[Found]:
        from twilio.base.exceptions import TwilioException

        folder = f"/2010-04-01/Accounts/{self._login[0]}/Messages"
        try:
            return read_list(self._ask, folder, to, since, lambda: self._clock.behind, self._api_base)
        except (TwilioException, RequestException, *_TRIPS) as error:
            raise LookupFailed(f"{type(error).__name__}: {error}" if isinstance(error, ListError) else type(error).__name__) from error

    def _ask(self, path: str, asked: Mapping[str, str]) -> tuple[int, str]:
        answer = self._client.request("GET", TWILIO + path, params=dict(asked))
        return int(answer.status_code), str(answer.text)


def _refusal(refused: Any) -> Sent:
    """A 429 was never processed; after a 5xx nobody knows; the rest is a refusal by its code."""
    if refused.status == 429:
        return TooMany("too many requests at once (20429)")
    if refused.status >= 500:
        return Unclear(f"HTTP {refused.status}")
    if refused.status < 400 or refused.code in (None, 0, refused.status):  # a proxy's page, a redirect: not the API's words
        return Nonsense(f"HTTP {refused.status} without an error code")
    return Declined(int(refused.code), int(refused.status), str(getattr(refused, "msg", "") or getattr(refused, "title", "")))


def _never_connected(error: Unreachable) -> bool:
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError)


def _http_client(api_base: str, clock: TheirClock, longest_s: float) -> Any:
    from twilio.http.http_client import TwilioHttpClient

    class Rebased(TwilioHttpClient):  # type: ignore[misc]  # twilio-python has no types
        """Sends to TWILIO_API_BASE what twilio-python addresses to api.twilio.com, or to the edge or region that it was told of."""

        def request(self, method: str, url: str, *args: Any, **more: Any) -> Any:
            if api_base != TWILIO:
                url = api_base + url.removeprefix(f"https://{urlsplit(url).netloc}")
            answer = within(longest_s, lambda: TwilioHttpClient.request(self, method, url, *args, **more))
            clock.heard((answer.headers or {}).get("Date", ""))
            return answer

    client = Rebased(timeout=TIMEOUT_S)
    client.timeout = (CONNECT_S, TIMEOUT_S)
    client.session.trust_env = urlsplit(api_base).hostname not in LOOPBACK  # no proxy leads to this machine
    client.session.mount(api_base, _Impatient())
    return client


class _Impatient(HTTPAdapter):
    """Connections whose unacknowledged bytes are given up soon, where the system can."""

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        option = getattr(socket, "TCP_USER_TIMEOUT", None)
        own = [] if option is None else [(socket.IPPROTO_TCP, option, UNACKED_MS)]
        super().init_poolmanager(*args, **more, socket_options=[*HTTPConnection.default_socket_options, *own])


def within(seconds: float, ask: Callable[[], Any]) -> Any:
    """What `ask` returns or raises, in a thread of its own. Raises ReadTimeout where it takes longer; nobody waits for it then."""
    done: queue.SimpleQueue[tuple[Any, Exception | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            done.put((ask(), None))
        except Exception as error:  # noqa: BLE001 - it is raised again, where somebody waits for it
            done.put((None, error))

    threading.Thread(target=run, daemon=True, name="carrier").start()
    try:
        answer, error = done.get(timeout=seconds)
    except queue.Empty:
        raise ReadTimeout("no whole answer within the time limit") from None
    if error is not None:
        raise error
    return answer


def messenger_for(settings: Settings) -> Messenger:
    """The carrier that the settings name."""
    if settings.messenger == "paper":
        return PaperMessenger()
    return TwilioMessenger(settings.account_sid, settings.auth_token, settings.twilio_api_base)
