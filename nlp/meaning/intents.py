"""Intents: which of the author's examples a text is nearest to in meaning and in letters, or none of them."""

import math
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from nlp.folding import Folded, look
from nlp.language import guess_language
from nlp.meaning.classifiers import alike, read_sentences
from nlp.meaning.encoder import Encoder, Vector, shorten
from nlp.meaning.logistic import softmax, train_logistic
from nlp.meaning.ngrams import Matrix, Vocabulary, learn_vocabulary, likeness

# How much the encoders' vectors count beside the letters, and the steepness of their likeness. docs/adr/0015 has the trials.
STEEPNESS = 1.0
PENALTY = 3e-4
# An ordinary text that is this near to an author's example is no background: it may be what the author means.
TOO_NEAR = 0.8
LEAST_CONFIDENCE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """What a model weighs, and what its shares are worth.

    shares: of each encoder, and of the letters as the last, summing to 1. slope, offsets: from the logit of the classifier's share to that
    of the probability that the intent is meant. The offset hangs on how many intents there are: as in SIZES, and in between by the
    logarithm. Fitted on draws of 1 to 60 intents with one text in five that means none (docs/reading.md); 150 is reckoned on.
    """

    shares: tuple[float, ...]
    slope: float
    offsets: tuple[float, ...]

    def calibrated(self, share: float, n_intents: int) -> float:
        """The probability that the intent is meant, by its share and how many intents there are."""
        share = min(max(share, 1e-6), 1.0 - 1e-6)
        offset = float(np.interp(math.log(n_intents), _LOG_SIZES, self.offsets))
        return 1.0 / (1.0 + math.exp(-(self.slope * math.log(share / (1.0 - share)) + offset)))


