"""One spaCy pipeline for each language, and one for all others: the normaliser makes the Doc, the steps of nlp.steps read it."""

from collections.abc import Callable

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import registry
from spacy.vocab import Vocab

from nlp.folding import MAX_LENGTH, look
from nlp.steps import STEPS
from nlp.types import LANGUAGES, NOTHING_EXPECTED, Context
from nlp.work import Work

OTHERS = "xx"
"""spaCy's name for a pipeline of no language in particular."""


class Normaliser:
    """Stands where spaCy has its tokenizer: from a text to a Doc without tokens, with the folded text in `doc._.parley`.

    No tokens, for rules read folded words, and spaCy keeps every new word of every text in its vocabulary for ever.
    """

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str, context: Context = NOTHING_EXPECTED) -> Doc:
        doc = Doc(self.vocab)
        doc._.parley = Work(text=look(_readable(text)), context=context)
        return doc


def _readable(text: str) -> str:
    """As much of a text as is looked at; half a surrogate pair, which no encoder takes, becomes a question mark."""
    return text[:MAX_LENGTH].encode("utf-8", "replace").decode()


@registry.tokenizers("parley.normaliser.v1")  # type: ignore[untyped-decorator]  # spaCy's registry has no types
def make_normaliser() -> Callable[[Language], Normaliser]:
    """What a spaCy config names as its tokenizer."""
    return lambda nlp: Normaliser(nlp.vocab)


def load_pipeline(language: str) -> Language:
    """The pipeline of one of LANGUAGES or of OTHERS, all steps in their order. Cheap: the encoder waits for its first text."""
    # Not spacy.blank: importing spaCy's own French takes 3.5 s, for tables that only its tokenizer needs.
    blank: type[Language] = type("Blank", (Language,), {"lang": language})
    pipeline = blank.from_config({"nlp": {"tokenizer": {"@tokenizers": "parley.normaliser.v1"}}})
    for step in STEPS:
        pipeline.add_pipe(step)
    return pipeline


def prepare(pipeline: Language, text: str, context: Context) -> Doc:
    """A text as the pipeline's steps take it."""
    normaliser = pipeline.tokenizer
    assert isinstance(normaliser, Normaliser)
    return normaliser(text, context)


def pipeline_language(context: Context) -> str:
    """Which pipeline reads a text: that of the conversation's first language, where we know it."""
    first = context.languages[0] if context.languages else OTHERS
    return first if first in LANGUAGES else OTHERS
