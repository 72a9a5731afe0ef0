"""The simulator: a phone on the page, on which one texts with any flow as a test contact, by the road that real texts take."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from bot import campaigns, desk, inbox, people
from bot.catalogue import Shelf
from bot.console.ahead import by_its_clock, clock_words, hear_own, moment, send_own, set_ahead, skip
from bot.console.asked import misfits
from bot.console.card import STANDS, front, upcoming
from bot.console.door import me, needs, process_of
from bot.console.library import triggers
from bot.console.page import console
from bot.console.picture import Picture, picture
from bot.console.replies import replies_to
from bot.console.thread import Line, thread
from bot.console.told import as_told, last_reading, written
from bot.inbound import Inbound, clean
from bot.process import Process
from flows.events import Consent
from flows.localtime import to_local
from flows.state import Phase, state_from_json
from flows.types import Ask, Flow
from flows.walk import running
from models import contact, conversation, event, interaction
from models import outbox as messages
from models.contact import ContactRow
from models.conversation import ConversationRow

MOST_CHARACTERS = 1600
MOST_CLEARED = 20
"""Phones that one has cleared are remembered in the session, which is a cookie."""
AREAS = ("+1415555", "+1212555", "+1312555", "+1305555")
"""555-01xx numbers belong to nobody; these areas give 400 of them."""


@console.get("/simulator")
@needs("support")
def simulator() -> ResponseReturnValue:
    """The phone, where the conversation stands, and what waits."""
    process = process_of()
    shelf = process.shelf.newest()
    with process.store.read() as db:
        testers = sorted(contact.of_kind(db, "test"), key=lambda row: row.id)
        row = _chosen(testers)
        shown = _phone(db, by_its_clock(process, row.id), shelf, row) if row is not None else None
    return render_template("simulator.html", here="simulator", flows=shelf.revisions, testers=testers, row=row, phone=shown)


def _chosen(testers: list[ContactRow]) -> ContactRow | None:
    """Who one texts as: by the address, else as the last time, else the first."""
    wanted = request.args.get("as", str(session.get("tester", "")))
    row = next((row for row in testers if str(row.id) == wanted), testers[0] if testers else None)
    if row is not None:
        session["tester"] = row.id
    return row


def _phone(db: Connection, process: Process, shelf: Shelf, row: ContactRow) -> dict[str, object]:
    """All that the page says about a test contact."""
    since = session.get("since", {}).get(str(row.id), 0)
    talks = conversation.of_contact(db, row.id)
    talk = front(talks)
    acts = interaction.of_contact(db, row.id)
    zone = people.zone(row)
    texts = [message for message in messages.transcript(db, row.id) if message.id > since]
    lines = [line for line in thread(texts, acts, zone=zone, staff={}, me=0, lacks=misfits(process, acts, talks)) if line.kind != "hand"]
    wanted = request.args.get("flow", "") or (talk.flow if talk else "")
    name = wanted if wanted in shelf.revisions else next(iter(shelf.revisions), "")
    here = talk if talk is not None and talk.flow == name else None
    revision = shelf.revisions.get(name)
    flow = process.shelf.flow(here.revision_id) if here else shelf.catalogue.flows.get(name)
    last = next((talk for talk in talks if talk.flow == name and talk.ended_at), None)
    told = here or last
    state: Mapping[str, Any] = told.state if told else {}
    return {
        "lines": _from_first_text(lines),
        "chips": ("START", "HELP") if row.consent == Consent.OUT else replies_to(flow, here.state if here else None) if flow else (),
        "flow": flow,
        "revision": here.revision if here else revision.number if revision else 0,
        "picture": _picture(flow, acts, told) if flow else None,
        "talk": here,
        "other": talk if here is None else None,
        "ended": last if here is None else None,
        "stands": STANDS[Consent(row.consent)],
        "step": _step_words(flow, here) if flow and here else "",
        "answers": state.get("answers", {}),
        "codes": state.get("coupons", {}),
        "upcoming": upcoming(event.upcoming(db, row.id), talks, zone),
        "zone": zone,
        "local": _clock(to_local(process.now(), zone)),
        "ahead": clock_words(row.id),
        "reading": last_reading(texts),
        "yaml": written(db, here, revision, told),
        "test": as_told(process, flow, row, texts, told) if flow and told and "test" in request.args else "",
    }


def _clock(local: datetime) -> str:
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def _from_first_text(lines: list[Line]) -> list[Line]:
    """The lines without days on which nothing is left to show."""
    return [line for n, line in enumerate(lines) if line.kind != "day" or (n + 1 < len(lines) and lines[n + 1].kind != "day")]


def _picture(flow: Flow, acts: Sequence[Mapping[str, Any]], talk: ConversationRow | None) -> Picture:
    mine = [act for act in acts if talk is not None and act["conversation_id"] == talk.id]
    entered = [act["step"] for act in mine if act["kind"] == "step_entered" and act["step"]]
    now = state_from_json(talk.state).outermost if talk is not None and talk.ended_at is None else ""
    start = next((f"{kind} “{words}”" if words else kind for kind, words in triggers(flow)), "")
    return picture(flow, now=now, been=entered, start=start)


def _step_words(flow: Flow, talk: ConversationRow) -> str:
    """What the conversation does at its step."""
    words = {
        Phase.ASKING: "the question is open",
        Phase.WAITING: "waits",
        Phase.PUT_OFF: "put off until its turn comes",
        Phase.PAUSED: "paused by another flow",
        Phase.CALLING: "a web service is being asked",
        Phase.HELD: "a person holds it",
        Phase.ENDED: "ended",
    }[Phase(talk.phase)]
    state = state_from_json(talk.state)
    step = running(flow, state).steps.get(state.at)
    if state.misfits and step is not None and isinstance(step.verb, Ask):
        words += f", misread {state.misfits} of {step.verb.questions[state.question].tries}"
    return words


# --- what one does on the phone ---------------------------------------------------------------------------------------


@console.post("/simulator/text")
@needs("support")
def say() -> ResponseReturnValue:
    """A text from the test contact, through the road of every text; what answers it is sent at once, on paper."""
    row = _tester()
    process = by_its_clock(process_of(), row.id)
    text = request.form.get("text", "").replace("\r\n", "\n")[:MOST_CHARACTERS]
    if text.strip():
        ours, sid = row.sender or process.default_sender, f"SIM{uuid.uuid4().hex}"
        came = Inbound(sid=sid, phone=row.phone, ours=ours, channel="sms", text=clean(text), raw=b"")
        if inbox.receive(process, came, lambda: False, twiml=False).stored:
            hear_own(process, row.id)  # something was due before it
        send_own(process, row.id)
    return _back(row.id)


@console.post("/simulator/start")
@needs("support")
def start_here() -> ResponseReturnValue:
    """Starts the flow as a campaign would: unasked, so consent and quiet hours count."""
    row = _tester()
    process = by_its_clock(process_of(), row.id)
    try:
        campaigns.start_flow(process, request.form.get("flow", ""), [row.phone])
    except LookupError:
        abort(404)
    hear_own(process, row.id)
    send_own(process, row.id)
    if row.consent in (Consent.OUT, Consent.HELD):
        flash("Nothing was sent: this contact opted out. Text START first.")
    return _back(row.id)


@console.post("/simulator/over")
@needs("support")
def start_over() -> ResponseReturnValue:
    """Ends what listens, and clears the phone; the transcript in the inbox keeps everything."""
    process, row = process_of(), _tester()
    skipped = by_its_clock(process, row.id)
    desk.close(skipped, row.id, me().row.id)
    hear_own(skipped, row.id)  # by the clock that is put back now it would be due in hours
    set_ahead(row.id, timedelta())
    with process.store.read() as db:
        last = messages.last_texts(db, [row.id]).get(row.id)
    if last is not None:
        others = [pair for pair in session.get("since", {}).items() if pair[0] != str(row.id)]
        session["since"] = dict([*others, (str(row.id), last.id)][-MOST_CLEARED:])
    return _back(row.id)


@console.post("/simulator/skip")
@needs("support")
def skip_to() -> ResponseReturnValue:
    """Time passes for this test contact alone, by its own clock; what comes due on the way happens."""
    process, row = process_of(), _tester()
    words = request.form.get("until", "").strip()
    at = moment(words, by_its_clock(process, row.id).now(), people.zone(row))
    if at is None:
        flash(f"“{words[:40]}” is no time to come: write 2h, 3d, tomorrow 18:00 or next monday 09:00.")
    else:
        skip(process, row, at)
    return _back(row.id)


@console.post("/simulator/contact")
@needs("support")
def new_tester() -> ResponseReturnValue:
    """A new test contact of whom nothing is known, under a number that belongs to nobody."""
    process = process_of()
    with process.store.write() as db:
        taken = {row.phone for row in contact.of_kind(db, "test", limit=1000)}
        phone = next((number for area in AREAS for n in range(100) if (number := f"{area}01{n:02d}") not in taken), None)
        if phone is None:
            abort(404)
        row_id = contact.add(db, contact.new_values(phone, process.now(), kind="test"))
    return _back(row_id)


def _tester() -> ContactRow:
    """The test contact that a form names; never a real one."""
    wanted = request.form.get("contact", "")
    with process_of().store.read() as db:
        row = contact.by_id(db, int(wanted)) if wanted.isdecimal() and len(wanted) < 16 else None
    if row is None or not row.test:
        abort(404)
    return row


def _back(contact_id: int) -> ResponseReturnValue:
    shown: dict[str, Any] = {"as": contact_id, "flow": request.form.get("flow") or None}
    return redirect(url_for("console.simulator", **shown))
