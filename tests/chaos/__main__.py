"""`make chaos SEED=n` and `make soak`: Parley under load, every fault by the seed; then the provider's record, outbox and inbox compared.

Prints a table; with CHAOS_OUT, also writes it as JSON to that file. Ends with 1 where a text was lost or doubled. Other settings:
CHAOS_PROVIDER (address of another stand-in for Twilio; its account: CHAOS_ACCOUNT, CHAOS_TOKEN), CHAOS_MESSAGES, CHAOS_FAULTS,
CHAOS_RATE (texts a second), CHAOS_BROADCAST (people), CHAOS_DATABASES, CHAOS_KINDS, CHAOS_LOGS (a folder), CHAOS_QUICK (1: few
people and short outages, as in `make test`).
"""

import json
import os
import random
import sys
import time
from dataclasses import replace
from pathlib import Path

from tests.chaos import report
from tests.chaos.faults import FAULTS
from tests.chaos.run import Outcome, Plan, Tell, run

LAST = ("backup_and_restore", "clock_hour", "clock_day", "clock_dst")
"""After these the home is another one, or the clock is ahead: what comes before is not to be disturbed by them."""
LONG = ("database_locked_30s", "redis_gone")
"""Once in a run is enough: on the database that the seed says."""
BROADCAST, SMALL_SHARE = 10_000, 10


def plans(
    seed: int,
    n_faults: int,
    messages: int,
    databases: list[str],
    kinds: list[str],
    *,
    provider: str = "",
    rate: float = 50.0,
    broadcast: int = BROADCAST,
) -> list[Plan]:
    """What is run: a part on each database, one after the other, in the order of the seed; the first has the large broadcast."""
    luck = random.Random(seed)
    order = databases[:]
    luck.shuffle(order)
    broadcasts = [broadcast, *([broadcast // SMALL_SHARE] * (len(order) - 1))]
    shares = _shares(luck, n_faults, kinds, order)
    return [
        Plan(
            database=database,
            seed=seed * 10 + n,
            kinds=shares[n],
            broadcast=broadcasts[n],
            rate=rate,
            provider=provider,
            least_messages=messages * (60 if n == 0 else 40) // (100 if len(order) > 1 else 60),
        )
        for n, database in enumerate(order)
    ]


def _shares(luck: random.Random, n_faults: int, kinds: list[str], order: list[str]) -> list[list[str]]:
    """Every kind in every part but for the long ones, then all but the last ones again until there are enough; in the order of the seed."""
    shares = [[kind for kind in kinds if kind not in LONG or LONG.index(kind) % len(order) == n] for n in range(len(order))]
    again = [kind for kind in kinds if kind not in LAST]
    n = 0
    while again and sum(map(len, shares)) < n_faults:
        shares[n % len(shares)] += again
        n += 1
    return [_ordered(luck, share) for share in shares]


def _ordered(luck: random.Random, share: list[str]) -> list[str]:
    luck.shuffle(share)
    once = [kind for kind in LAST if kind in share]
    return [kind for kind in share if kind not in LAST] + once


def quick(plan: Plan) -> Plan:
    """As `make test` has it: few people, short outages."""
    return replace(plan, quick=True, rate=8.0, phones=40, broadcast=150, least_messages=0)


def main() -> int:
    environ = os.environ
    seed = int(environ.get("SEED") or random.SystemRandom().randrange(1, 1_000_000))
    messages, n_faults = int(environ.get("CHAOS_MESSAGES", "20000")), int(environ.get("CHAOS_FAULTS", "60"))
    databases = environ.get("CHAOS_DATABASES", "sqlite,postgresql").split(",")
    kinds = environ["CHAOS_KINDS"].split(",") if "CHAOS_KINDS" in environ else list(FAULTS)
    if unknown := sorted(set(kinds) - set(FAULTS)):
        print(f"No such faults: {', '.join(unknown)}. There are: {', '.join(FAULTS)}", file=sys.stderr)
        return 2
    logs = Path(environ["CHAOS_LOGS"]) if "CHAOS_LOGS" in environ else None
    if logs:
        logs.mkdir(parents=True, exist_ok=True)
    tell = Tell(keep=logs)
    print(f"Seed {seed}: make chaos SEED={seed} does the same again.", flush=True)
    began, outcomes = time.monotonic(), list[Outcome]()
    made = plans(
        seed,
        n_faults,
        messages,
        databases,
        kinds,
        provider=environ.get("CHAOS_PROVIDER", ""),
        rate=float(environ.get("CHAOS_RATE", "50")),
        broadcast=int(environ.get("CHAOS_BROADCAST", BROADCAST)),
    )
    for plan in made:
        outcomes.append(run(quick(plan) if environ.get("CHAOS_QUICK") else plan, tell))
    report.show(seed, outcomes, time.monotonic() - began)
    if out := environ.get("CHAOS_OUT"):
        Path(out).write_text(json.dumps(report.figures(seed, outcomes), indent=2) + "\n")
    return 0 if report.passed(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
