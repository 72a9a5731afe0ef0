"""How fast a campaign is planned, and what memory that takes: a million contacts, on both databases, in a process of its own."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import bindparam, text

from bot.bell import SilentBell
from bot.campaigns import steering, ticking
from bot.campaigns.drafting import draft
from bot.process import LateReader, Process, load_reader, open_process
from config.settings import load_settings
from models.migrations import upgrade
from models.store import Instant, Json
from tests.bench.core import Figure

NOW = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
CONTACTS = int(os.environ.get("BENCH_CONTACTS", "1000000"))
CAMPAIGN = """\
campaign: bench
segment: tag:vip or contact.visits >= 3 or not replied within 30d
at: 2026-11-23 10:00 local
spread: 2h
holdout: 10%
variants:
  a: {share: 50%, text: "{{ brand }}: hello. STOP to opt out"}
  b: {share: 50%, text: "{{ brand }}: good day. STOP to opt out"}
"""
_FILL = text("""
WITH RECURSIVE many(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < CAST(:count AS INTEGER))
INSERT INTO contact (phone, kind, version, created_at, consent, consent_before, consent_at, fields, tags, channel, desk, number_zone)
SELECT '+1' || (CASE n % 4 WHEN 0 THEN '212' WHEN 1 THEN '312' WHEN 2 THEN '303' ELSE '415' END) || (2000000 + n), 'real', 1, :at, 'in',
       'unknown', :at, :fields, :tags, 'sms', 'none',
       CASE WHEN NOT :zoned THEN NULL WHEN n % 4 = 0 THEN 'America/New_York' WHEN n % 4 = 1 THEN 'America/Chicago'
            WHEN n % 4 = 2 THEN 'America/Denver' ELSE 'America/Los_Angeles' END
FROM many
""").bindparams(bindparam("at", type_=Instant), bindparam("fields", type_=Json), bindparam("tags", type_=Json))


def measure(postgres: str) -> list[Figure]:
    """The figures of both databases. postgres: a fresh database."""
    with tempfile.TemporaryDirectory(prefix="parley-planning-") as folder:
        found = []
        for name, url, goal in (("SQLite", f"sqlite:///{folder}/planning.db", 0), ("PostgreSQL", postgres, 20_000)):
            upgrade(url)
            ran = subprocess.run([sys.executable, "-m", __name__, url, folder], check=True, capture_output=True, text=True, timeout=900)
            told = json.loads(ran.stdout.splitlines()[-1])
            found += [
                Figure(f"{name}: contacts planned a second, of {CONTACTS:,}", told["per_second"], goal, "more"),
                Figure(f"{name}: planning, MiB above idle", told["mib"], 200, "less"),
            ]
        return found


def _process(url: str, home: Path) -> Process:
    given = {"DATABASE_URL": url, "PARLEY_HOME": str(home), "REDIS_URL": "redis://127.0.0.1:9", "TWILIO_FROM": "+15005550006"}
    process = open_process(load_settings(given), reader=LateReader(load_reader), bell=SilentBell())
    return replace(process, now=lambda: NOW)


def run(url: str, home: Path, *, zoned: bool = True) -> dict[str, float]:
    """Plans one campaign over all contacts: contacts a second, and the memory that it took above what the process had."""
    process = _process(url, home)
    with process.store.write() as db:
        db.execute(_FILL, {"count": CONTACTS, "at": NOW - timedelta(days=300), "fields": {"visits": "3"}, "tags": [], "zoned": zoned})
    done = draft(process, CAMPAIGN, "bench.yaml", by="bench", now=NOW)
    assert done.name is not None, done.problems
    steering.start(process, "bench", by="bench")
    idle, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    while ticking.plan(process):
        pass
    took = time.perf_counter() - began
    with process.store.read() as db:
        n = db.execute(text("SELECT count(*) FROM member")).scalar_one()
        assert n == CONTACTS, f"{n} planned"
    mib = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - idle) / 1024
    return {"per_second": round(CONTACTS / took), "mib": round(mib, 1)}


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], Path(sys.argv[2]), zoned="--unzoned" not in sys.argv)))
