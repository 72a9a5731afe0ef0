# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""Wishes that are no opt-out: for a person, for help, for messages to begin again. Rules in five languages."""

import re
from dataclasses import dataclass

from nlp.consent.wishes_indirect import INDIRECT, INDIRECT_CUES
from nlp.folding import Folded
from nlp.types import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """HUMAN, HELP or START, with the rule that heard it. about_bot: the text turns against the machine itself."""

    command: Command
    confidence: float
    why: str
    about_bot: bool = False


_PERSON = (
    r"(?:(?:real|actual|live|human) )?(?:human being|human|person|agents?|representative|rep|operator|advisor|adviser|customer (?:service|support|care)(?: \w+)?|support (?:team|staff|agent|person)|"
    r"staff member|member of staff|staff|someone real|somebody real|live chat|manager|supervisor|employee|sales ?person|someone|somebody|anyone|real one)"
)
_STRICT = r"(?:(?:(?:real|actual|live|human) )(?:person|human|agent|being|one|people|operator|representative|rep|somebody|someone)|human(?: being)?|agent|representative|live (?:agent|person|chat)|operator|customer (?:service|support|care)|someone real|somebody real)"
_HUMAN_EN = re.compile(
    rf" (?:(?:can|could|may|let|want|wanna|need|like|id like|able|prefer|please|pls|how do|how can)(?: \w+){{0,3}} )?(?:talk|speak|chat|spk|talking|speaking)(?: (?:to|with|2|w))?(?: (?:a|an|the|your|ur|some|one of your))? {_PERSON}\b"
    rf"| (?:connect|transfer|put|pass|switch|hand|forward|escalate|direct)(?: (?:me|us|this|it|my \w+))?(?: (?:over|through|thru))? (?:to|with|on to)(?: (?:a|an|the|your|some))? {_PERSON}\b"
    rf"| (?:get|give|send|find|want|need|gimme|bring)(?: (?:me|us|to))?(?: (?:a|an|the|your|some|talk to))? {_STRICT}\b(?! (?:error|resources|body|rights|size))"
    r"| (?:not|no|dont want|instead of|rather than|tired of talking to|hate talking to)(?: (?:to|talk to|a|an|this|your|the|more))* (?:bot|robot|machine|computer|chatbot|automated \w+)\b"
    r"| (?:stop|quit)(?: with)?(?: (?:the|this|these|being))*(?: \w+)? (?:bot|bots|robot|chatbot|automated (?:replies|responses|answers))\b(?=.* (?:human|person|someone|agent|real|people)\b)"
    rf"|^ (?:please |pls |hi |hello |ok )*(?:a |an |the )?(?:human|agent|representative|operator|real person|live agent|live person|customer service|speak to agent|rep|real human|human being)(?: (?:please|pls|now|thanks|plz))* $"
    r"| (?:can|could|would|will) (?:someone|somebody|a person|a human|an agent|a manager|one of your (?:team|staff)) (?:please |pls |just )?(?:call|help|contact|ring|phone|text|get back to|talk to|assist|speak to) (?:me|us)?\b"
    r"| (?:have|ask|get) (?:someone|somebody|a person|a manager|your manager|an agent)(?: \w+)? (?:call|contact|ring|phone|reach|to call|to contact)\b"
)
_HUMAN_FR = re.compile(
    r" (?:parler|discuter|echanger|causer|parle|communiquer)(?: \w+)? (?:a|avec)(?: (?:un|une|quelqu|l|votre|le|la|de|vrai|vraie))* (?:un\b(?= \||$| $)|humain|personne|conseiller|conseillere|agent|operateur|operatrice|responsable|vendeur|service client|employe|etre humain|vraie personne|vrai humain)\b"
    r"| quelqu un(?: de (?:reel|vrai|humain|chez vous))?(?: \w+){0,3} (?:parler|m appeler|me rappeler|m aider|me repondre|appeler|rappeler)\b| parler a quelqu un\b"
    r"| (?:passez|passe|mettez|transferez|mets|donnez|redirigez|dirigez)(?: moi| nous)?(?: (?:en relation|vers|a|avec|au|le|la|l|un|une|votre|vrai|vraie))* (?:humain|personne|conseiller|conseillere|agent|operateur|responsable|service client|vendeur|quelqu un)\b"
    r"| (?:veux|voudrais|souhaite|besoin d|besoin de|je prefere|plutot)(?: (?:un|une|vrai|vraie|a|etre|l aide d))* (?:humain|vraie personne|conseiller|conseillere|agent|operateur|interlocuteur)\b"
    r"|^ (?:un |une )?(?:conseiller|humain|agent|operateur|vraie personne|service client)(?: (?:svp|stp|s il vous plait|merci))* $"
    r"| pas (?:a |avec )?(?:un|une|ce|le|de) (?:robot|bot|machine)\b"
)
_HUMAN_ES = re.compile(
    r" (?:hablar|platicar|comunicar(?:me)?|chatear|hable|charlar|hablo)(?: \w+)? (?:con|a)(?: (?:un|una|algun|alguna|el|la|su|ser|persona))* (?:humano|persona|agente|asesor|asesora|operador|operadora|alguien|representante|encargado|encargada|gerente|ejecutivo|ejecutiva|empleado|atencion al cliente|humana|real)\b"
    r"| (?:pasame|paseme|pasenme|comuniquenme|comunicame|comuniqueme|conectame|conecteme|transfiereme|transfierame|transferirme|poneme|ponme|pongame|derivame)(?: \w+)? (?:con|a)(?: (?:un|una|el|la|algun|ser))* (?:humano|persona|agente|asesor|asesora|operador|operadora|alguien|representante|encargado|gerente|ejecutivo|humana)\b"
    r"| (?:quiero|necesito|prefiero|deseo|dame|deme)(?: (?:a|un|una|ser|hablar con|con|que me atienda))* (?:humano|persona real|agente|asesor|asesora|operador|operadora|representante|persona de verdad)\b"
    r"|^ (?:un |una )?(?:agente|humano|asesor|asesora|operador|operadora|persona real|representante)(?: (?:por favor|porfa|gracias))* $"
    r"| que me (?:llame|atienda|ayude|contacte|hable) (?:un|una|alguien|algun)\b| no (?:quiero )?(?:con |hablar con )?(?:un|una|el|este) (?:bot|robot|maquina)\b"
)
_HUMAN_DE = re.compile(
    r" (?:mit|an|zu|einen|einem|einer|eine)(?: (?:einem|einer|einen|eine|ihrem|ihrer|dem|der|richtigen|richtiger|echten|echter|realen|menschlichen|jemandem|jemand))* (?:menschen|mensch|mitarbeiter|mitarbeiterin|berater|beraterin|person|kundenservice|kundendienst|jemandem|jemand|agenten|agent|support|ansprechpartner|kollegen)(?: (?:sprechen|reden|verbinden|verbunden|verbunden werden|weiterleiten|schreiben|telefonieren|bitte|verbindet|chatten|sprechen konnen))\b"
    r"| (?:verbinde\w*|stell\w*|gib|geben sie|leite\w*|hol\w*)(?: \w+){0,3} (?:menschen|mensch|mitarbeiter|mitarbeiterin|berater|beraterin|person|kundenservice|kundendienst|jemandem|agenten)\b"
    r"| (?:will|mochte|moechte|brauche|wunsche)(?: (?:mit|einen|einem|eine|einer|richtigen|echten|bitte))* (?:menschen|mitarbeiter|mitarbeiterin|berater|echte person|echten menschen|kundenservice)\b"
    r"|^ (?:ein |einen )?(?:mensch|menschen|mitarbeiter|berater|kundenservice|kundendienst)(?: (?:bitte|danke))* $| kein(?:en)? (?:bot|roboter|maschine)\b"
)
_HUMAN_ZH = re.compile(
    r"转人工|人工(?:客服|服务|坐席|接听)|(?:要|找|想找|想要|需要|接|换|叫|和|跟|同|搵)(?:你们的?)?(?:一个|个|一位|位|真)?(?:人工|真人|活人|客服|客服人员|经理|负责人)|^ 人工 $|^ (?:请)?(?:人工|客服|真人)(?:谢谢|吧)? $|"
    r"(?:想|要|可以|能|能不能|让我)(?:和|跟|同)(?:一个|个|你们的?)?(?:人|真人|店员|员工|工作人员)(?:说话|说|聊|谈|讲|沟通|通话)|不(?:想|要)(?:跟|和)(?:机器|机器人)|有(?:没有)?(?:真人|人工)"
)
_HUMAN_ANY = re.compile(
    r"(?:^|\|) (?:please |pls |bitte |svp )?(?:transfer (?:me|this)|put me through|transferez moi|transfieranme|transfierame|transfiereme|durchstellen|bitte durchstellen)(?: (?:please|pls|svp|por favor|bitte))* (?:\||$)"
    r"| (?:pass|put|connect|transfer|speak|talk|passez|transferez|verbind\w+|pas\w+me|conect\w+me|comuni\w+me)(?: \w+){0,6} (?:receptionist|reception|front desk|accueil|recepcion|rezeption|support|soporte|gerant|chef|patron|supervisor|dueno|gerente)\b"
    r"| (?:real|actual|vrai|richtiger?|echter?) (?:employee|employe|mitarbeiter|mensch|human)\b| empleado de verdad\b|^ (?:servicio|atencion) (?:al cliente|humana)(?: por favor)* $"
    r"| (?:veux|voudrais|quiero|necesito|will|mochte|brauche|want|need)(?: \w+){0,4} (?:responsable|encargado|gerente|verantwortlichen|chef|vorgesetzten|ansprechpartner|filialleiter|supervisor|gerant|patron|dueno|inhaber)\b(?! (?:de|of|von) )"
    r"| (?:bots?|robots?|roboter|computers?|ordinateur|computadora|machine|maquina|maschine|automaten)\b.{0,40} (?:human|humain|humano|mensch|menschen|person|persona|personne|someone|alguien|jemanden)\b"
    r"|^(?: (?:por favor|bitte|svp|merci de|pouvez vous|pueden|pouvez|\|))* (?:rappelez moi|me rappeler|llamenme|me pueden llamar|me llaman|que alguien me llame|necesito que me llamen|rufen sie mich(?: bitte)?(?: zuruck| an)|ruft mich(?: bitte)?(?: zuruck| an)|bitte um ruckruf|um ruckruf|ruckruf)(?: (?:svp|por favor|bitte|gracias|merci|erbeten))* $"
    r"|(?:转接|转|接|找)(?:一下)?(?:前台|专员|坐席|负责人|真人|老板)|^ (?:请)?(?:帮我)?转接 $|(?:机器人|电脑|自动回复|自动短信).{0,12}(?:要人|找人|换人|找个人|转人|打电话|给我打)|^ (?:请|麻烦|可以|能不能)?(?:给我)?(?:回个?电话?|打个?电话给我|打电话)(?:给我)?(?:吗|吧)? $|换个?人来"
)
_HUMAN = tuple(
    zip(
        ("en", "fr", "es", "de", "zh", "any", "indirect"),
        (_HUMAN_EN, _HUMAN_FR, _HUMAN_ES, _HUMAN_DE, _HUMAN_ZH, _HUMAN_ANY, INDIRECT),
        strict=True,
    )
)
_HUMAN_TRIGGER = re.compile(
    r"human|person|agent|represent|\brep\b|operat|advis|customer|support|staff|some ?one|somebody|anyone|live |manager|supervisor|employee|bot\b|robot|machine|comput|automat|quelqu|conseil|responsable|service|vendeur|interlocut|humain|"
    r"asesor|alguien|encargad|gerente|ejecutiv|maquina|emplead|atencion|algun|mensch|mitarbeit|berater|kunden|jemand|roboter|maschine|kollegen|ansprech|transf|reception|desk|accueil|recepcion|rezeption|rappel|llam|ruf|durchstell|chef|patron|gerant|dueno|inhaber|人|客服|机器|电话|回电|转|经理|店员|员工|real one"
)
_NOT_HUMAN = re.compile(
    r" (?:dont|do not|no need to|nein ich will nicht|no quiero|je ne veux pas|ne veux pas|no necesito) (?:want to |need to |need |want )?(?:talk|speak|hablar|parler|a (?:human|person|real person))\b(?! (?:to|a|con|avec|mit) (?:un |une |una |a |this |ce |cette |el |esta )?(?:bot|robot|machine|maquina|computer))|不(?:用|要|需要)(?:转)?人工"
)
_BOT = re.compile(
    r"\b(?:bot|bots|robots?|chatbot|machine|automated|automatic|auto (?:responses?|replies|reply)|canned|menu|menus|maquina|roboter|maschine|automate|automatique\w*|automatic[oa]s?|automatische\w*|"
    r"standardantworten|toutes faites|preguntas|computer|computadora|ordinateur)\b|机器|自动|菜单"
)
# "Stop the bot, a human please": enough of the machine, and a person is named. Both in one text, in whatever order.
_AGAINST = re.compile(
    r" (?:stop\w*|quit|end|cancel|enough|no more|no|not|without|dont|less|kill|off|tired|sick|hate|fed up|instead|rather|arret\w*|assez|marre|plus de|pas de?|sans|coupez|basta|par[ae]n?|detengan?|no mas|sin|"
    r"deje\w*|cansad\w*|stopp\w*|schluss|genug|kein\w*|nicht|ohne|weg|beende\w*|statt)(?= )|别|不要|停|够了|不想|不用|关掉"
)
_ANYBODY = re.compile(
    r" (?:humans?|human being|persons?|people|someone|somebody|agents?|representatives?|rep|operators?|advisors?|staff|real one|humain\w*|quelqu un|personne|conseill\w+|vendeu\w+|etre humain|operat\w+|"
    r"persona\w*|humano\w*|human[ao]|agente\w*|asesor\w*|alguien|empleado\w*|mensch\w*|mitarbeite\w*|berater\w*|jemand\w*|kundenservice|kundendienst)(?= )|真人|人工|客服|活人|店员|工作人员"
)
_ARE_YOU_A_BOT = re.compile(
    r" (?:are|r|is) (?:you|u|this|it|there)(?: (?:even|just|really|actually|talking to|a|an|the))* (?:bot|robot|machine|ai|real person|human|real human|real|chatbot|computer)\b| (?:etes vous|es tu|c est) un (?:robot|bot)\b| (?:eres|es) un (?:bot|robot)\b| (?:bist du|sind sie) ein (?:bot|roboter)\b|是(?:不是)?机器人"
)

