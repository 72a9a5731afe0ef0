"""A phone to text flows with, whose conversations go through JSON at every turn, and effects as lines that a test can read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from flows.calls import call_to_json
from flows.check import check_text
from flows.engine import advance, begin
from flows.events import (
    AskOptIn,
    Call,
    CallPerson,
    ChangeConsent,
    ChangePace,
    ClaimCode,
    Code,
    Consent,
    Contact,
    CountVote,
    Effect,
    Event,
    Facts,
    HandOver,
    Needs,
    Note,
    Part,
    Rebased,
    Replied,
    Send,
    SetField,
    Started,
    StartTimer,
    Tagged,
    Turn,
    Votes,
)
from flows.hearing import Heard, Move, Talk
from flows.localtime import to_instant
from flows.parse import parse
from flows.simulation import FIRST_MOMENT, Said, SendAt, Simulation, at_once
from flows.state import Phase, State, state_from_json
from flows.types import Flow, Severity, Span
from nlp.read import SpacyReader, load_reader
from nlp.types import Reading, Value

ZONE = "America/New_York"
NOON = datetime(2026, 1, 5, 17, tzinfo=UTC)
"""Monday, 12:00 in New York."""


@lru_cache(maxsize=1)
def reader() -> SpacyReader:
    return load_reader()


def flow_of(text: str, file: str = "f.yaml", *others: str) -> Flow:
    """A flow that has no error; others: what it may run. Warnings may be: most tests need no brand, no French and no default."""
    known = {flow.name: flow for other in others for flow in [parse(other, file)[0]] if flow is not None}
    flow, problems = check_text(text, file, find=known.get)
    assert flow is not None, [str(problem) for problem in problems if problem.severity is Severity.ERROR]
    return flow


def steps(text: str, head: str = "") -> Flow:
    """A flow named x of these steps, started by HELLO."""
    return flow_of(f"flow: x\ntriggers: [{{keyword: HELLO}}]\n{head}steps:\n{text}")


def somebody(**known: Any) -> Contact:
    return Contact(**{"key": "+15005550100", "zone": ZONE, "consent": Consent.IN, **known})


def reading(text: str, value: Value | None = None, **more: Any) -> Reading:
    return Reading(text=text, value=value, **more)


def through_json(state: State) -> State:
    """The state as the next turn finds it."""
    kept = state_from_json(json.loads(json.dumps(state.to_json())))
    assert kept == state, "what JSON does not keep is lost between two turns"
    return kept


@dataclass
class Talking:
    """One conversation with the engine alone: no reader, no other flows. Each turn is made twice, to see that it is the same."""

    flow: Flow
    contact: Contact = field(default_factory=somebody)
    now: datetime = NOON
    codes: Mapping[str, Code] = field(default_factory=dict)
    polls: Mapping[str, Votes] = field(default_factory=dict)
    arms: Mapping[str, str] = field(default_factory=dict)
    state: State = field(default_factory=lambda: State(at=""))
    effects: tuple[Effect, ...] = ()

    def __post_init__(self) -> None:
        self.state = begin(self.flow, self.contact.language or self.flow.languages[0], unasked=False)

    def turn(self, event: Event) -> Turn | Needs:
        facts = Facts(contact=self.contact, now=self.now, settings={"brand": "Bean"}, codes=self.codes, polls=self.polls, arms=self.arms)
        before = self.state.to_json()
        made = advance(self.flow, self.state, event, facts)
        assert made == advance(self.flow, self.state, event, facts), "the same arguments, another turn"
        assert self.state.to_json() == before, "the state that was handed in has changed"
        return made

    def hears(self, event: Event) -> list[str]:
        """What one event makes of it, as lines; the log's own are left out."""
        made = self.turn(event)
        assert isinstance(made, Turn), made
        self.state, self.effects = through_json(made.state), made.effects
        return [line for effect in made.effects if not isinstance(effect, Note) for line in [told(effect)]]

    def starts(self, text: str | None = "hello") -> list[str]:
        return self.hears(Started(None if text is None else reading(text)))

    def says(self, text: str, value: Value | None = None, **more: Any) -> list[str]:
        return self.hears(Replied(reading(text, value, **more)))

    def pause(self) -> None:
        """Another flow has interrupted it."""
        self.state = replace(self.state, phase=Phase.PAUSED, paused=1)

    @property
    def notes(self) -> list[str]:
        return [told(effect) for effect in self.effects if isinstance(effect, Note)]


