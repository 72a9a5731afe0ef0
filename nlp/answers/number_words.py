# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""Numbers in words, in English, French, Spanish and German: halves, dozens, millions, and what stands for one or none."""

import re

from nlp.answers.figures import MOST, Found
from nlp.folding import word_set

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
    "zwo": 2, "une": 1, "una": 1, "un": 1, "ein": 1, "eine": 1, "einen": 1, "einer": 1, "einem": 1, "octante": 80, "fourty": 40, "nil": 0, "ninty": 90,
    "veintiun": 21, "vingts": 20, "tow": 2, "thre": 3, "ate": 8, "doscientas": 200, "trescientas": 300, "quinientas": 500,
    "zweit": 2, "dritt": 3, "viert": 4, "funft": 5, "sechst": 6, "beide": 2, "both": 2, "dreizig": 30, "twelv": 12, "eigth": 8, "ninteen": 19,
}  # fmt: skip
_ES_HUNDREDS = "doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos"
_HUNDRED = word_set("hundred cent cents cien ciento hundert hundreds")
_THOUSAND = word_set("thousand mille mil tausend grand millier")
_MILLION = word_set("million millions millon millones millionen mio")
_COLLECTIVE = {
    "dozen": 12, "dozens": 12, "douzaine": 12, "douzaines": 12, "docena": 12, "docenas": 12, "dutzend": 12, "couple": 2, "pair": 2, "paire": 2, "par": 2,
    "dizaine": 10, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "cinquantaine": 50, "centaine": 100, "decena": 10, "veintena": 20,
}  # fmt: skip
_HALF = word_set("half halb halbe halber halbes halben demi demie medio media moitie mitad halfte haelfte")
_QUARTER = word_set("quarter quarters quarts viertel")
_AND = word_set("and et y und")
_POINT = word_set("point virgule coma komma punto")
_MINUS = word_set("minus negative moins menos")
_NO_MINUS = word_set("au al o ou du or plus les por lo")  # "au moins trois", "más o menos tres"
_ARTICLES = word_set("a an the of")
_BEFORE_HALF = _ARTICLES | {"un", "une", "ein", "eine", "one"}
_WEAK = word_set("un une una uno ein eine einen einer einem ate par pair tow cent cents medio media couple")
# "un peu", "one day", "ein bisschen": what is counted is no thing that was asked for.
_IDIOMS = word_set("""
    day moment sec second minute min thing question idea time more another again who
    peu fois probleme moment question idee truc autre jour poco vez momento problema pregunta dia idea rato otra otro poquito favor
    bisschen wenig frage mal andermal anderes andere anderer anderen paar tag problem moment augenblick sekunde
    """)

_FRENCH = frozenset(_UNITS["fr"].split())  # "deux cents" are 200, "fifty cents" are none

SLIPS = frozenset(word for words in _UNITS.values() for word in words.split() if len(word) >= 6)
"""Number words that a slip of the thumb may be read for."""


def _small() -> dict[str, int]:
    words: dict[str, int] = dict(_MORE)
    words |= {word: 100 * n for n, word in enumerate(_ES_HUNDREDS.split(), start=2)}
    for language in _UNITS:
        units, tens = _UNITS[language].split(), _TENS[language].split()
        words |= {word: n for n, word in enumerate(units)} | {word: 20 + 10 * n for n, word in enumerate(tens)}
        words |= {f"{ten}{unit}": 10 * m + n for m, ten in enumerate(tens, start=2) for n, unit in enumerate(units[:10]) if n}
    for n, unit in enumerate(_UNITS["de"].split()[1:10], start=1):
        for m, ten in enumerate(_TENS["de"].split(), start=2):
            words[f"{'ein' if n == 1 else unit}und{ten}"] = 10 * m + n
    # Hyphens are taken apart before words are looked up: "dix-sept" is two words that make one number.
    return words | {f"veinti{unit}": 20 + n for n, unit in enumerate(_UNITS["es"].split()[1:10], start=1)}


