# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""Times of day, as people write them in five languages."""

import re
from dataclasses import dataclass
from datetime import time
from itertools import islice

from nlp.answers.fit import FILLERS, NEGATIONS, Fit, likely, says_or
from nlp.answers.numbers import numbers_in
from nlp.answers.spelled import in_figures
from nlp.folding import Folded, plain, word_set

_AM = re.compile(
    r"(?<![a-z])(?:a\.?m\.?|in the (?:early )?morning|this morning|mornings?|du matin|le matin|ce matin|matin|de la manana|por la manana|en la manana|esta manana|de la madrugada|morgens|am morgen|vormittags?|am vormittag|fruh|frueh|in der fruh)(?![a-z])|早上|上午|早晨|凌晨|清晨|明早|早(?=\d|[一二三四五六七八九十])"
)
_PM = re.compile(
    r"(?<![a-z])(?:p\.?m\.?|in the afternoon|this afternoon|afternoon|arvo|in the evening|this evening|evening|at night|tonight|tonite|2nite|tonigt|de l'apres[- ]midi|cet apres[- ]midi|l'apres[- ]midi|apres[- ]midi|aprem|du soir|ce soir|le soir|soir|"
    r"de la tarde|por la tarde|en la tarde|esta tarde|tarde|de la noche|por la noche|en la noche|esta noche|noche|nachmittags?|am nachmittag|heute nachmittag|abends|am abend|heute abend|abend|nachts)(?![a-z])|下午|晚上|傍晚|中午|今晚|明晚|夜里|半夜|晚(?=\d|[一二三四五六七八九十])"
)
_NIGHT = re.compile(r"(?<![a-z])(?:at night|de la noche|nachts|de la nuit)(?![a-z])|晚上|半夜|夜里")
_NOON = re.compile(
    r"(?<![a-z])(?:(?:at )?(?:12 )?(?:noon|midday|noontime|lunchtime)|(?:a |le )?midi|(?:al |a |del )?medio ?dia|(?:am |zu |12 uhr )?mittags?)(?:\s+(?:(?:et |y |und )?(?P<part>demie?|quart|media|cuarto)|(?:et |y )?(?P<m>\d{1,2})))?(?![a-z\d])|正午|中午(?!\d|[一二三十])"
)
_MIDNIGHT = re.compile(
    r"(?<![a-z])(?:(?:at )?(?:12 )?midnight|(?:a )?minuit|(?:a )?(?:la )?medianoche|(?:um )?mitternacht)(?:\s+(?:(?:et |y )?(?P<part>demie?|quart|media|cuarto)|(?:et |y )?(?P<m>\d{1,2})))?(?![a-z\d])|半夜(?!\d|[一二三十])|午夜|零点"
)

