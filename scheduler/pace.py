"""How fast a number of ours may send, in segments a second. Pure; the rates are Twilio's defaults by the kind of number.

Twilio queues what comes faster, up to ten hours of it, and refuses what comes after that: a queue there can no longer be
stopped by a STOP, so it is better kept here.
"""

import re
from collections.abc import Mapping
from enum import Enum

import phonenumbers

from flows.segments import segments


class Kind(Enum):
    """Kinds of senders; the value is the default rate, segments a second."""

    LONG = 1.0
    TOLL_FREE = 3.0
    SHORT = 100.0


def kind_of(sender: str) -> Kind:
    """What a sender is by its name. A messaging service counts as one long number: who has more in it says so in SENDER_RATES."""
    if re.fullmatch(r"\d{3,8}", sender):
        return Kind.SHORT
    try:
        number = phonenumbers.parse(sender)
    except phonenumbers.NumberParseException:
        return Kind.LONG
    return Kind.TOLL_FREE if phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.TOLL_FREE else Kind.LONG


def rate_of(sender: str, configured: Mapping[str, float]) -> float:
    """Segments a second: as configured, else by the kind of number."""
    return configured.get(sender) or kind_of(sender).value


def cost_s(body: str, rate: float) -> float:
    """The seconds for which a text keeps its sender busy."""
    return segments(body).segments / rate
