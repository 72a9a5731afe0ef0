"""Our own small classifiers over the encoder's vectors: one file of weights each, in nlp/data, checked against its hash.

Trained by `make models` on sentences written for this project (nlp/data/*/*.txt).
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlp.meaning.encoder import Vector
from nlp.meaning.logistic import softmax

DATA = Path(__file__).parents[1] / "data"
HASHES = "models.sha256"


class ModelDamagedError(Exception):
    """A model that ships with Parley is missing, or is not the one that was trained; the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Classifier:
    """A softmax regression: weights (features, classes) and bias (classes,), in the order of `classes`."""

    classes: tuple[str, ...]
    weights: Vector
    bias: Vector

    def shares(self, features: Vector) -> dict[str, float]:
        """How likely each class is, summing to 1. features: (features,), as `weights` were trained on."""
        return dict(zip(self.classes, softmax(features @ self.weights + self.bias).tolist(), strict=True))


def load_classifier(name: str, folder: Path = DATA) -> Classifier:
    """The classifier `name` that ships with this package. Raises ModelDamagedError."""
    file = folder / f"{name}.npz"
    try:
        actual = hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as problem:
        raise ModelDamagedError(f"{file.name} cannot be read: {problem.strerror}") from problem
    if actual != recorded_hashes(folder).get(file.name):
        raise ModelDamagedError(f"{file.name} is not the file that {HASHES} names; train again with: make models")
    with np.load(file, allow_pickle=False) as arrays:
        return Classifier(
            classes=tuple(arrays["classes"].tolist()),
            weights=arrays["weights"].astype(np.float32),
            bias=arrays["bias"].astype(np.float32),
        )


def save_classifier(name: str, classifier: Classifier, folder: Path = DATA) -> Path:
    """Writes the weights in half precision, which changes no decision, and records the file's hash. The same weights, the same bytes."""
    file = folder / f"{name}.npz"
    np.savez(
        file,
        classes=np.array(classifier.classes),
        weights=classifier.weights.astype(np.float16),
        bias=classifier.bias.astype(np.float16),
    )
    hashes = recorded_hashes(folder) | {file.name: hashlib.sha256(file.read_bytes()).hexdigest()}
    lines = (f"{digest}  {name}\n" for name, digest in sorted(hashes.items()))
    (folder / HASHES).write_text("".join(lines), encoding="utf-8")
    return file


def recorded_hashes(folder: Path = DATA) -> dict[str, str]:
    """File name → SHA-256, as `sha256sum` writes them; empty where the list is missing."""
    try:
        lines = (folder / HASHES).read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def read_sentences(name: str, folder: Path = DATA) -> list[str]:
    """One sentence a line; empty lines and lines that begin with # say nothing. name: as in "wishes/optout"."""
    lines = (folder / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
