"""A turn's texts as messages, and whom each speaks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording import Wording, worded
from flows.events import ChangeConsent, Consent, Effect, Part, Send
from flows.hearing import Heard, Move
from flows.render import MAX_LENGTH
from flows.state import State
from tests.talking import steps

FLOW = steps("  s: {say: Hi}\n")


def move(*effects: Effect) -> Move:
    return Move(talk=None, flow=FLOW, state=State(at="s"), effects=effects)


def say(text: str, step: str = "s", part: Part = Part.TEXT, **more: object) -> Send:
    return Send(text=text, step=step, part=part, **more)  # type: ignore[arg-type]


PICTURE = ("https://example.com/a.jpg",)


@pytest.mark.parametrize(
    ("heard", "expected", "why"),
    [
        (Heard(who="x"), [], "nothing said"),
        (
            Heard(who="x", moves=(move(say("Hi", "a"), say("Q?", "b", Part.QUESTION)),)),
            [("Hi\n\nQ?", 0, "b", ("a", "b"), False)],
            "joined; the question's step",
        ),
        (
            Heard(who="x", moves=(move(say("Q?", "b", Part.QUESTION)), move(say("Bye", "z")))),
            [("Q?\n\nBye", 0, "b", ("b", "z"), False)],
            "the asking one's",
        ),
        (
            Heard(who="x", moves=(move(say("One", "a")), move(say("Two", "b")))),
            [("One\n\nTwo", 1, "b", ("a", "b"), False)],
            "else the last one's",
        ),
        (
            Heard(who="x", moves=(move(say("A"), say("B", separate=True), say("C")),)),
            [("A", 0, "s", ("s",), False), ("B", 0, "s", ("s",), False), ("C", 0, "s", ("s",), False)],
            "separate",
        ),
        (Heard(who="x", effects=(Send(text="Out", part=Part.NOTICE),)), [("Out", None, "", (), True)], "above the flows"),
        (
            Heard(who="x", moves=(move(ChangeConsent(to=Consent.OUT, source="flow"), say("Bye")),)),
            [("Bye", 0, "s", ("s",), True)],
            "the confirmation of a flow that unsubscribes",
        ),
        (
            Heard(who="x", moves=(move(ChangeConsent(to=Consent.IN, source="flow"), say("Hi")),)),
            [("Hi", 0, "s", ("s",), False)],
            "an opt-in is no notice",
        ),
    ],
)
def test_messages(heard: Heard, expected: list[tuple[str, int | None, str, tuple[str, ...], bool]], why: str) -> None:
    assert [(one.text, one.move, one.step, one.steps, one.notice) for one in worded(heard)] == expected, why


def test_pictures_travel_alone() -> None:
    made = worded(Heard(who="x", moves=(move(say("A"), say("Look", media=PICTURE), say("B")),)))
    assert [(one.text, one.media) for one in made] == [("A", ()), ("Look", PICTURE), ("B", ())]


texts = st.builds(
    say,
    st.text(st.sampled_from("ab é🎉\n "), max_size=60).map(lambda part: (part * 60)[: len(part) * 40]),
    st.sampled_from(["a", "b"]),
    st.sampled_from([Part.TEXT, Part.QUESTION]),
    media=st.sampled_from([(), PICTURE]),
    separate=st.booleans(),
)


@given(st.lists(st.lists(texts, max_size=4), max_size=3))
def test_no_text_is_lost(turn: list[list[Send]]) -> None:
    made: list[Wording] = worded(Heard(who="x", moves=tuple(move(*sends) for sends in turn)))
    said = [send for sends in turn for send in sends]
    assert "".join("".join(one.text for one in made).split()) == "".join("".join(send.text for send in said).split())
    assert [one.media for one in made if one.media] == [send.media for send in said if send.media]
    assert all(len(one.text) <= MAX_LENGTH for one in made)
    assert all(one.text.strip() or one.media for one in made)
    assert all(one.move is not None and 0 <= one.move < len(turn) for one in made)
