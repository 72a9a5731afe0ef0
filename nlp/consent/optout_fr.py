# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""French opt-outs. The folded text has no accents, and elisions are taken apart ("m'envoyez" → "m envoyez")."""

from nlp.consent.optout_grammar import Grammar, Words

_WORDS = Words(
    {
        "end": r"(?= \| | $|(?: (?:svp|stp|s il vous plait|s il te plait|merci|maintenant|immediatement|tout de suite|desormais|plus|jamais|rien|sur|a ce|par|et|je|c est|vos|ces|ce|s v p|please|car|ok|du tout|avec)(?= )))",
        "thing": r"sms|textos?|messages?|msgs?|messagerie|mails?|e mails?|emails?|courriels?|pubs?|publicites?|promos?|promotions?|offres?|notifications?|notifs?|appels?|newsletters?|alertes?|"
        r"spams?|relances?|sollicitations?|demarchage|communications?|infos?|informations|conneries|trucs|textos? publicitaires?|prospection",
        "which": r"(?: (?:aux|au|a|envois?|de|d|des|les|ces|ce|cet|cette|vos|votre|tes|ton|la|le|l|tous|toutes|tout|aucun|aucune|autres?|ni|un|une|plus|recevoir|avoir|envoyer|stupides?)){0,5}",
        "me": r"m|me|moi|nous|mon numero|ce numero",
        "write": r"envoy\w+|ecri\w+|contact\w+|appel\w+|telephon\w+|deran\w+|harcel\w+|embet\w+|importun\w+|spam\w*|sollicit\w+|relanc\w+|textot?\w+|messag\w*|adress\w+|joindre|ennuy\w+|emmerd\w+|saoul\w+|soul\w+|demarch\w+|insist\w+|notifi\w+",
        "halt": r"arret(?:ez?|er|es)?|arretons|cess(?:ez?|er)|stop|stopp(?:ez?|er)|stopez|finiss(?:ez|ons)|fini|halte|basta|suffit|plus|interromp\w+|suspend\w+|mettez fin|mettre fin|assez|marre",
        "take": r"supprim\w+|enlev\w+|retir\w+|effac\w+|ray\w+|radi\w+|ot(?:ez|er|e)|sort\w+|vir\w+|elimin\w+|desinscri\w+|oubli\w+|sors",
    }
)
_FILLERS = r"svp|stp|s il vous plait|s il te plait|merci|ok|bonjour|bonsoir|salut|maintenant|immediatement|tout de suite|non|oui|ca|tout|tous|tout ca|desole|please|enfin|la|c est|bon|de|d accord|je dis|j ai dit|je veux|je voudrais|veuillez|pub|spam|sms|messages?|s v p|allez|vous"

