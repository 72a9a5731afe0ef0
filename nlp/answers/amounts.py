# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""Numbers within bounds, and money."""

import re
from itertools import pairwise

from nlp.answers.figures import Found, comma_is_decimal
from nlp.answers.fit import FILLERS, NEGATIONS, Fit, exact, likely, says_or
from nlp.answers.number_words import SLIPS, SMALL
from nlp.answers.numbers import numbers_in
from nlp.folding import Folded, one_slip, plain, word_set
from nlp.types import Number, Value

_RANGE = re.compile(r"\d\s*(?:-|–|~|to|a|bis|à|到|至)\s*\d")
_CURRENCY = re.compile(
    r"[$€£¥￥₹]|(?<![a-z])(?:usd|eur|gbp|cad|aud|cny|rmb|mxn|chf|dollars?|bucks?|quid|euros?|pounds?|yuan|dolares|pesos?|francs?|franken|libras?|pfund|balles?|pavos)(?![a-z])|[元块]钱?|人民币|美元|美金|欧元|英镑|刀"
)
_APPROXIMATE = word_set(
    "ish approx approximately roughly environ unos unas etwa circa ungefahr ca vers casi almost nearly least most under over than more less minimum maximum min max plus moins mas menos mehr weniger uber unter 约 概 左 右 多"
)
# "no more than five" says no to more, not to five.
_AT_MOST = re.compile(
    r"(?<![a-z])(?:no|not) (?:more|less|fewer) than |(?<![a-z])(?:al|por lo|mas o) menos |(?<![a-z])pas plus de |(?<![a-z])no (?:mas|menos) de |(?<![a-z])nicht mehr als |不超过|不到"
)
_NONE = word_set(
    "none nobody noone nil zilch aucun aucune personne ninguno ninguna nadie keine keiner keins keines niemand notany 没有 无 一个也没有 一个都没有 没有人"
)
_ALONE = word_set("""
    justme onlyme justmyself meonly solo juste_moi justemoi moiseul moiseule seulementmoi quemoi queMoi rienquemoi soloyo yosolo yosola nadamasyo unicamenteyo
    nurich ichallein nurichallein alleine justtheone onlyone justone 就我一个 只有我 就我 我自己 我一个人 一个人 只有我一个 就我自己 就我一个人
    """)
_PEOPLE = word_set("at all gar absolument du tout of us them people in total i guess any 的 人 呢")


def read_number(text: Folded, expect: Number, languages: tuple[str, ...], country: str | None = None) -> Fit | None:
    """A number within the question's bounds."""
    comma = comma_is_decimal(languages, country)
    if fit := read_bounded(text, expect.min, expect.max, integer=expect.integer, comma=comma):
        return fit
    stands_for = _in_other_words(text)
    value = None if stands_for is None else _bounded(stands_for, expect.min, expect.max, integer=expect.integer)
    return None if value is None else likely(value, 0.8, "a word for a number")


def _in_other_words(text: Folded) -> float | None:
    """None for "none", one for "just me", and a long number word with one slip of the thumb."""
    joined = "".join(text.words)
    core = "".join(word for word in text.words if word not in _PEOPLE)
    if joined in _NONE or core in _NONE:
        return 0.0
    if joined in _ALONE or core in _ALONE:
        return 1.0
    slipped = [word for word in text.words if len(word) >= 6 and word not in FILLERS]
    if len(slipped) == 1 and all(word in FILLERS or word in slipped for word in text.words):
        meant = {SMALL[known] for known in SLIPS if one_slip(slipped[0], known)} if slipped[0] not in _NO_SLIPS else set()
        return float(meant.pop()) if len(meant) == 1 else None
    return None


_NO_SLIPS = word_set("lieben fourth geben ungern plenty")


# --- money ------------------------------------------------------------------------------------------------------------

