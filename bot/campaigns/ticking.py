"""What the clock does for campaigns. Any number of clocks may: each step claims what it does in the database."""

import time
from collections.abc import Callable
from functools import partial

from bot.campaigns.drafting import finder, meant
from bot.campaigns.following import follow
from bot.campaigns.planning import open_runs, plan_some
from bot.campaigns.releasing import release_due
from bot.campaigns.watching import may_leave, pause, pilot_says, watch
from bot.process import Process
from models import campaign
from models.campaign import CampaignRow

PLAN_S = 5.0
"""So long a look plans before it leaves the rest to the next."""


def plan(process: Process, *, for_s: float = PLAN_S) -> int:
    """Opens the runs whose hour comes soon and plans them, one after the other; how many stretches.

    SQLite has one writer: between two stretches it is left to the others for as long as one took, or a text would wait for all of them.
    """
    began, stretches = time.monotonic(), 0
    if not process.armed:
        return 0
    for row in _running(process):
        open_runs(process, row, partial(_rest_may_follow, process, row))
        for run in _runs(process, row.id):
            while time.monotonic() - began < for_s:
                with process.store.read() as db:
                    now = campaign.run_by_id(db, run)
                at = time.monotonic()
                if now is None or not plan_some(process, row, now):
                    break
                stretches += 1
                if process.store.sqlite:
                    time.sleep(time.monotonic() - at)
    return stretches


def release(process: Process) -> int:
    """Releases what is due; how many. A rest that is about to leave is held against its pilot once more."""
    return release_due(process, [row for row in _running(process) if may_leave(process, row)]) if process.armed else 0


def look_after(process: Process) -> None:
    """The later steps, and what stops a campaign."""
    for row in _running(process) if process.armed else []:
        follow(process, row)
        watch(process, row)


def ticks(process: Process) -> dict[str, tuple[float, Callable[[], object]]]:
    """Every how many seconds."""
    return {
        "plan campaigns": (2, lambda: plan(process)),
        "release campaigns": (1, lambda: release(process)),
        "look after campaigns": (10, lambda: look_after(process)),
    }


def _running(process: Process) -> list[CampaignRow]:
    """Those that run, and can: one whose file this version no longer reads, or whose flow was retired, waits for a person."""
    with process.store.read() as db:
        rows = campaign.running(db)
    return [row for row in rows if not _is_broken(process, row)]


def _is_broken(process: Process, row: CampaignRow) -> bool:
    try:
        gone = [offer.flow for offer in meant(row).offers if finder(process)(offer.flow) is None]
    except ValueError:
        gone = [row.file]
    if gone:
        pause(process, row, f"{gone[0]} is not live any more" if gone[0] != row.file else f"{row.file} can no longer be read")
    return bool(gone)


def _runs(process: Process, campaign_id: int) -> list[int]:
    with process.store.read() as db:
        return [run.id for run in campaign.runs(db, campaign_id) if run.planned_at is None]


def _rest_may_follow(process: Process, row: CampaignRow, rest_at: str) -> bool:
    verdict = pilot_says(process, row, meant(row), rest_at)
    return verdict.settled and not verdict.why
