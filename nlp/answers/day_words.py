# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""Days that are said from today: tomorrow, next Tuesday, in two weeks, three days ago, the 15th."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from nlp.answers.calendar_words import DAY_NAMES, DAY_OF, SHORT_DAYS, FoundDate, Frame
from nlp.answers.numbers import numbers_in
from nlp.answers.reckoned import in_week, reckoned, weeks_after

_OFFSETS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (-2, re.compile(r"(?<![a-z])(?:(?:the )?day before yesterday|avant[- ]hier|anteayer|antier|antes de ayer|vorgestern)(?![a-z])|前天|前日")),
    (2, re.compile(r"(?<![a-z])(?:(?:the )?day after (?:tomorrow|tmr\w*)|overmorrow|apres[- ]demain|pasado manana|ubermorgen|uebermorgen)(?![a-z])|后天|后日")),
    (-1, re.compile(r"(?<![a-z])(?:yesterday|yday|ystday|yest|last night|(?:the )?day before today|hier(?: soir| matin)?|ayer|anoche|gestern)(?![a-z])|昨天|昨日|昨晚|昨儿")),
    (0, re.compile(r"(?<![a-z])(?:todays?|2day|todai|tdy|tonight|tonite|2nite|this (?:morning|afternoon|evening)|earlier today|aujourd'?\s?hui|auj|ajd|ajrd|ce (?:soir|matin)|cet apres[- ]midi|hoy(?: mismo)?|esta (?:tarde|noche|manana)|heute?(?: morgen| fruh)?)(?![a-z])|今天|今日|今晚|今儿|今早")),
    (1, re.compile(r"(?<![a-z])(?:tomm?orr?ow|tommorow|tommorrow|tomm?orr?o|tomoz|tomos|tmrw|tmrrw|tmr|tmw|tmrow|tomrw|tomorro|2morow|2moro|2morrow|2mrw|2mo|dmain|demain|dem1|(?<!la )(?<!esta )(?<!cada )manana|mnn|manyana|(?<!guten )(?<!am )(?<!heute )(?<!gestern )(?<!jeden )(?<!guter )morgen)(?:'?s)?(?![a-z])|明天|明日|明晚|明早|明儿")),
)  # fmt: skip
_WEEKDAY = re.compile(
    rf"(?<![a-z])(?:(?:(?P<next>next|nxt|(?:am )?(?:nachste[nrs]?|naechste[nrs]?))|(?P<coming>this coming|coming|(?:am )?kommende[nr]?|(?:el )?proximo)|(?P<last>last|past|(?:am )?(?:letzte[nrs]?|vergangene[nrs]?))|(?P<this>this|ce|este|(?:am )?diese[nr]?)|(?P<on>on|am|le|el|fur|for))\s+)?(?P<day>{DAY_NAMES})(?:(?![a-z])|(?='?s\b))"
    rf"(?P<after>\s+(?:prochaine?|suivant|qui vient|d'apres|que viene|proximo|dernier|passe|pasado|der vergangenen|next|coming))?"
)
_HAN_DAY = re.compile(r"(?P<next>下{1,3}个?)?(?P<last>上{1,3}个?)?(?P<this>这个?|本)?(?P<day>(?:周|星期|礼拜)[一二三四五六日天])")
_NUMBER = r"\d{1,3}|an?|[a-z]{1,12}"
_UNITS = r"days?|weeks?|wks?|fortnights?|months?|years?|jours?|semaines?|mois|ans?|annees?|dias?|semanas?|mes(?:es)?|anos?|tage?n?|wochen?|monate?n?|jahre?n?"
_IN_N = re.compile(
    rf"(?<![a-z])(?:in|dans|en|dentro de|within|d'ici)\s+(?P<n>{_NUMBER})\s+(?:more\s+)?(?P<unit>{_UNITS})(?:'? time)?(?![a-z])"
    rf"|(?<![a-z\d])(?P<n2>{_NUMBER})\s+(?P<unit2>days?|weeks?|wks?|months?)'?\s+(?:from (?:now|today)|time|later|away|from 2day)(?![a-z])|(?P<n3>\d{{1,3}}|[一二两三四五六七八九十半]+)个?(?P<unit3>天|日|星期|礼拜|周|月|年)(?:之?后|以后)"
)
_AGO = re.compile(
    rf"(?<![a-z\d])(?P<n>{_NUMBER})\s+(?P<unit>{_UNITS})\s+(?:ago|back|earlier|atras)(?![a-z])|(?<![a-z])(?:il y a|ca fait|hace|vor)\s+(?P<n2>{_NUMBER})\s+(?P<unit2>{_UNITS})(?![a-z])"
    rf"|(?P<n3>\d{{1,3}}|[一二两三四五六七八九十半]+)个?(?P<unit3>天|日|星期|礼拜|周|月|年)(?:之?前|以前)"
)
_UNIT_DAYS = {"d": 1, "j": 1, "t": 1, "天": 1, "日": 1, "w": 7, "s": 7, "星": 7, "礼": 7, "周": 7, "f": 14}
_THE_NTH = re.compile(
    r"(?<!\w)(?:on )?(?:the (?P<d>\d{1,2})(?:st|nd|rd|th)?|(?P<d2>\d{1,2})(?:st|nd|rd|th)|le (?P<d3>\d{1,2})|el (?:dia )?(?P<d4>\d{1,2})|(?:am|der|den|dem) (?P<d5>\d{1,2})\.)(?![\w:/]|\s*(?:h\b|uhr|heures?|am\b|pm\b|jours?|dias|tage|days|weeks))"
    r"|(?P<d6>\d{1,2}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])[号日](?!楼|门|线|店|桌)"
)
_WEEKDAY_AND_NTH = re.compile(
    rf"(?<![a-z])(?:{DAY_NAMES}),?\s+(?:the |le |el |den |dem )?(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?(?![\w:/]|\.\d|\s*(?:h\b|uhr|heures?|am\b|pm\b|horas|o'?clock|y |et |-))"
)


