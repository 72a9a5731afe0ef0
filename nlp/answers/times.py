# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""Times of day, as people write them in five languages."""

import re
from dataclasses import dataclass
from datetime import time

from nlp.answers.fit import FILLERS, Fit, exact, likely
from nlp.answers.numbers import numbers_in
from nlp.folding import Folded, plain, word_set

_HOUR_WORDS = (
    "one une un una eins ein|two deux dos zwei zwo|three trois tres drei|four quatre cuatro vier|five cinq cinco funf fuenf|six seis sechs|seven sept siete sieben|eight huit ocho acht|"
    "nine neuf nueve neun|ten dix diez zehn|eleven onze once elf|twelve douze doce zwolf zwoelf"
)
_HOURS = {word: n for n, words in enumerate(_HOUR_WORDS.split("|"), start=1) for word in words.split()}
_H = r"(?P<h>\d{1,2}|" + "|".join(sorted(_HOURS, key=len, reverse=True)) + ")"
_HOUR_NAMES = "|".join(sorted(_HOURS, key=len, reverse=True))
_HAN_NUMBER = "[零一二三四五六七八九十两\\d]{1,3}"

_AM = re.compile(
    r"(?<![a-z])(?:a\.?m\.?|in the morning|this morning|morning|du matin|le matin|matin|de la manana|por la manana|de la madrugada|morgens|am morgen|vormittags|am vormittag|fruh|frueh)(?![a-z])|早上|上午|早晨|凌晨|清晨"
)
_PM = re.compile(
    r"(?<![a-z])(?:p\.?m\.?|in the afternoon|this afternoon|afternoon|arvo|in the evening|this evening|evening|at night|tonight|de l'apres[- ]midi|l'apres[- ]midi|apres[- ]midi|aprem|du soir|ce soir|soir|"
    r"de la tarde|por la tarde|esta tarde|tarde|de la noche|por la noche|esta noche|noche|nachmittags|am nachmittag|heute nachmittag|abends|am abend|heute abend|abend)(?![a-z])|下午|晚上|傍晚|中午|今晚|明晚"
)
_NOON = re.compile(
    r"(?<![a-z])(?:(?:at )?(?:noon|midday|12 noon|lunchtime)|a? ?midi|(?:al )?mediodia|mittags?|am mittag)(?![a-z])|正午|中午(?![\d一二十])"
)
_MIDNIGHT = re.compile(r"(?<![a-z])(?:(?:at )?midnight|a? ?minuit|(?:a )?(?:la )?medianoche|(?:um )?mitternacht)(?![a-z])|半夜|午夜|零点")

