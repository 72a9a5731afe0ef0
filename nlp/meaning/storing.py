"""Trained intents as bytes and back: they are learned once, when flows are published, and every process reads what was learned."""

import hashlib
import io
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from nlp.meaning.classifiers import read_sentences
from nlp.meaning.english import installed
from nlp.meaning.intents import TrainedIntents, View
from nlp.meaning.ngrams import Vocabulary

FORMAT = 1
"""Of the bytes; another number is another way of writing or of learning, and what was stored before is learned anew."""


def fingerprint(examples: Mapping[str, tuple[str, ...]]) -> str:
    """What trained intents are known by: all that they are learned from, and whether the English extra is there. SHA-256, in hex."""
    learned_from = [FORMAT, installed(), read_sentences("background"), list(examples.items())]
    return hashlib.sha256(json.dumps(learned_from).encode()).hexdigest()


def to_bytes(intents: TrainedIntents) -> bytes:
    """Half precision, which changes no decision; compressed. No pickle: reading it back runs nothing."""
    arrays: dict[str, Any] = {}
    models = [intents, *([intents.english] if intents.english else [])]
    told = {
        "labels": intents.labels,
        "texts": intents.texts,
        "models": [{"n_views": len(model.views), "parts": list(model.vocabulary.numbers)} for model in models],
    }
    arrays["told"] = np.frombuffer(json.dumps(told, ensure_ascii=False).encode(), dtype=np.uint8)
    arrays["classes"] = intents.classes.astype(np.int32)
    for n, model in enumerate(models):
        arrays[f"{n}.rarity"] = model.vocabulary.weights
        arrays[f"{n}.by_letters"] = model.by_letters.astype(np.float16)
        arrays[f"{n}.bias"] = model.bias
        for k, view in enumerate(model.views):
            arrays[f"{n}.{k}.vectors"] = view.vectors.astype(np.float16)
            arrays[f"{n}.{k}.weights"] = view.weights
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def from_bytes(content: bytes) -> TrainedIntents:
    """What `to_bytes` wrote. Raises ValueError for anything else."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            told = json.loads(bytes(arrays["told"]))
            models = [_model(arrays, told, n, **one) for n, one in enumerate(told["models"])]
    except (OSError, KeyError, TypeError, EOFError) as problem:
        raise ValueError(f"these are no trained intents: {problem}") from problem
    plain = models[0]
    plain.english = models[1] if len(models) > 1 else None
    return plain


def _model(arrays: Any, told: dict[str, list[str]], n: int, *, n_views: int, parts: list[str]) -> TrainedIntents:
    return TrainedIntents(
        labels=tuple(told["labels"]),
        texts=tuple(told["texts"]),
        classes=arrays["classes"].astype(np.intp),
        views=tuple(
            View(vectors=arrays[f"{n}.{k}.vectors"].astype(np.float32), weights=arrays[f"{n}.{k}.weights"]) for k in range(n_views)
        ),
        vocabulary=Vocabulary({part: at for at, part in enumerate(parts)}, arrays[f"{n}.rarity"]),
        by_letters=arrays[f"{n}.by_letters"].astype(np.float32),
        bias=arrays[f"{n}.bias"],
    )
