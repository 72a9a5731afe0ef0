"""What a person should know that a text is about, in five languages."""

import pytest

from nlp.consent.topics import topic_of
from nlp.folding import look
from nlp.types import Topic


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        (Topic.WRONG_NUMBER, "you have the wrong number"),
        (Topic.WRONG_NUMBER, "this isn't Bob's phone"),
        (Topic.WRONG_NUMBER, "who is this? I don't know any Maria"),
        (Topic.WRONG_NUMBER, "c'est une erreur, mauvais numéro"),
        (Topic.WRONG_NUMBER, "vous vous trompez de personne"),
        (Topic.WRONG_NUMBER, "número equivocado"),
        (Topic.WRONG_NUMBER, "falsche Nummer"),
        (Topic.WRONG_NUMBER, "Sie haben sich verwählt"),
        (Topic.WRONG_NUMBER, "打错了"),
        (Topic.WRONG_NUMBER, "你发错人了"),
        (Topic.LEGAL_THREAT, "my lawyer will contact you"),
        (Topic.LEGAL_THREAT, "I'm going to sue you"),
        (Topic.LEGAL_THREAT, "reporting you to the FCC"),
        (Topic.LEGAL_THREAT, "I'll take you to court"),
        (Topic.LEGAL_THREAT, "je vais porter plainte"),
        (Topic.LEGAL_THREAT, "mon avocat va vous écrire"),
        (Topic.LEGAL_THREAT, "voy a demandarlos"),
        (Topic.LEGAL_THREAT, "hablaré con mi abogado"),
        (Topic.LEGAL_THREAT, "ich schalte meinen Anwalt ein"),
        (Topic.LEGAL_THREAT, "wir sehen uns vor Gericht"),
        (Topic.LEGAL_THREAT, "我要起诉你们"),
        (Topic.LEGAL_THREAT, "我会找律师"),
        (Topic.ABUSE, "fuck you"),
        (Topic.ABUSE, "you idiots"),
        (Topic.ABUSE, "go to hell"),
        (Topic.ABUSE, "vas te faire foutre"),
        (Topic.ABUSE, "bande de cons"),
        (Topic.ABUSE, "hijos de puta"),
        (Topic.ABUSE, "vete a la mierda"),
        (Topic.ABUSE, "ihr Arschlöcher"),
        (Topic.ABUSE, "fick dich"),
        (Topic.ABUSE, "去死吧"),
        (Topic.ABUSE, "你们这些傻逼"),
        (Topic.ABUSE, "you are a piece of shit"),
        (Topic.COMPLAINT, "my order never arrived"),
        (Topic.COMPLAINT, "the food was cold and the waiter rude"),
        (Topic.COMPLAINT, "I want my money back"),
        (Topic.COMPLAINT, "terrible service"),
        (Topic.COMPLAINT, "la commande n'est jamais arrivée"),
        (Topic.COMPLAINT, "c'est inadmissible"),
        (Topic.COMPLAINT, "el pedido llegó roto"),
        (Topic.COMPLAINT, "pésimo servicio"),
        (Topic.COMPLAINT, "die Pizza war kalt"),
        (Topic.COMPLAINT, "ich bin sehr unzufrieden"),
        (Topic.COMPLAINT, "东西是坏的"),
        (Topic.COMPLAINT, "我要投诉"),
        (Topic.COMPLAINT, "服务态度太差了"),
        (Topic.AUTO_REPLY, "I'm driving right now, I'll get back to you later"),
        (Topic.AUTO_REPLY, "I am currently out of the office"),
        (Topic.AUTO_REPLY, "Automatic reply: away until Monday"),
        (Topic.AUTO_REPLY, "Réponse automatique : absent"),
        (Topic.AUTO_REPLY, "Ich bin derzeit nicht im Büro bis Montag"),
        (Topic.AUTO_REPLY, "我正在开车，稍后回复"),
        (None, "see you in court 3 for tennis"),
        (None, "great service thanks"),
        (None, "no complaints at all"),
        (None, "I have no problem"),
        (None, "is this the wrong number?"),
        (None, "thanks"),
    ],
)
def test_a_topic(topic: Topic | None, text: str) -> None:
    assert topic_of(look(text)) == topic