SMALL = _small()
"""Single words for a number below 1,000."""

_GERMAN_SMALL = {word: n for word, n in SMALL.items() if n < 100}
_GERMAN = re.compile(r"(?:(?P<thousands>[a-z]*?)tausend(?:und)?)?(?:(?P<hundreds>[a-z]*?)hundert(?:und)?)?(?P<rest>[a-z]*)")


def german_compound(word: str) -> float | None:
    """A German number in one word, "zweihundertfünfzig", "anderthalb"; None where it is none. Words like "zwanzig" too."""
    word = word.replace("fuenf", "funf").replace("zwoelf", "zwolf")
    if word.startswith("anderthalb") and len(word) <= 12:
        return 1.5
    if word.endswith("einhalb"):
        whole = german_compound(word[:-7].removesuffix("und") or "null")
        return None if whole is None else whole + 0.5
    if word in _GERMAN_SMALL:
        return float(_GERMAN_SMALL[word])
    if len(word) > 60 or not ("tausend" in word or "hundert" in word):
        return None
    match = _GERMAN.fullmatch(word)
    thousands = _under_thousand(match["thousands"]) if match and match["thousands"] is not None else 0
    hundreds = (_GERMAN_SMALL.get(match["hundreds"]) if match["hundreds"] else 1) if match and match["hundreds"] is not None else 0
    rest = (_GERMAN_SMALL.get(match["rest"]) if match["rest"] else 0) if match else None
    return None if thousands is None or hundreds is None or rest is None else float(thousands * 1000 + hundreds * 100 + rest)


def _under_thousand(word: str) -> int | None:
    if not word:
        return 1
    number = german_compound(word)
    return int(number) if number is not None and number < 1000 else None


_WORD = re.compile(r"[a-z]+")
_GAP = re.compile(r"[\s-]*")


class _Sum:
    """A number while its words come in. total: thousands and above; part: what is below a thousand; last: the last word's value."""

    def __init__(self, start: int) -> None:
        self.total = 0.0
        self.part = 0.0
        self.last = -1.0
        self.start = start
        self.end = start
        self.n_words = 0
        self.closed = False
        self.after_and = False
        self.first_word = self.last_word = ""

    @property
    def empty(self) -> bool:
        return self.n_words == 0

    @property
    def number(self) -> float:
        return float(self.total + self.part)

    def take(self, word: str) -> bool:
        """Takes one more word of the same number; False where the word begins another, or is none."""
        if self.closed or not self._add(word):
            return False
        self.n_words += 1
        self.first_word, self.last_word = self.first_word or word, word
        self.after_and = False
        return True

    def _add(self, word: str) -> bool:
        if word in _HALF:
            return self._half()
        if word in _QUARTER or word in _COLLECTIVE:
            self.part, self.total, self.closed = (1 if self.empty else self.number) * _COLLECTIVE.get(word, 0.25), 0, True
            return not self.after_and
        if word in _MILLION:
            self.total, self.part, self.last = (1 if self.empty else self.number) * 1_000_000, 0, 1000
            return not self.after_and
        if word in _THOUSAND:
            return self._thousand()
        if word in _HUNDRED:
            return (word not in {"cent", "cents"} or self.empty or self.last_word in _FRENCH or not self.part) and self._hundred()
        value = SMALL.get(word)
        if value is None and len(word) > 6:
            compound = german_compound(word)
            return compound is not None and self._value(compound)
        return value is not None and self._value(float(value))

    def _half(self) -> bool:
        if self.empty or self.last == 0.5:
            self.part += 0.5 if self.empty else 0
            self.last = 0.5
            return self.part == 0.5
        if not self.after_and and not (self.part == 1 and self.first_word in {"un", "une", "ein", "eine", "einen", "einer", "one"}):
            return False
        # "ein halbes" and "un demi" are a half; "eins und ein halb" is one and a half.
        self.part = self.part + 0.5 if self.after_and else 0.5
        self.last = 0.5
        return True

    def _thousand(self) -> bool:
        if self.total % 1_000_000 or self.after_and or (self.total and not self.part):
            return False
        self.total, self.part, self.last = self.total + (self.part or 1) * 1000, 0, 1000
        return True

    def _hundred(self) -> bool:
        if self.part and (self.part >= 100 or self.after_and):
            return False
        self.part, self.last = (self.part or 1) * 100, 100
        return True

    def _value(self, value: float) -> bool:
        if self.empty or self.part == 0:
            fits = self.empty or (self.total > 0 and value < 1000)
        elif self.after_and:
            fits = (self.last in _ROUND and value < 20) or self.last in (100, 200, 300, 400, 500, 600, 700, 800, 900, 1000)
        elif value == 20 and self.last == 4:
            value, fits = 76, True  # quatre-vingt
        elif value < 20 and (self.last == 60 or (self.last == 76 and self.part % 100 == 80)):
            fits = True  # soixante-dix, quatre-vingt-onze
        elif self.last == 10 and value in (7, 8, 9):
            fits = True  # dix-sept
        else:
            fits = (self.part % 100 == 0 and value < 100) or (self.last in _ROUND and value < 10 and value > 0)
        if fits:
            self.part, self.last = self.part + value, value
        return fits


