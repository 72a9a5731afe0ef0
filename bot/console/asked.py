"""What a question had wanted to hear, where a reply did not fit: "no number found". Words for the quiet line under a text."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.process import Process
from flows.types import Ask, Flow
from models.conversation import ConversationRow
from nlp.types import AnyText, Choice, Expect, IntentOf, Kind, Nps, Number, Pattern, Rating, Typed, YesNo

_KINDS = {Kind.PHOTO: "no picture came with it", Kind.EMAIL: "no e-mail address found", Kind.PHONE: "no telephone number found"}


def misfits(process: Process, acts: Iterable[Mapping[str, Any]], talks: Iterable[ConversationRow]) -> dict[str, str]:
    """For each text that did not fit its question, by the text's sid: what was not found in it."""
    revisions = {talk.id: talk.revision_id for talk in talks}
    found = {}
    for act in acts:
        if act["kind"] == "replied" and act["data"].get("fits") is False and act["conversation_id"] in revisions:
            flow = process.shelf.flow(revisions[act["conversation_id"]])
            if (expect := _expected(flow, act["step"], act["data"].get("question"))) is not None:
                found[act["message_key"]] = lacking(expect)
    return found


def _expected(flow: Flow, step: str | None, question: Any) -> Expect | None:
    known = flow.steps.get(step or "")
    verb = known.verb if known else None
    if not isinstance(verb, Ask):
        return None
    return next((asked.expect for asked in verb.questions if asked.name == question), verb.questions[0].expect)


def lacking(expect: Expect) -> str:
    """What was not found, in words."""
    match expect:
        case Number() | Rating() | Nps():
            return "no number found"
        case YesNo():
            return "no yes or no found"
        case Choice():
            return "none of the options found"
        case Typed(kind=kind):
            return _KINDS.get(kind, f"no {kind.value} found")
        case IntentOf():
            return "none of the expected meanings found"
        case Pattern():
            return "not in the expected form"
        case AnyText():
            return "no text found"
