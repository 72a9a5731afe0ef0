"""From what a question expects to the reader that reads it."""

import re
from functools import lru_cache
from typing import Protocol, cast

import re2

from nlp.answers.amounts import read_money, read_number
from nlp.answers.choice import read_choice
from nlp.answers.contacts import read_email, read_phone, read_postcode
from nlp.answers.dates import read_date, read_datetime
from nlp.answers.fit import Fit, exact, likely
from nlp.answers.names import read_name
from nlp.answers.scores import read_nps, read_rating
from nlp.answers.times import read_time
from nlp.answers.yesno import read_yes_no
from nlp.folding import Folded
from nlp.types import AnyText, Choice, Context, Expect, IntentOf, Kind, Nps, Number, Pattern, Rating, Typed, YesNo


class _Matcher(Protocol):
    def fullmatch(self, text: str) -> object | None: ...


def read_answer(text: Folded, context: Context) -> Fit | None:
    """What the text answers to the question, None where it does not fit. An intent is not for rules: see nlp.read."""
    expect: Expect | None = context.expect
    match expect:
        case None | IntentOf():
            return None
        case AnyText():
            return likely(text.raw.strip(), 1.0, "any text") if text.raw.strip() or context.n_media else None
        case YesNo():
            return read_yes_no(text)
        case Choice():
            return read_choice(text, expect)
        case Number():
            return read_number(text, expect, context.languages, context.country)
        case Rating():
            return read_rating(text, expect, context.languages, context.country)
        case Nps():
            return read_nps(text, expect, context.languages, context.country)
        case Pattern(regex=regex):
            return exact(text.raw.strip(), "pattern") if _matcher(regex).fullmatch(text.raw.strip()) else None
        case Typed(kind=kind):
            return _read_kind(text, kind, context)


def _read_kind(text: Folded, kind: Kind, context: Context) -> Fit | None:
    match kind:
        case Kind.DATE:
            return read_date(text, context)
        case Kind.TIME:
            return read_time(text)
        case Kind.DATETIME:
            return read_datetime(text, context)
        case Kind.EMAIL:
            return read_email(text)
        case Kind.PHONE:
            return read_phone(text, context.country)
        case Kind.POSTCODE:
            return read_postcode(text, context.country)
        case Kind.MONEY:
            return read_money(text, context.languages, context.country)
        case Kind.NAME:
            return read_name(text)
        case Kind.PHOTO:
            return exact(context.n_media, "pictures") if context.n_media > 0 else None


@lru_cache(maxsize=256)
def _matcher(regex: str) -> _Matcher:
    """Compiled by RE2: linear in the text, whatever the author wrote. Raises ValueError for a pattern that RE2 refuses."""
    options = re2.Options()
    options.log_errors = False
    try:
        return cast(_Matcher, re2.compile(regex, options))
    except re2.error as problem:
        raise ValueError(f"not a linear-time regular expression: {problem}") from problem


def check_pattern(regex: str) -> str | None:
    """What is wrong with a pattern, None if nothing is. For the flow checker."""
    try:
        _matcher(regex)
    except ValueError as problem:
        return re.sub(r"\s+", " ", str(problem))
    return None
