"""STOP, START, HELP, LESS and MORE, above every flow. Pure: `gate` says what a text does to consent, before any flow hears it.

Who answers (twilio.md A7): with `OPTOUT_REPLIES=twilio` Twilio itself answers a text that is wholly one of its own words, and
refuses a second confirmation of ours; `advanced` adds the words of an Advanced Opt-Out, which come with an OptOutType; `app`
means that nobody answers but us (short codes).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from flows.events import (
    AskOptIn,
    CallPerson,
    ChangeConsent,
    ChangePace,
    Consent,
    Contact,
    Effect,
    HandOver,
    Happened,
    Note,
    Part,
    Send,
)
from flows.notices import Notice, Notices
from nlp.consent.keywords import fold, provider_keyword
from nlp.types import Command, Reading, YesNo


class OptOutReplies(StrEnum):
    TWILIO = "twilio"
    ADVANCED = "advanced"
    APP = "app"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What consent made of a text. ends: every conversation of the contact ends as `opted_out`. silent: nobody else hears it."""

    effects: tuple[Effect, ...]
    ends: bool = False
    who: str = "consent"


DOUBLE_OPT_IN = "double opt-in"
"""The source, in the ledger, of an opt-in that was confirmed."""
_BY_TYPE = {"STOP": Command.STOP, "START": Command.START, "HELP": Command.HELP}
_YES = frozenset({"yes", "y", "oui", "si", "ja", "是"})
"""On Twilio's list of opt-ins, but answers to us: YES is heard by the flow that asked, and restores nothing."""
_CONFIRMING = _YES | {"yes please", "好", "好的"}
CONFIRM_WITHIN = timedelta(hours=24)
"""So long a YES confirms an opt-in that was asked about; later it is an answer like any other."""
CLARIFYING = YesNo()
"""What the clarifying text asks: yes ends it."""


def confirms(contact: Contact, reading: Reading, now: datetime) -> bool:
    """Whether the text is the YES that an opt-in has waited for: the word, and nothing else, in time."""
    asked_at = contact.asked_at
    return asked_at is not None and asked_at <= now <= asked_at + CONFIRM_WITHIN and fold(reading.text) in _CONFIRMING


def gate(
    contact: Contact,
    reading: Reading,
    notices: Notices,
    replies: OptOutReplies,
    opt_out_type: str | None,
    *,
    confirms: bool = False,
    ask_at: datetime | None = None,
) -> Gate | None:
    """The text's effect on consent; None where it has none and flows may hear it.

    opt_out_type: Twilio's own verdict on the text (`OptOutType`), believed beside ours. confirms: it is the YES to an opt-in. ask_at:
    now, where an opt-in must be confirmed (double opt-in); None where one word is enough.
    """
    opt_out_type = None if opt_out_type == "START" and fold(reading.text) in _YES else opt_out_type
    command = _BY_TYPE.get(opt_out_type or "", reading.command)
    answered = _answered_by_twilio(reading, replies, opt_out_type)
    speaker = _Speaker(notices, contact.language or reading.language, answered)
    if confirms:
        return _confirmed(reading, speaker)
    match command:
        case Command.STOP:
            return _stop(contact, reading, speaker)
        case Command.START if reading.command_keyword or opt_out_type:
            return _start(contact, reading, speaker, ask_at)
        case Command.HELP:
            return Gate(effects=(*speaker.say(Notice.HELP), Note(kind=Happened.HELP_ASKED)), who="help")
        case _:
            pass
    if contact.consent is Consent.OUT:
        return Gate(effects=(CallPerson("wrote_after_opt_out"), Note(kind=Happened.WROTE_AFTER_OPT_OUT)), who="opted out")
    if contact.consent is Consent.HELD:
        return _while_held(contact, reading, speaker)
    if command is Command.LESS or (command is Command.MORE and contact.less):
        return _pace(contact, reading, speaker, less=command is Command.LESS)
    if command is Command.MAYBE_STOP:
        held = ChangeConsent(to=Consent.HELD, source="sentence", words=reading.text)
        asked = speaker.say(Notice.CLARIFY)
        return Gate(effects=(held, CallPerson("maybe_opt_out"), *asked, Note(kind=Happened.CONSENT_HELD)), who="maybe opted out")
    return None


def ask_for_person(contact: Contact, reading: Reading, notices: Notices) -> tuple[Effect, ...]:
    """What follows from "let me talk to a human": a person is called, and the contact is told so."""
    told = Send(text=notices.text(Notice.PERSON, contact.language or reading.language), part=Part.NOTICE)
    return HandOver(reason="asked_for_person"), told, Note(kind=Happened.HANDED_OVER, data={"reason": "asked_for_person"})


