# ruff: noqa: E501 - rows are easier to check on one line.
"""Yes, no and maybe, said outright: whole phrases, negations, corrections and conditions, in five languages."""

import pytest

from nlp.answers.phrasebook import read_phrases
from nlp.answers.yesno import read_yes_no
from nlp.answers.yesno_words import ALL
from nlp.folding import look

ROWS = [
    ("yes", "yea totally ; ofc ; go on then ; don't see why not ; that statement is accurate ; I'm afraid so ; spot on ; no wait yes", "said outright"),
    ("yes", "nothing wrong with that ; I can't argue with that ; I don't see a problem with that ; that's not untrue ; no objections", "two nots"),
    ("yes", "ça roule ; je serai là ; encantado ; ahí estaré ; no es falso ; geht klar ; spricht nichts dagegen ; 当然可以 ; 求之不得 ; 不反对", "languages"),
    ("no", "nah im good ; thanks but no thanks ; I'll have to decline ; highly doubtful ; no this is not right at all ; no it's wrong ; yes... actually no", "said outright"),
    ("no", "I don't believe that's true ; that doesn't sound right ; none of that is true ; yeah nah", "one not"),
    ("no", "c'est mort ; une autre fois ; non ce n'est pas vrai ; otra vez será ; no eso no es verdad ; ohne mich ; passt mir nicht ; 不可能 ; 怎么可能 ; 改天吧", "languages"),
    ("maybe", "sure, but not today ; yes and no ; I couldn't tell you ; I don't really know how to answer that ; can't say for sure ; um, not really sure", "not known"),
    ("maybe", "only if it's free ; depends on the price ; I have to ask my husband first ; yes, if I get off work ; wenn das Wetter passt ; si j'ai le temps ; si no llueve ; 如果不下雨就去", "a condition"),
    ("maybe", "mouais ; je te redis ; tengo que pensarlo ; luego te digo ; je nachdem ; muss erst meine Frau fragen ; 到时候再说 ; 晚点告诉你", "languages"),
    ("None", "are you sure? ; the blue one ; how is it going ; y qué más ; cancel my order", "no answer"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected", "why"), [(text, value, why) for value, texts, why in ROWS for text in texts.split(" ; ")])
def test_said_outright(text: str, expected: str, why: str) -> None:
    fit = read_yes_no(look(text))
    assert str(fit.value if fit else None) == expected, why


@pytest.mark.parametrize("lists", ALL, ids=["en", "fr", "es", "de", "zh"])
@pytest.mark.parametrize("value", ["yes", "no", "maybe"])
def test_each_phrase_of_a_list_is_read_as_it_is_listed(lists: dict[str, str], value: str) -> None:
    other = {"yes": "no", "no": "yes", "maybe": ""}[value]
    read = {phrase.strip(): fit.value for phrase in lists[value].split(",") if (fit := read_phrases(look(phrase.strip())))}
    assert len(read) > 100
    assert [phrase for phrase, found in read.items() if found == other] == [], "no list contradicts another language's"


def test_a_word_that_is_not_known_leaves_the_text_to_others() -> None:
    assert read_phrases(look("yes the blue zebra")) is None


def test_long_texts_are_not_looked_at() -> None:
    assert read_phrases(look("yes " * 400)) is None
