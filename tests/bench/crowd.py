"""How soon an answer leaves while a campaign to a crowd runs: a whole `parley up` against the stand-in for Twilio, on both databases.

Five texts a second of a survey come from before the planning until so long after the campaign's first text; half of them from the
crowd itself. An answer's time is that between the text and its answer in the provider's own record.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, text

from models.migrations import upgrade
from models.store import Instant, Json, Store
from tests.bench.core import SURVEY, Figure

CROWD = int(os.environ.get("BENCH_CROWD", "100000"))
SECONDS = float(os.environ.get("BENCH_CROWD_SECONDS", "30"))
PATIENCE_S = 120.0
PER_SECOND, PHONES = 5, 40
ACCOUNT, TOKEN, OURS = "AC" + "b" * 32, "the token of the crowd", "+15005550006"
PARLEY = (sys.executable, "-P", "-m", "bot.cli")
TEXTS = ("SURVEY", "4", "tea", "yes")
ANSWERS = ("1 to 5", "Tea or", "again", "Thanks")
CAMPAIGN = """\
campaign: crowd
segment: all
purpose: service
basis: they asked for the news of the crowd
at: {at} local
text: "{{{{ brand }}}}: news of the crowd. STOP to opt out"
"""
_FILL = text("""
WITH RECURSIVE many(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < CAST(:count AS INTEGER))
INSERT INTO contact (phone, kind, version, created_at, consent, consent_before, consent_at, fields, tags, channel, desk, zone)
SELECT '+1212' || (2000000 + n), 'real', 1, :at, 'in', 'unknown', :at, :fields, :tags, 'sms', 'none', :zone FROM many
""").bindparams(bindparam("at", type_=Instant), bindparam("fields", type_=Json), bindparam("tags", type_=Json))


@dataclass(frozen=True, slots=True)
class Seen:
    """seconds: of each answer, sorted; unanswered: texts without one; per_second: campaign texts; peak: of the worker, in MiB."""

    seconds: tuple[float, ...]
    unanswered: int
    per_second: float
    peak: int

    def quantile(self, share: float) -> float:
        return self.seconds[min(len(self.seconds) - 1, int(share * len(self.seconds)))] if self.seconds else float("inf")


def measure(databases: dict[str, list[str]]) -> list[Figure]:
    """The figures for each database. databases: a fresh one for each way of answering, by name."""
    found = []
    for name, urls in databases.items():
        for replies, url in zip(("twiml", "api"), urls, strict=True):
            with tempfile.TemporaryDirectory(prefix="parley-crowd-") as folder:
                seen = run(url, Path(folder), replies)
            where = f"{name}, {replies}"
            found += [
                Figure(f"{where}: answer in a campaign of {CROWD:,}, p50 s", round(seen.quantile(0.5), 3), 1, "less"),
                Figure(f"{where}: p99 s", round(seen.quantile(0.99), 3), 1, "less"),
                Figure(f"{where}: max s", round(seen.quantile(1), 3), 2, "less"),
                Figure(f"{where}: texts without an answer", seen.unanswered, 0, "less"),
                Figure(f"{where}: campaign texts a second", round(seen.per_second, 1), 10, "more"),
                Figure(f"{where}: worker, MiB at most", seen.peak, 600, "less"),
            ]
    return found


def run(url: str, folder: Path, replies: str) -> Seen:
    """One crowd, one campaign, one way of answering."""
    offset = 12 - datetime.now(UTC).hour  # where it is noon now, so that windows are open whenever this is measured
    upgrade(url)
    store = Store(url)
    with store.write() as db:
        known = {"at": datetime.now(UTC) - timedelta(days=9), "fields": {}, "tags": [], "zone": f"Etc/GMT{-offset:+d}"}
        db.execute(_FILL, {"count": CROWD, **known})
    store.close()
    at = datetime.now(UTC) + timedelta(hours=offset, minutes=-1)
    (folder / "crowd.yaml").write_text(CAMPAIGN.format(at=f"{at:%Y-%m-%d %H:%M}"))
    (folder / "flows").mkdir()
    (folder / "flows" / "survey.yaml").write_text(SURVEY)
    port, provider = _free_port(), f"http://127.0.0.1:{_free_port()}"
    environ = {
        **{name: value for name, value in os.environ.items() if name != "REDIS_URL"},
        "PORT": str(port), "PARLEY_HOME": str(folder / "home"), "DATABASE_URL": url, "FLOWS_DIR": str(folder / "flows"), "DEMO": "off",
        "PUBLIC_URL": f"http://127.0.0.1:{port}", "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_FROM": OURS,
        "TWILIO_API_BASE": provider, "SENDER_RATES": f"{OURS}=1000", "REPLIES": replies, "LOG_LEVEL": "error",
    }  # fmt: skip
    with _running(environ, "provider", "--port", provider.rpartition(":")[2]), _running(environ, "up") as up:
        _until(lambda: _got(f"http://127.0.0.1:{port}/readyz") is not None, "Parley is ready")
        for words in (("load", str(folder / "crowd.yaml")), ("start", "crowd", "--yes")):
            subprocess.run([*PARLEY, "campaign", *words], env=environ, check=True, stdout=subprocess.DEVNULL, timeout=PATIENCE_S)
        took = _texting(provider, lambda: _wait(provider))
        record = _got(f"{provider}/provider/record")
        peak = _peak(up.pid)
    assert record is not None, "the stand-in for Twilio tells what it was sent"
    return _seen(record["messages"], took, peak)


def _wait(provider: str) -> float:
    """Until the campaign has run for so long since its first text; how long exactly."""
    _until(lambda: bool(_crowd(provider)), "the campaign's first text")
    began = time.monotonic()
    time.sleep(SECONDS)
    return time.monotonic() - began


def _crowd(provider: str) -> int:
    told = _got(f"{provider}/provider/record?direction=outbound-api")
    return sum("crowd" in one["body"] for one in told["messages"]) if told else 0


def _texting(provider: str, meanwhile: Callable[[], float]) -> float:
    """Texts of a survey, five a second whatever becomes of them, while something else goes on; gives what that gives."""
    phones = [f"+1212{2000001 + n * 7}" if n % 2 else f"+1415{5550100 + n}" for n in range(PHONES)]
    over = threading.Event()

    def text_all(hands: ThreadPoolExecutor) -> None:
        n, began = 0, time.monotonic()
        while not over.wait(max(0.0, began + n / PER_SECOND - time.monotonic())):
            given = {"from": phones[n % PHONES], "to": OURS, "body": TEXTS[n // PHONES % len(TEXTS)]}
            hands.submit(_got, f"{provider}/provider/inbound", given)
            n += 1

    with ThreadPoolExecutor(32) as hands:
        texting = threading.Thread(target=text_all, args=(hands,))
        texting.start()
        try:
            took = meanwhile()
        finally:
            over.set()
            texting.join()
    time.sleep(3)  # the last answers
    return took


def _seen(messages: list[dict[str, str]], took: float, peak: int) -> Seen:
    """Each phone's answers beside its texts, in order."""
    came: dict[str, list[datetime]] = {}
    answered: dict[str, list[datetime]] = {}
    n_crowd = 0
    for one in sorted(messages, key=lambda one: one["created_at"]):
        at = datetime.fromisoformat(one["created_at"])
        if one["direction"] == "inbound":
            came.setdefault(one["from"], []).append(at)
        elif any(words in one["body"] for words in ANSWERS):
            answered.setdefault(one["to"], []).append(at)
        n_crowd += "crowd" in one["body"]
    pairs = [pair for phone, texts in came.items() for pair in zip(texts, answered.get(phone, []), strict=False)]
    seconds = tuple(sorted((out - text).total_seconds() for text, out in pairs))
    return Seen(seconds, sum(map(len, came.values())) - len(pairs), n_crowd / took, peak)


