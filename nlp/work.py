"""What the steps of a pipeline know of a text and have found so far: it travels in `doc._.parley`."""

from dataclasses import dataclass

from spacy.tokens import Doc

from nlp.answers.fit import Fit
from nlp.consent.commands import HeardCommand
from nlp.folding import Folded
from nlp.meaning.encoder import Vector
from nlp.meaning.intents import Guess
from nlp.mood.sentiment import Mood
from nlp.types import Context, Topic

Doc.set_extension("parley", default=None, force=True)


@dataclass(slots=True, kw_only=True)
class Work:
    """decided: rules have used up the text, and no later step need ask the encoder. vector: the encoder's, once it was asked.

    leaning: what a yes/no answer means most likely, however unsure.
    """

    text: Folded
    context: Context
    command: HeardCommand | None = None
    topic: Topic | None = None
    fit: Fit | None = None
    leaning: Fit | None = None
    decided: bool = False
    vector: Vector | None = None
    intent: Guess | None = None
    mood: Mood | None = None
    language: str | None = None

    @property
    def open(self) -> bool:
        """Whether a step may weigh what the encoder made of the text."""
        return self.vector is not None and not self.decided
