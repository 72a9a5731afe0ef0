# ruff: noqa: E501 - a list of words is easier to check on long lines.
"""The lexicon of praise and complaint: nlp/data/mood/lexicon.txt, read once; what single words and phrases of a text weigh."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from nlp.folding import word_set
from nlp.meaning.classifiers import DATA
from nlp.types import LANGUAGES

ANY = "any"
MOST_WORDS = 6
"""Of a phrase."""
_HAN = re.compile("[\u3400-\u9fff]")
# What English puts behind a word without turning its mood, longest first.
_ENDINGS = ("iness", "ness", "ingly", "edly", "ies", "ing", "ied", "est", "ily", "ier", "ed", "er", "ly", "es", "in", "s", "y", "d")
_LONG_DRAWN = re.compile(r"(.)\1{2,}")

NEGATORS = {
    "en": word_set(
        "not no never isnt wasnt arent werent aint dont didnt doesnt cant cannot couldnt wouldnt wont shouldnt hasnt havent hadnt nothing nobody"
        " none hardly barely without neither nor n't lacks lacking nowhere rarely seldom zero"
    ),
    "fr": word_set("ne n pas jamais aucun aucune rien sans ni guere plus"),
    "es": word_set("no nunca jamas sin tampoco nada ningun ninguna ninguno ni"),
    "de": word_set("nicht kein keine keinen keiner keinem nie niemals ohne nichts weder kaum"),
    ANY: word_set("no not non nicht pas"),
}
STRENGTHENERS = word_set(
    "very so really extremely absolutely totally too most incredibly insanely super highly truly completely deeply such soo sooo freaking damn"
    " fucking bloody utterly seriously tres vraiment trop tellement hyper muy tan demasiado realmente super sehr wirklich echt total zu so absolut"
    " richtig mega extrem unglaublich"
)
WEAKENERS = word_set("bit little somewhat slightly fairly kinda sorta mildly rather peu assez poco algo bastante etwas ziemlich bisschen")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Word or phrase → its weight, from -1.5 to 1.5; the Chinese ones also as one pattern, the longest first."""

    weights: dict[str, float] = field(default_factory=dict)
    pattern: re.Pattern[str] | None = None


def entries(lines: list[str]) -> Iterator[tuple[str, str, float]]:
    """Language, word or phrase, weight; a line reads `en -2: word, two words`. Raises ValueError for any other line."""
    for line in lines:
        head, colon, listed = line.partition(":")
        language, _, grade = head.partition(" ")
        if not colon or language not in {*LANGUAGES, ANY}:
            raise ValueError(f"not a line of the lexicon: {line[:40]}")
        for item in listed.split(","):
            if item.strip():
                yield language, item.strip(), int(grade) / 2


LEXICON = DATA / "mood" / "lexicon.txt"
"""Where it is missing, no word weighs anything; SentimentStep says so."""


@cache
def lexicon(language: str | None) -> Lexicon:
    """What the words of a language weigh: its own before those of any language; None: English before all others."""
    lines = LEXICON.read_text(encoding="utf-8").splitlines() if LEXICON.is_file() else []
    known: dict[str, dict[str, float]] = {name: {} for name in (*LANGUAGES, ANY)}
    for name, item, weight in entries([line for line in lines if line and not line.startswith("#")]):
        known[name][item] = weight
    others = (language,) if language else tuple(name for name in ("es", "fr", "de", "en"))
    weights = dict(known[ANY])
    for name in others:
        weights.update(known.get(name, {}))
    han = known["zh"]
    longest_first = sorted(han, key=len, reverse=True)
    return Lexicon(weights | han, re.compile("|".join(longest_first)) if han else None)


def word_weight(word: str, weights: dict[str, float]) -> float | None:
    """What a word weighs, also where it is drawn out ("goooood") or has an English ending; None where it is not known."""
    found = weights.get(word)
    if found is not None or len(word) < 4:
        return found
    drawn = _LONG_DRAWN.search(word)
    if drawn:
        for times in (r"\1\1", r"\1"):
            found = weights.get(_LONG_DRAWN.sub(times, word))
            if found is not None:
                return found * 1.3
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= 4:
            for whole in (stem, f"{stem}y" if ending[0] == "i" and ending != "ing" else f"{stem}e"):
                if (found := weights.get(whole)) is not None:
                    return found * 0.8
    return None
