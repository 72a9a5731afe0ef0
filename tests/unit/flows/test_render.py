import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.expressions import compile_template
from flows.phrases import phrase
from flows.render import MAX_LENGTH, Outgoing, Part, choose, cut, pack

A, B, C = Part("one"), Part("two"), Part("three")
PICTURE = Part("look", media=("https://example.com/a.jpg",))
LONG = Part("x" * 1000)


@pytest.mark.parametrize(
    ("parts", "messages", "why"),
    [
        ([], (), "nothing to say"),
        ([A], (Outgoing("one", parts=(0,)),), "one text"),
        ([A, B, C], (Outgoing("one\n\ntwo\n\nthree", parts=(0, 1, 2)),), "joined by a blank line"),
        (
            [A, PICTURE, B, C],
            (Outgoing("one", parts=(0,)), Outgoing("look", PICTURE.media, (1,)), Outgoing("two\n\nthree", parts=(2, 3))),
            "media",
        ),
        (
            [A, Part("two", separate=True), C],
            (Outgoing("one", parts=(0,)), Outgoing("two", parts=(1,)), Outgoing("three", parts=(2,))),
            "apart",
        ),
        ([A, LONG, LONG], (Outgoing(f"one\n\n{LONG.text}", parts=(0, 1)), Outgoing(LONG.text, parts=(2,))), "up to 1,600 characters"),
        ([A, Part("  "), B], (Outgoing("one\n\ntwo", parts=(0, 2)),), "an empty text is none"),
        ([Part("", media=("https://a.b/c",))], (Outgoing("", ("https://a.b/c",), (0,)),), "a picture by itself"),
    ],
)
def test_packs_the_texts_of_a_turn(parts: list[Part], messages: tuple[Outgoing, ...], why: str) -> None:
    assert pack(parts) == messages, why


def test_a_full_message_holds_exactly_the_limit() -> None:
    left, right = Part("x" * 800), Part("y" * 798)
    assert [len(message.text) for message in pack([left, right])] == [1600]
    assert [len(message.text) for message in pack([left, Part("y" * 799)])] == [800, 799]


def test_cuts_a_long_text_at_white_space_and_never_inside_a_character() -> None:
    assert cut("word " * 400, 1600) == [("word " * 320).strip(), ("word " * 80).strip()]
    family = "👨‍👩‍👧‍👦"
    pieces = cut(family * 300, 1600)
    assert "".join(pieces) == family * 300
    assert all(len(piece) % len(family) == 0 for piece in pieces)


@given(st.lists(st.builds(Part, st.text(max_size=2500), separate=st.booleans()), max_size=4))
def test_nothing_is_lost_and_nothing_is_too_long(parts: list[Part]) -> None:
    messages = pack(parts)
    assert all(0 < len(message.text) <= MAX_LENGTH for message in messages)
    said = "".join("".join(part.text.split()) for part in parts)
    assert "".join("".join(message.text.split()) for message in messages) == said


@pytest.mark.parametrize(
    ("language", "text", "why"),
    [
        ("fr", "Salut", "the contact's own"),
        ("fr-CA", "Salut", "its main language"),
        ("de", "Hi", "else the default"),
    ],
)
def test_chooses_the_language(language: str, text: str, why: str) -> None:
    texts = {"en": compile_template("Hi"), "fr": compile_template("Salut")}
    assert choose(texts, language, "en").source == text, why


def test_stock_sentences_are_in_five_languages() -> None:
    assert len({phrase("retry", language) for language in ("en", "fr", "es", "de", "zh")}) == 5
    assert phrase("retry", "fr-CA") == phrase("retry", "fr")
    assert phrase("retry", "pt") == phrase("retry", "en")
