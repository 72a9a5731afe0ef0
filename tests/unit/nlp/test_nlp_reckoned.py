"""Days and moments reckoned from another, and numbers said in two pieces: said on Monday 2026-01-05 at 10:00."""

from datetime import datetime

import pytest

from nlp.answers.answer import read_answer
from nlp.folding import look
from nlp.types import Context, Kind, Number, Typed

MONDAY = datetime.fromisoformat("2026-01-05T10:00")  # wall time: naive on purpose


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (Kind.DATE, "a week from friday", "2026-01-16"),
        (Kind.DATE, "saturday week", "2026-01-17"),
        (Kind.DATE, "lundi en huit", "2026-01-19"),
        (Kind.DATE, "in a fortnight", "2026-01-19"),
        (Kind.DATE, "大后天", "2026-01-08"),
        (Kind.DATE, "下个月三号", "2026-02-03"),
        (Kind.DATE, "next week wednesday", "2026-01-14"),
        (Kind.DATE, "mercredi de la semaine prochaine", "2026-01-14"),
        (Kind.DATE, "el miércoles de la próxima semana", "2026-01-14"),
        (Kind.DATE, "nächste Woche Mittwoch", "2026-01-14"),
        (Kind.DATE, "tuesday the 13th", "2026-01-13"),
        (Kind.DATE, "the first of march", "2026-03-01"),
        (Kind.DATE, "feb 29", "2028-02-29"),
        (Kind.DATE, "christmas", "2026-12-25"),
        (Kind.DATE, "Silvester", "2026-12-31"),
        (Kind.DATE, "end of the month", "2026-01-31"),
        (Kind.DATE, "this weekend", "2026-01-10"),
        (Kind.DATETIME, "in 2 hours", "2026-01-05T12:00"),
        (Kind.DATETIME, "half an hour from now", "2026-01-05T10:30"),
        (Kind.DATETIME, "en dos horas", "2026-01-05T12:00"),
        (Kind.DATETIME, "in zwei Stunden", "2026-01-05T12:00"),
        (Kind.DATETIME, "两小时后", "2026-01-05T12:00"),
        (Kind.TIME, "10ish", "10:00"),
        (Kind.TIME, "1530", "15:30"),
        (Kind.MONEY, "12 dollars and 50 cents", 12.5),
        (Kind.MONEY, "50 cents", 0.5),
        (Kind.EMAIL, "ana @ example.com", "ana@example.com"),
    ],
)
def test_a_kind(kind: Kind, text: str, expected: object) -> None:
    fit = read_answer(look(text), Context(expect=Typed(kind), now_local=MONDAY, country="US"))
    assert fit is not None
    assert fit.value == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("two and a half", 2.5), ("deux et demi", 2.5), ("dos y medio", 2.5), ("1 million", 1_000_000), ("5 thousand", 5000)],
)
def test_a_number_in_two_pieces(text: str, expected: float) -> None:
    fit = read_answer(look(text), Context(expect=Number()))
    assert fit is not None
    assert fit.value == expected


def test_a_weekday_and_a_day_that_disagree_are_no_date() -> None:
    fit = read_answer(look("monday the 14th"), Context(expect=Typed(Kind.DATE), now_local=MONDAY))
    assert fit is None or not fit.exact
