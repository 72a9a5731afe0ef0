"""One request to a web service: to an address that was looked at, within a time and a size, following nobody's redirect.

The name is resolved once, every address is checked, and the connection goes to a checked one: a name that answers otherwise the second
time (DNS rebinding) gains nothing. TLS and the Host header keep the name, so that certificates are checked as ever.
"""

import json
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import httpcore

from bot.inbound import clean
from bot.targets import Target, all_public
from flows.calls import Request
from flows.events import Json

LONGEST_S = 15.0
"""One try takes no longer, from the name to the last byte."""
MOST_BYTES = 256 * 1024
DEEPEST = 32
"""Levels of lists and tables in an answer: it travels in a state that is written and read by recursion."""
_OURS = frozenset(
    ("host", "content-length", "transfer-encoding", "connection", "te", "upgrade", "expect", "accept-encoding", "idempotency-key")
)
"""Headers that a flow does not decide."""
_LATER = frozenset((408, 425, 429))
"""Statuses below 500 that say: try again."""

Resolve = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Answered:
    result: Json


@dataclass(frozen=True, slots=True)
class NotAnswered:
    """why: a word of `Called.failed`. again: another try may do better."""

    why: str
    again: bool


def look_up(name: str, port: int) -> Sequence[str]:
    """The addresses of a name. Raises OSError."""
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


def ask(
    request: Request, target: Target, more: Iterable[tuple[str, str]], seconds: float, *, resolve: Resolve = look_up
) -> Answered | NotAnswered:
    """What came of one try. more: headers of ours."""
    ends = time.monotonic() + min(seconds, LONGEST_S)
    try:
        addresses = _addresses(target, resolve, ends)
    except TimeoutError:
        return NotAnswered("timeout", again=True)
    except OSError:
        return NotAnswered("no_answer", again=True)
    if not target.loopback and not all_public(addresses):
        return NotAnswered("refused", again=False)
    return ask_at(addresses, request, target, more, ends)


def ask_at(
    addresses: Sequence[str],
    request: Request,
    target: Target,
    more: Iterable[tuple[str, str]],
    ends: float,
    tls: ssl.SSLContext | None = None,
) -> Answered | NotAnswered:
    """The same at addresses that were checked, until the monotonic clock shows `ends`. tls: whom to trust; None for the usual ones."""
    try:
        with httpcore.ConnectionPool(ssl_context=tls, network_backend=_Pinned(addresses, ends)) as pool:
            return _exchange(pool, request, target, more)
    except httpcore.LocalProtocolError:  # a header that cannot be one
        return NotAnswered("refused", again=False)
    except httpcore.TimeoutException:
        return NotAnswered("timeout", again=True)
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError):
        return NotAnswered("no_answer", again=True)


def _exchange(pool: httpcore.ConnectionPool, request: Request, target: Target, more: Iterable[tuple[str, str]]) -> Answered | NotAnswered:
    body = None if request.body is None else json.dumps(request.body).encode()
    url = httpcore.URL(scheme=target.scheme, host=target.name, port=target.port, target=target.path)
    with pool.stream(request.method, url, headers=_headers(request, more, body), content=body) as response:
        if not 200 <= response.status < 300:
            return NotAnswered("status", again=response.status >= 500 or response.status in _LATER)
        read = bytearray()
        for chunk in response.iter_stream():
            read += chunk
            if len(read) > MOST_BYTES:
                return NotAnswered("too_large", again=False)
    return answer_of(bytes(read))


def _headers(request: Request, more: Iterable[tuple[str, str]], body: bytes | None) -> list[tuple[bytes, bytes]]:
    """No compression: the limit counts bytes as they come, and nothing is ever unpacked."""
    given = {name.lower(): value for name, value in request.headers.items() if name.lower() not in _OURS}
    usual = {"accept": "application/json", "user-agent": "Parley", **({"content-type": "application/json"} if body is not None else {})}
    sent = {**usual, **given, "accept-encoding": "identity", "connection": "close", **dict(more)}
    return [(name.encode(), value.encode()) for name, value in sent.items()]


# --- what came back ---------------------------------------------------------------------------------------------------


def answer_of(body: bytes) -> Answered | NotAnswered:
    """A body as the JSON that a conversation can keep."""
    try:
        result = _kept(json.loads(body.decode("utf-8-sig"), parse_constant=_no_number), DEEPEST)
    except (ValueError, RecursionError):
        return NotAnswered("not_json", again=False)
    return Answered(result)


def _kept(value: Any, depth: int) -> Json:
    """The value, its texts as a database takes them. Raises ValueError where it is too deep, or a number has no end."""
    if depth == 0:
        raise ValueError("too deep")
    match value:
        case dict():
            return {clean(name): _kept(below, depth - 1) for name, below in value.items()}
        case list():
            return [_kept(below, depth - 1) for below in value]
        case str():
            return clean(value)
        case float() if not isfinite(value):
            raise ValueError("a number without an end")
        case _:
            return value  # type: ignore[no-any-return]  # null, true, false, a number


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


# --- the way there ----------------------------------------------------------------------------------------------------


def _addresses(target: Target, resolve: Resolve, ends: float) -> Sequence[str]:
    """The target's addresses. A resolver knows no time limit, so it is left behind where it takes too long. Raises OSError."""
    if target.loopback:
        return (target.name,)
    found: queue.SimpleQueue[Sequence[str] | OSError] = queue.SimpleQueue()

    def work() -> None:
        try:
            found.put(resolve(target.name, target.port))
        except (OSError, UnicodeError) as error:  # a label that IDNA refuses
            found.put(error if isinstance(error, OSError) else OSError("no such name"))

    threading.Thread(target=work, daemon=True, name="resolver").start()
    try:
        got = found.get(timeout=max(0.0, ends - time.monotonic()))
    except queue.Empty as empty:
        raise TimeoutError("no address in time") from empty
    if isinstance(got, OSError):
        raise got
    return got


class _Pinned(httpcore.NetworkBackend):
    """Connects to addresses that were checked, whatever the name says by now; and every wait on the way ends at one moment."""

    def __init__(self, addresses: Sequence[str], ends: float) -> None:
        self._addresses, self._ends = addresses, ends
        self._real = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        for n, address in enumerate(self._addresses):
            try:
                return _Ending(self._real.connect_tcp(address, port, _left(self._ends), local_address, socket_options), self._ends)
            except httpcore.ConnectError:
                if n == len(self._addresses) - 1:
                    raise
        raise httpcore.ConnectError("no address")


class _Ending(httpcore.NetworkStream):
    """A stream whose reads and writes end at one moment: who drips byte by byte gets no more time than who says nothing."""

    def __init__(self, stream: httpcore.NetworkStream, ends: float) -> None:
        self._stream, self._ends = stream, ends

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._ends))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._ends))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Ending(self._stream.start_tls(ssl_context, server_hostname, _left(self._ends)), self._ends)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(ends: float) -> float:
    """Seconds until then. Raises httpcore.ReadTimeout where none are left."""
    left = ends - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time is over")
    return left
