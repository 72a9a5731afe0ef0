# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""What a text is about where a person should know of it: a wrong number, a complaint, a threat of law, abuse, a machine's reply."""

import re
from functools import lru_cache

from nlp.consent.automatic import is_automatic
from nlp.consent.topic_frames import ABUSE_FRAMES, COMPLAINT_FRAMES, LAW_FRAMES, WRONG_FRAMES, names_another
from nlp.folding import Folded
from nlp.types import Topic


def _any(spaced: str, han: str) -> re.Pattern[str]:
    return re.compile(rf" (?:{spaced})(?= |$)|(?:{han})")


_LAW = _any(
    r"(?:\w+ )?(?:lawyers?|attorneys?|solicitors?|legal (?:action|team|counsel|department|proceedings)|lawsuit|class action|small claims(?: court)?|tcpa|gdpr|ombudsman)"
    r"|(?:ill|i will|gonna|going to|we will|well|can|could|will|to) sue(?: \w+)?|suing (?:you|u|your)|sue (?:you|u|your \w+)|take (?:you|this|u) to court|see you in court|(?:in|to) (?:a )?court"
    r"|(?:report|reporting|reported|complain|complaint|complaining)(?: \w+){0,4} (?:fcc|ftc|bbb|ico|authorities|police|attorney general|better business bureau|trading standards|regulator|cnil|dgccrf|profeco)"
    r"|(?:avocats?|mon avocate|action en justice|poursuites?(?: judiciaires)?|poursuivre en justice|porter plainte|porterai plainte|depose(?:r|rai)? (?:une )?plainte|plainte (?:a|aupres de) la (?:cnil|police)|tribunal|cnil|dgccrf|mise en demeure|signal conso)"
    r"|(?:abogad[oa]s?|demandar(?:e|los|lo|te|les|emos)?|voy a demandar\w*|accion(?:es)? legal(?:es)?|tribunales|juzgado|profeco|denuncia(?:r|re|rlos|rles|rte)?|los denuncio|proteccion de datos|oficina del consumidor)"
    r"|(?:(?:rechts)?anwalt|(?:rechts)?anwaltin|anwalte|meinem anwalt|verklage|verklagen|anzeige|anzeigen|vor gericht|abmahnung|abmahnen|rechtliche schritte|verbraucherschutz\w*|verbraucherzentrale|datenschutzbehorde|dsgvo|bundesnetzagentur)",
    r"律师|起诉|法院|法庭|打官司|告你们|告你|告到|法律责任|法律途径|走法律|报警|工信部|12315|12321|消协|消费者协会|消费者委员会|工商局",
)
_NOT_LAW = _any(
    r"(?:i am|im|am|as|my (?:brother|sister|wife|husband|friend|dad|mum|mom|son|daughter) is|works? as|become|being|a good|looking for|need|know|speak to|see|with|meeting) (?:a |an |my |the )?(?:\w+ )?(?:lawyer|attorney|solicitor)(?: (?:to|for|by|i|here|about))?"
    r"|see you in court \d+|food court|tennis court|basketball court|court (?:shoes|yard)|in court (?:today|tomorrow|all|until|till|at)|kleinanzeigen?|werbeanzeigen?|anzeige (?:in|gesehen|auf)|dress lawyer",
    r"$^",
)
_WRONG = _any(
    r"(?:(?:the |a )?(?:wrong|incorrect) (?:number|person|nmbr|num|no|phone|contact|guy|one|recipient|cell)(?! (?:of|size|in))|not (?:the )?(?:right|correct) (?:number|person)|isnt (?:the )?right (?:number|person))"
    r"|(?:this|it)(?: \w+)? (?:isnt|is not|aint|not)(?: \w+)?(?: (?:his|her|their|s))? (?:phone|number|cell)(?: (?:anymore|any more|any longer|now))?(?= (?:\||$))|(?:i am|im) not (?:her|him|that person|the person (?:you|u)\b.*)|(?:no one|nobody|no \w+) (?:by|with|of) (?:that|this) name|there is no(?:body| one)? \w+ (?:here|at this number)"
    r"|(?:dont|do not) (?:even )?know (?:any|a|an|this|who) [a-z]+(?= (?:\||$))|(?:dont|do not) (?:even )?know (?:anyone|anybody|who)(?: \w+)? (?:named|called|by (?:that|the) name)|(?:this )?(?:number|phone) (?:has )?(?:changed|belongs to (?:someone|somebody|another))\b.*|new owner of this (?:number|phone)|mistaken identity|who is (?:this|that) for|you(?: \w+)? (?:texted|messaged|called|got|have|reached|contacted) the wrong \w+"
    r"|(?:mauvais|faux|pas le bon) (?:numero|destinataire|correspondant|contact)|(?:erreur|trompe\w*|tromper) (?:de|du) (?:numero|destinataire|personne)|mauvaise personne|pas la bonne personne|(?:je ne |je )?(?:suis|est) pas (?:la bonne personne|madame \w+|monsieur \w+)|(?:ce )?n est pas (?:le|son) numero (?:de \w+)?|vous (?:vous )?(?:etes|faites) (?:tromp\w+|erreur)(?: \w+){0,3}|je ne connais (?:pas|personne)(?: \w+){0,2} (?:de ce nom|qui s appelle).*"
    r"|(?:numero|telefono|persona|contacto) (?:equivocad[oa]|incorrect[oa]|erron?e[oa])|equivocad[oa] de (?:numero|persona)|se (?:ha |han )?equivoc\w+(?: \w+){0,2} (?:numero|persona)|no soy (?:esa persona|la persona|quien busca\w*)|(?:este )?no es (?:el|su) (?:numero|telefono) de.*|no conozco a (?:nadie|ningun\w*|ese|esa).*"
    r"|(?:falsche|verkehrte) (?:nummer|person|telefonnummer)|falsch (?:verbunden|verwahlt)|verwahlt|falscher (?:empfanger|ansprechpartner|kontakt)|(?:das )?ist nicht (?:die|seine|ihre) nummer.*|ich bin nicht (?:die|der) (?:richtige|frau|herr|person).*|kenne (?:keinen|keine|niemanden)(?: \w+)? (?:mit|namens|der so|die so).*",
    r"[打发找搞弄认]错(?:号码?|人|电话|手机)?了?(?:吧|号|人)?|号码(?:错|不对)|错(?:误的)?号码|不是(?:这个号|他的号|她的号|本人|你要?找的)|你找谁|没有这个人|不认识(?:这个人|你们?说的)|换号了|这号(?:不是|已经)|我不是(?:他|她|你说的|先生|女士)",
)
_NOT_WRONG = _any(
    r"(?:did|is|was|if)(?: \w+)? (?:i|this|it|we)(?: \w+){0,3} (?:the )?wrong number|gave (?:you|u|me|him|her) (?:the |a )?wrong number",
    r"$^",
)
_ABUSE = _any(
    r"(?:fuck|f+u+c*k+|fck|fuk|screw|f) (?:you|u|off|ya|yall|ur\w*|your \w+)|fu|stfu|gtfo|foff|(?:go )?(?:fuck|screw) (?:your|ur)sel\w+|(?:eat|piece of) shit|kiss my ass|suck (?:my|it|a)\b.*|go to hell|rot in hell|drop dead|(?:go )?(?:die|kill yourself)(?= (?:\||$))|kys|shut (?:the (?:fuck|hell) )?up"
    r"|(?:you|u|ur|youre|you are|your|fucking|stupid|damn|dumb|bloody|bunch of|such an?|what an?)(?: \w+){0,3} (?:idiots?|morons?|asshol\w+|arsehol\w+|bitch(?:es)?|bastards?|cunts?|dickheads?|pricks?|scumbags?|twats?|wankers?|retards?|imbeciles?|losers?|dipshits?|scum|motherfuck\w+|assclowns?)|(?:idiots?|morons?|assholes?|bitch|bastards?|cunts?|wankers?|dickheads?|motherfuck\w+|scumbags?)(?= (?:\||$))"
    r"|(?:connards?|connasse|salopes?|salauds?|encules?|fdp|fils de pute|ntm|nique (?:ta|vos)\b.*|vas? te faire\b.*|allez vous faire\b.*|va chier|allez chier|ta gueule|vos gueules|ferme la|bande de\b.*|abruti\w*|trous? du cul|batards?|pauvres? cons?|gros con|espece d\b.*|bouffons?)"
    r"|(?:hij[oa]s? de (?:puta|perra)|hdp|pendej[oa]s?|cabron(?:es)?|put[oa]s?(?! ama)|gilipollas|imbeciles?|chinga\w*(?: \w+)?|vete (?:a la (?:mierda|verga|chingada)|al (?:diablo|carajo|infierno))|vayanse (?:a la|al)\b.*|mierda de empresa|malditos?(?: \w+)?|idiotas?|estupid[oa]s|que te (?:jodan|den)|jodete|come mierda|callate(?: la boca)?)"
    r"|(?:arschl\w+|wichser|hurens\w+|fick(?:t)? (?:dich|euch)|verpiss\w*(?: \w+)?|leck(?:t)? mich(?: am arsch)?|fotze\w*|missgeburt\w*|drecks\w+|scheiss (?:verein|laden|firma)|halt(?:et)? (?:die|dein\w*|eure) (?:fresse|klappe|maul|schnauze)|spasten?|vollidiot\w*|idioten|ihr (?:deppen|penner|affen|schweine)|du (?:depp|penner|affe|schwein|idiot)|geh(?:t)? sterben)",
    r"操你|草你|艹你|日你|去你妈|你妈的|你妈逼|他妈的|妈的|傻[逼Bb比叉]|煞笔|沙比|混蛋|王八蛋|去死|滚蛋|滚开|^ 滚 |狗屎|狗东西|贱人|畜生|白痴|脑残|神经病|有病吧|垃圾公司|不要脸|死全家|闭嘴|nmsl|cnm",
)
_COMPLAINT = _any(
    r"complain(?:t|ts|ing)?|unacceptable|disgrace\w*|disgust(?:ed|ing)|appall\w+|ridiculous|outrageous|furious|(?:very |so |really |extremely |quite )?(?:disappoint\w+|dissatisfied|unhappy|frustrat\w+|upset|annoyed)(?= (?:with|by|about|at|that|in|\||$|service|experience))|(?:terrible|horrible|awful|bad|poor|worst|lousy|shocking|rude|dreadful|appalling|useless|pathetic|crap|shit|slow)(?: \w+)? (?:service|experience|staff|food|quality|customer|product|driver|waiter|waitress|cashier|company|delivery|order|meal|support|shop|store|restaurant|place|business|attitude)"
    r"|(?:want|need|demand|give|like|get|expect|owe|due)(?: \w+){0,3} (?:refund(?:ed)?|money back|compensation)|my money back|rip ?off|ripped off|scam(?:med)?|rude to me|(?:was|were|is|are|so|very|really|extremely) (?:\w+ )?(?:rude|unprofessional|undercooked|raw|stale|broken|damaged|defective|filthy|disgusting|inedible|overpriced|overcharged)"
    r"|(?:still|never|not|havent|hasnt|has not|have not|didnt|did not)(?: \w+){0,4} (?:arrived|delivered|received|shown up|show up|turned up|come yet|been refunded)|(?:waited|waiting|been waiting|wait)(?: \w+){0,4} (?:hours?|weeks|days|ages|forever|minutes)|(?:charged|billed)(?: \w+){0,2} (?:twice|double|too much|wrong\w*|extra|for nothing)|overcharged(?: \w+)?|(?:wrong|missing|incomplete|broken|damaged|faulty|cold|late)(?: \w+)? (?:order|item|items|size|product|food|delivery|parcel|package|meal|pizza|part|parts|piece)|(?:order|food|item|package|parcel|delivery|product|coffee|pizza|meal|it|everything|burger|fries|soup) (?:was|were|is|came|arrived|are|has been) (?:\w+ )?(?:wrong|missing|broken|damaged|cold|late|burnt|terrible|awful|horrible|disgusting|stale|incomplete|faulty|ruined|dirty)"
    r"|(?:doesnt|does not|didnt|did not|wont|isnt|not|stopped) (?:even |really )?work(?:ing)?(?: (?:at all|anymore|properly))?(?= (?:\||$|and|since|after|for me))|(?:nobody|no one|noone)(?: \w+){0,2} (?:answers?|answered|replied|replies|responds?|responded|helps?|helped|called me back|cares?|picks? up)|never (?:again|coming back|ordering|buying|shopping|eating)(?: \w+){0,3}|waste of (?:money|time)|let (?:me|us) down|want to speak to (?:the|a|your) manager|not (?:happy|satisfied|pleased|impressed|good enough|acceptable|ok(?:ay)?)(?= (?:with|about|at|\||$))"
    r"|(?:reclamation|mecontent\w*|insatisfait\w*|inadmissible|inacceptable|scandaleu\w+|honteu\w+|lamentable|decu\w*|deception|rembours\w+|arnaque\w*|(?:je veux|veux|voudrais) (?:me plaindre|etre rembourse\w*)|me plaindre|toujours (?:pas|rien) (?:recu|arrive|livre)\w*|(?:jamais|pas)(?: encore)? (?:recu|arrive|livre|ete livre)\w*|(?:tres |trop )?(?:mauvais|nul|horrible|affreux)(?: \w+)?(?= (?:service|accueil|experience|qualite))|(?:service|accueil|plat|produit|livraison|commande|repas|colis|nourriture)(?: \w+){0,3} (?:nul\w*|froid\w*|horrible|deplorable|catastroph\w+|casse\w*|abime\w*|incomplet\w*|en retard|mauvais\w*|execrable|degueulasse|manquant\w*)|ne (?:marche|fonctionne) (?:pas|plus)|personne ne (?:repond|m a repondu)|j attends depuis.*|c est (?:une honte|honteux|inadmissible|nul|du vol))"
    r"|(?:queja\w*|quejarme|reclam(?:o|acion|ar)|inaceptable|decepcion\w*|vergonzos\w+|una verguenza|pesim[oa]\w*|(?:muy )?(?:mal|malo|mala|horrible|terrible)(?: \w+)? (?:servicio|atencion|experiencia|comida|calidad)|(?:servicio|atencion|comida|pedido|producto|calidad)(?: \w+){0,3} (?:pesim[oa]|horrible|fri[oa]|mal[oa]?|terrible|tarde|rot[oa]|incomplet[oa]|equivocad[oa]|asqueros[oa])|(?:quiero|exijo|devuelvan\w*|devolucion de)(?: \w+){0,3} (?:dinero|reembolso)|reembolso|estafa\w*|no (?:me )?(?:ha |han )?(?:llego|llegado|llega|funciona|sirve|recibi\w*|respond\w+|contest\w+)|todavia no (?:llega|recibo)|nadie (?:me )?(?:responde|contesta|atiende|ayuda)|llevo (?:\w+ ){1,4}esperando|me cobraron (?:\w+ )*(?:dos veces|doble|de mas)|fatal)"
    r"|(?:beschwer\w+|reklam\w+|unverschamt\w*|frechheit|zumutung|inakzeptabel|unzufrieden\w*|enttausch\w+|sauerei|katastroph\w+|unfreundlich\w*|(?:sehr |so |echt |richtig )?(?:schlechte\w*|miese\w*|furchtbare\w*|schreckliche\w*|grauenhafte\w*) (?:\w+ )?(?:service|essen|qualitat|erfahrung|bedienung|beratung)|geld zuruck|erstattung|ruckerstattung|betrug|abzocke|(?:immer noch|noch immer|noch|bis heute) (?:nicht|nichts|keine?) (?:\w+ )?(?:da|angekommen|erhalten|bekommen|geliefert|antwort|lieferung)|(?:nie|nicht) (?:angekommen|geliefert)|funktioniert nicht(?: \w+)?|(?:kaputt|beschadigt|defekt)(?: \w+)?|niemand (?:antwortet|hilft|geht ran|meldet sich)|warte seit.*|nie wieder(?: \w+)?|doppelt (?:abgebucht|berechnet)|(?:essen|kaffee|pizza|suppe|lieferung|paket|bestellung)(?: \w+){0,3} (?:kalt|falsch|zu spat|unvollstandig|eklig|verspatet))",
    r"投诉|差评|退款|退钱|赔偿|太差|很差|服务差|态度差|质量差|态度(?:很|太|真|非常)?(?:差|恶劣|不好)|骗人|骗子|欺骗|不满意|很失望|太失望|失望|坏了|坏的|不能用|用不了|没收到|还没(?:收到|到|送)|没有收到|送错|发错货|少了|漏了|等了.{0,6}(?:小时|天|个月|周|分钟)|没人(?:理|回|接|管)|不(?:回复|处理|解决|退)|多收|重复扣款|扣了两次|难吃|冷的|凉了|过期|假货|垃圾|坑人|再也不(?:来|买|去)|无法接受|不能接受|太过分|气死",
)
_NO_COMPLAINT = _any(
    r"(?:no|not|never|without|cant|cannot|nothing to|dont|wont|zero|keine?|kein|ohne|sin|ningun\w*|pas de|aucune?|rien a|nada de) (?:\w+ )?(?:complain\w*|refund|problems?|issues?|disappoint\w+|quejas?|reclamation|beschwer\w+|annoyed|upset)|(?:not|wasnt|isnt|never) (?:at all )?(?:disappoint\w+|rude|late|cold|bad|terrible|horrible)|(?:ridiculous\w*|disgusting\w*|awful\w*|terrib\w*) (?:good|nice|cute|delicious|tasty|cheap|yummy)",
    r"没有?(?:什么)?(?:投诉|问题)|不(?:算|是很)?(?:差|失望|难吃)|不用退款|没失望",
)
_ORDER: tuple[tuple[Topic, tuple[re.Pattern[str], ...], re.Pattern[str] | None], ...] = (
    (Topic.LEGAL_THREAT, (_LAW, LAW_FRAMES), _NOT_LAW),
    (Topic.WRONG_NUMBER, (_WRONG, WRONG_FRAMES), _NOT_WRONG),
    (Topic.ABUSE, (_ABUSE, ABUSE_FRAMES), None),
    (Topic.COMPLAINT, (_COMPLAINT, COMPLAINT_FRAMES), _NO_COMPLAINT),
)


@lru_cache(maxsize=512)
def topic_of(text: Folded) -> Topic | None:
    """The topic that a rule hears, the gravest first; None for all the rest. A threat stands above the complaint that it comes with."""
    if is_automatic(text):
        return Topic.AUTO_REPLY
    for topic, patterns, but in _ORDER:
        sentence = but.sub(" _", text.sentence) if but else text.sentence
        if any(pattern.search(sentence) for pattern in patterns) or (topic is Topic.WRONG_NUMBER and names_another(text)):
            return topic
    return None
