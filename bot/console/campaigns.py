"""Campaigns: written and checked, looked at beforehand, started, paused, resumed, canceled; and what came of them."""

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from analytics.rates import LEAST_DELIVERED, Interval, share_of
from bot.campaigns import drafting, steering
from bot.campaigns.preview import Preview, preview
from bot.campaigns.results import Line, results
from bot.console.door import me, needs, process_of
from bot.console.page import console
from bot.console.source import coloured
from flows.campaign import Campaign, Once, OnDate, Recurring
from flows.nodes import MAX_BYTES
from flows.spans import spelled
from flows.types import Problem
from models import campaign, member
from models.campaign import CampaignRow, State

TEMPLATE = """\
campaign: winter-sale
title: Winter sale
segment: tag:club and not ordered within 14d
at: 2026-12-24 10:00 local        # each contact's own 10:00; a zone for one moment
spread: 2h
holdout: 10%                      # who gets nothing, so that you know what the campaign did
text:
  en: "{{ brand }}: 20% off until Sunday. Reply STOP to opt out."
"""
WORDS = {
    State.DRAFT: ("Draft", ""),
    State.RUNNING: ("Runs", "solid"),
    State.PAUSED: ("Paused", "warn"),
    State.ENDED: ("Ended", "good"),
    State.CANCELED: ("Canceled", "bad"),
}
"""A campaign's state in words, and its badge's colour."""


@dataclass(frozen=True, slots=True)
class Row:
    """A variant's line: its shares are None below LEAST_DELIVERED."""

    line: Line
    replied: Interval | None
    opted_out: Interval | None

    @property
    def held(self) -> bool:
        return self.line.variant == member.HOLDOUT


@console.get("/campaigns")
@needs("support")
def campaigns_page() -> ResponseReturnValue:
    """Every campaign, newest first."""
    with process_of().store.read() as db:
        rows = campaign.listed(db)
    told = [(row, _readable(row), *WORDS[State(row.state)]) for row in rows]
    return render_template("campaigns.html", here="flows", rows=told, hour=hour, may_write=me().may("marketer"))


def _readable(row: CampaignRow) -> Campaign | None:
    """What a row means; None where this version no longer reads its file, which the other campaigns on the page need not suffer for."""
    try:
        return steering.readable(row)
    except steering.SteeringError:
        return None


@console.get("/campaigns/new")
@needs("marketer")
def campaign_new() -> ResponseReturnValue:
    """The editor, with an example to change; or with a draft."""
    name = request.args.get("draft", "")
    with process_of().store.read() as db:
        row = campaign.by_name(db, name) if name else None
    return _editor(row.source if row is not None and row.state == State.DRAFT else TEMPLATE, ())


@console.post("/campaigns")
@needs("marketer")
def campaign_save() -> ResponseReturnValue:
    """Keeps a draft; what is wrong with it comes back with its places, and the text stays in the box."""
    process = process_of()
    source = request.form.get("source", "").replace("\r\n", "\n")[:MAX_BYTES]
    done = drafting.draft(process, source, "campaign.yaml", by=me().row.name, now=process.now())
    if done.name is None:
        return _editor(source, done.problems, status=400)
    for problem in done.problems:
        flash(f"Line {problem.line}: {problem.what} {problem.how}".rstrip())
    return redirect(url_for("console.campaign_page", name=done.name))


def _editor(source: str, problems: tuple[Problem, ...], status: int = 200) -> ResponseReturnValue:
    return render_template("campaign_edit.html", here="flows", source=source, problems=problems), status


@console.get("/campaigns/<name>")
@needs("support")
def campaign_page(name: str) -> ResponseReturnValue:
    """One campaign: beforehand a preview, afterwards what came of it."""
    process = process_of()
    with process.store.read() as db:
        row = campaign.by_name(db, name)
    if row is None:
        abort(404)
    made = _readable(row)
    if made is None:
        flash(f"{row.title}: {row.file} can no longer be read by this version. It can only be canceled: parley campaign cancel {row.name}")
        return redirect(url_for("console.campaigns_page"))
    seen = preview(process, made) if row.state == State.DRAFT else None
    return _page(row, made, seen, sure=False)


@console.post("/campaigns/<name>/start")
@needs("marketer")
def campaign_start(name: str) -> ResponseReturnValue:
    """Asks once, with the preview in view; with `sure` it starts, or says everything that is wrong."""
    process = process_of()
    try:
        row = steering.named(process, name)
        made = steering.readable(row)
        if request.form.get("sure") != "yes" and row.state == State.DRAFT:
            return _page(row, made, preview(process, made), sure=True)
        steering.start(process, name, by=me().row.name)
    except steering.SteeringError as error:
        flash(str(error))
    else:
        flash(f"{made.title} runs. Everybody gets it at their hour; who belongs is asked when that comes near.")
    return redirect(url_for("console.campaign_page", name=name))


@console.post("/campaigns/<name>/<act>")
@needs("marketer")
def campaign_act(name: str, act: str) -> ResponseReturnValue:
    """Pauses, resumes or cancels."""
    process = process_of()
    try:
        match act:
            case "pause":
                steering.pause(process, name, by=me().row.name)
                flash("Paused: nothing of it leaves until somebody resumes it.")
            case "resume":
                steering.resume(process, name)
                flash("It goes on.")
            case "cancel":
                taken = steering.cancel(process, name, by=me().row.name)
                flash(f"Canceled for good. {taken.starts} starts and {taken.texts} queued texts were taken back.")
            case _:
                abort(404)
    except steering.SteeringError as error:
        flash(str(error))
    return redirect(url_for("console.campaign_page", name=name))


def _page(row: CampaignRow, made: Campaign, seen: Preview | None, *, sure: bool) -> ResponseReturnValue:
    process = process_of()
    found = results(process, row) if seen is None else None
    lines = [_row(line) for line in found.lines] if found is not None else []
    words, colour = WORDS[State(row.state)]
    page = {"row": row, "made": made, "seen": seen, "found": found, "lines": lines, "source": coloured(row.source), "sure": sure}
    told = {"words": words, "colour": colour, "hour": hour, "money": money, "currency": process.settings.currency}
    return render_template(
        "campaign.html", here="flows", **page, **told, least=LEAST_DELIVERED, spelled=spelled, may_steer=me().may("marketer")
    )


def _row(line: Line) -> Row:
    enough = line.seen.texted >= LEAST_DELIVERED
    shares = [share_of(n, line.seen.texted) if enough else None for n in (line.seen.replied, line.seen.opted_out)]
    return Row(line, *shares)


def money(micros: int) -> str:
    """Millionths of a currency to the hundredth, which is as exact as a reckoning is."""
    return f"{micros / 1_000_000:,.2f}"


def hour(made: Campaign) -> str:
    """When it leaves, in words."""
    match made.when:
        case Once(at_local=at_local, zone=zone):
            return f"{at_local:%d %b %Y %H:%M} {f'in {zone}' if zone else 'where each contact is'}"
        case Recurring(phrase=phrase):
            return f"every {phrase.removeprefix('every ')}, where each contact is"
        case OnDate(name=name, at=at, offset_days=days):
            off = f"{abs(days)} day{'s' * (abs(days) != 1)} {'before' if days < 0 else 'after'} " if days else "on "
            return f"{off}the contact's {name}, {at:%H:%M}"
