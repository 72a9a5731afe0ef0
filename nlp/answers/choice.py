# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""Choices: which option, or which options, a text names, by key, label, letter, position or what people say."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from nlp.answers.choice_sets import NOTHING, Several, run_of_signs, several_meant
from nlp.answers.fit import FILLERS, NEGATIONS, Fit, exact, likely, says_or
from nlp.answers.yesno import read_yes_no
from nlp.folding import Folded, fold, look, one_slip, plain, word_set
from nlp.types import Choice, Option, Value

_ORDINALS = (
    "first 1st premier premiere 1er 1ere primero primera primer erste ersten erster erstes one un uno eins 一",
    "second 2nd deuxieme second seconde 2eme 2e segundo segunda zweite zweiten zweiter zweites two deux dos zwei zwo 二 两",
    "third 3rd troisieme 3eme 3e tercero tercera tercer dritte dritten dritter drittes three trois tres drei 三",
    "fourth 4th quatrieme 4eme cuarto cuarta vierte vierten vierter four quatre cuatro vier 四",
    "fifth 5th cinquieme 5eme quinto quinta funfte funften fuenfte five cinq cinco funf fuenf 五",
    "sixth 6th sixieme sexto sexta sechste sechsten six seis sechs 六",
    "seventh 7th septieme septimo septima siebte siebten seven sept siete sieben 七",
    "eighth 8th huitieme octavo octava achte achten eight huit ocho acht 八",
    "ninth 9th neuvieme noveno novena neunte neunten nine neuf nueve neun 九",
)
_LAST = word_set("last dernier derniere ultimo ultima letzte letzten letzter letztes")
_MIDDLE = "middle milieu medio mittlere mittleren mittlerer mittleres mittendrin"
_CONJUNCTIONS = word_set("and et y und n plus also sowie 和 跟 与 还")
_NOT = NEGATIONS - {"n", "ne"}  # "ham n cheese"
_AFTER_NOT = word_set("no not nope nicht pas 不")
_STOPWORDS = FILLERS | word_set("and or et ou y o und oder with avec con mit und 和 或")
_NUMBERED = re.compile(r"(?:no|nr|num|number|option|choice|#|answer|numero|opcion|reponse|nummer|letter|letra|lettre)$")
_LISTED = re.compile(r"\W*\w{1,2}\s*[).:,\]-]")
_CORRECTION = re.compile(
    r" (?:no wait|wait|actually|i mean|i meant|sorry|rather|make that|change that|instead|scratch that|oops|non plutot|plutot|pardon|mejor|perdon|digo|mejor dicho|lieber|quatsch|doch lieber)\b|不对|算了|还是"
)
_INSTEAD = re.compile(
    r" (?:instead of|rather than|better than|more than|not|over|au lieu de|plutot que|en vez de|en lugar de|statt|anstatt)(?: \w+)? $|而不是$|不要$|不是$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Menu:
    """A choice made ready to be read: its phrases as words, its single signs, and words that only one option's label has."""

    order: tuple[str, ...]
    whole: dict[str, str]
    phrases: dict[str, tuple[tuple[tuple[str, ...], str], ...]]
    signs: dict[str, str]
    telling: dict[str, str]
    emoji: dict[str, str]


def read_choice(text: Folded, expect: Choice) -> Fit | None:
    """The key of the option that a text names; several keys, in the options' order, where the question allows several."""
    menu = _menu(expect)
    key = menu.whole.get(text.whole) if text.whole else menu.emoji.get(text.raw.strip())
    if key is not None:
        return exact((key,) if expect.several else key, f"option {key}")
    if expect.several and text.whole in NOTHING:
        return exact((), "none of them")
    if not text.words:
        return _by_emoji(text, menu, expect)
    words = list(text.words)
    if (meant := several_meant(text, len(menu.order))) and (meant.without or not _named(words, menu.phrases)):
        return _together(meant, menu, expect)
    named = _drop_negated(words, _named(words, menu.phrases))
    if not named:
        return _without_label(text, words, menu, expect) or _by_emoji(text, menu, expect)
    return _with_label(text, words, named, menu, expect)


def _together(meant: Several, menu: _Menu, expect: Choice) -> Fit | None:
    """All, the first two, or all but one, where the question allows several; "anything but tea" of two options is the other."""
    keys = tuple(menu.order[place] for place in meant.places)
    if meant.without:
        nested = several_meant(look(meant.without), len(menu.order))
        if nested is not None and nested.without:
            return None  # a second exception is not said by people, and each would be one more call deep
        left_out = read_choice(look(meant.without), replace(expect, several=True))
        if left_out is None or not isinstance(left_out.value, tuple):
            return None
        keys = tuple(key for key in keys if key not in left_out.value)
    if not keys or (not expect.several and (len(keys) > 1 or not meant.without)):
        return None
    why = "all but what is left out" if meant.without else "several together"
    return likely(keys if expect.several else keys[0], 0.85, why) if meant.without else exact(keys, why)


def _by_emoji(text: Folded, menu: _Menu, expect: Choice) -> Fit | None:
    """By an option's emoji somewhere in the text."""
    bare = text.raw.replace("\ufe0f", "")
    keys = _in_order(menu, (key for sign, key in menu.emoji.items() if sign and sign.replace("\ufe0f", "") in bare))
    if not keys or (len(keys) > 1 and not expect.several) or any(word in _NOT for word in text.words):
        return None
    value: Value = keys if expect.several else keys[0]
    return exact(value, "emoji") if not text.words else likely(value, 0.8, "emoji within a text")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    key: str
    start: int
    end: int


def _named(words: list[str], phrases: dict[str, tuple[tuple[tuple[str, ...], str], ...]]) -> list[_Named]:
    """Options whose label or sayings stand in the text, the longest first at each place."""
    found: list[_Named] = []
    at = 0
    while at < len(words):
        match = next(((phrase, key) for phrase, key in phrases.get(words[at], ()) if tuple(words[at : at + len(phrase)]) == phrase), None)
        if match:
            found.append(_Named(key=match[1], start=at, end=at + len(match[0])))
        at += len(match[0]) if match else 1
    return found


def _drop_negated(words: list[str], named: list[_Named]) -> list[_Named]:
    kept = []
    for one in named:
        before = words[max(0, one.start - 3) : one.start]
        since = max((other.end for other in named if other.end <= one.start), default=0)
        if before[-2:] == ["no", "wait"]:
            before = []  # "tea, no wait, espresso" takes tea back
        # "no tea, coffee": a negation holds for the option next to it, not for one after another option.
        for other in named:
            if other.end <= one.start:
                before = before[max(0, other.end - max(0, one.start - 3)) :]
        refused = any(word in _NOT for word in before) or _INSTEAD.search(f" {' '.join(words[since : one.start])} ")
        # "el grande no", "大杯不要": a negation that ends the text is of what stands before it.
        trailing = (
            one.end < len(words) and words[one.end] in _AFTER_NOT and all(word in _AFTER_NOT or word == "要" for word in words[one.end :])
        )
        if not refused and not trailing:
            kept.append(one)
    return kept


def _with_label(text: Folded, words: list[str], named: list[_Named], menu: _Menu, expect: Choice) -> Fit | None:
    keys = _in_order(menu, (one.key for one in named))
    left = [word for at, word in enumerate(words) if not any(one.start <= at < one.end for one in named)]
    # "a) cold brew" where cold brew is b: the letter and the label disagree.
    signs = {menu.signs[word] for word in left if word in menu.signs and word not in {"a", "i", "y", "o", "e"} and len(keys) == 1}
    if words[0] in menu.signs and _LISTED.match(text.lettered) and named[0].start > 0:
        signs.add(menu.signs[words[0]])
    others = signs - set(keys)
    if any(word in _NOT for word in left) and len(keys) == 1 and not _clean_refusal(words, named):
        return None
    if others and _LISTED.match(text.lettered):
        return None
    used_up = all(word in FILLERS or word in menu.signs or word in _CONJUNCTIONS for word in left) and not others
    return _decide(text, keys, named, used_up=used_up, expect=expect)


def _clean_refusal(words: list[str], named: list[_Named]) -> bool:
    """Whether what is negated lies before or after the option for itself ("no tea, coffee": tea was dropped, coffee stays)."""
    first = min(one.start for one in named)
    after = {"not", "no", "pas", "nicht", "non", "without", "sans", "sin", "ohne"}
    return any(word in _NOT for word in words[:first]) or any(word in after for word in words[first:])


def _decide(text: Folded, keys: tuple[str, ...], named: list[_Named], *, used_up: bool, expect: Choice) -> Fit | None:
    if len(keys) > 1 and not expect.several:
        if _CORRECTION.search(text.sentence) and not says_or(text.lettered):
            return likely(named[-1].key, 0.8, "the corrected option")
        return None
    if len(keys) > 1 and says_or(text.lettered):
        return None
    value: Value = keys if expect.several else keys[0]
    if used_up:
        return exact(value, f"option {', '.join(keys)}")
    if text.raw.rstrip().endswith(("?", "？")):
        return None
    return likely(value, 0.8 if len(text.words) <= 12 else 0.65, f"option {', '.join(keys)} within a sentence")


def _without_label(text: Folded, words: list[str], menu: _Menu, expect: Choice) -> Fit | None:
    if any(word in _NOT and word not in menu.signs and not _numbers(words, at, menu) for at, word in enumerate(words)):
        return None
    if len(words) > 1 and words[-1] in _AFTER_NOT:
        return None
    if fit := _by_sign(text, words, menu, expect):
        return fit
    if expect.several and (keys := run_of_signs(text, menu.signs)):
        return likely(keys, 0.85, "letters or figures run together")
    if set(menu.order) >= {"yes", "no"} and (fit := read_yes_no(text)) and fit.value in menu.order:
        return Fit(value=(str(fit.value),) if expect.several else fit.value, exact=fit.exact, confidence=fit.confidence, why=fit.why)
    return _by_part(text, words, menu, expect)


def _numbers(words: list[str], at: int, menu: _Menu) -> bool:
    """Whether a word is short for "number": the "no" of "no 2", not of "no cheese"."""
    return _NUMBERED.fullmatch(words[at]) is not None and words[at + 1 : at + 2] != [] and words[at + 1] in menu.signs


def _by_sign(text: Folded, words: list[str], menu: _Menu, expect: Choice) -> Fit | None:
    """By letter, number or ordinal: every other word must be a filler, for letters and small words mean many things."""
    if last := _last(words, menu, expect):
        return last
    found = [(at, menu.signs[word]) for at, word in enumerate(words) if word in menu.signs]
    if len(found) > 1:
        # "a" and "y" are words too; beside another sign they are no letters, unless the text is a list of signs.
        strong = [(at, key) for at, key in found if words[at] not in {"a", "i", "o", "y", "e", "d", "l", "s", "un", "one", "uno", "ein"}]
        listed = all(word in menu.signs or word in _CONJUNCTIONS for word in words) and (
            expect.several or not _CONJUNCTIONS.isdisjoint(words)
        )
        found = found if listed else strong or found
    keys = _in_order(menu, (key for _, key in found))
    if not keys:
        return None
    # A sign may be an article or a filler at once ("a", "i"); what is left must be fillers only.
    left = [word for word in words if word not in menu.signs]
    if not all(word in FILLERS or word in _CONJUNCTIONS or word in _BESIDE_SIGNS for word in left):
        return None
    if len(keys) > 1 and not expect.several:
        correction = _CORRECTION.search(text.sentence) is not None and not says_or(text.lettered)
        return likely(found[-1][1], 0.8, "the corrected option") if correction else None
    if len(keys) > 1 and says_or(text.lettered):
        return None
    return exact(keys if expect.several else keys[0], f"position or letter of {', '.join(keys)}")


_BESIDE_SIGNS = word_set("nr no num first 第 only just nur solo seulement juste celui celle in en 间 只 种 款 样 类")


def _last(words: list[str], menu: _Menu, expect: Choice) -> Fit | None:
    han = words[:2] == ["最", "后"] and all(word in {"最", "后", "一"} or word in FILLERS for word in words)
    if han or (any(word in _LAST for word in words) and all(word in _LAST or word in FILLERS for word in words)):
        return exact((menu.order[-1],) if expect.several else menu.order[-1], "the last option")
    return None


def _by_part(text: Folded, words: list[str], menu: _Menu, expect: Choice) -> Fit | None:
    """By a word that only one label has ("the cold one"), or by a label with one slip of the thumb ("expresso")."""
    if len(words) > 12:
        return None
    keys = _in_order(menu, (menu.telling[word] for word in words if word in menu.telling))
    why, confidence = "a word that only this option has", 0.8
    if not keys:
        keys = _in_order(menu, (key for word in words if word not in FILLERS or len(words) == 1 for key in _shortened(word, words, menu)))
        why, confidence = "another form of the word", 0.75
    if not keys:
        keys = _in_order(
            menu,
            (
                key
                for word in words
                if len(words) <= 6 and len(word) >= (4 if len(words) == 1 else 5) and word not in _NO_SLIPS and word not in FILLERS
                for key in _slips(word, menu)
            ),
        )
        why, confidence = "spelled nearly so", 0.7
    if not keys or (len(keys) > 1 and not expect.several) or (len(keys) > 1 and says_or(text.lettered)):
        return None
    if text.raw.rstrip().endswith(("?", "？")):
        return None
    return likely(keys if expect.several else keys[0], confidence, why)


_NO_SLIPS = word_set("shall mall there where their would could right light night might never later")  # words of their own
_ENDINGS = ("s", "e", "n", "en", "er", "es", "em", "est", "ed", "ing", "d")


def _shortened(word: str, words: list[str], menu: _Menu) -> set[str]:
    """Options whose own word is meant by another form of it ("biggest", "kleinen") or, where little else is said, by its beginning ("med", "tues")."""
    stems = {word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending)}
    stems |= {stem[:-1] for stem in stems if len(stem) >= 4 and stem[-1] == stem[-2]}
    found = {menu.telling[stem] for stem in stems if len(stem) >= 3 and stem in menu.telling}
    if found or not all(other == word or other in FILLERS for other in words):
        return found
    begun = {stem for stem in (word, word.removesuffix("s")) if len(stem) >= 3}
    owners = {key for known, key in menu.telling.items() if any(known.startswith(stem) for stem in begun)}
    return owners if len(owners) == 1 else set()


