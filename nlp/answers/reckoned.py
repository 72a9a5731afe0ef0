# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""Days and moments reckoned from another: a week from Friday, in two hours, Christmas, the end of the month."""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta

from nlp.answers.numbers import numbers_in

_WEEK_ON = re.compile(
    r"(?<![a-z])(?:(?:a|one|1) week (?:from|after)\s+|in einer woche ab )|(?<![a-z])(?:week (?:on|from) )|\s+week(?=\W*$)|\s+en huit(?![a-z])|\s+in einer woche(?![a-z])"
)
_FORTNIGHT = re.compile(
    r"(?<![a-z])(?:(?:in )?a fortnight(?: from (?:today|now))?|dans (?:une quinzaine|quinze jours)|en quince dias|in vierzehn tagen)(?![a-z])"
)
_NEXT_WEEK = re.compile(
    r"(?<![a-z])(?:next week(?:'?s)?|(?:de )?la semaine prochaine|(?:de )?la (?:proxima semana|semana que viene|semana proxima)|n(?:a|ae)chste woche|kommende woche)(?![a-z])"
)
_THREE_ON = re.compile("大后天")
_HOLIDAYS = (
    (re.compile(r"(?<![a-z])(?:christmas eve|reveillon de noel|nochebuena|heiligabend|heilig abend)(?![a-z])|平安夜"), (12, 24)),
    (re.compile(r"(?<![a-z])(?:christmas(?: day)?|xmas(?: day)?|noel|navidad|weihnachten)(?![a-z])|圣诞节?"), (12, 25)),
    (re.compile(r"(?<![a-z])(?:new year'?s eve|nye|nochevieja|silvester|saint[- ]sylvestre)(?![a-z])|除夕夜"), (12, 31)),
    (re.compile(r"(?<![a-z])(?:new year'?s(?: day)?|nouvel an|jour de l'an|ano nuevo|neujahr)(?![a-z])|元旦"), (1, 1)),
    (re.compile(r"(?<![a-z])(?:valentine'?s(?: day)?|saint[- ]valentin|san valentin|valentinstag)(?![a-z])|情人节"), (2, 14)),
)
_MONTHS_END = re.compile(
    r"(?<![a-z])(?:(?:the )?end of (?:the|this) month|(?:a )?la fin du mois|fin du mois|(?:a )?(?:fin|final) de mes|(?:am )?ende des monats|(?:am )?monatsende)(?![a-z])|月底|这个月底"
)
_WEEKEND = re.compile(
    r"(?<![a-z])(?:(?:this|the|at the) weekend|ce week[- ]?end|este (?:fin de semana|finde)|(?:am |dieses )wochenende)(?![a-z])|这?个?周末"
)
_HAN_NEXT_MONTH = re.compile(r"下个?月(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})[日号]?")
_IN_HOURS = re.compile(
    r"(?<![a-z])(?:in|dans|en|dentro de)\s+(?P<n>\d{1,3}|half an|an?|[a-z]{2,9})\s+(?P<unit>hours?|hrs?|h|minutes?|mins?|heures?|horas?|minutos?|stunden?|minuten?)(?![a-z])"
    r"|(?P<n2>half an|an?|\d{1,3}|[a-z]{3,9})\s+(?P<unit2>hours?|minutes?|mins?)\s+from now|(?P<n3>\d{1,3}|[一二两三四五六七八九十]{1,3}|半)个?(?P<unit3>小时|钟头|分钟)(?:之?后|以后)"
)


def after_a_week(lettered: str) -> re.Match[str] | None:
    """The words that put a named day a week later ("a week from Friday", "Saturday week")."""
    return _WEEK_ON.search(lettered)


def of_next_week(lettered: str) -> re.Match[str] | None:
    """The words that put a named day into next week, before it or after it."""
    return _NEXT_WEEK.search(lettered)


def reckoned(lettered: str, today: date) -> tuple[date, re.Match[str]] | None:
    """A day by name or by counting, and the words that say so."""
    if match := _FORTNIGHT.search(lettered):
        return today + timedelta(days=14), match
    if match := _THREE_ON.search(lettered):
        return today + timedelta(days=3), match
    for pattern, (month, day) in _HOLIDAYS:
        if match := pattern.search(lettered):
            this_year = date(today.year, month, day)
            return this_year if this_year >= today else date(today.year + 1, month, day), match
    if match := _MONTHS_END.search(lettered):
        return today.replace(day=monthrange(today.year, today.month)[1]), match
    if match := _WEEKEND.search(lettered):
        return today + timedelta(days=(5 - today.weekday()) % 7), match
    if match := _HAN_NEXT_MONTH.search(lettered):
        year, month = (today.year + 1, 1) if today.month == 12 else (today.year, today.month + 1)
        wanted = int(numbers_in(match.group("d"))[0].number)
        return (date(year, month, wanted), match) if 1 <= wanted <= monthrange(year, month)[1] else None
    return None


def hours_from(lettered: str, now: datetime) -> tuple[datetime, re.Match[str]] | None:
    """A moment counted in hours or minutes from now, to the minute."""
    match = _IN_HOURS.search(lettered)
    if match is None:
        return None
    written = match.group("n") or match.group("n2") or match.group("n3")
    unit = match.group("unit") or match.group("unit2") or match.group("unit3")
    numbers = numbers_in(written)
    count = {"half an": 0.5, "半": 0.5, "a": 1.0, "an": 1.0}.get(written, numbers[0].number if len(numbers) == 1 else None)
    if count is None:
        return None
    minutes = count * (1 if unit.startswith(("m", "分")) else 60)
    return now.replace(second=0, microsecond=0) + timedelta(minutes=minutes), match
