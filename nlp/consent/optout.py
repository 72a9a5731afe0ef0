"""Opt-outs in people's own words: STOP, MAYBE_STOP or nothing, by guarded rules in five languages.

A keyword that is the whole text is nlp.consent.keywords' matter. Rules of every language are tried on every text: people who write
one language know "stop" of another. Source of the duty: 47 CFR 64.1200(a)(10), any reasonable means of revocation.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from nlp.consent.asides import is_aside, wants_to_stay
from nlp.consent.optout_de import GERMAN
from nlp.consent.optout_en import ENGLISH
from nlp.consent.optout_es import SPANISH
from nlp.consent.optout_fr import FRENCH
from nlp.consent.optout_frames import DOUBTFUL, FRAME_CUES, FRAMES, FRAMES_HAN, SURE_FRAMES
from nlp.consent.optout_grammar import Grammar, NamedPattern
from nlp.consent.optout_more import MORE, MORE_HAN
from nlp.consent.optout_zh import CHINESE
from nlp.folding import Folded, fold, look, word_set
from nlp.types import Command

_GRAMMARS = (ENGLISH, FRENCH, SPANISH, GERMAN, CHINESE)

_SPELLED = re.compile(r"(?<![^\W_])(?:[a-z][ .\-*]{1,2}){3,11}[a-z](?![^\W_])")
_DRAWN = re.compile(r"([a-z])\1{2,}")
_MIXED = re.compile(r"\b[a-z]*[01345@$][a-z]+[a-z01345@$]*\b")
_TEXTING_WORDS = {
    "kiero": "quiero",
    "ke": "que",
    "dja": "deja",
    "plu": "plus",
    "sotp": "stop",
    "stpo": "stop",
    "nich": "nicht",
    "mier": "mir",
}
_TEXTING = re.compile(rf"\b(?:{'|'.join(_TEXTING_WORDS)})\b")
_LEET = str.maketrans("01345@$", "oieasas")
_HANDS = re.compile("[🛑⛔✋🚫🙅]")
_STOP_SIGNS = re.compile("[🛑⛔]")

# A friend's "stop it lah" is fun among friends; nobody writes so to a shop. Only doubtful and bare readings are undone by it.
_AMONG_FRIENDS = re.compile(
    r"(?:^|[\s.,!])(?:lah|la(?=\s*(?:$|[.,!~]))|leh|lor|liao|hor|meh|ba|ah|eh|haha\w*|hehe\w*|hihi|lol\w*|lmao|rofl|xd|babe|baby|darling|dear|sweetie|honey|bro|dude|jaja\w*|jeje|mdr|ptdr|哈哈|嘻嘻|嘿嘿|亲爱的|老婆|老公|宝贝)(?:$|[\s.,!~])|哈哈|嘻嘻|嘿嘿|亲爱的|老婆|老公|宝贝|[:;=]-?[)dpD]"
    r"|(?:so|too|zu|trop|que|making me|killing me|faire|me haces|bringst mich zum|这么|太好)\s?"
    r"(?:funny|lustig|drole|risa|laugh|blush|rire|reir|lachen|笑)|killing me"
)

_HAN = re.compile("[\u3400-\u9fff]")
_WHATEVER_ELSE = 0.95  # the confidence of rules that hold whatever else is said

# Rules whose words friends say to each other as well.
_TEASING = ("leave me alone", "stop it", "no more", "go away", "do not disturb me", "enough", "give it up", "let go")


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut:
    """What the rules heard: STOP or MAYBE_STOP. bare: nothing but a stop word and politeness ("enough", "ok stop")."""

    command: Command
    confidence: float
    why: str
    bare: bool = False


def hear_optout(text: Folded) -> OptOut | None:
    """The opt-out that a text is by the rules, the most certain one of all languages; None where there is none."""
    return _hear_whole(text) or _hear_clauses(text)


def _hear_clauses(text: Folded) -> OptOut | None:
    """A clear opt-out in a clause of its own: "I texted stop by mistake last year, now really remove me"."""
    if not FRAME_CUES.search(text.sentence) or not is_aside(text) or wants_to_stay(text) or _asks_for_another_channel(_mended(text)):
        return None
    clauses = [clause for clause in _CLAUSES.split(text.sentence) if clause and clause.strip()]
    if not 2 <= len(clauses) <= _MOST_CLAUSES:
        return None
    for clause in clauses:
        found = _hear_whole(look(clause.strip()))
        if found and found.command is Command.STOP and not found.bare:
            return OptOut(command=Command.STOP, confidence=found.confidence, why=f"{found.why}, in its own clause")
    return None


_CLAUSES = re.compile(r" \||(?= (?:now|but|also|so|mais|maintenant|donc|pero|ahora|asi que|aber|jetzt|also|nun) )|(?=这次|现在|但)")
_MOST_CLAUSES = 12


def _hear_whole(text: Folded) -> OptOut | None:
    """The opt-out that a text is, where nothing in all of it speaks against that."""
    sentence = _mended(text)
    if FRAME_CUES.search(sentence) and (sure := _first(SURE_FRAMES, sentence)):
        return OptOut(command=Command.STOP, confidence=_WHATEVER_ELSE, why=f"opt-out rule: {sure}")
    best: OptOut | None = None
    for grammar in _triggered(sentence):
        found = _hear(grammar, sentence)
        if found and (best is None or found.confidence > best.confidence):
            best = found
    if best is None or best.command is Command.MAYBE_STOP:
        best = _shouted(text, sentence) or _led_by_stop(sentence) or best or _sign(text)
    if best is None or best.command is Command.MAYBE_STOP:
        found = _by_frames(sentence, doubts=best is None)
        best = found if found and not is_aside(text) and not _asks_for_another_channel(sentence) else best
    if best is None or (best.confidence < _WHATEVER_ELSE and is_aside(text)):
        return None
    undone = best.bare or best.command is Command.MAYBE_STOP or best.why.endswith(_TEASING)
    return None if undone and _AMONG_FRIENDS.search(text.lettered) else best


@lru_cache(maxsize=512)
def speaks_against(text: Folded) -> bool:
    """Whether the text has a phrase that looks like an opt-out and is none, or asks for another channel.

    The encoder takes "I don't want to unsubscribe" for its opposite, so no classifier is asked about such a text.
    """
    if is_aside(text):
        return True
    sentence = _mended(text)
    return _looks_like_one(sentence) or _asks_for_another_channel(sentence)


def _looks_like_one(sentence: str) -> bool:
    return any(grammar.neutral.search(sentence) for grammar in _triggered(sentence))


def _cleared(sentence: str) -> str:
    """The sentence without the phrases of any language that only look like an opt-out."""
    for grammar in _triggered(sentence):
        sentence = grammar.neutral.sub(" _", sentence)
    return sentence


def _asks_for_another_channel(sentence: str) -> bool:
    return any(grammar.prefers is not None and grammar.prefers.search(sentence) is not None for grammar in _triggered(sentence))


@lru_cache(maxsize=64)
def _triggered(sentence: str) -> tuple[Grammar, ...]:
    """The grammars that a word of the sentence calls for; several steps ask, one after the other."""
    return tuple(grammar for grammar in _GRAMMARS if grammar.trigger.search(sentence))


_PLEASE = r"(?: (?:please|pls|plz|kindly|svp|merci d|por favor|bitte|请))*"
_LED = re.compile(
    rf"^(?: (?:ok|hey|hi|hello|sorry|no|bonjour|hola|hallo))*(?P<please>{_PLEASE}) "
    r"(?:stop|stopp|arretez|arrete|arreter|paren|pare|basta|dejen|aufhoren|hort auf|horen sie auf|停|停止)"
    r"(?P<thanks>(?: (?:please|pls|plz|now|svp|bitte|por favor|ya|it|this|thanks))*) \|"
    r"(?P<reason> (?:(?:i|we) (?:dont|do not|didnt|did not|never|am not|no longer|already|have|havent|asked|told|moved|said|hate|cant|wont|"
    r"just want)|this is|these|your|not interested|wrong|who|leave|remove|take|texts?|my|je|vous|vos|c est|ce|no|ya|me|mi|ich|sie|ihr|das|"
    r"euer|eure|keine?)(?!\w)| 我| 你们| 不)?"
)


def _led_by_stop(sentence: str) -> OptOut | None:
    """A stop word as the first clause, with politeness or a reason after it: "Please stop. I moved away"."""
    found = _LED.search(sentence)
    if found is None or not (found["please"] or found["thanks"] or found["reason"]):
        return None
    sure = bool(found["please"]) and found["reason"] is not None
    command = Command.STOP if sure else Command.MAYBE_STOP
    return OptOut(command=command, confidence=0.9 if sure else 0.5, why="a stop word leads, enough", bare=True)


_SHOUTED = re.compile(r"^\W*(?:STOP|ARR[EÊ]T(?:EZ)?|BAJA|BASTA|STOPP)(?!\w)|(?<!\w)(?:STOP|ARR[EÊ]T(?:EZ)?|BAJA|STOPP)\W*$")


def _shouted(text: Folded, sentence: str) -> OptOut | None:
    """The keyword in capitals at the start or end of a text that is else in small letters: "STOP I never asked for this"."""
    found = _SHOUTED.search(text.raw)
    if found is None or text.raw.isupper() or ENGLISH.neutral.search(sentence) or FRENCH.neutral.search(sentence):
        return None
    return OptOut(command=Command.MAYBE_STOP, confidence=0.6, why="keyword in capitals")


def _by_frames(sentence: str, *, doubts: bool) -> OptOut | None:
    """An opt-out by the frames of nlp.consent.optout_more and optout_frames. doubts: whether what may be one counts too."""
    cleared = _cleared(sentence)
    cued = FRAME_CUES.search(cleared) is not None
    found = _first(MORE, cleared) or (_first(FRAMES, cleared) if cued else None)
    if found is None and _HAN.search(cleared):
        found = _first(MORE_HAN, cleared) or _first(FRAMES_HAN, cleared)
    if found:
        return OptOut(command=Command.STOP, confidence=0.9, why=f"opt-out rule: {found}")
    doubt = _first(DOUBTFUL, cleared) if doubts and cued else None
    return OptOut(command=Command.MAYBE_STOP, confidence=0.5, why=f"opt-out rule: {doubt}") if doubt else None


def _mended(text: Folded) -> str:
    """The sentence with spelled-out, drawn-out and digit-for-letter words made whole: "s t o p", "stoooop", "st0p"."""
    sentence = text.sentence
    if _SPELLED.search(text.lettered):
        sentence = f" {fold(_SPELLED.sub(lambda found: re.sub(r'[^a-z]', '', found.group()), text.lettered))} "
    sentence = _TEXTING.sub(lambda found: _TEXTING_WORDS[found.group()], sentence)
    sentence = _DRAWN.sub(r"\1", sentence)
    return _MIXED.sub(lambda found: found.group().translate(_LEET), sentence)


def _hear(grammar: Grammar, sentence: str) -> OptOut | None:
    if rule := _first(grammar.first, sentence):
        return _verdict(grammar, rule, Command.STOP, 0.95)
    cleared = grammar.neutral.sub(" _", sentence)
    prefers = grammar.prefers is not None and grammar.prefers.search(cleared) is not None
    if rule := _first(grammar.stops, cleared):
        # Another way of being reached was asked for: not the end of it all, and not for a machine to judge where texts were refused.
        if prefers:
            return _verdict(grammar, f"{rule}, but another channel", Command.MAYBE_STOP, 0.5) if rule.startswith("unsubscribe") else None
        return _verdict(grammar, rule, Command.STOP, 0.93)
    if grammar.bare.search(cleared):
        return _verdict(grammar, "bare word", Command.STOP, 0.9, bare=True)
    if grammar.maybe_bare is not None and grammar.maybe_bare.search(cleared):
        return _verdict(grammar, "bare word that may be about something else", Command.MAYBE_STOP, 0.5, bare=True)
    if not prefers and (rule := _first(grammar.maybes, cleared)):
        return _verdict(grammar, rule, Command.MAYBE_STOP, 0.5)
    return None


def _first(patterns: tuple[NamedPattern, ...], sentence: str) -> str | None:
    return next((name for name, pattern in patterns if pattern.search(sentence)), None)


def _verdict(grammar: Grammar, rule: str, command: Command, confidence: float, *, bare: bool = False) -> OptOut:
    return OptOut(command=command, confidence=confidence, why=f"opt-out rule, {grammar.language}: {rule}", bare=bare)


_POLITE = word_set("ok okay please pls plz no thanks thank you thx now just svp merci stp bitte danke por favor gracias 请 谢 k non nein")


def _sign(text: Folded) -> OptOut | None:
    """A stop sign, with nothing but politeness beside it ("ok 🛑")."""
    if not _HANDS.search(text.raw) or any(word not in _POLITE for word in text.words):
        return None
    command = Command.STOP if _STOP_SIGNS.search(text.raw) else Command.MAYBE_STOP
    return OptOut(command=command, confidence=0.85 if command is Command.STOP else 0.5, why="stop sign", bare=True)
