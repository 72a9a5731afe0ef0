# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""Ratings of one to five and scores of nought to ten, in figures, words, stars and praise."""

import re

from nlp.answers.amounts import read_bounded
from nlp.answers.figures import comma_is_decimal
from nlp.answers.fit import FILLERS, Fit, exact, likely
from nlp.answers.numbers import numbers_in
from nlp.folding import Folded, word_set
from nlp.types import Nps, Rating

_OUT_OF = re.compile(
    r"\s*(?:/|(?:out|outta|outa) of|outta|sur|von|de|(?<=\d )of|aus|over|星满分|分满分)\s*(?P<scale>\d{1,3}|five|ten|cinq|dix|cinco|diez|funf|zehn)(?!\w)(?:\s?分)?|分?\s*\(?满分\s*(?P<full>\d+)分?\)?|(?P<percent>\s?%)"
)
_SCALES = {"five": 5, "cinq": 5, "cinco": 5, "funf": 5, "ten": 10, "dix": 10, "diez": 10, "zehn": 10}
_STARS = re.compile("[⭐★🌟✨]")
_STAR_WORDS = word_set(
    "star stars etoile etoiles estrella estrellas stern sterne sternen 星 颗 points point pts puntos punkte punkt 分 percent solid strong note nota note puntuacion donne mets doy pongo gebe gib 打 给 评"
)
_FULL_MARKS = re.compile(r"(?:full|top) marks|volle punktzahl|满分|十分满分|💯")
_BEST = word_set("""
    perfect perfection excellent flawless outstanding exceptional impeccable parfait parfaite excellente impeccable perfecto perfecta excelente impecable inmejorable
    perfekt ausgezeichnet hervorragend einwandfrei 完美 完 美 非常完美 五星好评 好评如潮
    """)
_WORST = word_set("""
    terrible worst awful horrible dreadful abysmal appalling nul nulle horrible catastrophique execrable affreux pesimo pesima horrible fatal terrible malisimo
    furchtbar schrecklich grauenhaft katastrophal miserabel grottenschlecht 差评 差 评 糟糕 糟 糕 极差 垃圾 垃 圾
    """)
_AROUND = FILLERS | word_set(
    "it was were all everything absolutely just simply totally really so very ever the c etait tout vraiment absolument fue ha sido todo esta estuvo muy simplemente es war alles einfach absolut wirklich 非 常 太 极 了 好 真 service experience job"
)
_TWO = {"完": "美", "差": "评", "糟": "糕", "垃": "圾"}


def read_rating(text: Folded, expect: Rating, languages: tuple[str, ...], country: str | None = None) -> Fit | None:
    """1 to 5: stars, figures, words, "8/10" where it comes out even, and praise or blame that leaves no doubt."""
    stars = len(_STARS.findall(text.raw))
    if stars and not text.words:
        return exact(stars, "counted stars") if 1 <= stars <= 5 else None
    fit = _scored(text, 1, 5, comma=comma_is_decimal(languages, country))
    if fit is None and not numbers_in(text.lettered):
        return likely(stars, 0.85, "counted stars") if 1 <= stars <= 5 else _praised(text)
    return fit


def read_nps(text: Folded, expect: Nps, languages: tuple[str, ...], country: str | None = None) -> Fit | None:
    """0 to 10: figures, words, "9/10"."""
    if fit := _scored(text, 0, 10, comma=comma_is_decimal(languages, country)):
        return fit
    return likely(10, 0.8, "full marks") if _FULL_MARKS.fullmatch(text.whole or text.raw.strip()) else None


def _scored(text: Folded, low: int, high: int, *, comma: bool) -> Fit | None:
    lettered = text.lettered
    scaled = _OUT_OF.search(lettered)
    scale = _scale(scaled) if scaled else high
    if scaled:
        lettered = lettered[: scaled.start()] + " " + lettered[scaled.end() :]
    if scale == high:
        return read_bounded(text, low, high, integer=True, comma=comma, extra=_STAR_WORDS, lettered=lettered)
    if high != 5 or scale not in (10, 20, 100):
        return None
    # 8/10 is four of five; 7/10 lies between two, and the question is put again.
    fit = read_bounded(text, 0, scale, integer=False, comma=comma, extra=_STAR_WORDS, lettered=lettered)
    share = float(fit.value) * high / scale if fit and isinstance(fit.value, int | float) else 0.0
    return likely(int(share), 0.8, f"of {scale}, made one of {high}") if share.is_integer() and low <= share <= high else None


def _scale(match: re.Match[str]) -> int:
    said = match["scale"] or match["full"]
    if match["percent"]:
        return 100
    return _SCALES.get(said, int(said) if said.isdecimal() else 0)


def _praised(text: Folded) -> Fit | None:
    if _FULL_MARKS.fullmatch(text.whole or text.raw.strip()):
        return likely(5, 0.85, "full marks")
    said = [word for word in text.words if word not in _AROUND or word in _TWO]
    for words, value in ((_BEST, 5), (_WORST, 1)):
        if said and all(word in words for word in said) and all("".join(pair) in words for pair in _TWO.items() if pair[0] in said):
            return likely(value, 0.75, f"praise or blame: {said[0]}")
    return None
