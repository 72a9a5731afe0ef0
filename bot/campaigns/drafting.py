"""Drafts of campaigns: a file is checked against the flows that are live, and kept; what has begun is never changed."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from bot.process import Process
from flows.campaign import Campaign, Offer
from flows.check import has_errors
from flows.check_campaign import Find, check_campaign, flow_source
from flows.parse import parse
from flows.parse_campaign import parse_campaign
from flows.types import Flow, Problem
from models import campaign
from models.campaign import CampaignRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """What came of a draft. name: of what was kept, None where nothing was. problems: errors then, else warnings."""

    name: str | None = None
    problems: tuple[Problem, ...] = ()


def draft(process: Process, source: str, file: str, *, by: str, now: datetime) -> Drafted:
    """Keeps a campaign as a draft, in place of the draft of that name. Nothing is kept of one with errors, or of one that has begun."""
    made, problems = check_campaign(source, file, finder(process))
    if made is None:
        return Drafted(problems=problems)
    with process.store.write() as db:
        kept = campaign.put_draft(db, made.name, title=made.title, file=Path(file).name, source=source, by=by, now=now)
    if kept:
        return Drafted(name=made.name, problems=problems)
    with process.store.read() as db:
        row = campaign.by_name(db, made.name)
    if row is not None and row.source == source:
        return Drafted(name=made.name, problems=problems)
    what = f"The campaign `{made.name}` has begun, and is what it was."
    return Drafted(problems=(Problem(file=file, line=1, column=1, what=what, how="Give the new one another name."),))


def finder(process: Process) -> Find:
    """Finds the live flows by name."""
    return lambda name: process.shelf.newest().catalogue.flows.get(name)


def meant(row: CampaignRow) -> Campaign:
    """A row as a campaign. It passed the check when it was kept: that it does not parse any more is a broken promise."""
    return _meant(row.source, row.file)


@lru_cache(maxsize=200)
def _meant(source: str, file: str) -> Campaign:
    made, _, problems = parse_campaign(source, file)
    if made is None:
        raise ValueError(f"{file} no longer parses: {problems[0] if problems else 'no problem named'}")
    return made


def flow_of(process: Process, made: Campaign, offer: Offer) -> Flow | None:
    """The flow that an offer starts: a live one, or what its text will be."""
    if not offer.text:
        return finder(process)(offer.flow)
    flow, problems = parse(flow_source(made, offer), f"{offer.flow}.yaml")
    return None if has_errors(problems) else flow
