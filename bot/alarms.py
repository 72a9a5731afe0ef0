"""Alarms in words: what happened, and what to do about it. The rows are in models/alarm.py."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.alarm import AlarmKind


@dataclass(frozen=True, slots=True)
class Words:
    """what: what happened; how: what to do."""

    what: str
    how: str


WORDS: Mapping[AlarmKind, Words] = {
    AlarmKind.PAUSED: Words(
        "All proactive sending is paused: the provider refuses everything.",
        "Put credentials or account right at the provider, then `parley resume`. What waits is kept.",
    ),
    AlarmKind.MISCONFIGURED: Words(
        "The provider refuses texts of a sender, a service or to a country.",
        "Look the code up in docs/operating.md, put registration or permissions right, then start anew what failed.",
    ),
    AlarmKind.BUG: Words(
        "A text that can never be sent came as far as the provider.",
        "Correct the flow's step that wrote it (empty, or over 1600 characters); `parley why` names it by its number in the log.",
    ),
    AlarmKind.FILTERED: Words(
        "The carrier filtered a text as spam.",
        "Change the wording (brand, no short links of others, how to opt out) before the flow is started again.",
    ),
    AlarmKind.EVENT_SET_ASIDE: Words(
        "Something that a contact's conversation had to hear failed five times and was set aside.",
        "The contact waits in the inbox as `Something failed`. The log has the error at that time.",
    ),
    AlarmKind.SPOOL_REFUSED: Words(
        "A text that came while the database was away cannot be stored.",
        "Its form is in PARLEY_HOME/spool/refused: read it there, and answer by hand.",
    ),
    AlarmKind.SPOOL_FULL: Words(
        "Texts were turned away: the database was away and the disk full.",
        "Make room. The provider's list is read every minute, so what it kept comes in by itself.",
    ),
    AlarmKind.CALL_REFUSED: Words(
        "A flow asked a web service that it may not ask, or with a secret that is not there.",
        "refused: list its host in CALL_HOSTS, unless it lies in a private network. no_secret: add the name to CALL_SECRETS. Start again.",
    ),
    AlarmKind.SPENDING: Words(
        "The ceiling of what may be spent in this day or month is reached: what nobody asked for waits for the next one.",
        "Wait, or raise SPEND_DAY or SPEND_MONTH and start Parley anew. `parley spend` shows the sums. Answers go on.",
    ),
    AlarmKind.READING: Words(
        "Replies are read by rules alone: a model that ships with Parley is missing or damaged.",
        "Install Parley anew (`make clean && make install`) and start it again; `parley doctor` names the file.",
    ),
    AlarmKind.RESTING: Words(
        "A carrier takes no more marketing of a sender today, by the daily limit of its registration.",
        "Its marketing goes on by itself at midnight in California. Send less a day, or have the registration's limit raised.",
    ),
    AlarmKind.NONSENSE: Words(
        "The provider's API gave an answer that is none: nobody knows whether the text left.",
        "The text is looked up first. Check TWILIO_API_BASE, and proxies in between; the provider's status page may say more.",
    ),
    AlarmKind.UNRESOLVED: Words(
        "Marketing texts were given up: nobody knows whether they left, and the provider's list is not trusted (PROVIDER_LIST).",
        "`parley why` tells of each. A report that still comes settles it; none is sent again by itself.",
    ),
    AlarmKind.CAMPAIGN: Words(
        "A campaign was paused: its pilot, the carrier or its sender said that it should not go on.",
        "`parley campaign show NAME` says why. Put that right, then resume or cancel it; nobody who waits is lost meanwhile.",
    ),
}


def words(kind: str) -> Words:
    """An alarm in words, for staff."""
    return WORDS[AlarmKind(kind)]
