# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""Numbers, ratings, scores and money."""

import re

from nlp.answers.fit import FILLERS, NEGATIONS, Fit, exact, likely, says_or
from nlp.answers.number_words import Found, numbers_in
from nlp.folding import Folded, plain, word_set
from nlp.types import Nps, Number, Rating, Value

_COMMA_LANGUAGES = frozenset({"fr", "es", "de"})
_OUT_OF = re.compile(
    r"\s*(?:/|out of|(?<=\d )(?:of|sur|de|von|aus|over))\s*(\d+|five|ten|cinq|dix|cinco|diez|funf|zehn)(?!\d)|分\s*\(?满分\s*(\d+)"
)
_SCALES = {"five": 5, "cinq": 5, "cinco": 5, "funf": 5, "ten": 10, "dix": 10, "diez": 10, "zehn": 10}
_RANGE = re.compile(r"\d\s*(?:-|–|to|a|bis|à)\s*\d")
_STARS = re.compile("[⭐★🌟✨]")
_EMPTY_STARS = re.compile("[☆✩]")
_STAR_WORDS = word_set(
    "star stars etoile etoiles estrella estrellas stern sterne sternen 星 颗 points point pts puntos punkte punkt 分 percent"
)
_CURRENCY = re.compile(
    r"[$€£¥￥₹]|(?<![a-z])(?:usd|eur|gbp|cad|aud|cny|rmb|dollars?|bucks?|quid|euros?|pounds?|yuan|dolares|dollar|pesos?|francs?|franken|chf|libras?|pfund|cents?|centimes?|centavos?|cts?)(?![a-z])|[元块]钱?|人民币|美元|欧元|刀"
)
_MORE_MONEY = FILLERS | word_set(
    "max maximum under up to less than roughly approx approximately budget spend spent cost costs paid pay environ maximum hasta unos unas etwa ca circa ungefahr 大概 大 概 约 左 右 钱"
)
_APPROXIMATE = word_set(
    "ish approx approximately roughly environ unos unas etwa circa ungefahr ca vers casi almost nearly least most under over than more less minimum maximum min max plus moins mas menos mehr weniger uber unter 约 概 左 右 多"
)


def read_number(text: Folded, expect: Number, languages: tuple[str, ...]) -> Fit | None:
    """A number within the question's bounds."""
    return _read_bounded(text, expect.min, expect.max, integer=expect.integer, languages=languages, extra=frozenset())


def read_rating(text: Folded, expect: Rating, languages: tuple[str, ...]) -> Fit | None:
    """1 to 5: stars, digits, words."""
    stars = len(_STARS.findall(text.raw))
    if stars and not text.words:
        return exact(stars, "counted stars") if 1 <= stars <= 5 else None
    fit = _read_bounded(text, 1, 5, integer=True, languages=languages, extra=_STAR_WORDS, scale=5)
    if fit is None and 1 <= stars <= 5 and not numbers_in(text.lettered):
        return likely(stars, 0.85, "counted stars")
    return fit


def read_nps(text: Folded, expect: Nps, languages: tuple[str, ...]) -> Fit | None:
    """0 to 10: digits, words, "9/10"."""
    return _read_bounded(text, 0, 10, integer=True, languages=languages, extra=_STAR_WORDS, scale=10)


def read_money(text: Folded, languages: tuple[str, ...]) -> Fit | None:
    """An amount in the currency's unit: "$12.50", "20 bucks", "5 euros 50"."""
    signed = _CURRENCY.search(text.lettered) is not None
    lettered = _CURRENCY.sub(" ", text.lettered) if signed else text.lettered
    found = numbers_in(lettered, comma_is_decimal=_comma(languages))
    cents = re.search(
        r"(\d+)\s*(?:€|euros?|£|\$|dollars?|bucks?|pounds?|dolares|pesos)\s*(?:(?:and|et|y|con|und)\s*)?(\d\d)(?!\d)\s*(?:cents?|c\b|centimes?|centavos?|pence|p\b)?",
        text.lettered,
    )
    if only := _ONLY_CENTS.search(text.lettered):
        found = [Found(number=int(only.group(1)) / 100, start=only.start(), end=only.end())]
        lettered = text.lettered
    elif cents:
        found = [Found(number=int(cents.group(1)) + int(cents.group(2)) / 100, start=0, end=len(lettered))]
    if len(found) != 1 or found[0].number < 0 or _negated(text):
        return None
    left = () if cents else _left(lettered, found)
    value: Value = int(found[0].number) if found[0].number.is_integer() else found[0].number
    if all(word in _MORE_MONEY for word in left):
        return exact(value, "amount")
    return likely(value, 0.85 if signed else 0.65, "amount within a sentence")


