"""What a conversation can hear (events), what it wants done (effects), and the facts it is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from flows.state import State
from flows.types import Secret, Span
from nlp.types import Reading, Value

# --- events in --------------------------------------------------------------------------------------------------------


class Timer(StrEnum):
    NUDGE = "nudge"
    TIMEOUT = "timeout"
    WAIT = "wait"
    EXPIRY = "expiry"


@dataclass(frozen=True, slots=True)
class Started:
    """A new conversation. `reading`: the text that started it; None where nobody asked (staff, a campaign, a date)."""

    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class Replied:
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A timer of the visit `visit` that ran out; stale where the conversation stands at another visit. planned: when it was to."""

    timer: Timer
    visit: int
    planned: datetime | None = None


@dataclass(frozen=True, slots=True)
class Resumed:
    """Its turn has come again: what interrupted it, or what it was put off for, has ended."""


@dataclass(frozen=True, slots=True)
class HandedBack:
    """A person gave the conversation back to the flow."""


Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """What a web service answered to the `Call` of this visit, as its JSON; or why it did not.

    failed: a word for the log ("timeout", "status", "not_json", "too_large", "no_answer", "no_secret", "refused"), "" where it did.
    """

    visit: int
    result: Json = None
    failed: str = ""


Event = Started | Replied | Due | Resumed | HandedBack | Called


# --- facts ------------------------------------------------------------------------------------------------------------


class Consent(StrEnum):
    UNKNOWN = "unknown"
    IN = "in"
    HELD = "held"
    OUT = "out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What a flow may know of a contact. `key` never changes (it decides the arms of a split); `zone` is an IANA name.

    less: it asked for fewer texts. asked_at: when it was asked to confirm an opt-in, where it has not answered.
    """

    key: str
    zone: str = "UTC"
    language: str | None = None
    country: str | None = None
    first_name: str | None = None
    fields: Mapping[str, Value] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    consent: Consent = Consent.UNKNOWN
    consent_before: Consent = Consent.UNKNOWN
    less: bool = False
    asked_at: datetime | None = None
    test: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """What a pool has for this contact: None where it is sold out. expires: of a code that the contact took before."""

    code: str | None
    expires: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes:
    """A poll's counts by option, without this contact's own vote, which stands apart."""

    counts: Mapping[str, int] = field(default_factory=dict)
    own: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that the core is told.

    codes and polls (by `owned` names) hold only what was asked for by Needs; arms overrides a split's draw, for tests. opens:
    the first instant from now on at which an unasked text may leave, where the shell looked (it does for a nudge). links: the
    address that a text shows for each target of a `link`; the shell makes one, of a fixed length, for whom it is asked. lately: the
    messages of flows to this contact in the last 5 minutes, without their short addresses, and how often each was said; None
    where the shell has not looked.
    """

    contact: Contact
    now: datetime
    settings: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Code] = field(default_factory=dict)
    polls: Mapping[str, Votes] = field(default_factory=dict)
    arms: Mapping[str, str] = field(default_factory=dict)
    opens: datetime | None = None
    links: Mapping[str, str] = field(default_factory=dict)
    lately: Mapping[str, int] | None = field(default_factory=dict)


PAGE = "preferences_url"
"""The name of the contact's own page among the settings: only who is known already has one."""


def owned(flow: str, name: str) -> str:
    """The name of a flow's pool or poll among those of all flows."""
    return f"{flow}/{name}"


@dataclass(frozen=True, slots=True)
class Needs:
    """Facts that only the shell has: ask again with them. flow: whose pools and polls these are. links: the targets of links.

    page: the address of the contact's own page. lately: what was said to the contact.
    """

    flow: str
    pools: tuple[str, ...] = ()
    polls: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    page: bool = False
    lately: bool = False


# --- effects out ------------------------------------------------------------------------------------------------------


class Part(StrEnum):
    """What a text is within its step."""

    TEXT = "text"
    QUESTION = "question"
    RETRY = "retry"
    NUDGE = "nudge"
    NOTICE = "notice"  # above the flows: the answer to STOP, START, HELP


@dataclass(frozen=True, slots=True)
class Link:
    """An address in a text, and where it leads. The shell keeps both with the message: what is asked for never says where to go."""

    address: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """A text to the contact. links: the short addresses in it; none where the target itself is shown."""

    text: str
    step: str = ""
    part: Part = Part.TEXT
    media: tuple[str, ...] = ()
    separate: bool = False
    language: str = "en"
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class SetField:
    name: str
    value: Value | None


