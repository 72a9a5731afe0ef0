# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""The steps of reading, as spaCy components over one Doc; what they know and find travels in `doc._.parley`."""

import logging
import re
import threading
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from nlp.answer import read_answer
from nlp.commands import HeardCommand, hear_command
from nlp.encoder import Encoder, EncoderMissingError, Vector, load_encoder, shorten
from nlp.fit import Fit, likely
from nlp.folding import Folded
from nlp.intents import Guess, TrainedIntents
from nlp.meaning import MeaningModel, load_meaning
from nlp.optout import speaks_against
from nlp.sentiment import Mood, mood
from nlp.types import AnyText, Choice, Command, Context, IntentOf, Nps, Number, Rating, YesNo

_log = logging.getLogger(__name__)

Doc.set_extension("parley", default=None, force=True)

# Shares of the classifier alone, where no rule has spoken. Above the first a text is held for a person to look at, above the second
# it is an opt-out. Tuned on texts that people wrote to each other, with what that means for the figures: docs/adr/0004-reading-replies.md.
HOLD_ABOVE = 0.70
STOP_ABOVE = 0.88
HUMAN_ABOVE = 0.85


# The encoder takes "I want more messages" for its opposite: more or less, yes or no, lie close together in its space.
_WELCOME = re.compile(
    r" (?:(?:dont|do not|never) (?:forget|hesitate) to|(?:want|send|need|like|love|get|give|enjoy)(?: (?:me|us|to get|to see|to hear|to receive|getting|receiving))* (?:more|some|them|these|those|your)\b(?! (?:gone|off|to stop|out))"
    r"|(?:miss|missing) (?:any|one|some|your|out|them|these)|keep (?:sending|them|it|me posted|me informed|coming)|(?:leave|send|write) (?:me|us)? ?(?:a|the|that|this) (?:message|text|note)|(?:forget|ignore|disregard) (?:my|what|that|the)(?: last| previous)? (?:message|text|i)"
    r"|(?:envoyez|envoie|continuez|encore|tenez moi)\b|(?:mandenme|mandame|envienme|sigan|quiero (?:mas|recibir)|avisenme)\b|(?:schickt|schicken sie|sendet) mir (?!nichts|keine|nie)|(?:mehr davon|weiter so)\b|(?:keine|kein) (?:sms|nachricht\w*) (?:bekommen|erhalten))"
    r"|想收到|想要更多|继续发|多发|请通知我"
)


@dataclass(slots=True, kw_only=True)
class Work:
    """What the components know of a text, and have found so far."""

    text: Folded
    context: Context
    command: HeardCommand | None = None
    fit: Fit | None = None
    decided: bool = False
    vector: Vector | None = None
    intent: Guess | None = None
    mood: Mood | None = None


def _weigh_wishes(work: Work, optout: float, human: float) -> None:
    """The classifier's word counts where rules said nothing or were in doubt, and the text does not answer a question."""
    heard = work.command
    answered = work.fit is not None and not isinstance(work.context.expect, AnyText)
    if answered or (heard is not None and heard.command is not Command.MAYBE_STOP):
        return
    why = f"{heard.why}; classifier {optout:.2f}" if heard else f"classifier: opt-out {optout:.2f}"
    if heard is None and (_WELCOME.search(work.text.sentence) or speaks_against(work.text)):
        optout = 0.0
    if optout >= STOP_ABOVE:
        work.command = HeardCommand(command=Command.STOP, confidence=optout, why=why)
    elif heard is None and optout >= HOLD_ABOVE:
        work.command = HeardCommand(command=Command.MAYBE_STOP, confidence=optout, why=why)
    elif heard is None and human >= HUMAN_ABOVE:
        work.command = HeardCommand(command=Command.HUMAN, confidence=human, why=f"classifier: wish for a person {human:.2f}")


def _own_words(work: Work) -> bool:
    """Whether the text is wholly one of the question's own words: an option, a number, yes or no."""
    closed = isinstance(work.context.expect, Choice | YesNo | Number | Rating | Nps)
    return closed and work.fit is not None and work.fit.exact


@Language.component("parley_commands")
def hear_commands(doc: Doc) -> Doc:
    """STOP, START, HELP, a wish for a person, by rules."""
    work: Work = doc._.parley
    work.command = hear_command(work.text)
    return doc


@Language.component("parley_answer")
def hear_answer(doc: Doc) -> Doc:
    """The answer to the question, by its kind's rules; and whether all is decided without the encoder."""
    work: Work = doc._.parley
    heard = work.command
    if heard is not None and heard.keyword:
        work.decided = True
        return doc
    work.fit = read_answer(work.text, work.context)
    keyword = bool(work.text.whole) and work.text.whole in work.context.keywords
    if heard is not None and heard.yields and (keyword or _own_words(work)):
        work.command = heard = None
    sure = heard is not None and heard.command is not Command.MAYBE_STOP
    used_up = work.fit is not None and work.fit.exact
    work.decided = keyword or used_up or sure
    return doc


class MeaningStep:
    """What only the encoder knows: opt-outs that no rule heard, intents, mood. Passes by what is decided."""

    def __init__(self, meaning: MeaningModel) -> None:
        self.n_encoded = 0
        self.problem: str | None = None
        self._meaning = meaning
        self._encoder: Encoder | None = None
        self._counting = threading.Lock()
        self._loading = threading.Lock()

    @property
    def settled(self) -> bool:
        """Whether the encoder is there, or known to be missing: no text has to wait for it."""
        return self._encoder is not None or self.problem is not None

    def ready(self) -> Encoder | None:
        """The encoder, loaded at the first call; None where it cannot be."""
        if not self.settled:
            with self._loading:  # once: it takes a second and 120 MB
                self._load()
        return self._encoder

    def _load(self) -> None:
        if self.settled:
            return
        try:
            self._encoder = load_encoder()
        except EncoderMissingError as problem:
            # Rules go on without it; who runs this must be told, since intents are not understood.
            self.problem = str(problem)
            _log.warning("texts are read by rules alone: %s", problem)

    def __call__(self, doc: Doc) -> Doc:
        work: Work = doc._.parley
        if work.decided and not work.context.thorough:
            work.mood = mood(work.text, None)
            return doc
        encoder = self.ready() if work.text.words else None
        if encoder is None:
            work.mood = mood(work.text, None)
            return doc
        vector = encoder.encode([shorten(work.text.raw)])[0]
        with self._counting:
            self.n_encoded += 1
        doc.tensor = work.vector = vector
        if not work.decided:
            _weigh_wishes(work, *self._meaning.wish_shares(vector))
        _weigh_intents(work, vector)
        work.mood = mood(work.text, self._meaning.sentiment_shares(vector))
        return doc


def _weigh_intents(work: Work, vector: Vector) -> None:
    if isinstance(work.context.intents, TrainedIntents):
        work.intent = work.context.intents.guess(work.text, vector)
    expect = work.context.expect
    if isinstance(expect, IntentOf) and work.intent and work.intent.accepted and work.intent.label in expect.labels:
        work.fit = likely(work.intent.label, work.intent.confidence, f"like the example: {work.intent.example}")


@Language.factory("parley_meaning")
def make_meaning_step(nlp: Language, name: str) -> MeaningStep:
    """The last component, with the classifiers that ship with this package."""
    return MeaningStep(load_meaning())
