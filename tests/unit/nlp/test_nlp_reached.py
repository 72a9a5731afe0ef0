# ruff: noqa: E501 - a row of the tables is one line.
"""Addresses, numbers and names, as people give them in five languages."""

import pytest

from nlp.answers.answer import read_answer
from nlp.folding import look
from nlp.types import Context, Kind, Typed
from tests.unit.nlp.answer_rows import Row, each, said

EMAILS: list[Row] = [
    (
        "ann at example dot com ; ann (at) example (dot) com ; <ann@example.com> ; mailto:ann@example.com ; ann@ example.com ; 邮箱是ann@example.com谢谢",
        "ann@example.com",
        "spelled, wrapped, glued",
    ),
    ("ann underscore lee dash 9 at example dot org", "ann_lee-9@example.org", "spelled signs"),
    ("anna ät beispiel punkt de", "anna@beispiel.de", "German"),
    ("ann@example ; ann@ ; a@b.co or c@d.co", "None", "no host, two addresses"),
]
NAMES: list[Row] = [
    (
        "you can call me Ann ; Ann :) ; Yes, Ann ; ANN ; I'm Ann btw ; everyone calls me ann ; this is ann from the office",
        "Ann",
        "what stands around",
    ),
    ("mary-jane", "Mary-Jane", "capitals behind a hyphen"),
    ("o'brien", "O'Brien", "capitals behind an apostrophe"),
    ("on m'appelle Zoé ; jm'appelle zoé ; ici Zoé ; Zoé à l'appareil", "Zoé", "French"),
    ("maría del carmen", "María del Carmen", "particles stay small"),
    ("hier ist Jürgen ; Jürgen mein Name ; ich bin der Jürgen", "Jürgen", "German"),
    ("你好，我叫王小明 ; 姓名：王小明 ; 叫我王小明。 ; 王小明", "王小明", "Chinese"),
    ("我是司马光明 ; 司马光明", "司马光明", "a surname of two signs"),
    ("I'm hungry ; call me tomorrow ; it's raining ; lol ; who is this?", "None", "English that is no name"),
    ("je suis fatigué ; c'est bon ; plus tard ; estoy ocupado ; soy cliente ; ich bin müde ; keine Ahnung", "None", "no names either"),
    ("Heading towards town ; hahaha ; sooorry ; Train is late. Sue", "None", "a sentence, a sound"),
    ("好的 ; 我很忙 ; 我是学生 ; 谢谢 ; 马上到 ; 不告诉你", "None", "nor these"),
]
PHONES: list[tuple[str, str, str, str]] = [
    ("0044 20 7946 0958", "US", "+442079460958", "a prefix for abroad"),
    ("011 44 20 7946 0958", "US", "+442079460958", "the American one"),
    ("12125550123", "FR", "+12125550123", "a country code without plus"),
    ("415-555-2671 ext 12", "US", "+14155552671", "an extension"),
    ("2026-03-12 14:20", "US", "None", "a date"),
    ("415-555-2671 or 415-555-2672", "US", "None", "two"),
]
POSTCODES: list[tuple[str, str, str, str]] = [
    ("94107 1234", "US", "94107-1234", "nine figures"),
    ("SW1A-1AA", "GB", "SW1A 1AA", "a hyphen"),
    ("K1A OB1", "CA", "K1A 0B1", "O for nought"),
    ("F-75011", "FR", "75011", "the country's letter"),
    ("75 011", "FR", "75011", "a space"),
    ("99999", "FR", "None", "no such department"),
    ("99123", "ES", "None", "no such province"),
    ("北京100000", "CN", "100000", "glued to Chinese"),
    ("go inn", "GB", "None", "letters only are words"),
]


@pytest.mark.parametrize(("text", "expected", "why"), each(EMAILS))
def test_email(text: str, expected: str, why: str) -> None:
    assert said(text, Typed(Kind.EMAIL)) == expected, why


@pytest.mark.parametrize(("text", "expected", "why"), each(NAMES))
def test_name(text: str, expected: str, why: str) -> None:
    assert said(text, Typed(Kind.NAME)) == expected, why


@pytest.mark.parametrize(("text", "country", "expected", "why"), PHONES)
def test_phone(text: str, country: str, expected: str, why: str) -> None:
    assert said(text, Typed(Kind.PHONE), country=country) == expected, why


@pytest.mark.parametrize(("text", "country", "expected", "why"), POSTCODES)
def test_postcode(text: str, country: str, expected: str, why: str) -> None:
    assert said(text, Typed(Kind.POSTCODE), country=country) == expected, why


@pytest.mark.parametrize(("text", "exact"), [("Ann Lee", True), ("it's ann lee", True), ("ann lee", False)])
def test_small_letters_with_nothing_before_them_may_be_anything(text: str, exact: bool) -> None:
    fit = read_answer(look(text), Context(expect=Typed(Kind.NAME)))
    assert fit is not None
    assert (fit.value, fit.exact) == ("Ann Lee", exact)
