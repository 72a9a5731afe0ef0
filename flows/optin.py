"""A flow's `subscribe` where opt-ins are confirmed: the contact is asked, and is in when it has said yes. Pure."""

from dataclasses import replace

from flows.events import AskOptIn, ChangeConsent, Consent, Effect, Happened, Note, Part, Send
from flows.notices import Notice
from flows.situation import Heard, Move, Situation


def asked_first(situation: Situation, heard: Heard) -> Heard:
    """The turn, with every opt-in of a flow made the question whether it is meant. Who is in already is not asked."""
    if not situation.double_opt_in or not any(_opts_in(effect) for move in heard.moves for effect in move.effects):
        return heard
    if situation.facts.contact.consent is Consent.IN:
        return heard
    return replace(heard, moves=tuple(_asking(situation, move) for move in heard.moves))


def _opts_in(effect: Effect) -> bool:
    return isinstance(effect, ChangeConsent) and effect.to is Consent.IN


def _asking(situation: Situation, move: Move) -> Move:
    if not any(_opts_in(effect) for effect in move.effects):
        return move
    text = situation.notices.text(Notice.CONFIRM, move.state.language)
    asked = Send(text=text, part=Part.NOTICE, separate=True, language=move.state.language)
    return replace(move, effects=(*(_asked(situation, effect) for effect in move.effects), asked))


def _asked(situation: Situation, effect: Effect) -> Effect:
    match effect:
        case ChangeConsent(to=Consent.IN, source=source, words=words):
            return AskOptIn(source=source, words=words, at=situation.facts.now)
        case Note(kind=Happened.OPTED_IN):
            return replace(effect, kind=Happened.OPT_IN_ASKED)
        case _:
            return effect
