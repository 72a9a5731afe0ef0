"""`make models`: trains every classifier in nlp/data on the sentences beside it, and records their hashes."""

import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from nlp.answers.indirect import save_indirect
from nlp.answers.indirect_training import outright, read_told, train_indirect
from nlp.meaning.classifiers import DATA, Classifier, read_sentences, save_classifier
from nlp.meaning.encoder import Encoder, load_encoder
from nlp.meaning.logistic import train_logistic

_MOODS = ("mood/negative", "mood/neutral", "mood/positive")
WISHES: Mapping[str, tuple[str, ...]] = {
    "ordinary": ("wishes/ordinary", *_MOODS),
    "optout": ("wishes/optout",),
    "human": ("wishes/human",),
}
MOOD: Mapping[str, tuple[str, ...]] = {file.rpartition("/")[2]: (file,) for file in _MOODS}


def train_classifier(files: Mapping[str, tuple[str, ...]], encoder: Encoder, penalty: float) -> Classifier:
    """A classifier of the sentences in `files`: class → its files."""
    classes = tuple(files)
    sentences = [(sentence, n) for n, name in enumerate(classes) for file in files[name] for sentence in read_sentences(file)]
    vectors = encoder.encode([sentence for sentence, _ in sentences])
    numbers = np.array([n for _, n in sentences], dtype=np.intp)
    weights, bias = train_logistic(vectors, numbers, len(classes), penalty=penalty, n_rounds=600)
    return Classifier(classes=classes, weights=weights, bias=bias)


def train_all(folder: Path = DATA) -> list[Path]:
    """Writes all models into `folder`; no chance is in it, so that the same sentences give the same bytes."""
    encoder = load_encoder()
    return [
        save_classifier("wishes", train_classifier(WISHES, encoder, 1e-3), folder),
        save_classifier("mood", train_classifier(MOOD, encoder, 2e-2), folder),
        save_indirect(train_indirect([*read_told(), *outright()], encoder), folder),
    ]


def main() -> None:
    """Trains, writes and says what was written."""
    for file in train_all():
        sys.stdout.write(f"{file.name}: {file.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
