"""Every number in a text, in figures and in words, in five languages."""

import re
from math import isnan

from nlp.answers.figures import Found, figures_in
from nlp.answers.han_numbers import han_numbers_in
from nlp.answers.number_words import worded_in

_AND_A_HALF = re.compile(r"\s?(?:and (?:a|one) half|and 1/2|et demie?|y media?o?|einhalb|个?半)(?![a-z])")


def numbers_in(lettered: str, *, comma_is_decimal: bool = False) -> list[Found]:
    """Every number in a text, in order. "1,000" is a thousand unless commas are decimal there."""
    found = figures_in(lettered, comma_is_decimal=comma_is_decimal)
    if not lettered.isascii():
        found += [one for one in han_numbers_in(lettered) if not _overlaps(one, found)]
    found += [one for one in worded_in(lettered) if not isnan(one.number) and not _overlaps(one, found)]
    return _with_halves(sorted(found, key=lambda one: one.start), lettered)


def _overlaps(one: Found, others: list[Found]) -> bool:
    return any(other.start < one.end and one.start < other.end for other in others)


def _with_halves(found: list[Found], lettered: str) -> list[Found]:
    """ "2 and a half" is one number; a word that was taken for a number of its own goes with it."""
    made: list[Found] = []
    for one in found:
        if made and one.start < made[-1].end and one.start != made[-1].start:
            continue
        if lettered[one.end - 1].isdigit() and (half := _AND_A_HALF.match(lettered, one.end)):
            one = Found(number=one.number + 0.5, start=one.start, end=half.end())
        elif made and lettered[one.start : one.end] in _SCALES and _DOZENS.fullmatch(lettered, made[-1].end - 1, one.start):
            made[-1] = Found(number=made[-1].number * one.number, start=made[-1].start, end=one.end)  # "2 dozen"
            continue
        made.append(one)
    return made


_DOZENS = re.compile(r"\d\s+")
_SCALES = frozenset({"dozen", "douzaine", "douzaines", "docenas", "docena", "dutzend"})
