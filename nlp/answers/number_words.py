# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""Numbers in digits and in words, in five languages, from 0 to 999,999 (and halves)."""

import re
from dataclasses import dataclass

_UNITS = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
    "fr": "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dixsept dixhuit dixneuf",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve",
    "de": "null eins zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn sechzehn siebzehn achtzehn neunzehn",
}
_TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "fr": "vingt trente quarante cinquante soixante septante huitante nonante",
    "es": "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    "de": "zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig",
}
_MORE = {
    "fuenf": 5, "zwoelf": 12, "fuenfzehn": 15, "fuenfzig": 50, "zwo": 2, "une": 1, "una": 1, "un": 1, "ein": 1, "eine": 1, "einen": 1, "octante": 80, "fourty": 40, "nil": 0,
    "dozen": 12, "douzaine": 12, "docena": 12, "dutzend": 12, "ninguno": 0,  "veintiun": 21, "vingts": 20, "couple": 2, "tow": 2, "thre": 3, "fiv": 5, "ate": 8,
}  # fmt: skip
_HUNDREDS = {"hundred": 100, "cent": 100, "cents": 100, "cien": 100, "ciento": 100, "hundert": 100, "einhundert": 100}
_THOUSANDS = {"thousand": 1000, "k": 1000, "mille": 1000, "mil": 1000, "tausend": 1000, "grand": 1000}
_ES_HUNDREDS = {
    "doscientos": 200,
    "trescientos": 300,
    "cuatrocientos": 400,
    "quinientos": 500,
    "seiscientos": 600,
    "setecientos": 700,
    "ochocientos": 800,
    "novecientos": 900,
}
_AND = frozenset({"and", "et", "y", "und"})


def _small() -> dict[str, int]:
    words: dict[str, int] = dict(_MORE)
    for language in _UNITS:
        units = _UNITS[language].split()
        tens = _TENS[language].split()
        words |= {word: n for n, word in enumerate(units)} | {word: 20 + 10 * n for n, word in enumerate(tens)}
    for n, unit in enumerate(_UNITS["de"].split()[1:10], start=1):
        for m, ten in enumerate(_TENS["de"].split(), start=2):
            words[f"{'ein' if n == 1 else unit}und{ten}"] = 10 * m + n
    words |= {f"veinti{unit}": 20 + n for n, unit in enumerate(_UNITS["es"].split()[1:10], start=1)}
    # Hyphens are taken apart before words are looked up: "dix-sept" is two words that make one number.
    return words | _ES_HUNDREDS


SMALL = _small()
"""Single words for a number below 1,000."""

