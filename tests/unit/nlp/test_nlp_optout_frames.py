"""Open frames: a verb of ending or a refusal, a few words of any kind, and messages, a list or a number. Five languages."""

import pytest

from nlp.consent.commands import hear_command
from nlp.folding import look
from nlp.types import Command

OUT = (
    ("I don't wanna get these anymore", "a wish not to get, without a noun"),
    ("I'm tired of getting these", "a wish not to get, without a noun"),
    ("cancel my text subscription", "a service of texts"),
    ("removal from your list requested", "a noun for the deed"),
    ("please confirm my number has been deleted from your records", "asks whether it is done"),
    ("pull my name out of your directory", "any verb of taking away"),
    ("I texted STOP yesterday why am I still getting texts", "said before"),
    ("how many times do I have to say stop", "said before"),
    ("unsubscibe me plz", "misspelled"),
    ("please make this stop", "`this stop` is no bus stop"),
    ("dont call or text me", "two channels at once"),
    ("Please stop. I have not shopped there in years", "a stop word leads, a reason follows"),
    ("I'm begging you to leave me alone", "begs"),
    ("keep your coupons to yourself", "sends them back"),
    ("Merci d'arrêter", "a polite infinitive"),
    ("confirmez-moi que je suis bien retiré de la liste", "asks whether it is done"),
    ("je demande mon retrait de la liste", "a noun for the deed"),
    ("ne me relancez plus", "any verb of writing"),
    ("je ne veux plus figurer dans votre base", "out of the list"),
    ("vous continuez à m'écrire malgré mon stop", "said before"),
    ("supprimez toutes mes coordonnées", "what is known of me"),
    ("cesen todo contacto", "contact is to end"),
    ("olvídense de mí", "forget me"),
    ("¿me pueden eliminar?", "a question that asks for it"),
    ("quiero que me borren", "a clause with que"),
    ("nunca di permiso para que me escriban", "no consent, and `para` is no verb"),
    ("prefiero no recibir estos mensajes", "a preference for silence is no other channel"),
    ("les prohíbo que me escriban", "forbids it"),
    ("ich möchte abgemeldet werden", "the passive"),
    ("schickt mir nix mehr", "said as it is spoken"),
    ("Kündigung der SMS", "a noun for the deed"),
    ("ich bestelle die SMS ab", "a verb in two parts"),
    ("bitte bestätigen dass meine Nummer gelöscht ist", "asks whether it is done"),
    ("könnt ihr bitte aufhören mich zu nerven", "an infinitive"),
    ("letzte Woche abgemeldet und es kommt immer noch SMS", "said before"),
    ("不要再发信息给我了", "`发信息给我` after `不要再` asks for no other channel"),
    ("请把我拉黑", "to be put on the black list"),
    ("停止一切联系", "contact is to end"),
    ("不希望出现在你们的数据库里", "out of the list"),
    ("撤销所有授权", "no consent"),
)


@pytest.mark.parametrize(("text", "why"), OUT)
def test_open_frames(text: str, why: str) -> None:
    heard = hear_command(look(text))
    assert heard is not None, why
    assert heard.command is Command.STOP, why


DOUBTFUL = (
    ("will das nicht mehr", "what is not wanted is not said"),
    ("my daughter signed me up as a joke", "by somebody else"),
    ("ustedes siguen escribiendo a diario", "a reproach"),
    ("有完没完", "a reproach"),
)


@pytest.mark.parametrize(("text", "why"), DOUBTFUL)
def test_what_may_be_an_opt_out_is_held(text: str, why: str) -> None:
    heard = hear_command(look(text))
    assert heard is not None, why
    assert heard.command is Command.MAYBE_STOP, why


IN_ITS_OWN_CLAUSE = (
    "I texted stop by mistake last year, now really remove me",
    "I never got the coupon, take me off your list",
    "I unsubscribed by accident last week but stop texting me now",
    "J'avais envoyé stop par erreur, mais là vraiment désinscrivez-moi",
)


@pytest.mark.parametrize("text", IN_ITS_OWN_CLAUSE)
def test_what_is_told_beside_it_is_no_veto(text: str) -> None:
    heard = hear_command(look(text))
    assert heard is not None
    assert heard.command is Command.STOP


