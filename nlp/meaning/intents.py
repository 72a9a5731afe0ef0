"""Intents: which of the author's examples a text is nearest to in meaning and in letters, or none of them."""

import math
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import numpy as np
from numpy.typing import NDArray

from nlp.folding import Folded, look
from nlp.meaning.classifiers import read_sentences
from nlp.meaning.encoder import Encoder, Vector, shorten
from nlp.meaning.logistic import softmax, train_logistic
from nlp.meaning.ngrams import Matrix, Vocabulary, learn_vocabulary, likeness

# How much the meaning (the encoder's vectors) counts beside the letters, and the steepness of its likeness. docs/adr/0015 has the trials.
MEANING_SHARE = 0.7
STEEPNESS = 1.0
PENALTY = 3e-4
# An ordinary text that is this near to an author's example is no background: it may be what the author means.
TOO_NEAR = 0.8

# From the share of the classifier to the probability that the intent is meant: fitted on 60 intents and on 20 of them, with texts that
# mean none beside (docs/reading.md).
SLOPE, OFFSET, PER_INTENT = 2.83, 1.89, 1.01
LEAST_CONFIDENCE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """The best intent, how likely it is meant (0 to 1), the author's example that is nearest, and whether all that is enough."""

    label: str
    confidence: float
    example: str
    accepted: bool


# Not frozen: the protocol IntentModel declares `labels` as a plain attribute. Nobody writes to it.
@dataclass(slots=True, kw_only=True, eq=False)
class TrainedIntents:
    """A kernel classifier over the encoder's vectors and the texts' letters, and the examples that it was trained on.

    vectors: of all sentences that it learned from, the author's `texts` first. by_meaning: (sentences, classes); by_letters: (parts,
    classes). The last class is the background, which is no intent.
    """

    labels: tuple[str, ...]
    texts: tuple[str, ...]
    classes: NDArray[np.intp]
    vectors: Vector
    vocabulary: Vocabulary
    by_meaning: Matrix
    by_letters: Matrix
    bias: Matrix

    def guess(self, text: Folded, vector: Vector) -> Guess:
        """The intent that a text means most likely; accepted where that is likely enough."""
        shares = self.shares(text, vector)
        best = int(np.argmax(shares[:-1]))
        confidence = _calibrated(float(shares[best]), len(self.labels))
        cosines = self.vectors[: len(self.texts)] @ vector
        example = int(np.argmax(np.where(self.classes == best, cosines, -2.0)))
        return Guess(label=self.labels[best], confidence=confidence, example=self.texts[example], accepted=confidence >= LEAST_CONFIDENCE)

    def shares(self, text: Folded, vector: Vector) -> Matrix:
        """Of each intent, and of the background as the last."""
        scores = _bent(self.vectors @ vector) @ self.by_meaning + self.bias
        numbers, weights = self.vocabulary.row(text)
        return softmax(scores + weights @ self.by_letters[numbers])


def _calibrated(share: float, n_intents: int) -> float:
    share = min(max(share, 1e-6), 1.0 - 1e-6)
    return 1.0 / (1.0 + math.exp(-(SLOPE * math.log(share / (1.0 - share)) + OFFSET + PER_INTENT * math.log(n_intents))))


def _bent(cosines: Matrix) -> Matrix:
    """Likeness of meaning: a Gaussian of the distance between unit vectors, so that what is unlike every example counts for little."""
    bent: Matrix = np.exp(-2.0 * STEEPNESS * (1.0 - cosines)).astype(np.float32, copy=False)
    return bent


def train_intents(examples: Mapping[str, tuple[str, ...]], encoder: Encoder) -> TrainedIntents | None:
    """A classifier of the author's examples; None where there is no example at all."""
    labels = tuple(label for label, texts in examples.items() if texts)
    texts = tuple(text for label in labels for text in examples[label])
    if not texts:
        return None
    vectors = encoder.encode([shorten(text) for text in texts])
    other_texts, other_vectors = _others(encoder, vectors)
    classes = np.array([n for n, label in enumerate(labels) for _ in examples[label]], dtype=np.intp)
    named = [(n, name) for n, label in enumerate(labels) if (name := _spoken(label))]
    name_vectors = encoder.encode([name for _, name in named]) if named else vectors[:0]
    taught = np.vstack([vectors, name_vectors, other_vectors])
    folded = [look(text) for text in (*texts, *(name for _, name in named), *other_texts)]
    vocabulary = learn_vocabulary(folded)
    rows = [vocabulary.row(one) for one in folded]
    kernel = MEANING_SHARE * _bent(taught @ taught.T) + (1.0 - MEANING_SHARE) * likeness(rows, len(vocabulary.numbers))
    all_classes = np.array([*classes, *(n for n, _ in named), *[len(labels)] * len(other_texts)], dtype=np.intp)
    dual, bias = _train_dual(kernel, all_classes, len(labels) + 1)
    by_letters = np.zeros((len(vocabulary.numbers), len(labels) + 1), dtype=np.float32)
    for (numbers, weights), own in zip(rows, dual, strict=True):
        by_letters[numbers] += (1.0 - MEANING_SHARE) * np.outer(weights, own)
    return TrainedIntents(
        labels=labels,
        texts=texts,
        classes=classes,
        vectors=taught,
        vocabulary=vocabulary,
        by_meaning=MEANING_SHARE * dual,
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


@lru_cache(maxsize=1)
def _background(encoder: Hashable) -> tuple[tuple[str, ...], Vector]:
    """Encoded once for an encoder; a hashable one, as every object is."""
    texts = tuple(read_sentences("background"))
    return texts, cast(Encoder, encoder).encode(list(texts))


def _others(encoder: Encoder, examples: Vector) -> tuple[list[str], Vector]:
    """Ordinary texts that mean none of the intents, without those that may well mean one."""
    texts, vectors = _background(cast(Hashable, encoder))
    kept = np.flatnonzero((vectors @ examples.T).max(axis=1) < TOO_NEAR)
    return [texts[at] for at in kept], vectors[kept]
