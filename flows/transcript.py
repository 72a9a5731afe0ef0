"""A flow's own tests: what the contact texts, what the bot says, time that passes, and what is true in the end.

A test begins on Monday 2026-01-05 at 10:00 where the contact lives, with an opted-in contact of whom nothing else is known.
`*` in a `bot` line matches anything, `|` separates alternatives; the lines match the texts, not the messages they are joined to.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flows import localtime
from flows.events import Consent, Contact
from flows.hearing import QUIET, Move
from flows.names import nested
from flows.simulation import Said, SendAt, Simulation, at_once, simulate
from flows.spans import span
from flows.state import Phase
from flows.types import Flow, Split, Test
from nlp.types import Reader, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a test went.

    lines: the transcript so far, with what failed at its end; empty where it passed. line: of the file, where it failed. moves: what
    the conversations did, for its coverage.
    """

    test: str
    passed: bool
    lines: tuple[str, ...] = ()
    line: int = 0
    moves: tuple[Move, ...] = field(default=(), repr=False)


SETUP = frozenset({"contact", "at", "arm", "sold_out"})
"""Lines that say how things stand, instead of what happens."""


class _Failed(Exception):
    """A line does not hold; says what was expected and what came."""


def run(flow: Flow, reader: Reader, *, brand: str = "Parley", send_at: SendAt = at_once) -> tuple[Outcome, ...]:
    """Runs all of a flow's tests, with a real reader."""
    return tuple(run_test(flow, test, reader, brand=brand, send_at=send_at) for test in flow.tests)


def run_test(flow: Flow, test: Test, reader: Reader, *, brand: str = "Parley", send_at: SendAt = at_once) -> Outcome:
    """Runs one test to its end, or to the first line that does not hold."""
    playing = _Playing(_phone(flow, test, reader, brand, send_at), flow)
    try:
        acts = [line for _, line in test.lines if not line.keys() <= SETUP]
        if acts and "bot" in acts[0]:
            playing.hear(playing.phone.start(flow.name))
        for playing.line, line in test.lines:
            playing.play(line)
        playing.nothing_left()
    except _Failed as failed:
        shown = (*playing.shown, f"✗ {failed}")
        return Outcome(test=test.name, passed=False, lines=shown, line=playing.line, moves=tuple(playing.phone.history))
    return Outcome(test=test.name, passed=True, moves=tuple(playing.phone.history))


def _phone(flow: Flow, test: Test, reader: Reader, brand: str, send_at: SendAt) -> Simulation:
    """The phone as the test's lines of SETUP set it up, wherever they stand."""
    setup: dict[str, Any] = {}
    for _, line in test.lines:
        setup |= {key: line[key] for key in SETUP if key in line}
    contact = _contact(setup.get("contact", {}))
    local = datetime.fromisoformat(setup["at"]) if "at" in setup else datetime(2026, 1, 5, 10, 0)  # noqa: DTZ001  # wall time
    phone = simulate({flow.name: flow}, reader, contact, local=local, brand=brand, send_at=send_at, arms=_arms(flow, setup.get("arm")))
    empty = setup.get("sold_out", ())
    phone.empty = frozenset([empty] if isinstance(empty, str) else empty)
    return phone


def _contact(given: Mapping[str, Any]) -> Contact:
    known = Contact(key="test", zone="America/New_York", consent=Consent.IN, test=True)
    fields: dict[str, Value] = {}
    for name, value in given.items():
        match name:
            case "zone" | "language" | "country" | "first_name":
                known = replace(known, **{name: str(value)})  # type: ignore[arg-type]  # fields of text, all four
            case "tags":
                known = replace(known, tags=(value,) if isinstance(value, str) else tuple(value))
            case "consent":
                known = replace(known, consent=Consent(value))
            case _:
                fields[name] = value
    return replace(known, fields=fields)


def _arms(flow: Flow, given: object) -> dict[str, str]:
    """`arm: {step: arm}`, or `arm: name` for every split that has such an arm."""
    if isinstance(given, Mapping):
        return {str(step): str(arm) for step, arm in given.items()}
    return {name: str(given) for name, step in flow.steps.items() if isinstance(step.verb, Split) and given in step.verb.arms}


