"""The words that stand above every flow when they are the whole text: STOP, START, HELP, LESS, MORE, in five languages."""

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from nlp.folding import fold, one_slip
from nlp.types import Command

__all__ = ["command_keyword", "command_words", "fold", "pace_keyword", "pace_words", "provider_keyword"]

# Twilio's default lists (its page on advanced opt-out). YES is on its START list, but not here: it is an answer to a question.
_PROVIDER: Mapping[str, Command] = {
    **dict.fromkeys(("STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"), Command.STOP),
    **dict.fromkeys(("START", "UNSTOP"), Command.START),
    **dict.fromkeys(("HELP", "INFO"), Command.HELP),
}

# Our own words, by language. A word is here only if a business's customer hardly ever means something else by it alone,
# because no flow may use it as a choice. Left out on purpose, and read as sentences with less certainty (nlp.consent.optout):
#   fr "annuler", es "cancelar" and "fin", de "ende" stop where no question offers them: they answer "confirm or cancel?";
#   fr "assez" is "enough milk";
#   es "alto" is "tall" and "high", es "alta" is the other end of "alta, media, baja" (a wrong START costs more than a missed one);
#   es "no" and "para" need no word; de "halt" is a filler ("das ist halt so");
#   zh "取消" cancels orders (so it stops where no question offers it), and the "T" of "回T退订" is the letter of a list. "TD" is not.
# es "baja" stays, although it is also "low": it is what Spanish campaigns print ("BAJA al 5555"). The flow checker refuses it as a choice.
_STOP = {
    "en": ("stop", "stopall", "stop all", "unsubscribe", "unsub", "end", "quit", "cancel", "revoke", "optout", "opt out", "opt-out"),
    "fr": ("arrêt", "arrêter", "arrêtez", "arrête", "désabonner", "désabonnement", "désabonnez", "désinscrire", "désinscription"),
    "es": ("baja", "parar", "detener", "desuscribir", "desuscribirme", "darme de baja", "dar de baja"),
    "de": ("stopp", "abmelden", "abmeldung", "abbestellen", "austragen"),
    "zh": (
        "退订",
        "取消订阅",
        "停止",
        "拒收",
        "停止发送",
        "拒绝接收",
        "td",
        "退订td",
        "td退订",
        "退阅",
        "退",
        "回t",
        "回td",
        "回复td",
        "退定",
        "推订",
        "停停停",
    ),
}
_START = {
    "en": ("start", "unstop", "resubscribe", "re-subscribe", "opt in", "opt-in", "optin"),
    "fr": ("démarrer", "réabonner", "réabonnement"),
    "es": ("iniciar", "reanudar", "darme de alta"),
    "de": ("starten", "wieder anmelden"),
    "zh": ("开始", "订阅", "恢复订阅", "重新订阅"),
}
_HELP = {
    "en": ("help", "info"),
    "fr": ("aide", "infos"),
    "es": ("ayuda",),
    "de": ("hilfe",),
    "zh": ("帮助", "求助"),
}

# How often we text. Unlike those above they are everyday answers ("more", "plus"): a question or a flow that has the word keeps it.
_LESS = {
    "en": ("less", "fewer", "less texts", "fewer texts", "text less", "text me less"),
    "fr": ("moins", "moins de sms", "moins de messages", "moins souvent"),
    "es": ("menos", "menos mensajes", "menos sms"),
    "de": ("weniger", "weniger sms", "weniger nachrichten"),
    "zh": ("减少", "减少短信", "少发", "少发点", "少一点"),
}
_MORE = {"en": ("more",), "fr": ("plus",), "es": ("más",), "de": ("mehr",), "zh": ("更多",)}


def _table() -> dict[str, Command]:
    lists = ((_STOP, Command.STOP), (_START, Command.START), (_HELP, Command.HELP))
    return {fold(word): command for words, command in lists for language in words.values() for word in language}


_WORDS = MappingProxyType(_table())

