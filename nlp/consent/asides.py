# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""Texts that speak about opting out, or of stopping something else: "I texted STOP by mistake", "what happens if I unsubscribe?"

Each pattern is searched in `Folded.sentence`. They speak against every doubtful reading and against the classifier, not against a keyword.
"""

import re

from nlp.folding import Folded

_OUT = r"(?:stop|unsub\w*|opt\w* out|desabo\w+|desinscri\w+|baja|abgemeldet|abmeld\w*|abzumelden|abmelde|td)"

_STAYS = (
    # wants to stay, or to come back
    r"(?:keep|leave|add|put|stay|remain) (?:me |us |my (?:name|number) )?(?:on|in|to|onto) (?:the|your|this) (?:(?!dnc|no|block|blocked|do|opt)\w+ )?(?:list|group)",
    r"(?:sign|put|add|opt) (?:me|us) (?:back|in|up again)|(?:changed my mind|want back in)",
    r"(?:gardez|garde|laissez|laisse|mettez|ajoutez|remettez)(?: moi| nous)(?: \w+)? (?:sur|dans|a|en) (?:la|votre|une) liste|remettez moi|reinscri\w+|reabonn\w+",
    r"(?:dejenme|dejame|dejeme|mantenganme|agreguenme|ponganme|anadanme|apuntenme|apuntarme) (?:\w+ )?(?:en|a) (?:la|su) lista",
    r"(?:want|would like|like|love|id like|can i|wish) to (?:stay|be|remain|keep)(?: \w+)? (?:on|in) (?:the|your|this) (?:\w+ )?(?:list|group)|(?:veux|voudrais|aimerais|souhaite) (?:etre|rester) (?:sur|dans) (?:la|votre) liste|(?:quiero|quisiera|gustaria) (?:estar|seguir|quedarme) en (?:la|su) lista|(?:mochte|will|wurde gern|kann ich) (?:gern |gerne |bitte )?auf (?:die|eure|ihre|der|eurer|ihrer) liste|keep (?:texting|sending|messaging)(?= (?:\||$|me|the|them|us))|sigan (?:mandando|enviando|escribiendo)|continuez (?:a |de |d |m |les )+\w+|schreibt (?:gern |ruhig )?weiter",
    r"(?:leave|laissez|laisse|dejen|deje|deja|dejenme|dejeme|dejame|lass\w*)(?: (?:me|moi|mir|us|nous|uns|bitte))* (?:a|un|une|eine|ein) (?:message|mensaje|nachricht|mot|recado|msg)",
    r"(?:lasst|lassen sie|setzt|setzen sie|behaltet|behalten sie) mich (?:bitte )?(?:auf|im|in) (?:der|ihrer|eurer|die|eure|verteiler|liste)|(?:bitte )?wieder (?:anmelden|aufnehmen|eintragen)",
    # keeps the texts, gives up another channel
    r"(?:keep|but)(?: (?!stop|no|not|dont|too|quit|end)\w+){0,2} (?:sms|texts?|messages|mine)(?: (?:ok|okay|fine|please))?(?= (?:\||$))|(?:garde\w*|conserv\w*|mais)(?: \w+)? (?:les |des )?(?:sms|textos|messages)|(?:pero|manteng\w+|dejen)(?: \w+)? (?:los )?(?:sms|mensajes)(?: (?:si|esta\w*|bien))+|(?:sms|nachrichten|texte) (?:bitte )?(?:behalten|gern|gerne|reicht|reichen|ist (?:ok|okay|besser|gut))|(?:nicht|ruft nicht|bitte nicht) an\w* (?:\| )?(?:bitte )?(?:lieber |sondern )?(?:schreib\w*|hier|sms)",
    r"(?:sms|texts?|textos?|mensajes?|un sms|nachricht) (?:suffit|suffisent|is (?:fine|ok|better|enough)|c est (?:mieux|bien)|basta|mejor)|(?:que|seulement|juste|solo|just|nur) (?:des |par |un |por |per )?(?:sms|textos?|mensajes?|texts?|nachrichten)(?= (?:\||$))",
    # fewer, not none
    r"(?:fewer|less|not so many) (?:\w+ )?(?:texts?|messages|often)|moins (?:de (?:sms|messages|textos)|souvent)|menos (?:mensajes|sms|seguido)|menos frecuencia|weniger (?:sms|nachrichten)|seltener",
    # not now, not there: when and where texts are welcome
    r"(?:before|after|avant|apres|antes de las|despues de las|vor|nach|until|bis)(?: las)? (?:\d{1,2}\w*|nine|ten|noon|lunch|midi|mediodia)",
    r"(?:usa|usen|use|utilisez|prenez|nehmt|nehmen sie|nutzt) (?:this|este|ce|diese|the new|mi nuevo|mon nouveau|mein\w* neue) (?:number|one|numero|nummer)|(?:old|ancien|ancienne|viejo|vieja|anterior|alte|alten) (?:phone|number|telephone|numero|nummer|adresse|direccion|address|cell|celular|handy)|(?:phone|number|numero|nummer) (?:viejo|anterior)",
    r"(?:unsub\w*|opt\w* out|desinscription|desabonnement|baja|abmelden) (?:button|of the (?:meal|dental|insurance|gym|tour)|vote|ou|oder|or|o)|(?:anmelden|subscribe|inscription) (?:oder|or|ou)|(?:have to|need to|must) unsub\w* (?:to|before|first)|(?:lose|perds|pierdo|verliere)(?: \w+){0,4} (?:si|if|when|wenn)|(?:revenir|volver|rejoin|come back)(?: \w+)? (?:apres|after|despues|stopping)",
    r"(?:he|she|they|it) (?:unsub\w*|opted)|(?:unsubscribing|unsubscribed) from (?:all (?:the |these )?|the |my )?(?:e ?mails?|newsletters|channels?|gym)|i opt out of (?!(?:this|these|the|your|all|any|future|everything|receiving|getting|texts|messages|sms|marketing|promo\w*|communications?|it)\b)\w+|me desabonne (?:des|de tous les) (?:mails|newsletters)|melde? mich (?:grad|gerade)|estoy dando de baja de todos",
    # does not want it to end
    r"(?:veux|voudrais|souhaite) pas que (?:vous|tu) (?:arret\w+|cess\w+|stopp\w+)|(?:will|mochte) nicht dass (?:ihr|sie) (?:aufhor\w*|auf)|no quiero que (?:dejen|paren|dejes)|keep (?:the )?(?:texts|messages|them|em|it|offers|updates) coming|gerne? weiter|(?:dont|do not) want you to stop",
)

_SPOKEN_OF = (
    # said in error: the wish was never there
    rf"{_OUT}(?: \w+){{0,4}} (?:mistake|accident|accidentally|error|erreur|accident|megarde|querer|accidente|versehen|versehentlich|ruckgangig)",
    rf"(?:accidentally|mistakenly|by (?:accident|mistake)|par (?:erreur|accident|megarde)|por (?:error|accidente)|aus versehen|versehentlich)(?: \w+){{0,4}} {_OUT}",
    # asks what would follow
    rf"(?:what happens|what does|does|is it free|would i|will i|if i|without|why did|que se passe t il|si je|si j|sans|est ce gratuit|a quoi sert|que pasa si|si me|es gratis|sin|para que sirve|was passiert|wenn ich|ohne|was bringt|ist(?= stop))(?: (?!how\b|make\b|get\b|part\b|mot\b)\w+){{0,4}} {_OUT}(?! (?:texting|messag\w+|sending))",
    # nearly said
    r"(?:was|were) (?:going|about|planning) to (?:say |send |text |write |reply |hit )?(?:stop|unsub\w*|opt out)|nearly (?:said |sent |hit )?(?:stop|unsub\w*)|(?:allais|failli)(?: (?:dire|envoyer|ecrire|me|repondre))* (?:stop|desabo\w+|desinscri\w+)|(?:iba a|estuve por|casi)(?: (?:decir|mandar|poner|escribir|pongo|mando|digo|me))* (?:stop|basta|baja|doy de baja)|wollte (?:schon|fast)(?: (?:mich|fast))* (?:stop|stopp|abmelden)",
    # an answering machine, and a link, page or button
    r"(?:messages?|msgs?|nachricht\w*|mensajes?|voicemails?|sms)(?: \w+){0,2} (?:on|in|at|sur|dans|auf|en) (?:(?:the|my|your|our|le|la|ma|mon|dem|der|meine[mr]|el|mi|votre|deinem|ihrem|eurem) )?(?:\w+ )?(?:machine|voicemail|voice mail|answerphone|repondeur|boite\w*|messagerie|ab|anrufbeantworter|mailbox|band|contestador\w*|buzon)|(?:did you|have you|vous avez|avez vous|c etait vous|haben sie|hatten sie|hast du|waren sie|me) (?:call|called|phone|ring|appele|angerufen|llamo|llamaron)",
    r"(?:unsubscribe|opt ?out) (?:link|button|page|option|form|url|feature|process|function|instructions)|(?:lien|bouton|page|option|formulaire) (?:de |d |pour se )?(?:desabo\w+|desinscri\w+)|(?:enlace|link|boton|opcion|pagina) (?:de|para)(?: la| darse de)? (?:baja|desuscri\w+|cancelar\w*)|(?:abmelde|abbestell) ?(?:link|button|seite|knopf|formular)",
    # messages that do not come any more
    r"(?:i|we|havent|have not|not)(?: \w+)? (?:didnt|did not|dont|do not|havent|never|stopped|no longer) (?:get|got|gotten|getting|receive|received|receiving|had) (?:any|a|an|the|your|my|code|messages?|texts?)",
    r"(?:why|when) (?:did|have|has|do) (?:the |my |your )?(?:messages|texts|updates|reminders|alerts) stop\w*|(?:messages|texts|updates|reminders) (?:have |just |suddenly )?stopped",
    r"(?:recois|recoit|recu|arrivent) (?:plus|pas|rien|aucun)|pas (?:recu|eu de)|(?:deje|dejaron) de (?:recibir|llegar)|(?:no|ya no) (?:me )?(?:llega\w*|recib[io]\w*)(?= )(?<!recibir)|(?:bekomme|erhalte|kriege|kommen) (?:\w+ ){0,3}(?:keine|nichts|nicht)",
    # said of, or to, somebody else
    r"(?:tell|ask|make) (?:him|her|them|dad|mum|mom|my \w+) (?:to )?(?:stop|quit|not)|(?:dis|dites) (?:lui|leur|a \w+) (?:d|de)|(?:dile|diles|digale) que|sag(?:t)? (?:ihm|ihr|\w+) (?:er|sie|dass) ",
    r"(?:unsub\w*|unfollow\w*|desabo\w+(?: toi| moi)?|suscri\w+|abgemeldet|abbestellt)(?: \w+)? (?:from|de|of|von|bei) (?:his|her|their|netflix|spotify|youtube|tiktok|sa chaine|son|ses|su canal|seinem|ihrem)|(?:netflix|spotify|youtube)(?= )",
    r"(?:his|her|my (?:wife|husband|mother|father|son|daughter|ex|old)s?) (?:number|phone|address)(?: \w+)* (?:keep|leave) mine",
    r"(?:dont|do not|ne|n|no|nicht)(?: \w+){0,3} (?:my|ma|mon|mi|meine|meinen) (?:wife|husband|mother|son|daughter|boss|femme|mari|mere|fils|fille|patron|esposa|esposo|mujer|marido|hijo|hija|madre|jefe|frau|mann|mutter|sohn|tochter|chef)(?: (?:but|mais|sino|sondern|\|))* (?:contact|text|call|message|contactez|appelez|ecrivez|contactenme|escribanme|llamenme|contacte|schreiben|schreibt|mich)(?= )",
    # another list, another matter
    r"ne (?:veux|souhaite|voulais|compte)(?: surtout)? pas (?:me |nous )?(?:desinscri\w+|desabo\w+|arret\w+)|(?:veux|souhaite) pas me (?:desinscri\w+|desabo\w+)",
    r"(?:dont|do not|never|pls dont) (?:want to be (?:removed|taken off|unsubscribed|deleted)|(?:take|remove|delete|drop) (?:me|us)\b)|(?:but|decided|glad) (?:\w+ )?(?:not|no|didnt)(?: \w+)? ?(?:unsub\w*)?(?= (?:\||$))",
    r"n[e ] ?(?:me |nous )(?:retir\w+|desinscri\w+|supprim\w+|desabo\w+|enlev\w+) (?:pas|surtout|jamais)|pas etre (?:retire|desinscrit|desabonne|supprime|enleve)\w*|(?:nehmt|nehmen sie|streicht|loscht) mich (?:bitte )?nicht|nicht (?:raus|aus) (?:der|dem|aus)|no quiero (?:cancelar|salir(?: de la lista)?|que me (?:quiten|borren|saquen|den de baja))",
    r"(?:veux|voudrais|souhaite|aimerais)(?: recevoir| avoir)? plus (?:d |de )(?:infos?|informations|details|promos?|offres|photos|renseignements)",
    # asks why nothing comes
    r"pourquoi (?:vous|tu|est ce que vous) (?:n|ne) (?!arret|cess)\w+ plus|por que (?:ya )?no (?:me )?(?:mand|envi|lleg)\w+|warum (?:\w+ ){0,4}(?:nicht mehr|keine)|seit (?:\w+ )?(?:wochen|tagen|montag|tag)(?: \w+)? (?:keine|nichts)|(?:bin ich|am i|suis je|sigo) (?:noch|still|encore|inscrit\w*|geloscht|abgemeldet|angemeldet)(?! (?:get\w*|receiv\w*|being|a recevoir))",
    r"(?:aus|von|fur) (?:der|dem|die|den) (?:schicht|reservierung|buchung|kurs|klasse|dienstagskurs)|off (?:nights|days|shifts|the (?:shift|schedule))|(?:paquetes?|colis|pakete?|packages?|parcels?|cartas|letters)(?: \w+){0,2} (?:a la|to the|an die|a l)",
    # another list, another matter
    r"cancell?ation list|(?:mail|letter|post|courrier|correo|carta|paper)(?: \w+)? \| (?:sms|texts?|mensajes)(?: \w+)? (?:ok|okay|si|fine)?|(?:courrier|correo|post|carta)(?: \w+)? (?:papier|postal)|(?:termin|appointment|cita|rendez vous)(?: \w+){0,3} (?:loschen|delete|eliminar)|(?:liste d attente|lista de espera|warteliste|wait(?:ing)? list|waitlist)(?= )",
    r"(?:m oppose a|me opongo a|object to|widerspreche|widerrufe) (?:cette|cet|esa|esta|la|el|the|that|this|der|dem|meinen|meine|den) (?:facture|factura|invoice|bill|price|charge|fee|noise|bruit|ruido|rechnung|buchung|kauf|bestellung|bussgeld|gebuhr\w*|vente|venta|precio|prix)",
    r"(?:dar|dare|dad|den) de baja (?:mi|la|el|una) (?:tarjeta|linea|internet|contrato|coche|cuenta de luz)|(?:tisch|termin|kurs|auto|zeitung|essen)(?: \w+){0,3} (?:abbestellen|abmelden)",
    r"(?:oublie\w*|olvid\w+|forgot|vergessen) (?:mon|mi|my|meine) (?:numero|number|nummer)(?: de \w+)?(?= )(?<!oubliez mon numero)(?<!olviden mi numero)",
)
_HAN_STAYS = (
    r"(?:宾客|来宾|嘉宾|候补|排班|参会)名单|(?:留|加|放)(?:在|到|入|回)名单|加回|(?:不要|别)把我(?!的)|(?:短信|信息|sms)(?:保留|可以|就行|就好)|(?:少发(?!点)|少一点|少发几)|"
    r"点(?:之|以)?[前后]?(?:别|不要|勿)|(?:旧|老)号|(?:不想|不要|别)(?:你们)?(?:退订|停止发)|想(?:加入|留在)名单|短信继续发"
)
_HAN = (
    r"本来(?:想|要|打算)(?:退订|取消)|差点(?:就)?退订|退订(?:的)?(?:链接|按钮|页面|选项|怎么恢复)|误(?:退|回|发|点|按|操作)|不小心|手滑|(?:按|点|发|回)错.{0,4}退|退订(?:之后|后|会|是什么|收费|积分|那个|了吗|了?还能)|(?:回复?|发)(?:td|退订)(?:会|收费|要钱)|"
    r"(?:联系|找|打给)我(?:的|妈|爸|老婆|老公|同事)|把我(?:女儿|儿子|孩子|老婆|先生|家人)|(?:都|一直)在退订|退订邮件|退订了.{0,6}吗|为什么不(?:发|给)|点(?:之|以)?[前后]?(?:别|不要|勿)|(?:旧|老)号|(?:短信|信息|sms)(?:保留|可以|就行|就好)|(?:少发(?!点)|少一点|少发几)|(?:没|收不到|没有)(?:收到|短信|信息)|(?:他|她)(?:把|取消|退订|拉黑)|取消关注他|取关|"
    r"(?:不要|别)(?:打电话|发邮件|邮件|打)(?: \| )? ?(?:发|短信|只要)|拒[收签].{0,4}(?:快递|包裹|外卖|订单)|(?:候位|排队|等位)名单|(?:不想|不要|别)(?:你们)?(?:退订|停止发)|撤销.{0,3}退订"
)


def _any_of(patterns: tuple[str, ...], han: str) -> re.Pattern[str]:
    return re.compile("|".join(rf"(?: (?:{pattern})(?= |$|\b))" for pattern in patterns) + f"|{han}")


_ASIDE = _any_of(_SPOKEN_OF + _STAYS, f"{_HAN}|{_HAN_STAYS}")
_STAY = _any_of(_STAYS, _HAN_STAYS)


def wants_to_stay(text: Folded) -> bool:
    """Whether the text asks for messages: to stay, to have fewer, at other hours, on another number. That holds for all that it says."""
    return _STAY.search(text.sentence) is not None


def is_aside(text: Folded) -> bool:
    """Whether the text speaks about opting out, or of something else that ends, and asks for neither silence nor less than it has."""
    return _ASIDE.search(text.sentence) is not None
