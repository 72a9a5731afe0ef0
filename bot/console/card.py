"""All that the inbox says about one contact: the thread, who holds it, consent with its proof, answers, what comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot import gate, people
from bot.catalogue import intent_examples
from bot.console.asked import misfits
from bot.console.thread import Line, thread
from bot.facts import talk_of
from bot.process import Process
from flows.events import Consent
from flows.hearing import Desk
from flows.localtime import to_local, zone_of
from flows.types import Purpose
from models import consent, conversation, correction, coupon, event, interaction, media, note, outbox, staff
from models.contact import ContactRow
from models.conversation import ConversationRow
from models.event import EventRow
from scheduler.windows import send_at

STANDS = {
    Consent.IN: ("May be texted", "good"),
    Consent.UNKNOWN: ("Never asked: answers and service only", ""),
    Consent.HELD: ("In doubt: nothing is sent", "warn"),
    Consent.OUT: ("Opted out: nothing is sent", "bad"),
}
"""Where consent stands, in words, and the badge's colour."""

SOURCES = {
    "keyword": "by keyword",
    "sentence": "in a sentence",
    "clarified": "when asked again",
    "flow": "in a flow",
    "staff": "noted by staff",
    "import": "imported",
    "carrier": "the carrier said so",
    "lapse": "nobody decided within 24 h",
    "double opt-in": "confirmed by text",
    "preference page": "on their own page",
    "web form": "on the web form",
}
_KEPT = {"less": "Wants fewer texts", "more": "Wants all texts again", "asked": "Asked to confirm"}
"""Lines of the ledger that leave consent as it was, by the first word of their source (bot.columns.source_of)."""
_AFTER = {"in": "Opted in", "out": "Opted out", "held": "In doubt", "unknown": "As before any word"}

LANGUAGES = {"en": "English", "fr": "French", "es": "Spanish", "de": "German", "zh": "Chinese"}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a person's text would not leave now, in words. never: not now and not later. Empty words: it leaves at once."""

    words: str = ""
    never: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A line of the consent ledger, in words. kind: yes | no | now."""

    kind: str
    what: str
    words: str
    how: str
    at: str
    ours: str


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """One contact as the inbox shows it. talk: the live conversation that stands in front. ahead: hours before the staff's zone."""

    contact: ContactRow
    lines: Sequence[Line]
    zone: str
    city: str
    ahead: str
    local_now: str
    language: str
    holder: str
    mine: bool
    desk: Desk
    talk: ConversationRow | None
    answers: Mapping[str, Any]
    stands: tuple[str, str]
    ledger: Sequence[Proof]
    coupons: Sequence[tuple[str, str, str]]
    upcoming: Sequence[tuple[str, str, str]]
    refusal: Refusal
    intents: Sequence[str]


def about(db: Connection, process: Process, row: ContactRow, my_id: int) -> About:
    """Everything, in one look."""
    now = process.now()
    zone = people.zone(row)
    everyone = {person.id: person.name for person in staff.everyone(db)}
    talks = conversation.of_contact(db, row.id)
    acts = interaction.of_contact(db, row.id)
    also: dict[str, Any] = {"lacks": misfits(process, acts, talks), "kept": media.kept(db, row.id), "notes": note.of_contact(db, row.id)}
    also["corrected"] = correction.of_contact(db, row.id)
    lines = thread(outbox.transcript(db, row.id), acts, zone=zone, staff=everyone, me=my_id, **also)
    return About(
        contact=row,
        lines=lines,
        zone=zone,
        city=zone.rpartition("/")[2].replace("_", " "),
        ahead=ahead(now, zone, process.settings.timezone),
        local_now=f"{to_local(now, zone):%H:%M}",
        language=LANGUAGES.get(row.language or "", row.language or "language not known"),
        holder=everyone.get(row.desk_staff_id or 0, "") if row.desk == Desk.HELD else "",
        mine=row.desk == Desk.HELD and row.desk_staff_id == my_id,
        desk=people.desk_of(row, [talk_of(process, talk) for talk in talks if talk.ended_at is None], now),
        talk=front(talks),
        answers=next((found for talk in talks if (found := talk.state.get("answers"))), {}),
        stands=stands(row),
        ledger=_ledger(db, row, zone),
        coupons=coupon.held_by(db, row.id),
        upcoming=upcoming(event.upcoming(db, row.id), talks, zone),
        refusal=refusal(process, row),
        intents=sorted(intent_examples(dict(process.shelf.newest().catalogue.flows))),
    )


