"""What ships is trained without chance: the same sentences give the same weights, and the files are those that were recorded."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from nlp.folding import look
from nlp.meaning import train
from nlp.meaning.classifiers import Classifier, load_classifier, recorded_hashes, save_classifier
from nlp.meaning.encoder import Encoder, load_encoder

FILES = {"human": ("wishes/human",), "negative": ("mood/negative",)}


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


@pytest.mark.parametrize("trained_by", [train.train_classifier, train.train_kernel])
def test_the_same_sentences_give_the_same_bytes(trained_by: object, encoder: Encoder, tmp_path: Path) -> None:
    assert callable(trained_by)
    digests = set()
    for name in ("first", "second"):
        (folder := tmp_path / name).mkdir()
        made = trained_by(FILES, encoder, 1e-3)
        assert isinstance(made, Classifier)
        file = save_classifier("some", made, folder)
        digests.add(hashlib.sha256(file.read_bytes()).hexdigest())
        assert recorded_hashes(folder) == {"some.npz": hashlib.sha256(file.read_bytes()).hexdigest()}
    assert len(digests) == 1


def test_what_is_saved_is_what_was_trained(encoder: Encoder, tmp_path: Path) -> None:
    made = train.train_kernel(FILES, encoder, 1e-3)
    save_classifier("some", made, tmp_path)
    read = load_classifier("some", tmp_path)
    for text in ("let me talk to somebody from your team", "the soup was cold and the waiter rude"):
        vector = encoder.encode([text])[0]
        before, after = made.shares(vector, look(text)), read.shares(vector, look(text))
        assert max(before, key=before.__getitem__) == max(after, key=after.__getitem__)
        assert np.allclose([*before.values()], [*after.values()], atol=0.02), "half precision changes no decision"