_PRE = r"(?:(?:at|around|about|by|from|@|a|à|vers|a eso de|hacia|sobre|um|gegen|ab|so um|circa|ca|zu|on)\s*)?(?:las |la |les )?"
_H = r"(?P<h>\d{1,2})"
_AMPM = r"(?P<ampm>\s*(?:a\.?m\b\.?|p\.?m\b\.?|[ap]\b(?!\s*[a-z])))"
_O = r"(?:o'?\s?clock|oclock|uhr|heures?|h|hrs?|horas?)"
_START = r"(?<![\w/.:,-])"
_PARTS = {"demi": 30, "demie": 30, "media": 30, "quart": 15, "cuarto": 15}
# In the order in which they are tried: what says more comes first. `shift`: minutes to add to the hour.
_FORMS: tuple[tuple[str, int, re.Pattern[str]], ...] = (
    ("clock", 0, re.compile(rf"(?<![\d/.:,-]){_PRE}{_H}\s?[:.h]\s?(?P<m>\d\d)(?::(?P<s>\d\d)(?:\.\d+)?)?(?![\d/:]|\.\d)\s*(?:h|uhr|hrs?|min|horas)?{_AMPM}?")),
    ("before half", -30, re.compile(rf"{_START}{_PRE}(?P<m>\d{{1,2}}) (?:min\w* )?(?P<side>vor|nach) halb {_H}(?!\w)")),
    ("halb", -30, re.compile(rf"{_START}{_PRE}halb {_H}(?!\w)")),
    ("three quarters", -15, re.compile(rf"{_START}{_PRE}(?:dreiviertel|3/4|3viertel) {_H}(?!\w)")),
    ("half past", 30, re.compile(rf"{_START}{_PRE}(?:half|1/2)[ -]?(?:past |after |past-)? ?{_H}(?!\w){_AMPM}?")),
    ("quarter to", -15, re.compile(rf"{_START}{_PRE}(?:an? |un )?(?:quarter|1/4|viertel|cuarto) (?:to|til|till|of|before|vor|para|pa)(?: las| la)? {_H}(?!\w){_AMPM}?")),
    ("quarter past", 15, re.compile(rf"{_START}{_PRE}(?:an? )?(?:quarter|1/4|viertel) (?:past|after|nach) {_H}(?!\w){_AMPM}?")),
    ("quarter of the way", -45, re.compile(rf"{_START}{_PRE}viertel {_H}(?!\w)")),
    ("minutes", 0, re.compile(rf"{_START}{_PRE}(?P<m>\d{{1,2}})\s*(?:minut\w*\s+|min\s+)?(?P<side>past|to|after|before|till?|nach|vor|para|pa)(?: las| la)? {_H}(?!\w){_AMPM}?")),
    ("and a part", 0, re.compile(rf"{_START}{_PRE}{_H}\s*{_O}?\s*(?:(?:et|y)\s+(?:un )?(?P<part>demie?|quart|media|cuarto)|(?P<minus>moins (?:le |un )?quart|menos (?:un )?cuarto))(?!\w)")),
    ("less", 0, re.compile(rf"{_START}{_PRE}{_H}\s*{_O}?\s*(?P<side>moins|menos) (?P<m>\d{{1,2}})(?!\w)")),
    ("and minutes", 0, re.compile(rf"{_START}{_PRE}{_H}\s*(?:{_O}\s*(?:et |y |und )?|y )(?P<m>\d{{1,2}})(?!\w){_AMPM}?")),
    ("hour", 0, re.compile(rf"{_START}{_PRE}{_H}\s*{_O}(?!\w){_AMPM}?")),
    ("three or four figures", 0, re.compile(r"(?<![\w/.:,-])(?:(?:at|a|um|by|around)\s+)?(?P<h>[01]?\d|2[0-3])(?P<m>[0-5]\d)(?P<ampm>\s*(?:[ap]\.?m\b\.?|[ap]\b|hrs?\b|hours\b|h\b|uhr\b))")),
    ("side by side", 0, re.compile(rf"{_START}{_PRE}{_H}[ -](?P<m>[1-5]\d|0[1-9])(?:{_AMPM}|(?![\w/.:%-]|\s?[€$]))")),
    ("am pm", 0, re.compile(rf"{_START}{_PRE}{_H}{_AMPM}")),
    ("at", 0, re.compile(rf"{_START}(?:at|around|about|by|@|vers|a las|a la|sobre las|um|gegen|las|so um)\s*{_H}(?![\w/.:%-])")),
)  # fmt: skip
_HAN_NUMBER = "[零一二三四五六七八九十两\\d]{1,4}"
_HAN = re.compile(
    rf"(?<![有早快慢好多少晚])(?<!晚一)(?:差(?:(?P<less_quarter>一刻)|(?P<less>{_HAN_NUMBER})分?)钟?(?:到)?)?(?P<h>{_HAN_NUMBER})\s*(?:点钟?(?![也儿都]|不)|时(?!间)|:)\s*(?:(?P<half>半)|(?P<quarter>[一三]刻)|(?P<m>{_HAN_NUMBER})分?|整)?"
    rf"(?:差(?:(?P<after_quarter>一刻)|(?P<after>{_HAN_NUMBER})分))?|(?<=[早晚])(?!一点)(?P<h2>{_HAN_NUMBER})点(?P<half2>半)?"
)
_BARE = re.compile(rf"(?<![\w/.:,-]){_H}(?![\w/:%-]|[.,]\d)")
_EXTRA = FILLERS | word_set(
    "around about at by say maybe ish sharp exactly works work works good great fine perfect best suits okay vers environ precises pile piles sobre gegen etwa um genau punto puntual en hacia would in the will for me us marche convient va bien parfait passt gut mir uns ca viene perfecto possible possibly probably after from start 左 右 大 概 整 吧 行 可 以 准 时 before the early today tonight"
)
# Two times, or the ends of a time: nobody knows which was meant.
_SPAN = re.compile(
    r"(?<!\d)(?P<one>\d{1,2})(?::\d\d)?\s*(?:am|pm|h|uhr|点)?\s*(?:-|–|~|to|bis|a|à|until|till|到|至)\s*(?P<two>\d{1,2})(?::\d\d)?(?!\d)|(?<![a-z])(?:between|entre|zwischen)(?![a-z])|(?:点|时)[半]?\s?(?:到|至|-)"
)
_VAGUE_HAN = re.compile("[一二三四五六七八九两]{2}点")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTime:
    """A time of day in a text, where it stands in the text in figures (spelled.in_figures), and how sure we are of its half of the day."""

    time: time
    start: int
    end: int
    confidence: float


