# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""Spanish opt-outs, with the forms of Spain and of the Americas (tú, vos, usted, ustedes, vosotros)."""

from nlp.consent.optout_grammar import Grammar, Words

_WORDS = Words(
    {
        "end": r"(?= \| | $|(?: (?:por favor|porfa|porfavor|xfa|pls|please|gracias|ya|mas|nunca|jamas|ahora mismo|de inmediato|inmediatamente|a este|en este|por este|al|nada|y|que|es|o|ok|de nuevo|otra vez|estoy|no|me|si|para nada|urgente|de aqui)(?= )))",
        "thing": r"mensajes?|mensajitos|msjs?|msgs?|sms|textos?|correos?|mails?|e ?mails?|publicidad(?:es)?|promos?|promociones|ofertas?|llamadas|notificaciones|avisos|anuncios|spam|propaganda|"
        r"informacion|boletin(?:es)?|comunicaciones|contacto|alertas|recordatorios|whatsapps?|basura|cosas|tonterias|estupideces",
        "which": r"(?: (?:de|los|las|la|el|mas|sus|tus|su|tu|estos|estas|este|esta|esos|esas|todos|todas|ningun|ninguna|a|con|tantos|tantas|otro|otra|vuestros|vuestras|recibir|enviar|mandar|enviarme|mandarme|malditos|pinches)){0,5}",
        "write": r"escrib\w+|mand[eao]\w*|mandar\w*|envi\w+|contact\w+|llam\w+|molest\w+|texte\w+|mensaje\w+|marqu\w+|fastidi\w+|jod\w+|acos\w+|spame\w+|notifi\w+|habl\w+|hostig\w+",
        "take": r"borr\w+|elimin\w+|quit\w+|saqu\w+|saca\w*|remuev\w+|remover\w*|retir\w+|suprim\w+|tach\w+|bloque\w+",
    }
)
_FILLERS = r"por favor|porfa|porfavor|xfa|gracias|ya|hola|ok|bueno|ahora|ahora mismo|ya mismo|si|no|pues|de una vez|tio|todo|esto|con esto|de todo|please|pls|mensajes?|sms|spam|quiero|he dicho|dije|inmediatamente|senores|muchas"