def _peak(up: int) -> int:
    """The most memory that the worker ever had, in MiB."""
    children = map(Path, (f"/proc/{child}" for child in Path(f"/proc/{up}/task/{up}/children").read_text().split()))
    worker = next(child for child in children if (child / "cmdline").read_bytes().endswith(b"\0worker\0"))
    return next(int(line.split()[1]) for line in (worker / "status").read_text().splitlines() if line.startswith("VmHWM")) // 1024


@contextlib.contextmanager
def _running(environ: dict[str, str], *words: str) -> Iterator["subprocess.Popen[bytes]"]:
    cores = set(range(os.cpu_count() or 1))  # all of them, also where the bench keeps to one
    child = subprocess.Popen([*PARLEY, *words], env=environ, stdout=subprocess.DEVNULL, preexec_fn=lambda: os.sched_setaffinity(0, cores))
    try:
        yield child
    finally:
        child.terminate()
        child.wait(60)


def _got(address: str, given: dict[str, str] | None = None) -> dict[str, Any] | None:
    """The JSON that an address answers with; None where it does not."""
    data = None if given is None else json.dumps(given).encode()
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            told: dict[str, Any] = json.loads(answer.read())
            return told
    except OSError:
        return None


def _until(holds: Callable[[], bool], what: str) -> None:
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > PATIENCE_S:
            raise TimeoutError(f"not within {PATIENCE_S:.0f} s: {what}")
        time.sleep(0.25)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="parley-crowd-") as home:
        print(run(sys.argv[1], Path(home), sys.argv[2]))
