"""A flow as a value: what `parse` makes of a YAML file and what `engine` walks through."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Union

from nlp.types import Expect

if TYPE_CHECKING:
    from flows.expressions import Expression, Template

END = "end"
"""The target of a `go` that ends the conversation."""


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """An author's error or warning, with its place (1-based) and what to write instead. code: a warning's name (flows.advice)."""

    file: str
    line: int
    column: int
    step: str = ""
    what: str
    how: str = ""
    severity: Severity = Severity.ERROR
    code: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}"
        step = f' step "{self.step}"' if self.step else ""
        word = "" if self.severity is Severity.ERROR else " warning:"
        code = f" [{self.code}]" if self.code else ""
        return f"{where}{step}:{word} {self.what} {self.how}".rstrip() + code


@dataclass(frozen=True, slots=True)
class Span:
    """A duration as authors write it: `30m`, `2h`, `3d`, `2w`. A day is a local day (18:00 stays 18:00 over a clock change)."""

    days: int = 0
    seconds: int = 0


class Purpose(StrEnum):
    """What a flow's unasked texts are. Replies to a text from the contact are neither."""

    SERVICE = "service"
    MARKETING = "marketing"


Text = Mapping[str, "Template"]
"""A text in one or more languages; the flow's default language is always there once `check` has passed."""


# --- ways on ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Goto:
    """Always there: a step's name, or END."""

    to: str


@dataclass(frozen=True, slots=True)
class ByAnswer:
    """By the answer to the step (for `split`: by the arm); `otherwise` where the map has no entry, None for a hand-off."""

    ways: Mapping[str, str]
    otherwise: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    condition: "Expression | None"  # None: always
    to: str


@dataclass(frozen=True, slots=True)
class ByRules:
    """The first rule whose condition holds; `otherwise` where none does: the step that follows, or END."""

    rules: tuple[Rule, ...]
    otherwise: str


Go = Goto | ByAnswer | ByRules


# --- what steps do ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge:
    after: Span
    say: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeout:
    after: Span
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. `save` is its name under `answers`; a survey's question is saved as `<step>.<name>`.

    retry: None for the stock sentence and the question again. otherwise: where the conversation goes after the last
    misfit (`else:`); None for a hand-off. condition: a survey's `if`; False skips the question.
    """

    name: str
    text: Text
    expect: Expect
    save: str
    retry: Text | None = None
    tries: int = 2
    otherwise: str | None = None
    condition: "Expression | None" = None


@dataclass(frozen=True, slots=True)
class Say:
    """Only sends the step's texts."""


@dataclass(frozen=True, slots=True)
class Change:
    """Only sets, tags or untags."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """`ask`, `poll` (counted over everybody) and `survey` (several questions, asked in turn)."""

    questions: tuple[Question, ...]
    nudge: Nudge | None = None
    timeout: Timeout | None = None
    counted: bool = False
    survey: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeCode:
    pool: str
    sold_out: str  # where to go when no code is left


@dataclass(frozen=True, slots=True)
class Branch:
    """Only a `go`."""


@dataclass(frozen=True, slots=True)
class Split:
    """A/B/n: weights by arm, in the author's order."""

    arms: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Goes on later: `span` and then, where given, the next `at` in local time; or `until`.

    until: an expression, or a phrase ("next monday 09:00").
    """

    span: Span | None = None
    at: time | None = None
    until: "Expression | str | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOff:
    to: str = "support"
    note: "Template | None" = None
    goes_on: bool = False  # after hand-back, its `go`; without one the conversation ends as `handled`


METHODS = ("get", "post", "put", "patch", "delete")
Shape = Union["Template", tuple["Shape", ...], Mapping[str, "Shape"]]
"""A JSON body whose values are templates."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret of the installation, by its name: the core never learns what it is."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOut:
    """`call`: asks a web service. timeout: of one try. failed: where to go when the last try has failed; None for a hand-off."""

    method: str
    url: "Template"
    headers: tuple[tuple[str, "Template"], ...] = ()
    body: "Shape | None" = None
    timeout: Span = Span(seconds=5)
    tries: int = 3
    failed: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """Another flow as a part of this one, by its name; the answer to the step is the part's outcome."""

    flow: str