_CLOCK = re.compile(r"o'?\s?clock")  # its "o" is no Spanish "or"
_ISH = re.compile(r"(?<=\d)\s?-?ish(?![a-z])")
_AS_WORDS = re.compile(r"(?<![\w.,:])[24] (?:u|me|da|you|us|ya|him|her|my|ur|your)(?![a-z])")  # "do it 4 me"
_HYPHEN = re.compile(r"(?<=[a-z])-(?=[a-z])")
_THREE_OR_FOUR = re.compile(r"([01]?\d|2[0-3])([0-5]\d)")  # only where a time was asked for, and nothing else is said


def read_time(text: Folded) -> Fit | None:
    """A time of day as HH:MM. Without am or pm, 1 to 7 are taken for the afternoon (shops are shut before), 8 to 12 as they stand."""
    if _AS_WORDS.search(text.lettered):
        return None
    lettered = in_figures(_HYPHEN.sub(" ", _ISH.sub("", text.lettered)))
    words = rest_of(lettered, 0, 0)
    numbers = [word for word in words if word.isdigit()]
    if len(numbers) == 1 and (figures := _THREE_OR_FOUR.fullmatch(numbers[0])) and all(word in _EXTRA or word in numbers for word in words):
        lettered = lettered.replace(numbers[0], f"{figures[1]}:{figures[2]}", 1)
    if spans(lettered) or says_or(_CLOCK.sub("", text.lettered)):
        return None
    found = find_time(lettered, bare=True)
    if found is None:
        return None
    left = rest_of(lettered, found.start, found.end)
    if any(word in NEGATIONS for word in left):
        return None
    value = found.time.strftime("%H:%M")
    if all(word in _EXTRA for word in left):
        why = "time of day" if found.confidence == 1.0 else "time of day, its half guessed"
        return Fit(value=value, exact=True, confidence=found.confidence, why=why)
    return likely(value, min(found.confidence, 0.8), "time of day within a sentence")


def spans(lettered: str) -> bool:
    """Whether a text in figures names two times, or the ends of a time ("3-4pm"); "10 to 4" is ten minutes before four."""
    match = _SPAN.search(lettered)
    if match is None:
        return _VAGUE_HAN.search(lettered) is not None
    if match["one"] is None or not re.search(r"\sto\s", match.group()):
        return True
    return int(match["one"]) not in (5, 10, 15, 20, 25) or int(match["one"]) < int(match["two"])


def rest_of(lettered: str, start: int, end: int) -> tuple[str, ...]:
    """The words around a piece of text; words for the half of the day are part of a time, and not counted."""
    rest = f"{lettered[:start]} {lettered[end:]}"
    for pattern in (_AM, _PM, _NOON):
        rest = pattern.sub(" ", rest)
    return tuple(re.findall(r"[\u3400-\u9fff]|[^\W_]+", plain(rest)))


