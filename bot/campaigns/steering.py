"""Starting, pausing, resuming and canceling. A campaign starts only if nothing is wrong with it, and then it is what it was."""

from dataclasses import dataclass
from typing import Any

from bot import publishing
from bot.campaigns.drafting import finder, meant
from bot.campaigns.preview import Preview, preview, reason
from bot.campaigns.watching import FILTERS, PAST, end, is_past
from bot.process import Process
from flows.campaign import Campaign
from flows.check import has_errors
from flows.check_campaign import check_campaign, flow_source
from models import answered, campaign, room
from models.campaign import CampaignRow, State


class SteeringError(Exception):
    """It cannot be done; says why, a reason a line."""


@dataclass(frozen=True, slots=True)
class Canceled:
    """How many starts and texts were taken back. Those who were not released are simply never."""

    starts: int
    texts: int


def start(process: Process, name: str, *, by: str) -> Preview:
    """Starts a draft: publishes the flows that its texts are, and lets the clock plan it. Raises SteeringError with every reason not to."""
    row = named(process, name)
    if row.state != State.DRAFT:
        raise SteeringError(f"The campaign `{name}` is {row.state} already.")
    made = readable(row)
    _, problems = check_campaign(row.source, row.file, finder(process))  # a flow may have been retired since
    if has_errors(problems):
        raise SteeringError("\n".join(map(str, problems)))
    seen = preview(process, made)
    if seen.refusals:
        raise SteeringError("\n".join(str(refusal) for refusal in seen.refusals))
    _publish(process, made, by)
    now = process.now()
    with process.store.write() as db:
        heard, clicked = answered.places(db)  # what came before it is no answer to it
        begun = {"started_at": now, "started_by": by, "heard_id": heard, "clicked_id": clicked}
        purse = made.budget.cents * 10_000 if made.budget is not None else None
        if not campaign.move(db, row.id, State.RUNNING, why="", budget_micros=purse, **begun):
            raise SteeringError(f"Somebody else was faster with the campaign `{name}`.")
    return seen


def _publish(process: Process, made: Campaign, by: str) -> None:
    sources = {f"{offer.flow}.yaml": flow_source(made, offer) for offer in made.offers if offer.text}
    if sources:
        done = publishing.publish_texts(process.store, sources, by=by, why=reason(made), now=process.now())
        if done.refused:
            raise SteeringError("\n".join(map(str, done.problems)))


def pause(process: Process, name: str, *, by: str) -> None:
    """Nothing of it leaves from now on: who waits waits, and what is queued is held at the gate."""
    _move(process, name, State.PAUSED, f"paused by {by}")


def resume(process: Process, name: str) -> None:
    """It goes on. Who resumes what a pilot or the carrier's filters had stopped has decided: only a pilot to come may stop it."""
    row = named(process, name)
    if row.state == State.PAUSED and is_past(process, readable(row)):
        end(process, row, PAST)
        raise SteeringError(f"The end of the campaign `{name}` came while it was paused: it has ended. Load it under another name.")
    now = process.now()
    waived_at = now if row.why.startswith(("pilot:", FILTERS)) else row.waived_at
    _move(process, name, State.RUNNING, "", waived_at=waived_at, resumed_at=now)


def cancel(process: Process, name: str, *, by: str) -> Canceled:
    """It never goes on; what is queued is taken back. What has left has left."""
    row, now = named(process, name), process.now()
    with process.store.write() as db:
        if not campaign.move(db, row.id, State.CANCELED, why=f"canceled by {by}", ended_at=now):
            raise SteeringError(f"The campaign `{name}` is {row.state} already.")
        run_ids = [run.id for run in campaign.runs(db, row.id)]
        return Canceled(room.drop_starts(db, run_ids, now, "the campaign was canceled"), room.cancel_texts(db, row.id))


def named(process: Process, name: str) -> CampaignRow:
    """The campaign of that name. Raises SteeringError where there is none."""
    with process.store.read() as db:
        row = campaign.by_name(db, name)
        known = [one.name for one in campaign.listed(db)] if row is None else []
    if row is None:
        raise SteeringError(f"No campaign `{name}`." + (f" There are: {', '.join(known[:20])}." if known else " None was ever loaded."))
    return row


def readable(row: CampaignRow) -> Campaign:
    """A row as a campaign. Raises SteeringError where this version no longer reads its file."""
    try:
        return meant(row)
    except ValueError as error:
        raise SteeringError(f"The campaign `{row.name}` can only be canceled: {error}.") from error


def _move(process: Process, name: str, to: State, why: str, **changes: Any) -> None:
    row = named(process, name)
    with process.store.write() as db:
        if not campaign.move(db, row.id, to, why=why, **changes):
            raise SteeringError(f"The campaign `{name}` is {row.state}.")
