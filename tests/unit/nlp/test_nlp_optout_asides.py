"""Texts that speak about opting out, frames of every language, and what the classifier may add to rules."""

import pytest

from nlp.consent.asides import is_aside
from nlp.consent.commands import HeardCommand, hear_command
from nlp.consent.weighing import CUED_HOLD_ABOVE, CUED_STOP_ABOVE, HOLD_ABOVE, has_cue, weigh_wishes
from nlp.folding import look
from nlp.types import Command

ASIDES = (
    ("I replied stop by mistake", "said in error"),
    ("j'ai envoyé stop par erreur", "said in error"),
    ("mandé baja sin querer", "said in error"),
    ("hab mich aus Versehen abgemeldet", "said in error"),
    ("手滑回了退订", "said in error"),
    ("what happens if I unsubscribe", "asks what would follow"),
    ("was passiert wenn ich stop schreibe", "asks what would follow"),
    ("keep me on your list", "wants to stay"),
    ("gardez-moi sur la liste", "wants to stay"),
    ("unsubscribe me from the paper mail but keep the texts", "another channel"),
    ("moins de sms svp", "fewer, not none"),
    ("could we have fewer messages", "fewer, not none"),
    ("I haven't got any texts since May", "messages do not come"),
    ("ya no recibo nada de ustedes", "messages do not come"),
    ("tell him to stop", "somebody else is to stop"),
    ("take our name off the waiting list", "another list"),
    ("please keep the updates coming", "does not want it to end"),
    ("別把我從名單刪掉", "does not want it to end"),
)


@pytest.mark.parametrize(("text", "why"), ASIDES)
def test_what_only_speaks_about_opting_out(text: str, why: str) -> None:
    assert is_aside(look(text)), why
    heard = hear_command(look(text))
    assert heard is None or heard.command is not Command.STOP, why


FRAMES = (
    ("I object to the processing of my details for marketing", "a right"),
    ("deletion request for my data under gdpr, please erase everything", "a right"),
    ("j'exerce mon droit d'opposition", "a right"),
    ("ejerzo mi derecho de oposición", "a right"),
    ("ich mache von meinem Widerspruchsrecht Gebrauch", "a right"),
    ("我从未授权你们", "no consent was given"),
    ("I have already asked twice to stop", "said before"),
    ("ya me di de baja y siguen", "said before"),
    ("could you kindly not text me any more", "asked politely"),
    ("please refrain from contacting us", "asked politely"),
    ("désactivez ces alertes", "messages are to be cut"),
    ("desactiven los avisos", "messages are to be cut"),
    ("bitte die Benachrichtigungen abstellen", "messages are to be cut"),
    ("关闭短信通知", "messages are to be cut"),
    ("por favor no me vuelvas a escribir nunca", "not again"),
    ("inutile de me recontacter", "no use"),
    ("no need to keep reminding me", "no use"),
    ("one more text and I report you", "a threat"),
    ("再来一条就投诉", "a threat"),
    ("I never signed up for any of this", "never asked for"),
    ("nobody here asked for your ads", "never asked for"),
    ("I don't want this on my phone", "not on my phone"),
    ("no kiero mas mensajes", "spelled as it is said"),
    ("希望这是最后一条", "the last one"),
)


@pytest.mark.parametrize(("text", "why"), FRAMES)
def test_frames_of_every_language(text: str, why: str) -> None:
    heard = hear_command(look(text))
    assert heard is not None, why
    assert heard.command is Command.STOP, why


NOT_FRAMES = (
    ("enlevez mon nom de la commande", "a booking, not a list of numbers"),
    ("take me off the 7 o'clock class", "a booking, not a list of numbers"),
    ("je m'oppose à cette facture", "a bill"),
    ("un soporte para los avisos de la oficina", "Spanish `para` is `for`"),
    ("die Karten kann man nicht mehr stornieren", "`stornieren` is to cancel, `stören` to disturb"),
    ("明天要是下雪就再告诉他", "`告` of `告诉`"),
    ("no need to text, just walk in", "a way to come"),
)


@pytest.mark.parametrize(("text", "why"), NOT_FRAMES)
def test_near_the_frames(text: str, why: str) -> None:
    heard = hear_command(look(text))
    assert heard is None or heard.command is not Command.STOP, why


def weighed(text: str, optout: float, human: float = 0.0, heard: HeardCommand | None = None) -> Command | None:
    """The command after the classifier's shares."""
    found = weigh_wishes(look(text), heard, {"optout": optout, "human": human, "ordinary": 0.0}, answered=False)
    return found.command if found else None


def test_a_word_of_messages_makes_an_opt_out_likelier() -> None:
    assert has_cue(look("zap my number from there"))
    assert not has_cue(look("we are on our way"))
    assert weighed("zap my number from there", CUED_STOP_ABOVE + 0.01) is Command.STOP
    assert weighed("we are on our way", CUED_STOP_ABOVE + 0.01) is Command.MAYBE_STOP
    assert weighed("zap my number from there", CUED_HOLD_ABOVE + 0.01) is Command.MAYBE_STOP
    assert weighed("we are on our way", HOLD_ABOVE - 0.01) is None


def test_the_classifier_confirms_a_doubt_but_not_whose_number_it_is() -> None:
    doubt = HeardCommand(command=Command.MAYBE_STOP, confidence=0.5, why="opt-out rule, en: reported")
    wrong = HeardCommand(command=Command.MAYBE_STOP, confidence=0.5, why="opt-out rule, en: wrong number")
    assert weighed("reported", 0.6, heard=doubt) is Command.STOP
    assert weighed("reported", 0.2, heard=doubt) is Command.MAYBE_STOP
    assert weighed("wrong number", 0.6, heard=wrong) is Command.MAYBE_STOP


def test_a_party_is_no_wish_for_a_person() -> None:
    assert weighed("somos tres personas", 0.0, human=0.95) is None
    assert weighed("fetch me one of your lot", 0.0, human=0.95) is Command.HUMAN


@pytest.mark.parametrize(
    "text",
    ["Put me through to the front desk", "páseme a recepción", "rappelez-moi svp", "bitte um Rückruf", "请转前台", "no bot. person."],
)
def test_a_person_is_asked_for(text: str) -> None:
    heard = hear_command(look(text))
    assert heard is not None
    assert heard.command is Command.HUMAN


@pytest.mark.parametrize("text", ["STOPSTOP", "停停停", "STOP停", "cancle", "cancell", "qiut", "abmeldn"])
def test_more_slips_of_one_word(text: str) -> None:
    heard = hear_command(look(text))
    assert heard is not None
    assert (heard.command, heard.keyword) == (Command.STOP, True)