def said_from_today(lettered: str, frame: Frame) -> FoundDate | None:
    """The one day of a text that is reckoned from today."""
    today = frame.today
    if today is None:
        return None
    if weeks := weeks_after(lettered):
        rest = lettered[: weeks.start] + " " * (weeks.end - weeks.start) + lettered[weeks.end :]
        base = _from_today(rest, today, Frame(today=today, german=frame.german))
        if base is not None:
            start, end = min(base.start, weeks.start), max(base.end, weeks.end)
            return FoundDate(base.date + timedelta(weeks=weeks.n), start, end, 0.9)
    return _from_today(lettered, today, frame)


def _from_today(lettered: str, today: date, frame: Frame) -> FoundDate | None:
    readers: tuple[Callable[[str, date, Frame], FoundDate | None], ...] = (
        _reckoned,
        _counted,
        _offset,
        _weekday_and_nth,
        _weekday,
        _han_weekday,
        _nth,
    )
    return next((found for reader in readers if (found := reader(lettered, today, frame))), None)


def _reckoned(lettered: str, today: date, frame: Frame) -> FoundDate | None:
    counted = reckoned(lettered, today, back=frame.back)
    return FoundDate(counted[0], counted[1].start(), counted[1].end(), 0.9) if counted else None


def _offset(lettered: str, today: date, frame: Frame) -> FoundDate | None:
    found: list[tuple[int, re.Match[str]]] = []
    for days, pattern in _OFFSETS:
        match = pattern.search(lettered)
        # "Day after tomorrow" holds "tomorrow".
        if match and not any(other.start() < match.end() and match.start() < other.end() for _, other in found):
            found.append((days, match))
    distinct = {days for days, _ in found}
    if len(distinct) != 1:
        return None
    days, match = found[0]
    return FoundDate(today + timedelta(days=days), match.start(), match.end())


def _counted(lettered: str, today: date, frame: Frame) -> FoundDate | None:
    """In two weeks, three days ago."""
    for pattern, sign in ((_IN_N, 1), (_AGO, -1)):
        match = pattern.search(lettered)
        if match is None:
            continue
        said, unit = match["n"] or match["n2"] or match["n3"], match["unit"] or match["unit2"] or match["unit3"]
        numbers = numbers_in(said)
        count = {"a": 1, "an": 1, "ner": 1, "nem": 1, "半": 0}.get(said, int(numbers[0].number) if len(numbers) == 1 else None)
        if count is None or count > 400 or (said == "半" and unit != "月"):
            continue
        return FoundDate(_moved(today, sign * count, unit, half=said == "半"), match.start(), match.end())
    return None


def _moved(today: date, count: int, unit: str, *, half: bool) -> date:
    if half:
        return today + timedelta(days=15)
    if unit.startswith(("month", "mois", "mes", "monat", "月")):
        return _add_months(today, count)
    if unit.startswith(("year", "an", "jahr", "年")):
        return _add_months(today, 12 * count)
    return today + timedelta(days=count * _UNIT_DAYS[unit[0]])


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _weekday_and_nth(lettered: str, today: date, frame: Frame) -> FoundDate | None:
    """ "Tuesday the 13th", where the two agree; where they do not, nobody knows which was meant."""
    named = _weekday(lettered, today, frame)
    beside = _WEEKDAY_AND_NTH.search(lettered)
    if named is None:
        return None
    numbered = _nth_day(int(beside["d"]), today, frame, beside.start(), beside.end()) if beside else _nth(lettered, today, frame)
    if numbered is None or named.date.weekday() != numbered.date.weekday():
        return None
    return FoundDate(numbered.date, min(named.start, numbered.start), max(named.end, numbered.end))