def told(effect: Effect) -> str:
    """An effect as one line."""
    match effect:
        case Send(text=text, part=part, media=media):
            kind = "" if part in (Part.TEXT, Part.QUESTION) else f"({part.value}) "
            return f"> {kind}{text}" + "".join(f" [{url}]" for url in media)
        case SetField(name=name, value=value):
            return f"set {name}={value!r}"
        case Tagged(added=added, dropped=dropped):
            return " ".join(["tag", *(f"+{tag}" for tag in added), *(f"-{tag}" for tag in dropped)])
        case ChangeConsent(to=to, source=source, words=words):
            return f"consent {to.value} by {source}: {words}"
        case ChangePace(less=less, source=source, words=words):
            return f"{'less' if less else 'more'} by {source}: {words}"
        case AskOptIn(source=source, words=words):
            return f"ask opt-in by {source}: {words}"
        case ClaimCode(pool=pool, code=code, expires=expires):
            return f"take {code} of {pool}" + (f" until {expires.isoformat()}" if expires else "")
        case CountVote(step=step, option=option):
            return f"vote {step}: {option}"
        case StartTimer(timer=timer, after=after, at=at):
            return f"timer {timer.value} " + (at.isoformat() if at else _span(after or Span()))
        case Call() as call:
            return f"call {call.method} {call.url} {json.dumps(call_to_json(call)['body'])}"
        case HandOver(reason=reason, to=to, note=note):
            return f"hand over to {to}: {reason}" + (f" ({note})" if note else "")
        case CallPerson(reason=reason):
            return f"call a person: {reason}"
        case Rebased():
            return "goes on with the live revision"
        case Note(kind=kind, step=step, data=data):
            return " ".join([f"· {kind.value}", *([step] if step else []), *(f"{name}={value}" for name, value in data.items())])


def _span(span: Span) -> str:
    days = f"{span.days}d" if span.days else ""
    return days + (f"{span.seconds}s" if span.seconds or not days else "")


@dataclass
class Phone(Simulation):
    """The simulation, with every conversation put through JSON at every turn; `lines` is what happened."""

    lines: list[str] = field(default_factory=list)

    def _apply(self, heard: Heard, *, asked: bool) -> list[Said]:
        said = super()._apply(heard, asked=asked)
        sent = [one.text for one in said]
        self.lines.append(f"  [{heard.who}]")
        self.lines += [_line(effect, sent) for effect in heard.effects]
        for move in heard.moves:
            name = "" if len(self.flows) == 1 else f"{move.flow.name}: "
            self.lines += [_line(effect, sent, name) for effect in move.effects]
            self.lines.append(f"  {name}{move.state.phase.value} at {move.state.at}" + _outcome(move.state))
        return said

    def _store(self, move: Move) -> Talk:
        return super()._store(replace(move, state=through_json(move.state)))

    def says(self, body: str, n_media: int = 0) -> list[str]:
        """The contact texts; the bot's texts."""
        return [said.text for said in self.text(body, n_media)]

    def state_of(self, flow: str) -> State | None:
        """Where the newest conversation of a flow stands."""
        known = [talk for talk in (*self.ended, *self.talks) if talk.flow.name == flow]
        return max(known, key=lambda talk: talk.id).state if known else None

    def outcomes(self) -> list[tuple[str, str | None]]:
        return [(talk.flow.name, talk.state.outcome) for talk in self.ended]


def _line(effect: Effect, sent: list[str], name: str = "") -> str:
    """An effect as a line of a transcript. sent: the texts that did leave, in order; one that did not is marked by an x."""
    line = told(effect)
    if not isinstance(effect, Send):
        return f"  {name}{line}"
    if sent and sent[0] == effect.text:
        sent.pop(0)
        return line.replace("\n", "\n  ")
    return f"x {line.removeprefix('> ')}"


def _outcome(state: State) -> str:
    return f" as {state.outcome}" if state.outcome else ""


def phone(*flows: Flow, local: datetime = FIRST_MOMENT, send_at: SendAt = at_once, double_opt_in: bool = False, **known: Any) -> Phone:
    """A fresh phone with these flows live."""
    contact = somebody(**known)
    by_name = {flow.name: flow for flow in flows}
    now = to_instant(local, contact.zone)
    return Phone(flows=by_name, reader=reader(), contact=contact, now=now, brand="Bean", send_at=send_at, double_opt_in=double_opt_in)
