"""Two machines that text each other: whoever is told the same thing for the sixth time within five minutes gets a person instead."""

from collections.abc import Collection
from datetime import timedelta

from flows.events import HandOver, Happened, Needs, Note, Send
from flows.render import pack
from flows.situation import Heard, Move, Situation

MOST_SAME = 5
"""So often may a contact be told the same within SPAN."""
SPAN = timedelta(minutes=5)


def broken(situation: Situation, heard: Heard) -> Heard | Needs | None:
    """The turn that takes the place of one that says the same again; None where it does not."""
    if not any(_may_repeat(move) for move in heard.moves):
        return None
    lately = situation.facts.lately
    if lately is None:
        return Needs("", lately=True)
    sends = [effect for move in heard.moves for effect in move.effects if isinstance(effect, Send)]
    links = {link.address for send in sends for link in send.links}
    if all(lately.get(_without(links, message.text), 0) < MOST_SAME for message in pack(sends)):
        return None
    called = (HandOver(reason="loop"), Note(kind=Happened.HANDED_OVER, data={"reason": "loop"}))
    return Heard(who="nobody: the same text over and over", effects=called)


def _without(links: Collection[str], text: str) -> str:
    """The text without its short addresses, which are new each time."""
    for address in links:
        text = text.replace(address, "")
    return text


def _may_repeat(move: Move) -> bool:
    """Whether it says something that was said so often: a conversation that has gone a few steps says each text for the first time."""
    new = move.talk is None
    return any(isinstance(effect, Send) for effect in move.effects) and (new or move.state.visit + move.state.misfits > MOST_SAME)
