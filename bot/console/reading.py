"""What was read in a text, in words: the quiet line under a contact's bubble. Pure."""

from collections.abc import Mapping
from typing import Any

Part = tuple[str, str]
"""A piece of the line and how it is set: step | bold | plain."""

CERTAIN = 0.995
ANY_TEXT = "any text"
"""Why a question that takes any text took this one: the value is the text, which stands above the line."""

WHO = {
    "person": "a person holds the conversation, no flow reads this",
    "wish for a person": "asks for a person",
    "keyword": "started the flow by its keyword",
    "keyword, misspelled": "started the flow by its keyword, misspelled",
    "intent": "started the flow by what it means",
    "fallback": "heard by the fallback flow",
    "nobody": "no flow heard it",
    "opted out": "opted out, no flow reads this",
    "stop": "read as a wish to opt out",
    "stop, again": "opted out before, nothing changed",
    "start": "read as a wish to be texted again",
    "help": "asked for help",
    "maybe opted out": "may be a wish to opt out: held for a person",
    "clarified: stop": "made clear: opt out",
    "clarified: go on": "made clear: go on",
    "held in doubt": "consent in doubt: held for a person",
}
"""Who heard a text, as the road notes it, in the console's words. What is not here (a question) is told by step and value."""


def read_as(reading: Mapping[str, Any], *, step: str = "", went: str = "", lacks: str = "") -> tuple[Part, ...]:
    """The line's parts in order: the step that asked, what was read or missed (`lacks`) and why, sentiment, who heard it, where it went."""
    groups: list[list[Part]] = []
    who = str(reading.get("who") or "")
    question = who.startswith("question")
    if question:
        groups.append(_value(reading, step, lacks))
    elif who in WHO:
        groups.append([(WHO[who], "plain")])
        if why := _why_heard(reading, who):
            groups.append([(why, "plain")])
    elif who:
        groups.append([(who, "plain")])
    if (mood := reading.get("sentiment")) and (mood != "neutral" or question):
        groups.append([("sentiment", "plain"), (str(mood), "bold"), (f"{float(reading.get('sentiment_confidence') or 0):.2f}", "plain")])
    if went and went != step:
        groups.append([("went to", "plain"), (went, "step")])
    line: list[Part] = []
    for n, group in enumerate(group for group in groups if group):
        line += [("·", "plain"), *group] if n else group
    return tuple(part for part in line if part[0])


def _value(reading: Mapping[str, Any], step: str, lacks: str) -> list[Part]:
    """What a question's reader found: the step, "read as", the value, the rule and how sure it is."""
    parts: list[Part] = [(step, "step")] if step else []
    value = reading.get("value")
    why = str(reading.get("why") or "")
    if value is None:
        return [*parts, (lacks or why or "not understood", "plain")]
    if why == ANY_TEXT:
        return [*parts, ("taken as written", "plain")]
    shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    parts += [("read as", "plain"), (shown, "bold")]
    certainty = f"{why}, {sure(reading.get('confidence'))}" if why else sure(reading.get("confidence"))
    return [*parts, ("·", "plain"), (certainty, "plain")]


def _why_heard(reading: Mapping[str, Any], who: str) -> str:
    """The rule or intent that decided, with its confidence."""
    if who in ("intent", "wish for a person") and (label := reading.get("intent")):
        return f"{label} {sure(reading.get('intent_confidence'))}"
    return str(reading.get("command_why") or "") if reading.get("command") else ""


def sure(confidence: Any) -> str:
    """A confidence as people read it: "certain", or two digits."""
    if confidence is None:
        return ""
    return "certain" if float(confidence) >= CERTAIN else f"{float(confidence):.2f}"
