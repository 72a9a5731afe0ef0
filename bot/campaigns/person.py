"""Why somebody got a campaign, or did not: what was decided at each step, and what stands now. No text and no number in it."""

from collections.abc import Iterator
from datetime import datetime

from bot import people
from bot.campaigns.drafting import meant
from bot.campaigns.planning import belongs
from bot.process import Process
from flows.campaign import Campaign
from flows.types import Purpose
from models import audience, campaign, contact, event, member, outbox, restored
from models.audience import Frame
from models.campaign import CampaignRow, RunRow
from models.contact import ContactRow


def explain(process: Process, row: CampaignRow, owner: ContactRow) -> Iterator[str]:
    """In sentences, from the plan to the carrier."""
    made, now = meant(row), process.now()
    yield f"The campaign is {row.state}{f': {row.why}' if row.why else ''}."
    with process.store.read() as db:
        runs = campaign.runs(db, row.id)
        mine = {one.run_id: one for one in member.of_contact(db, owner.id, [run.id for run in runs])}
    if owner.kind != "real":
        yield "It is a test contact: those are in no campaign."
        return
    if not mine:
        yield from _not_in(process, made, runs, owner, now)
        return
    for run in runs:
        if run.id in mine:
            yield from _in(process, run, mine[run.id], owner)


def _not_in(process: Process, made: Campaign, runs: list[RunRow], owner: ContactRow, now: datetime) -> Iterator[str]:
    """Nobody planned this contact: not yet, or because of the segment or the consent."""
    if not runs:
        yield "Nobody is planned yet: that begins when its hour comes near, somewhere on earth."
    elif owner.created_at > runs[-1].as_of:
        yield f"The contact came after the planning, which was as of {_at(runs[-1].as_of)}."
    frame = Frame(sqlite=process.store.sqlite, at=now, zone=process.settings.timezone)
    with process.store.read() as db:
        inside = contact.holds(db, owner.id, audience.condition(made.segment, frame))
        fits = contact.holds(db, owner.id, belongs(made, frame))
    yield f"As of now the contact is {'in' if inside else 'not in'} the segment `{made.segment_text}`."
    if inside and not fits:
        needs = "an opt-in" if made.purpose is Purpose.MARKETING else "a consent that is not out or in doubt"
        yield f"Its consent is `{owner.consent}`, and {made.purpose} needs {needs}."


def _in(process: Process, run: RunRow, one: member.MemberRow, owner: ContactRow) -> Iterator[str]:
    hour = f"The run of {run.at_local.replace('T', ' ')} ({run.phase}), planned as of {_at(run.as_of)}"
    if one.variant == member.HOLDOUT:
        yield f"{hour}: held out by lot, so that it is known what the campaign did."
        return
    if one.due_at is None:
        with process.store.read() as db:
            copied = ", or came before this restored copy was armed" if restored.armed_at(db) else ""
        yield f"{hour}: its hour in {people.zone(owner)} was over at the start, or would have come too near to the next time{copied}."
        return
    yield f"{hour}: variant `{one.variant}`, due at {_at(one.due_at)}."
    if one.released_at is None:
        yield "It waits for its moment, or for room in the outbox."
        return
    with process.store.read() as db:
        start = event.by_key(db, f"campaign-{run.id}-{owner.id}")
        texts = outbox.of_campaign(db, owner.id, run.campaign_id)
    heard = "not heard yet" if start is None or start.handled_at is None else f"heard at {_at(start.handled_at)}: {start.outcome}"
    yield f"Its start was released at {_at(one.released_at)} and was {heard}."
    for text in texts:
        yield f"Message {text.id} is {text.status}{f' ({text.reason})' if text.reason else ''}: `parley why {text.id}` says more."


def _at(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"
