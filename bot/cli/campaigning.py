"""`parley campaign`: check, load, preview, start, pause, resume, cancel, list and show campaigns."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.people import Format, store
from bot.cli.revising import user
from bot.cli.running import OutputFormat, migrated, stop
from config.settings import load_settings

if TYPE_CHECKING:
    from bot.campaigns.preview import Preview
    from bot.process import Process

commands = typer.Typer()
campaign = typer.Typer(help="Campaigns: a flow or a text for everybody in a segment, at a moment.", no_args_is_help=True)
commands.add_typer(campaign, name="campaign")

_WHO = {"all": "", "pilot": ", the pilot", "rest": ", the rest"}
Name = Annotated[str, typer.Argument(help="The campaign's name.")]
Files = Annotated[list[Path], typer.Argument(help="Campaign files, and folders of them.", exists=True)]


def _process() -> "Process":
    from bot.process import LateReader, load_reader, open_process

    settings = load_settings()
    migrated(settings)
    return open_process(settings, reader=LateReader(load_reader))


def _files(paths: list[Path]) -> list[Path]:
    from flows.check import campaigns_in

    return [file for path in paths for file in ([path] if path.is_file() else map(Path, campaigns_in(path)))]


@campaign.command()
def check(paths: Files) -> None:
    """Check campaign files against the flows that are live: what is wrong, with its place. Ends with 1 where one has an error."""
    from bot.campaigns.drafting import finder
    from flows.check import has_errors
    from flows.check_campaign import load_campaign

    process = _process()
    found = [problem for file in _files(paths) for problem in load_campaign(file, finder(process))[2]]
    print(*([str(problem) for problem in found] or ["nothing is wrong"]), sep="\n")
    raise typer.Exit(1 if has_errors(found) else 0)


@campaign.command()
def load(paths: Files) -> None:
    """Keep campaign files as drafts, which `parley campaign start` starts. One that has begun is not changed. Ends with 1 on an error."""
    from bot.campaigns.drafting import draft

    process, refused = _process(), False
    for file in _files(paths):
        done = draft(process, file.read_text("utf-8-sig", errors="replace"), str(file), by=user(), now=process.now())
        refused |= done.name is None
        for problem in done.problems:
            print(problem)
        print(f"{done.name}: kept" if done.name else f"{file}: not kept")
    raise typer.Exit(1 if refused else 0)


@campaign.command()
def preview(name: Name, output: Format = OutputFormat.TABLE) -> None:
    """Say what would come of it: how many people, who is left out and why, costs, hours. Ends with 1 where it would be refused."""
    from bot.campaigns import preview as previews
    from bot.campaigns.drafting import meant
    from bot.campaigns.steering import SteeringError, named

    process = _process()
    try:
        seen = previews.preview(process, meant(named(process, name)))
    except SteeringError as error:
        stop(str(error), code=1)
    if output is OutputFormat.JSON:
        print(json.dumps({**asdict(seen), "n_people": seen.n_people}, ensure_ascii=False, indent=2, default=datetime.isoformat))
    else:
        print(*_told(seen), sep="\n")
    raise typer.Exit(1 if seen.refusals else 0)


def _told(seen: "Preview") -> list[str]:
    """A preview in lines."""
    from models.member import HOLDOUT
    from scheduler.spend import amount

    lines = [f"{seen.n_people} people of {seen.n_segment} in the segment"]
    lines += [f"  {n} left out: {why}" for why, n in sorted(seen.excluded.items())]
    if len(seen.variants) > 1:
        lines += [f"  {n} {'held out, to know what the campaign did' if v == HOLDOUT else v}" for v, n in sorted(seen.variants.items())]
    if seen.n_segments is not None:
        price = "no price table is set" if seen.micros is None else f"{amount(seen.micros)} {seen.currency}"
        lines.append(f"about {seen.n_segments} segments for the first texts, {price} (reckoned from {seen.sampled} people)")
    if seen.last_at is not None and seen.first_at is not None:
        pace = f"{seen.per_second:g} segment{'s' * (seen.per_second != 1)} a second"
        lines.append(f"the first leaves at {_at(seen.first_at)}, the last about {_at(seen.last_at)}, at {pace}")
    for hour in seen.hours[:20]:
        waits = f", quiet: waits until {_at(hour.opens_at)}" if hour.waits else ""
        whose = f"{hour.zone}{_WHO[hour.phase]}: about {hour.n}"
        lines.append(f"  {whose}, from {hour.local:%Y-%m-%d %H:%M} their time, {_at(hour.due_at)}{waits}")
    lines += [f'  {text.variant}, {text.language}, {text.segments} segments: "{text.body}"' for text in seen.texts]
    return lines + [f"It would be refused: {refusal}" for refusal in seen.refusals]


def _at(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"


@campaign.command()
def start(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Start a draft, after a look beforehand. It is refused, with what to change, where something is wrong. Ends with 1 then."""
    from bot.campaigns import steering
    from bot.campaigns.drafting import meant
    from bot.campaigns.preview import preview as look

    process = _process()
    try:
        if not yes:
            print(*_told(look(process, meant(steering.named(process, name)))), sep="\n")
            typer.confirm("Start it?", abort=True)
        seen = steering.start(process, name, by=user())
    except steering.SteeringError as error:
        stop(str(error), code=1)
    print(f"{name} runs: {seen.n_people} people now, asked again when its hour comes near")


