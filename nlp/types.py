"""What a question expects, and what was read in a text. Plain values; no spaCy here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

Value = str | int | float | bool | tuple[str, ...]
"""A typed answer: the key of a choice, a number, an ISO date, `yes`, `no`, `maybe`, or several keys."""

LANGUAGES = ("en", "fr", "es", "de", "zh")
"""The languages in which STOP, START and HELP are understood, always all of them."""


# --- what a question expects ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AnyText:
    """Any reply; its value is the text, trimmed."""


@dataclass(frozen=True, slots=True)
class YesNo:
    """`yes`, `no` or `maybe`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option of a choice: its key, what it is called, and what people say for it (besides key, label, letter, position)."""

    key: str
    label: str
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of some options (`several`: any number of them, a tuple of keys in the order of the options)."""

    options: tuple[Option, ...]
    several: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number within [min, max], both inclusive, None for no bound; an int where `integer`."""

    min: float | None = None
    max: float | None = None
    integer: bool = False


@dataclass(frozen=True, slots=True)
class Rating:
    """1 to 5, an int; "five stars!!" and "⭐⭐⭐" are ratings too."""


@dataclass(frozen=True, slots=True)
class Nps:
    """0 to 10, an int."""


class Kind(StrEnum):
    """Kinds that need no more than their name."""

    DATE = "date"  # ISO date
    TIME = "time"  # HH:MM
    DATETIME = "datetime"  # ISO local date and time
    EMAIL = "email"
    PHONE = "phone"  # E.164
    POSTCODE = "postcode"
    MONEY = "money"  # a number in the currency's unit
    NAME = "name"
    PHOTO = "photo"  # fits when a picture came with the text


@dataclass(frozen=True, slots=True)
class Typed:
    """A value of a named kind: a date, an e-mail address, ..."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class IntentOf:
    """A text that means one of these intents (labels as in `Context.intents`)."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text that matches the whole of a linear-time regular expression (RE2); its value is the text."""

    regex: str


Expect = AnyText | YesNo | Choice | Number | Rating | Nps | Typed | IntentOf | Pattern


def kind_of(expect: Expect | None) -> str | None:
    """The name of a kind of reply, as flows write it."""
    match expect:
        case None:
            return None
        case AnyText():
            return "any"
        case YesNo():
            return "yes_no"
        case Choice(several=several):
            return "choices" if several else "choice"
        case Number():
            return "number"
        case Rating():
            return "rating"
        case Nps():
            return "nps"
        case Typed(kind=kind):
            return kind.value
        case IntentOf():
            return "intent"
        case Pattern():
            return "pattern"


# --- what was read ----------------------------------------------------------------------------------------------------