FRAMES = (
    (Topic.WRONG_NUMBER, "This isn't Maria", "who one is not"),
    (Topic.WRONG_NUMBER, "Je ne suis pas Marie", "who one is not"),
    (Topic.WRONG_NUMBER, "No soy María", "who one is not"),
    (Topic.WRONG_NUMBER, "Ich heiße nicht Stefan", "who one is not"),
    (Topic.WRONG_NUMBER, "我不是小王", "who one is not"),
    (Topic.WRONG_NUMBER, "I just got this number last month", "a new owner"),
    (Topic.WRONG_NUMBER, "tengo este número desde hace un mes", "a new owner"),
    (Topic.WRONG_NUMBER, "Die Nummer gehört ihr nicht mehr", "a new owner"),
    (Topic.WRONG_NUMBER, "il a changé de numéro", "a new owner"),
    (Topic.COMPLAINT, "your staff were so unhelpful", "what was bad"),
    (Topic.COMPLAINT, "le livreur a été impoli", "what was bad"),
    (Topic.COMPLAINT, "el repartidor fue grosero", "what was bad"),
    (Topic.COMPLAINT, "schon wieder falsch geliefert", "what went wrong"),
    (Topic.COMPLAINT, "把钱退给我", "what is asked for"),
    (Topic.LEGAL_THREAT, "I'm contacting the police about this", "before whom it is brought"),
    (Topic.LEGAL_THREAT, "je vous attaque en justice", "before whom it is brought"),
    (Topic.LEGAL_THREAT, "iniciaré un juicio", "before whom it is brought"),
    (Topic.LEGAL_THREAT, "das wird ein juristisches Nachspiel haben", "before whom it is brought"),
    (Topic.LEGAL_THREAT, "这是违法的", "against the law"),
    (Topic.ABUSE, "you stupid bot", "an insult"),
    (Topic.ABUSE, "je t'emmerde", "an insult"),
    (Topic.ABUSE, "bola de inútiles", "an insult"),
    (Topic.ABUSE, "fahrt zur Hölle", "a curse"),
    (Topic.ABUSE, "一群废物", "an insult"),
    (Topic.AUTO_REPLY, "Sorry, I can't talk right now.", "a telephone's own words"),
    (Topic.AUTO_REPLY, "The mailbox is not monitored", "nobody reads it"),
    (Topic.AUTO_REPLY, "Merci pour votre message, nous vous répondrons sous 24h", "a firm's own words"),
    (Topic.AUTO_REPLY, "Este número no recibe mensajes", "a network's own words"),
    (Topic.AUTO_REPLY, "Wir haben geschlossen. Öffnungszeiten: Mo-Fr 9-17 Uhr", "a firm's own words"),
    (Topic.AUTO_REPLY, "您拨打的号码是空号", "a network's own words"),
)


@pytest.mark.parametrize(("topic", "text", "why"), FRAMES)
def test_topics_by_frames(topic: Topic, text: str, why: str) -> None:
    assert topic_of(look(text)) is topic, why


NO_TOPIC = (
    ("I'm not American", "no name"),
    ("This is not OK for Friday", "no name"),
    ("No Doctor needed", "no name"),
    ("please put me on your list", "`put` is no insult in English"),
    ("the sauce was great", "`Sau` begins another word"),
    ("the service was really great", "praise"),
    ("stop the automatic replies", "is tired of a machine, and is none"),
    ("On my way", "a person, as likely as a machine"),
    ("Ooo I just got your message", "a cry of joy"),
    ("我问问他妈妈", "somebody's mother"),
)


@pytest.mark.parametrize(("text", "why"), NO_TOPIC)
def test_what_is_near_a_topic(text: str, why: str) -> None:
    assert topic_of(look(text)) is None, why
