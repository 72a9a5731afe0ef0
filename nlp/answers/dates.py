# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""Dates, and dates with a time, relative to the contact's own day. A modest set of forms in five languages."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from nlp.answers.fit import FILLERS, Fit, likely, says_or
from nlp.answers.numbers import numbers_in
from nlp.answers.reckoned import after_a_week, hours_from, of_next_week, reckoned
from nlp.answers.times import FoundTime, find_time, rest_of
from nlp.folding import Folded, word_set

_DAYS = (
    "monday mon lundi lun lunes montag mo 周一 星期一 礼拜一",
    "tuesday tues tue tuesdy mardi mar martes dienstag di 周二 星期二 礼拜二",
    "wednesday wed weds wensday wednsday mercredi mer miercoles mie mittwoch mi 周三 星期三 礼拜三",
    "thursday thurs thur thu thursdy jeudi jeu jueves jue donnerstag do 周四 星期四 礼拜四",
    "friday fri frday vendredi ven viernes vie freitag fr 周五 星期五 礼拜五",
    "saturday sat samedi sam sabado sab samstag sonnabend sa 周六 星期六 礼拜六",
    "sunday sun dimanche dim domingo dom sonntag so 周日 星期天 星期日 周天 礼拜天 礼拜日",
)
_MONTHS = (
    "january jan janvier janv enero ene januar jaenner",
    "february feb fevrier fevr fev febrero februar",
    "march mar mars marzo marz maerz",
    "april apr avril avr abril abr",
    "may mai mayo",
    "june jun juin junio juni",
    "july jul juillet juil julio juli",
    "august aug aout agosto ago",
    "september sept sep septembre septiembre",
    "october oct octobre octubre oktober okt",
    "november nov novembre noviembre",
    "december dec decembre diciembre dic dezember dez",
)
_DAY_OF = {name: n for n, names in enumerate(_DAYS) for name in names.split()}
_MONTH_OF = {name: n for n, names in enumerate(_MONTHS, start=1) for name in names.split()}
# Two letters are a weekday only behind a word that says so ("am Mo"): "so", "do", "mi", "di", "sa" are words.
_SHORT = frozenset(name for name in _DAY_OF if len(name) == 2 and name.isascii()) | {
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
_LATIN_DAYS = "|".join(sorted((name for name in _DAY_OF if name.isascii() and len(name) > 2), key=len, reverse=True))
_ALL_DAYS = "|".join(sorted((name for name in _DAY_OF if name.isascii()), key=len, reverse=True))
_MONTH_NAMES = "|".join(sorted(_MONTH_OF, key=len, reverse=True))

_NUMBER = r"(?P<n>\d{1,3}|[a-z]{1,12}|[一二两三四五六七八九十]+)"
_TODAY = re.compile(
    r"(?<![a-z])(?:today|2day|tonight|this (?:morning|afternoon|evening)|aujourd'?\s?hui|ce (?:soir|matin)|cet apres[- ]midi|hoy|esta (?:tarde|noche)|heute)(?![a-z])|今天|今日|今晚"
)
_AFTER = re.compile(
    r"(?<![a-z])(?:(?:the )?day after (?:tomorrow|tmr)|overmorrow|apres[- ]demain|pasado manana|ubermorgen|uebermorgen)(?![a-z])|后天"
)
_TOMORROW = re.compile(
    r"(?<![a-z])(?:tomorrow|tommorow|tommorrow|tomorow|tmrw|tmr|tmrow|tomoz|2moro|2morrow|2mrw|demain|(?<!la )(?<!por la )manana|morgen)(?![a-z])|明天|明日|明晚|明早"
)
_YESTERDAY = re.compile(r"(?<![a-z])(?:yesterday|hier|ayer|gestern)(?![a-z])|昨天|昨日")
_WEEKDAY = re.compile(
    rf"(?<![a-z])(?:(?P<next>next|nxt|(?:am )?(?:kommende[nr]?|nachste[nrs]?|naechste[nrs]?)|(?:el )?proximo)\s+|(?P<this>this|coming|this coming|ce|este|(?:am )?diese[nr]?|on|am|le|el)\s+)?(?P<day>{_ALL_DAYS})(?:(?![a-z])|(?=s\b))"
    rf"(?P<after>\s+(?:prochain|suivant|next week|que viene|proximo|week|nachster woche|naechster woche))?"
)
_HAN_DAY = re.compile(r"(?P<next>下下?个?)?(?P<this>这个?|本)?(?P<day>(?:周|星期|礼拜)[一二三四五六日天])")
_IN_N = re.compile(
    rf"(?<![a-z])(?:in|dans|en|dentro de|within)\s+{_NUMBER}\s+(?:more\s+)?(?P<unit>days?|weeks?|fortnights?|months?|jours?|semaines?|mois|dias?|semanas?|mes(?:es)?|tage?n?|wochen?|monate?n?)(?![a-z])"
    rf"|(?<![a-z\d])(?P<n2>\d{{1,3}}|[a-z]{{1,9}})\s+(?P<unit2>days?|weeks?|months?)\s+(?:from (?:now|today)|time|later|away)(?![a-z])|(?P<n3>\d{{1,3}}|[一二两三四五六七八九十]+)(?:个)?(?P<unit3>天|星期|礼拜|周|月)(?:之?后|以后)"
)
_WEEK_LATER = re.compile(
    r"(?<![a-z])(?:a week (?:today|from (?:today|now))|in a week|dans une semaine|en una semana|in einer woche|heute in einer woche)(?![a-z])|一周后|下周今天"
)
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?(?!\d)")
_SLASHED = re.compile(r"(?<![\d/.:])(\d{1,2})\s?[/.-]\s?(\d{1,2})(?:\s?[/.-]\s?(\d{4}|\d{2})|\.)?(?![\d/:%])")
_DAY_MONTH = re.compile(
    rf"(?<!\w)(?P<d>\d{{1,2}}|premier|1er|primero|ersten|first|second|third|primo)\s*(?:st|nd|rd|th|er|eme|\.|º)?\s+(?:of\s+|de\s+|du\s+)?(?P<m>{_MONTH_NAMES})\.?(?![a-z])(?:,?\s*(?:de\s+|del\s+)?(?P<y>\d{{4}}))?"
)
_MONTH_DAY = re.compile(rf"(?<!\w)(?P<m>{_MONTH_NAMES})\.?\s+(?:the\s+)?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])(?:,?\s*(?P<y>\d{{4}}))?")
_HAN_DATE = re.compile(r"(?:(?P<y>\d{4})年)?(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})月(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})[日号]?")
_THE_NTH = re.compile(
    r"(?<!\w)(?:on )?(?:the (?P<d>\d{1,2})(?:st|nd|rd|th)?|(?P<d2>\d{1,2})(?:st|nd|rd|th)|le (?P<d3>\d{1,2})|el (?:dia )?(?P<d4>\d{1,2})|am (?P<d5>\d{1,2})\.)(?![\w:/]|\s*(?:h\b|uhr|heures?|am\b|pm\b))|(?P<d6>\d{1,2})[号日]"
)
_EXTRA = (
    FILLERS
    | word_set(
        "on for at maybe works good see sounds coming morning week please works fine le el am um den dem of is day el dia 那 天 吧 可 以 行"
    )
    | {"in"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDate:
    """A date in a text, where it stands, and how sure we are."""

    date: date
    start: int
    end: int
    confidence: float = 1.0


def read_date(text: Folded, now: datetime | None, order: str | None) -> Fit | None:
    """An ISO date. Weekdays are the next such day; "next" is one in the week after; a day and month without a year is the next one."""
    found = find_date(text.lettered, now, order)
    if found is None or says_or(text.lettered.replace("/", " ")):
        return None
    value = found.date.isoformat()
    left = rest_of(text.lettered, found.start, found.end)
    if all(word in _EXTRA for word in left):
        return Fit(value=value, exact=True, confidence=found.confidence, why="date")
    if any(word in {"not", "pas", "no", "nicht", "不"} for word in left):
        return None
    return likely(value, min(found.confidence, 0.8), "date within a sentence")


def read_datetime(text: Folded, now: datetime | None, order: str | None) -> Fit | None:
    """An ISO local date and time. A time alone is the next such time; a date alone does not fit."""
    if now is not None and (counted := hours_from(text.lettered, now)):
        return _counted(text, *counted)
    day = find_date(text.lettered, now, order)
    lettered = text.lettered if day is None else text.lettered[: day.start] + " " * (day.end - day.start) + text.lettered[day.end :]
    moment = find_time(lettered, bare=True) or (find_time(text.lettered, bare=False) if day else None)
    if moment is None or says_or(text.lettered.replace("/", " ")):
        return None
    if day is None:
        return _time_alone(text, moment, now)
    afternoon = find_half(text.lettered, moment)
    value = datetime.combine(day.date, afternoon).isoformat(timespec="minutes")
    blank = lettered[: moment.start] + " " * (moment.end - moment.start) + lettered[moment.end :]
    left = rest_of(blank, 0, 0)
    confidence = min(day.confidence, moment.confidence)
    if all(word in _EXTRA for word in left):
        return Fit(value=value, exact=True, confidence=confidence, why="date and time")
    return likely(value, min(confidence, 0.8), "date and time within a sentence")


def _counted(text: Folded, moment: datetime, match: re.Match[str]) -> Fit:
    value = moment.isoformat(timespec="minutes")
    if all(word in _EXTRA for word in rest_of(text.lettered, match.start(), match.end())):
        return Fit(value=value, exact=True, confidence=0.9, why="counted from now")
    return likely(value, 0.75, "counted from now, within a sentence")


def find_half(lettered: str, moment: FoundTime) -> time:
    """The time with the half of the day that the date's words gave away ("tonight at 9")."""
    whole = find_time(lettered, bare=False)
    return (
        whole.time
        if whole is not None and whole.time.minute == moment.time.minute and whole.time.hour % 12 == moment.time.hour % 12
        else moment.time
    )


def _time_alone(text: Folded, moment: FoundTime, now: datetime | None) -> Fit | None:
    if now is None or not all(word in _EXTRA for word in rest_of(text.lettered, moment.start, moment.end)):
        return None
    today = datetime.combine(now.date(), moment.time)
    when = today if today > now else today + timedelta(days=1)
    return likely(when.isoformat(timespec="minutes"), 0.6, "time alone: the next such time")


_MONTH_FIRST = {"US": "MDY", "PH": "MDY", "CN": "YMD", "TW": "YMD", "JP": "YMD", "KR": "YMD", "HU": "YMD", "LT": "YMD"}


def date_order(country: str | None) -> str | None:
    """How a country writes its dates: MDY, YMD or DMY; None where the country is unknown. Source: Unicode CLDR, short date patterns."""
    return _MONTH_FIRST.get(country, "DMY") if country else None


def find_date(lettered: str, now: datetime | None, order: str | None) -> FoundDate | None:
    """The one date in a text; without `now`, only a date that says its year."""
    today = now.date() if now else None
    if found := _written(lettered, today, order):
        return found
    if today is None:
        return None
    if counted := reckoned(lettered, today):
        return FoundDate(date=counted[0], start=counted[1].start(), end=counted[1].end(), confidence=0.9)
    days: tuple[tuple[re.Pattern[str], int], ...] = ((_AFTER, 2), (_TODAY, 0), (_YESTERDAY, -1), (_TOMORROW, 1), (_WEEK_LATER, 7))
    matches = [(match, n) for pattern, n in days for match in [pattern.search(lettered)] if match]
    readers: tuple[Callable[[str, date], FoundDate | None], ...] = (_in_n, _weekday_and_nth, _weekday, _han_weekday, _nth)
    if matches:
        match, n = matches[0]
        distinct = {days for _, days in matches}
        if 7 in distinct:
            match, n = next(one for one in matches if one[1] == 7)
        elif len(distinct) > 1 and distinct != {2, 1}:
            return None
        return FoundDate(date=today + timedelta(days=n), start=match.start(), end=match.end())
    return next((found for reader in readers if (found := reader(lettered, today))), None)


def _weekday_and_nth(lettered: str, today: date) -> FoundDate | None:
    """ "Tuesday the 13th", where the two agree; where they do not, nobody knows which was meant."""
    named, numbered = _weekday(lettered, today), _nth(lettered, today)
    if named is None or numbered is None or named.date.weekday() != numbered.date.weekday():
        return None
    return FoundDate(date=numbered.date, start=min(named.start, numbered.start), end=max(named.end, numbered.end))


def _weekday(lettered: str, today: date) -> FoundDate | None:
    matches = [match for match in _WEEKDAY.finditer(lettered) if _is_day(match, lettered)]
    if len({_DAY_OF[match.group("day")] for match in matches}) != 1:
        return None
    match = matches[0]
    weekday = _DAY_OF[match.group("day")]
    ahead = (weekday - today.weekday()) % 7 or 7
    after = (match.group("after") or "").strip()
    following = (match.group("next") is not None and "proximo" not in match.group("next")) or after in {
        "next week",
        "nachster woche",
        "naechster woche",
    }
    start, end = match.span()
    if week := of_next_week(lettered):
        following, start, end = True, min(start, week.start()), max(end, week.end())
    elif later := after_a_week(lettered):
        ahead, start, end = ahead + 7, min(start, later.start()), max(end, later.end())
    if following:
        # The week after this one, Monday first: on a Monday, "next Tuesday" is in eight days. Spanish "próximo" is just the coming one.
        ahead = 7 - today.weekday() + weekday
    elif ahead == 1 and ("prochain" in after or "viene" in after or "proximo" in f"{match.group('next')} {after}"):
        # "mardi prochain", said on a Monday, is not tomorrow: tomorrow has a word of its own.
        ahead += 7
    return FoundDate(date=today + timedelta(days=ahead), start=start, end=end, confidence=0.9 if following else 1.0)


def _is_day(match: re.Match[str], lettered: str) -> bool:
    name = match.group("day")
    if name not in _SHORT:
        return True
    alone = len(re.findall(r"\w+", lettered)) <= 2
    return match.group("next") is not None or match.group("this") is not None or (len(name) > 2 and alone)


def _han_weekday(lettered: str, today: date) -> FoundDate | None:
    matches = list(_HAN_DAY.finditer(lettered))
    if len(matches) != 1:
        return None
    match = matches[0]
    weekday = _DAY_OF[match.group("day")]
    weeks = (match.group("next") or "").count("下")
    monday = today - timedelta(days=today.weekday())
    day = monday + timedelta(days=7 * weeks + weekday)
    if not weeks and day <= today and not match.group("this"):
        day += timedelta(days=7)
    return FoundDate(date=day, start=match.start(), end=match.end())


_UNIT_DAYS = {"d": 1, "j": 1, "t": 1, "天": 1, "w": 7, "s": 7, "星": 7, "礼": 7, "周": 7, "f": 14}


def _in_n(lettered: str, today: date) -> FoundDate | None:
    match = _IN_N.search(lettered)
    if match is None:
        return None
    written = match.group("n") or match.group("n2") or match.group("n3")
    unit = match.group("unit") or match.group("unit2") or match.group("unit3")
    numbers = numbers_in(written)
    count = int(numbers[0].number) if numbers else {"a": 1, "an": 1}.get(written)
    if count is None or count > 400:
        return None
    if unit.startswith(("month", "mois", "mes", "monat", "月")):
        return FoundDate(date=_add_months(today, count), start=match.start(), end=match.end())
    return FoundDate(date=today + timedelta(days=count * _UNIT_DAYS[unit[0]]), start=match.start(), end=match.end())


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _nth(lettered: str, today: date) -> FoundDate | None:
    matches = list(_THE_NTH.finditer(lettered))
    if len(matches) != 1:
        return None
    number = int(next(part for part in matches[0].groups() if part))
    month = today if number >= today.day else _add_months(today.replace(day=1), 1)
    day = _valid(month.year, month.month, number)
    return FoundDate(date=day, start=matches[0].start(), end=matches[0].end(), confidence=0.9) if day else None


def _written(lettered: str, today: date | None, order: str | None) -> FoundDate | None:
    """A date with its month: 2026-05-03, 3/5, May 3rd, 3 mai, 5月3日."""
    if match := _ISO.search(lettered):
        day = _valid(int(match.group(1)), int(match.group(2)), int(match.group(3)))
        return FoundDate(date=day, start=match.start(), end=match.end()) if day else None
    for pattern in (_DAY_MONTH, _MONTH_DAY, _HAN_DATE):
        matches = list(pattern.finditer(lettered))
        if len(matches) == 1:
            return _named_month(matches[0], today)
    matches = list(_SLASHED.finditer(lettered))
    return _slashed(matches[0], today, order) if len(matches) == 1 else None


_SPOKEN_DAYS = {"premier": 1, "1er": 1, "primero": 1, "primo": 1, "ersten": 1, "first": 1, "second": 2, "third": 3}


def _named_month(match: re.Match[str], today: date | None) -> FoundDate | None:
    month, day = match.group("m"), match.group("d")
    n_month = _MONTH_OF.get(month) or int(numbers_in(month)[0].number)
    n_day = _SPOKEN_DAYS[day] if day in _SPOKEN_DAYS else int(numbers_in(day)[0].number)
    found = _in_year(match.group("y"), n_month, n_day, today)
    return FoundDate(date=found, start=match.start(), end=match.end()) if found else None


def _slashed(match: re.Match[str], today: date | None, order: str | None) -> FoundDate | None:
    """3/4 is the fourth of March where the month comes first and the third of April elsewhere; 13/4 and 4/13 leave no doubt."""
    first, second, third = int(match.group(1)), int(match.group(2)), match.group(3)
    if order == "YMD" and third and len(match.group(1)) == 2 and len(third) == 2:  # 26/05/03
        found = _in_year(match.group(1), second, int(third), today)
        return FoundDate(date=found, start=match.start(), end=match.end(), confidence=0.9) if found else None
    month_first = order in {"MDY", "YMD"} and "." not in match.group()
    month, day = (first, second) if month_first else (second, first)
    confidence = 0.95
    if month > 12 >= day:
        month, day = day, month
    elif order is None and day <= 12 and month != day:
        confidence = 0.6
    found = _in_year(third, month, day, today)
    return FoundDate(date=found, start=match.start(), end=match.end(), confidence=confidence) if found else None


def _in_year(year: str | None, month: int, day: int, today: date | None) -> date | None:
    if year:
        return _valid(int(year) + (2000 if len(year) == 2 else 0), month, day)
    if today is None:
        return None
    # The 29th of February may be eight years away.
    coming = (_valid(year, month, day) for year in range(today.year, today.year + 9))
    return next((found for found in coming if found and found >= today), None)


def _valid(year: int, month: int, day: int) -> date | None:
    if not 1 <= month <= 12 or not 1900 <= year <= 2200 or not 1 <= day <= monthrange(year, month)[1]:
        return None
    return date(year, month, day)