def _slips(word: str, menu: _Menu) -> list[str]:
    return [key for known, key in menu.telling.items() if len(known) >= 5 and abs(len(known) - len(word)) <= 1 and one_slip(word, known)]


def _in_order(menu: _Menu, keys: Iterable[str]) -> tuple[str, ...]:
    named = set(keys)
    return tuple(key for key in menu.order if key in named)


@lru_cache(maxsize=512)
def _menu(expect: Choice) -> _Menu:
    whole: dict[str, str] = {}
    emoji: dict[str, str] = {}
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for option in expect.options:
        for said in (option.key, option.label, *option.says):
            _learn(said, option, whole, emoji, phrases)
            if any(letter in "äöüÄÖÜ" for letter in said):
                _learn(said.lower().translate(_UMLAUTS), option, whole, emoji, phrases)
    return _Menu(
        order=tuple(option.key for option in expect.options),
        whole=whole | {sign: key for sign, key in _signs(expect, whole).items() if sign not in whole},
        phrases={first: tuple(sorted(known, key=lambda entry: -len(entry[0]))) for first, known in phrases.items()},
        signs=_signs(expect, whole),
        telling=_telling(expect),
        emoji=emoji,
    )


_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})  # as they are typed where a phone has no ä


def _learn(
    said: str, option: Option, whole: dict[str, str], emoji: dict[str, str], phrases: dict[str, list[tuple[tuple[str, ...], str]]]
) -> None:
    folded = fold(said)
    if not folded:
        emoji.setdefault(said.strip(), option.key)
        return
    whole.setdefault(folded, option.key)
    words = look(said).words
    # Single letters and figures are signs, not phrases: the "a" of "a coffee" names no option.
    if words and not (len(words) == 1 and len(words[0]) == 1 and words[0].isascii()):
        known = phrases.setdefault(words[0], [])
        if (words, option.key) not in known and all(phrase != words for phrase, _ in known):
            known.append((words, option.key))
        if words[-1].isascii() and len(words[-1]) > 2 and not words[-1].endswith("s"):
            # "coffees" for "coffee".
            known.append(((*words[:-1], words[-1] + "s"), option.key)) if len(words) > 1 else phrases.setdefault(words[0] + "s", []).append(
                ((words[0] + "s",), option.key)
            )


