"""What a text is made of, letter by letter: weights of its words, pairs of words and pieces of words (TF-IDF)."""

import math
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nlp.folding import Folded

Matrix = NDArray[np.float32]
PIECES = (3, 4)
"""Lengths of the pieces of words; a word's ends count as letters, so that beginnings and ends are told from middles."""


def parts(text: Folded) -> Counter[str]:
    """Words and pairs of words, and pieces of words, counted. A space tells the one kind from the other."""
    words = text.words
    found = Counter(f"{word} " for word in words)
    found.update(f"{first} {second}" for first, second in pairwise(words))
    for word in words:
        bounded = f"<{word}>"
        found.update(bounded[at : at + n] for n in PIECES for at in range(len(bounded) - n + 1))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """The parts that some texts are made of, each with its number and its weight; a part of fewer texts weighs more."""

    numbers: dict[str, int]
    weights: Matrix

    def row(self, text: Folded) -> tuple[NDArray[np.intp], Matrix]:
        """The numbers and weights of a text's known parts; the squares of the weights of words, and of pieces, sum to a half each."""
        counted = [(self.numbers[part], count, " " in part) for part, count in parts(text).items() if part in self.numbers]
        if not counted:
            return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.float32)
        numbers = np.array([number for number, _, _ in counted], dtype=np.intp)
        weights = self.weights[numbers] * np.array([1.0 + math.log(count) for _, count, _ in counted], dtype=np.float32)
        worded = np.array([is_words for _, _, is_words in counted])
        for kind in (worded, ~worded):
            length = float(np.linalg.norm(weights[kind]))
            weights[kind] *= math.sqrt(0.5) / length if length else 0.0
        return numbers, weights


def learn_vocabulary(texts: list[Folded]) -> Vocabulary:
    """The parts of these texts. Weight: 1 + ln((1 + texts) / (1 + texts with it))."""
    present = Counter(part for text in texts for part in set(parts(text)))
    numbers = {part: n for n, part in enumerate(present)}
    shares = np.array([math.log((1 + len(texts)) / (1 + present[part])) + 1.0 for part in present], dtype=np.float32)
    return Vocabulary(numbers, shares)


def likeness(rows: list[tuple[NDArray[np.intp], Matrix]], n_parts: int) -> Matrix:
    """How like each two texts are, 0 to 1: the products of their rows, summed part by part, so that nothing large is laid out."""
    holders: list[list[tuple[int, float]]] = [[] for _ in range(n_parts)]
    for at, (numbers, weights) in enumerate(rows):
        for number, weight in zip(numbers.tolist(), weights.tolist(), strict=True):
            holders[number].append((at, weight))
    alike = np.zeros((len(rows), len(rows)), dtype=np.float32)
    for held in holders:
        if len(held) > 1:
            where = np.array([at for at, _ in held], dtype=np.intp)
            weights = np.array([weight for _, weight in held], dtype=np.float32)
            alike[np.ix_(where, where)] += np.outer(weights, weights)
    np.fill_diagonal(alike, [float(weights @ weights) for _, weights in rows])
    return alike
