"""What is meant and not said: the model, its file, and that no flow hears of a guess."""

from pathlib import Path

import numpy as np
import pytest

from nlp.answers.indirect import LEAST_CONFIDENCE, N_BUCKETS, VALUES, load_indirect, sparse_row
from nlp.answers.indirect_training import read_told
from nlp.meaning.classifiers import ModelDamagedError
from nlp.read import SpacyReader, load_reader
from nlp.types import AnyText, Context, YesNo


@pytest.fixture(scope="module")
def reader() -> SpacyReader:
    return load_reader()


def asked(question: str) -> Context:
    return Context(expect=YesNo(), question=question)


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("Do you want to come over on Sunday?", "I have to work that day", "no"),
        ("Is pop music something for you?", "I listen to it every day", "yes"),
        ("Would you like noodles?", "I'd prefer a sandwich", "no"),
        ("Would you like to see a play?", "as long as it isn't too long", "maybe"),
        ("Magst du Wandern?", "ich bin lieber auf dem Sofa", "no"),
    ],
)
def test_what_is_meant(reader: SpacyReader, question: str, text: str, expected: str) -> None:
    reading = reader.read(text, asked(question))
    assert (reading.leaning if reading.value is None else reading.value) == expected


def test_no_flow_hears_of_a_guess(reader: SpacyReader) -> None:
    reading = reader.read("the train leaves at nine", asked("Is this seat taken?"))
    assert reading.leaning in VALUES
    assert reading.leaning_confidence > 0.3
    assert (reading.value is None) == (reading.leaning_confidence < LEAST_CONFIDENCE)


def test_the_model_never_speaks_where_a_rule_has(reader: SpacyReader) -> None:
    reading = reader.read("yes, I have work in the morning", asked("Do you want to stay?"))
    assert (reading.value, reading.leaning) == ("yes", None)


def test_only_a_yes_no_question_is_weighed(reader: SpacyReader) -> None:
    assert reader.read("I have work in the morning", Context(expect=AnyText(), question="Do you want to stay?")).leaning is None


def test_a_command_is_no_answer(reader: SpacyReader) -> None:
    assert reader.read("please stop texting me", asked("Do you want to stay?")).leaning is None


def test_a_damaged_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "indirect.npz").write_bytes(b"not it")
    with pytest.raises(ModelDamagedError):
        load_indirect(tmp_path)


def test_a_sparse_row_has_length_one_and_sees_the_question() -> None:
    one, other = sparse_row("Do you like tea?", "I prefer milk"), sparse_row("Have you had tea?", "I prefer milk")
    assert one.shape == (N_BUCKETS,)
    assert np.linalg.norm(one) == pytest.approx(1.0)
    assert not np.array_equal(one, other)


def test_examples_fill_the_same_word_into_question_and_answer(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        "= tea: green, black, white, mint, iced\n? Do you like {tea} tea?\n+ {tea} is best / yum\n- {tea2} is better\n"
    )
    told = read_told(tmp_path)
    assert len(told) == 6
    for one in told:
        kind = one.question.split()[3]
        if one.value == "no":
            assert kind not in one.answer, "another word"
        elif "best" in one.answer:
            assert one.answer == f"{kind} is best"


def test_there_are_examples_of_every_value_in_every_language() -> None:
    told = read_told()
    assert len(told) > 2500
    assert {one.value for one in told} == set(VALUES)
    assert {one.value for one in told if not one.question.isascii()} == set(VALUES)
