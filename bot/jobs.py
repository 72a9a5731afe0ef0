"""The worker and the clock. Both only look: what there is to do stands in the database, and they find it there."""

import signal
import threading
import time
from collections.abc import Callable, Set
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from types import FrameType
from typing import Any

import redis
import structlog
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.serializers import JSONSerializer
from sqlalchemy.exc import DBAPIError

from bot import calls, catchup, counters, dates, inbox, lookups, outbox, pictures, schedules, unspooling
from bot.bell import QUEUE, RedisBell
from bot.campaigns import ticking as campaigning
from bot.hands import Hands, OwnHands
from bot.process import LateReader, Process, load_reader, open_process
from bot.spool import Spool
from config import logging as house_logging
from config.settings import Settings
from models import alarm, call, contact, conversation, event
from models import outbox as messages
from models.event import EventKind
from models.queue import Rank
from scheduler.clock import Ticker

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 2.0
FETCH_EVERY_S = 5.0
DRAIN_S = 1.0
DRAIN_ROWS = 50
AT_A_TIME = 2
"""So many events are heard, then so many messages sent: the starts of a campaign must not hold up the answers behind them.

Of five, on a busy machine, an answer waited for a third of a second (tests/bench/crowd.py).
"""
HANDS = 8
"""Requests that a worker has under way at once: the carrier takes a tenth of a second for each, and sometimes ten."""
GLANCE_S = 0.1
LAPSE = timedelta(hours=24)
CALM = timedelta(seconds=5)
"""After a lost database is back, proactive sending waits so long: the texts that came meanwhile are heard first."""


class Drain:
    """One process's drain of the inbox and the outbox. The bell and the two-second look share it; one at a time."""

    def __init__(self, process: Process, then: Callable[[], object] = lambda: None, hands: int = 0) -> None:
        """then: what else looks when the bell rings. hands: threads that send; without any, the drain does it."""
        self.process, self._then = process, then
        self.hands = Hands(hands, self._database_away) if hands else OwnHands()
        self._lock = threading.Lock()
        self._lost_at: datetime | None = None
        self.last_at = 0.0

    def run(self) -> int:
        """Drains for at most 1 s or 50 rows; how many. Rings again where more is left."""
        with self._lock:
            self.last_at = time.monotonic()
            if isinstance(self.process.bell, RedisBell):
                self.process.bell.quiet()
            try:
                done = self._drain()
            except DBAPIError as error:
                self._database_away(error)
                return 0
        if done >= DRAIN_ROWS or time.monotonic() - self.last_at >= DRAIN_S:
            self.process.bell.ring()
        self._then()
        return done

    def _database_away(self, error: DBAPIError) -> None:
        self._lost_at = self.process.now()
        log.error("database away", error=type(error.orig).__name__)

    def _can_hear(self) -> bool:
        """A worker that has just started sends what waits while its reader loads; nobody waits for it with a claim in the hand."""
        return not isinstance(self.process.reader, LateReader) or self.process.reader.wait(0)

    def _drain(self) -> int:
        """Events before messages, a few at a time: a text to somebody of whom an event is due waits for it (the claim sees to that).

        Of every few texts one is what nobody asked for but somebody waits for, a reminder or a code: after an outage a thousand answers
        are to be given, and it would wait for them all. A campaign does.
        A restored copy that is not armed hears nothing: its texts wait, and are then as late as they are.
        """
        began, done = time.monotonic(), 0
        if not self.process.armed:
            return 0
        while done < DRAIN_ROWS and time.monotonic() - began < DRAIN_S:
            heard = inbox.hear_due(self.process, min(AT_A_TIME, DRAIN_ROWS - done)) if self._can_hear() else 0
            calm = self._lost_at is None or self.process.now() - self._lost_at > CALM
            done += heard
            sent = self._send(min(AT_A_TIME, DRAIN_ROWS - done), outbox.EVERY if calm else outbox.ANSWERS)
            if sent == AT_A_TIME and calm:
                sent += self._send(1, outbox.REMINDERS)
            done += sent
            if not heard and not sent:
                if not self.hands.busy:
                    break
                self.hands.wait(GLANCE_S)  # what had to wait for it may leave then
        return done

    def _send(self, most: int, ranks: Set[Rank]) -> int:
        """Sends texts of these ranks, as long as there are any and a hand is free; how many."""
        claim = partial(_claim, self.process, ranks)
        sent = 0
        while sent < most and self.hands.send(claim, GLANCE_S):
            sent += 1
        return sent


def _claim(process: Process, ranks: Set[Rank], give: Callable[[Callable[[], None]], None]) -> bool:
    return outbox.send_next(process, ranks=ranks, give=give)


# --- the worker -------------------------------------------------------------------------------------------------------

_drain: Drain | None = None


def answer_bell() -> None:
    """The RQ job: look. What it finds is nobody's secret: the worker that runs it has its own drain."""
    assert _drain is not None, "run by `parley worker`"
    _drain.run()


def run_worker(settings: Settings) -> None:
    """Drains when the bell rings, and every 2 s when it has not. Returns when it is told to stop."""
    global _drain  # RQ calls a function by its name; this is where that function finds the process
    house_logging.configure(settings.log_level)
    process = open_process(settings, reader=LateReader(load_reader))  # what waits in the outbox leaves meanwhile
    caller = calls.Caller(process)
    _drain = drain = Drain(process, caller.look, hands=HANDS)
    stop = threading.Event()
    _told_by_signals(stop)
    looker = threading.Thread(target=_look_often, args=(drain, stop), daemon=True)
    looker.start()
    # A ticker of its own: a slow picture holds up no text.
    fetcher = Ticker({"pictures": (FETCH_EVERY_S, calmly("pictures", lambda: pictures.fetch_waiting(process)))})
    fetcher.start()
    caller.start()
    process.reader.warm()
    calmly("reading", lambda: _tell_of_reading(process))()
    try:
        _work(settings, stop)
    finally:
        stop.set()
        looker.join(DRAIN_S * 5)
        drain.hands.close()
        fetcher.stop()
        caller.stop()


