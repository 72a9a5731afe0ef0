"""STOP, START, HELP and doubt, above every flow."""

from datetime import UTC, datetime, timedelta

import pytest

from flows.consent import Gate, OptOutReplies, ask_for_person, confirms, gate
from flows.contacts import after
from flows.events import AskOptIn, ChangeConsent, Consent, Effect, Happened, Note, Send
from flows.notices import Notice, Notices
from nlp.types import LANGUAGES, Command, Context, Reading
from tests.talking import phone, reader, reading, somebody, steps, told

BEAN = Notices(brand="Bean")
STOP = reading("STOP", command=Command.STOP, command_keyword=True)
PLEASE_STOP = reading("please stop texting me", command=Command.STOP)
START = reading("START", command=Command.START, command_keyword=True)
START_AGAIN = reading("I want to get your texts again", command=Command.START)
HELP = reading("HELP", command=Command.HELP, command_keyword=True)
MAYBE = reading("enough of this", command=Command.MAYBE_STOP)
YES, NO = reading("yes", "yes", exact=True), reading("no", "no", exact=True)
TWILIO, ADVANCED, APP = OptOutReplies


def asked(
    text: Reading, consent: Consent, replies: OptOutReplies = APP, kind: str | None = None, before: Consent = Consent.IN
) -> Gate | None:
    return gate(somebody(consent=consent, consent_before=before, language="en"), text, BEAN, replies, kind)


def said(effects: tuple[Effect, ...]) -> list[str]:
    return [effect.text for effect in effects if isinstance(effect, Send)]


@pytest.mark.parametrize(
    ("text", "consent", "becomes", "ends", "n_said", "why"),
    [
        (STOP, Consent.UNKNOWN, Consent.OUT, True, 1, "STOP of a stranger"),
        (STOP, Consent.IN, Consent.OUT, True, 1, "STOP"),
        (PLEASE_STOP, Consent.IN, Consent.OUT, True, 1, "a sentence that means it"),
        (STOP, Consent.HELD, Consent.OUT, True, 1, "STOP ends the doubt"),
        (STOP, Consent.OUT, None, False, 0, "one confirmation, once"),
        (START, Consent.OUT, Consent.IN, False, 1, "START"),
        (START, Consent.UNKNOWN, Consent.IN, False, 1, "START of a stranger is consent"),
        (START, Consent.HELD, Consent.IN, False, 1, "START ends the doubt"),
        (START_AGAIN, Consent.OUT, None, False, 0, "only the words restore, a sentence does not"),
        (HELP, Consent.OUT, None, False, 1, "HELP is answered, also to who is out"),
        (HELP, Consent.HELD, None, False, 1, "and in doubt"),
        (YES, Consent.OUT, None, False, 0, "YES restores nothing"),
        (reading("hello"), Consent.OUT, None, False, 0, "nor does anything else"),
        (MAYBE, Consent.OUT, None, False, 0, "out is out"),
        (MAYBE, Consent.IN, Consent.HELD, False, 1, "doubt: held, and one clarifying text"),
        (MAYBE, Consent.HELD, None, False, 0, "not two"),
        (YES, Consent.HELD, Consent.OUT, True, 1, "a clear yes to the clarifying text"),
        (NO, Consent.HELD, Consent.IN, False, 1, "a clear no: back to what it was"),
        (reading("yes but not on sundays", "yes"), Consent.HELD, None, False, 0, "no clear answer: for the person who looks"),
        (reading("hello"), Consent.HELD, None, False, 0, "silence"),
    ],
)
def test_what_a_text_does(text: Reading, consent: Consent, becomes: Consent | None, ends: bool, n_said: int, why: str) -> None:
    made = asked(text, consent)
    assert made is not None, why
    changes = [effect for effect in made.effects if isinstance(effect, ChangeConsent)]
    assert [change.to for change in changes] == ([becomes] if becomes else []), why
    assert all(change.words == text.text for change in changes), "the words are the evidence"
    assert (made.ends, len(said(made.effects))) == (ends, n_said), why


@pytest.mark.parametrize(
    ("text", "consent", "why"),
    [
        (reading("hello"), Consent.IN, "ordinary"),
        (YES, Consent.UNKNOWN, "an answer"),
        (START_AGAIN, Consent.IN, "a sentence with a start in it, of somebody who is not out"),
        (reading("human", command=Command.HUMAN), Consent.IN, "a wish for a person is no matter of consent"),
    ],
)
def test_what_flows_may_hear(text: Reading, consent: Consent, why: str) -> None:
    assert asked(text, consent) is None, why


LESS, MORE = reading("less", command=Command.LESS), reading("more", command=Command.MORE)


