"""Replies to try in the simulator: what people typically write to the open question, and what stands above every flow. Pure."""

from collections.abc import Mapping
from typing import Any

from flows.state import Phase, state_from_json
from flows.types import Ask, Flow
from flows.walk import running
from nlp.types import AnyText, Choice, Expect, IntentOf, Kind, Nps, Number, Pattern, Rating, Typed, YesNo

_ALWAYS = ("STOP", "HELP", "?")
_TYPED = {
    Kind.DATE: "next friday",
    Kind.TIME: "half past six",
    Kind.DATETIME: "tomorrow at 3pm",
    Kind.EMAIL: "maya@example.org",
    Kind.PHONE: "415 555 0199",
    Kind.POSTCODE: "94107",
    Kind.MONEY: "$12.50",
    Kind.NAME: "Maya Okafor",
}


def replies_to(flow: Flow, state: Mapping[str, Any] | None) -> tuple[str, ...]:
    """A handful: for the open question, else the words that start the flow."""
    stands = state_from_json(state) if state else None
    asking = running(flow, stands) if stands else flow
    step = asking.steps.get(stands.at) if stands else None
    if stands is None or stands.phase is not Phase.ASKING or step is None or not isinstance(step.verb, Ask):
        return (*flow.keywords[:3], *_ALWAYS)
    question = step.verb.questions[stands.question]
    examples = next((said for label, said in asking.intents.items()), ())
    return tuple(dict.fromkeys((*_typical(question.expect, examples), *_ALWAYS)))


def _typical(expect: Expect, examples: tuple[str, ...]) -> tuple[str, ...]:
    match expect:
        case YesNo():
            return ("yes please", "no", "maybe later")
        case Choice(options=options):
            return (*(option.label for option in options[:4]), options[0].key[:1].upper(), "neither")
        case Rating():
            return ("5 stars!!", "2", "it was alright", "terrible")
        case Nps():
            return ("10", "6", "zero")
        case Number(min=low, max=high):
            first = int(low if low is not None else 1)
            return (str(first), "two", str(int(high) + 1) if high is not None else "a dozen")
        case Typed(kind=kind):
            return (_TYPED[kind],) if kind in _TYPED else ("sent you a photo",)
        case IntentOf():
            return examples[:2]
        case AnyText():
            return ("it was great, thank you", "we waited for an hour")
        case Pattern():
            return ("ABC123",)
