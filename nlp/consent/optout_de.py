# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""German opt-outs. The folded text has no umlauts ("hoeren" and "hören" are both written in patterns)."""

from nlp.consent.optout_grammar import Grammar, Words

_WORDS = Words(
    {
        "end": r"(?= \| | $|(?: (?:bitte|danke|mehr|jetzt|sofort|endlich|umgehend|und|ich|das|auf|an|ab sofort|gar|kunftig|in zukunft|nie|wieder|es|pls|please|vielen)(?= )))",
        "thing": r"sms|smsen|nachrichten|nachricht|textnachrichten|werbung|werbe \w+|werbesms|werbenachrichten|mails?|e ?mails?|anrufe|infos?|informationen|angebote|newsletter|mitteilungen|spam|"
        r"benachrichtigungen|messages|meldungen|promos|reklame|texte|kontakt|zeug|mull|muell|scheiss|kram|post|aktionen|erinnerungen|kontaktaufnahme",
        "which": r"(?: (?:keine|kein|keinen|keinerlei|mehr|weitere|weiteren|diese|dieser|dieses|diesen|die|der|den|das|ihre|ihrer|eure|eurer|deine|deiner|von ihnen|von euch|mit|von|solche|irgendwelche|staendig|standig|blod\w+|nervig\w+|mir|uns|so|viele|so viele)){0,5}",
        "write": r"schreib\w*|schick\w*|send\w*|kontaktier\w*|anruf\w*|anschreib\w*|belastig\w*|belaestig\w*|nerv\w*|stor(?!n)\w*|stoer\w*|melden|meldet|melde|zuspam\w*|spam\w*|ruf\w*|text\w*|zusend\w*|zuschick\w*|bombardier\w*|simsen|behellig\w*|verschon\w*",
        "take": r"losch\w*|loesch\w*|entfern\w*|streich\w*|nehm\w*|nimm|tragt?|tragen|austrag\w*|schmeiss\w*|werft",
    }
)
_FILLERS = r"bitte|danke|jetzt|sofort|endlich|mal|hallo|hi|ok|okay|nein|ja|alles|das|damit|umgehend|doch|einfach|und|ich|mochte|moechte|will|mich|mir|schon|gesagt|habe|leute|vielen dank|spam|werbung|sms|wieder|guten tag|es|please|pls|uns"