FRENCH = Grammar(
    language="fr",
    trigger=_WORDS.pattern(
        r"stop|arret|cess|desabo|desinscr|desincr|desins|\bplus\b|\bpas\b|rien|aucun|jamais|suffit|assez|marre|tranquille|paix|supprim|enlev|retir|effac|ray[eo]|radi|oppos|refuse|spam|harcel|bloqu|signal|plainte|"
        r"desengag|resili|lache|fous|degage|halte|\bfin\b|consentement|oubli|numero|erreur|\bsort|dessus|ras le bol|coup[eo]|desactiv|disparai|passe de|souhait|harcel|\bfini|\bvir"
    ),
    first=_WORDS.named(
        ask_for_the_end=r" (?:demande|exige|souhaite|veux|reclame|voudrais) (?:l |la )?(?:arret|fin|cessation|suppression)(?: (?:immediate?|total|totale|definitive?|definitif))? (?:de|des|d)<which> (?:<thing>)\b",
        consent_withdrawn=r" (?:retir\w+|revoqu\w+|annul\w+)(?: \w+){0,3} (?:consentement|accord|autorisation)\b",
        objects=r" (?:m oppose(?! (?:a (?:cette|cet|la) (?:facture|amende|vente|decision|hausse)|au bruit))|mon opposition|droit d opposition|droit a l oubli|m y oppose)\b",
    ),
    neutral=_WORDS.any_of(
        r" (?:ne |n |me |nous |veux |voudrais |souhaite |pas )*(?:n|ne) (?:\w+ ){0,3}(?:arret\w+|desabo\w+|desinscri\w+|supprim\w+|retir\w+|enlev\w+|cess\w+) (?:\w+ )?(?:pas|jamais|surtout pas)\b",
        r" (?:pas|sans|jamais|surtout pas|surtout ne pas|ne pas|plutot que de|veux pas|souhaite pas|voulais pas) (?:me |m |nous |d |de |l |s )*(?:desabo\w+|desinscri\w+|arret\w*|supprim\w+|stop\w*|enlev\w+|retir\w+)\b",
        r" (?:l|un|d|cet|prochain|premier|dernier|deuxieme|autre|mon|notre|en|quel|chaque|sans) (?:arret|stop)s?\b",
        r" arrets? (?:de |du )?(?:bus|tram|metro|maladie|travail|car|minute|cardiaque)\b",
        r" (?:si|quand|avant de|et si) (?:je|nous|on) (?:me |m |nous )?(?:desabo\w+|desinscri\w+|arret\w+)\b",
        r" (?:non plus|de plus|en plus|plus de \d+|plus tard|plus ou moins|au plus|rien de grave|de rien)\b",
        r" (?:j ai|il a|elle a|ils ont|on a) (?:arrete|stoppe)\b(?! (?:vos|les) (?:sms|messages))",
    ),
    stops=_WORDS.named(
        leave_the_list=r" (?:sortir|disparaitre|sors|partir|etre retire|etre enleve|ne plus figurer|ne plus etre)(?: \w+)? (?:de|du|des|dans|sur)(?: (?:votre|vos|cette|la|ces|le|ce|toutes))? (?:listes?|fichiers?|base|envois?|diffusion|repertoire|contacts)\b",
        fed_up=r" (?:par dessus la tete|ras le bol|marre|plein le dos|lasse|fatigue|assez)(?: (?:de|des|d|avec))<which> (?:<thing>)\b",
        not_one_more=r" (?:plus un seul|plus une seule|pas un seul|pas un) (?:<thing>)\b",
        switch_off=r" (?:coup\w+|desactiv\w+|interromp\w+|suspend\w+|finis?|fini)<which> (?:<thing>)\b",
        wish_not_to_be_reached=r" (?:souhait|demande|volonte|prie|tiens)(?: (?:de|a|pas|plus|ne|n|bien|bien vouloir))*(?: plus| ne plus| pas)(?: (?:a|etre|recevoir|me|m))* (?:<write>|joint|contacte|derange|recevoir)\b",
        do_without=r" (?:me passe|passerai|me passerai|me passer) de<which> (?:<thing>)\b",
        to_get_no_more=r"(?:^|\|) (?:je (?:veux|souhaite) )?ne plus (?:rien )?(?:recevoir|etre (?:contacte|derange|sollicite)\w*|avoir)\b",
        do_not_come_back=r" ne (?:revenez|reviens|revenir) (?:plus|pas|jamais)\b",
        stop_harassing=r" (?:<halt>) (?:ce|cet|le|votre|ton|vos|avec ce) (?:harcelement|spam|cirque|matraquage|bombardement|demarchage)\b",
        unsubscribe=r" (?:(?:me|m|nous|te|vous|a|se) )?(?:desabon\w*|desinscri\w*|desincri\w*|desinscrip\w*|desengag\w+ moi|de abonn\w+)\b",
        stop_writing=r" (?:<halt>)(?: (?:merci|svp|stp|s il vous plait|donc|tout de suite|immediatement))* (?:de |d )(?:tout )?(?:(?:me|m|nous|vous|toujours|ce numero) )?(?:<write>)\b(?! (?:a l|au|la commande|le colis))",
        stop_the_messages=r" (?:<halt>)(?: (?:avec|a|sur|svp))?<which> (?:<thing>)\b",
        no_longer_write=r" (?:n|ne|veuillez|merci de|priere de|de ne|ne pas|me)(?: (?:ne|pas|plus|jamais|surtout|veuillez|merci de|n|me|m|nous|moi|je|souhaite|veux|voudrais|desire|etre))* (?:<write>)(?: (?:moi|nous|ce numero|a ce numero))? ?(?:plus|jamais|rien|aucun\w*|plus rien|plus jamais)\b(?! (?:tard|tot))",
        do_not_write_any_more=r" (?:ne|n|de ne|a ne|pour ne|veuillez|svp|stp)(?: (?:veux|souhaite|desire|voudrais|peux|pouvez|peut))? (?:plus|pas|jamais)(?: (?:jamais|du tout|recevoir|etre))* (?:me |m |nous |etre |recevoir )(?:<write>|recevoir)?\b(?! (?:en retard|avant|le|la|demain|maintenant))"
        r"(?=(?: (?:par|sur|a|svp|merci|stp|s|desormais|de|d|vos|ces|aucun|aucune|plus|rien|le soir|messages|sms)\b.*)? (?:\||$)| \|)",
        no_longer_want=r" (?:veux|veut|souhaite|desire|voudrais|aimerais|accepte|voulons|souhaitons|interesse)(?: (?:\w+ )?)?(?:plus|pas|aucun|aucune|rien|ne plus|de ne plus|ne pas)(?: (?:jamais|du tout|etre|recevoir|avoir|lire|entendre parler|que vous|que tu|de nouvelles|me|m|en|faire l objet))*<which> (?:<thing>|<write>|sollicite|vous|rien recevoir|contacte|derange)\b(?! (?:que je|d aide|acheter|vendre))",
        refuse=r" (?:refuse|interdis|n autorise|autorise pas|autorise plus)(?: \w+){0,3}<which> (?:<thing>|<write>|recevoir)\b",
        no_more_messages=r" (?:\| )?(?:plus de|plus d|plus aucun|plus jamais de|pas de|pas d|aucun|zero|fini les|assez de|marre de|ras le bol de|ras le bol des|marre des)<which> (?:<thing>)\b(?=(?: (?:svp|stp|merci|s il vous plait|de votre part|de vous|a l avenir|desormais|sur ce numero|please))* (?:\||$))",
        remove_me=r" (?:<take>)(?: (?:moi|me|m|nous))(?: (?:svp|stp|vite|merci|s il vous plait))?(?: (?:de|du|des) (?:\w+ ){0,3}(?:listes?|base|fichiers?|contacts|donnees|mailings?|diffusion|envois?|repertoire|systeme|sms|messages)|<end>)",
        remove_my_number=r" (?:<take>)(?: (?:immediatement|svp|moi|vite))? (?:mon|ce|mes|notre) (?:numero|nom|coordonnees|contact|tel|telephone|num|portable|adresse mail)\b(?! (?:de|sur|pour)(?: (?:la|ma|cette|notre|le))? (?:commande|dossier|reservation|table|liste d attente|file|facture))",
        want_out=r" (?:etre|me|m|nous) (?:retire|supprime|raye|enleve|efface|desinscrit|radie|oublie|retirer|supprimer|enlever|rayer)\w*(?: (?:de|du|des)(?: \w+){0,3} (?:listes?|base|fichiers?|contacts|diffusion|envois?)|<end>)",
        leave_me_alone=r" (?:laisse[zr]?|fous|foutez|fiche[zr]?|lache[zr]?)(?: (?:moi|nous|me|nous|en|la|les|l|un peu))* (?:tranquille|paix|paie|grappe|baskets|peace|respirer)\b",
        let_go=r"(?:^|\|) (?:lachez moi|lache moi|oubliez moi|oublie moi|degagez?|cassez vous|casse toi|allez vous faire \w+|va te faire \w+|fous le camp|foutez le camp|du balai)(?: (?:svp|merci|maintenant|stp))* (?:\||$)",
        enough=r"(?:^|\|) (?:bon |ok |non |mais )?(?:ca suffit|c est bon stop|suffit|ca va suffire|ca suffit comme ca|ras le bol|y en a marre|j en ai marre|j en ai assez|halte|trop c est trop|basta)(?: (?:maintenant|svp|merci|la|(?:avec|de|d) (?:vos|tes|ces|ca|recevoir|ce|cette|votre|vous|toi|etre|tout ca|la pub|ton|ta|leurs)\b.*|les (?:messages|sms|pubs?|textos|envois|notif\w*|spams?|promos?)\b.*|vos .*))? (?:\||$)",
        this_must_stop=r" (?:<thing>|ca|cela|tout ca) (?:doit|doivent|devrait|faut que ca) (?:s )?(?:arret\w+|cess\w+)\b",
        i_said_stop=r" (?:dit|dis|demande|repete)(?: \w+){0,3} (?:stop|arreter|arretez|de ne plus|d arreter)\b",
    ),
    maybes=_WORDS.named(
        more_or_no_more=r" (?:veux|souhaite|voudrais) plus (?:de|d)<which> (?:<thing>)\b",
        spam=r"(?:^|\|) (?:c est |ce sont |c |encore )?(?:du |un |des |de la )?(?:spam|arnaque|harcelement|demarchage)\b",
        will_report=r" (?:vais|vous|je|j) (?:\w+ ){0,2}(?:bloqu\w+|signal\w+|porter plainte|denonc\w+)\b|(?:plainte|cnil|signal conso|33700)\b",
        wrong_number=r" (?:mauvais numero|faux numero|erreur de numero|trompe\w* de (?:numero|personne)|pas le bon numero|erreur de destinataire|n est pas le bon numero)\b",
        cancel_subscription=r" (?:resili\w+|annul\w+|arret\w+|mettre fin a|stopp\w+) (?:mon|l|cet|notre|mes|a mon) (?:abonnement|inscription|adhesion|compte)\b",
        not_signed_up=r" (?:jamais|pas) (?:\w+ )?(?:inscrit|demande|abonne|autorise|donne mon (?:numero|accord))\b",
        not_that_any_more=r" (?:n en veux plus|en veux plus|veux plus rien|ne m interesse plus|suis plus interesse\w*|plus interesse\w*)\b",
        how_did_you_get=r" (?:comment|d ou|ou)(?: est ce que)?(?: \w+){0,2} (?:avez|eu|trouve|obtenu)(?: \w+){0,2} mon (?:numero|contact)\b",
        insult=r"(?:^|\|) (?:ta gueule|vos gueules|la ferme|fermez la|ferme la)\b",
        data=r" (?:<take>) (?:toutes )?(?:mes (?:donnees|infos\w*|informations)|mon (?:compte|profil))\b",
    ),
    bare=_WORDS.pattern(
        rf"(?:^|\|)(?: (?:{_FILLERS}|\|))* (?:stop|arret|arretez?|arreter|arreter tout|cessez|ca suffit|assez|stoppez|halte|annuler|annulez|fin)(?: (?:{_FILLERS}|\||stop|arretez?|assez|ca suffit))* $"
    ),
    maybe_bare=_WORDS.pattern(rf"^(?: (?:{_FILLERS}|\|))* (?:annule|supprimer|supprimez|resilier|fini)(?: (?:{_FILLERS}|\|))* $"),
    prefers=_WORDS.pattern(
        r" (?:ecrivez|ecris|envoyez|envoie|appelez|appelle|telephonez|contactez|preferez?|textez|rappelez|rappelle) (?:moi|plutot|seulement|un sms|un mail|par)\b| plutot (?:par|un|le) \w+"
    ),
)