_ONLY_CENTS = re.compile(r"^\W*(\d{1,2})\s?(?:c|cents?|centimes?|centavos?|pence|p|cts?)\W*$")


def _comma(languages: tuple[str, ...]) -> bool:
    return bool(languages) and languages[0] in _COMMA_LANGUAGES


def _negated(text: Folded) -> bool:
    return any(word in NEGATIONS for word in text.words[:-1])


def _left(lettered: str, found: list[Found]) -> tuple[str, ...]:
    """Words that remain when the numbers are taken out."""
    kept, at = [], 0
    for one in found:
        kept.append(lettered[at : one.start])
        at = one.end
    return tuple(re.findall(r"[\u3400-\u9fff]|[^\W_]+", plain(" ".join([*kept, lettered[at:]]))))


def _read_bounded(
    text: Folded,
    low: float | None,
    high: float | None,
    *,
    integer: bool,
    languages: tuple[str, ...],
    extra: frozenset[str],
    scale: int | None = None,
) -> Fit | None:
    lettered = text.lettered
    scaled = _OUT_OF.search(lettered)
    if scaled and scale is not None:
        said = scaled.group(1) or scaled.group(2)
        if _SCALES.get(said, int(said) if said.isdecimal() else 0) != scale:
            return None
        lettered = lettered[: scaled.start()] + " " + lettered[scaled.end() :]
    found = _meant(numbers_in(lettered, comma_is_decimal=_comma(languages)), lettered)
    distinct = {one.number for one in found}
    if len(distinct) != 1:
        return _corrected(text, lettered, found, low, high, integer=integer)
    left = _left(lettered, found)
    if any(word in NEGATIONS for word in left) or _RANGE.search(lettered):
        return None
    value = _bounded(found[0].number, low, high, integer=integer)
    if value is None:
        return None
    if all(word in FILLERS or word in extra for word in left) and not _STARS.search(text.raw):
        return exact(value, "number")
    if _STARS.search(text.raw) and all(word in FILLERS or word in extra for word in left):
        return exact(value, "number with stars")
    return likely(value, 0.6 if any(word in _APPROXIMATE for word in left) else 0.85, "number within a sentence")


# "un", "une", "ein", "this one" beside another number are articles and pronouns, not numbers.
_ARTICLES = re.compile(r"(?:un|une|una|uno|ein|eine|einen|couple|ate|cent|k)")


_PRONOUN = re.compile(r"(?<!\w)(?:this|that|the|last|first|which|every|no) one$")


def _meant(found: list[Found], lettered: str) -> list[Found]:
    strong = [one for one in found if not _ARTICLES.fullmatch(lettered[one.start : one.end]) and not _PRONOUN.search(lettered[: one.end])]
    return strong or found


_CORRECTION = re.compile(
    r"(?<!\w)(?:no wait|wait|actually|i mean|i meant|sorry|rather|make that|oops|non plutot|plutot|pardon|mejor|perdon|digo|lieber|quatsch|nein doch)(?!\w)|不对|不是|还是"
)


def _corrected(text: Folded, lettered: str, found: list[Found], low: float | None, high: float | None, *, integer: bool) -> Fit | None:
    """The last of two numbers, where the first was taken back: "3, no wait, 4"."""
    if len(found) != 2 or says_or(text.lettered):
        return None
    if not _CORRECTION.search(lettered, found[0].end, found[1].start):
        return None
    value = _bounded(found[1].number, low, high, integer=integer)
    return None if value is None else likely(value, 0.8, "the corrected number")


def _bounded(number: float, low: float | None, high: float | None, *, integer: bool) -> int | float | None:
    if (low is not None and number < low) or (high is not None and number > high):
        return None
    if number.is_integer():
        return int(number)
    return None if integer else number
