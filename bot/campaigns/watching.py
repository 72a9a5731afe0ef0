"""Watching: what stops a campaign that runs. Its end, a pilot that went badly, the carrier's filters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from analytics.rates import share_of
from bot import steered
from bot.campaigns.drafting import meant
from bot.campaigns.planning import LOOK_BACK, WALL, hours_begin, hours_end, pilot_of
from bot.campaigns.releasing import ends_at
from bot.process import Process
from flows.campaign import Came, Campaign, Once, Pilot
from flows.spans import total_seconds
from models import campaign, member, room, tally
from models.campaign import CampaignRow, Phase, RunRow, State
from models.tally import Tally

log = structlog.get_logger(__name__)

FILTERED_SHARE, FILTERED_LEAST = 0.02, 5
"""A campaign of which the carrier filters more than this, and at least so many, is paused: each further text makes it worse."""
LEAST_TO_STOP = 2
"""One person who opts out stops no pilot: of forty, that is chance."""
LISTENS = timedelta(days=14)
"""So long after its last text a campaign with steps on a reply or a click still looks out for one."""
PAST = "its end has come"
FILTERS = "the carrier filtered"
SETTLES = timedelta(days=1)
"""So long after its last start a campaign waits for what is still on its way before it has ended."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a pilot says. why: it may not go on; empty where it may. settled: it has run, and can be judged."""

    settled: bool
    why: str = ""


def pilot_says(process: Process, row: CampaignRow, made: Campaign, rest_at: str) -> Verdict:
    """Whether the rest of that wall time may follow: its own pilot has left, few enough opted out, and enough were reached.

    Or a person has said so, who resumed it after that pilot's hour.
    """
    if made.pilot is None:
        return Verdict(settled=True)
    with process.store.read() as db:
        pilot = pilot_of(made, campaign.runs(db, row.id), rest_at)
        if pilot is not None and row.waived_at is not None and hours_begin(made, datetime.fromisoformat(pilot.at_local)) <= row.waived_at:
            return Verdict(settled=True)
        seen = total(tally.tally(db, row.id, [pilot.id], since=pilot.as_of).values()) if pilot is not None else Tally()
    return Verdict(settled=pilot is not None and pilot.released_at is not None, why=_wrong(made.pilot, seen))


def may_leave(process: Process, row: CampaignRow) -> bool:
    """Asks the pilot a last time where its rest is about to leave; False where it went badly, and the campaign is paused instead."""
    made, now = meant(row), process.now()
    if made.pilot is None:
        return True
    with process.store.read() as db:
        rests = [run for run in campaign.runs(db, row.id) if run.phase == Phase.REST and run.released_at is None]
        leaving = [run.at_local for run in rests if member.any_due(db, run.id, now) and not member.any_released(db, run.id, now)]
    why = _bad(process, row, made, leaving)
    if why:
        pause(process, row, why)
    return not why


def _bad(process: Process, row: CampaignRow, made: Campaign, rests: Sequence[str]) -> str:
    """What the first bad pilot of these rests says; "" where none is."""
    verdicts = (pilot_says(process, row, made, rest_at) for rest_at in rests)
    return next((verdict.why for verdict in verdicts if verdict.why), "")


def _to_come(process: Process, made: Campaign, runs: Sequence[RunRow], now: datetime) -> list[str]:
    """The wall times of the rests of which nobody was released yet: their pilots still count."""
    if made.pilot is None:
        return []
    known = {run.at_local: run for run in runs if run.phase == Phase.REST}
    hours = [datetime.fromisoformat(run.at_local) + timedelta(days=made.pilot.rest_after) for run in runs if run.phase == Phase.PILOT]
    planned = [(hour, known.get(f"{hour:{WALL}}")) for hour in hours]
    with process.store.read() as db:
        waits = [rest for _, rest in planned if rest and rest.released_at is None and not member.any_released(db, rest.id, now)]
    unplanned = [f"{hour:{WALL}}" for hour, rest in planned if rest is None and hours_end(made, hour) > now - LOOK_BACK]
    return [*(rest.at_local for rest in waits), *unplanned]


def _has_rest(runs: Sequence[RunRow]) -> bool:
    return any(run.phase == Phase.REST for run in runs)


def _wrong(pilot: Pilot, seen: Tally) -> str:
    """What went badly; "" where nothing did."""
    for what, n, limit in (("opted out", seen.opted_out, pilot.opt_outs), ("were not reached", seen.not_reached, pilot.failures)):
        if n >= LEAST_TO_STOP and n / seen.texted > limit:
            interval = share_of(n, seen.texted)
            return f"pilot: {n} of {seen.texted} {what} ({interval.low:.1%} to {interval.high:.1%}), more than {limit:.1%}"
    return ""


def total(counts: Iterable[Tally]) -> Tally:
    """The sum over variants."""
    rows = list(counts)
    return Tally(**{name: sum(getattr(one, name) for one in rows) for name in Tally.__dataclass_fields__})


def watch(process: Process, row: CampaignRow) -> None:
    """Pauses or ends a campaign that runs, where there is a reason."""
    made, now = meant(row), process.now()
    with process.store.read() as db:
        runs = campaign.runs(db, row.id)
        n_filtered = tally.filtered(db, row.id)
        n_left = tally.left(db, row.id) if n_filtered >= FILTERED_LEAST else 0
    if row.waived_at is None and n_filtered >= FILTERED_LEAST and n_filtered / n_left > FILTERED_SHARE:
        pause(process, row, f"{FILTERS} {n_filtered} of {n_left} texts (30007)")
    elif why := _bad(process, row, made, _to_come(process, made, runs, now)):
        pause(process, row, why)
    elif why := _why_over(process, made, runs, now):
        end(process, row, why)


def _why_over(process: Process, made: Campaign, runs: list[RunRow], now: datetime) -> str:
    """Past its end; or, of a campaign that comes once, when all were released and what follows has had its time; "" until then."""
    if is_past(process, made):
        return PAST
    if not isinstance(made.when, Once) or not runs or any(run.released_at is None for run in runs):
        return ""
    if made.pilot is not None and not _has_rest(runs):
        return ""
    with process.store.read() as db:
        if not member.any_in(db, [run.id for run in runs]):
            return f"nobody was in its segment `{made.segment_text}` when its hour came near, or nobody who may be texted"
    last = max((run.released_at for run in runs if run.released_at is not None), default=now)
    spans = [timedelta(seconds=total_seconds(later.after)) for later in made.then]
    listens = [LISTENS if later.on in (Came.REPLY, Came.CLICK) else timedelta() for later in made.then]
    follows = [listen + span for listen, span in zip(listens, spans, strict=True)]  # an answer on the last day has its time too
    over = now >= max(last, hours_end(made, made.when.at_local)) + max(follows, default=timedelta()) + SETTLES
    return "it has reached everybody" if over else ""


def is_past(process: Process, made: Campaign) -> bool:
    """Whether its `ends` has come."""
    ends = ends_at(process, made)
    return ends is not None and process.now() >= ends


def pause(process: Process, row: CampaignRow, why: str) -> None:
    """Pauses a campaign for a reason that staff have to hear of."""
    with process.store.write() as db:
        steered.pause(db, row.id, row.name, why, process.now())


def end(process: Process, row: CampaignRow, why: str) -> None:
    """It is over: nobody starts any more, and steps that wait for silence are let go."""
    now = process.now()
    with process.store.write() as db:
        if campaign.move(db, row.id, State.ENDED, why=why, ended_at=now):
            room.drop_starts(db, [run.id for run in campaign.runs(db, row.id)], now, "the campaign has ended")
            log.info("campaign ended", campaign=row.id)
