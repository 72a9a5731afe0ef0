"""What stands above every flow: opt-outs, wishes for a person, and the near misses. All sentences were written for these tests."""

import pytest

from nlp.consent.commands import hear_command
from nlp.consent.keywords import command_keyword, command_words, fold, provider_keyword
from nlp.folding import look
from nlp.types import Command

STOP, START, HELP, HUMAN, MAYBE = Command.STOP, Command.START, Command.HELP, Command.HUMAN, Command.MAYBE_STOP


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        ("STOP", STOP, "in capitals"),
        (" stop ", STOP, "trimmed, any case"),
        ("Stop.", None, "Twilio takes the whole body only, without a full stop"),
        ("OPTOUT", STOP, "on the list since 2025"),
        ("REVOKE", STOP, "on the list since 2025"),
        ("YES", None, "on Twilio's START list, but an answer here"),
        ("UNSTOP", START, "on the START list"),
        ("INFO", HELP, "on the HELP list"),
        ("ARRET", None, "ours, not the provider's"),
    ],
)
def test_the_provider_takes_only_its_own_list(text: str, expected: Command | None, why: str) -> None:
    assert provider_keyword(text) is expected, why


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        ("  ¡ARRÊT!! 🛑", "arret", "accents, case, signs and emoji around"),
        ("ＳＴＯＰ", "stop", "full width"),
        ("𝐒𝐓𝐎𝐏", "stop", "mathematical bold"),
        ("ЅТОР", "stop", "Cyrillic look-alikes"),
        ("退訂", "退订", "traditional"),
        ("flat   white", "flat white", "one space within"),
        ("flat_white", "flat white", "underscores are spaces"),
        ("2️⃣", "2", "keycaps"),
        ("🅱️", "b", "buttons"),
        ("👍", "", "nothing is left"),
        ("", "", "nothing was there"),
        ("s\u200btop", "stop", "invisible characters"),
    ],
)
def test_folding(text: str, expected: str, why: str) -> None:
    assert fold(text) == expected, why


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        ("Stop!", STOP, "punctuation"),
        ("S T O P", STOP, "spelled out"),
        ("s.t.o.p", STOP, "spelled out with dots"),
        ("St0p", STOP, "a zero for the o"),
        ("STOOOOP", STOP, "drawn out"),
        ("sotp", STOP, "a slip"),
        ("stp", None, "French: s'il te plaît"),
        ("arretez", STOP, "no accents"),
        ("désabonnement", STOP, "French"),
        ("BAJA", STOP, "Spanish campaigns print it"),
        ("alta", None, "the high end of a choice, and START must not be guessed"),
        ("alto", None, "tall"),
        ("no", None, "an answer in three languages"),
        ("halt", None, "a German filler"),
        ("fin", None, "French and Spanish for an end of something"),
        ("annuler", None, "answers 'confirm or cancel?'"),
        ("abmelden", STOP, "German"),
        ("TD", STOP, "Chinese carriers"),
        ("T", None, "a letter of a list"),
        ("退订", STOP, "Chinese"),
        ("取消", None, "cancels an order"),
        ("a b", None, "two letters are an answer"),
        ("oui", None, "an answer"),
        ("démarrer", START, "French"),
        ("ayuda", HELP, "Spanish"),
        ("帮助", HELP, "Chinese"),
        ("Hilfe!", HELP, "German"),
    ],
)
def test_keywords_are_whole_texts(text: str, expected: Command | None, why: str) -> None:
    assert command_keyword(fold(text)) is expected, why


def test_command_words_are_folded() -> None:
    assert all(fold(word) == word for word in command_words())
    assert command_words()["stop"] is STOP
    assert "yes" not in command_words()


