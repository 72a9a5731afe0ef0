# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""Days and moments reckoned from another: a week from Friday, of next week, in two hours, Christmas, the end of the month."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from nlp.answers.numbers import numbers_in

_WEEKS_BEFORE = re.compile(
    r"(?<![a-z])(?<!last )(?<!next )(?<!this )(?P<n>an?|one|1|two|2|three|3)? ?(?:weeks?|wks?) (?:from|after|on)\s+(?!now|today|2day)|(?<![a-z])a week (?=[a-z]{3,9}day(?![a-z]))|in einer woche ab "
)
_WEEK_AFTER = re.compile(
    r"(?<=[a-z]) week(?=\W*$|\s+(?:at|around|um|@)(?![a-z]))|(?<=[a-z]) en huit(?![a-z])|(?<=[a-z]) in (?:einer|1) woche(?![a-z])|(?<=[a-z]) en ocho(?: dias)?(?![a-z])"
)
_TODAY_NEXT_WEEK = re.compile(
    r"(?<![a-z])(?:same day next week|(?:this time|a week (?:today|from (?:today|now|2day)))(?: next week)?|(?:in|within) (?:a|1|one|ner) (?:week|wk)(?:'?s time)?|(?:dans|d'ici) (?:une|1|8|huit jours en|huit) semaine|dans huit jours|d'aujourd'?hui en huit|en (?:una|1) semana|de hoy en ocho(?: dias)?|en ocho dias|heute in (?:einer|1) woche|heute in acht tagen|in (?:einer|1|ner) woche|in acht tagen)(?![a-z])|一周后|一个星期后|下周今天"
)
_FORTNIGHT = re.compile(
    r"(?<![a-z])(?:(?:in )?a fortnight(?:'?s time| from (?:today|now))?(?! ago)|dans (?:une quinzaine|quinze jours)|en quince dias|in vierzehn tagen)(?![a-z])"
)
_FORTNIGHT_AGO = re.compile(r"(?<![a-z])a fortnight ago(?![a-z])|il y a (?:quinze jours|une quinzaine)|hace quince dias|vor vierzehn tagen")
_NEXT_WEEK = re.compile(
    r"(?<![a-z])(?:(?:of |in )?next week(?:'?s)?|(?:de )?la semaine prochaine|(?:de )?la (?:proxima semana|semana que viene|semana proxima)|(?:in der )?n(?:a|ae)chste[rn]? woche|kommende woche)(?![a-z])"
)
_LAST_WEEK = re.compile(
    r"(?<![a-z])(?:(?:of )?last week(?:'?s)?|(?:de )?la semaine (?:derniere|passee)|(?:de )?la semana pasada|(?:in der )?letzte[rn]? woche|vorige[rn]? woche|vergangene[rn]? woche)(?![a-z])"
)
_HOLIDAYS = (
    (re.compile(r"(?<![a-z])(?:(?:christmas|xmas) eve|reveillon de noel|nochebuena|heiligabend|heilig abend)(?![a-z])|平安夜"), (12, 24)),
    (re.compile(r"(?<![a-z])(?:boxing day|(?:2\.|zweite[rn]?) weihnachts(?:feier)?tag)(?![a-z])"), (12, 26)),
    (
        re.compile(
            r"(?<![a-z])(?:christmas(?: day)?|xmas(?: day)?|noel|navidad|weihnachten|(?:(?:1\.|erste[rn]?) )?weihnachts(?:feier)?tag)(?![a-z])|圣诞节?"
        ),
        (12, 25),
    ),
    (re.compile(r"(?<![a-z])(?:new year'?s eve|nye|nochevieja|silvester|saint[- ]sylvestre)(?![a-z])|除夕夜"), (12, 31)),
    (re.compile(r"(?<![a-z])(?:new year'?s(?: day)?|nouvel an|jour de l'an|ano nuevo|neujahr)(?![a-z])|元旦"), (1, 1)),
    (re.compile(r"(?<![a-z])(?:valentine'?s(?: day)?|saint[- ]valentin|san valentin|valentinstag)(?![a-z])|情人节"), (2, 14)),
    (re.compile(r"(?<![a-z])(?:halloween)(?![a-z])|万圣节"), (10, 31)),
)
_MONTHS_END = re.compile(
    r"(?<![a-z])(?:(?:the )?(?:end|last day) of (?:the|this) month|(?:a |le dernier jour )?(?:de |du |a )?(?:la )?fin du mois|dernier jour du mois|(?:a )?(?:fin|final|finales|ultimo dia) (?:de|del) mes|(?:am )?ende des monats|(?:am )?monatsende|(?:am )?letzten tag des monats)(?![a-z])|月底|月末"
)
_YEARS_END = re.compile(
    r"(?<![a-z])(?:(?:the )?end of (?:the|this) year|fin de l'annee|(?:a )?fin(?:ales)? de ano|ende des jahres|jahresende)(?![a-z])|年底|年末"
)
_WEEKEND = re.compile(
    r"(?<![a-z])(?:(?:this|the|at the) weekend|ce week[- ]?end|este (?:fin de semana|finde)|(?:am |dieses )wochenende)(?![a-z])|这?个?周末"
)
_THREE_ON = re.compile("大后天")
_THREE_BACK = re.compile("大前天")


