# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""The classifier's word on opt-outs and wishes for a person, where the rules said nothing or were in doubt."""

import re
from collections.abc import Mapping

from nlp.consent.commands import HeardCommand
from nlp.consent.optout import speaks_against
from nlp.folding import Folded
from nlp.types import Command

# Shares of the classifier where no rule has spoken: above the first a text is held for a person to look at, above the second it is an
# opt-out. A word of messages, lists or ending makes either likelier. Chosen on sentences that were not learned from, and
# by the false alarms among texts that people wrote to each other.
HOLD_ABOVE, STOP_ABOVE = 0.75, 0.90
CUED_HOLD_ABOVE, CUED_STOP_ABOVE = 0.58, 0.84
CONFIRMED_ABOVE = 0.50
"""From here on the classifier makes an opt-out of what a rule has doubted."""
HUMAN_ABOVE = 0.86


# The encoder takes "I want more messages" for its opposite: more or less, yes or no, lie close together in its space.
_WELCOME = re.compile(
    r" (?:(?:please |pls )?(?:message|text|send|call|write) me (?:the|a|your|when|if|once|where|with)\b|(?:dont|do not|never) (?:forget|hesitate) to|(?:want|send|need|like|love|get|give|enjoy)(?: (?:me|us|to get|to see|to hear|to receive|getting|receiving))* (?:more|some|them|these|those|your)\b(?! (?:gone|off|to stop|out))"
    r"|(?:miss|missing) (?:any|one|some|your|out|them|these)|keep (?:sending|them|it|me posted|me informed|coming)|(?:leave|send|write) (?:me|us)? ?(?:a|the|that|this) (?:message|text|note)|(?:forget|ignore|disregard) (?:my|what|that|the)(?: last| previous)? (?:message|text|i)"
    r"|(?:envoyez|envoie|continuez|encore|tenez moi)\b|(?:mandenme|mandame|envienme|sigan|quiero (?:mas|recibir)|avisenme)\b|(?:schickt|schicken sie|sendet) mir (?!nichts|keine|nie)|(?:mehr davon|weiter so)\b|(?:keine|kein) (?:sms|nachricht\w*) (?:bekommen|erhalten))"
    r"| (?:delete|remove|cancel|erase|drop) (?:my|the|that) (?:\w+ )?(?:order|booking|review|appointment|address|item|reservation)\b| no need to (?:text|call|reply)(?: \w+)? \| (?:just|come|see)\b|(?:一件|那件|订单|那份|预约)(?:删|去掉|取消)|(?:删|去掉|取消)(?:掉)?.{0,3}(?:一件|那件|订单|那份|预约)"
    r"|不用再问|^ ?打扰(?:了|您了|你了) ?$|(?:note|save) (?:of |down )?my number|想收到|想要更多|继续发|多发|请通知我"
)


def weigh_wishes(text: Folded, heard: HeardCommand | None, shares: Mapping[str, float], *, answered: bool) -> HeardCommand | None:
    """The command of a text, after the classifier's shares of `optout` and `human`. answered: the text answers the question."""
    if answered or (heard is not None and heard.command is not Command.MAYBE_STOP):
        return heard
    optout, human = shares["optout"], shares["human"]
    why = f"{heard.why}; classifier {optout:.2f}" if heard else f"classifier: opt-out {optout:.2f}"
    if heard is None and (_WELCOME.search(text.sentence) or speaks_against(text)):
        optout = 0.0
    hold_above, stop_above = (CUED_HOLD_ABOVE, CUED_STOP_ABOVE) if has_cue(text) else (HOLD_ABOVE, STOP_ABOVE)
    # Whose number this is, and what an insult means, is for a person to see.
    doubted = heard is not None and not heard.why.endswith(("wrong number", "wrong owner", "shut up"))
    if optout >= (CONFIRMED_ABOVE if doubted else stop_above):
        return HeardCommand(command=Command.STOP, confidence=optout, why=why)
    if heard is None and optout >= hold_above:
        return HeardCommand(command=Command.MAYBE_STOP, confidence=optout, why=why)
    if heard is None and human >= HUMAN_ABOVE and not _PARTY.search(text.sentence):
        return HeardCommand(command=Command.HUMAN, confidence=human, why=f"classifier: wish for a person {human:.2f}")
    return heard


_PARTY = re.compile(
    r" (?:for|para|pour|fur|somos|seremos|mesa de|we are|table (?:for|de)) \w+ (?:people|persons?|personas?|personnes?|personen|leute)\b"
)
"""How many they are, which the encoder takes for a wish for a person."""

_CUES = re.compile(
    r" (?:stop\w*|stahp|quit|cease|unsub\w*|optout|opt\w* (?:me )?out|remov\w*|delet\w*|erase|lists?|database|spam\w*|texts?|texting|txts?|txting|messages?|messaging|msgs?|sms|alerts?|notifications?|reminders?|surveys?|ads|marketing|promos?|subscri\w+|consent|permission|harass\w*|block\w*|report\w*|alone|my (?:number|phone)|this (?:number|phone)|contact\w*|"
    r"arret\w*|cess\w+|desabo\w+|desinscri\w+|fichiers?|listes?|messages?|textos?|pubs?|alertes?|rappels|sondages?|numero|consentement|harcel\w+|ecri\w+|envoy\w+|envois?|sollicit\w+|bloqu\w+|signal\w+|paix|tranquille|retir\w+|supprim\w+|enlev\w+|effac\w+|recevoir|rgpd|opposition|"
    r"baja|bast[ao]|par[ae]n?|dej[ae]n?|mensajes?|msjs?|msj|avisos?|lista|borr\w+|elimin\w+|quit\w+|saqu\w+|saqueen|publicidad|promociones|escrib\w+|mand[ea]\w*|envi\w+|contact\w+|molest\w+|encuestas|consentimiento|paz|bloque\w+|suscri\w+|"
    r"abmeld\w*|abbestell\w*|losch\w*|loesch\w*|streich\w*|entfern\w*|nachricht\w*|werbung|werbe\w*|verteiler\w*|schreib\w*|schick\w*|aufhor\w*|hor\w* (?:\w+ )?auf|nummer|einwilligung|widerspr\w+|widerruf\w*|dsgvo|ruhe|umfragen|kontakt\w*|blockier\w*|gdpr)(?= )"
    r"|退订|短信|信息|消息|别发|不要.?发|再发|不用.{0,3}发|停止|名单|号码|删|广告|推送|骚扰|打扰|拉黑|举报|通知|提醒|联系|取消|订阅|别.?烦|拒收|问卷"
)


def has_cue(text: Folded) -> bool:
    """Whether a text has a word of messages, lists or ending, as most opt-outs do and most talk among friends does not."""
    return _CUES.search(text.sentence) is not None
