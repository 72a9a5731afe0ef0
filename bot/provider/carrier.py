"""Moves messages through their states and reports each move, as late, lost or doubled as the faults ask."""

import heapq
import itertools
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from bot.provider.faults import Faults
from bot.provider.ledger import Ledger
from bot.provider.message import FINAL, Message
from bot.provider.posting import Poster

POSTING_THREADS = 8


class Carrier:
    """One thread that waits for what is due, and a few that post callbacks."""

    def __init__(self, ledger: Ledger, poster: Poster, faults: Callable[[], Faults], luck: random.Random) -> None:
        self._ledger, self._poster, self._faults, self._luck = ledger, poster, faults, luck
        self._due: list[tuple[float, int, Callable[[], object]]] = []
        self._number = itertools.count()
        self._changed = threading.Condition()
        self._closed = False
        self._pool = ThreadPoolExecutor(POSTING_THREADS, "callback")
        self._thread = threading.Thread(target=self._run, name="carrier", daemon=True)
        self._thread.start()

    def take(self, message: Message, delay: float = 0.0) -> None:
        """A message that was accepted goes its way: sent, then delivered or not, each with its callback. delay: for a scheduled one."""
        faults = self._faults()
        code = faults.undelivered.get(message.to)
        self._at(delay + faults.sent_after, lambda: self._move(message, "sent"))
        end = "undelivered" if code else "delivered"
        self._at(delay + max(faults.sent_after, faults.delivered_after), lambda: self._move(message, end, code))

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()
        self._pool.shutdown(cancel_futures=True)

    def _move(self, message: Message, status: str, code: int | None = None) -> None:
        with self._ledger.lock:
            if message.status in FINAL:
                return
            now = datetime.now(UTC)
            message.status, message.error_code, message.updated_at = status, code, now
            message.sent_at = message.sent_at or now
            form = message.report()
        if message.callback:
            self._report(message.callback, form)

    def _report(self, url: str, form: list[tuple[str, str]]) -> None:
        faults = self._faults()
        if self._luck.random() < faults.callbacks_lost:
            self._ledger.count("callbacks lost")
            return
        for _ in range(2 if self._luck.random() < faults.callbacks_doubled else 1):
            late = self._luck.uniform(0, faults.late_seconds) if self._luck.random() < faults.callbacks_late else 0.0
            self._at(late, lambda: self._pool.submit(self._post, url, form))

    def _post(self, url: str, form: list[tuple[str, str]]) -> None:
        posted = self._poster.post(url, form)
        self._ledger.count("callbacks taken" if 200 <= posted.status < 300 else "callbacks not taken")

    def _at(self, delay: float, action: Callable[[], object]) -> None:
        with self._changed:
            heapq.heappush(self._due, (time.monotonic() + delay, next(self._number), action))
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._closed:
                    return
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is None or wait > 0:
                    self._changed.wait(wait)
                    continue
                action = heapq.heappop(self._due)[2]
            action()