_PREFIX = r"(?:(?:at|around|about|by|@|a|vers|a las|a la|sobre las|um|gegen|ab|from)\s*)?(?:les |las |la )?"
_SUFFIX = r"(?P<ampm>\s*(?:a\.?m\.?|p\.?m\.?|[ap](?![a-z]))(?![a-z]))?"
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("clock", re.compile(rf"(?<![\d/.:]){_PREFIX}(?P<h>\d{{1,2}})\s?[:.h]\s?(?P<m>\d{{2}})(?![\d/.])\s*(?:h|uhr|hrs?|min)?{_SUFFIX}")),
    ("half past", re.compile(rf"(?<!\w){_PREFIX}(?:half|1/2)\s*(?:past|after|-past)?\s+{_H}(?!\w)")),
    ("halb", re.compile(rf"(?<!\w){_PREFIX}halb\s+{_H}(?!\w)")),
    (
        "quarter to",
        re.compile(
            rf"(?<!\w){_PREFIX}(?:a )?(?:quarter|1/4)\s+(?:to|til|till|of|before)\s+{_H}(?!\w)|(?<!\w)(?:um )?viertel vor (?P<h2>\d{{1,2}}|[a-z]+)"
        ),
    ),
    (
        "quarter past",
        re.compile(
            rf"(?<!\w){_PREFIX}(?:a )?(?:quarter|1/4)\s+(?:past|after)\s+{_H}(?!\w)|(?<!\w)(?:um )?viertel nach (?P<h2>\d{{1,2}}|[a-z]+)"
        ),
    ),
    (
        "minutes",
        re.compile(
            rf"(?<!\w){_PREFIX}(?P<m>\d{{1,2}}|five|ten|twenty|funf|zehn|zwanzig)\s*(?:minutes?\s+|min\s+)?(?P<side>past|to|after|before|till?|nach|vor)\s+{_H}(?!\w)"
        ),
    ),
    (
        "et demie",
        re.compile(
            rf"(?<!\w){_PREFIX}{_H}\s*(?:h|heures?|horas?)?\s*(?:(?:et|y)\s+(?P<part>demie?|quart|media|cuarto)|(?P<minus>moins le quart|menos cuarto))(?!\w)"
        ),
    ),
    (
        "hour",
        re.compile(
            rf"(?<![\w/.:]){_PREFIX}{_H}\s*(?:o'?\s?clock|oclock|uhr|heures?|h|hrs?|horas?)(?!\w){_SUFFIX}(?:\s?(?P<m>\d{{2}})(?!\d))?"
        ),
    ),
    ("am pm", re.compile(rf"(?<![\w/.:]){_PREFIX}{_H}(?P<ampm>\s*(?:a\.?m\.?|p\.?m\.?|[ap](?![a-z]))(?![a-z]))")),
    (
        "four figures",
        re.compile(r"(?<![\w/.:-])(?:(?:at|a|um)\s+)?(?P<h>[01]?\d|2[0-3])(?P<m>[0-5]\d)(?P<ampm>\s*(?:am|pm|hrs?|h|uhr))(?!\w)"),
    ),
    (
        "spoken",
        re.compile(
            rf"(?<!\w){_PREFIX}(?P<h>{_HOUR_NAMES})\s+(?P<m>thirty|fifteen|forty[ -]?five|twenty|ten|trente|quinze|treinta|quince)(?!\w)"
        ),
    ),
    ("at", re.compile(rf"(?<![\w/.:])(?:at|around|about|by|@|vers|a las|a la|sobre las|um|gegen)\s*{_H}(?![\w/.:%-])")),
)
_HAN = re.compile(rf"(?P<h>{_HAN_NUMBER})\s*(?:点钟?|时|:)\s*(?:(?P<half>半)|(?P<quarter>[一三]刻)|(?P<m>{_HAN_NUMBER})分?|整)?")
_BARE = re.compile(rf"(?<![\w/.:]){_H}(?![\w/.:])")
_EXTRA = FILLERS | word_set(
    "around about at by say maybe ish sharp exactly works vers environ sobre gegen etwa um pile punto would in the will 左 右 大 概 整"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTime:
    """A time of day in a text, where it stands, and how sure we are of its half of the day."""

    time: time
    start: int
    end: int
    confidence: float


_ISH = re.compile(r"(?<=\d)\s?-?ish(?![a-z])")
_FOUR_FIGURES = re.compile(r"([01]\d|2[0-3])([0-5]\d)")  # only where a time was asked for, and nothing else is said


def read_time(text: Folded) -> Fit | None:
    """A time of day as HH:MM. Without am or pm, 1 to 7 are taken for the afternoon (shops are shut before), 8 to 12 as they stand."""
    lettered = _ISH.sub("", text.lettered)
    if figures := _FOUR_FIGURES.fullmatch(text.whole):
        return exact(f"{figures.group(1)}:{figures.group(2)}", "four figures")
    found = find_time(lettered, bare=True)
    if found is None:
        return None
    value = found.time.strftime("%H:%M")
    left = rest_of(lettered, found.start, found.end)
    used_up = all(word in _EXTRA for word in left)
    if used_up and found.confidence == 1.0:
        return exact(value, "time of day")
    if used_up:
        return Fit(value=value, exact=True, confidence=found.confidence, why="time of day, its half guessed")
    return likely(value, min(found.confidence, 0.8), "time of day within a sentence")


def rest_of(lettered: str, start: int, end: int) -> tuple[str, ...]:
    """The words around a piece of text; words for the half of the day are part of a time, and not counted."""
    rest = f"{lettered[:start]} {lettered[end:]}"
    for pattern in (_AM, _PM, _NOON):
        rest = pattern.sub(" ", rest)
    return tuple(re.findall(r"[\u3400-\u9fff]|[^\W_]+", plain(rest)))


def find_time(lettered: str, *, bare: bool) -> FoundTime | None:
    """The one time of day in a text; None where there is none, or two. bare: a lone "3" will do."""
    for name, pattern in _FORMS:
        matches = list(pattern.finditer(lettered))
        if len(matches) > 1 and name in {"clock", "am pm", "hour"}:
            return None
        if matches and (found := _from_match(name, matches[0], lettered)):
            return found
    if match := _HAN.search(lettered):
        return _from_han(match, lettered)
    for pattern, moment in ((_MIDNIGHT, time(0)), (_NOON, time(12))):
        if match := pattern.search(lettered):
            return FoundTime(time=moment, start=match.start(), end=match.end(), confidence=1.0)
    if bare:
        matches = list(_BARE.finditer(lettered))
        if len(matches) == 1:
            return _from_match("bare", matches[0], lettered)
    return None


def _from_match(name: str, match: re.Match[str], lettered: str) -> FoundTime | None:
    parts = match.groupdict()
    written = parts.get("h") or parts.get("h2") or ""
    hour = _HOURS.get(written, int(written) if written.isdecimal() else -1)
    minute = 0
    if parts.get("m"):
        numbers = numbers_in(parts["m"])
        minute = int(numbers[0].number) if numbers else 0
    shift = {"half past": 30, "halb": -30, "quarter to": -15, "quarter past": 15}.get(name, 0)
    if name == "minutes":
        shift, minute = (-minute if parts["side"] in {"to", "till", "til", "before", "vor"} else minute), 0
    if parts.get("part"):
        shift = 30 if parts["part"] in {"demi", "demie", "media"} else 15
    if parts.get("minus"):
        shift = -15
    if not 0 <= hour <= 24 or not 0 <= minute < 60:
        return None
    return _placed(
        hour,
        minute + shift,
        (parts.get("ampm") or "").strip(),
        lettered,
        match,
        twenty_four=bool(parts.get("m")) and len(written) == 2 and written.startswith("0"),
    )


def _placed(hour: int, minutes: int, ampm: str, lettered: str, match: re.Match[str], *, twenty_four: bool) -> FoundTime | None:
    """The half of the day: said, or else guessed."""
    afternoon = ampm.startswith("p") or (not ampm.startswith("a") and _PM.search(lettered) is not None)
    morning = ampm.startswith("a") or (not afternoon and _AM.search(lettered) is not None)
    confidence = 1.0
    if afternoon and hour < 12:
        hour += 12
    elif morning and hour == 12:
        hour = 0
    elif not afternoon and not morning and 1 <= hour <= 7 and not twenty_four:
        hour, confidence = hour + 12, 0.8
    total = (hour * 60 + minutes) % (24 * 60)
    return FoundTime(time=time(total // 60, total % 60), start=match.start(), end=match.end(), confidence=confidence)


def _from_han(match: re.Match[str], lettered: str) -> FoundTime | None:
    hour = int(numbers_in(match.group("h"))[0].number) if numbers_in(match.group("h")) else -1
    minute = 30 if match.group("half") else 0
    if match.group("quarter"):
        minute = 15 if match.group("quarter").startswith("一") else 45
    if match.group("m") and (found := numbers_in(match.group("m"))):
        minute = int(found[0].number)
    if not 0 <= hour <= 24 or not 0 <= minute < 60:
        return None
    return _placed(hour, minute, "", lettered, match, twenty_four=False)
