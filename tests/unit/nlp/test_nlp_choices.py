"""Options by other forms of their words, by their beginning, their middle, their emoji; several at once, and all but one."""

from dataclasses import replace

import pytest

from nlp.answers.choice import read_choice
from nlp.folding import look
from nlp.types import Choice, Option
from tests.unit.nlp.answer_rows import Row, each, said


def choice(*labels: str, several: bool = False) -> Choice:
    return Choice(options=tuple(Option(key=label, label=label) for label in labels), several=several)


SIZES: list[Row] = [
    ("the middle one ; med ; mediun ; b", "medium", "the middle, the beginning, a slip, the letter"),
    ("larg ; lrge ; not small, large ; large not small", "large", "slips; another one refused"),
    ("we shall all come to the mall tonight", "None", "words of their own, not slips"),
    ("anything but large ; both ; a and b ; small or medium ; not small", "None", "several, or left open"),
]
SEVERAL: list[Row] = [
    ("ab ; 12 ; the first two ; ham n cheese ; a + b", "ham,cheese", "run together, by their ends"),
    ("all four ; the lot ; all of these ; all 4", "ham,cheese,olives,peppers", "all"),
    ("all but b ; everything except the cheese ; all, no cheese", "ham,olives,peppers", "all but one"),
    ("the last two", "olives,peppers", "by the end"),
    ("ham without cheese ; ham, no cheese", "ham", "one refused"),
    ("no cheese ; ham or cheese", "None", "nobody knows which"),
    ("all but all but ham", "None", "one exception at a time"),
]
OTHERS: list[tuple[Choice, str, str, str]] = [
    (choice("petit", "moyen", "grand"), "celui du milieu", "moyen", "French middle"),
    (choice("petit", "moyen", "grand"), "les deux", "None", "both are two, not the second"),
    (choice("rojo", "verde", "azul"), "rojo no", "None", "a negation behind"),
    (choice("klein", "mittel"), "den kleinen", "klein", "a German ending"),
    (choice("Käse", "Wurst"), "kaese", "Käse", "ä as ae"),
    (choice("小杯", "中杯", "大杯"), "大的", "大杯", "the sign that tells"),
    (choice("小杯", "中杯", "大杯"), "最后一个", "大杯", "the last"),
    (choice("delivery", "pickup"), "the latter", "pickup", "of two"),
    (choice("😀", "😞"), "so 😞", "😞", "emoji within a text"),
    (choice("😀", "😞"), "😀😞", "None", "two emoji"),
    (choice("té", "café", several=True), "los dos", "té,café", "Spanish both"),
    (choice("pan", "leche", "huevos", several=True), "todo menos pan", "leche,huevos", "Spanish but"),
    (choice("pain", "lait", "oeufs", several=True), "tous les trois", "pain,lait,oeufs", "French all three"),
    (choice("Brot", "Milch", "Eier", several=True), "alle außer Brot", "Milch,Eier", "German but"),
    (choice("面包", "牛奶", "鸡蛋", several=True), "除了牛奶都要", "面包,鸡蛋", "Chinese but"),
]


@pytest.mark.parametrize(("text", "expected", "why"), each(SIZES))
def test_choice(text: str, expected: str, why: str) -> None:
    assert said(text, choice("small", "medium", "large")) == expected, why


@pytest.mark.parametrize(("text", "expected", "why"), each(SEVERAL))
def test_choices(text: str, expected: str, why: str) -> None:
    assert said(text, choice("ham", "cheese", "olives", "peppers", several=True)) == expected, why


@pytest.mark.parametrize(("expect", "text", "expected", "why"), OTHERS)
def test_other_choices(expect: Choice, text: str, expected: str, why: str) -> None:
    assert said(text, expect) == expected, why


def test_exceptions_to_exceptions_do_not_go_deep() -> None:
    assert said("all but " * 200, choice("ham", "cheese", several=True)) == "None"


@pytest.mark.parametrize("text", ["none", "None of them!", "neither", "rien", "aucun", "ninguno", "keine davon", "都不要"])
def test_none_of_several_is_an_answer_of_no_keys(text: str) -> None:
    toppings = Choice(options=(Option(key="ham", label="Ham"), Option(key="corn", label="Corn")), several=True)
    fit = read_choice(look(text), toppings)
    assert fit is not None
    assert (fit.value, fit.exact) == ((), True)
    assert read_choice(look(text), replace(toppings, several=False)) is None, "of one choice it is none"
