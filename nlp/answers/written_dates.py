# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""Dates that say their month: 2026-05-03, 3/5, May 3rd, 3 mai, 5月3日, the 5th of next month."""

import re
from calendar import monthrange
from datetime import date

from nlp.answers.calendar_words import MONTH_NAMES, MONTH_OF, FoundDate, Frame
from nlp.answers.numbers import numbers_in

_ISO = re.compile(r"(?<!\d)(\d{4})\s?[-/. 年\\]\s?(\d{1,2})\s?[-/. 月\\]\s?(\d{1,2})[日号]?(?!\d)")
_COMPACT = re.compile(r"(?<![\d.,/+-])(\d{8})(?![\d.,/-])")
_SLASHED = re.compile(
    r"(?<![\d/.:,-])(\d{1,2})(?:\s?[/.\\-]\s?(\d{1,2})(?:\s?[/.\\-]\s?(\d{4}|'?\d{2})|\.)?|\s(\d{1,2})\s(\d{4}))(?![\w/:%]|[.,-]\d)"
)
# A year of two figures must not be the hour that follows: "5 April 19:00".
_YEAR = r"(?:,?[\s-]*(?:de |del |of )?(?P<y>\d{4}|'?\d{2}(?!\s?(?:[:\d]|[.,]\d|h(?![a-z])|hrs|uhr|heures?|horas?|[ap]\.?m\b|[ap]\b|o'?\s?clock|st\b|nd\b|rd\b|th\b))))?"
_DAY_MONTH = re.compile(
    rf"(?<![\w/.:])(?P<d>\d{{1,2}})\s*(?:st|nd|rd|th|er|eme|\.|º)?[\s-]*(?:of\s+|de\s+|du\s+)?(?P<m>{MONTH_NAMES})\.?(?![a-z]){_YEAR}"
)
_MONTH_DAY = re.compile(
    rf"(?<![a-z])(?P<m>{MONTH_NAMES})\.?[\s-]*(?:the\s+)?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:]|\s?[ap]\.?m\b|\s?uhr|h(?![a-z])){_YEAR}"
)
_HAN_NUMBER = "\\d{1,2}|[一二三四五六七八九十]{1,3}"
_HAN_DATE = re.compile(
    rf"(?:(?P<y>\d{{2}}|\d{{4}}|[零〇一二三四五六七八九]{{2}}|[零〇一二三四五六七八九]{{4}}|[今明去后])年)?(?P<m>{_HAN_NUMBER})月份?(?:的)?(?P<d>{_HAN_NUMBER})[日号]?"
)
_NEXT_MONTH = r"(?:next month|(?:le )?mois prochain|(?:el )?(?:mes que viene|proximo mes|mes proximo)|nachsten monats?|kommenden monats?)"
_NTH_OF_NEXT = re.compile(
    rf"(?<!\w)(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\.)?\s+(?:of |du |de |del |des |im )?{_NEXT_MONTH}(?![a-z])|(?<![a-z]){_NEXT_MONTH},? (?:on )?(?:the |le |el |am )?(?P<d2>\d{{1,2}})(?:st|nd|rd|th|\.)?(?![\w:])"
    rf"|下个?月(?P<d3>{_HAN_NUMBER})[日号]?"
)


def written(lettered: str, frame: Frame) -> FoundDate | None:
    """The one date of a text that says its month; `refused` tells a wrong one from none."""
    if match := _ISO.search(lettered):
        return _found(match, _valid(int(match[1]), int(match[2]), int(match[3])))
    if frame.today and (match := _NTH_OF_NEXT.search(lettered)):
        return _found(match, _in_next_month(frame.today, match["d"] or match["d2"] or match["d3"]), 0.9)
    for pattern in (_DAY_MONTH, _MONTH_DAY, _HAN_DATE):
        named = [one for match in pattern.finditer(lettered) if (one := _named_month(match, frame))]
        if named:
            return named[0] if len({one.date for one in named}) == 1 else None
    if match := _COMPACT.search(lettered):
        return _compact(match, frame)
    slashed = list(_SLASHED.finditer(lettered))
    slashed = [match for match in slashed if _is_slashed(match)]
    return _slashed(slashed[0], frame) if len(slashed) == 1 else None


