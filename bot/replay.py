"""Sends a file of texts to a running server as Twilio would, and keeps asking until each was answered."""

import itertools
import json
import queue
import re
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from bot.provider.message import API_VERSION, Message
from bot.provider.posting import Posted, Poster
from bot.provider.twiml import Answer, TwimlError, answers
from flows.segments import segments

WEBHOOK = "/webhooks/twilio/sms"
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
"""Seconds between two offers of a text that got no answer."""

FAILURES_KEPT = 50


class ReplayError(ValueError):
    """The file holds no texts, or more contacts than there are test numbers."""


@dataclass(frozen=True, slots=True)
class Text:
    """One line of the file: its number, who sends it, and what."""

    line: int
    sender: str
    body: str


@dataclass(frozen=True, slots=True)
class Failure:
    line: int
    message_sid: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where the server is. url: where it is reached; public_url: what it checks signatures against; to: the number that is texted."""

    url: str
    public_url: str
    account_sid: str
    token: str
    to: str

    def reach(self, address: str) -> str:
        """A public address of the server, as it is reached from here."""
        return self.url + address.removeprefix(self.public_url) if address.startswith(self.public_url) else address


@dataclass(slots=True)
class Tally:
    """What came of a replay. latencies: seconds of each request that was answered."""

    texts: int = 0
    answered: int = 0
    empty: int = 0
    failed: int = 0
    offered_again: int = 0
    messages: int = 0
    callbacks_taken: int = 0
    callbacks_failed: int = 0
    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def quantile(self, share: float) -> float | None:
        """The latency in seconds below which this share of the answers came; None where none came."""
        if not self.latencies:
            return None
        ordered = sorted(self.latencies)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def read_texts(path: Path, contacts: int | None = None) -> tuple[list[Text], list[Failure]]:
    """The texts of a file of JSON lines `{"text", optional "from"}`, and the lines that are none.

    A line without "from" gets a test number of its own, or takes turns among `contacts` of them. Raises ReplayError.
    """
    rows: list[tuple[int, str, str]] = []
    bad: list[Failure] = []
    with path.open(encoding="utf-8", errors="surrogateescape") as file:
        for n, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                rows.append((n, str(row.get("from") or ""), row["text"] + ""))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                bad.append(Failure(n, "", f"not a text: {error}"))
    if not rows:
        raise ReplayError(
            f'{path} holds no texts: a line is {{"text": "hello"}}, with "from": "+14155550101" where it matters who sends it'
        )
    needed = contacts or sum(not sender for _, sender, _ in rows)
    numbers = list(itertools.islice(test_numbers(), needed))
    if len(numbers) < needed:
        raise ReplayError(f"{needed} contacts are more than the {len(numbers)} test numbers that there are: give --contacts {len(numbers)}")
    turn = itertools.cycle(numbers) if numbers else iter(())
    return [Text(n, sender or next(turn), body) for n, sender, body in rows], bad


def test_numbers() -> Iterator[str]:
    """Numbers that are nobody's: 555-0100 to 555-0199 of each American area code, which NANPA keeps for fiction."""
    for line in range(100):
        for area in _area_codes():
            yield f"+1{area}55501{line:02}"


@cache
def _area_codes() -> tuple[int, ...]:
    import phonenumbers

    numbers = ((area, phonenumbers.parse(f"+1{area}5550100")) for area in range(201, 990))
    return tuple(area for area, number in numbers if phonenumbers.region_code_for_number(number) == "US")


