# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""Dates, and dates with a time, relative to the contact's own day and to what the question asks for."""

import re
from datetime import datetime, timedelta

from nlp.answers.calendar_words import FoundDate, Frame, looks_back, ordinals_in_figures
from nlp.answers.day_words import said_from_today
from nlp.answers.fit import FILLERS, NEGATIONS, Fit, likely, says_or
from nlp.answers.reckoned import hours_from
from nlp.answers.spelled import in_figures
from nlp.answers.times import FoundTime, find_time, rest_of, spans
from nlp.answers.written_dates import has_written, written
from nlp.folding import Folded, letters, word_set
from nlp.types import Context

_EXTRA = FILLERS | word_set(
    "on for at maybe works good best see sounds suits coming morning week please works fine great perfect ok le el am um den dem of is day date el dia fecha jour tag datum convient va bien passt gut mir born ne nee geboren naci nacido el fue war in last uhr o clock oclock hour hours heures horas h year 那 天 吧 可 以 行 就 日 期 日"
)
_CLOCK = re.compile(r"o'?\s?clock")  # its "o" is no Spanish "or"
_OFFSET = re.compile(r"(?<=\d)t?(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?:z|[+-]\d\d:?\d\d)(?![\w:])")
_WHICH_DAY = re.compile(
    r"(?<![a-z])(?:what|which) (?:date|day of the month)(?![a-z])|le combien|quel jour du mois|que dia del mes|der wievielte|welcher tag des monats|几号"
)

_MONTH_FIRST = {"US": "MDY", "PH": "MDY", "CN": "YMD", "TW": "YMD", "HK": "DMY", "JP": "YMD", "KR": "YMD", "HU": "YMD", "LT": "YMD"}


def date_order(country: str | None) -> str | None:
    """How a country writes its dates: MDY, YMD or DMY; None where the country is unknown. Source: Unicode CLDR, short date patterns."""
    return _MONTH_FIRST.get(country, "DMY") if country else None


def read_date(text: Folded, context: Context) -> Fit | None:
    """An ISO date. A weekday, a day and month without a year are the next such; the last such where the question looks back."""
    lettered = _prepared(text)
    frame = _frame(context)
    found = find_date(lettered, frame) or _bare_day(lettered, context)
    if found is None or says_or(lettered.replace("/", " ")):
        return None
    value = found.date.isoformat()
    left = rest_of(lettered, found.start, found.end)
    if all(word in _EXTRA for word in left):
        return Fit(value=value, exact=True, confidence=found.confidence, why="date")
    if any(word in NEGATIONS for word in left):
        return None
    return likely(value, min(found.confidence, 0.8), "date within a sentence")


def read_datetime(text: Folded, context: Context) -> Fit | None:
    """An ISO local date and time. A time alone is the next such time; a date alone does not fit."""
    now = context.now_local
    if now is not None and (counted := hours_from(text.lettered, now)):
        return _counted(text, *counted)
    lettered = _prepared(text)
    day = find_date(lettered, _frame(context))
    blank = lettered if day is None else _blank(lettered, day.start, day.end)
    if says_or(lettered.replace("/", " ")) or spans(blank):
        return None
    moment = find_time(blank, bare=True, halves=lettered) or _noon_of(lettered, day)
    if moment is None:
        return None
    left = rest_of(_blank(blank, moment.start, moment.end), 0, 0)
    if any(word in NEGATIONS for word in left):
        return None
    if day is None:
        return _time_alone(moment, now, context) if all(word in _EXTRA for word in left) else None
    when = datetime.combine(day.date, moment.time)
    if now is not None and day.date == now.date() and moment.time.hour == 0 and when < now:
        when += timedelta(days=1)  # "midnight tonight"
    confidence = min(day.confidence, moment.confidence)
    value = when.isoformat(timespec="minutes")
    if all(word in _EXTRA for word in left):
        return Fit(value=value, exact=True, confidence=confidence, why="date and time")
    return likely(value, min(confidence, 0.8), "date and time within a sentence")


def _noon_of(lettered: str, day: FoundDate | None) -> FoundTime | None:
    """The time whose words are part of the date's ("今晚八点")."""
    return find_time(lettered, bare=False) if day else None


def _blank(lettered: str, start: int, end: int) -> str:
    return lettered[:start] + " " * (end - start) + lettered[end:]


def _prepared(text: Folded) -> str:
    lettered = _OFFSET.sub(r" \1", _CLOCK.sub(" oclock", text.lettered))
    return in_figures(ordinals_in_figures(lettered))


def _frame(context: Context) -> Frame:
    return Frame(
        today=context.now_local.date() if context.now_local else None,
        order=context.date_order or date_order(context.country),
        back=bool(context.question) and looks_back(letters(context.question)),
        german=bool(context.languages) and context.languages[0] == "de",
    )


def _bare_day(lettered: str, context: Context) -> FoundDate | None:
    """A lone number, only where the day of the month was asked for in so many words."""
    if not context.question or not _WHICH_DAY.search(letters(context.question)):
        return None
    numbers = [word for word in rest_of(lettered, 0, 0) if word.isdigit()]
    if len(numbers) != 1 or not all(word in _EXTRA or word in numbers for word in rest_of(lettered, 0, 0)):
        return None
    found = find_date(f"the {numbers[0]}", _frame(context))
    at = lettered.find(numbers[0])
    return FoundDate(found.date, at, at + len(numbers[0]), 0.7) if found else None


def _counted(text: Folded, moment: datetime, match: re.Match[str]) -> Fit:
    value = moment.isoformat(timespec="minutes")
    if all(word in _EXTRA for word in rest_of(text.lettered, match.start(), match.end())):
        return Fit(value=value, exact=True, confidence=0.9, why="counted from now")
    return likely(value, 0.75, "counted from now, within a sentence")


def _time_alone(moment: FoundTime, now: datetime | None, context: Context) -> Fit | None:
    if now is None:
        return None
    today = datetime.combine(now.date(), moment.time)
    back = _frame(context).back
    when = today if (today <= now if back else today > now) else today + timedelta(days=-1 if back else 1)
    return likely(when.isoformat(timespec="minutes"), 0.6, "time alone: the next such time")


def find_date(lettered: str, frame: Frame) -> FoundDate | None:
    """The one date in a text in figures; without a clock, only a date that says its year."""
    if found := written(lettered, frame):
        return found
    return None if has_written(lettered) else said_from_today(lettered, frame)