class Command(StrEnum):
    """What stands above every flow."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    HUMAN = "human"  # a wish for a person
    MAYBE_STOP = "maybe_stop"  # may be an opt-out: nothing more is sent until a person has looked
    LESS = "less"  # go on, but with fewer texts
    MORE = "more"  # takes LESS back


class Verdict(StrEnum):
    """What a text says of being texted. HELD: it may be an opt-out, and a person looks before anything more is sent."""

    OUT = "out"
    HELD = "held"
    IN = "in"
    HELP = "help"
    HUMAN = "human"
    LESS = "less"
    MORE = "more"
    NONE = "none"


VERDICTS = {
    Command.STOP: Verdict.OUT,
    Command.MAYBE_STOP: Verdict.HELD,
    Command.START: Verdict.IN,
    Command.HELP: Verdict.HELP,
    Command.HUMAN: Verdict.HUMAN,
    Command.LESS: Verdict.LESS,
    Command.MORE: Verdict.MORE,
}


class Sentiment(StrEnum):
    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


class Topic(StrEnum):
    """What a person should know that a text is about."""

    WRONG_NUMBER = "wrong_number"
    COMPLAINT = "complaint"
    LEGAL_THREAT = "legal_threat"
    ABUSE = "abuse"
    AUTO_REPLY = "auto_reply"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read in one text. Everything that decides carries a confidence in [0, 1] and, in `why`, the rule or example that decided.

    value: None where the text does not fit what was expected (or nothing was expected).
    exact: rules used up the whole text ("b", "5 stars!!", "yes please"): it is one of the question's own words.
    command_keyword: the whole text is a keyword of the command ("STOP", "ARRET"), not a sentence that means it.
    automatic: a machine wrote it in somebody's absence ("I'm driving"): it is no reply.
    encoded: the sentence encoder was asked.
    leaning: what a yes/no answer means most likely where no rule has read it, however unsure; no flow acts on it, `value` is for flows.
    intent: None where none of the intents is meant; nearest_intent: the best of them, however unsure. intent_confidence: how likely the
    text means the nearest one, none of them counted as wrong; the reject rule compares this one number.
    kind: the name of the kind of reply that was expected. scores: the best few intents, each with its share, which are not calibrated.
    because: what decided, in a few words.
    """

    text: str
    value: Value | None = None
    exact: bool = False
    confidence: float = 0.0
    why: str = ""
    command: Command | None = None
    command_keyword: bool = False
    command_why: str = ""
    command_confidence: float = 0.0
    language: str | None = None
    intent: str | None = None
    intent_confidence: float = 0.0
    sentiment: Sentiment | None = None
    sentiment_confidence: float = 0.0
    automatic: bool = False
    encoded: bool = False
    nearest_intent: str | None = None
    topic: Topic | None = None
    because: str = ""
    leaning: Value | None = None
    leaning_confidence: float = 0.0
    kind: str | None = None
    scores: tuple[tuple[str, float], ...] = ()

    @property
    def consent(self) -> Verdict:
        """What the text says of being texted."""
        return VERDICTS[self.command] if self.command else Verdict.NONE


class IntentModel(Protocol):
    """Intents, trained on the flows' own examples: see nlp.meaning.intents."""

    labels: tuple[str, ...]


class Memory(Protocol):
    """Keeps what was learned, by what it was learned from."""

    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, content: bytes) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known when a text is read.

    expect, question: the question being asked, in the words the contact saw; None and "" where none is.
    languages: those of the question's flow, default first.
    keywords: exact keywords of the live flows, folded (nlp.consent.keywords.fold); a text that is one of them is decided.
    keyword_first: whether such a keyword may interrupt the question (it then stands before all but the question's own words).
    now_local: wall time where the contact lives, for "tomorrow at 3"; naive.
    country: ISO 3166 alpha-2, for 3/4 and for telephone numbers and postcodes without a prefix.
    date_order: DMY, MDY or YMD, where it is known how 3/4 is meant; the country's where it is not.
    thorough: the encoder is asked even where rules have decided, for who measures or explains.
    """

    expect: Expect | None = None
    question: str = ""
    languages: tuple[str, ...] = ("en",)
    keywords: frozenset[str] = frozenset()
    intents: IntentModel | None = None
    now_local: datetime | None = None
    country: str | None = None
    n_media: int = 0
    date_order: str | None = None
    thorough: bool = False


class Reader(Protocol):
    """Reads a text. The real one is nlp.read.SpacyReader; a flow's tests are handed one."""

    def read(self, text: str, context: Context) -> Reading: ...

    def warm(self) -> None:
        """Loads what is loaded lazily, so that the first text need not wait for it."""
        ...

    @property
    def ready(self) -> bool:
        """Whether `warm` has been through."""
        ...

    @property
    def problem(self) -> str | None:
        """What is missing or damaged, so that texts are read by rules alone; None while nothing is wrong."""
        ...

    def train(self, examples: Mapping[str, tuple[str, ...]], memory: Memory | None = None) -> IntentModel | None:
        """Learns intents from examples, or takes what `memory` has of the same ones, and keeps there what was learned."""
        ...


NOTHING_EXPECTED = Context()