SIZES = (1, 2, 5, 10, 20, 40, 60, 150)
_LOG_SIZES = [math.log(size) for size in SIZES]
PLAIN = Mixture(shares=(0.7, 0.3), slope=3.04, offsets=(5.8, 4.5, 3.8, 3.8, 4.4, 5.6, 6.6, 8.2))
WITH_ENGLISH = Mixture(shares=(0.3, 0.5, 0.2), slope=3.32, offsets=(6.6, 5.1, 4.2, 4.3, 5.0, 6.3, 7.4, 9.2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """The best intent, how likely it is meant (0 to 1), the author's example that is nearest, and whether all that is enough.

    scores: the best three, each with the classifier's share.
    """

    label: str
    confidence: float
    example: str
    accepted: bool
    scores: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """What one encoder knows. vectors: (sentences, its size), the author's first. weights: (sentences, classes)."""

    vectors: Vector
    weights: Matrix


# Not frozen: the protocol IntentModel declares `labels` as a plain attribute. Nobody writes to it.
@dataclass(slots=True, kw_only=True, eq=False)
class TrainedIntents:
    """A kernel classifier over the encoders' vectors and the texts' letters, and the examples that it was trained on.

    views: of the multilingual encoder, and of the English one where both are used. by_letters: (parts, classes). The last class is the
    background, which is no intent. english: a second model for English texts, where the English encoder is installed.
    """

    labels: tuple[str, ...]
    texts: tuple[str, ...]
    classes: NDArray[np.intp]
    views: tuple[View, ...]
    vocabulary: Vocabulary
    by_letters: Matrix
    bias: Matrix
    english: "TrainedIntents | None" = None

    @property
    def mixture(self) -> Mixture:
        return PLAIN if len(self.views) == 1 else WITH_ENGLISH

    def guess(self, text: Folded, *vectors: Vector) -> Guess:
        """The intent that a text means most likely; accepted where that is likely enough. vectors: one for each view."""
        shares = self.shares(text, *vectors)
        best = int(np.argmax(shares[:-1]))
        confidence = self.mixture.calibrated(float(shares[best]), len(self.labels))
        cosines = self.views[0].vectors[: len(self.texts)] @ vectors[0]
        example = int(np.argmax(np.where(self.classes == best, cosines, -2.0)))
        return Guess(
            label=self.labels[best],
            confidence=confidence,
            example=self.texts[example],
            accepted=confidence >= LEAST_CONFIDENCE,
            scores=tuple((self.labels[at], round(float(shares[at]), 4)) for at in np.argsort(-shares[:-1])[:3]),
        )

    def shares(self, text: Folded, *vectors: Vector) -> Matrix:
        """Of each intent, and of the background as the last."""
        numbers, weights = self.vocabulary.row(text)
        scores = weights @ self.by_letters[numbers] + self.bias
        for view, vector in zip(self.views, vectors, strict=True):
            scores = scores + alike(view.vectors @ vector, STEEPNESS) @ view.weights
        return softmax(scores)


def train_intents(examples: Mapping[str, tuple[str, ...]], encoder: Encoder, english: Encoder | None = None) -> TrainedIntents | None:
    """A classifier of the author's examples; None where there is no example at all.

    english: an encoder that knows English better; of use where the examples are in English, and asked about English texts alone.
    """
    given = {label: texts for label, texts in examples.items() if texts}
    if not given:
        return None
    with threadpool_limits(limits=1, user_api="blas"):  # as the encoder does: more threads get in each other's way
        trained = _train(given, encoder)
        if english is not None and _mostly_english(given):
            trained.english = _train(given, encoder, english)
    return trained


def is_english(text: Folded) -> bool:
    """Whether nothing speaks against a text being English."""
    return text.raw.isascii() and guess_language(text) in (None, "en")


def _mostly_english(examples: Mapping[str, tuple[str, ...]]) -> bool:
    told = [is_english(look(text)) for texts in examples.values() for text in texts]
    return sum(told) >= 0.8 * len(told)


def _train(examples: Mapping[str, tuple[str, ...]], *encoders: Encoder) -> TrainedIntents:
    labels = tuple(examples)
    texts = tuple(text for label in labels for text in examples[label])
    named = [(n, name) for n, label in enumerate(labels) if (name := _spoken(label))]
    own = [shorten(text) for text in (*texts, *(name for _, name in named))]
    others = _others(encoders[0], encoders[0].encode(own[: len(texts)]))
    vectors = [np.vstack([encoder.encode(own), _background(cast(Hashable, encoder))[others]]) for encoder in encoders]
    background = read_sentences("background")
    folded = [look(text) for text in (*texts, *(name for _, name in named), *(background[at] for at in others))]
    vocabulary = learn_vocabulary(folded)
    rows = [vocabulary.row(one) for one in folded]
    shares = (PLAIN if len(encoders) == 1 else WITH_ENGLISH).shares
    kernel = shares[-1] * likeness(rows, len(vocabulary.numbers))
    for share, seen in zip(shares[:-1], vectors, strict=True):
        kernel = kernel + share * alike(seen @ seen.T, STEEPNESS)
    classes = np.array([n for n, label in enumerate(labels) for _ in examples[label]], dtype=np.intp)
    all_classes = np.array([*classes, *(n for n, _ in named), *[len(labels)] * len(others)], dtype=np.intp)
    dual, bias = _train_dual(kernel, all_classes, len(labels) + 1)
    by_letters = np.zeros((len(vocabulary.numbers), len(labels) + 1), dtype=np.float32)
    for (numbers, weights), row in zip(rows, dual, strict=True):
        by_letters[numbers] += shares[-1] * np.outer(weights, row)
    return TrainedIntents(
        labels=labels,
        texts=texts,
        classes=classes,
        views=tuple(View(vectors=seen, weights=share * dual) for share, seen in zip(shares[:-1], vectors, strict=True)),
        vocabulary=vocabulary,
        by_letters=by_letters,
        bias=bias,
    )


_NOT_A_LETTER = re.compile(r"[\W_\d]+")


def _spoken(label: str) -> str:
    """An intent's name as words, one more example of it: "coupon-welcome/join_club" says "join club"."""
    name = _NOT_A_LETTER.sub(" ", label.rpartition("/")[2]).strip()
    return name if len(name) > 2 else ""


def _train_dual(kernel: Matrix, classes: NDArray[np.intp], n_classes: int) -> tuple[Matrix, Matrix]:
    """Weights of the sentences themselves (sentences, n_classes), and the bias: logistic regression on the kernel's own features.

    The kernel's Cholesky factor has a row of features for each sentence, whose products are the kernel.
    """
    factor = np.linalg.cholesky(kernel.astype(np.float64) + 1e-3 * np.eye(len(kernel)))
    weights, bias = train_logistic(factor.astype(np.float32), classes, n_classes, penalty=PENALTY, n_rounds=150)
    dual: Matrix = np.linalg.solve(factor.T, weights.astype(np.float64)).astype(np.float32)
    return dual, bias


@lru_cache(maxsize=2)
def _background(encoder: Hashable) -> Vector:
    """Ordinary texts that belong to no flow, encoded once for an encoder; a hashable one, as every object is."""
    return cast(Encoder, encoder).encode(read_sentences("background"))


def _others(encoder: Encoder, examples: Vector) -> NDArray[np.intp]:
    """Which ordinary texts mean none of the intents: without those that may well mean one."""
    vectors = _background(cast(Hashable, encoder))
    return np.flatnonzero((vectors @ examples.T).max(axis=1) < TOO_NEAR)
