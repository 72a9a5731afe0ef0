"""Intents: which of the author's examples a text is nearest to in meaning, or none of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.encoder import Encoder, Vector, shorten
from nlp.logistic import softmax, train_logistic

# Both must hold. The probability alone takes texts that mean none of the intents; the cosine alone takes a near miss for a hit.
# Set on 60 intents with ten examples each and 333 texts that mean none of them (tests/nlp_figures.py prints the figures).
LEAST_COSINE = 0.40
LEAST_SCORE = 0.46


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
    """A classifier over the encoder's vectors, and the examples it was trained on."""

    labels: tuple[str, ...]
    weights: Vector
    bias: Vector
    examples: Vector
    classes: NDArray[np.intp]
    texts: tuple[str, ...]

    def guess(self, vector: Vector) -> Guess:
        """The intent of a text's vector; not accepted where it is too unlike every example, or as like to one intent as to another."""
        cosines = self.examples @ vector
        nearest = np.full(len(self.labels), -1.0, dtype=np.float32)
        np.maximum.at(nearest, self.classes, cosines)
        shares = softmax(vector @ self.weights + self.bias)
        best = int(np.argmax(shares + 0.5 * nearest))
        cosine, share = float(nearest[best]), float(shares[best])
        score = 0.5 * (share + cosine)
        example = int(np.argmax(np.where(self.classes == best, cosines, -1.0)))
        return Guess(
            label=self.labels[best],
            confidence=min(1.0, max(0.0, score)),
            example=self.texts[example],
            accepted=cosine >= LEAST_COSINE and score >= LEAST_SCORE,
        )


def train_intents(examples: Mapping[str, tuple[str, ...]], encoder: Encoder) -> TrainedIntents | None:
    """A classifier of the author's examples; None where there is no example at all. One intent alone is judged by cosine."""
    labels = tuple(label for label, texts in examples.items() if texts)
    texts = tuple(text for label in labels for text in examples[label])
    if not texts:
        return None
    classes = np.array([n for n, label in enumerate(labels) for _ in examples[label]], dtype=np.intp)
    vectors = encoder.encode([shorten(text) for text in texts])
    weights, bias = train_logistic(vectors, classes, len(labels), penalty=3e-5, n_rounds=150)
    return TrainedIntents(labels=labels, weights=weights, bias=bias, examples=vectors, classes=classes, texts=texts)
