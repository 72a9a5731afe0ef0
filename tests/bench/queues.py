"""What waits must not cost: a claim beside 200,000 texts that wait, a tick beside 1,000,000 follow-ups, on both databases."""

import contextlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import text

from bot import outbox
from bot.bell import SilentBell
from bot.messenger import PaperMessenger
from bot.process import LateReader, Process, load_reader, open_process
from config.settings import load_settings
from models import contact, event
from models.event import EventKind
from models.message import blank
from models.migrations import upgrade
from models.outbox import add
from models.store import Store
from tests.bench.core import Figure

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # a Monday; 10:00 in California
MAYA, OURS, OTHER = "+14155550101", "+15005550006", "+15005550007"
QUEUED = int(os.environ.get("BENCH_QUEUED", "100000"))
FOLLOW_UPS = int(os.environ.get("BENCH_FOLLOW_UPS", "1000000"))
CROWD, DUE, ROUNDS = 5000, 100, 20


class Account(PaperMessenger):
    """Takes every text, as an account does: senders have a pace."""

    name = "api"


def measure(postgres: str) -> list[Figure]:
    """The figures of both databases. postgres: a fresh database."""
    with tempfile.TemporaryDirectory(prefix="parley-queues-") as folder:
        figures = []
        for name, url in (("SQLite", f"sqlite:///{folder}/queues.db"), ("PostgreSQL", postgres)):
            upgrade(url)
            with opened(url, Path(folder) / name) as process:
                figures += _claims(process, name) + _ticks(process.store, name)
    return figures


@contextlib.contextmanager
def opened(url: str, home: Path) -> Iterator[Process]:
    given = {"DATABASE_URL": url, "PARLEY_HOME": str(home), "REDIS_URL": "redis://127.0.0.1:9", "TWILIO_FROM": f"{OURS},{OTHER}"}
    process = open_process(load_settings(given), reader=LateReader(load_reader), bell=SilentBell(), messenger=Account())
    yield replace(process, now=lambda: NOW)
    process.store.close()


# --- the outbox -------------------------------------------------------------------------------------------------------


def _claims(process: Process, name: str) -> list[Figure]:
    """Milliseconds from looking to claimed: few wait, then many wait and many are held, while their sender is busy."""
    known = {"consent": "in", "zone": "America/Los_Angeles"}
    with process.store.write() as db:
        who = [contact.add(db, contact.new_values(f"+1415557{n:04d}", NOW, **known)) for n in range(CROWD)]
        others = [contact.add(db, contact.new_values(f"+1415556{n:04d}", NOW, **known)) for n in range(200, 210)]
    few = _median_ms(lambda n: _claim_a_reply(process, who[n % len(who)], f"few-{n}"))
    _fill(process.store, who, QUEUED, NOW - timedelta(hours=1), "queued")
    _fill(process.store, who, QUEUED, NOW + timedelta(hours=9), "held")
    _settle(process.store)
    many = _median_ms(lambda n: _claim_a_reply(process, who[n % len(who)], f"many-{n}"))
    while outbox.claim(process) is not None:  # until its sender has enough to do
        pass
    other = _median_ms(lambda n: _claim_a_text(process, others[n], f"other-{n}"), rounds=3)
    waits = f"{QUEUED:,} wait, {QUEUED:,} held"
    return [
        Figure(f"{name}: claim a reply, nothing waits, ms", round(few, 2), 20, "less"),
        Figure(f"{name}: the same, {waits}, ms", round(many, 2), 20, "less"),
        Figure(f"{name}: another sender's text then, ms", round(other, 2), 20, "less"),
    ]


def _claim_a_reply(process: Process, who: int, key: str) -> Callable[[], None]:
    return _claim_one(process, blank(who, "out", "Hi", NOW, key=key, **{**_TEXT, "urgency": "reply"}))


def _claim_a_text(process: Process, who: int, key: str) -> Callable[[], None]:
    return _claim_one(process, blank(who, "out", "Hi", NOW, key=key, **{**_TEXT, "ours": OTHER}))


def _claim_one(process: Process, row: dict[str, Any]) -> Callable[[], None]:
    with process.store.write() as db:
        db.execute(text("UPDATE message SET status = 'delivered' WHERE status = 'sending'"))
        add(db, [row])

    def claims() -> None:
        claimed = outbox.claim(process)
        assert claimed is not None, "something may leave"
        assert claimed.message.key == row["key"], "a reply overtakes, and a busy sender stands in nobody's way"

    return claims


def _fill(store: Store, who: list[int], count: int, not_before: datetime, name: str) -> None:
    """So many marketing texts of one sender, each in a moment of its own."""
    rows = [
        blank(who[n % len(who)], "out", "Hi", NOW - timedelta(days=1, seconds=n), key=f"{name}-{n}", not_before=not_before, **_TEXT)
        for n in range(count)
    ]
    for n in range(0, count, 5000):
        with store.write() as db:
            add(db, rows[n : n + 5000])


_TEXT = {"status": "queued", "author": "flow", "urgency": "marketing", "ours": OURS}


# --- the inbox --------------------------------------------------------------------------------------------------------


def _ticks(store: Store, name: str) -> list[Figure]:
    """Milliseconds to claim 100 due events, each of another contact, beside a million that wait."""
    with store.write() as db:
        who = [contact.add(db, contact.new_values(f"+1212555{n:04d}", NOW)) for n in range(CROWD)]
    for n in range(0, FOLLOW_UPS, 10_000):
        later = [
            event.values(f"w{m}", who[m % CROWD], EventKind.WAIT, NOW, due_at=NOW + timedelta(days=1, seconds=m))
            for m in range(n, n + 10_000)
        ]
        with store.write() as db:
            event.add(db, later)
    _settle(store)
    took = _median_ms(lambda n: _claim_due(store, who, n))
    return [Figure(f"{name}: a tick, {DUE} due of {FOLLOW_UPS:,}, ms", round(took, 2), 20, "less")]


def _claim_due(store: Store, who: list[int], n: int) -> Callable[[], None]:
    with store.write() as db:
        db.execute(text("UPDATE event SET handled_at = created_at WHERE claimed_until IS NOT NULL"))
        event.add(db, [event.values(f"d{n}-{one}", one, EventKind.WAIT, NOW, due_at=NOW - timedelta(seconds=1)) for one in who[:DUE]])

    def claims() -> None:
        with store.write() as db:
            assert len(event.claim_due(db, NOW, DUE, NOW + timedelta(seconds=8))) == DUE

    return claims


def _settle(store: Store) -> None:
    with store.write() as db:
        db.execute(text("ANALYZE"))


def _median_ms(prepare: Callable[[int], Callable[[], None]], rounds: int = ROUNDS) -> float:
    """The median of so many, each prepared outside the time."""
    took = []
    for n in range(rounds):
        run = prepare(n)
        began = time.perf_counter()
        run()
        took.append((time.perf_counter() - began) * 1000)
    return median(took)
