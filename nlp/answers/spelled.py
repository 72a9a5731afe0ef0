# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""Number words written as figures, so that times and dates need one form: "half past three" → "half past 3"."""

import re
from functools import lru_cache

from nlp.answers.number_words import SMALL

# What is an article, a pronoun or another word as well is a number only beside what says so.
_NOT_ALONE = frozenset(
    {
        "un",
        "une",
        "una",
        "uno",
        "ein",
        "eine",
        "einen",
        "einer",
        "einem",
        "par",
        "nil",
        "ate",
        "tow",
        "beide",
        "both",
        "null",
        "six",
        "sept",
        "once",
        "elf",
    }
)
_PLAIN = {word: int(n) for word, n in SMALL.items() if n < 100 and word not in _NOT_ALONE}
_TENS = "|".join(sorted((word for word, n in _PLAIN.items() if n in range(20, 70, 10)), key=len, reverse=True))
_UNITS = "|".join(sorted((word for word, n in _PLAIN.items() if 0 < n < 10), key=len, reverse=True))
_SINGLE = "|".join(sorted(_PLAIN, key=len, reverse=True))
_WORDS = re.compile(
    rf"(?<![a-z])(?:(?P<tens>{_TENS})(?:[ -](?:et[ -]|y )?)(?P<unit>{_UNITS}|six|un|une)|dix[ -](?P<teen>sept|huit|neuf)|(?P<single>{_SINGLE}))(?![a-z])"
)
_BESIDE = (
    (re.compile(r"(?<![a-z])(?:une|un)(?= (?:heure|h\b))|(?<=la )una(?![a-z])|(?<![a-z])una(?= de la )|(?<![a-z])ein(?= uhr)"), "1"),
    (re.compile(r"(?<![a-z])six(?! ?pack)(?![a-z])"), "6"),
    # "Sept" is September as well.
    (
        re.compile(
            r"(?<![a-z])sept(?= ?(?:h\b|heures?|personnes|janv|fevr|mars|avr|mai|juin|juil|aout|oct|nov|dec))|(?<=vers )sept(?![a-z])|^sept$"
        ),
        "7",
    ),
    (re.compile(r"(?<!at )(?<![a-z])(?:once|elf)(?![a-z])"), "11"),
    (re.compile(r"(?<![a-z])null(?= uhr)"), "0"),
)


@lru_cache(maxsize=256)
def in_figures(lettered: str) -> str:
    """The text with its number words below a hundred in figures; "tres y veinte" and "two thirty" stay two numbers."""
    text = _WORDS.sub(_figures, lettered)
    for pattern, figure in _BESIDE:
        text = pattern.sub(figure, text)
    return text


# "Dans huit jours" is in a week, "dans 8 jours" in eight days: who counts writes figures (nlp.answers.reckoned).
_A_WEEK = frozenset({"huit", "quinze", "ocho", "quince", "acht", "vierzehn"})


def _figures(match: re.Match[str]) -> str:
    if match["single"] in _A_WEEK and (
        match.string[match.end() :].startswith((" jours", " tagen", " dias")) or match.string[: match.start()].endswith(" en ")
    ):
        return match.group()
    if match["tens"]:
        return str(_PLAIN[match["tens"]] + {"six": 6, "un": 1, "une": 1}.get(match["unit"], _PLAIN.get(match["unit"], 0)))
    return str(10 + _PLAIN[match["teen"]]) if match["teen"] else str(_PLAIN[match["single"]])
