"""The words of the public pages, in five languages. The sentence that is agreed to is proof: who changes it makes a new version of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

LANGUAGES = {"en": "English", "fr": "Français", "es": "Español", "de": "Deutsch", "zh": "中文"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """`{brand}`, `{sender}` and `{ending}` are the blanks. agree: what stands beside the box."""

    hall: str
    join: str
    lead: str
    phone: str
    agree: str
    send: str
    sent: str
    sent_more: str
    no_number: str
    no_country: str
    no_tick: str
    too_often: str
    choose: str
    number: str
    all: str
    all_more: str
    less: str
    less_more: str
    none: str
    none_more: str
    language: str
    save: str
    saved: str
    start_again: str
    busy: str
    gone: str
    gone_more: str
    stale: str
    languages: str
    leave_empty: str


def version_of(sentence: str) -> str:
    """Names a wording: the same one always has the same name."""
    return sha256(sentence.encode()).hexdigest()[:12]


def words_in(language: str | None) -> Words:
    return _WORDS.get((language or "en").split("-")[0], _WORDS["en"])


_WORDS: Mapping[str, Words] = {
    "en": Words(
        hall="You say yes. You say stop. Both count at once.",
        join="Get texts from {brand}",
        lead="Give your mobile number. We then text you once, and only if you reply YES do you get our texts.",
        phone="Mobile number",
        agree="I agree to get recurring automated marketing texts from {brand} at this number. Consent is not a condition of any purchase. "
        "Msg & data rates may apply. Reply STOP to end, HELP for help.",
        send="Text me",
        sent="Look at your phone",
        sent_more="If this number can get our texts, a question has just been sent to it. Reply YES within 24 hours. If you do nothing, "
        "you get no more texts.",
        no_number="This is no mobile number. Write it with the country in front, as +14155550101.",
        no_country="We do not text numbers of this country.",
        no_tick="Tick the box if you want our texts. Without that we may not send any.",
        too_often="There were too many tries from here. Wait an hour, then try again.",
        choose="Texts from {brand}",
        number="For the number that ends in {ending}.",
        all="All texts",
        all_more="Whatever we send, as before.",
        less="Fewer texts",
        less_more="Only part of our offers, less often.",
        none="No texts",
        none_more="The same as texting STOP: you get nothing more from us.",
        language="Language of our texts",
        save="Save",
        saved="Saved. This is what holds now.",
        start_again="You once texted STOP. Your phone company may keep our texts from you until you text START to {sender}.",
        busy="We could not save that just now. Try again.",
        gone="This link does not work",
        gone_more="Open the link from our text again. Or text us: LESS for fewer texts, STOP for none.",
        stale="This page was open for too long, so nothing was saved. Load it again, then try once more.",
        languages="Languages",
        leave_empty="Leave this empty",
    ),
    "fr": Words(
        hall="Vous dites oui. Vous dites stop. Les deux comptent aussitôt.",
        join="Recevoir les SMS de {brand}",
        lead="Donnez votre numéro de mobile. Nous vous écrivons une fois ; vous ne recevez nos SMS que si vous répondez OUI.",
        phone="Numéro de mobile",
        agree="J'accepte de recevoir à ce numéro des SMS publicitaires automatisés et réguliers de {brand}. Cet accord n'est la condition "
        "d'aucun achat. Des frais de SMS peuvent s'appliquer. Répondez STOP pour arrêter, HELP pour de l'aide.",
        send="M'écrire",
        sent="Regardez votre téléphone",
        sent_more="Si ce numéro peut recevoir nos SMS, une question vient de lui être envoyée. Répondez OUI dans les 24 heures. Sans "
        "réponse, vous ne recevrez plus rien.",
        no_number="Ce n'est pas un numéro de mobile. Écrivez-le avec le pays devant, comme +33612345678.",
        no_country="Nous n'écrivons pas aux numéros de ce pays.",
        no_tick="Cochez la case si vous voulez nos SMS. Sans cela, nous ne pouvons pas en envoyer.",
        too_often="Trop d'essais depuis cet accès. Attendez une heure, puis réessayez.",
        choose="Les SMS de {brand}",
        number="Pour le numéro qui finit par {ending}.",
        all="Tous les SMS",
        all_more="Tout ce que nous envoyons, comme avant.",
        less="Moins de SMS",
        less_more="Une partie de nos offres, moins souvent.",
        none="Aucun SMS",
        none_more="Comme si vous répondiez STOP : vous ne recevez plus rien de nous.",
        language="Langue de nos SMS",
        save="Enregistrer",
        saved="Enregistré. Voici ce qui vaut maintenant.",
        start_again="Vous aviez répondu STOP. Votre opérateur peut bloquer nos SMS jusqu'à ce que vous envoyiez START au {sender}.",
        busy="Impossible d'enregistrer à l'instant. Réessayez.",
        gone="Ce lien ne fonctionne pas",
        gone_more="Ouvrez de nouveau le lien de notre SMS. Ou répondez-nous : MOINS pour moins de SMS, STOP pour aucun.",
        stale="Cette page est restée ouverte trop longtemps : rien n'a été enregistré. Rechargez-la, puis réessayez.",
        languages="Langues",
        leave_empty="Laissez ce champ vide",
    ),
    "es": Words(
        hall="Dices sí. Dices stop. Ambos valen al instante.",
        join="Recibir mensajes de {brand}",
        lead="Da tu número de móvil. Te escribimos una vez, y solo si respondes SÍ recibirás nuestros mensajes.",
        phone="Número de móvil",
        agree="Acepto recibir en este número mensajes publicitarios automáticos y periódicos de {brand}. Aceptar no es condición de "
        "ninguna compra. Pueden aplicarse tarifas de mensajes. Responde STOP para terminar, HELP para ayuda.",
        send="Escríbanme",
        sent="Mira tu teléfono",
        sent_more="Si este número puede recibir nuestros mensajes, acabamos de enviarle una pregunta. Responde SÍ en 24 horas. Si no "
        "haces nada, no recibirás más.",
        no_number="No es un número de móvil. Escríbelo con el país delante, como +34612345678.",
        no_country="No escribimos a números de este país.",
        no_tick="Marca la casilla si quieres nuestros mensajes. Sin eso no podemos enviarlos.",
        too_often="Hubo demasiados intentos desde aquí. Espera una hora y vuelve a intentarlo.",
        choose="Mensajes de {brand}",
        number="Para el número que termina en {ending}.",
        all="Todos los mensajes",
        all_more="Todo lo que enviamos, como antes.",
        less="Menos mensajes",
        less_more="Solo parte de nuestras ofertas, con menos frecuencia.",
        none="Ningún mensaje",
        none_more="Igual que responder STOP: no recibirás nada más.",
        language="Idioma de nuestros mensajes",
        save="Guardar",
        saved="Guardado. Esto es lo que vale ahora.",
        start_again="Una vez respondiste STOP. Tu operadora puede retener nuestros mensajes hasta que envíes START al {sender}.",
        busy="No pudimos guardarlo ahora. Inténtalo de nuevo.",
        gone="Este enlace no funciona",
        gone_more="Abre de nuevo el enlace de nuestro mensaje. O respóndenos: MENOS para recibir menos, STOP para ninguno.",
        stale="Esta página estuvo abierta demasiado tiempo y no se guardó nada. Cárgala de nuevo e inténtalo otra vez.",
        languages="Idiomas",
        leave_empty="Deja esto vacío",
    ),
    "de": Words(
        hall="Sie sagen ja. Sie sagen Stopp. Beides gilt sofort.",
        join="SMS von {brand} erhalten",
        lead="Geben Sie Ihre Handynummer an. Wir schreiben Ihnen einmal; erst wenn Sie JA antworten, erhalten Sie unsere SMS.",
        phone="Handynummer",
        agree="Ich bin einverstanden, an diese Nummer regelmäßig automatische Werbe-SMS von {brand} zu erhalten. Das ist für keinen Kauf "
        "Bedingung. SMS-Kosten können anfallen. STOP beendet, HELP hilft.",
        send="Schreiben Sie mir",
        sent="Schauen Sie auf Ihr Telefon",
        sent_more="Wenn diese Nummer unsere SMS erhalten kann, ging gerade eine Frage an sie. Antworten Sie binnen 24 Stunden JA. Wenn Sie "
        "nichts tun, kommt nichts mehr.",
        no_number="Das ist keine Handynummer. Schreiben Sie sie mit der Landesvorwahl, wie +4915112345678.",
        no_country="An Nummern dieses Landes schreiben wir nicht.",
        no_tick="Setzen Sie das Häkchen, wenn Sie unsere SMS möchten. Ohne dürfen wir keine senden.",
        too_often="Von hier kamen zu viele Versuche. Warten Sie eine Stunde, dann noch einmal.",
        choose="SMS von {brand}",
        number="Für die Nummer, die auf {ending} endet.",
        all="Alle SMS",
        all_more="Alles, was wir senden, wie bisher.",
        less="Weniger SMS",
        less_more="Nur ein Teil unserer Angebote, seltener.",
        none="Keine SMS",
        none_more="Wie die Antwort STOP: Sie erhalten nichts mehr von uns.",
        language="Sprache unserer SMS",
        save="Speichern",
        saved="Gespeichert. Das gilt jetzt.",
        start_again="Sie haben einmal STOP geschrieben. Ihr Anbieter hält unsere SMS vielleicht zurück, bis Sie START an {sender} senden.",
        busy="Das ließ sich gerade nicht speichern. Versuchen Sie es noch einmal.",
        gone="Dieser Link geht nicht",
        gone_more="Öffnen Sie den Link aus unserer SMS noch einmal. Oder antworten Sie uns: WENIGER für weniger, STOP für keine SMS.",
        stale="Diese Seite war zu lange offen, es wurde nichts gespeichert. Laden Sie sie neu, dann noch einmal.",
        languages="Sprachen",
        leave_empty="Bitte leer lassen",
    ),
    "zh": Words(
        hall="您说好,您说停,都立即生效。",
        join="接收 {brand} 的短信",
        lead="请填写手机号。我们只会先发一条短信,您回复“好”之后才会收到我们的短信。",
        phone="手机号",
        agree="我同意在此号码上定期接收 {brand} 自动发送的营销短信。同意与否不影响任何购买。"
        "可能收取短信费。回复 STOP 退订,回复 HELP 获取帮助。",
        send="给我发短信",
        sent="请看您的手机",
        sent_more="如果此号码可以接收我们的短信,我们刚刚给它发了一个问题。请在 24 小时内回复“好”。如不回复,您不会再收到短信。",
        no_number="这不是手机号。请在前面加上国家代码,例如 +8613812345678。",
        no_country="我们不向这个国家的号码发短信。",
        no_tick="如想接收我们的短信,请勾选。未勾选时我们不能发送。",
        too_often="此处尝试次数过多。请一小时后再试。",
        choose="{brand} 的短信",
        number="用于尾号为 {ending} 的号码。",
        all="全部短信",
        all_more="与以前一样,接收我们发送的所有短信。",
        less="少一些短信",
        less_more="只接收部分优惠,次数更少。",
        none="不要短信",
        none_more="与回复 STOP 相同:您不会再收到我们的短信。",
        language="短信语言",
        save="保存",
        saved="已保存。现在的设置如下。",
        start_again="您曾回复 STOP。在您向 {sender} 发送 START 之前,运营商可能会拦截我们的短信。",
        busy="现在无法保存,请再试一次。",
        gone="此链接无效",
        gone_more="请重新打开短信中的链接。或直接回复我们:“减少”少收短信,STOP 不再接收。",
        stale="此页面打开时间过长,未保存任何内容。请重新加载后再试。",
        languages="语言",
        leave_empty="请留空",
    ),
}