OPT_OUTS = [
    ("enough", "en"),
    ("ok 🛑", "en"),
    ("please, no more of these texts", "en"),
    ("can u stop messaging me pls", "en"),
    ("I asked you people to stop texting", "en"),
    ("take me off the texting list", "en"),
    ("Kindly remove my cell from your list", "en"),
    ("would you please unsubscribe this number", "en"),
    ("unsubcribe", "en"),
    ("I want out of these messages", "en"),
    ("not interested stop texting", "en"),
    ("Wrong number, please stop texting me", "en"),
    ("do NOT ever contact me again", "en"),
    ("dont send me any more offers", "en"),
    ("i do not wish to receive further communications", "en"),
    ("Please cease all communication with me", "en"),
    ("you have no permission to text me", "en"),
    ("lose my number", "en"),
    ("I revoke my consent to receive messages", "en"),
    ("STOP I never asked for this", "en"),
    ("no texts please", "en"),
    ("leave me alone", "en"),
    ("piss off", "en"),
    ("how do I stop getting these messages", "en"),
    ("hey I'd like to be removed from this list", "en"),
    ("would prefer not to be contacted", "en"),
    ("These texts need to stop", "en"),
    ("quit spamming my phone", "en"),
    ("Pls delete my number from your system", "en"),
    ("s t o p texting me", "en"),
    ("ça suffit", "fr"),
    ("je m'oppose à ce traitement", "fr"),
    ("stop pub", "fr"),
    ("arrêtez vos sms svp", "fr"),
    ("merci d'arrêter de m'envoyer des messages", "fr"),
    ("ne m'écrivez plus jamais", "fr"),
    ("je ne veux plus recevoir de publicité", "fr"),
    ("plus de sms s'il vous plaît", "fr"),
    ("retirez mon numéro de vos listes", "fr"),
    ("désinscrivez moi de votre liste", "fr"),
    ("foutez-moi la paix", "fr"),
    ("j'en ai marre de vos messages", "fr"),
    ("je souhaite ne plus être contacté", "fr"),
    ("stop aux messages", "fr"),
    ("veuillez cesser tout envoi de sms", "fr"),
    ("no mas", "es"),
    ("ya no me manden mensajes", "es"),
    ("no me llamen más", "es"),
    ("quiero darme de baja por favor", "es"),
    ("denme de baja ya", "es"),
    ("quítenme de su lista", "es"),
    ("deja de escribirme", "es"),
    ("no deseo recibir más publicidad", "es"),
    ("basta ya", "es"),
    ("no me molesten", "es"),
    ("borren mi número", "es"),
    ("no quiero más sms", "es"),
    ("paren con los mensajes", "es"),
    ("baja por favor", "es"),
    ("bitte keine SMS mehr", "de"),
    ("hören Sie auf, mir zu schreiben", "de"),
    ("ich möchte mich vom Newsletter abmelden", "de"),
    ("nehmen Sie mich aus dem Verteiler", "de"),
    ("schreibt mir bitte nicht mehr", "de"),
    ("ich will keine Werbung von euch", "de"),
    ("Lasst mich endlich in Ruhe", "de"),
    ("ich widerrufe meine Einwilligung", "de"),
    ("löschen Sie bitte meine Nummer", "de"),
    ("es reicht jetzt", "de"),
    ("kontaktieren Sie mich nicht mehr", "de"),
    ("别再发了", "zh"),
    ("请不要再给我发短信了", "zh"),
    ("麻烦帮我退订", "zh"),
    ("不想再收到你们的广告", "zh"),
    ("把我的号码从名单里删掉", "zh"),
    ("以后别联系我了", "zh"),
    ("唔好再發短信俾我", "zh"),
    ("停止推送", "zh"),
    ("够了", "zh"),
    ("再发我就投诉了", "zh"),
]


@pytest.mark.parametrize(("text", "language"), OPT_OUTS)
def test_opt_outs_in_own_words(text: str, language: str) -> None:
    heard = hear_command(look(text))
    assert heard is not None, f"{language}: missed"
    assert heard.command is STOP, f"{language}: {heard}"


