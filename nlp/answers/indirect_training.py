"""Trains nlp.answers.indirect on nlp/data/indirect: questions, and what people answer who mean yes, no or maybe."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlp.answers.indirect import MEANING_SHARE, VALUES, IndirectModel, bent, joined, sparse_row
from nlp.answers.yesno_words import ALL
from nlp.meaning.classifiers import DATA
from nlp.meaning.encoder import Encoder, Vector
from nlp.meaning.logistic import train_logistic

N_SHORT = 128
PENALTY = 1e-3
EACH = 8
_MARKS = {"-": "no", "~": "maybe", "+": "yes"}
_SLOT = re.compile(r"\{([a-z]+)(2?)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A question, an answer to it, and what it means."""

    question: str
    answer: str
    value: str


def read_told(folder: Path = DATA / "indirect") -> list[Told]:
    """All examples, in the order of the files' names. See the head of en_leisure.txt and en_plain.txt for the form."""
    return [told for file in sorted(folder.glob("*.txt")) for told in _read(file.read_text(encoding="utf-8").splitlines())]


def outright() -> list[Told]:
    """One of every EACH phrases that answer by themselves, to no question in particular: for what is like them, and rules do not know."""
    phrases = [(phrase.strip(), value) for lists in ALL for value in VALUES for phrase in lists[value].split(",")]
    return [Told(question="", answer=phrase, value=value) for phrase, value in phrases[::EACH]]


def _read(lines: list[str]) -> Iterator[Told]:
    lists: dict[str, list[str]] = {}
    question, n = "", 0
    for line in lines:
        mark, said = line[:1], line[2:]
        if mark == "=":
            name, _, listed = said.partition(": ")
            lists[name] = listed.split(", ")
        elif mark == "?":
            question, n = said, 0
        elif mark in _MARKS:
            for n, answer in enumerate(said.split(" / "), n + 1):  # noqa: B020 - goes on counting through a question's lines
                for turn in range(2 if _SLOT.search(question) else 1):
                    told = _filled(f"{question}\n{answer.strip()}", lists, 2 * n + 5 * turn, 3 + turn)
                    yield Told(question=told[0], answer=told[1], value=_MARKS[mark])


def _filled(both: str, lists: dict[str, list[str]], at: int, apart: int) -> list[str]:
    """Each {slot} with a word of its list, the same in question and answer; {slot2} with another one."""
    return _SLOT.sub(lambda slot: lists[slot[1]][(at + apart * bool(slot[2])) % len(lists[slot[1]])], both).split("\n")


def _encode(encoder: Encoder, texts: list[str]) -> Vector:
    unique = list(dict.fromkeys(texts))
    rows = dict(zip(unique, np.vstack([encoder.encode(unique[at : at + 64]) for at in range(0, len(unique), 64)]), strict=True))
    return np.stack([rows[text] for text in texts])


def vectors_of(told: list[Told], encoder: Encoder) -> Vector:
    """Their joined vectors, (n, 2 x 512)."""
    both = [f"{one.question} {one.answer}" for one in told]
    return joined(_encode(encoder, [one.answer for one in told]), _encode(encoder, both))


def train_indirect(told: list[Told], encoder: Encoder) -> IndirectModel:
    """Logistic regression on the kernel's own features, as nlp.meaning.intents does it; every value counts the same."""
    return fit(vectors_of(told, encoder), np.stack([sparse_row(one.question, one.answer) for one in told]), told)


def fit(vectors: Vector, words: Vector, told: list[Told]) -> IndirectModel:
    """The same from vectors and sparse rows that are at hand."""
    middle = vectors.mean(axis=0)
    _, directions = np.linalg.eigh((vectors - middle).T.astype(np.float64) @ (vectors - middle))
    turn = directions[:, ::-1][:, :N_SHORT].astype(np.float16).astype(np.float32)
    rows = ((vectors - middle) @ turn).astype(np.float16).astype(np.float32)
    squares = (rows**2).sum(axis=1)
    kernel = MEANING_SHARE * bent(rows @ rows.T, squares, squares[:, None]) + (1.0 - MEANING_SHARE) * (words @ words.T)
    factor = np.linalg.cholesky(kernel.astype(np.float64) + 1e-3 * np.eye(len(kernel)))
    values = np.array([VALUES.index(one.value) for one in told], dtype=np.intp)
    weights, bias = train_logistic(factor.astype(np.float32), values, len(VALUES), penalty=PENALTY, n_rounds=150)
    dual = np.linalg.solve(factor.T, weights.astype(np.float64)).astype(np.float32)
    return IndirectModel(
        middle=middle,
        turn=turn,
        rows=rows,
        by_meaning=MEANING_SHARE * dual,
        by_words=(1.0 - MEANING_SHARE) * (words.T @ dual),
        bias=bias,
    )
