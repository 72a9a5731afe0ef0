"""What the tables of typed answers share: Thursday 2026-03-12, 14:20, where the contact lives."""

from datetime import datetime

from nlp.answers.answer import read_answer
from nlp.folding import look
from nlp.types import LANGUAGES, Context, Expect, Value

THURSDAY = datetime.fromisoformat("2026-03-12T14:20")  # wall time: naive on purpose

Row = tuple[str, str, str]
"""Texts that mean the same, parted by " ; ", what they are read as, and why that is worth a row."""


def each(rows: list[Row]) -> list[Row]:
    """One row for each text."""
    return [(text, expected, why) for texts, expected, why in rows for text in texts.split(" ; ")]


def said(
    text: str,
    expect: Expect,
    lang: str = "en",
    country: str | None = None,
    question: str = "",
    now: datetime = THURSDAY,
    order: str | None = None,
) -> str:
    """The value as words, "None" where the text does not fit."""
    languages = (lang, *(one for one in LANGUAGES if one != lang))
    context = Context(expect=expect, question=question, languages=languages, now_local=THURSDAY, country=country)
    fit = read_answer(look(text), context)
    return str(_shown(fit.value)) if fit else "None"


def _shown(value: Value) -> Value:
    if isinstance(value, tuple):
        return ",".join(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value
