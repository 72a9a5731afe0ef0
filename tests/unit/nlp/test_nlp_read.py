"""The whole reader: what decides, in which order, and what reaches the encoder."""

import hashlib
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from nlp.folding import fold, look
from nlp.language import guess_language
from nlp.meaning.classifiers import DATA, ModelDamagedError, load_classifier, recorded_hashes
from nlp.meaning.encoder import EncoderMissingError, shorten
from nlp.meaning.intents import LEAST_CONFIDENCE, TrainedIntents
from nlp.read import SpacyReader, load_reader
from nlp.types import AnyText, Choice, Command, Context, Expect, IntentOf, Kind, Nps, Number, Option, Rating, Sentiment, Typed, YesNo

DRINK = Choice(options=(Option(key="flat_white", label="Flat white"), Option(key="cold_brew", label="Cold brew")))
SERVING = Choice(
    options=(
        Option(key="enough", label="Enough"),
        Option(key="more", label="No, more please"),
        Option(key="person", label="Talk to a person"),
    )
)


@pytest.fixture(scope="module")
def reader() -> SpacyReader:
    return load_reader()


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("STOP", AnyText()),
        ("ARRÊT", None),
        ("aide", DRINK),
        ("b", DRINK),
        ("cold brew please!", DRINK),
        ("five stars!!", Rating()),
        ("9", Nps()),
        ("two", Number()),
        ("yes please", YesNo()),
        ("👍", YesNo()),
        ("next tues at half 3", Typed(Kind.DATETIME)),
        ("ana@example.com", Typed(Kind.EMAIL)),
        ("COFFEE", AnyText()),
        (" Café ☕", None),
        ("please stop texting me", AnyText()),
        ("let me talk to a human", None),
        ("🎉", AnyText()),
        ("", AnyText()),
    ],
)
def test_what_rules_decide_never_reaches_the_encoder(reader: SpacyReader, text: str, expect: Expect | None) -> None:
    before = reader.n_encoded
    keywords = frozenset({fold("COFFEE"), fold("Café")})
    reading = reader.read(text, Context(expect=expect, keywords=keywords, now_local=datetime(2026, 1, 5, 10, 0)))  # noqa: DTZ001
    assert reader.n_encoded == before
    assert not reading.encoded


@pytest.mark.parametrize(
    ("text", "expect"), [("my soup was cold and nobody cared", AnyText()), ("the blue one", DRINK), ("what do you mean", None)]
)
def test_what_rules_leave_open_is_encoded_once(reader: SpacyReader, text: str, expect: Expect | None) -> None:
    before = reader.n_encoded
    assert reader.read(text, Context(expect=expect)).encoded
    assert reader.n_encoded == before + 1


@pytest.mark.parametrize(
    ("text", "expect", "value", "command", "why"),
    [
        ("STOP", AnyText(), None, Command.STOP, "a keyword is no answer"),
        ("enough", SERVING, "enough", None, "an option's own words stand above a bare stop word"),
        ("enough", AnyText(), "enough", Command.STOP, "without such an option it is an opt-out"),
        ("talk to a person", SERVING, "person", None, "the flow has its own way to a person"),
        ("please stop texting me", YesNo(), None, Command.STOP, "an opt-out to a question"),
        ("no", YesNo(), "no", None, "an answer"),
        ("stop the delivery please", AnyText(), "stop the delivery please", None, "the delivery is to stop"),
    ],
)
def test_commands_and_the_question(
    reader: SpacyReader, text: str, expect: Expect, value: str | None, command: Command | None, why: str
) -> None:
    reading = reader.read(text, Context(expect=expect))
    assert (reading.value, reading.command) == (value, command), why


def test_a_flows_keyword_stands_above_a_bare_stop_word(reader: SpacyReader) -> None:
    assert reader.read("Enough!", Context(keywords=frozenset({"enough"}))).command is None


def test_keyword_or_sentence(reader: SpacyReader) -> None:
    assert reader.read("stop", Context()).command_keyword
    sentence = reader.read("please stop texting me", Context())
    assert sentence.command is Command.STOP
    assert not sentence.command_keyword
    assert sentence.command_why == "opt-out rule, en: stop doing it to me"


@pytest.mark.parametrize(
    "text", ["drop my line from every campaign you run", "nobody in this house wants your adverts", "get off my phone for good"]
)
def test_the_classifier_hears_what_no_rule_knows(reader: SpacyReader, text: str) -> None:
    assert reader.read(text, Context()).command in {Command.STOP, Command.MAYBE_STOP}


@pytest.mark.parametrize(
    "text",
    [
        "I want more messages like this",
        "I would hate to miss your offers",
        "keep sending me these",
        "quiero recibir más ofertas",
        "我想收到更多优惠",
    ],
)
def test_the_classifier_does_not_take_a_welcome_for_an_opt_out(reader: SpacyReader, text: str) -> None:
    assert reader.read(text, Context()).command is None


EXAMPLES = {
    "hours": ("when do you open", "what are your hours", "how late are you open on Sunday", "are you open today"),
    "join": ("how do I join the club", "sign me up for the club", "can I become a member", "add me to the club please"),
}


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        ("what time do you close tonight", "hours", "near an example"),
        ("I'd like to be a club member", "join", "near an example"),
        ("à quelle heure ouvrez-vous", "hours", "another language than the examples"),
        ("my cat is asleep on the sofa", None, "none of them"),
    ],
)
def test_intents(reader: SpacyReader, text: str, expected: str | None, why: str) -> None:
    model = reader.train(EXAMPLES)
    assert isinstance(model, TrainedIntents)
    assert model.labels == ("hours", "join")
    reading = reader.read(text, Context(intents=model))
    assert reading.intent == expected, why
    answer = reader.read(text, Context(intents=model, expect=IntentOf(("hours",))))
    assert answer.value == ("hours" if expected == "hours" else None), why