_ROUND = frozenset(range(20, 100, 10))


def worded_in(lettered: str) -> list[Found]:
    """Every number in words, in order: "twenty five" is one, "one two" and "two and three" are two."""
    words = [(match.group(), match.start(), match.end()) for match in _WORD.finditer(lettered)]
    found: list[Found] = []
    at = 0
    while at < len(words) and len(found) < MOST:
        sum_ = _Sum(words[at][1])
        after = _read_one(words, at, sum_, lettered)
        if sum_.empty:
            at += 1
            continue
        found.append(_finish(sum_, words, at, after))
        at = after
    return found


def _read_one(words: list[tuple[str, int, int]], at: int, sum_: _Sum, lettered: str) -> int:
    """Reads the words of one number into the sum, from `at` on; where the next one may begin."""
    after = at
    while at < len(words):
        word, start, end = words[at]
        if not sum_.empty and not _GAP.fullmatch(lettered, sum_.end, start):
            break
        if sum_.take(word):
            after = at + 1
            sum_.end = end
        elif not sum_.empty and not sum_.closed and word in _AND:
            sum_.after_and, sum_.end = True, end
        elif (sum_.after_and and word in _BEFORE_HALF) or (sum_.last == 0.5 and word in _ARTICLES):
            sum_.end = end
        elif not sum_.empty and word in _POINT and (figures := _decimals(words, at + 1)):
            sum_.part += float(f"0.{figures}")
            after = at + 1 + len(figures)
            sum_.closed = True
            break
        else:
            break
        at += 1
    if after:
        sum_.end = words[after - 1][2]
    return after


def _decimals(words: list[tuple[str, int, int]], at: int) -> str:
    figures = ""
    while at < len(words) and SMALL.get(words[at][0], 10) < 10:
        figures += str(SMALL[words[at][0]])
        at += 1
    return figures


def _finish(sum_: _Sum, words: list[tuple[str, int, int]], first: int, after: int) -> Found:
    before = [words[n][0] for n in (first - 2, first - 1) if n >= 0]
    start, number = sum_.start, sum_.number
    if before and before[-1] in _MINUS and (len(before) < 2 or before[0] not in _NO_MINUS):
        start, number = words[first - 1][1], -number
    following = words[after][0] if after < len(words) else ""
    weak = sum_.n_words == 1 and sum_.first_word in _WEAK
    if sum_.n_words == 1 and (weak or sum_.first_word == "one") and following in _IDIOMS and sum_.first_word != "par":
        number = float("nan")  # counts nothing; numbers_in leaves it out
    return Found(number=number, start=start, end=sum_.end, weak=weak)