def _signs(expect: Choice, whole: dict[str, str]) -> dict[str, str]:
    """Letters, figures and ordinals of the options' places; an option's own words come before them."""
    signs: dict[str, str] = {said: key for said, key in whole.items() if len(said) == 1 and said.isascii()}
    for place, option in enumerate(expect.options):
        places = [str(place + 1), f"0{place + 1}"]
        if place < 26:
            places.append("abcdefghijklmnopqrstuvwxyz"[place])
        if place < len(_ORDINALS):
            places += _ORDINALS[place].split()
        if len(expect.options) == 2:
            places.append(("former", "latter")[place])
        if len(expect.options) % 2 and place == len(expect.options) // 2 > 0:
            places += _MIDDLE.split()
        for sign in places:
            if sign not in whole:
                signs.setdefault(sign, option.key)
    return signs


def _telling(expect: Choice) -> dict[str, str]:
    owners: dict[str, set[str]] = {}
    for option in expect.options:
        said = {word for phrase in (option.key, option.label, *option.says) for word in plain(fold(phrase)).split()}
        said |= {sign for word in said if not word.isascii() for sign in word}  # 大 of 大杯
        for word in said:
            owners.setdefault(word, set()).add(option.key)
    return {
        word: next(iter(keys))
        for word, keys in owners.items()
        if len(keys) == 1 and (len(word) >= 3 or not word.isascii()) and word not in _STOPWORDS and word not in NEGATIONS
    }