def find_time(lettered: str, *, bare: bool, halves: str | None = None) -> FoundTime | None:
    """The one time of day in a text in figures; None where there is none, or two.

    bare: a lone "3" will do, where little else is said. halves: where "tonight" and its like may stand, if not in the text.
    """
    halves = halves or lettered
    for name, shift, pattern in _FORMS:
        found = [one for match in islice(pattern.finditer(lettered), 4) if (one := _from_match(name, shift, match, halves))]
        if len({one.time for one in found}) > 1 or (name == "clock" and not found and pattern.search(lettered)):
            return None  # two times, or 9:15:75
        if found:
            return found[0]
    han = [one for match in islice(_HAN.finditer(lettered), 4) if (one := _from_han(match, halves))]
    if han:
        return han[0] if len({one.time for one in han}) == 1 else None
    for pattern, hour in ((_MIDNIGHT, 0), (_NOON, 12)):
        if (match := pattern.search(lettered)) and int(match["m"] or 0) < 60:
            moment = time(hour, int(match["m"] or _PARTS.get(match["part"], 0)))
            return FoundTime(time=moment, start=match.start(), end=match.end(), confidence=1.0)
    return _bare(lettered, halves) if bare else None


def _bare(lettered: str, halves: str) -> FoundTime | None:
    """A lone number: an hour only where nothing else in the text could be what is counted ("3 people")."""
    matches = list(_BARE.finditer(lettered))
    if len(matches) != 1 or not all(word in _EXTRA for word in rest_of(lettered, *matches[0].span())):
        return None
    return _from_match("bare", 0, matches[0], halves)


def _from_match(name: str, shift: int, match: re.Match[str], halves: str) -> FoundTime | None:
    parts = match.groupdict()
    hour, minute = int(parts["h"]), int(parts.get("m") or 0)
    if hour > 24 or minute > 59 or int(parts.get("s") or 0) > 59 or (hour == 24 and (minute or int(parts.get("s") or 0))):
        return None
    side = parts.get("side")
    if side:
        shift, minute = shift + (-minute if side in {"to", "till", "til", "before", "vor", "moins", "menos", "para", "pa"} else minute), 0
    if parts.get("part"):
        shift = _PARTS[parts["part"]]
    if parts.get("minus"):
        shift = -15
    twenty_four = name == "clock" and len(parts["h"]) == 2 and parts["h"].startswith("0")
    return _placed(hour, minute + shift, (parts.get("ampm") or "").strip(), halves, match, as_written=twenty_four)


def _placed(hour: int, minutes: int, ampm: str, halves: str, match: re.Match[str], *, as_written: bool = False) -> FoundTime:
    """The half of the day: said, or else guessed."""
    afternoon = ampm.startswith("p") or (not ampm.startswith("a") and _PM.search(halves) is not None)
    morning = ampm.startswith("a") or (not afternoon and _AM.search(halves) is not None)
    night = not ampm and _NIGHT.search(halves) is not None
    confidence = 1.0
    if night and (hour == 12 or 1 <= hour <= 4):
        hour %= 12
    elif afternoon and hour < 12:
        hour += 12
    elif morning and hour == 12:
        hour = 0
    elif not afternoon and not morning and 1 <= hour <= 7 and not as_written:
        hour, confidence = hour + 12, 0.8
    total = (hour * 60 + minutes) % (24 * 60)
    return FoundTime(time=time(total // 60, total % 60), start=match.start(), end=match.end(), confidence=confidence)


def _from_han(match: re.Match[str], halves: str) -> FoundTime | None:
    hours = numbers_in(match["h"] or match["h2"])
    minute = 30 if match["half"] or match["half2"] else 0
    if match["quarter"]:
        minute = 15 if match["quarter"].startswith("一") else 45
    if match["m"] and (found := numbers_in(match["m"])):
        minute = int(found[0].number)
    less = 15 if match["less_quarter"] or match["after_quarter"] else 0
    if written := match["less"] or match["after"]:
        less = int(numbers_in(written)[0].number) if numbers_in(written) else 0
    if len(hours) != 1 or not 0 <= hours[0].number <= 24 or not 0 <= minute < 60 or (hours[0].number == 24 and minute):
        return None
    return _placed(int(hours[0].number), minute - less, "", halves, match)
