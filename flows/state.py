"""Where a conversation stands: a value that goes through JSON between any two turns."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from nlp.types import Value


class Phase(StrEnum):
    """What a conversation is doing. It listens while ASKING, CALLING or HELD; one of a contact's conversations listens at a time."""

    ASKING = "asking"  # a question is open
    WAITING = "waiting"  # a `wait` runs
    PUT_OFF = "put_off"  # came due while another conversation listened; goes on when that one ends
    PAUSED = "paused"  # interrupted by another flow; asks again when that one ends
    CALLING = "calling"  # a web service is being asked
    HELD = "held"  # handed over to a person at a `handoff`
    ENDED = "ended"


LISTENING = frozenset({Phase.ASKING, Phase.CALLING, Phase.HELD})
LONGEST_PATH = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What templates see as `reply`."""

    text: str = ""
    value: Value | None = None
    intent: str | None = None
    confidence: float = 0.0
    sentiment: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A flow that has one of its parts running, put aside until the part has ended: its `run` step, and what is its own."""

    step: str
    answers: Mapping[str, Value] = field(default_factory=dict)
    coupons: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    coupon: str | None = None
    calls: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One conversation's state.

    frames: the flows around the one that is running, the outermost first; at, question, answers, coupons, coupon and calls are of
    the one that is running, all else is the conversation's. at: the step it stands at. visit: rises whenever a step (or a survey's
    next question) is entered, so that a timer of an earlier visit is known to be stale. question: index among the step's
    questions. misfits: replies to it that did not fit. nudged: its nudge has been said, and is not said again when the question
    is asked again. answers: typed, a survey's or a part's under "step.question". coupons: pool → {"code", "expires"}. planned:
    the instant at which it wanted to go on, while it is put off; not_after: the instant after which it is of no use. paused: its
    place among what was interrupted, the last the highest. calls: what web services answered, by step; failed: the call of this
    step did not succeed. campaign: the number of the campaign that began it. ISO instants and plain JSON values only.
    """

    at: str
    phase: Phase = Phase.ASKING
    visit: int = 0
    question: int = 0
    misfits: int = 0
    nudged: bool = False
    language: str = "en"
    answers: Mapping[str, Value] = field(default_factory=dict)
    reply: Reply | None = None
    coupons: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    coupon: str | None = None
    outcome: str | None = None
    planned: str | None = None
    not_after: str | None = None
    paused: int = 0
    unasked: bool = False
    frames: tuple[Frame, ...] = ()
    calls: Mapping[str, Any] = field(default_factory=dict)
    failed: bool = False
    campaign: int | None = None

    @property
    def path(self) -> str:
        """The step for the log, with those that run it: "address.street"; its end, where it is too long to be kept."""
        if not self.frames:
            return self.at[-LONGEST_PATH:]
        return ".".join([*(frame.step for frame in self.frames), self.at])[-LONGEST_PATH:]

    @property
    def outermost(self) -> str:
        """The step of the conversation's own flow: the one it stands at, or the one that runs a part."""
        return self.frames[0].step if self.frames else self.at

    @property
    def listening(self) -> bool:
        return self.phase in LISTENING

    def to_json(self) -> dict[str, Any]:
        """Plain JSON: defaults are left out."""
        plain = {name: value for name in _FIELDS if (value := getattr(self, name)) != _DEFAULTS[name]}
        if self.reply is not None:
            plain["reply"] = asdict(self.reply)
        if self.frames:
            plain["frames"] = [asdict(frame) for frame in self.frames]
        return plain | {"at": self.at}


_FIELDS = tuple(State.__dataclass_fields__)
_DEFAULTS = {name: getattr(State(at=""), name) for name in _FIELDS}


def state_from_json(data: Mapping[str, Any]) -> State:
    """The state that `to_json` wrote; lists of a JSON column become the tuples they were."""
    known = dict(data)
    known["phase"] = Phase(known.get("phase", Phase.ASKING))
    known["answers"] = _answers(known.get("answers", {}))
    if reply := known.get("reply"):
        known["reply"] = Reply(**{**reply, "value": _value(reply.get("value"))})
    known["frames"] = tuple(Frame(**{**frame, "answers": _answers(frame["answers"])}) for frame in known.get("frames", ()))
    return State(**known)


def _answers(answers: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in answers.items()}


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def planned_at(state: State) -> datetime | None:
    return None if state.planned is None else datetime.fromisoformat(state.planned)
