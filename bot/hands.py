"""The threads of a worker that talk to the carrier, so that an answer of the carrier's that takes long holds up nobody else's text.

Claims are made one after the other by the drain; only what a claim led to, the request and its record, is done here. Texts to one contact
keep their order all the same: the claim lets none leave while an earlier one is under way.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import structlog
from sqlalchemy.exc import DBAPIError

log = structlog.get_logger(__name__)

Work = Callable[[], None]
Next = Callable[[Callable[[Work], None]], bool]
"""Claims the next text and gives its sending to whom it is told; whether there was one."""


class OwnHands:
    """No threads: each text is sent where it was claimed."""

    busy = False

    def send(self, claim: Next, within_s: float) -> bool:
        return claim(_at_once)

    def wait(self, seconds: float) -> None:
        """Nothing is ever under way."""

    def close(self) -> None:
        """Nothing to close."""


class Hands(OwnHands):
    """So many threads. lost: told where the database was away when something was to be recorded."""

    def __init__(self, n: int, lost: Callable[[DBAPIError], None]) -> None:
        self._n, self._lost = n, lost
        self._pool = ThreadPoolExecutor(n, thread_name_prefix="send")
        self._changed = threading.Condition()
        self._under_way = 0

    @property
    def busy(self) -> bool:  # type: ignore[override]  # a class without threads is never busy
        return self._under_way > 0

    def send(self, claim: Next, within_s: float) -> bool:
        """Claims and sends one text, as soon as a hand is free; False where there was none, or no hand within the time."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._under_way < self._n, max(0.0, within_s)):
                return False
            self._under_way += 1
        given = False

        def give(work: Work) -> None:
            nonlocal given
            given = True
            self._pool.submit(self._do, work)

        try:
            return claim(give)
        finally:
            if not given:
                self._free()

    def wait(self, seconds: float) -> None:
        """Until one of the texts that are under way is not any more, or so long."""
        with self._changed:
            now = self._under_way
            self._changed.wait_for(lambda: self._under_way < now or not now, max(0.0, seconds))

    def close(self) -> None:
        """Waits for what is under way."""
        self._pool.shutdown(wait=True)

    def _do(self, work: Work) -> None:
        try:
            work()
        except DBAPIError as error:
            self._lost(error)
        except Exception:  # the row stays `sending`, and the clock looks it up: nobody else's text may suffer
            log.exception("sending failed")
        finally:
            self._free()

    def _free(self) -> None:
        with self._changed:
            self._under_way -= 1
            self._changed.notify_all()


def _at_once(work: Work) -> None:
    work()
