"""Reads a text: fold, commands, the question's own words, and only then, if nothing has decided, the encoder."""

from collections.abc import Mapping
from dataclasses import dataclass

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from nlp.folding import MAX_LENGTH, look
from nlp.intents import train_intents
from nlp.keywords import keyword_language
from nlp.language import guess_language
from nlp.pipeline import MeaningStep, Work
from nlp.topics import topic_of
from nlp.types import Context, IntentModel, Reading, Topic


@dataclass(slots=True)
class SpacyReader:
    """The Reader of nlp.types. One per process; safe in threads. The encoder is loaded when a text first needs it, or by `warm`."""

    pipeline: Language

    @property
    def n_encoded(self) -> int:
        """How many texts the encoder was asked about."""
        return self._meaning.n_encoded

    @property
    def encoder_problem(self) -> str | None:
        """Why texts are read by rules alone; None while nothing is wrong."""
        return self._meaning.problem

    @property
    def _meaning(self) -> MeaningStep:
        step = self.pipeline.get_pipe("parley_meaning")
        assert isinstance(step, MeaningStep)
        return step

    def read(self, text: str, context: Context) -> Reading:
        """What was read in one text; never raises for any text."""
        work = Work(text=look(_readable(text)), context=context)
        # No tokens: rules read folded words, and spaCy keeps every new word of every text in its vocabulary for ever.
        doc = Doc(self.pipeline.vocab)
        doc._.parley = work
        for _, component in self.pipeline.pipeline:
            doc = component(doc)
        return _reading(work)

    def train(self, examples: Mapping[str, tuple[str, ...]]) -> IntentModel | None:
        """Intents from the flows' own examples; None without examples or without the encoder."""
        encoder = self._meaning.ready()
        return train_intents(examples, encoder) if encoder else None

    def warm(self) -> None:
        """Loads the encoder now, so that the first text need not wait for it (about 1.3 s)."""
        self._meaning.ready()

    @property
    def ready(self) -> bool:
        """Whether a text can be read without waiting for the encoder."""
        return self._meaning.settled


def _readable(text: str) -> str:
    """As much of a text as is looked at; half a surrogate pair, which no encoder takes, becomes a question mark."""
    return text[:MAX_LENGTH].encode("utf-8", "replace").decode()


def _reading(work: Work) -> Reading:
    heard, fit, guess, felt = work.command, work.fit, work.intent, work.mood
    topic = topic_of(work.text)
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
        language=guess_language(work.text) or (keyword_language(work.text.whole) if heard and heard.keyword else None),
        intent=guess.label if guess and guess.accepted else None,
        nearest_intent=guess.label if guess else None,
        intent_confidence=guess.confidence if guess else 0.0,
        sentiment=felt.sentiment if felt else None,
        sentiment_confidence=felt.confidence if felt else 0.0,
        automatic=topic is Topic.AUTO_REPLY,
        encoded=work.vector is not None,
        topic=topic,
        because=_because(work, topic),
    )


def _because(work: Work, topic: Topic | None) -> str:
    """What decided, the command first: it stands above the answer, and the answer above the intent."""
    heard, fit, guess = work.command, work.fit, work.intent
    said = [heard.why if heard else "", fit.why if fit else "", f"topic: {topic}" if topic else ""]
    if guess and fit is None and heard is None:
        said.append(f"{'like' if guess.accepted else 'too unlike'} the example: {guess.example}")
    return "; ".join(part for part in said if part) or "nothing decided"


def load_reader() -> SpacyReader:
    """A reader with our components on a blank multilingual pipeline. Cheap: the encoder waits for its first text."""
    pipeline = spacy.blank("xx")
    for name in ("parley_commands", "parley_answer", "parley_meaning"):
        pipeline.add_pipe(name)
    return SpacyReader(pipeline=pipeline)