_HAN_DIGITS = {sign: n for n, sign in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_HAN_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_HAN = re.compile("(?!一[共起下定些样直般])[零一二三四五六七八九两〇十百千万]+")
_DIGITS = re.compile(
    r"(?<![\w.,])([-+]?(?:\d{1,3}(?:[ ,.\u202f\u00a0]\d{3})+(?!\d)(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?|[.,]\d+))(k)?(?![\d])", re.ASCII
)
_PIECE = re.compile(r"[a-z]+(?:-[a-z]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A number in a text, and where it stands."""

    number: float
    start: int
    end: int


def numbers_in(lettered: str, *, comma_is_decimal: bool = False) -> list[Found]:
    """Every number in a text, in order; words and digits alike. "1,000" is a thousand unless commas are decimal there."""
    found = [_digit(match, comma_is_decimal=comma_is_decimal) for match in _DIGITS.finditer(lettered)]
    if not lettered.isascii():
        found += [Found(number=_han(match.group()), start=match.start(), end=match.end()) for match in _HAN.finditer(lettered)]
    found += _worded(lettered)
    return _scaled(sorted(found, key=lambda one: one.start), lettered)


_SCALE = re.compile(r"\s?(?:(?P<million>millions?|millon(?:es)?|millionen|mio)|(?P<thousand>thousand|mille|mil|tausend|grand))(?![a-z])")
_AND_A_HALF = re.compile(r"\s?(?:and (?:a|one) half|and 1/2|et demie?|y media?o?|einhalb)(?![a-z])")


def _scaled(found: list[Found], lettered: str) -> list[Found]:
    """ "5 thousand" and "two and a half" are one number each; a word that was taken for a number of its own goes with it."""
    made: list[Found] = []
    for one in found:
        if made and one.start < made[-1].end:
            continue
        number, end = one.number, one.end
        if lettered[end - 1].isdigit() and (scale := _SCALE.match(lettered, end)):
            number, end = number * (1_000_000 if scale.group("million") else 1000), scale.end()
        if half := _AND_A_HALF.match(lettered, end):
            number, end = number + 0.5, half.end()
        made.append(Found(number=number, start=one.start, end=end))
    return made


def _digit(match: re.Match[str], *, comma_is_decimal: bool) -> Found:
    number = _decimal(match.group(1), comma_is_decimal=comma_is_decimal) * (1000 if match.group(2) else 1)
    return Found(number=number, start=match.start(), end=match.end())


def _decimal(digits: str, *, comma_is_decimal: bool) -> float:
    bare = re.sub(r"[ \u202f\u00a0]", "", digits)
    point, group = (",", ".") if comma_is_decimal else (".", ",")
    if bare.count(point) == 1 and bare.count(group) == 0:
        # "1.000" where the comma is decimal is a thousand; "1.5" is one and a half wherever it is written.
        return float(bare.replace(point, "."))
    if bare.count(group) == 1 and bare.count(point) == 0 and len(bare.split(group)[1]) != 3:
        return float(bare.replace(group, "."))
    return float(bare.replace(group, "").replace(point, ".", 1).replace(point, ""))


def _han(signs: str) -> float:
    if not any(sign in _HAN_POWERS for sign in signs):
        return float("".join(str(_HAN_DIGITS[sign]) for sign in signs))
    total, section, digit = 0, 0, 0
    for sign in signs:
        power = _HAN_POWERS.get(sign)
        if power is None:
            digit = _HAN_DIGITS[sign]
        elif power == 10000:
            total, section, digit = (total + section + digit) * power, 0, 0
        else:
            section, digit = section + (digit or 1) * power, 0
    return float(total + section + digit)


def _worded(lettered: str) -> list[Found]:
    pieces = [(word, match.start(), match.end()) for match in _PIECE.finditer(lettered) for word in [match.group()]]
    parts = [(part, start, end) for word, start, end in pieces for part in word.split("-")]
    found: list[Found] = []
    run: list[tuple[str, int, int]] = []
    for part in [*parts, ("", 0, 0)]:
        if (
            part[0] in SMALL
            or part[0] in _HUNDREDS
            or (run and part[0] in _THOUSANDS)
            or part[0] in {"mille", "mil", "tausend"}
            or (run and part[0] in _AND)
        ):
            run.append(part)
        elif run:
            found += _sums(run)
            run = []
    return found


def _sums(run: list[tuple[str, int, int]]) -> list[Found]:
    """Numbers of a row of number words: "twenty five" is one, "one two" and "two and three" are two."""
    while run and run[-1][0] in _AND:
        run.pop()
    found: list[Found] = []
    total, last, start, end, after_and = 0, 0, run[0][1] if run else 0, 0, False
    for word, begins, ends in run:
        if word in _AND:
            after_and = True
            continue
        value = _step(total, last, word)
        if value is None or (after_and and not _may_follow_and(last, SMALL.get(word, 100))):
            found.append(Found(number=float(total), start=start, end=end))
            total, start = SMALL.get(word, _HUNDREDS.get(word, 1000)), begins
        else:
            total = value
        last, end, after_and = SMALL.get(word, 100), ends, False
    return [*found, Found(number=float(total), start=start, end=end)] if run else []


def _may_follow_and(last: int, value: int) -> bool:
    return (last >= 20 and last % 10 == 0 and value < 20) or last == 100


def _step(total: int, last: int, word: str) -> int | None:
    """The total with one more word of the same number; None where the word begins a new number."""
    if word in _HUNDREDS:
        return (total or 1) * 100 if total < 100 else total + 100 if total % 1000 == 0 else None
    if word in _THOUSANDS:
        return (total or 1) * 1000 if total < 1000 else None
    value = SMALL[word]
    if last == 0 and total == 0:
        return value
    if word in {"vingt", "vingts"} and last == 4:
        return total - 4 + 80
    if (last == 60 or (last == 20 and total % 100 == 80)) and value < 20:
        return total + value
    if last == 10 and word in {"sept", "huit", "neuf"}:
        return total + value
    fits = (total % 100 == 0 and value < 100 and total > 0) or (last >= 20 and last % 10 == 0 and last < 100 and value < 10)
    return total + value if fits else None