_POLITE = r"(?:please|pls|plz|hi|hello|hey|ok|thanks|thank you|svp|stp|s il vous plait|merci|bonjour|por favor|porfa|hola|gracias|bitte|hallo|danke|请|你好|谢谢|麻烦|yes|oui|si|ja)"
_HELP = re.compile(
    rf"^(?: {_POLITE}| \|)* (?:help me|i need help|need help|need some help|i need some help|help help|help|sos|how does this work|what is this|aidez moi|aide moi|j ai besoin d aide|besoin d aide|a l aide|au secours|"
    rf"ayudame|ayudeme|ayudenme|necesito ayuda|ayuda|socorro|ich brauche hilfe|hilfe|brauche hilfe|helfen sie mir|hilf mir|(?:请)?(?:帮帮我|帮我|帮助我|我需要帮助|需要帮助|救命))(?: {_POLITE}| \|)* $"
)
_START = re.compile(
    rf"^(?: {_POLITE}| \||(?: i| ich| je| yo))* (?:(?:subscribe|resubscribe|re subscribe|re ?subscribe me|subscribe me|subscribe me again|sign me (?:back )?up again|opt me (?:back )?in|opt in|opt back in|add me back|put me back on the list|turn (?:them|messages|texts) back on|unstop|un stop|"
    r"(?:please )?(?:start|resume|restart)(?: sending)?(?: me)?(?: the| your| these)? (?:texts|messages|texting|sending|updates)(?: me)?(?: again)?|start texting me(?: again)?|i want to (?:re ?subscribe|opt back in|opt in|subscribe(?: again)?|get (?:your |the )?(?:texts|messages)(?: again)?|receive (?:your )?(?:texts|messages)(?: again)?))"
    r"|reabonnez moi|reinscrivez moi|abonnez moi|je veux me reabonner|je veux (?:a nouveau |de nouveau )?recevoir (?:vos |les )?(?:messages|sms)(?: a nouveau| de nouveau)?|reprenez les (?:messages|envois|sms)"
    r"|(?:quiero |deseo )?(?:darme|suscribirme)(?: de alta)?(?: de nuevo| otra vez)?|den?me de alta(?: de nuevo| otra vez)?|dame de alta|reactivar (?:los )?mensajes|quiero volver a recibir (?:los |sus )?mensajes|suscribirme"
    r"|wieder anmelden|meldet mich wieder an|melden sie mich wieder an|(?:ich )?(?:mochte|moechte|will) wieder (?:sms|nachrichten|infos)(?: bekommen| erhalten)?|(?:ich )?(?:mochte|moechte|will) mich wieder anmelden"
    rf"|(?:我要|我想|请|帮我)?(?:重新订阅|恢复订阅|再次订阅|订阅|恢复短信|重新接收短信|恢复接收))(?: {_POLITE}| \||(?: again| de nouveau| de nuevo| otra vez| wieder))* $"
)