@dataclass(frozen=True, slots=True)
class _Speaker:
    notices: Notices
    language: str | None
    answered: bool  # Twilio has answered already

    def say(self, notice: Notice) -> tuple[Effect, ...]:
        if self.answered:
            return ()
        return (Send(text=self.notices.text(notice, self.language), part=Part.NOTICE),)

    def insist(self, notice: Notice) -> tuple[Effect, ...]:
        """Says it whoever else has answered."""
        return replace(self, answered=False).say(notice)


def _answered_by_twilio(reading: Reading, replies: OptOutReplies, opt_out_type: str | None) -> bool:
    match replies:
        case OptOutReplies.APP:
            return False
        case OptOutReplies.TWILIO:
            return provider_keyword(reading.text) is not None
        case OptOutReplies.ADVANCED:
            return opt_out_type is not None or provider_keyword(reading.text) is not None


def _stop(contact: Contact, reading: Reading, speaker: _Speaker) -> Gate:
    """One confirmation, once: who is out already hears nothing more (47 CFR 64.1200(a)(12): one text, within 5 minutes)."""
    if contact.consent is Consent.OUT:
        return Gate(effects=(Note(kind=Happened.WROTE_AFTER_OPT_OUT),), who="stop, again")
    source = "keyword" if reading.command_keyword else "sentence"
    out = ChangeConsent(to=Consent.OUT, source=source, words=reading.text)
    return Gate(
        effects=(out, *speaker.say(Notice.OPTED_OUT), Note(kind=Happened.OPTED_OUT, data={"source": source})), ends=True, who="stop"
    )


def _start(contact: Contact, reading: Reading, speaker: _Speaker, ask_at: datetime | None) -> Gate:
    """Everything again, also for who asked for less. Where opt-ins are confirmed, only who was in before is in at once.

    Who is out stays out until the YES: a START that nobody confirms has changed nothing.
    """
    source = "keyword" if reading.command_keyword else "sentence"
    all_again = (ChangePace(less=False, source=source, words=reading.text),) if contact.less else ()
    doubted = contact.consent is Consent.HELD
    was_in = (contact.consent_before if doubted else contact.consent) is Consent.IN
    if ask_at is not None and not was_in:
        cleared = (ChangeConsent(to=Consent.UNKNOWN, source=source, words=reading.text),) if doubted else ()
        asked = AskOptIn(source=source, words=reading.text, at=ask_at)
        note = Note(kind=Happened.OPT_IN_ASKED, data={"source": source})
        return Gate(effects=(*cleared, asked, *all_again, *speaker.insist(Notice.CONFIRM), note), who="start: to be confirmed")
    back = ChangeConsent(to=Consent.IN, source=source, words=reading.text)
    return Gate(effects=(back, *all_again, *speaker.say(Notice.OPTED_IN), Note(kind=Happened.OPTED_IN)), who="start")


def _confirmed(reading: Reading, speaker: _Speaker) -> Gate:
    back = ChangeConsent(to=Consent.IN, source=DOUBLE_OPT_IN, words=reading.text)
    note = Note(kind=Happened.OPTED_IN, data={"source": DOUBLE_OPT_IN})
    return Gate(effects=(back, *speaker.insist(Notice.CONFIRMED), note), who="opt-in confirmed")


def _pace(contact: Contact, reading: Reading, speaker: _Speaker, *, less: bool) -> Gate:
    """Fewer texts, or all again. Said twice it is confirmed twice, and written down once."""
    change = ChangePace(less=less, source="keyword", words=reading.text)
    note = Note(kind=Happened.LESS_ASKED if less else Happened.MORE_ASKED)
    told = speaker.say(Notice.LESS if less else Notice.MORE)
    return Gate(effects=told if contact.less is less else (change, *told, note), who="less" if less else "more")


def _while_held(contact: Contact, reading: Reading, speaker: _Speaker) -> Gate:
    """A clear answer to the clarifying text decides; anything else is for the person who looks."""
    if reading.value == "yes" and reading.exact:
        out = ChangeConsent(to=Consent.OUT, source="clarified", words=reading.text)
        note = Note(kind=Happened.OPTED_OUT, data={"source": "clarified"})
        return Gate(effects=(out, *speaker.insist(Notice.OPTED_OUT), note), ends=True, who="clarified: stop")
    if reading.value == "no" and reading.exact:
        back = ChangeConsent(to=contact.consent_before, source="clarified", words=reading.text)
        return Gate(effects=(back, *speaker.insist(Notice.KEPT)), who="clarified: go on")
    return Gate(effects=(CallPerson("maybe_opt_out"), Note(kind=Happened.HEARD_BY_PERSON)), who="held in doubt")