_SPACED = re.compile(r"(?:[^\W_]\W+)+[^\W_]")
# French and German campaigns print "STOP au 36180"; a thumb that slides off leaves a figure behind ("stop1", "stop!1").
_NUMBERED = re.compile(r"(stopp?)\W*(?:\W(?:au|an|al|to)\W+)?\d{1,6}")
_RUNS = re.compile(r"(\w)\1{2,}")
_LEET = str.maketrans("01345@!$", "oieasais")
# What "STOP" becomes under a hurried thumb. Not "stp": that is French for "please".
_SLIPS = frozenset(
    {
        "sto",
        "sotp",
        "stpo",
        "tsop",
        "stopp",
        "sttop",
        "stoop",
        "stiop",
        "stoip",
        "dtop",
        "atop",
        "syop",
        "srop",
        "stopo",
        "stops",
        "stip",
        "tstop",
        "sstop",
        "astop",
        "sotop",
        "stup",
        "stopstop",
        "stopstopstop",
        "stop停",
        "cancell",
        "cancle",
        "qiut",
        "abmeldn",
    }
)


def provider_keyword(text: str) -> Command | None:
    """The command that Twilio's default lists make of a text, as it came over the wire: the whole body, any case, trimmed."""
    return _PROVIDER.get(text.strip().upper())


def command_words() -> Mapping[str, Command]:
    """Every keyword of STOP, START and HELP in any language, folded: what a flow may not use as a choice or a keyword."""
    return _WORDS


def pace_keyword(whole: str) -> Command | None:
    """LESS or MORE, where a folded text is one of their words and nothing else."""
    return _PACE.get(whole)


def pace_words() -> Mapping[str, Command]:
    """Every word of LESS and MORE in any language, folded: a flow may use one, and then its customers cannot say it to us."""
    return _PACE


_PACE = MappingProxyType(
    {fold(word): command for words, command in ((_LESS, Command.LESS), (_MORE, Command.MORE)) for own in words.values() for word in own}
)


def keyword_language(whole: str) -> str | None:
    """The language that a folded keyword is of; None for one of several, or of none."""
    found = [name for words in (_STOP, _START, _HELP, _LESS, _MORE) for name, language in words.items() if whole in map(fold, language)]
    return found[0] if len(found) == 1 and whole not in _INTERNATIONAL else None


_INTERNATIONAL = frozenset({"stop", "start", "info", "help"})
"""Words that people of every language text."""


@lru_cache(maxsize=512)
def command_keyword(whole: str) -> Command | None:
    """The command whose keyword a folded text is, also spelled out ("s t o p"), in digits ("st0p") or drawn out ("stoooop")."""
    if command := _WORDS.get(whole):
        return command
    if len(whole) > 40:
        return None
    if _NUMBERED.fullmatch(whole):
        return Command.STOP
    joined = re.sub(r"\W+", "", whole) if _SPACED.fullmatch(whole) else whole
    plainer = _RUNS.sub(r"\1", joined)
    if any(sign.isalpha() for sign in plainer):
        plainer = plainer.translate(_LEET)
    if plainer in _SLIPS:
        return Command.STOP
    # Single letters and pairs are answers ("a b", "t d"), whatever they spell.
    return (_WORDS.get(plainer) if len(plainer) > 3 else None) or _torn(whole) or _misspelled(plainer)


def _torn(whole: str) -> Command | None:
    """STOP with a gap in it: "st op", "un subscribe", "退 订"; three pieces at most, or it is a sentence."""
    pieces = re.split(r"\W+", whole)
    joined = "".join(pieces)
    known = len(pieces) in (2, 3) and joined not in _TWO_WORDS and (len(joined) > 3 or not joined.isascii())
    return Command.STOP if known and _WORDS.get(joined) is Command.STOP else None


_TWO_WORDS = frozenset({"baja"})  # "ba ja" is German for "pah, yes"
_LONG = 8


def _misspelled(word: str) -> Command | None:
    """A long keyword of STOP with one slip of the thumb: "unsubscibe". Short words have too many neighbours."""
    if len(word) < _LONG or " " in word or not word.isascii():
        return None
    return next((Command.STOP for known in _LONG_STOPS if abs(len(known) - len(word)) <= 1 and one_slip(word, known)), None)


_LONG_STOPS = tuple(
    word for word, command in _WORDS.items() if command is Command.STOP and len(word) >= _LONG and word.isalpha() and word.isascii()
)
