"""Our own small classifiers over the encoder's vectors: may it be an opt-out, and in what mood was it written?

Trained by `python -m nlp.train` on sentences written for this project (nlp/data/*.txt).
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlp.encoder import Vector
from nlp.logistic import softmax

DATA = Path(__file__).parent / "data"
MODEL = DATA / "model.npz"
MODEL_HASH = DATA / "model.sha256"
OPTOUT_CLASSES = ("ordinary", "optout", "human")
SENTIMENT_CLASSES = ("negative", "neutral", "positive")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeaningModel:
    """Weights and biases of the two classifiers, in the order of the classes above."""

    optout_weights: Vector
    optout_bias: Vector
    sentiment_weights: Vector
    sentiment_bias: Vector

    def wish_shares(self, vector: Vector) -> tuple[float, float]:
        """How likely a text is an opt-out, and how likely a wish for a person, each 0 to 1."""
        shares = softmax(vector @ self.optout_weights + self.optout_bias)
        return float(shares[OPTOUT_CLASSES.index("optout")]), float(shares[OPTOUT_CLASSES.index("human")])

    def sentiment_shares(self, vector: Vector) -> Vector:
        """Shares of negative, neutral, positive."""
        return softmax(vector @ self.sentiment_weights + self.sentiment_bias)


def load_meaning(file: Path = MODEL, hash_file: Path = MODEL_HASH) -> MeaningModel:
    """The model that ships with this package. Raises ValueError if it is not the one whose hash was recorded when it was trained."""
    actual = hashlib.sha256(file.read_bytes()).hexdigest()
    if actual != hash_file.read_text().strip():
        raise ValueError(f"{file.name} does not match {hash_file.name}; train again with: python -m nlp.train")
    with np.load(file, allow_pickle=False) as arrays:
        return MeaningModel(
            **{name: arrays[name].astype(np.float32) for name in ("optout_weights", "optout_bias", "sentiment_weights", "sentiment_bias")}
        )


def read_sentences(name: str, folder: Path = DATA) -> list[str]:
    """One sentence a line; empty lines and lines that begin with # say nothing."""
    lines = (folder / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
