"""What the stand-in has accepted: every message, found by its SID, its numbers and its day, and counted exactly."""

import threading
import time
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.provider.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Filters of a list. sent_from, sent_until: bounds of date_sent, both inside; a message that was not sent has none and falls out."""

    to: str = ""
    sender: str = ""
    sent_from: datetime | None = None
    sent_until: datetime | None = None

    def has(self, message: Message) -> bool:
        if self.to and message.to != self.to:
            return False
        if self.sender and message.sender != self.sender:
            return False
        if self.sent_from is None and self.sent_until is None:
            return True
        sent = message.sent_at
        return (
            sent is not None and (self.sent_from is None or sent >= self.sent_from) and (self.sent_until is None or sent <= self.sent_until)
        )


class Ledger:
    """At most `keep` messages in memory; how many older ones were dropped is part of the record. Safe for threads."""

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._messages: OrderedDict[str, Message] = OrderedDict()
        self._by_number: defaultdict[str, OrderedDict[str, Message]] = defaultdict(OrderedDict)
        self._counts: Counter[str] = Counter()
        self.lock = threading.RLock()

    def add(self, message: Message, list_lag: float = 0.0) -> None:
        message.seen_in_list_at = time.monotonic() + list_lag
        with self.lock:
            self._messages[message.sid] = message
            self._by_number[message.to][message.sid] = message
            self._counts[f"accepted {message.direction}"] += 1
            while len(self._messages) > self._keep:
                self._forget(next(iter(self._messages)))
                self._counts["dropped"] += 1

    def _forget(self, sid: str) -> None:
        message = self._messages.pop(sid)
        theirs = self._by_number[message.to]
        del theirs[sid]
        if not theirs:
            del self._by_number[message.to]

    def remove(self, sid: str) -> None:
        """As DELETE asks; the counts keep what was accepted."""
        with self.lock:
            self._forget(sid)

    def get(self, sid: str) -> Message | None:
        with self.lock:
            return self._messages.get(sid)

    def count(self, what: str) -> None:
        with self.lock:
            self._counts[what] += 1

    def counts(self) -> dict[str, int]:
        with self.lock:
            return dict(self._counts)

    def newest_first(self, wanted: Wanted) -> Iterator[Message]:
        """Messages that a list shows by now."""
        with self.lock:
            pool = list(self._by_number.get(wanted.to, {}).values() if wanted.to else self._messages.values())
        now = time.monotonic()
        return (message for message in reversed(pool) if message.seen_in_list_at <= now and wanted.has(message))

    def everything(self) -> list[Message]:
        """What was accepted and is still kept, oldest first, whether a list shows it yet or not."""
        with self.lock:
            return list(self._messages.values())

    def clear(self) -> None:
        with self.lock:
            self._messages.clear()
            self._by_number.clear()
            self._counts.clear()


def bounds(on: str, until: str, since: str) -> tuple[datetime | None, datetime | None]:
    """First and last instant of DateSent, `DateSent<` and `DateSent>`: a date is the whole UTC day; an instant bounds exactly.

    DateSent itself means the day, even where an instant is given. Raises ValueError for what is no date.
    """
    if on:
        day = datetime.combine(date.fromisoformat(on[:10]), datetime.min.time(), UTC)
        return day, day + timedelta(days=1, microseconds=-1)
    first, last = (_instant(since), _instant(until))
    if last is not None and len(until) == len("2026-11-22"):
        last += timedelta(days=1, microseconds=-1)
    return first, last


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