def _is_slashed(match: re.Match[str]) -> bool:
    return match[2] is not None or match[4] is not None


def has_written(lettered: str) -> bool:
    """Whether a text writes a date out, even one that no calendar has: then nothing else in it is read as a date."""
    return any(pattern.search(lettered) for pattern in (_ISO, _DAY_MONTH, _MONTH_DAY, _HAN_DATE)) or any(
        map(_is_slashed, _SLASHED.finditer(lettered))
    )


def _found(match: re.Match[str], day: date | None, confidence: float = 1.0) -> FoundDate | None:
    return FoundDate(day, match.start(), match.end(), confidence) if day else None


def _in_next_month(today: date, said: str) -> date | None:
    year, month = (today.year + 1, 1) if today.month == 12 else (today.year, today.month + 1)
    return _valid(year, month, int(numbers_in(said)[0].number))


def _named_month(match: re.Match[str], frame: Frame) -> FoundDate | None:
    months, days = match["m"], numbers_in(match["d"])
    month = MONTH_OF.get(months) or int(numbers_in(months)[0].number)
    return _found(match, in_year(_year(match["y"], frame), month, int(days[0].number), frame)) if len(days) == 1 else None


def _year(said: str | None, frame: Frame) -> str | None:
    if said is None or said.isascii():
        return said
    if said in "今明去后":
        return str(frame.today.year + {"今": 0, "明": 1, "去": -1, "后": 2}[said]) if frame.today else None
    return "".join(str("零一二三四五六七八九".index(sign.replace("〇", "零"))) for sign in said)


def _compact(match: re.Match[str], frame: Frame) -> FoundDate | None:
    """20260503, or 05032026 in the country's order."""
    figures = match[1]
    if figures[:2] in ("19", "20") and (day := _valid(int(figures[:4]), int(figures[4:6]), int(figures[6:]))):
        return _found(match, day)
    first, second, year = int(figures[:2]), int(figures[2:4]), int(figures[4:])
    month, day_ = (first, second) if frame.order == "MDY" else (second, first)
    return _found(match, _valid(year, month, day_), 0.8)


def _slashed(match: re.Match[str], frame: Frame) -> FoundDate | None:
    """3/4 is the fourth of March where the month comes first and the third of April elsewhere; 13/4 and 4/13 leave no doubt."""
    first, second, third = int(match[1]), int(match[2] or match[4]), match[3] or match[5]
    if frame.order == "YMD" and third and len(match[1]) == 2 and len(third) == 2:  # 26/05/03
        return _found(match, in_year(match[1], second, int(third), frame), 0.9)
    # With points the day comes first even where the month does: only Germans and their neighbours write them. The Chinese write 3.13.
    month_first = frame.order == "YMD" or (frame.order == "MDY" and "." not in match.group())
    month, day = (first, second) if month_first else (second, first)
    confidence = 0.95
    if month > 12 >= day:
        month, day = day, month
    elif frame.order is None and day <= 12 and month != day:
        confidence = 0.6
    return _found(match, in_year(third, month, day, frame), confidence)


def in_year(year: str | None, month: int, day: int, frame: Frame) -> date | None:
    """The day in its year; without one, the next such day, or the last where the question looks back."""
    today = frame.today
    if year:
        return _valid(_four_figures(year.lstrip("'"), frame), month, day)
    if today is None:
        return None
    # The 29th of February may be eight years away.
    years = range(today.year, today.year - 9, -1) if frame.back else range(today.year, today.year + 9)
    days = (_valid(one, month, day) for one in years)
    return next((found for found in days if found and (found <= today if frame.back else found >= today)), None)


def _four_figures(year: str, frame: Frame) -> int:
    """'99 was in the last century; so was '27 in a birthday, but not in a booking."""
    if len(year) == 4:
        return int(year)
    this_year = frame.today.year if frame.today else 2026
    latest = this_year if frame.back else this_year + 20
    return int(year) + (2000 if 2000 + int(year) <= latest else 1900)


def _valid(year: int, month: int, day: int) -> date | None:
    if not 1 <= month <= 12 or not 1900 <= year <= 2200 or not 1 <= day <= monthrange(year, month)[1]:
        return None
    return date(year, month, day)
