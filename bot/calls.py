"""What flows ask of web services: claim → ask → store the answer as an event. The network is only touched between two transactions.

A worker that dies in between leaves a row whose lease runs out; it is asked again, under the same Idempotency-Key, as long as it has
tries left. Logs say which call and what became of it, never what was asked or answered.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.handover import backoff
from bot.process import Process
from bot.targets import target_of
from bot.webservice import Answered, NotAnswered, Resolve, ask, look_up
from config.hosts import host_of
from flows.calls import NoSecretError, call_from_json, request
from models import alarm, call, conversation, event
from models.alarm import AlarmKind
from models.call import CallRow
from models.event import EventKind

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)
"""Well over the 15 s that a try may take."""
AT_ONCE = 8
"""Calls of one worker at a time: a service that hangs holds up seven others before it holds up all."""
LOOK_EVERY_S = 1.0
GIVEN_UP = NotAnswered("no_answer", again=False)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A call that is this worker's until its lease is over; row: with this try counted."""

    row: CallRow


def ask_next(process: Process, resolve: Resolve = look_up) -> bool:
    """Claims, asks and records the next call; False where none waits."""
    claimed = claim(process)
    if claimed is None:
        return False
    record(process, claimed, ask_once(process, claimed.row, resolve))
    return True


def claim(process: Process, most: int = 20) -> Claimed | None:
    """The next call that may be asked. Those that nobody waits for any more, or that have no try left, end on the way."""
    now = process.now()
    if not process.armed:
        return None
    with process.store.read() as db:
        if not call.is_waiting(db, now):
            return None
    given_up = False
    claimed: Claimed | None = None
    with process.store.write() as db:
        for row in call.waiting(db, now, most):
            if not _is_wanted(db, row):
                call.end(db, row.id, now, "not wanted")
            elif row.tries >= row.most_tries:  # whoever asked last never said what came of it
                given_up |= _answer(process, db, row, GIVEN_UP)
            elif call.claim(db, row.id, now, now + LEASE):
                claimed = Claimed(replace(row, tries=row.tries + 1))
                break
    if given_up:
        process.bell.ring()
    return claimed


def _is_wanted(db: Connection, row: CallRow) -> bool:
    """Whether the conversation still stands where it asked: an opt-out ends it, a keyword may have."""
    talk = conversation.by_id(db, row.conversation_id)
    return talk is not None and talk.ended_at is None and talk.state["visit"] == row.visit


def ask_once(process: Process, row: CallRow, resolve: Resolve = look_up) -> Answered | NotAnswered:
    """What came of one try."""
    asked = call_from_json(row.request)
    hosts = tuple(map(host_of, process.settings.call_hosts))
    target = target_of(asked.url, hosts)
    if target is None:
        return NotAnswered("refused", again=False)
    try:
        filled = request(asked, process.settings.call_secrets)
    except NoSecretError:
        return NotAnswered("no_secret", again=False)
    ours = [("idempotency-key", row.key), *([("parley-test", "true")] if row.test else [])]
    return ask(filled, target, ours, asked.timeout.seconds, resolve=resolve)


def record(process: Process, claimed: Claimed, came: Answered | NotAnswered) -> None:
    """What came of a try: an event for the conversation, or another try later."""
    row, now = claimed.row, process.now()
    match came:
        case Answered():
            log.info("call answered", call=row.id, tries=row.tries)
        case NotAnswered(why=why, again=again):
            log.warning("call not answered", call=row.id, flow=row.flow, step=row.step, why=why, tries=row.tries)
            if again and row.tries < row.most_tries:
                with process.store.write() as db:
                    call.put_back(db, row, now + backoff(row.tries - 1))
                return
    with process.store.write() as db:
        answered = _answer(process, db, row, came)
    if answered:
        process.bell.ring()


def _answer(process: Process, db: Connection, row: CallRow, came: Answered | NotAnswered) -> bool:
    """Ends the call and makes an event of what came; False where another worker has done so."""
    now = process.now()
    failed = "" if isinstance(came, Answered) else came.why
    if not call.end(db, row.id, now, failed or "answered"):
        return False
    result = came.result if isinstance(came, Answered) else None
    data = {"result": result, "failed": failed, "asked": row.asked}
    about = {"conversation_id": row.conversation_id, "visit": row.visit, "data": data}
    event.add(db, [event.values(f"call-{row.key}", row.contact_id, EventKind.CALLED, now, **about)])
    if failed in ("refused", "no_secret"):
        alarm.raise_or_count(db, AlarmKind.CALL_REFUSED, f"{row.flow}, step {row.step}: {failed}", now)
    return True


class Caller:
    """A worker's own threads for calls: a slow service holds up no text."""

    def __init__(self, process: Process, resolve: Resolve = look_up) -> None:
        self._process, self._resolve = process, resolve
        self._free = threading.Semaphore(AT_ONCE)
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="call")
        self._look, self._stopped = threading.Event(), threading.Event()
        self._looker = threading.Thread(target=self._run, daemon=True, name="calls")

    def start(self) -> None:
        self._looker.start()

    def look(self) -> None:
        """There may be something to ask: sooner than it would be found."""
        self._look.set()

    def stop(self) -> None:
        """Begins no more; what is out is waited for."""
        self._stopped.set()
        self._look.set()
        self._looker.join()
        self._pool.shutdown()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._look.wait(LOOK_EVERY_S)
            self._look.clear()
            try:
                self._begin_all()
            except DBAPIError as error:
                log.error("database away", error=type(error.orig).__name__)
            except Exception:  # without this thread, no call would ever be asked again
                log.exception("calls failed")

    def _begin_all(self) -> None:
        while not self._stopped.is_set() and self._free.acquire(blocking=False):
            claimed = None
            try:
                claimed = claim(self._process)
            finally:
                if claimed is None:
                    self._free.release()
            if claimed is None:
                return
            self._pool.submit(self._ask, claimed)

    def _ask(self, claimed: Claimed) -> None:
        try:
            record(self._process, claimed, ask_once(self._process, claimed.row, self._resolve))
        except Exception as error:  # noqa: BLE001  # its lease runs out, and it is asked again; the trace may hold what was asked
            log.error("call failed", call=claimed.row.id, error=type(error).__name__)
        finally:
            self._free.release()
            self._look.set()
