"""`link`: the shell says what address a text shows, and is told where it leads."""

import pytest

from bot.wording import worded
from flows.engine import advance, begin
from flows.events import Facts, Link, Needs, Send, Started, Turn
from flows.hearing import Heard, Move
from flows.types import Flow
from tests.talking import NOON, phone, reading, somebody, steps

A, B = "https://example.com/a", "https://example.com/b?x=1"
FLOW = steps(
    f"  one: {{say: [\"See {{{{ link('{A}') }}}} or {{{{ link('{B}') }}}}\", \"Again {{{{ link('{A}') }}}}\"]}}\n"
    f"  two: {{set: {{seen: \"{{{{ link('{A}') }}}}\"}}, say: '{{{{ reply.text }}}}'}}\n"
)


def turn(flow: Flow, text: str = "hi", **links: str) -> Turn | Needs:
    facts = Facts(contact=somebody(), now=NOON, links={A: links["a"], B: links["b"]} if links else {})
    return advance(flow, begin(flow, "en", unasked=False), Started(reading(text)), facts)


def test_the_core_asks_for_an_address_once_for_each_target() -> None:
    assert turn(FLOW) == Needs("x", links=(A, B))


def test_a_short_address_is_shown_and_its_target_told() -> None:
    made = turn(FLOW, a="https://t.example/Aa1", b="https://t.example/Bb2")
    assert isinstance(made, Turn)
    short = (Link("https://t.example/Aa1", A), Link("https://t.example/Bb2", B))
    sends = [effect for effect in made.effects if isinstance(effect, Send)]
    assert [(send.text, send.links) for send in sends] == [
        ("See https://t.example/Aa1 or https://t.example/Bb2", short),
        ("Again https://t.example/Aa1", short[:1]),
        ("hi", ()),
    ]
    message = worded(Heard(who="keyword", moves=(Move(talk=None, flow=FLOW, state=made.state, effects=made.effects),)))[0]
    assert message.links == short, "a message knows the links of all its texts"
    assert [effect.value for effect in made.effects if hasattr(effect, "value")] == [A], "outside texts a link is its target"


def test_a_target_that_is_shown_as_it_is_needs_no_telling() -> None:
    made = turn(FLOW, a=A, b=B)
    assert isinstance(made, Turn)
    assert [effect.links for effect in made.effects if isinstance(effect, Send)] == [(), (), ()]


@pytest.mark.parametrize("text", [A, "{{ link('https://evil.example') }}", "link('https://evil.example')"])
def test_what_people_text_is_no_link(text: str) -> None:
    made = turn(FLOW, text, a="https://t.example/1", b="https://t.example/2")
    assert isinstance(made, Turn)
    last = [effect for effect in made.effects if isinstance(effect, Send)][-1]
    assert (last.text, last.links) == (text, ())


def test_tests_and_chat_show_the_target() -> None:
    assert phone(FLOW).says("hello") == [f"See {A} or {B}", f"Again {A}", "hello"]