@campaign.command()
def pause(name: Name) -> None:
    """Pause a campaign: nothing of it leaves from now on."""
    from bot.campaigns import steering

    try:
        steering.pause(_process(), name, by=user())
    except steering.SteeringError as error:
        stop(str(error), code=1)
    print(f"{name} is paused; `parley campaign resume {name}` lets it go on")


@campaign.command()
def resume(name: Name) -> None:
    """Let a paused campaign go on. Who resumes what a pilot had stopped sends the rest all the same."""
    from bot.campaigns import steering

    try:
        steering.resume(_process(), name)
    except steering.SteeringError as error:
        stop(str(error), code=1)
    print(f"{name} runs")


@campaign.command()
def cancel(name: Name) -> None:
    """Cancel a campaign for good, with what is queued. What has left has left."""
    from bot.campaigns import steering

    try:
        taken = steering.cancel(_process(), name, by=user())
    except steering.SteeringError as error:
        stop(str(error), code=1)
    print(f"{name} is canceled; {taken.starts} starts and {taken.texts} queued texts were taken back")


@campaign.command("list")
def list_(output: Format = OutputFormat.TABLE) -> None:
    """List campaigns, newest first."""
    from models import campaign as campaigns

    with store().read() as db:
        rows = campaigns.listed(db)
    if output is OutputFormat.JSON:
        print(json.dumps([{"name": row.name, "state": row.state, "why": row.why} for row in rows], ensure_ascii=False))
        return
    print(*([f"{row.state:>8}  {row.name}{f'  ({row.why})' if row.why else ''}" for row in rows] or ["no campaigns yet"]), sep="\n")


@campaign.command()
def show(name: Name, output: Format = OutputFormat.TABLE) -> None:
    """Show where a campaign stands: its runs, and what came of it by variant, with 95 % intervals."""
    from bot.campaigns import results
    from bot.campaigns.steering import SteeringError, named

    process = _process()
    try:
        row = named(process, name)
    except SteeringError as error:
        stop(str(error), code=1)
    found = results.results(process, row)
    if output is OutputFormat.JSON:
        print(json.dumps(asdict(found), ensure_ascii=False, indent=2, default=datetime.isoformat))
        return
    print(f"{row.name} is {row.state}{f': {row.why}' if row.why else ''}")
    for run in found.runs:
        print(f"  {run.at_local} {run.phase}: {run.members} people, {run.released} released{'' if run.planned else ', still planning'}")
    for line in found.lines:
        print(f"  {line.variant}: {', '.join(line.told)}")


@campaign.command()
def why(name: Name, phone: Annotated[str, typer.Argument(help="A contact's number.")]) -> None:
    """Say why somebody got a campaign, or did not, step by step. Ends with 1 where there is no such campaign or contact."""
    from bot.campaigns.person import explain
    from bot.campaigns.steering import SteeringError, named
    from bot.contacts_file import e164
    from models import contact

    process = _process()
    try:
        row = named(process, name)
    except SteeringError as error:
        stop(str(error), code=1)
    with process.store.read() as db:
        owner = contact.by_phone(db, e164(phone, process.settings.country) or phone)
    if owner is None:
        stop(f'"{phone}" is no contact of ours.', code=1)
    for sentence in explain(process, row, owner):
        print(sentence)
