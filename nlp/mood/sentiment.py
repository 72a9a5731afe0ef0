"""Sentiment: a lexicon with negation in five languages, and the encoder's opinion where the lexicon has none."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nlp.folding import Folded
from nlp.mood.sentiment_words import INTENSIFIERS, NEGATIVE, NEGATIVE_HAN, NEGATIVE_SIGNS, NEGATORS, POSITIVE, POSITIVE_HAN, POSITIVE_SIGNS
from nlp.types import Sentiment

# What neutral is given beforehand: taking praise for a complaint costs more than hearing neither. Tuned on short texts (docs/reading.md).
NEUTRAL_AHEAD = 0.1

_HAN_NEGATION = re.compile("[不没无别勿]+(?:是|太|够|很|怎么|那么)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """A sentiment and how sure."""

    sentiment: Sentiment
    confidence: float


def lexical_score(text: Folded) -> float:
    """Positive for praise, negative for complaint, 0 where no word says anything. About one per telling word or emoji."""
    score = 0.0
    for clause in text.sentence.split(" | "):
        clause_score, weight, flip = 0.0, 1.0, 0
        for word in clause.split():
            if word in NEGATORS:
                flip = 4
            elif word in INTENSIFIERS:
                weight = 1.5
            elif word in POSITIVE or word in NEGATIVE:
                value = (1.0 if word in POSITIVE else -1.0) * weight
                # "not good" is a complaint; "not bad" is no more than mild praise.
                clause_score += value if not flip else (-0.9 if value > 0 else 0.5)
                weight = 1.0
            flip = max(0, flip - 1)
        if clause.startswith(("but ", "mais ", "pero ", "aber ")):
            clause_score *= 1.5
        score += clause_score
    return score + _signs(text) + _han(text)


def _signs(text: Folded) -> float:
    if text.raw.isascii():
        return 0.8 * (len(re.findall(r"[:;=]-?[)D]|<3", text.raw)) > 0) - 0.8 * (
            len(re.findall(r"(?<!\w)[:=]'?-?(?:[(|\\]|/(?!/))", text.raw)) > 0
        )
    positive = sum(sign in POSITIVE_SIGNS for sign in text.raw)
    negative = sum(sign in NEGATIVE_SIGNS for sign in text.raw)
    return min(positive, 2) * 0.9 - min(negative, 2) * 0.9


def _han(text: Folded) -> float:
    if text.lettered.isascii():
        return 0.0
    score = 0.0
    for pattern, sign in ((POSITIVE_HAN, 1.0), (NEGATIVE_HAN, -1.0)):
        for match in pattern.finditer(text.lettered):
            negated = _HAN_NEGATION.search(text.lettered, max(0, match.start() - 4), match.start())
            score += -sign * 0.9 if negated else sign
    return score


def mood(text: Folded, shares: Mapping[str, float] | None) -> Mood | None:
    """The sentiment by lexicon and, where the encoder was asked, by its shares of negative, neutral and positive.

    None without words, and without the encoder where the lexicon knows none of the words.
    """
    score = lexical_score(text)
    if shares is None:
        if score == 0:
            return None
        return Mood(sentiment=Sentiment.POSITIVE if score > 0 else Sentiment.NEGATIVE, confidence=min(0.9, 0.5 + 0.2 * abs(score)))
    lean = 0.9 * float(np.tanh(score)) if score else 0.0
    weighed = {
        Sentiment.NEGATIVE: max(0.0, shares["negative"] - lean),
        Sentiment.NEUTRAL: shares["neutral"] + NEUTRAL_AHEAD - 0.5 * abs(lean),
        Sentiment.POSITIVE: max(0.0, shares["positive"] + lean),
    }
    best = max(weighed, key=lambda sentiment: weighed[sentiment])
    total = sum(max(0.0, share) for share in weighed.values())
    return Mood(sentiment=best, confidence=min(1.0, weighed[best] / total) if total else 0.0)
