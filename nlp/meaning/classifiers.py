"""Our own small classifiers over the encoder's vectors: one file of weights each, in nlp/data, checked against its hash.

Trained by `make models` on sentences written for this project (nlp/data/*/*.txt).
"""

import hashlib
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.folding import Folded
from nlp.meaning.encoder import Vector
from nlp.meaning.logistic import softmax
from nlp.meaning.ngrams import parts

DATA = Path(__file__).parents[1] / "data"
HASHES = "models.sha256"
STEEPNESS = 2.0
N_BUCKETS = 4096
PARTS_SHARE = 0.7
"""How much a text's letters count beside its meaning, whose likeness to itself is 1."""


class ModelDamagedError(Exception):
    """A model that ships with Parley is missing, or is not the one that was trained; the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Classifier:
    """A softmax regression over what the encoder made of a text: weights (features, classes) and bias (classes,), as in `classes`.

    landmarks: (features, 512) vectors of sentences; a text's likeness to each is then its feature (None: its vector itself is).
    by_parts: (N_BUCKETS, classes), weights of the parts of the text's words beside it (None: its letters do not count).
    """

    classes: tuple[str, ...]
    weights: Vector
    bias: Vector
    landmarks: Vector | None = None
    by_parts: Vector | None = None

    def shares(self, vector: Vector, text: Folded) -> dict[str, float]:
        """How likely each class is, summing to 1."""
        scores = (vector if self.landmarks is None else alike(self.landmarks @ vector)) @ self.weights + self.bias
        if self.by_parts is not None:
            buckets, amounts = hashed(text)
            scores = scores + amounts @ self.by_parts[buckets]
        return dict(zip(self.classes, softmax(scores).tolist(), strict=True))


def alike(cosines: Vector, steepness: float = STEEPNESS) -> Vector:
    """Likeness of meaning, 0 to 1: a Gaussian of the distance between unit vectors, so that what is unlike all counts for little."""
    likeness: Vector = np.exp(-2.0 * steepness * (1.0 - cosines)).astype(np.float32, copy=False)
    return likeness


def hashed(text: Folded) -> tuple[NDArray[np.intp], Vector]:
    """The buckets into which the parts of a text fall, and how much of it each holds; the squares sum to PARTS_SHARE squared.

    Source: Weinberger et al. 2009, ICML (feature hashing; the sign keeps collisions from adding up).
    """
    amounts: dict[int, float] = {}
    for part in parts(text):
        digest = zlib.crc32(part.encode())
        bucket = digest % N_BUCKETS
        amounts[bucket] = amounts.get(bucket, 0.0) + (1.0 if digest >> 20 & 1 else -1.0)
    buckets = np.fromiter(amounts, dtype=np.intp, count=len(amounts))
    held = np.fromiter(amounts.values(), dtype=np.float32, count=len(amounts))
    length = float(np.linalg.norm(held))
    return buckets, held * np.float32(PARTS_SHARE / length if length else 0.0)


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
            **{name: arrays[name].astype(np.float32) for name in ("weights", "bias", "landmarks", "by_parts") if name in arrays},
        )


def save_classifier(name: str, classifier: Classifier, folder: Path = DATA) -> Path:
    """Writes the weights in half precision, which changes no decision, and records the file's hash. The same weights, the same bytes."""
    file = folder / f"{name}.npz"
    given = {name: getattr(classifier, name) for name in ("weights", "bias", "landmarks", "by_parts")}
    arrays = {name: array.astype(np.float16) for name, array in given.items() if array is not None}
    np.savez(file, allow_pickle=False, classes=np.array(classifier.classes), **arrays)
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
