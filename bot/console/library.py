"""Flows: which are live, what they say, and starting one for people who did not text first."""

from dataclasses import dataclass

import phonenumbers
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from phonenumbers import NumberParseException, PhoneNumberFormat

from bot import campaigns, drafts
from bot.console.door import me, needs, process_of
from bot.console.page import console
from bot.console.source import coloured
from flows.changes import differences
from flows.types import EventTrigger, FallbackTrigger, Flow, IntentTrigger, KeywordTrigger, ScheduleTrigger
from models import contact, conversation, correction, revision

MOST_NUMBERS = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Numbers as somebody typed them. fit: E.164, each once. bad: lines that are none, with the reason. out: those who opted out."""

    fit: tuple[str, ...]
    bad: tuple[tuple[str, str], ...]
    out: int = 0


@console.get("/flows")
@needs("support")
def flows() -> ResponseReturnValue:
    """The live flows."""
    process = process_of()
    shelf = process.shelf.newest()
    with process.store.read() as db:
        live = conversation.count_live(db)
    rows = [(row, triggers(shelf.catalogue.flows[name]), live.get(name, 0)) for name, row in sorted(shelf.revisions.items())]
    waiting = len(drafts.drafts(process.store, process.settings.flows_dir))
    return render_template("flows.html", here="flows", rows=rows, n_drafts=waiting)


@console.get("/flows/<name>")
@needs("support")
def flow_page(name: str) -> ResponseReturnValue:
    """One flow: its file, its revisions, and the form that starts it."""
    return _page(name)


@console.post("/flows/<name>/start")
@needs("marketer")
def start(name: str) -> ResponseReturnValue:
    """First says what would happen; with `sure` it starts. Lines that are no numbers come back with the reason, and stay in the box."""
    process = process_of()
    typed = request.form.get("numbers", "")
    numbers = read_numbers(typed, process.settings.country)
    with process.store.read() as db:
        numbers = Numbers(fit=numbers.fit, bad=numbers.bad, out=contact.count_out(db, numbers.fit))
    if not numbers.fit or request.form.get("sure") != "yes":
        return _page(name, numbers=numbers, typed=typed, status=200 if numbers.fit else 400)
    try:
        begun = campaigns.start_flow(process, name, numbers.fit)
    except LookupError:
        abort(404)
    left = f" {len(numbers.bad)} lines were no numbers." if numbers.bad else ""
    flash(f"{begun.started} starts queued; quiet hours and consent decide when each leaves.{left}")
    return redirect(url_for("console.flow_page", name=name))


def _page(name: str, *, numbers: Numbers | None = None, typed: str = "", status: int = 200) -> ResponseReturnValue:
    process = process_of()
    with process.store.read() as db:
        revisions = revision.of_flow(db, name)
        live = conversation.count_live(db).get(name, 0)
        offered = correction.offered(db, name)
    if not revisions:
        abort(404)
    wanted = request.args.get("revision", "")
    chosen = next((row for row in revisions if str(row.number) == wanted), None) or next((r for r in revisions if r.live), revisions[0])
    flow = process.shelf.flow(chosen.id)
    before = next((row for row in revisions if row.number < chosen.number), None)
    changed = differences(process.shelf.flow(before.id), flow) if before else ()
    page = {"chosen": chosen, "revisions": revisions, "n_live": live, "lines": coloured(chosen.source), "triggers": triggers(flow)}
    page |= {"before": before, "changed": changed, "offered": offered}
    form = {"numbers": numbers, "typed": typed, "may_start": me().may("marketer"), "purpose": flow.purpose.value}
    return render_template("flow.html", here="flows", **page, **form), status


def read_numbers(typed: str, country: str) -> Numbers:
    """The numbers of a text, one per line; national ones are read as those of `country`."""
    fit: dict[str, None] = {}
    bad: list[tuple[str, str]] = []
    for line in typed.splitlines():
        text = line.strip().strip(",;")
        if not text:
            continue
        if len(fit) >= MOST_NUMBERS:
            bad.append((text[:60], f"more than {MOST_NUMBERS}: start the rest in a second go"))
            continue
        try:
            number = phonenumbers.parse(text, country)
        except NumberParseException:
            bad.append((text[:60], "not a telephone number"))
            continue
        if phonenumbers.is_possible_number(number):
            fit[phonenumbers.format_number(number, PhoneNumberFormat.E164)] = None
        else:
            bad.append((text[:60], "too short or too long for its country"))
    return Numbers(fit=tuple(fit), bad=tuple(bad))


def triggers(flow: Flow) -> list[tuple[str, str]]:
    """What starts a flow, in words: the kind, and what the author wrote."""
    found = []
    for trigger in flow.triggers:
        match trigger:
            case KeywordTrigger(words=words):
                found.append(("a text", ", ".join(words)))
            case IntentTrigger(intent=intent):
                found.append(("a text that means", intent))
            case EventTrigger(event=event):
                found.append(("a date on the contact", event))
            case ScheduleTrigger(phrase=phrase):
                found.append(("a schedule", phrase))
            case FallbackTrigger():
                found.append(("any text that nobody else hears", ""))
    return found or [("staff or a campaign only", "")]