def _weekday(lettered: str, today: date, frame: Frame) -> FoundDate | None:
    matches = [match for match in _WEEKDAY.finditer(lettered) if _is_day(match, lettered, frame)]
    if len({DAY_OF[match["day"]] for match in matches}) != 1:
        return None
    match = matches[0]
    weekday, after = DAY_OF[match["day"]], (match["after"] or "").strip()
    if week := in_week(lettered):
        monday = today + timedelta(days=7 * week.n - today.weekday())
        return FoundDate(monday + timedelta(days=weekday), min(match.start(), week.start), max(match.end(), week.end), 0.9)
    day, confidence = _which(today, weekday, match, after, frame)
    return FoundDate(day, match.start(), match.end(), confidence)


def _which(today: date, weekday: int, match: re.Match[str], after: str, frame: Frame) -> tuple[date, float]:
    """Which of the days of a name is meant.

    "Next Friday" and "nächsten Freitag" are of the week after this one, Monday first: most set it against "this Friday". It is the most
    disputed word of all (Britons were split 56 to 40 even on "next weekend", YouGov 2021), so it is less sure than other days.
    "Vendredi prochain", "el próximo viernes", "kommenden Freitag" are the coming one. None of them is tomorrow, which has a word of its own,
    but the Spanish and the "coming" ones, which say no more than that the day is yet to come.
    """
    ahead = (weekday - today.weekday()) % 7 or 7
    behind = (today.weekday() - weekday) % 7 or 7
    if match["last"] or after in {"dernier", "passe", "pasado", "der vergangenen"}:
        return today - timedelta(days=behind), 0.9
    if match["next"] or after == "next":
        days = 7 - today.weekday() + weekday
        return today + timedelta(days=days + 7 if days == 1 else days), 0.75
    if after in {"prochain", "prochaine", "suivant", "d'apres"}:
        return today + timedelta(days=ahead + 7 if ahead == 1 or after == "d'apres" else ahead), 0.9
    if frame.back and not (match["this"] or match["coming"] or after):
        return today - timedelta(days=behind), 0.9
    return today + timedelta(days=ahead), 1.0


def _is_day(match: re.Match[str], lettered: str, frame: Frame) -> bool:
    name = match["day"]
    if name not in SHORT_DAYS:
        return True
    n_words = len(re.findall(r"\w+", lettered))
    if len(name) == 2:
        alone = n_words == 1 or (name != "so" and n_words <= 4)  # "so um 5" is about five
        return frame.german and (alone or match["on"] is not None)
    said = match["next"] or match["this"] or match["on"] or match["last"] or match["coming"]
    return (
        said is not None
        or n_words <= 2
        or re.match(r"\s*(?:,|(?:the|at|morning|afternoon|evening)\b|\d)", lettered[match.end() :]) is not None
    )


def _han_weekday(lettered: str, today: date, frame: Frame) -> FoundDate | None:
    matches = list(_HAN_DAY.finditer(lettered))
    if len(matches) != 1:
        return None
    match = matches[0]
    weekday = DAY_OF[match["day"]]
    weeks = (match["next"] or "").count("下") - (match["last"] or "").count("上")
    day = today + timedelta(days=7 * weeks + weekday - today.weekday())
    if not weeks and not match["this"]:
        if frame.back and day >= today:
            day -= timedelta(days=7)
        elif not frame.back and day <= today:
            day += timedelta(days=7)
    return FoundDate(day, match.start(), match.end())


def _nth(lettered: str, today: date, frame: Frame) -> FoundDate | None:
    matches = list(_THE_NTH.finditer(lettered))
    if len(matches) != 1:
        return None
    numbers = numbers_in(next(part for part in matches[0].groups() if part))
    return _nth_day(int(numbers[0].number), today, frame, matches[0].start(), matches[0].end()) if len(numbers) == 1 else None


def _nth_day(number: int, today: date, frame: Frame, start: int, end: int) -> FoundDate | None:
    passed = number > today.day if frame.back else number < today.day
    month = _add_months(today.replace(day=1), -1 if frame.back else 1) if passed else today
    if not 1 <= number <= monthrange(month.year, month.month)[1]:
        return None
    return FoundDate(month.replace(day=number), start, end, 0.9)
