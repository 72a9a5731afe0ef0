"""How well an author's examples hold together: each is read by a model that has not seen it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nlp.folding import look
from nlp.meaning.encoder import Encoder, Vector, shorten
from nlp.meaning.intents import train_intents

FOLDS = 5
LONELY_BELOW = 0.30
"""Cosine to the nearest example of the same intent, below which an example teaches nothing about the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One example, what it was taken for, the example that decided, and whether it is unlike all others of its intent."""

    label: str
    text: str
    guess: str
    example: str
    lonely: bool


class _Remembered:
    """Encodes each text once, however many models are trained on it."""

    def __init__(self, encoder: Encoder, texts: list[str]) -> None:
        self._encoder = encoder
        self._rows = dict(zip(texts, encoder.encode(texts), strict=True))

    def encode(self, texts: list[str]) -> Vector:
        for text in texts:
            if text not in self._rows:
                self._rows[text] = self._encoder.encode([text])[0]
        return np.stack([self._rows[text] for text in texts])


def trial(examples: Mapping[str, tuple[str, ...]], encoder: Encoder) -> list[Tried]:
    """Every example of an intent that has two or more, read by a model of the other folds."""
    pairs = [(label, text) for label, texts in examples.items() for text in texts if len(texts) > 1]
    if not pairs:
        return []
    remembered = _Remembered(encoder, [shorten(text) for texts in examples.values() for text in texts])
    n_folds = min(FOLDS, max(len(texts) for texts in examples.values()))
    return [tried for fold in range(n_folds) for tried in _one_fold(examples, remembered, fold, n_folds)]


def _one_fold(examples: Mapping[str, tuple[str, ...]], encoder: Encoder, fold: int, n_folds: int) -> list[Tried]:
    kept = {
        label: tuple(text for n, text in enumerate(texts) if n % n_folds != fold or len(texts) == 1) for label, texts in examples.items()
    }
    model = train_intents(kept, encoder)
    if model is None:
        return []
    tried = []
    for label, texts in examples.items():
        for text in texts[fold::n_folds] if len(texts) > 1 else ():
            vector = encoder.encode([shorten(text)])[0]
            guess = model.guess(look(text), vector)
            nearest = max(float(row @ vector) for row in encoder.encode([shorten(other) for other in kept[label]] or [shorten(text)]))
            tried.append(Tried(label=label, text=text, guess=guess.label, example=guess.example, lonely=nearest < LONELY_BELOW))
    return tried