_MORE_MONEY = FILLERS | word_set(
    "max maximum under up to less than roughly approx approximately budget spend spent cost costs paid pay environ maximum hasta unos unas etwa ca circa ungefahr maximal hochstens 大概 大 概 约 左 右 钱 最 多 以 内"
)
_CENTS = r"(?:cents?|centimes?|centavos?|centimos?|pence|p|c|cts?|¢)(?![a-z])"
_ONLY_CENTS = re.compile(rf"\s?{_CENTS}")
_AFTER_CENTS = re.compile(rf"\s?(?:{_CENTS}|毛|角)?")
_BETWEEN = re.compile(rf"\s*(?:(?P<sign>{_CURRENCY.pattern})\s*(?:(?:and|et|y|con|und)\s+)?|con\s+|(?P<nothing>\s))")
_HAN_TENTHS = re.compile("[毛角]")
_NICKNAMES = (
    (re.compile(r"(?<![a-z])(?:a |ne?n |einen )?(?:fiver|funfer)(?![a-z])"), " 5 "),
    (re.compile(r"(?<![a-z])(?:a |ne?n |einen )?(?:tenner|zehner)(?![a-z])"), " 10 "),
    (re.compile(r"(?<![a-z])(?:ne?n |einen )?zwanziger(?![a-z])"), " 20 "),
    (re.compile(r"(?<![a-z])(?:ne?n |einen )?funfziger(?![a-z])"), " 50 "),
    (re.compile(r"(?<![a-z])(?<!half )an? (?=(?:buck|dollar|pound|euro|quid)(?![a-z]))"), " 1 "),
    (re.compile(r"(?<=\d)\s?(?:m|mn|mln)(?![a-z])"), " million "),
)


def read_money(text: Folded, languages: tuple[str, ...], country: str | None = None) -> Fit | None:
    """An amount in the currency's unit: "$12.50", "20 bucks", "5 euros 50", "三块五"."""
    lettered = _AT_MOST.sub(" ", text.lettered)
    for pattern, amount in _NICKNAMES:
        lettered = pattern.sub(amount, lettered)
    lettered = _AS_WORDS.sub(" ", lettered)
    found = numbers_in(lettered, comma_is_decimal=comma_is_decimal(languages, country))
    strong = [one for one in found if not one.weak]
    amounts = _with_cents(strong or found, lettered)
    if len({one.number for one in amounts}) != 1 or amounts[0].number < 0 or _RANGE.search(lettered):
        return None
    left = _left(_CURRENCY.sub(" ", _blank(lettered, amounts)), [])
    if any(word in NEGATIONS for word in left):
        return None
    rounded = round(amounts[0].number, 2)
    value: Value = int(rounded) if rounded.is_integer() else rounded
    if len(left) > (MOST_WORDS if _priced(lettered, amounts[0]) else 6):
        return None
    if all(word in _MORE_MONEY for word in left):
        return exact(value, "amount")
    return likely(value, 0.85 if _CURRENCY.search(lettered) else 0.65, "amount within a sentence")


def _priced(lettered: str, amount: Found) -> bool:
    """Whether a currency stands beside the amount, or within it."""
    return _CURRENCY.search(lettered[max(0, amount.start - 5) : amount.end + 12]) is not None


def _blank(lettered: str, found: list[Found]) -> str:
    for one in found:
        lettered = lettered[: one.start] + " " * (one.end - one.start) + lettered[one.end :]
    return lettered


def _with_cents(found: list[Found], lettered: str) -> list[Found]:
    """Amounts with their cents: "5 euros 50" and "三块五" are one, "50 cents" is half of one."""
    made: list[Found] = []
    for one in found:
        if made and (joined := _joined(made[-1], one, lettered)):
            made[-1] = joined
        elif tenths := _HAN_TENTHS.match(lettered, one.end):
            made.append(Found(number=one.number / 10, start=one.start, end=tenths.end()))
        elif cents := _ONLY_CENTS.match(lettered, one.end):
            # "$0.50c" is written twice over.
            made.append(
                Found(
                    number=one.number / 100 if one.number >= 1 and one.number.is_integer() else one.number, start=one.start, end=cents.end()
                )
            )
        else:
            made.append(one)
    return made


def _joined(whole: Found, small: Found, lettered: str) -> Found | None:
    between = _BETWEEN.fullmatch(lettered, whole.end, small.start)
    if between is None or not whole.number.is_integer() or not small.number.is_integer() or not 0 < small.number < 100:
        return None
    after = _AFTER_CENTS.match(lettered, small.end)
    end = after.end() if after else small.end
    if between["nothing"] is not None and not _ONLY_CENTS.match(lettered, small.end):
        # "cinco cincuenta euros": two numbers side by side are an amount only with the currency behind them.
        said = lettered[whole.start : small.end].isascii() and not any(sign.isdigit() for sign in lettered[whole.start : small.end])
        if not said or small.number < 10 or not _CURRENCY.match(lettered[small.end :].lstrip()):
            return None
    tenths = small.number < 10 and between["sign"] is not None and between["sign"][0] in "元块"
    return Found(number=whole.number + small.number / (10 if tenths else 100), start=whole.start, end=end)


