"""A contact's situation when something is heard: who holds it, which conversations live, what starts others; and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flows.consent import OptOutReplies
from flows.events import Effect, Facts
from flows.notices import Notices
from flows.render import choose
from flows.state import State
from flows.types import Ask, Flow, Question, Span
from flows.walk import running
from nlp.consent.keywords import command_words
from nlp.folding import fold, one_slip


class Desk(StrEnum):
    """Whether a person is wanted, or there."""

    NONE = "none"
    INBOX = "inbox"  # somebody should look; flows go on hearing
    HANDOFF = "handoff"  # a flow or the contact asked for a person: the bot keeps quiet
    OVERDUE = "overdue"  # nobody came: keywords are heard again
    HELD = "held"  # a person holds the conversation: the bot keeps quiet


QUIET = frozenset({Desk.HANDOFF, Desk.HELD})
OVERDUE_AFTER = Span(days=3)
"""A hand-off that no flow asked for is overdue after so long: the `expires` of a flow that names none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One of a contact's live conversations, on the revision that it began with."""

    id: int
    flow: Flow
    state: State
    revision: int = 0

    @property
    def running(self) -> Flow:
        """The flow that asks: this one, or a part of it."""
        return running(self.flow, self.state)

    @property
    def question(self) -> Question | None:
        """The question that stands open, whoever may hear the answer."""
        verb = self.running.steps[self.state.at].verb
        return verb.questions[self.state.question] if isinstance(verb, Ask) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The live flows, and what starts them. keywords are folded; intents map a label to its flow."""

    flows: Mapping[str, Flow]
    keywords: Mapping[str, str] = field(default_factory=dict)
    intents: Mapping[str, str] = field(default_factory=dict)
    fallback: str | None = None

    def meant_keyword(self, text: str) -> str | None:
        """The flow whose keyword a text is but for one slip of the thumb; None for a short one, and where two flows may be meant.

        What is itself a keyword, of a flow or of STOP, START and HELP, is no slip of another.
        """
        word = fold(text)
        if not LEAST_LETTERS - 1 <= len(word) <= MOST_LETTERS or word in self.keywords or word in command_words():
            return None
        near = {
            flow
            for known, flow in self.keywords.items()
            if len(known) >= LEAST_LETTERS and abs(len(known) - len(word)) <= 1 and one_slip(word, known)
        }
        return near.pop() if len(near) == 1 else None


LEAST_LETTERS, MOST_LETTERS = 5, 40
"""Of a keyword that may be misspelled: a shorter one has too many neighbours, a longer one nobody has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All that decides who hears: the facts, who holds the contact, and the live conversations, oldest first."""

    facts: Facts
    notices: Notices
    catalogue: Catalogue
    desk: Desk = Desk.NONE
    talks: tuple[Talk, ...] = ()
    replies: OptOutReplies = OptOutReplies.TWILIO
    opt_out_type: str | None = None
    double_opt_in: bool = False

    @property
    def listening(self) -> Talk | None:
        return next((talk for talk in self.talks if talk.state.listening), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One conversation's part of a turn. talk: None for a new one."""

    talk: Talk | None
    flow: Flow
    state: State
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A whole turn of a contact: its conversations' moves in order, and what stands above them. who: who heard, for the transcript."""

    who: str
    moves: tuple[Move, ...] = ()
    effects: tuple[Effect, ...] = ()


def question_text(talk: Talk) -> str:
    """The open question as its author wrote it, in the conversation's language; "" where none is."""
    question = talk.question
    return "" if question is None else choose(question.text, talk.state.language, talk.running.languages[0]).source
