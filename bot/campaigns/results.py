"""What came of a campaign: its runs, and its figures by variant. Who is held out is counted by the same rules, from the same hour."""

from dataclasses import dataclass
from datetime import datetime

from analytics.rates import LEAST_DELIVERED, share_of
from bot.process import Process
from models import campaign, member, spend, tally
from models.campaign import CampaignRow
from models.tally import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One occurrence. members: of it, without the held out; released: whose start was queued. first_at, last_at: by its timetable."""

    at_local: str
    phase: str
    planned: bool
    members: int
    released: int
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One variant. members: over all runs. told: its figures in words, none of them alone."""

    variant: str
    members: int
    seen: Tally
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """micros: what its texts have cost so far, in millionths of the currency."""

    runs: tuple[Run, ...]
    lines: tuple[Line, ...]
    micros: int


def results(process: Process, row: CampaignRow) -> Results:
    with process.store.read() as db:
        runs = campaign.runs(db, row.id)
        ids = [run.id for run in runs]
        counts = {run.id: member.by_variant(db, [run.id]) for run in runs}
        hours = {run.id: campaign.slots(db, run.id) for run in runs}
        seen = tally.tally(db, row.id, ids) if ids else {}
        purse = campaign.purse(row.id)
        cost = spend.spent(db, [purse])[purse]
    names = sorted({name for some in counts.values() for name in some})
    members = {name: sum(some.get(name, (0, 0))[0] for some in counts.values()) for name in names}
    lines = tuple(
        Line(variant=name, members=members[name], seen=seen.get(name, Tally()), told=_told(name, members[name], seen)) for name in names
    )
    return Results(runs=tuple(_run(run, counts[run.id], hours[run.id]) for run in runs), lines=lines, micros=cost)


def _run(row: campaign.RunRow, counts: dict[str, tuple[int, int]], hours: list[tuple[str, int, datetime]]) -> Run:
    mine = [some for name, some in counts.items() if name != member.HOLDOUT]
    times = [due_at for _, _, due_at in hours]
    return Run(
        at_local=row.at_local,
        phase=row.phase,
        planned=row.planned_at is not None,
        members=sum(n for n, _ in mine),
        released=sum(n for _, n in mine),
        first_at=min(times, default=None),
        last_at=max(times, default=None),
    )


def _told(name: str, members: int, seen: dict[str, Tally]) -> tuple[str, ...]:
    if name == member.HOLDOUT:
        return (f"{members} held out",)
    one = seen.get(name, Tally())
    counts = [f"{members} planned", f"{one.texted} texted"]
    if one.texted == 0:
        return tuple(counts)
    counts += [f"{one.delivered} delivered", f"{one.not_reached} not reached"]
    if one.texted < LEAST_DELIVERED:
        few = [f"{one.replied} replied", f"{one.clicked} clicked", f"{one.opted_out} opted out"]
        return (*counts, *few, f"no rates below {LEAST_DELIVERED}")
    return (*counts, *(_share(what, n, one.texted) for what, n in (("replied", one.replied), ("opted out", one.opted_out))))


def _share(what: str, n: int, of: int) -> str:
    found = share_of(n, of)
    return f"{n} {what}: {found.share:.1%} ({found.low:.1%} to {found.high:.1%})"