@dataclass(frozen=True, slots=True)
class Tagged:
    added: tuple[str, ...]
    dropped: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeConsent:
    """Consent becomes `to`; `words` are the evidence, `source` who said so (keyword, sentence, flow, staff, carrier, import)."""

    to: Consent
    source: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePace:
    """The contact wants fewer texts, or takes that back. words and source as with ChangeConsent."""

    less: bool
    source: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOptIn:
    """The contact is asked to confirm that it wants our texts: the first of two steps. Consent stays as it is until it does."""

    source: str
    words: str = ""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCode:
    """Takes `code` of the flow's `pool` for this contact: a conditional update; where it was taken meanwhile, the turn is made again.

    flow: whose pool it is: the conversation's, or that of a part of it.
    """

    flow: str
    pool: str
    code: str
    expires: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountVote:
    """A vote in the poll at `step` of `flow`: the conversation's, or a part of it."""

    flow: str
    step: str
    option: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTimer:
    """`at`: an instant (a wait). `after`: a span that begins when the turn's texts have been handed over.

    planned: when it was to ring, of one that is set again for a later hour.
    """

    timer: Timer
    visit: int
    after: Span | None = None
    at: datetime | None = None
    planned: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """A person takes over; the bot keeps quiet. `reason`: a word that the console knows."""

    reason: str
    to: str = "support"
    note: str = ""


@dataclass(frozen=True, slots=True)
class CallPerson:
    """A person should look; flows go on hearing texts meanwhile. `reason`: a word that the console knows."""

    reason: str


Pieces = tuple[str | Secret, ...]
"""A text in which secrets are still to be put."""
Filled: TypeAlias = "bool | int | float | Pieces | list[Filled] | dict[str, Filled] | None"
"""A JSON body in which every text is `Pieces`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Asks a web service, once the turn has been committed; the answer comes back as `Called` of the same visit.

    What the shell does: it stores the call in the turn's transaction (flows/calls.py makes JSON of it and reads it back), under
    a key that the turn gives it, so that a replay asks nothing twice; after the commit it fills in the secrets (`request`), asks
    at most `tries` times within `timeout` each, without following a redirect and never at an address of the own network, and
    stores one `Called` as an event of the conversation, whatever came of it: without one the conversation stands still. A status
    of 2xx with JSON of at most 256 KiB is an answer (flows.calls.kept says what stays of it), anything else has failed. Secrets
    and bodies are in no log.
    """

    step: str
    visit: int
    method: str
    url: str
    headers: tuple[tuple[str, Pieces], ...] = ()
    body: Filled = None
    timeout: Span
    tries: int


class Happened(StrEnum):
    """Kinds of interactions: the append-only log from which all reports come."""

    STARTED = "started"
    STEP_ENTERED = "step_entered"
    REPLIED = "replied"
    ENDED = "ended"
    SPLIT = "split"
    VOTED = "voted"
    CODE_TAKEN = "code_taken"
    HANDED_OVER = "handed_over"
    TAKEN_OVER = "taken_over"
    HANDED_BACK = "handed_back"
    CLOSED = "closed"
    OPTED_OUT = "opted_out"
    OPTED_IN = "opted_in"
    CONSENT_HELD = "consent_held"
    HELP_ASKED = "help_asked"
    LESS_ASKED = "less_asked"
    MORE_ASKED = "more_asked"
    OPT_IN_ASKED = "opt_in_asked"
    UNHEARD = "unheard"
    HEARD_BY_PERSON = "heard_by_person"
    AUTOMATIC = "automatic"
    WROTE_AFTER_OPT_OUT = "wrote_after_opt_out"
    DELIVERED = "delivered"
    NOT_DELIVERED = "not_delivered"
    REFUSED = "refused"
    CALLED = "called"
    MIGRATED = "migrated"
    CLICKED = "clicked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A line for the log. data: plain JSON, no text of a person."""

    kind: Happened
    step: str = ""
    data: Mapping[str, Value | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rebased:
    """The conversation goes on with its flow's live revision: an author moved it there (`migrate:`)."""


Effect = (
    Send
    | SetField
    | Tagged
    | ChangeConsent
    | ChangePace
    | AskOptIn
    | ClaimCode
    | CountVote
    | StartTimer
    | Call
    | HandOver
    | CallPerson
    | Rebased
    | Note
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one event made of one conversation."""

    state: State
    effects: tuple[Effect, ...]