NO_OPT_OUTS = [
    ("stop the order please, wrong size", "the order is to stop"),
    ("I don't want to unsubscribe", "negated"),
    ("please don't unsubscribe me", "negated"),
    ("one more stop and we are there", "a bus stop"),
    ("is there a tram stop nearby", "a tram stop"),
    ("I'll stop by after work", "a visit"),
    ("can I stop in on Friday?", "a visit"),
    ("it never stops raining", "rain"),
    ("don't stop sending them, I love them", "the opposite"),
    ("stop it lah", "a friend"),
    ("haha stop it", "a friend"),
    ("cancel my booking for tonight", "a booking"),
    ("the end of next week", "a date"),
    ("quit my job today!", "a job"),
    ("remove the tomatoes please", "an order"),
    ("take the olives off", "an order"),
    ("don't call me, text me", "another channel"),
    ("don't text me the code, e-mail it", "another channel"),
    ("don't call me at work", "a place"),
    ("don't ring before ten", "a time"),
    ("no more than two please", "a number"),
    ("no more milk, thanks", "an order"),
    ("leave it with the neighbour", "a parcel"),
    ("not interested in the blue one", "a colour"),
    ("I'm not interested, thanks", "an answer"),
    ("you never text me back", "the opposite"),
    ("I got no texts this week", "the opposite"),
    ("will I lose my points if I unsubscribe?", "a question"),
    ("arrêtez le paiement", "a payment"),
    ("l'arrêt de bus est fermé", "a bus stop"),
    ("je ne veux pas me désabonner", "negated"),
    ("je n'ai plus de pain", "bread"),
    ("plus de sucre svp", "sugar"),
    ("annulez ma commande", "an order"),
    ("n'appelez pas avant midi", "a time"),
    ("no me llames, escríbeme", "another channel"),
    ("para el martes", "a date"),
    ("la parada está lejos", "a bus stop"),
    ("no quiero darme de baja", "negated"),
    ("no me manden el pedido todavía", "a time"),
    ("cancelo mi cita", "an appointment"),
    ("basta con tres", "a number"),
    ("ich möchte mich nicht abmelden", "negated"),
    ("die Haltestelle ist weit weg", "a bus stop"),
    ("keine Zwiebeln bitte", "an order"),
    ("stoppen Sie die Bestellung", "an order"),
    ("das reicht für drei Leute", "an amount"),
    ("keine Ahnung", "an answer"),
    ("别发货", "an order"),
    ("先别发，我再看看", "an order"),
    ("不要香菜", "an order"),
    ("我不想退订", "negated"),
    ("别着急", "patience"),
    ("取消订单", "an order"),
    ("公交车停了", "a bus"),
    ("thanks, that was great", "praise"),
    ("ok", "an answer"),
]


@pytest.mark.parametrize(("text", "why"), NO_OPT_OUTS)
def test_near_misses(text: str, why: str) -> None:
    heard = hear_command(look(text))
    assert heard is None, f"{why}: {heard}"


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        ("Stop the bot, get me a human", HUMAN, "the machine is to stop"),
        ("can I speak to a real person please", HUMAN, "en"),
        ("agent", HUMAN, "one word"),
        ("je veux parler à un conseiller", HUMAN, "fr"),
        ("quiero hablar con una persona", HUMAN, "es"),
        ("ich möchte mit einem Mitarbeiter sprechen", HUMAN, "de"),
        ("转人工", HUMAN, "zh"),
        ("I don't need to talk to a human", None, "negated"),
        ("unsubscribe me and let me talk to a manager", STOP, "an opt-out stands above it"),
        ("stop it", MAYBE, "what is to stop? a person looks"),
        ("cancel my subscription", MAYBE, "of the texts, or of the coffee?"),
        ("I think you have the wrong number", MAYBE, "texts to a stranger"),
        ("this is spam", MAYBE, "no wish is said"),
        ("please cancel", MAYBE, "the order, or the texts?"),
        ("who gave you my number", MAYBE, "no wish is said"),
        ("resubscribe me please", START, "a wording for it"),
        ("I want to start a club", None, "START is never guessed"),
        ("sign me back up again", START, "a wording for it"),
        ("please start sending me the texts again", START, "a wording for it"),
        ("when does it start", None, "a question"),
        ("I need help", HELP, "a wish for help"),
        ("can you help me choose", None, "an ordinary question"),
    ],
)
def test_other_commands(text: str, expected: Command | None, why: str) -> None:
    heard = hear_command(look(text))
    assert (heard.command if heard else None) is expected, f"{why}: {heard}"
