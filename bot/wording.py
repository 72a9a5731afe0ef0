"""A turn's texts as messages: those without pictures joined, as carriers promise no order between messages, and each costs."""

from dataclasses import dataclass

from flows.events import ChangeConsent, Consent, Link, Part, Send
from flows.hearing import Heard
from flows.render import pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One message to be.

    move: index of the conversation's move that it speaks for (the asking one's, else the last); None above the flows. links: the
    short addresses in it, and where they lead.
    """

    text: str
    media: tuple[str, ...]
    move: int | None
    step: str
    asks: bool
    steps: tuple[str, ...]
    notice: bool
    links: tuple[Link, ...] = ()


def worded(heard: Heard) -> list[Wording]:
    """The messages of a turn, in order: what stands above the flows first."""
    sends: list[tuple[int | None, Send]] = [(None, effect) for effect in heard.effects if isinstance(effect, Send)]
    sends += [(n, effect) for n, move in enumerate(heard.moves) for effect in move.effects if isinstance(effect, Send)]
    leaving = {n for n, move in enumerate(heard.moves) for e in move.effects if isinstance(e, ChangeConsent) and e.to is Consent.OUT}
    messages = []
    for packed in pack([send for _, send in sends]):
        inside = [sends[n] for n in packed.parts]
        move, spoken = next(((m, s) for m, s in inside if s.part is Part.QUESTION), inside[-1])
        asks = spoken.part in (Part.QUESTION, Part.RETRY, Part.NUDGE)
        steps = tuple(dict.fromkeys(send.step for _, send in inside if send.step))
        notice = spoken.part is Part.NOTICE or move in leaving
        links = tuple(dict.fromkeys(link for _, send in inside for link in send.links if link.address in packed.text))
        how = {"asks": asks, "steps": steps, "notice": notice, "links": links}
        messages.append(Wording(text=packed.text, media=packed.media, move=move, step=spoken.step, **how))  # type: ignore[arg-type]
    return messages