@dataclass(frozen=True, slots=True)
class Subscribe:
    proof: "Template"


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    proof: "Template | None" = None


@dataclass(frozen=True, slots=True)
class End:
    outcome: str = "completed"


Verb = Say | Change | Ask | TakeCode | Branch | Split | Wait | HandOff | CallOut | Run | Subscribe | Unsubscribe | End


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: a verb, the texts and changes that join it, and the way on.

    The way on is always explicit here: `parse` fills in the step that follows.
    """

    name: str
    verb: Verb
    go: Go
    say: tuple[Text, ...] = ()
    media: tuple[str, ...] = ()
    separate: bool = False
    sets: tuple[tuple[str, "Template"], ...] = ()
    tags: tuple[str, ...] = ()
    untags: tuple[str, ...] = ()
    polls: tuple[str, ...] = ()  # steps whose results this step's templates print: facts that only the shell has
    page: bool = False  # they print the address of the contact's own page
    line: int = 0

    @property
    def verb_name(self) -> str:
        """The verb as the author wrote it."""
        match self.verb:
            case Ask(counted=True):
                return "poll"
            case Ask(survey=True):
                return "survey"
            case TakeCode():
                return "coupon"
            case Change():
                return "set"
            case CallOut():
                return "call"
            case other:
                return type(other).__name__.lower()


# --- triggers and the flow --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KeywordTrigger:
    """A text that is just one of these words; as typed by the author, in the author's order.

    languages: word → language, of words that the author wrote by language.
    """

    words: tuple[str, ...]
    languages: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IntentTrigger:
    intent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTrigger:
    """A date on the contact: at `at` local time, `offset` before (negative) or after it."""

    event: str
    at: time = time(10)
    offset: Span = field(default_factory=Span)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """weekdays: 0 is Monday; empty for a monthly one. day: of the month; in a shorter month its last. at: local time."""

    weekdays: frozenset[int] = frozenset()
    day: int | None = None
    at: time


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleTrigger:
    """When `when` says, for everybody in `segment`. phrase: as the author wrote it."""

    phrase: str
    when: Schedule
    segment: str = ""


@dataclass(frozen=True, slots=True)
class FallbackTrigger:
    """Hears what nobody else heard."""


Trigger = KeywordTrigger | IntentTrigger | EventTrigger | ScheduleTrigger | FallbackTrigger


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A pool of coupon codes: a CSV with a column `code` beside the flow, and how long a told code is good."""

    name: str
    codes: str
    valid: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """A flow's own test: its lines as plain data, each with the line of the file it stands on."""

    name: str
    lines: tuple[tuple[int, Mapping[str, Any]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One flow, whole and checked.

    steps: in the author's order; the first is where it begins. intents: examples by the intent's name.
    late: how long after its planned time something unasked may still leave. migrate: step of the revision before → step of this one,
    for conversations that stand there when this one is published. parts: the flows that its steps run, by name, each with
    parts of its own; pinned when this one was published.
    """

    name: str
    title: str
    steps: Mapping[str, Step]
    purpose: Purpose = Purpose.MARKETING
    languages: tuple[str, ...] = ("en",)
    triggers: tuple[Trigger, ...] = ()
    intents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pools: Mapping[str, Pool] = field(default_factory=dict)
    expires: Span = Span(days=3)
    late: Span = Span(seconds=12 * 3600)
    interruptible: bool = True
    interrupt: bool = False
    resume: bool = True
    tests: tuple[Test, ...] = ()
    migrate: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, "Flow"] = field(default_factory=dict)

    @property
    def first(self) -> str:
        return next(iter(self.steps))

    @property
    def keywords(self) -> tuple[str, ...]:
        return tuple(word for trigger in self.triggers if isinstance(trigger, KeywordTrigger) for word in trigger.words)


@dataclass(frozen=True, slots=True)
class PollCounts:
    """A poll so far, as a fact from the shell: the leading option's label ("" before the first vote) and the votes by option key."""

    leader: str
    counts: Mapping[str, int]


def intent_label(flow: str, intent: str) -> str:
    """The name of a flow's intent among all live flows' intents."""
    return f"{flow}/{intent}"
