"""Dates, times and both, said on Thursday 2026-03-12 at 14:20."""

import pytest

from nlp.types import Kind, Typed
from tests.unit.nlp.answer_rows import Row, each, said

AHEAD: list[Row] = [
    (
        "next friday ; a week on friday ; friday week ; a week from tomorrow ; nächsten Freitag ; Freitag in einer Woche",
        "2026-03-20",
        "of next week",
    ),
    ("this friday ; vendredi ; el próximo viernes ; el viernes que viene ; kommenden Freitag ; 这周五", "2026-03-13", "the coming one"),
    ("vendredi prochain", "2026-03-20", "tomorrow has a word of its own"),
    ("mardi prochain ; next tuesday ; el martes que viene ; 下周二", "2026-03-17", "five days on"),
    (
        "fifth of april ; April fifth ; cinq avril ; el cinco de abril ; am fünften April ; 四月五号",
        "2026-04-05",
        "ordinals and numbers in words",
    ),
    (
        "5th of next month ; le 5 du mois prochain ; el 5 del mes que viene ; am 5. des nächsten Monats ; 下个月五号",
        "2026-04-05",
        "of next month",
    ),
    ("dans huit jours ; heute in einer Woche ; de hoy en ocho ; 一周后 ; same day next week", "2026-03-19", "a week"),
    ("dans 8 jours ; in 8 Tagen", "2026-03-20", "who writes figures counts"),
    ("2026-03-20T10:00:00+02:00 ; 20260320 ; 20-mar-2026 ; 20mar ; 20 03 2026", "2026-03-20", "written by machines and in haste"),
    ("下下周三 ; 二十五号", "2026-03-25", "two weeks on"),
    ("boxing day", "2026-12-26", "a holiday"),
    ("last friday ; letzten Freitag ; viernes pasado", "2026-03-06", "says itself that it is past"),
    ("1 ; may ; next week ; mon-wed ; monday or tuesday ; 31/2 ; guten Morgen ; can't do friday ; a second", "None", "no day, or two"),
]
BACK: list[Row] = [
    ("wednesday ; on wednesday ; le 11 ; 昨天 ; gestern", "2026-03-11", "the last such day"),
    (
        "two days ago ; il y a deux jours ; hace 2 días ; vor zwei Tagen ; 两天前 ; avant-hier ; anteayer ; vorgestern",
        "2026-03-10",
        "counted back",
    ),
    ("monday last week ; last week on monday", "2026-03-02", "of last week"),
    ("december 20", "2025-12-20", "of last year"),
    ("a month ago", "2026-02-12", "a month back"),
]
TIMES: list[Row] = [
    ("cuarto para las tres ; las tres menos cuarto ; dreiviertel drei ; 差一刻三点 ; trois heures moins le quart", "14:45", "a quarter to"),
    ("trois heures moins dix ; diez para las tres ; zehn vor drei", "14:50", "minutes to"),
    ("fünf vor halb drei", "14:25", "before the half"),
    ("midi et demi ; 12h30", "12:30", "half past noon"),
    ("quatorze heures trente ; vierzehn Uhr dreißig ; half two ; 230pm ; two-thirty pm ; 14点半", "14:30", "in words"),
    ("a la una ; una de la tarde", "13:00", "one"),
    ("晚8点 ; 8 at night ; zwanzig Uhr", "20:00", "the evening"),
    ("9:15:20 suits me ; 915 is fine", "09:15", "seconds are dropped"),
    ("24:00", "00:00", "the end of the day"),
    (
        "24:45 ; 24:10:05 ; 9:15:75 ; 3 people ; not 3 ; 3-4pm ; 2 or 2:30 ; 三四点 ; 晚一点 ; do it 4 me ; entre 15 et 16h",
        "None",
        "no time, or two",
    ),
]
BOTH: list[Row] = [
    ("in an hour and a half ; in anderthalb Stunden ; 一个半小时后 ; in 1.5 hours", "2026-03-12T15:50", "hours and a half"),
    ("8 tonight ; heut abend 8 ; 今晚八点", "2026-03-12T20:00", "the half of the day is in the date's word"),
    ("midnight tonight", "2026-03-13T00:00", "which is tomorrow"),
    ("3 o'clock on friday ; 2026-03-13T15:00", "2026-03-13T15:00", "either order"),
    ("5 avril 19h00 ; april 5 19:00", "2026-04-05T19:00", "the hour is no year"),
    ("tomorrow at 3 or 4 ; tomorrow", "None", "two times, or none"),
]


@pytest.mark.parametrize(("text", "expected", "why"), each(AHEAD))
def test_a_booking_looks_forward(text: str, expected: str, why: str) -> None:
    lang = "de" if "guten" in text else "en"
    assert said(text, Typed(Kind.DATE), lang, "FR" if "/" in text else None, "Which day would you like to come?") == expected, why


@pytest.mark.parametrize(("text", "expected", "why"), each(BACK))
def test_a_visit_looks_back(text: str, expected: str, why: str) -> None:
    assert said(text, Typed(Kind.DATE), question="When did you last visit us?") == expected, why


@pytest.mark.parametrize(
    "question", ["What is your date of birth?", "Votre date de naissance ?", "¿Cuándo nació?", "Wann sind Sie geboren?", "您的出生日期是？"]
)
def test_two_figures_of_a_birthday_are_of_the_last_century(question: str) -> None:
    assert said("3.5.85", Typed(Kind.DATE), country="DE", question=question) == "1985-05-03"
    assert said("6.1.27", Typed(Kind.DATE), country="DE", question=question) == "1927-01-06"
    assert said("6.1.27", Typed(Kind.DATE), country="DE", question="When shall we come?") == "2027-01-06"


def test_a_lone_number_is_a_day_only_where_the_day_was_asked_for() -> None:
    assert said("15", Typed(Kind.DATE), question="What date suits you?") == "2026-03-15"
    assert said("15", Typed(Kind.DATE), question="When shall we come?") == "None"


@pytest.mark.parametrize(("text", "expected"), [("Di", "2026-03-17"), ("Fr", "2026-03-13"), ("so um 5", "None")])
def test_two_letters_are_a_weekday_in_german(text: str, expected: str) -> None:
    assert said(text, Typed(Kind.DATE), "de") == expected


@pytest.mark.parametrize(("text", "expected", "why"), each(TIMES))
def test_times(text: str, expected: str, why: str) -> None:
    assert said(text, Typed(Kind.TIME)) == expected, why


@pytest.mark.parametrize(("text", "expected", "why"), each(BOTH))
def test_dates_with_times(text: str, expected: str, why: str) -> None:
    assert said(text, Typed(Kind.DATETIME)) == expected, why