ONE_INTENT = {"club/join": ("how do I join the club", "sign me up for the club", "I want the welcome coupon", "add me to the club please")}


@pytest.mark.parametrize("text", ["shall we go for a walk", "你有别家的优惠券吗", "my train leaves at nine", "où sont mes clés", "ok"])
def test_one_intent_alone_is_not_what_everybody_means(reader: SpacyReader, text: str) -> None:
    reading = reader.read(text, Context(intents=reader.train(ONE_INTENT), thorough=True))
    assert (reading.intent, reading.nearest_intent) == (None, "club/join")
    assert reading.intent_confidence < 0.5


def test_a_name_is_one_more_example(reader: SpacyReader) -> None:
    named = {"opening_hours": ("quand ouvrez-vous",), "parking": ("où puis-je laisser ma voiture",)}
    assert reader.read("parking?", Context(intents=reader.train(named))).intent == "parking"


def test_the_reject_rule_is_one_number(reader: SpacyReader) -> None:
    model = reader.train(EXAMPLES)
    readings = [reader.read(text, Context(intents=model)) for texts in EXAMPLES.values() for text in (*texts, "never mind", "two pizzas")]
    assert all((reading.intent is not None) is (reading.intent_confidence >= LEAST_CONFIDENCE) for reading in readings)


def test_training_is_the_same_twice(reader: SpacyReader) -> None:
    examples = {
        f"intent {n}": tuple(f"{word} of thing number {n}" for word in ["price", "size", "colour", "age", "name"]) for n in range(20)
    }
    first, second = reader.train(examples), reader.train(examples)
    assert isinstance(first, TrainedIntents)
    assert isinstance(second, TrainedIntents)
    assert np.array_equal(first.views[0].weights, second.views[0].weights)


def test_no_examples_no_intents(reader: SpacyReader) -> None:
    assert reader.train({}) is None
    assert reader.train({"empty": ()}) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I love your coffee, thank you!", Sentiment.POSITIVE),
        ("not good at all", Sentiment.NEGATIVE),
        ("the worst service ever", Sentiment.NEGATIVE),
        ("je suis très déçue", Sentiment.NEGATIVE),
        ("me encantó, gracias", Sentiment.POSITIVE),
        ("das Essen war köstlich", Sentiment.POSITIVE),
        ("服务很差", Sentiment.NEGATIVE),
        ("I will come on Tuesday with my sister", Sentiment.NEUTRAL),
    ],
)
def test_sentiment(reader: SpacyReader, text: str, expected: Sentiment) -> None:
    assert reader.read(text, Context(expect=AnyText())).sentiment is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("where is my order please", "en"),
        ("je voudrais une table pour deux", "fr"),
        ("quiero una mesa para dos por favor", "es"),
        ("ich möchte einen Tisch für zwei", "de"),
        ("我要订一张桌子", "zh"),
        ("ok", None),
        ("42", None),
        ("", None),
        ("コーヒーをください", None),
    ],
)
def test_language(text: str, expected: str | None) -> None:
    assert guess_language(look(text)) == expected


def test_without_the_encoder_rules_still_run_and_say_so(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def missing() -> None:
        raise EncoderMissingError("weights.npz is missing")

    monkeypatch.setattr("nlp.steps.load_encoder", missing)
    alone = load_reader()
    reading = alone.read("the soup was terrible", Context(expect=AnyText()))
    assert (reading.encoded, reading.sentiment) == (False, Sentiment.NEGATIVE)
    assert alone.problem == "weights.npz is missing"
    assert "rules alone" in caplog.text
    assert alone.train(EXAMPLES) is None
    assert alone.read("stop texting me", Context()).command is Command.STOP


def test_a_damaged_model_is_told_of_and_rules_go_on(tmp_path: Path) -> None:
    for file in DATA.glob("*.npz"):
        assert hashlib.sha256(file.read_bytes()).hexdigest() == recorded_hashes()[file.name], file.name
    with pytest.raises(ModelDamagedError, match=r"wishes\.npz cannot be read: No such file"):
        load_classifier("wishes", tmp_path)
    (tmp_path / "wishes.npz").write_bytes((DATA / "wishes.npz").read_bytes() + b"x")
    with pytest.raises(ModelDamagedError, match="train again with: make models"):
        load_classifier("wishes", tmp_path)


def test_long_texts_are_shortened_for_the_encoder_only(reader: SpacyReader) -> None:
    long = "so then she said " * 90
    assert len(shorten(long)) < 400
    assert reader.read(long + " stop texting me", Context()).command is Command.STOP


@pytest.mark.parametrize("text", ["", "\ufffd" * 300, "🛑🛑🛑" * 500, "a" * 5000, "no " * 500, "不要再" * 500, "\u202e\u200b", "½⁄¾ ①"])
def test_no_text_breaks_the_reader(reader: SpacyReader, text: str) -> None:
    assert reader.read(text, Context(expect=DRINK)).text == text[:1600]