def _tell_of_reading(process: Process) -> None:
    if process.reader.problem:
        with process.store.write() as db:
            alarm.raise_or_count(db, alarm.AlarmKind.READING, process.reader.problem[:200], process.now())


def _look_often(drain: Drain, stop: threading.Event) -> None:
    while not stop.wait(0.25):
        if time.monotonic() - drain.last_at >= LOOK_EVERY_S:
            try:
                drain.run()
            except Exception:  # without this look, a worker whose Redis is away would never drain again
                log.exception("drain failed")


class Listener(SimpleWorker):
    """RQ's worker. RQ hears a signal while it works; where Redis is lost at that moment it forgets it, and we must not."""

    told: threading.Event

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        self.told.set()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """Before each look at Redis. RQ stops by raising out of its signal handler, and logging swallows what is raised while it logs."""
        if self.told.is_set():
            raise StopRequested
        super().heartbeat(timeout, pipeline)


def _work(settings: Settings, stop: threading.Event) -> None:
    """RQ's loop; Redis away makes rings late, never absent, so we only wait for it."""
    while not stop.is_set():
        _told_by_signals(stop)  # RQ sets its own while it works; without it, a signal must not cut a text that is being sent
        connection = redis.Redis.from_url(settings.redis_url)
        try:
            connection.ping()
            queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)
            worker = Listener([queue], connection=connection, serializer=JSONSerializer, maintenance_interval=60)
            worker.told = stop
            worker.work(logging_level="WARNING", with_scheduler=False)
        except redis.RedisError as error:
            log.warning("redis away", error=type(error).__name__)
            stop.wait(1.0)
        else:
            return  # told to stop


def _told_by_signals(stop: threading.Event) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())


# --- the clock --------------------------------------------------------------------------------------------------------


def run_clock(settings: Settings) -> None:
    """Ticks. Each tick claims rows, so two clocks do no harm. Returns when it is told to stop."""
    house_logging.configure(settings.log_level)
    process = open_process(settings, reader=LateReader(load_reader))
    stop = threading.Event()
    _told_by_signals(stop)
    ticker = Ticker({name: (seconds, calmly(name, work)) for name, (seconds, work) in ticks(process).items()})
    ticker.start()
    stop.wait()
    ticker.stop()


def ticks(process: Process) -> dict[str, tuple[float, Callable[[], object]]]:
    """What the clock does, and every how many seconds."""
    watch = lookups.Watch(process)
    return {
        "due": (2, lambda: tick_due(process)),
        "expiry": (5, lambda: expire(process)),
        "recover": (10, lambda: watch.look() if process.armed else 0),
        "catch up": (60, lambda: catchup.catch_up(process)),
        "lapse": (60, lambda: lapse(process)),
        "dates": (60, lambda: dates.start_due(process)),
        "schedules": (30, lambda: schedules.start_due(process)),
        **campaigning.ticks(process),
        "spool": (10, lambda: drain_spools(process)),
    }


def drain_spools(process: Process) -> int:
    """Stores what a process left that died; how many."""
    with closing(Spool(process.settings.parley_home / "spool")) as spool:
        return spool.drain(lambda spooled: unspooling.unspool(process, spooled))


def calmly(name: str, work: Callable[[], object]) -> Callable[[], object]:
    """The work; a database that is away is a line in the log, not a page for each of its ticks."""

    def tick() -> object:
        try:
            return work()
        except DBAPIError as error:
            log.error("database away", tick=name, error=type(error.orig).__name__)
            return None

    return tick


def tick_due(process: Process) -> int:
    """Hears what is due, for where no worker does, and rings for the messages that it wrote."""
    with process.store.read() as db:
        n_due, n_aside = event.backlog(db, process.now())
        n_calls = call.count_waiting(db, process.now())
        n_alarms = alarm.count_open(db)
        n_given_up = messages.count_given_up(db)
    counters.WAITING.labels("events due").set(n_due)
    counters.WAITING.labels("events set aside").set(n_aside)
    counters.WAITING.labels("calls due").set(n_calls)
    counters.WAITING.labels("messages in doubt for good").set(n_given_up)
    counters.ALARMS.set(n_alarms)
    return inbox.hear_due(process, DRAIN_ROWS) if n_due and process.armed else 0


def expire(process: Process, most: int = 500) -> int:
    """Makes an event of every silence that has lasted too long; how many."""
    now = process.now()
    with process.store.read() as db:
        rows = conversation.expired(db, now, most)
    for row in rows:
        assert row.expires_at is not None
        fresh = event.values(
            f"expiry-{row.id}-{row.expires_at:%Y%m%dT%H%M%S}",
            row.contact_id,
            EventKind.EXPIRY,
            now,
            conversation_id=row.id,
            planned_at=row.expires_at,
        )
        with process.store.write() as db:
            event.add_once(db, fresh)
    return len(rows)


def lapse(process: Process) -> int:
    """Consent that nobody has decided on for 24 h becomes an opt-out; how many."""
    now = process.now()
    with process.store.read() as db:
        contacts = contact.held_since(db, now - LAPSE)
    for contact_id in contacts:
        data = {"source": "lapse", "words": "in doubt for 24 h"}
        with process.store.write() as db:
            event.add_once(db, event.values(f"lapse-{contact_id}-{now:%Y%m%d}", contact_id, EventKind.OPT_OUT, now, data=data))
    return len(contacts)