def stands(row: ContactRow) -> tuple[str, str]:
    """Where consent stands, and what goes with it."""
    words, colour = STANDS[Consent(row.consent)]
    if row.consent == Consent.IN and row.less_at is not None:
        return "May be texted, and wants fewer texts", colour
    if row.consent == Consent.UNKNOWN and row.optin_asked_at is not None:
        return "Asked to confirm: answers and service only until a YES", "warn"
    return words, colour


def front(talks: Sequence[ConversationRow]) -> ConversationRow | None:
    """The live conversation that listens, else the newest live one."""
    alive = [talk for talk in talks if talk.ended_at is None]
    return next((talk for talk in alive if talk.listening), alive[0] if alive else None)


def refusal(process: Process, row: ContactRow) -> Refusal:
    """What the gate would say to a person's text, now."""
    now = process.now()
    if row.consent == Consent.OUT:
        return Refusal("This contact opted out: nothing may be sent until they text START.", never=True)
    if row.consent == Consent.HELD:
        return Refusal("It is in doubt whether this contact opted out, so nothing is sent until that is clear.", never=True)
    if row.unreachable:
        return Refusal(f"This number cannot be reached ({row.unreachable_why or 'the carrier refused it'}).", never=True)
    if row.last_in_at is None or now - row.last_in_at > gate.PERSON_FOR:
        opens = send_at(now, people.place(row), Purpose.SERVICE)
        if opens > now:
            local = to_local(opens, people.zone(row))
            return Refusal(f"Quiet hours where this contact lives: a text leaves {local:%A} at {local:%H:%M} there.")
    return Refusal()


def ahead(now: datetime, zone: str, staff_zone: str) -> str:
    """How far a contact's clock is from the staff's: "3 h behind you", "" where they agree."""
    there, here = now.astimezone(zone_of(zone)).utcoffset(), now.astimezone(zone_of(staff_zone)).utcoffset()
    assert there is not None
    assert here is not None
    hours = (there - here).total_seconds() / 3600
    return f"{abs(hours):g} h {'ahead of' if hours > 0 else 'behind'} you" if hours else ""


def _ledger(db: Connection, row: ContactRow, zone: str) -> list[Proof]:
    found = []
    for entry in consent.ledger(db, row.id):
        local = to_local(entry.at, zone)
        kept, _, source = entry.source.rpartition(": ")
        kind = "no" if entry.after in ("out", "held") else "now" if kept else "yes"
        how, words = SOURCES.get(source, source), entry.words
        at = f"{local.day} {local:%b %Y %H:%M}"
        found.append(
            Proof(kind=kind, what=_KEPT.get(kept) or _AFTER.get(entry.after, entry.after), words=words, how=how, at=at, ours=entry.ours)
        )
    return found


def upcoming(rows: Sequence[EventRow], talks: Sequence[ConversationRow], zone: str) -> list[tuple[str, str, str]]:
    """What waits, soonest first: when (where the contact lives), what, of which flow. Timers of steps left behind are out."""
    alive = {talk.id: talk for talk in talks if talk.ended_at is None}
    found = []
    for row in rows:
        talk = alive.get(row.conversation_id or 0)
        stale = row.conversation_id is not None and (talk is None or row.visit not in (None, -1, talk.state.get("visit", 0)))
        if row.due_at and not stale:
            found.append((row.due_at, row.kind, talk.flow if talk else str(row.data.get("flow", ""))))
    found += [(talk.expires_at, "expiry", talk.flow) for talk in alive.values() if talk.expires_at]
    return [(_when(at, zone), KINDS.get(kind, kind.replace("_", " ")), flow) for at, kind, flow in sorted(found)]


KINDS = {
    "nudge": "nudge",
    "timeout": "silence is over",
    "wait": "goes on",
    "expiry": "the conversation expires",
    "start": "starts",
    "text": "a text is being heard",
}


def _when(at: datetime, zone: str) -> str:
    local = to_local(at, zone)
    return f"{local:%a} {local.day} {local:%b %H:%M}"