@dataclass(slots=True)
class _Playing:
    phone: Simulation
    flow: Flow
    waiting: list[Said] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    line: int = 0

    def play(self, line: Mapping[str, Any]) -> None:
        for verb, value in line.items():
            match verb:
                case "user":
                    self.nothing_left()
                    self.shown.append(f"< {value}")
                    self.hear(self.phone.text(str(value), int(line.get("media", 0) or 0)))
                case "bot":
                    self.expect_text(str(value))
                case "wait":
                    self.nothing_left()
                    self.shown.append(f"  wait {value}")
                    self.pass_time(str(value))
                case "staff":
                    self.nothing_left()
                    self.shown.append(f"  staff: {value}")
                    self.staff(str(value))
                case "call":
                    self.nothing_left()
                    self.shown.append(f"  call: {value}")
                    self.call(value)
                case "start" | "event":
                    self.shown.append(f"  {verb} {value}")
                    self.hear(self.phone.start(self.flow.name))
                case "expect":
                    self.expect_facts(value)
                case _:  # SETUP, media: seen to already
                    pass

    def hear(self, said: list[Said]) -> None:
        self.waiting += said

    def pass_time(self, given: str) -> None:
        length = span(given)
        if length is not None:
            self.hear(self.phone.wait(length))
            return
        until = localtime.phrase(given, self.phone.now, self.phone.contact.zone)
        if until is None:
            raise _Failed(f"`wait: {given}` is no time: write 3d, 2h or tomorrow 18:00")
        self.hear(self.phone.wait_until(until))

    def call(self, answer: Any) -> None:
        """What the web service answers; `failed` for none."""
        if not self.phone.asked:
            raise _Failed(f"no service is being asked{self.why()}")
        self.hear(self.phone.answer(failed="no_answer") if answer == "failed" else self.phone.answer(answer))

    def staff(self, act: str) -> None:
        match act.strip().lower():
            case "take over":
                self.phone.take_over()
            case "hand back":
                self.hear(self.phone.hand_back())
            case "done" | "close":
                self.hear(self.phone.close())
            case _:  # a text of theirs: whoever writes holds the conversation
                self.phone.take_over()

    def expect_text(self, wanted: str) -> None:
        if not self.waiting:
            raise _Failed(f'expected the bot to say "{wanted}", and it said nothing{self.why()}')
        said = self.waiting.pop(0)
        if not matches(wanted, said.text):
            raise _Failed(f'expected "{wanted}"\n  but it said "{said.text}"')
        self.shown.append(f"> {said.text}")

    def nothing_left(self) -> None:
        if self.waiting:
            raise _Failed(f'the bot also said "{self.waiting[0].text}" (step {self.waiting[0].step or "-"}), which no line expects')

    def why(self) -> str:
        last = self.phone.readings[-1] if self.phone.readings else None
        return f" (the last text was heard by: {self.phone.who}; read as {last.value!r}, {last.why or 'no rule'})" if last else ""

    def expect_facts(self, wanted: Mapping[str, Any]) -> None:
        facts = self.facts()
        for name, value in wanted.items():
            found = facts.get(name, _at(facts, name))
            if name == "tags":
                lacking = [tag for tag in ([value] if isinstance(value, str) else value) if tag not in self.phone.contact.tags]
                if lacking:
                    raise _Failed(f"expected the tag {lacking[0]}; the contact has {', '.join(self.phone.contact.tags) or 'none'}")
            elif plain(found) != plain(value):
                raise _Failed(f"expected {name} to be {plain(value)}; it is {plain(found)}")

    def facts(self) -> dict[str, Any]:
        talk, contact = self.phone.last, self.phone.contact
        state = talk.state if talk else None
        return {
            "answers": nested(state.answers) if state else {},
            "contact": {**contact.fields, "first_name": contact.first_name, "language": contact.language},
            "consent": contact.consent.value,
            "step": state.at if state else None,
            "outcome": state.outcome if state else None,
            "ended": state is not None and state.phase is Phase.ENDED,
            "held": self.phone.desk in QUIET,
            "calls": dict(state.calls) if state else {},
            "language": state.language if state else None,
            "heard_by": self.phone.who,
            "coupon": dict(state.coupons.get(state.coupon or "", {})) if state else {},
        }


def _at(facts: Mapping[str, Any], path: str) -> Any:
    """The fact at a dotted path; None where there is none."""
    found: Any = facts
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def plain(value: object) -> str:
    """A value as a test writes it: numbers and truths as their words, lists joined."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case float() if value.is_integer():
            return str(int(value))
        case tuple() | list():
            return ", ".join(plain(item) for item in value)
        case _:
            return str(value)


def matches(wanted: str, said: str) -> bool:
    """Whether a text fits a `bot` line: white space counts once, `*` is anything, `|` separates alternatives."""
    text = " ".join(said.split())
    return any(_pattern(option).fullmatch(text) for option in wanted.split("|"))


def _pattern(option: str) -> re.Pattern[str]:
    pieces = [re.escape(piece) for piece in " ".join(option.split()).split("*")]
    return re.compile(".*".join(pieces), re.DOTALL)
