"""Reads a text: fold, commands, the question's own words, and only then, if nothing has decided, the encoder.

A spaCy pipeline holds the steps as components over one Doc; what they know and find travels in `doc._.parley`.
"""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from nlp.answer import read_answer
from nlp.commands import HeardCommand, hear_command
from nlp.encoder import Encoder, EncoderMissingError, Vector, load_encoder, shorten
from nlp.fit import Fit, likely
from nlp.folding import Folded, look
from nlp.intents import Guess, TrainedIntents, train_intents
from nlp.language import guess_language
from nlp.meaning import MeaningModel, load_meaning
from nlp.sentiment import Mood, mood
from nlp.types import AnyText, Choice, Command, Context, IntentModel, IntentOf, Nps, Number, Rating, Reading, YesNo

_log = logging.getLogger(__name__)

# Shares of the classifier alone, where no rule has spoken. Above the first a text is held for a person to look at, above the second
# it is an opt-out. Set where at most 0.1 % and none of the texts that people wrote to each other lie: docs/adr/0004-reading-replies.md.
HOLD_ABOVE = 0.70
STOP_ABOVE = 0.85
HUMAN_ABOVE = 0.85


@dataclass(slots=True, kw_only=True)
class _Work:
    """What the components know of a text, and have found so far."""

    text: Folded
    context: Context
    command: HeardCommand | None = None
    fit: Fit | None = None
    decided: bool = False
    vector: Vector | None = None
    intent: Guess | None = None
    mood: Mood | None = None


@dataclass(slots=True)
class SpacyReader:
    """The Reader of nlp.types. One per process; safe in threads. The encoder is loaded when a text first needs it, or by `warm`."""

    pipeline: Language
    meaning: MeaningModel
    n_encoded: int = 0
    encoder_problem: str | None = None
    _encoder: Encoder | None = None
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def read(self, text: str, context: Context) -> Reading:
        """What was read in one text; never raises for any text."""
        work = _Work(text=look(text), context=context)
        doc = self.pipeline.make_doc(work.text.raw)
        doc._.parley = work
        for _, component in self.pipeline.pipeline:
            doc = component(doc)
        if not work.decided:
            self._ask_encoder(work)
        return _reading(work)

    def train(self, examples: Mapping[str, tuple[str, ...]]) -> IntentModel | None:
        """Intents from the flows' own examples; None without examples or without the encoder."""
        encoder = self._ready()
        return train_intents(examples, encoder) if encoder else None

    def warm(self) -> None:
        """Loads the encoder now, so that the first text need not wait for it (about 1.3 s)."""
        self._ready()

    @property
    def ready(self) -> bool:
        """Whether a text can be read without waiting: the encoder is there, or known to be missing."""
        return self._encoder is not None or self.encoder_problem is not None

    def _ready(self) -> Encoder | None:
        if self._encoder is None and self.encoder_problem is None:
            try:
                self._encoder = load_encoder()
            except EncoderMissingError as problem:
                # Rules go on without it; who runs this must be told, since intents are not understood.
                self.encoder_problem = str(problem)
                _log.warning("texts are read by rules alone: %s", problem)
        return self._encoder

    def _ask_encoder(self, work: _Work) -> None:
        encoder = self._ready() if work.text.words else None
        if encoder is None:
            work.mood = mood(work.text, None)
            return
        work.vector = encoder.encode([shorten(work.text.raw)])[0]
        with self._counting:
            self.n_encoded += 1
        _weigh_wishes(work, *self.meaning.wish_shares(work.vector))
        if isinstance(work.context.intents, TrainedIntents):
            work.intent = work.context.intents.guess(work.vector)
        work.mood = mood(work.text, self.meaning.sentiment_shares(work.vector))
        expect = work.context.expect
        if isinstance(expect, IntentOf) and work.intent and work.intent.label in expect.labels:
            work.fit = likely(work.intent.label, work.intent.confidence, f"like the example: {work.intent.example}")


def _weigh_wishes(work: _Work, optout: float, human: float) -> None:
    """The classifier's word counts where rules said nothing or were in doubt, and the text does not answer a question."""
    heard = work.command
    answered = work.fit is not None and not isinstance(work.context.expect, AnyText)
    if answered or (heard is not None and heard.command is not Command.MAYBE_STOP):
        return
    why = f"{heard.why}; classifier {optout:.2f}" if heard else f"classifier: opt-out {optout:.2f}"
    if optout >= (HOLD_ABOVE if heard else STOP_ABOVE):
        work.command = HeardCommand(command=Command.STOP, confidence=optout, why=why)
    elif heard is None and optout >= HOLD_ABOVE:
        work.command = HeardCommand(command=Command.MAYBE_STOP, confidence=optout, why=why)
    elif heard is None and human >= HUMAN_ABOVE:
        work.command = HeardCommand(command=Command.HUMAN, confidence=human, why=f"classifier: wish for a person {human:.2f}")


def _own_words(work: _Work) -> bool:
    """Whether the text is wholly one of the question's own words: an option, a number, yes or no."""
    closed = isinstance(work.context.expect, Choice | YesNo | Number | Rating | Nps)
    return closed and work.fit is not None and work.fit.exact


@Language.component("parley_commands")
def hear_commands(doc: Doc) -> Doc:
    """STOP, START, HELP, a wish for a person, by rules."""
    work: _Work = doc._.parley
    work.command = hear_command(work.text)
    return doc


@Language.component("parley_answer")
def hear_answer(doc: Doc) -> Doc:
    """The answer to the question, by its kind's rules; and whether all is decided without the encoder."""
    work: _Work = doc._.parley
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


def _reading(work: _Work) -> Reading:
    heard, fit, guess, felt = work.command, work.fit, work.intent, work.mood
    return Reading(
        text=work.text.raw,
        value=fit.value if fit else None,
        exact=fit.exact if fit else False,
        confidence=fit.confidence if fit else 0.0,
        why=fit.why if fit else "",
        command=heard.command if heard else None,
        command_keyword=heard.keyword if heard else False,
        command_why=heard.why if heard else "",
        command_confidence=heard.confidence if heard else 0.0,
        language=guess_language(work.text),
        intent=guess.label if guess else None,
        intent_confidence=guess.confidence if guess else 0.0,
        sentiment=felt.sentiment if felt else None,
        sentiment_confidence=felt.confidence if felt else 0.0,
        encoded=work.vector is not None,
    )


def load_reader() -> SpacyReader:
    """A reader with our components on a blank multilingual pipeline. Cheap: the encoder waits for its first text."""
    if not Doc.has_extension("parley"):
        Doc.set_extension("parley", default=None)
    pipeline = spacy.blank("xx")
    pipeline.add_pipe("parley_commands")
    pipeline.add_pipe("parley_answer")
    return SpacyReader(pipeline=pipeline, meaning=load_meaning())
