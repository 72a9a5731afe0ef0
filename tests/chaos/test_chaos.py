"""Two minutes of chaos, with every `make test`: a few kinds of faults, on SQLite and on PostgreSQL at once. `make chaos` does them all."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos.__main__ import LAST, LONG, plans
from tests.chaos.faults import FAULTS

KINDS = {
    "sqlite": ("kill_web", "kill_worker", "database_locked_3s", "answers_never_reach_the_provider", "stop_from_500", "webhooks_concurrent"),
    "postgresql": ("kill_postgresql", "kill_parent", "redis_gone", "provider_5xx_after_accepting", "provider_list_lags", "webhooks_forged"),
}
PATIENCE_S = 600


def test_nothing_is_lost_and_nothing_doubled(tmp_path: Path) -> None:
    runs = {}
    for database, kinds in KINDS.items():
        environ = {"CHAOS_DATABASES": database, "CHAOS_KINDS": ",".join(kinds), "CHAOS_FAULTS": "1", "CHAOS_QUICK": "1", "SEED": "7"}
        environ["CHAOS_OUT"] = str(tmp_path / f"{database}.json")
        runs[database] = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos"],
            env={**os.environ, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    said = {database: run.communicate(timeout=PATIENCE_S)[0] for database, run in runs.items()}
    for database, run in runs.items():
        assert run.returncode == 0, said[database]
        told = json.loads((tmp_path / f"{database}.json").read_text())
        assert {fault["kind"]: fault["n"] for fault in told["faults"]} == dict.fromkeys(KINDS[database], 1), said[database]
        assert (told["lost"], told["doubled"], told["unresolved"], told["sent_after_stop"]) == (0, 0, 0, 0), said[database]
        assert told["messages"] > 200, said[database]


@pytest.mark.parametrize("seed", range(5))
def test_every_kind_is_in_a_plan(seed: int) -> None:
    made = plans(seed, 60, 20_000, ["sqlite", "postgresql"], list(FAULTS))
    assert {kind for plan in made for kind in plan.kinds} == set(FAULTS)
    assert sum(len(plan.kinds) for plan in made) >= 60
    for plan in made:
        assert [kind for kind in plan.kinds if kind in LAST] == list(LAST), "once, in their order"
        assert plan.kinds[-len(LAST) :] == list(LAST)
    assert sorted(kind for plan in made for kind in plan.kinds if kind in LONG) == sorted(LONG)


def test_the_same_seed_is_the_same_plan_and_a_soak_has_more() -> None:
    once, again, other = (plans(seed, 60, 20_000, ["sqlite", "postgresql"], list(FAULTS)) for seed in (3, 3, 4))
    assert once == again != other
    assert sum(len(plan.kinds) for plan in plans(3, 200, 200_000, ["sqlite", "postgresql"], list(FAULTS))) >= 200
