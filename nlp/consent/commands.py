"""What stands above every flow: STOP, START, HELP, LESS, MORE, a wish for a person, and what may be an opt-out."""

from dataclasses import dataclass
from functools import lru_cache

from nlp.consent.keywords import command_keyword, pace_keyword
from nlp.consent.optout import OptOut, hear_optout
from nlp.consent.wishes import Wish, hear_wish
from nlp.folding import Folded
from nlp.types import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardCommand:
    """A command, how sure, and why. keyword: the whole text is its keyword. yields: gives way to the question's own words."""

    command: Command
    confidence: float
    why: str
    keyword: bool = False
    yields: bool = False


@lru_cache(maxsize=512)
def hear_command(text: Folded) -> HeardCommand | None:
    """The command that a text gives by keywords and rules, None where it gives none.

    An opt-out stands above a wish for a person, except where it is the machine that is to stop ("Stop the bot, get me a human").
    """
    whole = f"s{text.whole}" if text.lettered.lstrip().startswith("$") else text.whole  # "$top": folding drops the sign
    if keyword := command_keyword(text.whole) or command_keyword(whole):
        return HeardCommand(command=keyword, confidence=1.0, why=f"keyword {text.whole}", keyword=True)
    if pace := pace_keyword(text.whole):
        return HeardCommand(command=pace, confidence=1.0, why=f"keyword {text.whole}", yields=True)
    optout = hear_optout(text)
    wish = hear_wish(text)
    if wish is not None and (optout is None or _person_rather_than_silence(optout, wish)):
        return HeardCommand(command=wish.command, confidence=wish.confidence, why=wish.why, yields=True)
    if optout is None:
        return None
    yields = optout.bare or optout.command is Command.MAYBE_STOP
    return HeardCommand(command=optout.command, confidence=optout.confidence, why=optout.why, yields=yields)


def _person_rather_than_silence(optout: OptOut, wish: Wish) -> bool:
    if wish.command is not Command.HUMAN:
        return False
    return wish.about_bot or optout.bare or optout.command is Command.MAYBE_STOP