GERMAN = Grammar(
    language="de",
    trigger=_WORDS.pattern(
        r"stop|\bkein|nicht|nichts|\bnie|abmeld|meld\w* (?:\w+ )?(?:mich|uns)|abbestell|bestell\w* .{0,40}\bab\b|austrag|trag\w* (?:mich|uns)|hor|hoer|\bauf\b|ruhe|frieden|losch|loesch|entfern|streich|verteiler|liste|genug|reicht|schluss|widerruf|"
        r"widersprech|widersprich|verpiss|hau|spam|belastig|belaestig|anzeig|blockier|falsche|verschon|unterlass|einstell|kundig|kuendig|verzicht|nimm|nehm|untersag|einwillig|\blos\b|\braus|zustimm|stell|ende|weg\b|zuruck|ziehe|kein"
    ),
    first=_WORDS.named(
        consent_withdrawn=r" (?:widerruf\w*|zuruckzieh\w*|ziehe|entziehe)(?: \w+){0,4} (?:einwilligung|zustimmung|erlaubnis|einverstandnis)\b| (?:widerspreche(?! (?:der|dem|die|ihrer) (?:rechnung|bussgeld|buchung|mahnung|gebuhr\w*|mieterhohung|erhohung))|widerspruch gegen(?! (?:die|den|das) (?:rechnung|bescheid|bussgeld|mahnung))|lege widerspruch|einwilligung (?:widerruf\w+|zuruck\w*))\b| hiermit widerrufe ich\b",
        told_to_stop=r" (?:gesagt|bat|gebeten)(?: \w+){0,4} (?:aufhor\w*|aufhoer\w*|nicht mehr (?:schreiben|schicken))\b",
    ),
    neutral=_WORDS.any_of(
        r" (?:nicht|nie|ohne mich|keinesfalls|kein) (?:\w+ )?(?:abmeld\w*|abbestell\w*|austrag\w*|losch\w*|loesch\w*|stopp\w*|aufhor\w*|aufhoer\w*|streich\w*|entfern\w*)\b",
        r" (?:meld\w*|trag\w*|losch\w*|streich\w*|bestell\w*) (?:\w+ ){0,3}nicht (?:ab|aus|von|mehr ab)\b",
        r" (?:horen|hoeren|hort|hor) (?:\w+ ){0,4}nicht auf\b",
        r" (?:wenn|bevor|falls|ob) ich (?:mich )?(?:\w+ )?(?:abmeld\w*|abbestell\w*|austrag\w*|losch\w*)\b",
        r"(?:^|\|) (?:ich |hab |habe |noch |bisher |leider |gar )*(?:keine|kein)<which> (?:<thing>) (?:bekommen|erhalten|gekriegt|da|angekommen|gesehen)\b",
        r" das reicht (?:\| )?(?:danke|fur|vollig|schon|aus|locker|voll)\b",
        r" (?:nicht nur|noch nicht|nichts fur ungut|gar nicht schlecht|nicht schlecht|keine (?:ahnung|zeit|lust(?! (?:mehr )?auf)|sorge|frage|eile|panik|angst|antwort))\b",
        r" (?:bekomme|bekam|kriege|habe|hab(?! euch gesagt| doch gesagt)|erhalte|kommen|kommt|kam|kamen|gibt|gab|sehe|fand|war|waren|erhielt)(?: (?!gesagt|geschrieben|gebeten)\w+){0,2} (?:keine|kein)<which> (?:<thing>)\b",
    ),
    stops=_WORDS.named(
        out_of_the_list=r" (?:aus|von) (?:dem|der|ihrem|eurem|eurer|ihrer|diesem|dieser|allen|euren|ihren|deiner|deinem) (?:verteilern?|listen?|sms liste|kartei|datenbank|newsletter|datei|adressliste)\b(?! (?:steht|stehen|ware|kommt))",
        get_rid_of=r" (?:werde|werd|bekomme|kriege|wie|mochte|moechte|will)(?: \w+){0,3}<which> (?:<thing>) (?:los|loswerden|abschalten|abstellen|nicht mehr)\b",
        stop_with=r" (?:hor|hoer|hort|hoert|horen|hoeren)(?: (?:sie|ihr|bitte|endlich|doch|mal|jetzt|sofort))* mit<which> (?:<thing>|belastigung|belaestigung|spammerei|dem (?:schreiben|spammen|schicken)) auf\b",
        do_without=r" (?:verzichte|verzichten wir|danke fur)(?: \w+)? auf<which> (?:<thing>)\b",
        cease_it=r" (?:stell\w*|schalt\w*)(?: (?:sie|ihr|bitte|sofort|endlich))*<which> (?:<thing>)(?: \w+){0,2} (?:ein|ab|aus)\b",
        cease_this=r"(?:^|\|) (?:bitte |sofort )*(?:stell\w*|lass\w*) (?:sie |ihr |bitte |sofort |endlich )*(?:das|dies|es)(?: \w+){0,2} (?:ein|sein|bleiben)(?: (?:bitte|jetzt|sofort))* (?:\||$)",
        spare_me=r" verschon\w*(?: (?:sie|ihr|mich|uns|bitte))+(?: mit| kunftig| $| \|)",
        enough_of=r" (?:reicht|reichts|genug|satt|leid|schluss)(?: (?:es|mir|jetzt|ich|habe|mit|von|das))*<which> (?:<thing>)\b",
        i_am_out=r"(?:^|\|) (?:ich )?(?:bin|will|mochte|moechte) (?:hier |da )?raus(?: (?:bitte|jetzt))? (?:\||$)",
        consent_back=r" (?:ziehe|nehme|widerrufe)(?: \w+){0,3} (?:zustimmung|einwilligung|erlaubnis|einverstandnis)\b",
        unsubscribe=r" (?:abmelden|abbestellen|austragen|abmeldung|abbestellung|deabonnieren|deabonnier\w*|abonnement beenden|sms beenden)\b(?! (?:des kurses|vom kurs|fur den kurs))(?=.{0,60} (?:\||$))",
        sign_me_off=r" (?:meld\w*|trag\w*|bestell\w*|nimm|nehm\w*|streich\w*|schmeiss\w*|losch\w*|loesch\w*|entfern\w*|werft) (?:sie |ihr |bitte |doch |endlich )*(?:mich|uns|meine nummer|diese nummer|meinen namen|meine handynummer|meine telefonnummer|meine mobilnummer|meine kontaktdaten|mich bitte)(?: (?:bitte|sofort|endlich|umgehend|doch|hiermit))*(?: (?:ab|aus|raus|heraus|von|aus der|vom|aus dem|von der|aus ihrem|aus eurem|aus ihrer|aus eurer)\b|<end>)(?! (?:kurs|termin|warteliste))",
        take_me_off=r" (?:mich|uns|meine nummer|diese nummer|meine handynummer|meinen namen|meine telefonnummer|meine kontaktdaten)(?: (?:bitte|sofort|umgehend|endlich))*(?: (?:aus|von|vom)(?: \w+){1,3})? (?:losch\w*|loesch\w*|entfern\w*|streich\w*|austrag\w*|rausnehm\w*|abmeld\w*|herausnehm\w*|nehmen|genommen werden|geloscht werden)\b",
        no_more_messages=r" (?:keine|kein|keinen|keinerlei|nie wieder|nie mehr|weder)<which> (?:<thing>)\b(?=(?: (?:mehr|bitte|danke|erhalten|bekommen|haben|kriegen|empfangen|senden|schicken|zusenden|zuschicken|von (?:ihnen|euch|dir)|an (?:mich|diese|meine)|und|ich|sonst|auf|wunsche?|oder|zu|nummer|handy|ab sofort|kunftig|jetzt|sofort|lesen|wollen|mir|dieses|diese|mein|a)\b.*)? (?:\||$)| \|)",
        do_not_send=r" (?:schick\w*|send\w*|schreib\w*)(?: (?:sie|ihr|du|bitte|mir|uns|an|diese|nummer|jetzt|endlich|doch|einfach))* (?:nichts|keine|nicht|nie|bloss nichts)(?: (?:weiter\w*|<thing>|wieder))* ?(?:mehr|wieder|weiter)\b(?! (?:ohne|vor|bis))",
        do_not_write=r" (?:schreib\w*|kontaktier\w*|ruf\w*|belastig\w*|belaestig\w*|nerv\w*|stor(?!n)\w*|stoer\w*|text\w*|spam\w*|simst)(?: (?:sie|ihr|du|bitte|endlich))* (?:mich|mir|uns)(?: (?:bitte|ja|hier|einfach|doch))* (?:nicht(?: mehr| langer| wieder| weiter)?|nie(?: mehr| wieder)?)(?: (?:an|zu|voll))?<end>",
        not_any_more=r" (?:nicht|nie)(?: (?:mehr|langer|wieder|weiter))+ (?:\w+ )?(?:anschreib\w*|schreib\w*|kontaktier\w*|kontaktiert werden|angeschrieben werden|anruf\w*|angerufen werden|belastig\w*|belaestig\w*|stor(?!n)\w*|behelligt?|melden|zusenden|zuschicken|schicken|senden)\b",
        want_nothing_more=r" (?:mochte|moechte|will|wollen|wunsche|wuensche|brauche|mochten|willige|erlaube)(?: (?:ich|wir|ab|sofort|bitte|von|ihnen|euch|in|zukunft|auch|absolut|gar|uberhaupt|hier|eigentlich))*(?:(?: (?:nichts|nix|nie|nicht)(?: (?:mehr|wieder|langer|weiter))+(?: (?:von (?:ihnen|euch|dir|dem)|horen|hoeren|bekommen|erhalten|lesen|kontaktiert|angeschrieben|belastigt|haben|hier|mit|wissen|empfangen|zugeschickt))+)|(?: (?:keine|keinen|kein|keinerlei))<which> (?:<thing>))\b",
        stop_it=r" (?:hor|hoer|horen|hoeren|hort|hoert)(?: (?:sie|ihr|bitte|endlich|doch|mal|jetzt|sofort|einfach|damit))* auf(?: (?:bitte|mir|mich|uns|damit|zu|jetzt|endlich|sofort|mit))*(?: (?:<write>|<thing>|\w+ zu (?:schreiben|schicken|senden|nerven|belastigen)|(?:der|dem|den|diesen|dieser|euren|ihren|deinen|eurer|ihrer) (?:<thing>))|<end>)",
        should_stop=r" (?:soll|sollen|muss|mussen|muessen)(?: \w+){0,3} (?:aufhor\w*|aufhoer\w*|eingestellt werden)\b",
        stop_the_messages=r" (?:stop|stopp|stoppt|stoppen|stoppe|schluss|genug|ende|beenden|unterlass\w*|einstell\w*|stellen sie|stellt|verzichten sie auf|unterlassen sie|beenden sie|beendet)(?: (?:sie|bitte|mit|von|sofort|es|auf))*<which> (?:<thing>)\b",
        leave_me_alone=r" (?:lass\w*|lasst)(?: (?:sie|ihr|mich|uns|doch|bitte|endlich|einfach|mal|jetzt))* (?:in (?:ruhe|frieden)|zufrieden|inruhe)\b",
        enough=r"(?:^|\|) (?:jetzt |so |mir |nun |ok )*(?:es reicht|das reicht|reicht|reicht jetzt|reichts|reicht s|schluss damit|schluss jetzt|schluss|genug jetzt|ich habe genug|hab genug|aufhoren|aufhoeren|lasst das|lass das|lassen sie das|unterlassen sie das|ruhe jetzt)(?: (?:jetzt|bitte|damit|mir|endlich|langsam|mit .*|von .*))* (?:\||$)",
        go_away=r"(?:^|\|) (?:verpiss dich|verpisst euch|hau ab|haut ab|zieht leine|verschwinde\w*|leck mich|fahr zur holle)(?: (?:jetzt|bitte|bot|ihr|endlich))* (?:\||$)",
        forbid=r" (?:untersage|verbiete|verbitte)(?: \w+){0,6} (?:<thing>|<write>|kontakt\w*|zusendung)\b",
    ),
    maybes=_WORDS.named(
        spam=r"(?:^|\|) (?:das |dies )?(?:ist |sind )?(?:doch |nur |alles )?(?:spam|belastigung|belaestigung|betrug|abzocke)\b",
        will_report=r" (?:anzeige|anzeigen|blockier\w*|bundesnetzagentur|anwalt|melde sie|melde euch|verbraucherzentrale)\b",
        wrong_number=r" (?:falsche nummer|nummer ist falsch|falsche person|falschen erwischt|verwahlt|verwaehlt|bin nicht (?:der|die) richtige)\b",
        cancel_subscription=r" (?:kundig\w*|kuendig\w*|beende\w*) (?:ich |hiermit |bitte |sie )*(?:mein|das|meine|die|den) (?:abo|abonnement|mitgliedschaft|konto|vertrag)\b| (?:abo|mitgliedschaft|konto) (?:bitte )?(?:kundigen|kuendigen|beenden|loschen)\b",
        not_signed_up=r" (?:nie|nicht) (?:\w+ )?(?:angemeldet|abonniert|bestellt|zugestimmt|eingewilligt)\b",
        no_more_interest=r" (?:kein(?:erlei)? interesse mehr|nicht mehr interessiert|will nicht mehr|mochte nicht mehr|moechte nicht mehr)(?: (?:danke|bitte|mitmachen|teilnehmen))* (?:\||$)",
        how_did_you_get=r" (?:woher|wie)(?: \w+){0,3} meine (?:nummer|handynummer|telefonnummer|daten)\b",
        data=r" (?:losch\w*|loesch\w*)(?: \w+){0,3} (?:meine daten|mein konto|mein profil)\b| meine daten (?:bitte )?(?:loschen|loeschen)\b",
    ),
    bare=_WORDS.pattern(
        rf"(?:^|\|)(?: (?:{_FILLERS}|\|))* (?:stop|stopp|abmelden|austragen|abbestellen|aufhoren|aufhoeren|schluss|genug|ruhe|loschen|stoppen|beenden|ende)(?: (?:{_FILLERS}|\||stop|stopp|schluss))* $"
    ),
    maybe_bare=_WORDS.pattern(rf"^(?: (?:{_FILLERS}|\|))* (?:kundigen|kuendigen|kundigung|abbrechen)(?: (?:{_FILLERS}|\|))* $"),
    prefers=_WORDS.pattern(
        r" (?:lieber|sondern|stattdessen|besser|nur) (?:per |ein\w* |auf |anrufen|schreiben|mail|sms|whatsapp)| (?:ruf|rufen sie|schreib|schreiben sie) (?:mir|mich) (?:lieber|stattdessen|an|eine|per)\b"
    ),
)
