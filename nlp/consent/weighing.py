# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""The classifier's word on opt-outs and wishes for a person, where the rules said nothing or were in doubt."""

import re
from collections.abc import Mapping

from nlp.consent.commands import HeardCommand
from nlp.consent.optout import speaks_against
from nlp.folding import Folded
from nlp.types import Command

# Shares of the classifier alone, where no rule has spoken. Above the first a text is held for a person to look at, above the second
# it is an opt-out. Tuned on texts that people wrote to each other, with what that means for the figures: docs/adr/0004-reading-replies.md.
HOLD_ABOVE = 0.70
STOP_ABOVE = 0.88
HUMAN_ABOVE = 0.85


# The encoder takes "I want more messages" for its opposite: more or less, yes or no, lie close together in its space.
_WELCOME = re.compile(
    r" (?:(?:dont|do not|never) (?:forget|hesitate) to|(?:want|send|need|like|love|get|give|enjoy)(?: (?:me|us|to get|to see|to hear|to receive|getting|receiving))* (?:more|some|them|these|those|your)\b(?! (?:gone|off|to stop|out))"
    r"|(?:miss|missing) (?:any|one|some|your|out|them|these)|keep (?:sending|them|it|me posted|me informed|coming)|(?:leave|send|write) (?:me|us)? ?(?:a|the|that|this) (?:message|text|note)|(?:forget|ignore|disregard) (?:my|what|that|the)(?: last| previous)? (?:message|text|i)"
    r"|(?:envoyez|envoie|continuez|encore|tenez moi)\b|(?:mandenme|mandame|envienme|sigan|quiero (?:mas|recibir)|avisenme)\b|(?:schickt|schicken sie|sendet) mir (?!nichts|keine|nie)|(?:mehr davon|weiter so)\b|(?:keine|kein) (?:sms|nachricht\w*) (?:bekommen|erhalten))"
    r"|想收到|想要更多|继续发|多发|请通知我"
)


def weigh_wishes(text: Folded, heard: HeardCommand | None, shares: Mapping[str, float], *, answered: bool) -> HeardCommand | None:
    """The command of a text, after the classifier's shares of `optout` and `human`. answered: the text answers the question."""
    if answered or (heard is not None and heard.command is not Command.MAYBE_STOP):
        return heard
    optout, human = shares["optout"], shares["human"]
    why = f"{heard.why}; classifier {optout:.2f}" if heard else f"classifier: opt-out {optout:.2f}"
    if heard is None and (_WELCOME.search(text.sentence) or speaks_against(text)):
        optout = 0.0
    if optout >= STOP_ABOVE:
        return HeardCommand(command=Command.STOP, confidence=optout, why=why)
    if heard is None and optout >= HOLD_ABOVE:
        return HeardCommand(command=Command.MAYBE_STOP, confidence=optout, why=why)
    if heard is None and human >= HUMAN_ABOVE:
        return HeardCommand(command=Command.HUMAN, confidence=human, why=f"classifier: wish for a person {human:.2f}")
    return heard
