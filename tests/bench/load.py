"""The load: phones that walk through a survey over some connections, each text signed, each reply checked."""

import base64
import hashlib
import hmac
import itertools
import os
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote_plus

CONNECTIONS = 16
Script = Sequence[tuple[str, str]]
"""What a phone texts, and what each answer must hold."""


@dataclass(frozen=True, slots=True)
class Target:
    """A server under load, and what signs for it."""

    port: int
    token: str
    account: str = "AC" + "0" * 32

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@dataclass(slots=True)
class Run:
    """What a load saw. seconds: of the measured part; latencies in seconds, sorted."""

    turns: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def quantile(self, share: float) -> float:
        return self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))] if self.latencies else float("nan")


@dataclass(slots=True)
class _Line:
    """One connection: a phone that walks through its script, then the next phone."""

    socket: socket.socket
    phones: Iterator[str]
    scripts: Iterator[Script]
    phone: str = ""
    script: Script = ()
    at: int = 0
    sent: float = 0.0
    got: bytes = b""

    def next_text(self) -> tuple[str, str]:
        if self.at >= len(self.script):
            self.phone, self.script, self.at = next(self.phones), next(self.scripts), 0
        return self.script[self.at]


_sids = itertools.count(int.from_bytes(os.urandom(5), "big") << 40)
_phones = itertools.count(int.from_bytes(os.urandom(3), "big") % 5_000_000)


def drive(target: Target, scripts: Sequence[Script], seconds: float, warm: float = 1.0) -> Run:
    """Loads a server for so long, after a warm-up that is not counted. Raises nothing: what was wrong stands in the run."""
    run = Run()
    chooser = selectors.DefaultSelector()
    phones = (f"+1415{n % 10_000_000:07d}" for n in _phones)
    cycle = itertools.cycle(scripts)
    for _ in range(CONNECTIONS):
        line = _Line(socket.create_connection(("127.0.0.1", target.port)), phones, cycle)
        line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        chooser.register(line.socket, selectors.EVENT_READ, line)
        _send(line, target)
    begins = time.perf_counter() + warm
    ends = begins + seconds
    while (now := time.perf_counter()) < ends:
        for key, _ in chooser.select(0.5):
            line = key.data
            line.got += line.socket.recv(65536)
            if _whole(line.got):
                _check(line, run, counted=now >= begins)
                _send(line, target)
    run.seconds = seconds
    run.latencies.sort()
    for key in list(chooser.get_map().values()):
        key.data.socket.close()
    chooser.close()
    return run


def _send(line: _Line, target: Target) -> None:
    body, _ = line.next_text()
    sid = f"SM{next(_sids) % 16**32:032x}"
    form = {
        "ToCountry": "US", "ToState": "", "ToCity": "", "FromCountry": "US", "FromState": "CA", "FromCity": "", "FromZip": "",
        "MessageSid": sid, "SmsSid": sid, "SmsMessageSid": sid, "SmsStatus": "received", "AccountSid": target.account,
        "From": line.phone, "To": "+15005550006", "Body": body, "NumMedia": "0", "NumSegments": "1", "ApiVersion": "2010-04-01",
    }  # fmt: skip
    signed = target.url + "/webhooks/twilio/sms" + "".join(name + form[name] for name in sorted(form))
    signature = base64.b64encode(hmac.new(target.token.encode(), signed.encode(), hashlib.sha1).digest()).decode()
    content = "&".join(f"{name}={quote_plus(value)}" for name, value in form.items()).encode()
    head = (
        f"POST /webhooks/twilio/sms HTTP/1.1\r\nHost: 127.0.0.1:{target.port}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"X-Twilio-Signature: {signature}\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    line.got, line.sent = b"", time.perf_counter()
    line.socket.sendall(head.encode() + content)


def _whole(got: bytes) -> bool:
    head, found, content = got.partition(b"\r\n\r\n")
    if not found:
        return False
    length = next((row for row in head.lower().split(b"\r\n") if row.startswith(b"content-length:")), b"content-length: 0")
    return len(content) >= int(length.partition(b":")[2])


def _check(line: _Line, run: Run, *, counted: bool) -> None:
    _, wanted = line.script[line.at]
    if not line.got.startswith(b"HTTP/1.1 200") or wanted.encode() not in line.got:
        run.wrong.append(line.got[-200:].decode("utf-8", "replace"))
    line.at += 1
    if counted:
        run.turns += 1
        run.latencies.append(time.perf_counter() - line.sent)
