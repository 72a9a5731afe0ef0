"""Sentiment: what the words say, by a lexicon in five languages, and the encoder's opinion beside it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from nlp.folding import Folded
from nlp.mood.lexical import Lexical, look_for_mood
from nlp.types import Sentiment

# How much each says, tuned on half of a public set of short texts, which is no part of this project (docs/reading.md).
_BY_MEANING = 0.6
_EXCLAIMED = 0.4
_DENIED = 0.6
_WIDTH_BY_MEANING = 1.3
_WIDTH_WITH_LINK = 0.2
# Taking praise for a complaint costs more than hearing neither: a complaint has to be said more clearly than praise.
_LEAST_PRAISE, _LEAST_BLAME = 0.1, 0.3
_LEAST = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """A sentiment and how sure."""

    sentiment: Sentiment
    confidence: float


def mood(text: Folded, shares: Mapping[str, float] | None) -> Mood | None:
    """The sentiment by lexicon and, where the encoder was asked, by its shares of negative, neutral and positive.

    None without words, and without the encoder where the lexicon knows none of the words.
    """
    found = look_for_mood(text)
    return _by_words(found) if shares is None else _by_both(found, shares)


def _by_words(found: Lexical) -> Mood | None:
    if found.score == 0:
        return None
    return Mood(sentiment=Sentiment.POSITIVE if found.score > 0 else Sentiment.NEGATIVE, confidence=min(0.9, 0.5 + 0.2 * abs(found.score)))


def _by_both(found: Lexical, shares: Mapping[str, float]) -> Mood:
    lean = 2.0 * math.tanh(found.score / 2.0) + _BY_MEANING * (shares["positive"] - shares["negative"])
    lean += _EXCLAIMED * found.exclaimed - _DENIED * found.negated
    # The more a text's meaning is like that of plain statements, the further it must lean to be more than one.
    width = _WIDTH_BY_MEANING * (shares["neutral"] - 1.0 / 3.0) + _WIDTH_WITH_LINK * found.linked
    praise, blame = max(_LEAST, _LEAST_PRAISE + width), max(_LEAST, _LEAST_BLAME + width)
    if lean > praise:
        return Mood(sentiment=Sentiment.POSITIVE, confidence=_sure(lean - praise))
    if lean < -blame:
        return Mood(sentiment=Sentiment.NEGATIVE, confidence=_sure(-lean - blame))
    return Mood(sentiment=Sentiment.NEUTRAL, confidence=_sure(0.5 * min(praise - lean, blame + lean)))


def _sure(margin: float) -> float:
    """How often a text that is so far from leaning otherwise is read rightly, about."""
    return 0.48 + 0.48 * math.tanh(margin)
