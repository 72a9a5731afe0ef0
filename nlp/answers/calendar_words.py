# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""Names of days and months in five languages, and which way a question looks: back to a birthday, or forward to a booking."""

import re
from dataclasses import dataclass
from datetime import date

from nlp.answers.number_words import SMALL

_DAYS = (
    "monday mon lundi lun lunes montag montags mo 周一 星期一 礼拜一",
    "tuesday tues tue tuesdy teusday mardi mar martes dienstag dienstags di 周二 星期二 礼拜二",
    "wednesday wed weds wensday wednsday wendesday mercredi mer miercoles mie mittwoch mittwochs mi 周三 星期三 礼拜三",
    "thursday thurs thur thu thursdy thrusday jeudi jeu jueves jue donnerstag donnerstags do 周四 星期四 礼拜四",
    "friday fri frday firday vendredi ven viernes vie freitag freitags fr 周五 星期五 礼拜五",
    "saturday sat saterday samedi sam sabado sab samstag samstags sonnabend sa 周六 星期六 礼拜六",
    "sunday sun dimanche dim domingo dom sonntag sonntags so 周日 星期天 星期日 周天 礼拜天 礼拜日",
)
_MONTHS = (
    "january jan janvier janv enero ene januar jaenner janner",
    "february feb febuary fevrier fevr fev febrero februar",
    "march mar mars marzo marz maerz",
    "april apr avril avr abril abr",
    "may mai mayo",
    "june jun juin junio juni",
    "july jul juillet juil julio juli",
    "august aug aout agosto ago",
    "september sept sep septembre septiembre setiembre",
    "october oct octobre octubre oktober okt",
    "november nov novembre noviembre",
    "december dec decembre diciembre dic dezember dez",
)
DAY_OF = {name: n for n, names in enumerate(_DAYS) for name in names.split()}
MONTH_OF = {name: n for n, names in enumerate(_MONTHS, start=1) for name in names.split()}
# Short names are words as well ("so", "do", "mi", "sat", "mar"): a weekday only behind a word that says so, or nearly alone.
SHORT_DAYS = frozenset(name for name in DAY_OF if len(name) == 2 and name.isascii()) | {
    "sun",
    "sat",
    "mar",
    "mer",
    "ven",
    "dim",
    "dom",
    "vie",
    "sab",
    "mon",
}
DAY_NAMES = "|".join(sorted((name for name in DAY_OF if name.isascii()), key=len, reverse=True))
MONTH_NAMES = "|".join(sorted(MONTH_OF, key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text, where it stands, and how sure we are."""

    date: date
    start: int
    end: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """From where a date is reckoned. today: None where the clock is unknown. back: the question asks for the past. german: "Do" is a Thursday."""

    today: date | None
    order: str | None = None
    back: bool = False
    german: bool = False


_ALWAYS_BACK = re.compile(
    r"(?<![a-z])(?:born|birth|birthday|birthdate|dob|ne\(?e?\)? le|nee? (?:le|quand)|(?:vous|tu) nee?|naissance|anniversaire|nacio|naciste|nacimiento|cumpleanos|geboren|geburt\w*)(?![a-z])|出生|生日"
)
_FORWARD = re.compile(
    r"(?<![a-z])(?:would|will|shall|want|wish|book|come in|next|deliver|appointment|should|can you|could you|plan|voul\w+|voud\w+|souhait\w+|reserver|rendez|prochain\w*|quier\w+|gustaria|reservar|prefier\w+|proxim[oa]|mocht\w+|woll\w+|buchen|termin|nachst\w+|sollen|passt)(?![a-z])|想|预约|预订|方便|下次|希望"
)
_BACK = re.compile(
    r"(?<![a-z])(?:did|was|were|last|have you|has it|had|ago|since when|happened|purchased|bought|visited|etait|etiez|(?:avez|as|es|etes)[- ](?:vous|tu)|a eu lieu|derniere?s?|depuis quand|achete|fue|estuvo|estuviste|compro|compraste|visito|visitaste|vino|ultima|ultimo|ha sido|sucedio|paso|war|waren|warst|zuletzt|letzte[nrs]?|haben sie|hast du|hat|gekauft|besucht|passiert)(?![a-z])|上次|上一次|过吗|来的|买的|发生|购买"
)


def looks_back(question: str) -> bool:
    """Whether a question (folded, nlp.folding.letters) asks for a day in the past."""
    if _ALWAYS_BACK.search(question):
        return True
    return _BACK.search(question) is not None and _FORWARD.search(question) is None


def _ordinals() -> dict[str, int]:
    listed = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
    english = listed.split()
    words = {word: n for n, word in enumerate(english, start=1)} | {
        "thirtieth": 30,
        "premier": 1,
        "1er": 1,
        "primero": 1,
        "primo": 1,
        "uno": 1,
    }
    words |= {
        f"{ten}{gap}{word}": n + m
        for n, ten in ((20, "twenty"), (30, "thirty"))
        for m, word in enumerate(english[:9], start=1)
        for gap in " -"
        if n + m <= 31
    }
    odd = {"erste": 1, "dritte": 3, "siebte": 7, "siebente": 7, "achte": 8}
    for word, n in SMALL.items():
        if 1 < n <= 31 and n not in (3, 7, 8):
            odd[word + ("te" if n < 20 else "ste")] = n
    return words | {word + ending: n for word, n in odd.items() for ending in ("", "n", "r", "s")}


ORDINALS = _ordinals()
"""Words for the day of a month: "fifth", "premier", "fünften"."""
_ORDINAL = "|".join(sorted(ORDINALS, key=len, reverse=True))
_ORDINAL_BEFORE = re.compile(
    rf"(?<![a-z])(?P<word>{_ORDINAL})(?= (?:day )?(?:of |de |du |des )?(?:{MONTH_NAMES}|next month|the month|this month|nachsten monats?|mois|mes)(?![a-z]))"
)
_ORDINAL_AFTER = re.compile(rf"(?<![a-z])(?P<month>(?:{MONTH_NAMES}) (?:the )?)(?P<word>{_ORDINAL})(?![a-z])")


def ordinals_in_figures(lettered: str) -> str:
    """ "Fifth of April" and "April fifth" with a figure: "5. of april"."""
    text = _ORDINAL_BEFORE.sub(lambda match: f"{ORDINALS[match['word']]}.", lettered)
    return _ORDINAL_AFTER.sub(lambda match: f"{match['month']}{ORDINALS[match['word']]}", text)
