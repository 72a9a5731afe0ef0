"""What an error code of the carrier's means for us: Twilio's table as data (docs/operating.md shows it).

Sources: Twilio's error pages, read 2026-11-22. Codes marked G are partly from memory. Twilio gives no retry policy; the
classes are our judgement. An unknown code is tried once more, later, and logged.
"""

from collections.abc import Mapping
from enum import StrEnum


class Reaction(StrEnum):
    STOP_ALL = "stop_all"  # credentials or account: everything waits, alarm
    HOLD = "hold"  # sender, service or country misconfigured: the message fails, alarm
    OPT_OUT = "opt_out"  # the carrier says that the contact is out
    UNREACHABLE = "unreachable"  # this number never works
    SLOW_DOWN = "slow_down"  # queue full or rate limit: again later
    SOFT = "soft"  # may work later: one retry after hours
    FAIL = "fail"  # no retry
    BUG = "bug"  # our own mistake: fails, alarm
    SUPPRESS = "suppress"  # blocked by the recipient: no retry
    REST = "rest"  # the carrier takes no more of this sender today
    LATE = "late"  # validity expired


REACTIONS: Mapping[int, Reaction] = {
    **dict.fromkeys((20003, 20404, 20005, 30002), Reaction.STOP_ALL),
    **dict.fromkeys((21211, 21614, 21635, 30005, 30006), Reaction.UNREACHABLE),
    **dict.fromkeys((21408, 21606, 21603, 21608, 21659, 21660, 21703, 21704, 21705, 30032, 30034, 30041), Reaction.HOLD),
    **dict.fromkeys((21610,), Reaction.OPT_OUT),
    **dict.fromkeys((21612, 30007, 30410, 30450, 30453, 30454, 30485, 63016), Reaction.FAIL),
    **dict.fromkeys((21602, 21617, 21619), Reaction.BUG),
    **dict.fromkeys((20429, 21611, 30001, 63018), Reaction.SLOW_DOWN),
    **dict.fromkeys((30022, 30023, 30026, 30027), Reaction.REST),
    **dict.fromkeys((30003, 30008), Reaction.SOFT),
    **dict.fromkeys((30004, 30640, 63014), Reaction.SUPPRESS),
    **dict.fromkeys((30036, 30610), Reaction.LATE),
}

MEANINGS: Mapping[int, str] = {
    20003: "wrong credentials",
    20005: "account suspended",
    21211: "not a valid number",
    21408: "country not enabled for this account",
    21606: "this sender cannot text",
    21608: "trial account, number not verified",
    21610: "opted out at the carrier",
    21611: "the sender's queue is full",
    21612: "no route from this sender to this number",
    21614: "not a mobile number",
    21635: "a landline",
    30001: "the queue is full",
    30002: "account suspended",
    30003: "phone off or out of reach",
    30004: "blocked by the recipient or the carrier",
    30005: "unknown or inactive number",
    30006: "landline, or a carrier that cannot be reached",
    30007: "filtered by the carrier",
    30008: "unknown error at the carrier",
    30022: "the limit of the registration (10DLC) is exceeded",
    30023: "the carrier's daily limit is reached",
    30026: "the carrier's daily limit is nearly reached",
    30027: "the carrier's daily limit (T-Mobile) is reached",
    30034: "number not registered (10DLC)",
    30036: "not delivered in time",
}


def reaction_to(code: int) -> Reaction:
    """What to do about an error code; an unknown one is soft."""
    return REACTIONS.get(code, Reaction.SOFT)


def meaning(code: int) -> str:
    """A code in words, for staff."""
    return MEANINGS.get(code, "see the carrier's list of error codes")
