"""Sentiment: the lexicon's weights, negation and signs; and what meaning adds."""

import pytest

from nlp.folding import look
from nlp.mood.lexical import look_for_mood
from nlp.mood.lexicon import MOST_WORDS, entries, lexicon, word_weight
from nlp.mood.sentiment import mood
from nlp.types import LANGUAGES, Sentiment

NEITHER = {"negative": 0.3, "neutral": 0.4, "positive": 0.3}


@pytest.mark.parametrize(
    ("text", "sign", "why"),
    [
        ("what a brilliant day", 1, "praise"),
        ("an utterly dreadful evening", -1, "complaint"),
        ("the shop is on the left", 0, "no telling word"),
        ("it isn't any good", -1, "praise denied"),
        ("not bad", 1, "blame denied is mild praise"),
        ("not a fan of it", -1, "a phrase of praise denied"),
        ("I'll see", 0, "I'll is not ill"),
        ("two phones", 0, "phones are not phony"),
        ("not only quick but tasty", 1, "not only denies nothing"),
        ("no problems so far", 1, "a phrase of its own"),
        ("nothing wrong with it", 1, "a phrase of its own"),
        ("can't wait for Sunday", 1, "a phrase of its own"),
        ("it didn't disappoint", 1, "a phrase of its own"),
        ("problem solved", 1, "a phrase of its own"),
        ("we used to love it", -1, "praise of what was"),
        ("it stopped working", -1, "a complaint without a bad word"),
        ("sooo goooood", 1, "drawn out"),
        ("would like a table", 0, "a wish is no liking"),
        ("home :)", 1, "a face"),
        ("home :(", -1, "a face"),
        ("home 😡", -1, "a sign"),
        ("rien à redire", 1, "French praise that denies"),
        ("du pain et du beurre", 0, "bread is no pain"),
        ("das Essen ist nicht gut", -1, "German, denied"),
        ("con mi hermana en la casa de usted", 0, "Spanish with is no drawback"),
        ("不好吃", -1, "Chinese, denied"),
        ("方便面", 0, "noodles are not convenient"),
        ("", 0, "nothing"),
    ],
)
def test_lexical_score(text: str, sign: int, why: str) -> None:
    score = look_for_mood(look(text)).score
    assert (score > 0) - (score < 0) == sign, f"{why}: {score}"


def test_strong_words_weigh_more_than_mild_ones() -> None:
    scores = [
        look_for_mood(look(text)).score
        for text in ("it is awful", "it is bad", "it is pricey", "it is decent", "it is great", "it is superb")
    ]
    assert scores == sorted(scores)
    assert len(set(scores)) == len(scores)


@pytest.mark.parametrize(
    ("word", "sign", "why"),
    [("delighting", 1, "an ending"), ("annoyingly", -1, "an ending"), ("lately", 0, "listed as neither"), ("table", None, "not known")],
)
def test_word_weight(word: str, sign: int | None, why: str) -> None:
    weight = word_weight(word, lexicon("en").weights)
    assert (None if weight is None else (weight > 0) - (weight < 0)) == sign, why


def test_blame_that_is_denied_counts_as_no_denial() -> None:
    assert look_for_mood(look("we never had a bad meal")).negated == 0
    assert look_for_mood(look("we never had a meal")).negated > 0


@pytest.mark.parametrize("line", ["en 2 good", "xy 2: good", ": good", "en two: good"])
def test_a_line_that_is_none_of_the_lexicon_is_refused(line: str) -> None:
    with pytest.raises(ValueError):
        list(entries([line]))


def test_every_language_has_words_of_both_kinds_in_folded_form() -> None:
    for language in LANGUAGES:
        weights = lexicon(language).weights
        assert min(weights.values()) < 0 < max(weights.values())
        assert [item for item in weights if look(item).lettered != item or len(item.split()) > MOST_WORDS] == []


@pytest.mark.parametrize(
    ("text", "shares", "expected"),
    [
        ("lovely place", NEITHER, Sentiment.POSITIVE),
        ("it leaks", NEITHER, Sentiment.NEGATIVE),
        ("we come at six", NEITHER, Sentiment.NEUTRAL),
        ("we come at six", {"negative": 0.85, "neutral": 0.05, "positive": 0.1}, Sentiment.NEGATIVE),
        ("we come at six", {"negative": 0.1, "neutral": 0.1, "positive": 0.8}, Sentiment.POSITIVE),
        ("awful", {"negative": 0.1, "neutral": 0.1, "positive": 0.8}, Sentiment.NEGATIVE),
    ],
)
def test_words_and_meaning(text: str, shares: dict[str, float], expected: Sentiment) -> None:
    found = mood(look(text), shares)
    assert found is not None
    assert found.sentiment is expected
    assert 0.4 <= found.confidence <= 1.0


def test_without_the_encoder_words_alone_decide_or_nothing_does() -> None:
    assert mood(look("the blue one"), None) is None
    praised = mood(look("wonderful"), None)
    assert praised is not None
    assert praised.sentiment is Sentiment.POSITIVE
