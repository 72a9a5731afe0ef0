"""What the core is told: rows as frozen values, a text as a reading, and the facts that it asks for on the way."""

from collections import Counter
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot import people
from bot.addresses import new_address, without_addresses
from bot.catalogue import Shelf
from bot.preference_address import address as preferences_address
from bot.process import Process
from flows import hearing
from flows.consent import CLARIFYING
from flows.events import PAGE, Code, Consent, Facts, Needs, Votes, owned
from flows.hearing import Situation, Talk
from flows.localtime import to_local
from flows.repetition import SPAN
from flows.situation import question_text
from flows.state import state_from_json
from models import coupon, outbox, vote
from models.contact import ContactRow
from models.conversation import ConversationRow
from models.snapshot import Snapshot
from nlp.types import LANGUAGES, NOTHING_EXPECTED, Context, Reading
from scheduler.windows import send_at


def situation_of(process: Process, shelf: Shelf, seen: Snapshot, phone: str, now: datetime, opt_out_type: str | None) -> Situation:
    """The rows as frozen values."""
    row = seen.contact
    known = people.contact_of(row) if row else people.stranger(phone)
    talks = tuple(talk_of(process, conversation) for conversation in seen.conversations)
    return Situation(
        facts=Facts(contact=known, now=now, settings=_settings(process, row), lately=_lately(row, now)),
        notices=process.notices,
        catalogue=shelf.catalogue,
        desk=people.desk_of(row, talks, now) if row else hearing.Desk.NONE,
        talks=talks,
        replies=process.replies,
        opt_out_type=opt_out_type,
        double_opt_in=process.settings.double_opt_in,
    )


def _settings(process: Process, row: ContactRow | None) -> dict[str, str]:
    """What texts may say of this installation."""
    page = {PAGE: preferences_address(process.settings, row)} if row else {}
    return {"brand": process.settings.brand, **page}


def _lately(row: ContactRow | None, now: datetime) -> dict[str, int] | None:
    """Nothing was said over and over to who has not texted lately; nor do we mind with who tries things out."""
    quiet = row is None or row.test or row.last_in_at is None or now - row.last_in_at >= SPAN
    return {} if quiet else None


def talk_of(process: Process, row: ConversationRow) -> Talk:
    """A conversation's row as the core sees it."""
    return Talk(id=row.id, flow=process.shelf.flow(row.revision_id), state=state_from_json(row.state), revision=row.revision)


def read(process: Process, shelf: Shelf, situation: Situation, text: str, n_media: int) -> Reading:
    """What the text says, with the question in view."""
    known = situation.facts.contact
    context = replace(
        NOTHING_EXPECTED,
        keywords=shelf.keywords,
        intents=shelf.intents,
        now_local=to_local(situation.facts.now, known.zone),
        country=known.country or process.settings.country,
        n_media=n_media,
    )
    return process.reader.read(text, _with_question(context, situation))


def _with_question(context: Context, situation: Situation) -> Context:
    if situation.facts.contact.consent is Consent.HELD:
        return replace(context, expect=CLARIFYING, languages=LANGUAGES)
    asked = hearing.open_question(situation)
    if asked is None:
        return context
    expect, talk = asked
    return replace(context, expect=expect, question=question_text(talk), languages=talk.running.languages)


def with_opening(situation: Situation, owner: ContactRow, conversation_id: int | None) -> Situation:
    """The situation with the moment from which on an unasked text of this conversation may leave."""
    talk = next((talk for talk in situation.talks if talk.id == conversation_id), None)
    if talk is None:
        return situation
    opens = send_at(situation.facts.now, people.place(owner), talk.flow.purpose)
    return replace(situation, facts=replace(situation.facts, opens=opens))


def with_asked(process: Process, owner: ContactRow | None, facts: Facts, needs: Needs) -> Facts:
    """The facts and those that the core asked for."""
    contact_id, test = (owner.id, owner.test) if owner else (0, False)
    with process.store.read() as db:
        codes = {owned(needs.flow, pool): coupon_for(db, needs.flow, pool, contact_id, test=test) for pool in needs.pools}
        polls = {
            owned(needs.flow, step): Votes(
                counts=_others(db, needs.flow, step, contact_id, test=test), own=vote.own(db, needs.flow, step, contact_id)
            )
            for step in needs.polls
        }
        said = outbox.said_since(db, contact_id, facts.now - SPAN) if needs.lately else []
    base = process.settings.link_url
    lately = Counter(without_addresses(base, body) for body in said) if needs.lately else facts.lately
    links = {target: new_address(process.settings.link_url) for target in needs.links}
    known = {"codes": {**facts.codes, **codes}, "polls": {**facts.polls, **polls}, "links": {**facts.links, **links}}
    return replace(facts, lately=lately, **known)  # type: ignore[arg-type]  # each of its own type


def coupon_for(db: Connection, flow: str, pool: str, contact_id: int, *, test: bool) -> Code:
    """A code for this contact; test contacts get TEST codes, and take none away."""
    return Code(f"TEST-{contact_id:04d}") if test else Code(*coupon.code_for(db, flow, pool, contact_id))


def _others(db: Connection, flow: str, step: str, contact_id: int, *, test: bool) -> dict[str, int]:
    """A poll's counts without this contact's own vote."""
    counts = vote.counts(db, flow, step, test=test)
    own = vote.own(db, flow, step, contact_id)
    return {option: count - (option == own) for option, count in counts.items()}