SPANISH = Grammar(
    language="es",
    trigger=_WORDS.pattern(
        r"stop|\bno\b|\bbaja|desuscri|desinscri|cancel|dej[aeoé]|\bpara\b|\bpar[aeo]\w*|basta|alto|detene|detenga|detien|deten|suspend|borr|elimin|quit|saqu|\bsac|remuev|remov|retir|suprim|\bpaz\b|molest|nunca|jamas|spam|denunci|"
        r"bloque|equivocad|largue|larga|mierda|revoc|opong|ninguna?|harto|harta|suficiente|acoso|\bsal|hart|lleg|avis|tanto|autori|permis|prefier|cans"
    ),
    first=_WORDS.named(
        consent_withdrawn=r" (?:retir\w+|revoc\w+|cancel\w+)(?: \w+){0,2} (?:consentimiento|autorizacion|permiso)\b| (?:me opongo(?! (?:a (?:esa|esta|la) (?:factura|multa|venta|decision|subida)|al (?:ruido|precio|cobro)))|no consiento|no doy mi consentimiento|no les? di permiso)\b",
        told_to_stop=r" (?:dije|digo|pedi|pido|dicho|pedido) que (?:no|paren|pares|pare|dejen|dejes|me borren|me saquen|me den de baja)\b",
    ),
    neutral=_WORDS.any_of(
        r" no me (?:llega|llegan|llego|llegaron|han? llegado)\b",
        r"(?:^|\|) (?:por favor )?no (?:paren|pares|pare|dejen|dejes|se detengan)(?: (?:nunca|por favor|porfa))* (?:\||$)",
        r" (?:no|nunca|sin|tampoco) (?:\w+ ){0,3}(?:dar(?:me|nos)? de baja|desuscri\w+|desinscri\w+|cancel\w+ (?:mi|la) suscripcion|me (?:des|den|de) de baja|la baja|borr\w+|elimin\w+|dej(?:es|en|e) de|par(?:es|en|e) de|par(?:o|as|an)\b|para(?= (?:\||$))|me (?:saquen|saques|quiten|quites|borren|borres|eliminen|elimines))\b(?: (?:mandar|enviar|escribir|avisar)\w*)?",
        r" (?:dar|doy|den|des|da|dad|dare|dimos|dieron)(?: \w+)? de baja (?:a |al )?(?:la|el|mi|mis|ese|esa|este|esta|un|una|los|las) (?!(?:num\w*|suscripcion\w*|celular|telefono|movil|contacto|nombre|listas?|sms|mensajes|servicio|publicidad|promociones|registro|cel)\b)\w+\b",
        r" (?:si|cuando|antes de|aunque) (?:me )?(?:doy de baja|cancelo|dejo)\b",
        r" no (?:solo|obstante|se preocupe|hay problema|importa|pasa nada|dejes de|dejen de)\b",
        r" (?:dar de baja|baja) (?:de peso|calidad|temporada|presion|por enfermedad|medica|laboral|el precio|la)\b",
        r" (?:el|la|yo|ella|ellos|el nunca|usted|ustedes|por que|porque|si) (?:nunca|no) me (?:<write>)\b",
    ),
    stops=_WORDS.named(
        no_more_of_it=r" ya no (?:quiero|deseo|queremos) (?:recibir|saber|ver|leer)(?: (?:esto|esta|mas|nada|de ustedes|sus|nada mas|cosas))* (?:\||$)",
        leave_the_list=r" (?:salir|salirme|salgo|sacarme|retirarme|fuera) (?:ya )?de (?:esta|la|su|sus|este|tu|todas las|toda) (?:listas?|base|grupo|servicio|difusion|envios|suscripcion)\b",
        nothing_more_may_come=r" (?:que no|no quiero que|para que no|ya no quiero que|como hago para que no) (?:me|nos) (?:lleguen?|avisen?|avises|notifiquen?|busquen?|busques|contacten?)<which> ?(?:mas|nada|nunca|<thing>|avisos|promos)\b",
        never_more=r" (?:nunca|jamas|no) mas (?:me|nos) (?:<write>|avisen|avises|busquen|lleguen)\b",
        do_not_come_back=r" no (?:vuelv\w+|sig\w+|insist\w+) (?:a |con )?(?:\w+(?:me|nos|ndo)|<write>)<end>",
        fed_up=r" (?:me harte|me canse|harto|harta|estoy cansad[oa]|hartos|me tienen hart[oa]|ya estuvo(?: bueno)?|basta|suficiente|ya basta) (?:ya )?(?:de|con)<which>(?: tantos?| tantas?)? (?:<thing>)\b(?! (?:baj|mal)\w+)",
        stop_the_notices=r" (?:cancel\w+|suspend\w+|deteng\w+|paren|pare|quit\w+|desactiv\w+|apagu\w+)<which> (?:avisos|notificaciones|alertas|mensajes|sms|promociones|recordatorios|envios)\b(?! (?:de mi))",
        from_this_service=r" (?:<take>|sacar)(?:me|nos)?(?: (?:me|nos|ya|por favor))* (?:de|del) (?:este|su|el|esta|la|sus|tu) (?:servicio|lista|envios?|programa|suscripcion|base|difusion)\b",
        hear_no_more=r" (?:no|nada|nunca) (?:quiero |deseo |prefiero )?(?:saber|oir) (?:mas |nada )?(?:nada )?(?:mas )?de (?:ustedes|usted|vosotros|ti|su tienda|esta empresa)\b",
        leave_my_phone=r" (?:dej[aeo]n?|dejad) (?:mi|este) (?:telefono|celular|numero|movil) (?:en paz|tranquilo|ya)\b",
        no_permission=r" no (?:les|le|te|os|doy|di|tienen|tiene)(?: \w+)? (?:permiso|autorizacion|consentimiento|autorice)\b",
        unsubscribe=r" (?:dar(?:me|nos|se)? de baja|(?:den|de|da|des|dad|dame|denme|deme|dadme|den nos|doy)(?: (?:me|nos))? de baja|(?:quiero|solicito|deseo|pido|tramit\w+)(?: \w+){0,2} (?:la |mi )?baja|desuscri\w+|desinscri\w+|desuscrib\w+|anular (?:la|mi) suscripcion|de baja (?:por favor|ya|mi numero|este numero))\b",
        do_not_write=r" (?:no|nunca|jamas|ya no|no quiero que|no deseo que|que no)(?: (?:nunca|vuelv\w+ a|sigan?|sigas|quiero que|por favor|mas))*(?: (?:me|nos|a))+ (?:vuelv\w+ a |sigan? |sigas |est\w+ )?(?:<write>)(?: (?:a mi|a este|me))?(?: (?:mas|nunca|nunca mas|jamas|nada|nada mas|otra vez|ningun\w*|tanto))*"
        r"(?:<which> (?:<thing>)\b(?! (?:hasta|todavia|antes))|<end>)(?! (?:que (?:estoy|no puedo)))",
        never_again=r" (?:nunca|jamas) (?:mas )?(?:me|nos) (?:vuelv\w+ a )?(?:<write>)\b",
        do_not_keep=r" no (?:vuelv\w+ a|sig\w+|insist\w+|quiero que) (?:\w+ )?(?:<write>)\w*<end>",
        no_me_send_more=r" no (?:mand\w+|envi\w+|escrib\w+|llam\w+|contact\w+|molest\w+)<which> ?(?:mas|nunca|<thing>)\b(?! (?:tarde|aun|todavia|hasta))",
        stop_doing=r" (?:dej[aeo]n?|deja|dejad|dejar|dejas|dejes|paren?|para|parad|parar|parale|cesen|cese|basta|basta ya|terminen|eviten|ya estuvo|harto|harta|cansado|cansada)(?: (?:por favor|ya|porfa))* (?:de|con)(?: \w+)? (?:escribir|mandar|enviar|contactar|llamar|molestar|textear|mensajear|fastidiar|joder|acosar|hostigar|spamear)(?:me|nos)\b",
        stop_sending=r" (?:dej[aeo]n?|dejad|dejar|paren?|para|parad|parar|cesen|cese)(?: (?:por favor|ya))* de (?:mandar|enviar)(?:me|nos)?<which> (?:<thing>)\b",
        stop_bothering=r" (?:dej[aeo]n?|dejad|paren?|parad|ya) (?:\w+ )?de (?:escribir|molestar|mandar|enviar|joder|fastidiar|spamear|llamar)<end>",
        stop_the_messages=r" (?:basta|basta ya|alto|stop|paren|pare|(?:(?<=^ )|(?<=\| ))para|parad|detengan|detener|detenga|deten|suspendan|suspender|suspenda|cancelen|cancelar|cancela|cancele|no mas|ya no mas|ni un|ni una|cero|no quiero|nada de|harto|harta|cansado|cansada|quiten|no|terminen)(?: (?:con|a))?<which> (?:mensajes?|msjs?|sms|correos|publicidad|promociones|promos|llamadas|notificaciones|spam|propaganda|comunicaciones|textos|avisos)\b(?=(?: (?:por favor|porfa|gracias|a este|ya|de|mas|por|y|me|que|al)\b.*)? (?:\||$))(?! de (?:el|ella|mi))",
        no_longer_want=r" (?:no|ya no|tampoco|nunca) (?:quiero|deseo|queremos|deseamos|necesito|autorizo|acepto|permito|me interesa|solicite|quisiera|pedi|doy permiso|he pedido|requiero)(?: (?:seguir|continuar|volver a|ya|mas|que|me|nos|a|ser|recibir|recibiendo|tener|su|sus|tu|tus|saber|ver|para))*(?:<which> (?:<thing>|contactad[oa]|contactar\w*|molestad[oa])| (?:<write>)| nada de (?:ustedes|usted|vosotros|ti)| recibir (?:nada|mas))\b(?! (?:con|a mi|un|al|del|que (?:no|me ayud))\b)",
        no_more=r"(?:^|\|) (?:ya )?(?:no mas|nunca mas|ni uno mas|ya basta|basta|ya estuvo|para ya|paren ya|ya paren|paren|parad|pare ya|ya parale|ya parenle|parenle|dejen ya|suficiente|ya es suficiente|basta ya|ya no mas)(?: (?:por favor|porfa|gracias|ya|de esto|con esto|hombre|de una vez|mensajes?|y))* (?:\||$)",
        remove_me=r" (?:<take>)(?:me|nos)?(?: (?:me|nos|ya|por favor))*(?: (?:de|del) (?:\w+ ){0,3}(?:listas?|base|bases|contactos|sistema|registros?|grupo de difusion|envios|agenda|directorio|datos|aqui)\b)",
        remove_me_now=r" (?:borr[ae]n?me|elimin[ae]n?me|quit[ae]n?me|saqu?[ae]n?me|saquenme|sacame|quitenme|borrenme|eliminenme|quiteme|borreme|elimineme|borradme|sacadme)<end>",
        remove_my_number=r" (?:<take>|olvid\w+)(?: (?:ya|por favor))? (?:mi|este|mis) (?:numero|telefono|celular|movil|contacto|nombre|cel|num|datos de contacto)\b",
        leave_me_alone=r" (?:dej[aeo]n?(?:me|nos)|dejadme|dejame|dejenme|dejeme|me dejan?|me dejen|me dejas)(?: (?:ya|de una vez|por favor|tranquil[oa]|vivir|en))* (?:en paz|paz|tranquil[oa]s?|de (?:escribir|mandar|molestar|enviar|llamar)|quiet[oa])\b",
        do_not_bother=r" (?:no molest(?:ar|en|es|e|eis)|no jodan|no fastidien|no insistan)(?: (?:mas|por favor|ya|gracias))* (?:\||$)",
        go_away=r"(?:^|\|) (?:vete|vayanse|larguense|largate|vete a la mierda|vayanse a la mierda|vete al carajo|a la mierda|fuera|piérdete|pierdanse|que te den)(?: (?:ya|de aqui))* (?:\||$)",
    ),
    maybes=_WORDS.named(
        spam=r"(?:^|\|) (?:esto |este |estos )?(?:es |son |que |puro )?(?:spam|acoso|estafa|fraude)\b",
        will_report=r" (?:voy a|los|te|les|las|lo) (?:\w+ )?(?:denunci\w+|bloque\w+|report\w+|demand\w+)\b",
        wrong_number=r" (?:numero equivocado|numero incorrecto|se equivoca\w*|te equivocas\w*|equivocad[oa] de numero|no soy (?:esa|la) persona|no es mi numero)\b",
        cancel_subscription=r" (?:cancel\w+|anul\w+|termin\w+)(?: (?:ya|por favor))? (?:mi|la|esta|el) (?:suscripcion|servicio|membresia|cuenta|inscripcion)\b",
        not_signed_up=r" (?:nunca|no) (?:me )?(?:suscrib\w+|inscrib\w+|registr\w+|apunte|di mi (?:numero|telefono)|di permiso)\b",
        how_did_you_get=r" (?:como|de donde|quien)(?: \w+){0,3} (?:mi (?:numero|telefono|contacto))\b",
        no_me_interesa_mas=r" (?:ya no me interesa|no me interesa mas|no quiero (?:nada|mas|nada mas)|ya no quiero(?: nada| mas)?|no quiero saber (?:mas|nada))(?: (?:por favor|gracias|de esto))* (?:\||$)",
        insult=r"(?:^|\|) (?:callate|callense|cierra la boca|no chingues|no jodas)(?: (?:ya|bot))* (?:\||$)",
        data=r" (?:<take>) (?:todos )?(?:mis datos|mi (?:cuenta|perfil|informacion))\b",
        stop_it=r"(?:^|\|) (?:dej[ae]n?lo|parale|ya deja)(?: (?:ya|por favor))* (?:\||$)",
    ),
    bare=_WORDS.pattern(
        rf"(?:^|\|)(?: (?:{_FILLERS}|\|))* (?:stop|baja|basta|alto|paren|pare|parar|detener|detenganse|suficiente|no mas|cesen|dejar de recibir|no recibir|no recibir mas|cancelar|cancele|cancelen|terminar|fin|cancelar (?:suscripcion|mensajes)|terminar mensajes)(?: (?:{_FILLERS}|\||basta|stop|paren))* $"
    ),
    maybe_bare=_WORDS.pattern(rf"^(?: (?:{_FILLERS}|\|))* (?:cancela|eliminar|borrar|salir)(?: (?:{_FILLERS}|\|))* $"),
    prefers=_WORDS.pattern(
        r" (?:mejor|escribi?[aeo]?n?me|escribanme|escribeme|escribime|mand[ae]n?me|envi[ae]n?me|llam[ae]n?me|por (?:whatsapp|correo|mail|aqui|aca|este medio)|prefiero(?! no| que no| ya no| dejar| darme)|solo por|solamente por)\b"
    ),
)
