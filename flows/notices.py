"""What Parley says above the flows: the answers to STOP, START, HELP, LESS and MORE, the questions about consent, that a person answers.

The defaults name the brand and the way out, as carriers ask (CTIA Messaging Principles, 5.1); `settings` may replace HELP,
opt-out and opt-in. `{brand}` is the only blank.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Notice(StrEnum):
    OPTED_OUT = "opted_out"
    OPTED_IN = "opted_in"
    HELP = "help"
    CLARIFY = "clarify"
    KEPT = "kept"  # after the clarifying text: "no, go on"
    PERSON = "person"
    LESS = "less"
    MORE = "more"
    CONFIRM = "confirm"  # the question of a double opt-in
    CONFIRMED = "confirmed"


_TEXTS: Mapping[Notice, Mapping[str, str]] = {
    Notice.OPTED_OUT: {
        "en": "{brand}: you are unsubscribed and will get no more texts from us. Reply START to come back.",
        "fr": "{brand} : vous êtes désinscrit et ne recevrez plus de SMS. Répondez START pour revenir.",
        "es": "{brand}: te has dado de baja y no recibirás más mensajes. Responde START para volver.",
        "de": "{brand}: Sie sind abgemeldet und erhalten keine SMS mehr von uns. Mit START kommen Sie zurück.",
        "zh": "{brand}:您已退订,不会再收到我们的短信。回复 START 可重新订阅。",
    },
    Notice.OPTED_IN: {
        "en": "{brand}: you will get our texts again. Msg & data rates may apply. Reply HELP for help, STOP to opt out.",
        "fr": "{brand} : vous recevrez de nouveau nos SMS. Répondez HELP pour de l'aide, STOP pour arrêter.",
        "es": "{brand}: volverás a recibir nuestros mensajes. Responde HELP para ayuda, STOP para darte de baja.",
        "de": "{brand}: Sie erhalten unsere SMS wieder. Antworten Sie HELP für Hilfe, STOP zum Abmelden.",
        "zh": "{brand}:您将再次收到我们的短信。回复 HELP 获取帮助,回复 STOP 退订。",
    },
    Notice.HELP: {
        "en": "{brand}: write your question here and a person will answer. Msg & data rates may apply. Reply STOP to opt out.",
        "fr": "{brand} : écrivez votre question ici, une personne vous répondra. Répondez STOP pour arrêter.",
        "es": "{brand}: escribe aquí tu pregunta y te responderá una persona. Responde STOP para darte de baja.",
        "de": "{brand}: Schreiben Sie hier Ihre Frage, ein Mensch antwortet. Mit STOP melden Sie sich ab.",
        "zh": "{brand}:请在此写下您的问题,会有工作人员回复。回复 STOP 退订。",
    },
    Notice.CLARIFY: {
        "en": "{brand}: shall we stop texting you? Reply YES and you get no more texts, or NO to go on.",
        "fr": "{brand} : faut-il arrêter de vous écrire ? Répondez OUI pour ne plus rien recevoir, NON pour continuer.",
        "es": "{brand}: ¿quieres que dejemos de escribirte? Responde SÍ para no recibir más, o NO para seguir.",
        "de": "{brand}: Sollen wir Ihnen nicht mehr schreiben? Antworten Sie JA für keine SMS mehr, NEIN zum Weitermachen.",
        "zh": "{brand}:要停止给您发短信吗?回复“是”停止,回复“不”继续。",
    },
    Notice.KEPT: {
        "en": "{brand}: thank you, we go on as before. Reply STOP at any time to opt out.",
        "fr": "{brand} : merci, nous continuons comme avant. Répondez STOP à tout moment pour arrêter.",
        "es": "{brand}: gracias, seguimos como antes. Responde STOP cuando quieras para darte de baja.",
        "de": "{brand}: Danke, es geht weiter wie bisher. Mit STOP melden Sie sich jederzeit ab.",
        "zh": "{brand}:谢谢,我们照常继续。随时回复 STOP 退订。",
    },
    Notice.PERSON: {
        "en": "{brand}: a person will read this and answer you here.",
        "fr": "{brand} : une personne va lire votre message et vous répondre ici.",
        "es": "{brand}: una persona leerá tu mensaje y te responderá aquí.",
        "de": "{brand}: Ein Mensch liest das und antwortet Ihnen hier.",
        "zh": "{brand}:会有工作人员阅读并在此回复您。",
    },
    Notice.LESS: {
        "en": "{brand}: you will get fewer texts from us from now on. Reply MORE for all of them again, STOP to opt out.",
        "fr": "{brand} : vous recevrez désormais moins de SMS. Répondez PLUS pour tous les recevoir, STOP pour arrêter.",
        "es": "{brand}: desde ahora recibirás menos mensajes. Responde MÁS para recibirlos todos, STOP para darte de baja.",
        "de": "{brand}: Sie erhalten ab jetzt weniger SMS. Antworten Sie MEHR für alle, STOP zum Abmelden.",
        "zh": "{brand}:今后会减少给您的短信。回复“更多”恢复全部,回复 STOP 退订。",
    },
    Notice.MORE: {
        "en": "{brand}: you will get all our texts again. Reply LESS for fewer, STOP to opt out.",
        "fr": "{brand} : vous recevrez de nouveau tous nos SMS. Répondez MOINS pour en recevoir moins, STOP pour arrêter.",
        "es": "{brand}: volverás a recibir todos los mensajes. Responde MENOS para recibir menos, STOP para darte de baja.",
        "de": "{brand}: Sie erhalten wieder alle SMS. Antworten Sie WENIGER für weniger, STOP zum Abmelden.",
        "zh": "{brand}:您将再次收到全部短信。回复“减少”少收一些,回复 STOP 退订。",
    },
    Notice.CONFIRM: {
        "en": "{brand}: reply YES to get our texts. Msg & data rates may apply. HELP for help, STOP to cancel.",
        "fr": "{brand} : répondez OUI pour recevoir nos SMS. HELP pour de l'aide, STOP pour annuler.",
        "es": "{brand}: responde SÍ para recibir nuestros mensajes. HELP para ayuda, STOP para cancelar.",
        "de": "{brand}: Antworten Sie JA, um unsere SMS zu erhalten. HELP für Hilfe, STOP zum Abbrechen.",
        "zh": "{brand}:回复“好”即可接收我们的短信。可能收取短信费。回复 HELP 获取帮助,回复 STOP 取消。",
    },
    Notice.CONFIRMED: {
        "en": "{brand}: thank you, you will get our texts. Msg & data rates may apply. Reply HELP for help, STOP to opt out.",
        "fr": "{brand} : merci, vous recevrez nos SMS. Répondez HELP pour de l'aide, STOP pour arrêter.",
        "es": "{brand}: gracias, recibirás nuestros mensajes. Responde HELP para ayuda, STOP para darte de baja.",
        "de": "{brand}: Danke, Sie erhalten unsere SMS. Antworten Sie HELP für Hilfe, STOP zum Abmelden.",
        "zh": "{brand}:谢谢,您将收到我们的短信。回复 HELP 获取帮助,回复 STOP 退订。",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """The notices of one installation: the brand, and the texts that its settings replace."""

    brand: str
    own: Mapping[Notice, str] = field(default_factory=dict)

    def text(self, notice: Notice, language: str | None) -> str:
        """A notice in the contact's language, English where we have none."""
        texts = _TEXTS[notice]
        return (self.own.get(notice) or texts.get((language or "en").split("-")[0], texts["en"])).replace("{brand}", self.brand)