# --- shared with ratings ----------------------------------------------------------------------------------------------


def _left(lettered: str, found: list[Found]) -> tuple[str, ...]:
    """Words that remain when the numbers are taken out."""
    return tuple(re.findall(r"[\u3400-\u9fff]|[^\W_]+", plain(_blank(lettered, found))))


def read_bounded(
    text: Folded,
    low: float | None,
    high: float | None,
    *,
    integer: bool,
    comma: bool,
    extra: frozenset[str] = frozenset(),
    lettered: str | None = None,
) -> Fit | None:
    """The one number of a text, where it lies within bounds; of two, the second where the first was taken back."""
    lettered = _AT_MOST.sub(" ", text.lettered if lettered is None else lettered)
    lettered = _AS_WORDS.sub(" ", lettered)
    every = numbers_in(lettered, comma_is_decimal=comma)
    if any(says_or(lettered[one.end : other.start]) for one, other in pairwise(every)):
        return None  # "ein oder zwei", though "ein" beside a number is an article
    found = _meant(every, lettered)
    if len({one.number for one in found}) != 1:
        return _corrected(text, lettered, found, low, high, integer=integer)
    left = _left(lettered, found)
    if _refused(_left(*_clause(lettered, found[0])), lettered[: found[0].start]) or _RANGE.search(lettered):
        return None
    value = _bounded(found[0].number, low, high, integer=integer)
    if value is None:
        return None
    if all(word in FILLERS or word in extra for word in left):
        return exact(value, "number")
    if len(left) > MOST_WORDS:
        return None
    return likely(value, 0.6 if any(word in _APPROXIMATE for word in left) else 0.85, "number within a sentence")


MOST_WORDS = 14
"""Words around a number beyond which it is more likely of something else than the answer."""

# "2 u", "4 me": to you, for me.
_AS_WORDS = re.compile(
    r"(?<![\w.,$€£])[24](?= (?:u|me|da|the|you|us|ya|him|her|my|ur|your|be|b|do|go|get|see|talk|it|this|that|dis|dat|all|now|sure|real)(?![a-z]))|(?<![\w.,])2(?=(?:day|nite|moro|morrow)(?![a-z]))"
)
_BREAKS = re.compile(r"[,;:!?。，！；]|\.(?=\s|$)|\s[-–]\s|\n")


def _clause(lettered: str, found: Found) -> tuple[str, list[Found]]:
    """The clause that a number stands in, without the number: "0 - never again" says nought."""
    before = [match.end() for match in _BREAKS.finditer(lettered, 0, found.start)]
    after = _BREAKS.search(lettered, found.end)
    start, end = before[-1] if before else 0, after.start() if after else len(lettered)
    return lettered[start : found.start] + " " + lettered[found.end : end], []


_UNSURE = re.compile(
    r"(?<![a-z])(?:not (?:really |quite |100% |too )?sure|(?:i )?(?:don'?t|do not) know|je (?:ne )?sais pas|no (?:lo )?se|no estoy segur[oa]|weiss (?:es )?nicht(?: genau)?)(?![a-z])|不确定|不知道"
)


def _refused(left: tuple[str, ...], before: str) -> bool:
    """Whether a negation stands beside the number; "I'm not sure, 5?" says five, and "ne 10" is short for "eine"."""
    return any(word in NEGATIONS and word not in {"ne", "n"} for word in left) and not _UNSURE.search(before)


# "un", "ein", "this one" beside another number are articles and pronouns; alone they are one only in a few words ("une place").
_PRONOUN = re.compile(r"(?<!\w)(?:this|that|the|last|first|which|every|no|any) one$")


def _meant(found: list[Found], lettered: str) -> list[Found]:
    few = len(lettered.split()) <= 5
    strong = [
        one
        for one in found
        if not one.weak
        and not _PRONOUN.search(lettered[: one.end])
        and (few or lettered[one.start : one.end] not in {"one", "both", "beide"})
    ]
    return strong or (found if len(lettered.split()) <= 4 else [])


_CORRECTION = re.compile(
    r"(?<!\w)(?:no wait|wait|actually|i mean|i meant|sorry|rather|make (?:that|it)|oops|no|non|enfin|non plutot|plutot|pardon|mejor|perdon|digo|lieber|quatsch|nein|nein doch|ah non|doch)(?!\w)|不对|不是|还是|哦不"
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
    if float(number).is_integer():
        return int(number)
    return None if integer else number
