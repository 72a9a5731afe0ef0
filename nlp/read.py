"""Reads a text: the pipeline of its conversation's language, from the Doc to one frozen Reading."""

from collections.abc import Mapping
from dataclasses import dataclass

from spacy.language import Language

from nlp.meaning.intents import train_intents
from nlp.meaning.storing import fingerprint, from_bytes, to_bytes
from nlp.pipeline import OTHERS, load_pipeline, pipeline_language, prepare
from nlp.steps import ClassifierStep, EncoderStep, IntentsStep, Step
from nlp.types import LANGUAGES, Context, IntentModel, Kind, Memory, Number, Reading, Topic, Typed, YesNo, kind_of
from nlp.work import Work


@dataclass(slots=True)
class SpacyReader:
    """The Reader of nlp.types. One per process; safe in threads. The encoder is loaded when a text first needs it, or by `warm`."""

    pipelines: Mapping[str, Language]

    @property
    def n_encoded(self) -> int:
        """How many texts the encoder was asked about."""
        return sum(step.n_encoded for step in self._encoders)

    @property
    def problem(self) -> str | None:
        """What is missing or damaged, so that texts are read by rules alone; None while nothing is wrong."""
        steps: list[EncoderStep | IntentsStep | ClassifierStep] = [*self._encoders, *self._intents, *self._classifiers]
        found = [step.problem for step in steps if step.problem]
        return "; ".join(dict.fromkeys(found)) or None

    @property
    def _encoders(self) -> list[EncoderStep]:
        return [step for step in self._all_steps() if isinstance(step, EncoderStep)]

    @property
    def _intents(self) -> list[IntentsStep]:
        return [step for step in self._all_steps() if isinstance(step, IntentsStep)]

    @property
    def _classifiers(self) -> list[ClassifierStep]:
        return [step for step in self._all_steps() if isinstance(step, ClassifierStep)]

    def _all_steps(self) -> list[Step]:
        return [step for pipeline in self.pipelines.values() for _, step in pipeline.pipeline]

    def read(self, text: str, context: Context) -> Reading:
        """What was read in one text; never raises for any text."""
        pipeline = self.pipelines[pipeline_language(context)]
        doc = prepare(pipeline, text, context)
        for _, step in pipeline.pipeline:
            doc = step(doc)
        return _reading(doc._.parley)

    def train(self, examples: Mapping[str, tuple[str, ...]], memory: Memory | None = None) -> IntentModel | None:
        """Intents from the flows' own examples; None without examples or without the encoder."""
        if not any(examples.values()):
            return None
        key = fingerprint(examples)
        if memory is not None and (content := memory.get(key)) is not None:
            return from_bytes(content)
        encoder = self._encoders[0].ready()
        trained = train_intents(examples, encoder, self._intents[0].english()) if encoder else None
        if memory is not None and trained is not None:
            memory.put(key, to_bytes(trained))
        return trained

    def warm(self) -> None:
        """Loads the encoder now (about 1.3 s), and makes the tables that a first text would have to wait for."""
        for step in self._encoders:
            step.ready()
        for expect in (YesNo(), Number(), Typed(Kind.DATETIME)):
            self.read("one, or so it seems", Context(expect=expect))

    @property
    def ready(self) -> bool:
        """Whether a text can be read without waiting for the encoder."""
        return all(step.settled for step in self._encoders)


def _reading(work: Work) -> Reading:
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
        language=work.language,
        intent=guess.label if guess and guess.accepted else None,
        nearest_intent=guess.label if guess else None,
        intent_confidence=guess.confidence if guess else 0.0,
        sentiment=felt.sentiment if felt else None,
        sentiment_confidence=felt.confidence if felt else 0.0,
        automatic=work.topic is Topic.AUTO_REPLY,
        encoded=work.vector is not None,
        topic=work.topic,
        because=_because(work),
        leaning=work.leaning.value if work.leaning else None,
        leaning_confidence=work.leaning.confidence if work.leaning else 0.0,
        kind=kind_of(work.context.expect),
        scores=guess.scores if guess else (),
    )


def _because(work: Work) -> str:
    """What decided, the command first: it stands above the answer, and the answer above the intent."""
    heard, fit, guess = work.command, work.fit, work.intent
    said = [heard.why if heard else "", fit.why if fit else "", f"topic: {work.topic}" if work.topic else ""]
    if work.leaning and fit is None:
        said.append(f"leans towards {work.leaning.value}, by {work.leaning.why}; not sure enough for a flow")
    if guess and fit is None and heard is None:
        said.append(f"{'like' if guess.accepted else 'too unlike'} the example: {guess.example}")
    return "; ".join(part for part in said if part) or "nothing decided"


def load_reader() -> SpacyReader:
    """A reader of all languages. Cheap: the encoder waits for its first text."""
    return SpacyReader(pipelines={language: load_pipeline(language) for language in (*LANGUAGES, OTHERS)})
