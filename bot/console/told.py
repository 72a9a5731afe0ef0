"""What the simulator tells an author beside the phone: the last reading in full, the flow as written, the conversation as a test."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from bot import people
from bot.process import Process
from flows.localtime import to_local
from flows.nodes import lines
from flows.parse import read
from flows.recording import Line, as_test, replayed, step_lines
from flows.state import state_from_json
from flows.types import Flow
from models import revision
from models.contact import ContactRow
from models.conversation import ConversationRow
from models.message import MessageRow
from models.revision import RevisionRow

WORTH_A_LINE = timedelta(minutes=1)
"""A test says nothing of a shorter pause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A line of a flow's file. now: it belongs to the step at which the conversation stands; first: it is the first of those."""

    number: int
    text: str
    now: bool
    first: bool


def last_reading(texts: Sequence[MessageRow]) -> Sequence[tuple[str, str]]:
    """What was read in the contact's last text: name and words; empty where it has not texted."""
    reading = next((text.reading for text in reversed(texts) if text.direction == "in" and text.reading), None)
    if reading is None:
        return ()
    value = reading.get("value")
    told = [
        ("value", "nothing that fits" if value is None else ", ".join(map(str, value)) if isinstance(value, list) else str(value)),
        ("because", str(reading.get("why") or "no rule of the question fits")),
        ("sure", f"{reading['confidence']:.0%}" if reading.get("confidence") else ""),
        ("command", " · ".join(filter(None, (reading.get("command"), reading.get("command_why"))))),
        ("intent", f"{reading['intent']} ({reading['intent_confidence']:.0%})" if reading.get("intent") else ""),
        ("language", str(reading.get("language") or "not sure")),
        ("sentiment", f"{reading['sentiment']} ({reading['sentiment_confidence']:.0%})" if reading.get("sentiment") else ""),
        ("heard by", str(reading.get("who") or "nobody")),
    ]
    return [(name, words) for name, words in told if words]


def written(db: Connection, here: ConversationRow | None, live: RevisionRow | None, told: ConversationRow | None) -> Sequence[Written]:
    """The flow's file as the conversation goes by it, its step marked."""
    row = revision.by_id(db, here.revision_id) if here is not None else live
    if row is None:
        return ()
    now: set[int] = set()
    if told is not None and told.ended_at is None:
        source = read(row.source, row.file)[1]
        now = {number for number, _ in step_lines(row.source, source, state_from_json(told.state).outermost)} if source else set()
    first = min(now, default=0)
    numbered = enumerate(lines(row.source.removesuffix("\n")), 1)
    return [Written(number=n, text=text, now=n in now, first=n == first) for n, text in numbered]


def as_told(process: Process, flow: Flow, row: ContactRow, texts: Sequence[MessageRow], talk: ConversationRow) -> str:
    """The conversation as a test of its flow: the same texts after the same pauses, with what the bot says to them in a test."""
    mine = [text for text in texts if text.direction == "in" and text.created_at >= talk.started_at]
    ends = talk.ended_at or process.now()
    acts: list[Line] = []
    at = talk.started_at
    if not mine or mine[0].created_at > at:  # the text that begins a conversation comes at the same moment
        acts.append(Line("start", True))
    for text in mine:
        acts += _pause(text.created_at - at)
        acts.append(Line("user", text.body))
        at = text.created_at
    acts += _pause(ends - at)
    zone = people.zone(row)
    known = {"zone": zone, "first_name": row.first_name, "language": row.language, "consent": row.consent}
    contact = {name: str(value) for name, value in known.items() if value}
    local = to_local(talk.started_at, zone).replace(tzinfo=None)
    day = f"{local:%Y-%m-%d %H:%M}"
    return "tests:\n" + as_test(f"as texted on {day}", replayed(flow, acts, process.reader, contact=contact, local=local))


def _pause(length: timedelta) -> list[Line]:
    return [Line("wait", f"{length // WORTH_A_LINE}m")] if length >= WORTH_A_LINE else []