class Replay:
    """One run. rate: texts per second, 0 for as fast as they are answered; patience: seconds until a text counts as failed."""

    def __init__(self, target: Target, *, rate: float = 20.0, threads: int = 8, patience: float = 120.0) -> None:
        self._target, self._rate, self._threads, self._patience = target, rate, threads, patience
        self._poster = Poster(target.token)
        self._callbacks: queue.SimpleQueue[tuple[Text, Answer] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self.tally = Tally()

    def run(self, texts: Sequence[Text], done: Callable[[], object] = lambda: None) -> Tally:
        """Sends all texts, each contact's in order, then waits for the callbacks. `done` is called after each text."""
        began = time.monotonic()
        lanes: list[list[tuple[float, Text]]] = [[] for _ in range(self._threads)]
        for n, text in enumerate(texts):
            lanes[hash(text.sender) % self._threads].append((began + n / self._rate if self._rate else began, text))
        senders = [threading.Thread(target=self._send_lane, args=(lane, done)) for lane in lanes]
        reporters = [threading.Thread(target=self._report_callbacks) for _ in range(max(2, self._threads // 2))]
        for thread in [*senders, *reporters]:
            thread.start()
        try:
            _join(senders)
            for _ in reporters:
                self._callbacks.put(None)
            _join(reporters)
        except KeyboardInterrupt:
            self._stopped.set()
            raise
        finally:
            self._stopped.set()
            self._poster.close()
        self.tally.seconds = time.monotonic() - began
        return self.tally

    def _send_lane(self, lane: list[tuple[float, Text]], done: Callable[[], object]) -> None:
        for due, text in lane:
            if self._stopped.wait(max(0.0, due - time.monotonic())):
                return
            self._send(text)
            done()

    def _send(self, text: Text) -> None:
        """Offers one text under one MessageSid until it is answered, refused or out of patience."""
        sid = "SM" + secrets.token_hex(16)
        posted, again = self._until_taken(self._target.public_url + WEBHOOK, self._form(sid, text))
        messages: tuple[Answer, ...] = ()
        wrong = "" if posted.status == 200 else f"HTTP {posted.status}" if posted.status else "no answer"
        if not wrong:
            try:
                messages = answers(posted.text, self._target.public_url + WEBHOOK)
            except TwimlError as error:
                wrong = f"no TwiML: {error}"
        with self._lock:
            tally = self.tally
            tally.texts += 1
            tally.statuses[posted.status] += 1
            tally.offered_again += again
            tally.messages += len(messages)
            if wrong:
                tally.failed += 1
                tally.failures += [Failure(text.line, sid, wrong)] if len(tally.failures) < FAILURES_KEPT else []
            else:
                tally.latencies.append(posted.seconds)
                tally.answered += bool(messages)
                tally.empty += not messages
        for message in messages:
            self._callbacks.put((text, message))

    def _until_taken(self, url: str, form: list[tuple[str, str]]) -> tuple[Posted, int]:
        """The first answer that is no 5xx, and how often it was offered again for it; the last one when patience is over."""
        give_up = time.monotonic() + self._patience
        pause = FIRST_PAUSE
        for again in itertools.count():
            posted = self._poster.post(url, form, at=self._target.reach(url))
            if 0 < posted.status < 500 or time.monotonic() + pause > give_up or self._stopped.wait(pause):
                return posted, again
            pause = min(pause * 2, LONGEST_PAUSE)
        raise AssertionError("count() has no end")

    def _form(self, sid: str, text: Text) -> list[tuple[str, str]]:
        return [
            ("AccountSid", self._target.account_sid),
            ("ApiVersion", API_VERSION),
            ("Body", text.body),
            ("From", text.sender),
            ("FromCity", ""),
            ("MessageSid", sid),
            ("NumMedia", "0"),
            ("NumSegments", str(segments(text.body).segments)),
            ("SmsMessageSid", sid),
            ("SmsSid", sid),
            ("SmsStatus", "received"),
            ("To", self._target.to),
        ]

    def _report_callbacks(self) -> None:
        while (item := self._callbacks.get()) is not None:
            text, answer = item
            if answer.callback:
                self._report(text, answer)

    def _report(self, text: Text, answer: Answer) -> None:
        """Tells the server that its answer was sent, then delivered, each until it takes it."""
        now = datetime.now(UTC)
        message = Message(
            sid="SM" + secrets.token_hex(16),
            account_sid=self._target.account_sid,
            to=answer.to or text.sender,
            sender=answer.sender or self._target.to,
            body=answer.body,
            direction="outbound-reply",
            status="sent",
            created_at=now,
        )
        for status in ("sent", "delivered"):
            message.status = status
            posted, _ = self._until_taken(answer.callback, message.report())
            with self._lock:
                if 200 <= posted.status < 300:
                    self.tally.callbacks_taken += 1
                else:
                    self.tally.callbacks_failed += 1


def public_address(url: str) -> str:
    """What a server that is reached at `url` takes for its public address, where nobody set another."""
    return re.sub(r"^(https?://)localhost(?=[:/]|$)", r"\g<1>127.0.0.1", url)


def _join(threads: Sequence[threading.Thread]) -> None:
    """Waits in short steps, so that Ctrl-C is heard meanwhile."""
    for thread in threads:
        while thread.is_alive():
            thread.join(0.2)