@pytest.mark.parametrize(
    ("text", "consent", "less", "lines", "why"),
    [
        (LESS, Consent.IN, False, ["less by keyword: less", Notice.LESS, "· less_asked"], "fewer"),
        (LESS, Consent.UNKNOWN, False, ["less by keyword: less", Notice.LESS, "· less_asked"], "also who never opted in"),
        (LESS, Consent.IN, True, [Notice.LESS], "said again: confirmed, not written down"),
        (LESS, Consent.OUT, False, ["call a person: wrote_after_opt_out", "· wrote_after_opt_out"], "out is less than less"),
        (LESS, Consent.HELD, False, ["call a person: maybe_opt_out", "· heard_by_person"], "no answer to the clarifying text"),
        (MORE, Consent.IN, True, ["more by keyword: more", Notice.MORE, "· more_asked"], "all again"),
        (START, Consent.IN, True, ["consent in by keyword: START", "more by keyword: START", Notice.OPTED_IN, "· opted_in"], "START too"),
        (MORE, Consent.IN, False, None, "an everyday word of who never asked for less"),
    ],
)
def test_fewer_texts_and_all_again(text: Reading, consent: Consent, less: bool, lines: list[str] | None, why: str) -> None:
    made = gate(somebody(consent=consent, less=less, language="en"), text, BEAN, APP, None)
    expected = lines and [f"> (notice) {BEAN.text(line, 'en')}" if isinstance(line, Notice) else line for line in lines]
    assert (made and [told(effect) for effect in made.effects]) == expected, why


NOW = datetime(2026, 3, 4, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("consent", "before", "becomes", "why"),
    [
        (Consent.UNKNOWN, Consent.UNKNOWN, None, "asked"),
        (Consent.OUT, Consent.IN, None, "asked, and out until the YES"),
        (Consent.HELD, Consent.UNKNOWN, Consent.UNKNOWN, "no doubt any more, but no consent either"),
        (Consent.HELD, Consent.IN, Consent.IN, "in before the doubt: in again"),
        (Consent.IN, Consent.UNKNOWN, Consent.IN, "in already"),
    ],
)
def test_a_start_that_has_to_be_confirmed(consent: Consent, before: Consent, becomes: Consent | None, why: str) -> None:
    made = gate(somebody(consent=consent, consent_before=before, language="en"), START, BEAN, TWILIO, None, ask_at=NOW)
    assert made is not None
    assert [effect.to for effect in made.effects if isinstance(effect, ChangeConsent)] == ([becomes] if becomes else []), why
    asks = any(isinstance(effect, AskOptIn) and effect.at == NOW for effect in made.effects)
    assert asks is (becomes is not Consent.IN), why
    assert (BEAN.text(Notice.CONFIRM, "en") in said(made.effects)) is asks, "whoever has answered START already"


@pytest.mark.parametrize(
    ("text", "minutes", "yes", "why"),
    [
        ("YES", 0, True, "at once"),
        ("y", 24 * 60, True, "the last moment"),
        ("Yes.", 24 * 60 + 1, False, "too late"),
        ("YES", -1, False, "the question has not left yet"),
        ("Sí!", 5, True, "Spanish"),
        ("好", 5, True, "Chinese"),
        ("yes but who is this", 5, False, "a sentence is no yes"),
        ("no", 5, False, "no"),
    ],
)
def test_what_confirms(text: str, minutes: int, yes: bool, why: str) -> None:
    asked_at = NOW - timedelta(minutes=minutes)
    assert confirms(somebody(asked_at=asked_at), reading(text), NOW) is yes, why
    assert not confirms(somebody(), reading(text), NOW), "nobody asked"


def test_a_doubt_ends_the_waiting_for_a_yes() -> None:
    """In doubt, YES means that no more texts are wanted."""
    held = after(somebody(asked_at=NOW), [ChangeConsent(to=Consent.HELD, source="sentence")])
    assert held.asked_at is None


def test_a_no_goes_back_to_what_it_was() -> None:
    made = asked(NO, Consent.HELD, before=Consent.UNKNOWN)
    assert made is not None
    assert told(made.effects[0]) == "consent unknown by clarified: no"


@pytest.mark.parametrize(
    ("text", "replies", "kind", "n_said", "why"),
    [
        (STOP, TWILIO, None, 0, "Twilio has answered its own word"),
        (reading(" stopall ", command=Command.STOP, command_keyword=True), TWILIO, None, 0, "any of them, any case"),
        (PLEASE_STOP, TWILIO, None, 1, "a sentence is ours to answer"),
        (reading("ARRET", command=Command.STOP, command_keyword=True), TWILIO, None, 1, "so is a word that Twilio does not know"),
        (HELP, TWILIO, None, 0, "HELP"),
        (START, TWILIO, None, 0, "START"),
        (STOP, ADVANCED, "STOP", 0, "Advanced Opt-Out has answered"),
        (reading("ARRET", command=Command.STOP, command_keyword=True), ADVANCED, "STOP", 0, "also a word that was added there"),
        (PLEASE_STOP, ADVANCED, None, 1, "a sentence, still ours"),
        (STOP, APP, None, 1, "a short code: nobody but us"),
    ],
)
def test_who_answers(text: Reading, replies: OptOutReplies, kind: str | None, n_said: int, why: str) -> None:
    made = asked(text, Consent.IN, replies, kind)
    assert made is not None, why
    assert len(said(made.effects)) == n_said, why


