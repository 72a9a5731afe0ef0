# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""One written form for what people type: case, accents, look-alike letters, scripts. Every rule reads this form."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

MAX_LENGTH = 1600
"""Characters of a text that are looked at: the longest text that Twilio hands over. Beyond it nothing is read."""

# Latin letters as Cyrillic and Greek write them: "ЅТОР" must not slip past "stop".
_CYRILLIC = dict(zip("аверосухіјѕԁԛԝкмнт", "aвepocyxijsdqwкmht", strict=True)) | {"в": "b", "к": "k"}
_GREEK = dict(zip("αβεικνορτυχ", "abeiknoptux", strict=True))
_OTHERS = {
    "ı": "i",
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "œ": "oe",
    "æ": "ae",
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "´": "'",
    "`": "'",
    "＇": "'",
    "_": " ",
}
# Negative circled and squared capitals (🅐, 🅰) have no NFKC form; people use them as the letters of a list.
_BUTTONS = {start + n: "abcdefghijklmnopqrstuvwxyz"[n] for start in (0x1F150, 0x1F170) for n in range(26)}
# Traditional characters as used in the words that our rules know; a full conversion is not needed and would cost a dictionary.
_TRADITIONAL = "發訊請聯絡煩擾訂閱個號碼刪騷簡幫轉嗎這們沒謝對點週後兩萬電話單絕報為說還會來過給從無與間聽買賣開關當實覺應該樣讓請經問題嘗試誰請資遲復據繼續傳動務詢線滿專業門錯誤別銷廣見準備時間禮總價錢確認歡嚴選項難臺灣腦樂壞氣愛員種擇雙東棄貨"
_SIMPLIFIED = "发讯请联络烦扰订阅个号码删骚简帮转吗这们没谢对点周后两万电话单绝报为说还会来过给从无与间听买卖开关当实觉应该样让请经问题尝试谁请资迟复据继续传动务询线满专业门错误别销广见准备时间礼总价钱确认欢严选项难台湾脑乐坏气爱员种择双东弃货"
_HAN = dict(zip(_TRADITIONAL, _SIMPLIFIED, strict=True)) | {"妳": "你", "您": "你"}
_INVISIBLE = dict.fromkeys([0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFE0E, 0xFE0F, 0xFEFF, 0x20E3])

# Fractions keep a space before them: NFKC would make 11⁄2 of 1½. Figures of other scripts are figures.
_FRACTIONS = {"½": " 1/2", "⅓": " 1/3", "⅔": " 2/3", "¼": " 1/4", "¾": " 3/4"}
_ZEROS = (0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0xED0, 0x1040, 0x17E0)
_FIGURES = {chr(zero + n): str(n) for zero in _ZEROS for n in range(10)} | {"٫": ".", "٬": ","}

_BEFORE_CASE = str.maketrans(
    _FRACTIONS | _FIGURES | _BUTTONS | {ord("İ"): "i"} | {ord(old): new for old, new in _OTHERS.items()} | _INVISIBLE
)
_AFTER_CASE = str.maketrans(_CYRILLIC | _GREEK | _OTHERS | _HAN)


def word_set(listed: str) -> frozenset[str]:
    """The words of a list that is written as one string."""
    return frozenset(listed.split())


_MARKS = re.compile("[\u0300-\u036f]+")
_CORE = re.compile(r"\w(?:.*\w)?", re.DOTALL)
_WORD = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]|[^\W_]+")
_BREAK = re.compile(r"""[.!?;:,()\[\]{}"“”„«»…。！？；：，、\n\r—–|]+|(?:^|\s)-+(?:\s|$)""")
_ELISION = re.compile(r"\b([cdjlmnst]|qu|quelqu|puisqu|jusqu|lorsqu)'(?=[a-z])")
_HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff])\s+|\s+(?=[\u3400-\u9fff])")


_GAP = re.compile(r"\s{3,}")  # long gaps say nothing, and cost every pattern that skips spaces


def letters(text: str) -> str:
    """The text in small Latin letters without accents; Chinese simplified; punctuation and spaces as they were."""
    text = _GAP.sub(lambda gap: "\n" if "\n" in gap.group() else "  ", text[:MAX_LENGTH])
    if text.isascii():
        return text.lower().replace("`", "'").replace("_", " ")
    wide = unicodedata.normalize("NFKC", text.translate(_BEFORE_CASE)).casefold()
    bare = _MARKS.sub("", unicodedata.normalize("NFD", wide))
    # NFD takes Hangul syllables apart; NFC puts them together again.
    return unicodedata.normalize("NFC", bare).translate(_AFTER_CASE)


def fold(text: str) -> str:
    """The form in which keywords are compared: `letters`, bare of punctuation, emoji and spaces around, one space within.

    >>> fold("  ¡ARRÊT!! 🛑")
    'arret'
    """
    return _core(letters(text))


def _core(lettered: str) -> str:
    core = _CORE.search(lettered)
    return " ".join(core.group().split()) if core else ""


def plain(lettered: str) -> str:
    """Words only, one space between, elisions taken apart ("m'envoyer" → "m envoyer"), apostrophes else dropped ("don't" → "dont")."""
    if "'" in lettered:
        lettered = _ELISION.sub(r"\1 ", lettered).replace("'", "")
    joined = " ".join(_words(lettered))
    return joined if joined.isascii() else _HAN_GAP.sub("", joined)


def _words(lettered: str) -> list[str]:
    return _WORD.findall(lettered)


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A text in the forms that rules read.

    raw: as it came, cut to MAX_LENGTH. lettered, whole: see `letters` and `fold`.
    words: every word; a Chinese character is one. sentence: `plain` clauses joined by " | ", a space at both ends.
    """

    raw: str
    lettered: str
    whole: str
    words: tuple[str, ...]
    sentence: str


@lru_cache(maxsize=512)
def look(text: str) -> Folded:
    """All forms of a text; remembered for a while: several readers read it in turn, and most replies are short and come again."""
    lettered = letters(text)
    whole = _core(lettered)
    clauses = [bare for clause in _BREAK.split(lettered) if clause and (bare := plain(clause))]
    flat = plain(lettered)
    return Folded(raw=text[:MAX_LENGTH], lettered=lettered, whole=whole, words=tuple(_words(flat)), sentence=f" {' | '.join(clauses)} ")


def one_slip(one: str, other: str) -> bool:
    """Whether two words differ by one letter changed, left out, put in, or two neighbours swapped."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    start = 0
    while start < len(one) and one[start] == other[start]:
        start += 1
    if len(one) != len(other):
        return one[start:] == other[start + 1 :]
    swapped = one[start + 1 : start + 2] + one[start : start + 1] + one[start + 2 :]
    return one[start + 1 :] == other[start + 1 :] or swapped == other[start:]
