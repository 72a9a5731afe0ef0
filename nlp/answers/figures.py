"""Numbers in figures: 1,234.5 and 1.234,5, -3, 5k, 2 1/2, 3.5万."""

import re
from dataclasses import dataclass
from itertools import islice

from nlp.folding import word_set

MOST = 40
"""Numbers of each way of writing that are looked at: a text with more of them answers no question, and comparing all takes long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A number in a text, and where it stands. weak: a word that is an article or a pronoun as well ("un", "one")."""

    number: float
    start: int
    end: int
    weak: bool = False


# A sign counts only where a word might begin: "1-15" has no minus.
# A letter before a figure makes it part of a code ("AB12"), but "x3" is three.
_FIGURES = re.compile(
    r"(?:(?<![\w.,)+-])(?P<sign>[-+]))?(?:(?<![\w.,])|(?<=[a-z][.,])|(?<=(?<![a-z])x))"
    r"(?P<n>\d{1,3}(?:[ ,.'\u202f\u00a0]\d{3})+(?!\d)(?:[.,]\d{1,4}(?!\d))?|\d+(?:[.,]\d+)?|(?<![a-z])[.,]\d+)"
    r"(?:\s?(?P<scale>k|grand|mio|mill?ions?|millon(?:es)?|millionen|thousand|mille|mil|tausend)(?![a-z])|(?P<han>[百千万亿w])(?![a-z]))?",
    re.ASCII,
)
_SCALES = {"k": 1000, "grand": 1000, "thousand": 1000, "mille": 1000, "mil": 1000, "tausend": 1000}
_HAN_SCALES = {"百": 100, "千": 1000, "万": 10_000, "w": 10_000, "亿": 100_000_000}
# Only the fractions that people say: 8/10 is a rating, 3/12 a day.
_FRACTION = re.compile(r"(?<![\w/.,])(?:(?P<whole>\d{1,4})\s)?(?P<part>1/2|1/3|2/3|1/4|3/4)(?![\d/])", re.ASCII)
_PARTS = {"1/2": 0.5, "1/3": 1 / 3, "2/3": 2 / 3, "1/4": 0.25, "3/4": 0.75}


def figures_in(lettered: str, *, comma_is_decimal: bool) -> list[Found]:
    """Every number in figures, in order."""
    found = [
        Found(number=int(match["whole"] or 0) + _PARTS[match["part"]], start=match.start(), end=match.end())
        for match in islice(_FRACTION.finditer(lettered), MOST)
    ]
    taken = [(one.start, one.end) for one in found]
    found += [
        _found(match, comma_is_decimal=comma_is_decimal)
        for match in islice(_FIGURES.finditer(lettered), MOST)
        if not any(start < match.end() and match.start() < end for start, end in taken)
    ]
    return sorted(found, key=lambda one: one.start)


def _found(match: re.Match[str], *, comma_is_decimal: bool) -> Found:
    number = decimal(match["n"], comma_is_decimal=comma_is_decimal)
    if match["scale"]:
        number *= _SCALES.get(match["scale"], 1_000_000)
    if match["han"]:
        number *= _HAN_SCALES[match["han"]]
    return Found(number=-number if match["sign"] == "-" else number, start=match.start(), end=match.end())


def decimal(figures: str, *, comma_is_decimal: bool) -> float:
    """The number that figures with marks between them mean."""
    bare = re.sub(r"[ '\u202f\u00a0]", "", figures)
    point, group = (",", ".") if comma_is_decimal else (".", ",")
    if point in bare and group in bare:
        # Where both stand, the last is the decimal mark, whoever wrote it: 1.234,5 and 1,234.5 leave no doubt.
        last = max(bare.rfind(point), bare.rfind(group))
        return float(re.sub(r"[.,]", "", bare[:last]) + "." + bare[last + 1 :])
    if bare.count(point) == 1:
        return float(bare.replace(point, "."))
    if bare.count(group) == 1 and len(bare.split(group)[1]) != 3:
        # "1.5" is one and a half wherever it is written; "1.000" where the comma is decimal is a thousand.
        return float(bare.replace(group, "."))
    return float(re.sub(r"[.,]", "", bare))


_COMMA_COUNTRIES = word_set("FR DE ES IT NL BE AT PT BR AR CL CO UY PY EC BO VE CR SE NO DK FI PL CZ SK HU RO GR TR RU UA ID VN")
_POINT_COUNTRIES = word_set("US GB IE CA AU NZ IN CN TW HK MO SG MY JP KR TH PH MX GT HN NI SV PA DO PR PE CH LI IL ZA NG KE")
_COMMA_LANGUAGES = frozenset({"fr", "es", "de"})


def comma_is_decimal(languages: tuple[str, ...], country: str | None) -> bool:
    """Whether 1,5 is one and a half: as the country writes, and where it is unknown, as the language does. Source: Unicode CLDR."""
    language = languages[0] if languages else ""
    if country in _COMMA_COUNTRIES or (country == "CA" and language == "fr"):
        return True
    return country not in _POINT_COUNTRIES and language in _COMMA_LANGUAGES