@pytest.mark.parametrize("kind", ["STOP", "START", "HELP"])
def test_twilios_verdict_is_believed_beside_ours(kind: str) -> None:
    made = asked(reading("a word of the account's own"), Consent.IN, ADVANCED, kind)
    assert made is not None
    assert made.who == kind.lower()


@pytest.mark.parametrize("consent", [Consent.IN, Consent.UNKNOWN])
@pytest.mark.parametrize("text", ["YES", "yes", "Yes!", "oui", "sí", "ja"])
def test_yes_is_an_answer_whatever_twilio_calls_it(text: str, consent: Consent) -> None:
    """YES is on Twilio's list of opt-ins: with Advanced Opt-Out it comes as START."""
    assert asked(reading(text, "yes"), consent, ADVANCED, "START") is None
    made = asked(reading(text, "yes"), Consent.OUT, ADVANCED, "START")
    assert made is not None
    assert made.who == "opted out", "and restores nothing"


def test_writing_after_an_opt_out_is_noted_for_staff() -> None:
    made = asked(reading("hello"), Consent.OUT)
    assert made is not None
    assert [told(effect) for effect in made.effects] == ["call a person: wrote_after_opt_out", "· wrote_after_opt_out"]


def test_asking_for_a_person() -> None:
    lines = [told(effect) for effect in ask_for_person(somebody(language="de"), reading("a human"), BEAN)]
    assert lines == [
        "hand over to support: asked_for_person",
        "> (notice) Bean: Ein Mensch liest das und antwortet Ihnen hier.",
        "· handed_over reason=asked_for_person",
    ]


# --- on the real reader -----------------------------------------------------------------------------------------------

WORDS = {
    Command.STOP: ("stop", "STOP.", "unsubscribe", "arrêter", "désabonner", "baja", "abmelden", "退订", "please stop texting me"),
    Command.START: ("start", "unstop", "démarrer", "iniciar", "starten", "开始"),
    Command.HELP: ("help", "aide", "ayuda", "hilfe", "帮助"),
}


@pytest.mark.parametrize(("command", "text"), [(command, text) for command, texts in WORDS.items() for text in texts])
def test_words_in_five_languages(command: Command, text: str) -> None:
    consent = Consent.OUT if command is Command.START else Consent.IN
    made = asked(reader().read(text, Context()), consent)
    assert made is not None
    assert made.who == command.value


@pytest.mark.parametrize(("answer", "consent"), [("yes", Consent.OUT), ("oui", Consent.OUT), ("nein", Consent.IN), ("no", Consent.IN)])
def test_doubt_is_cleared_by_an_answer_in_any_language(answer: str, consent: Consent) -> None:
    of = phone(steps("  q: {ask: Well?}\n"))
    of.says("hello")
    of.contact = somebody(consent=Consent.HELD, consent_before=Consent.IN)
    of.says(answer)
    assert of.contact.consent is consent
    assert bool(of.talks) is (consent is Consent.IN), "an opt-out ends everything; else the question stays open"


# --- the texts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("notice", Notice)
def test_every_notice_is_there_in_every_language_and_names_the_brand(notice: Notice, language: str) -> None:
    text = BEAN.text(notice, language)
    assert text.startswith("Bean")
    assert "{" not in text
    assert language == "en" or text != BEAN.text(notice, "en")
    if notice in (Notice.OPTED_IN, Notice.HELP, Notice.KEPT):
        assert "STOP" in text, "carriers ask for the way out"
    if notice is Notice.OPTED_OUT:
        assert "START" in text


@pytest.mark.parametrize(
    ("language", "like", "why"),
    [("fr-CA", "fr", "a region of a language"), ("xx", "en", "a language that we have not"), (None, "en", "none known")],
)
def test_the_nearest_language(language: str | None, like: str, why: str) -> None:
    assert BEAN.text(Notice.HELP, language) == BEAN.text(Notice.HELP, like), why


def test_a_text_of_the_installations_own_replaces_all_languages() -> None:
    own = Notices(brand="Bean {x}", own={Notice.HELP: "{brand}: call us"})
    assert own.text(Notice.HELP, "fr") == "Bean {x}: call us"
    assert own.text(Notice.KEPT, "en").startswith("Bean {x}: thank you"), "only that notice, and braces of the brand are text"


def test_opting_out_is_counted_with_its_source() -> None:
    made = asked(PLEASE_STOP, Consent.IN)
    assert made is not None
    assert Note(kind=Happened.OPTED_OUT, data={"source": "sentence"}) in made.effects
