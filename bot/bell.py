"""The doorbell: a job that says "look", never what. Without Redis a ring is late (the drains' own 2 s), never lost."""

import time
from collections.abc import Callable
from typing import Protocol

import redis
from rq import Queue
from rq.serializers import JSONSerializer

QUEUE = "parley"
FLAG = "parley:rung"
FLAG_S = 10
PATIENCE_S = 0.2
BREAK_S = 5.0
"""After a failed ring nobody waits for Redis for so long."""


OUT = "parley:out:"
OUT_S = 24 * 3600
"""So long is an opt-out mirrored that could not be written to the database."""


class Bell(Protocol):
    """Redis as we use it: a doorbell, and a mirror of the opt-outs that wait in a spool while the database is away."""

    def ring(self) -> None: ...

    def mirror_out(self, phone: str) -> None: ...

    def clear_out(self, phone: str) -> None: ...

    def is_out(self, phone: str) -> bool: ...


class SilentBell:
    """Rings nowhere: for tests, and for commands whose work waits for the next drain."""

    def __init__(self) -> None:
        self.n_rung = 0
        self.out: set[str] = set()

    def ring(self) -> None:
        self.n_rung += 1

    def mirror_out(self, phone: str) -> None:
        self.out.add(phone)

    def clear_out(self, phone: str) -> None:
        self.out.discard(phone)

    def is_out(self, phone: str) -> bool:
        return phone in self.out


class RedisBell:
    """Rings over RQ. Rings coalesce: while one is unheard, another adds nothing (`quiet` clears the flag before a drain begins)."""

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S)
        self._queue = Queue(QUEUE, connection=self._redis, serializer=JSONSerializer)
        self._broken_until = 0.0

    def ring(self) -> None:
        self._patiently(self._ring)

    def quiet(self) -> None:
        """Clears the flag, so that what is written from now on rings again."""
        self._patiently(lambda: self._redis.delete(FLAG))

    def mirror_out(self, phone: str) -> None:
        self._patiently(lambda: self._redis.set(OUT + phone, "1", ex=OUT_S))

    def clear_out(self, phone: str) -> None:
        self._patiently(lambda: self._redis.delete(OUT + phone))

    def is_out(self, phone: str) -> bool:
        return bool(self._patiently(lambda: self._redis.exists(OUT + phone)))

    def _ring(self) -> None:
        if self._redis.set(FLAG, "1", nx=True, ex=FLAG_S):
            self._queue.enqueue("bot.jobs.answer_bell", result_ttl=0, failure_ttl=3600, job_timeout=30)

    def _patiently(self, call: Callable[[], object]) -> object:
        """Calls Redis, unless it failed a moment ago: nobody waits for it twice."""
        if time.monotonic() < self._broken_until:
            return None
        try:
            return call()
        except redis.RedisError:
            self._broken_until = time.monotonic() + BREAK_S
            return None
