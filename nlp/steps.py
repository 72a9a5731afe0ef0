"""The steps of reading as spaCy factories, in the order in which a text meets them; nlp.pipeline composes them.

Each takes a Doc whose `doc._.parley` is a Work, adds what it finds to it, and hands the Doc on. Each can be had alone:
`spacy.blank("xx").add_pipe("parley_compliance")`.
"""

import logging
import threading
from collections.abc import Callable

from spacy.language import Language
from spacy.tokens import Doc

from nlp.answers.answer import read_answer
from nlp.answers.fit import likely
from nlp.answers.indirect import LEAST_CONFIDENCE, IndirectModel, joined, load_indirect, sparse_row, vector_of
from nlp.consent.commands import hear_command
from nlp.consent.keywords import keyword_language, pace_keyword
from nlp.consent.topics import topic_of
from nlp.consent.weighing import weigh_wishes
from nlp.folding import Folded
from nlp.language import guess_language
from nlp.meaning.classifiers import Classifier, ModelDamagedError, load_classifier
from nlp.meaning.encoder import Encoder, EncoderMissingError, Vector, load_encoder, shorten
from nlp.meaning.english import load_english
from nlp.meaning.intents import Guess, TrainedIntents, is_english
from nlp.mood.lexicon import LEXICON
from nlp.mood.sentiment import mood
from nlp.types import AnyText, Choice, Command, IntentOf, Nps, Number, Rating, YesNo
from nlp.work import Work

_log = logging.getLogger(__name__)

STEPS = (
    "parley_compliance",
    "parley_answer",
    "parley_encoder",
    "parley_wishes",
    "parley_indirect",
    "parley_intents",
    "parley_sentiment",
    "parley_language",
)

Step = Callable[[Doc], Doc]


@Language.component("parley_compliance")
def hear_compliance(doc: Doc) -> Doc:
    """STOP, START, HELP, a wish for a person, and what a person should know of, by rules."""
    work: Work = doc._.parley
    work.command = hear_command(work.text)
    work.topic = topic_of(work.text)
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


def _own_words(work: Work) -> bool:
    """Whether the text is wholly one of the question's own words: an option, a number, yes or no."""
    closed = isinstance(work.context.expect, Choice | YesNo | Number | Rating | Nps)
    return closed and work.fit is not None and work.fit.exact


class EncoderStep:
    """Asks the sentence encoder about what no rule has decided; `doc.tensor` is its vector."""

    def __init__(self) -> None:
        self.n_encoded = 0
        self.problem: str | None = None
        self._encoder: Encoder | None = None
        self._counting = threading.Lock()

    @property
    def settled(self) -> bool:
        """Whether the encoder is there, or known to be missing: no text has to wait for it."""
        return self._encoder is not None or self.problem is not None

    def ready(self) -> Encoder | None:
        """The encoder, loaded at the first call; None where it cannot be."""
        if not self.settled:
            try:
                self._encoder = load_encoder()
            except EncoderMissingError as problem:
                # Rules go on without it; who runs this must be told, since intents are not understood.
                self.problem = str(problem)
                _log.warning("texts are read by rules alone: %s", problem)
        return self._encoder

    def __call__(self, doc: Doc) -> Doc:
        work: Work = doc._.parley
        if not work.text.words or (work.decided and not work.context.thorough):
            return doc
        encoder = self.ready()
        if encoder is not None:
            doc.tensor = work.vector = encoder.encode([shorten(work.text.raw)])[0]
            with self._counting:
                self.n_encoded += 1
        return doc


@Language.factory("parley_encoder")
def make_encoder_step(nlp: Language, name: str) -> EncoderStep:
    """The encoder itself is one for the whole process, and loaded when first needed."""
    return EncoderStep()


class ClassifierStep:
    """A step that weighs a classifier of ours; where its file is missing or damaged, it says so and leaves the rules' word."""

    def __init__(self, name: str) -> None:
        self.problem: str | None = None
        self._classifier: Classifier | None = None
        try:
            self._classifier = load_classifier(name)
        except ModelDamagedError as problem:
            self.problem = str(problem)
            _log.warning("texts are read without a model: %s", problem)

    def __call__(self, doc: Doc) -> Doc:
        self.weigh(doc._.parley)
        return doc

    def weigh(self, work: Work) -> None:
        """Adds to the work what the classifier makes of the text."""
        raise NotImplementedError

    def shares(self, work: Work) -> dict[str, float] | None:
        """The classifier's shares, None where the encoder was not asked or the classifier is not there."""
        return None if self._classifier is None or work.vector is None else self._classifier.shares(work.vector, work.text)