NOT_OUT = (
    ("No message on the machine, did you call?", "an answering machine"),
    ("pas de message sur le répondeur, c'était vous ?", "an answering machine"),
    ("keine Nachricht auf der Mailbox, waren Sie das?", "an answering machine"),
    ("no hay mensaje en el contestador, ¿me llamó?", "an answering machine"),
    ("the unsubscribe link in the mail is broken", "a link"),
    ("邮件里的退订链接打不开", "a link"),
    ("why did you stop sending the coupons", "misses them"),
    ("seit Dienstag kam keine SMS mehr", "misses them"),
    ("I'm done with the survey", "has filled it in"),
    ("¿cuándo termina la promo?", "asks for an end that is known"),
    ("quand se termine la promo ?", "asks for an end that is known"),
    ("j'en ai marre de la pluie", "the rain"),
    ("¿cómo doy de baja mi línea de internet?", "another contract"),
    ("den de baja mi gimnasio pero sigan mandando mensajes", "another contract"),
    ("je ne veux pas me désinscrire", "denied, though Spanish knows the verb too"),
    ("I was going to say stop but the last offer was great", "nearly said"),
    ("本来想退订的，结果优惠太好了", "nearly said"),
    ("das reicht, danke", "enough of what was asked for"),
    ("I don't want you to stop texting me", "wants to stay"),
    ("unsubscribe from the email but keep the texts", "wants to stay"),
    ("I want to stay on the list, stop worrying", "wants to stay, whatever else"),
    ("get me off at the airport", "a ride"),
    ("an welcher Haltestelle muss ich raus", "a ride"),
    ("leave it at the door, don't call", "a delivery"),
    ("please don't text my work number, use this one", "another number"),
    ("hör auf, du bist zu lustig", "among friends"),
)


@pytest.mark.parametrize(("text", "why"), NOT_OUT)
def test_what_is_near_an_open_frame(text: str, why: str) -> None:
    heard = hear_command(look(text))
    assert heard is None or heard.command not in {Command.STOP, Command.MAYBE_STOP}, why


PERSON = (
    ("Schluss mit dem Menü, einen Operator bitte", "enough of the menu, not of us"),
    ("enough with the menu, give me an operator", "enough of the menu, not of us"),
    ("basta del menú, deme un operador", "enough of the menu, not of us"),
    ("assez du menu, passez-moi un opérateur", "enough of the menu, not of us"),
    ("够了，别再菜单了，给我接线员", "enough of the menu, not of us"),
    ("could somebody from your team give me a ring", "to be called"),
    ("j'aimerais qu'on m'appelle", "to be called"),
    ("ich möchte angerufen werden", "to be called"),
    ("¿me pueden devolver la llamada?", "to be called"),
    ("打给我吧，短信说不清", "to be called"),
    ("your bot doesn't understand me", "the machine is of no use"),
    ("votre robot ne comprend rien", "the machine is of no use"),
    ("su bot no entiende nada", "the machine is of no use"),
    ("Ihr Bot versteht nichts", "the machine is of no use"),
    ("how do I reach a person", "asks for the way"),
    ("à qui je peux parler de ça", "asks for the way"),
    ("mit wem kann ich darüber sprechen", "asks for the way"),
    ("¿con quién puedo hablar de esto?", "asks for the way"),
    ("这事我该找谁", "asks for the way"),
    ("no quiero hablar con una máquina", "not with a machine"),
    ("get your manager", "somebody above"),
    ("Vorgesetzten sprechen", "somebody above"),
    ("can I speak with the billing department", "a department"),
)


@pytest.mark.parametrize(("text", "why"), PERSON)
def test_indirect_wishes_for_a_person(text: str, why: str) -> None:
    heard = hear_command(look(text))
    assert heard is not None, why
    assert heard.command is Command.HUMAN, why


NO_PERSON = (
    ("haha call me now, chat awhile before I sleep", "a friend"),
    ("I talked to someone yesterday, all good", "told, not asked for"),
    ("我不懂这个菜", "does not understand a dish"),
    ("要是饿了就给我打电话", "a friend"),
)


@pytest.mark.parametrize(("text", "why"), NO_PERSON)
def test_what_is_no_wish_for_a_person(text: str, why: str) -> None:
    heard = hear_command(look(text))
    assert heard is None or heard.command is not Command.HUMAN, why
