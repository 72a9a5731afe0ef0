"""`make models`: trains every classifier in nlp/data on the sentences beside it, and records their hashes."""

import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from nlp.answers.indirect import save_indirect
from nlp.answers.indirect_training import outright, read_told, train_indirect
from nlp.folding import look
from nlp.meaning.classifiers import DATA, N_BUCKETS, Classifier, alike, hashed, read_sentences, save_classifier
from nlp.meaning.encoder import Encoder, load_encoder
from nlp.meaning.logistic import train_logistic

N_LANDMARKS = 1500
"""Sentences that a text is held against: more of them hardly help, and cost a text time."""

_MOODS = ("mood/negative", "mood/neutral", "mood/positive")
WISHES: Mapping[str, tuple[str, ...]] = {
    "ordinary": ("wishes/ordinary", *_MOODS),
    "optout": ("wishes/optout",),
    "human": ("wishes/human",),
}
MOOD: Mapping[str, tuple[str, ...]] = {file.rpartition("/")[2]: (file, f"{file}_en", f"{file}_more") for file in _MOODS}


def _read(files: Mapping[str, tuple[str, ...]]) -> tuple[list[str], NDArray[np.intp]]:
    """The sentences of all classes, and the number of each one's class."""
    told = [(sentence, n) for n, names in enumerate(files.values()) for file in names for sentence in read_sentences(file)]
    return [sentence for sentence, _ in told], np.array([n for _, n in told], dtype=np.intp)


def train_classifier(files: Mapping[str, tuple[str, ...]], encoder: Encoder, penalty: float) -> Classifier:
    """A classifier of the sentences in `files`: class → its files."""
    sentences, numbers = _read(files)
    weights, bias = train_logistic(encoder.encode(sentences), numbers, len(files), penalty=penalty, n_rounds=600)
    return Classifier(classes=tuple(files), weights=weights, bias=bias)


def train_kernel(files: Mapping[str, tuple[str, ...]], encoder: Encoder, penalty: float) -> Classifier:
    """A classifier of the same over likeness to some of the sentences, which are drawn by a fixed seed, and over their letters."""
    sentences, numbers = _read(files)
    vectors = encoder.encode(sentences)
    drawn = np.random.default_rng(0).permutation(len(vectors))[:N_LANDMARKS]
    landmarks = vectors[np.sort(drawn)].astype(np.float16).astype(np.float32)  # as they will be read
    # Nystroem's features: their products are the likeness of the sentences, as far as the landmarks tell it.
    sizes, ways = np.linalg.eigh(alike(landmarks @ landmarks.T).astype(np.float64) + 1e-3 * np.eye(len(landmarks)))
    turn = (ways / np.sqrt(sizes)).astype(np.float32)
    letters = np.zeros((len(vectors), N_BUCKETS), dtype=np.float32)
    for row, sentence in zip(letters, sentences, strict=True):
        buckets, amounts = hashed(look(sentence))
        row[buckets] = amounts
    features = np.hstack([alike(vectors @ landmarks.T) @ turn, letters])
    weights, bias = train_logistic(features, numbers, len(files), penalty=penalty, n_rounds=400)
    by_meaning = turn @ weights[: len(landmarks)]
    return Classifier(classes=tuple(files), weights=by_meaning, bias=bias, landmarks=landmarks, by_parts=weights[len(landmarks) :])


def train_all(folder: Path = DATA) -> list[Path]:
    """Writes all models into `folder`; no chance is in it, so that the same sentences give the same bytes."""
    encoder = load_encoder()
    with threadpool_limits(limits=1, user_api="blas"):  # sums of several threads differ in their last digits
        return [
            save_classifier("wishes", train_kernel(WISHES, encoder, 1e-4), folder),
            save_classifier("mood", train_classifier(MOOD, encoder, 3e-3), folder),
            save_indirect(train_indirect([*read_told(), *outright()], encoder), folder),
        ]


def main() -> None:
    """Trains, writes and says what was written."""
    for file in train_all():
        sys.stdout.write(f"{file.name}: {file.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