@dataclass(frozen=True, slots=True)
class Weeks:
    """A number of weeks, and the words that say so."""

    n: int
    start: int
    end: int


def weeks_after(lettered: str) -> Weeks | None:
    """The words that put a day later by weeks ("a week from Friday", "Saturday week", "lundi en huit")."""
    if match := _WEEKS_BEFORE.search(lettered):
        return Weeks({"two": 2, "2": 2, "three": 3, "3": 3}.get(match["n"] or "", 1), match.start(), match.end())
    match = _WEEK_AFTER.search(lettered)
    return (
        None
        if match is None or lettered[: match.start()].endswith(("next", "last", "this", "nxt", "heute"))
        else Weeks(1, match.start(), match.end())
    )


def in_week(lettered: str) -> Weeks | None:
    """The words that put a named day into next week or last week, before it or after it."""
    for pattern, n in ((_NEXT_WEEK, 1), (_LAST_WEEK, -1)):
        if match := pattern.search(lettered):
            return Weeks(n, match.start(), match.end())
    return None


def reckoned(lettered: str, today: date, *, back: bool = False) -> tuple[date, re.Match[str]] | None:
    """A day by name or by counting, and the words that say so."""
    for pattern, days in ((_FORTNIGHT_AGO, -14), (_FORTNIGHT, 14), (_TODAY_NEXT_WEEK, 7), (_THREE_ON, 3), (_THREE_BACK, -3)):
        if match := pattern.search(lettered):
            return today + timedelta(days=days), match
    for pattern, (month, day) in _HOLIDAYS:
        if match := pattern.search(lettered):
            this_year = date(today.year, month, day)
            other = this_year > today if back else this_year < today
            return date(today.year + (-1 if back else 1), month, day) if other else this_year, match
    if match := _MONTHS_END.search(lettered):
        return today.replace(day=monthrange(today.year, today.month)[1]), match
    if match := _YEARS_END.search(lettered):
        return date(today.year, 12, 31), match
    if match := _WEEKEND.search(lettered):
        return today + timedelta(days=(5 - today.weekday()) % 7), match
    return None


_HOURS = r"hours?|hrs?|h|minutes?|mins?|heures?|horas?|minutos?|stunden?|std|minuten?"
_IN_HOURS = re.compile(
    rf"(?<![a-z])(?:in|dans|en|dentro de|d'ici)\s+(?P<n>\d{{1,3}}(?:[.,]\d+)?|half an|an?|(?:une |ein(?:er)? )?(?:demi|halben?|halbe)|[a-z]{{2,12}})[\s-]*(?P<unit>{_HOURS})(?:'? time)?(?P<half> and a half| et demie| y media)?(?![a-z])"
    r"|(?<![a-z\d])(?P<n2>half an|an?|\d{1,3}(?:[.,]\d+)?|[a-z]{3,9})\s+(?P<unit2>hours?|hrs?|minutes?|mins?)(?P<half2> and a half)?'?\s+(?:from now|time|later)"
    r"|(?P<n3>\d{1,3}|半|[一二两三四五六七八九十]{1,3}个半|[一二两三四五六七八九十]{1,3})个?(?P<unit3>小时|钟头|分钟)(?:之?后|以后)|^\W*(?P<n4>half an)\s+(?P<unit4>hour)\W*$"
)


def hours_from(lettered: str, now: datetime) -> tuple[datetime, re.Match[str]] | None:
    """A moment counted in hours or minutes from now, to the minute."""
    match = _IN_HOURS.search(lettered)
    if match is None:
        return None
    said = match["n"] or match["n2"] or match["n3"] or match["n4"]
    unit = match["unit"] or match["unit2"] or match["unit3"] or match["unit4"]
    numbers = numbers_in(said)
    count = {"半": 0.5, "a": 1.0, "an": 1.0, "ner": 1.0}.get(said, numbers[0].number if len(numbers) == 1 else None)
    if count is None:
        return None
    count += 0.5 if match["half"] or match["half2"] else 0
    minutes = count * (1 if unit.startswith(("m", "分")) else 60)
    return now.replace(second=0, microsecond=0) + timedelta(minutes=minutes), match