class WishesStep(ClassifierStep):
    """Opt-outs and wishes for a person that no rule has heard."""

    def weigh(self, work: Work) -> None:
        """Where rules said nothing or were in doubt."""
        shares = self.shares(work) if work.open else None
        if shares is not None:
            answered = work.fit is not None and not isinstance(work.context.expect, AnyText)
            work.command = weigh_wishes(work.text, work.command, shares, answered=answered)


@Language.factory("parley_wishes")
def make_wishes_step(nlp: Language, name: str) -> WishesStep:
    """With the classifier that ships with Parley."""
    return WishesStep("wishes")


class IntentsStep:
    """The author's intents; the answer, where one of them is what the question expects."""

    def __init__(self) -> None:
        self.problem: str | None = None

    def english(self) -> Encoder | None:
        """The encoder of the English extra, where it is installed and whole."""
        try:
            return load_english() if self.problem is None else None
        except EncoderMissingError as problem:
            self.problem = str(problem)
            _log.warning("the English extra is not used: %s", problem)
            return None

    def __call__(self, doc: Doc) -> Doc:
        work: Work = doc._.parley
        if work.vector is None or not isinstance(work.context.intents, TrainedIntents):
            return doc
        work.intent = guess = self._guess(work.text, work.vector, work.context.intents)
        expect = work.context.expect
        if isinstance(expect, IntentOf) and guess.accepted and guess.label in expect.labels:
            work.fit = likely(guess.label, guess.confidence, f"like the example: {guess.example}")
        return doc

    def _guess(self, text: Folded, vector: Vector, intents: TrainedIntents) -> Guess:
        if intents.english is not None and is_english(text) and (encoder := self.english()) is not None:
            return intents.english.guess(text, vector, encoder.encode([shorten(text.raw)])[0])
        return intents.guess(text, vector)


class IndirectStep(ClassifierStep):
    """Yes, no or maybe that is meant and not said. It never speaks against a rule, and a flow hears of it only where it is sure."""

    def __init__(self) -> None:
        self.problem: str | None = None
        self._model: IndirectModel | None = None
        try:
            self._model = load_indirect()
        except ModelDamagedError as problem:
            self.problem = str(problem)
            _log.warning("texts are read without a model: %s", problem)

    def weigh(self, work: Work) -> None:
        """Where a yes/no question was asked, and neither its reader nor a command has spoken."""
        context = work.context
        if self._model is None or work.vector is None or work.fit or work.command or not isinstance(context.expect, YesNo):
            return
        question = context.question.strip()
        vectors = joined(work.vector, vector_of(shorten(f"{question} {work.text.raw}")))
        meant = self._model.meant(vectors, sparse_row(question, work.text.raw))
        work.leaning = likely(meant.value, meant.confidence, "what such answers mean")
        if question and meant.confidence >= LEAST_CONFIDENCE and work.topic is None:
            work.fit = work.leaning


@Language.factory("parley_indirect")
def make_indirect_step(nlp: Language, name: str) -> IndirectStep:
    """With the model that ships with Parley."""
    return IndirectStep()


@Language.factory("parley_intents")
def make_intents_step(nlp: Language, name: str) -> IntentsStep:
    """The author's intents come with the text's context."""
    return IntentsStep()


class SentimentStep(ClassifierStep):
    """The mood, by words and signs and, where the encoder was asked, by its vector."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        if not LEXICON.is_file():
            self.problem = f"{LEXICON.name} is missing"
            _log.warning("sentiment is read without its words: %s", self.problem)

    def weigh(self, work: Work) -> None:
        """Also of a text that rules have decided: from its words alone."""
        work.mood = mood(work.text, self.shares(work))


@Language.factory("parley_sentiment")
def make_sentiment_step(nlp: Language, name: str) -> SentimentStep:
    """With the classifier that ships with Parley."""
    return SentimentStep("mood")


@Language.component("parley_language")
def hear_language(doc: Doc) -> Doc:
    """The language that a text is in, where that is clear."""
    work: Work = doc._.parley
    heard = work.command
    of_command = heard is not None and (heard.keyword or pace_keyword(work.text.whole) is not None)
    work.language = guess_language(work.text) or (keyword_language(work.text.whole) if of_command else None)
    return doc
