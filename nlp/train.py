"""`python -m nlp.train`: trains nlp/data/model.npz on the sentences beside it, and records its hash."""

import hashlib
import sys
from collections.abc import Mapping

import numpy as np

from nlp.encoder import Encoder, Vector, load_encoder
from nlp.logistic import train_logistic
from nlp.meaning import MODEL, MODEL_HASH, OPTOUT_CLASSES, SENTIMENT_CLASSES, read_sentences

_SENTIMENT_FILES = {"negative": ("negative",), "neutral": ("neutral",), "positive": ("positive",)}
_OPTOUT_FILES = {"ordinary": ("ordinary", "neutral", "positive", "negative"), "optout": ("optout",), "human": ("human",)}


def train_classifier(
    classes: tuple[str, ...], files: Mapping[str, tuple[str, ...]], encoder: Encoder, penalty: float
) -> tuple[Vector, Vector]:
    """Weights and bias, in the order of the classes."""
    sentences = [(sentence, n) for n, name in enumerate(classes) for file in files[name] for sentence in read_sentences(file)]
    vectors = encoder.encode([sentence for sentence, _ in sentences])
    return train_logistic(vectors, np.array([n for _, n in sentences], dtype=np.intp), len(classes), penalty=penalty, n_rounds=600)


def main() -> None:
    """Trains, writes and says what was written."""
    encoder = load_encoder()
    optout_weights, optout_bias = train_classifier(OPTOUT_CLASSES, _OPTOUT_FILES, encoder, 1e-3)
    sentiment_weights, sentiment_bias = train_classifier(SENTIMENT_CLASSES, _SENTIMENT_FILES, encoder, 2e-2)
    # Half precision halves the file and changes no decision; savez without compression keeps the bytes the same for the same numbers.
    np.savez(
        MODEL,
        optout_weights=optout_weights.astype(np.float16),
        optout_bias=optout_bias.astype(np.float16),
        sentiment_weights=sentiment_weights.astype(np.float16),
        sentiment_bias=sentiment_bias.astype(np.float16),
    )
    MODEL_HASH.write_text(hashlib.sha256(MODEL.read_bytes()).hexdigest() + "\n")
    sys.stdout.write(f"{MODEL.name}: {MODEL.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