def hear_wish(text: Folded) -> Wish | None:
    """HUMAN, HELP or START as a sentence; None where it is none of these."""
    sentence = text.sentence
    if (_HUMAN_TRIGGER.search(sentence) or INDIRECT_CUES.search(sentence)) and not _NOT_HUMAN.search(sentence):
        for language, pattern in _HUMAN:
            if pattern.search(sentence):
                about_bot = _BOT.search(sentence) is not None
                return Wish(command=Command.HUMAN, confidence=0.9, why=f"wish for a person, {language}", about_bot=about_bot)
        if _BOT.search(sentence) and _AGAINST.search(sentence) and _ANYBODY.search(sentence):
            return Wish(command=Command.HUMAN, confidence=0.9, why="no machine but a person", about_bot=True)
        if _ARE_YOU_A_BOT.search(sentence) and len(text.words) > 4 and text.sentence.count("|") > 0:
            return Wish(command=Command.HUMAN, confidence=0.6, why="asks whether this is a machine, among other things", about_bot=True)
    if len(text.words) > 14:
        return None
    if _START.search(sentence):
        return Wish(command=Command.START, confidence=0.9, why="wish for messages to begin again")
    if _HELP.search(sentence):
        return Wish(command=Command.HELP, confidence=0.85, why="wish for help")
    return None
