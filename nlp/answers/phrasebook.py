"""Yes, no and maybe by what every word of a text says: a text of which one word is unknown says nothing here.

A text is cut into the longest phrases of nlp.answers.yesno_words, one language at a time. Phrases that answer by themselves are verdicts;
between them a word that says what is so, or is not, is turned round by each negation of its clause ("nothing wrong with that" is a yes).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache

from nlp.answers.fit import Fit, likely
from nlp.answers.yesno_words import ALL, Lists
from nlp.folding import Folded, letters, plain

MAX_WORDS = 16
"""A longer text says more than yes or no."""


SURE = {"yes": 0.92, "no": 0.92, "maybe": 0.8}
"""Estimates for questions of all kinds. Of answers of strangers to indirect questions nine in ten such yes and no were right, but only a
third of the maybes; nearly all where the answer was direct. The maybe's is a compromise between the two, not a measured share."""


class _Role(Enum):
    """What a phrase does in a sentence; the value is the name of its list."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"
    GOOD = "good"
    BAD = "bad"
    SURE = "sure"
    KNOWN = "known"
    NOT = "nots"
    REST = "rest"
    TURN = "turns"
    BUT = "buts"
    BREAK = ""


_VERDICTS = {_Role.YES: "yes", _Role.NO: "no", _Role.MAYBE: "maybe"}
# Where a phrase stands in two lists, the later role of these is its own.
_ORDER = (_Role.REST, _Role.KNOWN, _Role.GOOD, _Role.BAD, _Role.SURE, _Role.NOT, _Role.BUT, _Role.TURN, _Role.MAYBE, _Role.NO, _Role.YES)
_TURNED = {"yes": "no", "no": "yes", "maybe": "maybe"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Book:
    """One language. known: a phrase's words → its roles, verdicts first. longest: words of its longest phrase."""

    known: Mapping[tuple[str, ...], tuple[_Role, ...]]
    expand: Mapping[str, tuple[str, ...]]
    longest: int


def _words(phrase: str) -> tuple[str, ...]:
    """Words as nlp.folding parts them: a Chinese character is one."""
    bare = plain(letters(phrase))
    return tuple(bare.split()) if bare.isascii() else tuple(part for word in bare.split() for part in _parted(word))


def _parted(word: str) -> tuple[str, ...]:
    return tuple(word) if "\u3400" <= word[0] <= "\u9fff" else (word,)


def _book(lists: Lists) -> _Book:
    pairs = [pair.strip().split("=") for pair in lists["expand"].split(",") if pair.strip()]
    expand = {_words(short)[0]: _words(long) for short, long in pairs}
    known: dict[tuple[str, ...], tuple[_Role, ...]] = {}
    for role in _ORDER:
        for phrase in lists[role.value].split(","):
            words = tuple(part for word in _words(phrase) for part in expand.get(word, (word,)))
            known[words] = (role, *(other for other in known.get(words, ()) if other is not role))
    return _Book(known=known, expand=expand, longest=max(map(len, known)))


@cache
def _books() -> tuple[_Book, ...]:
    return tuple(map(_book, ALL))


def read_phrases(text: Folded) -> Fit | None:
    """The answer of a text whose every word is known in one of the languages; None else, and where it says yes and no at once."""
    if not text.words or len(text.words) > MAX_WORDS:
        return None
    readings = [roles for book in _books() if (roles := _roles(text, book)) and _verdict(roles)]
    if not readings:
        return None
    # "No sé" is two words to the French book, one phrase to the Spanish: who knows more of it at once is right.
    roles = min(readings, key=len)
    value = _verdict(roles)
    # "Are you sure?" asks; "yes?" answers.
    if value is None or (text.lettered.rstrip().endswith(("?", "？")) and not any(role in _VERDICTS for role in roles)):
        return None
    settled = _Role.TURN not in roles and _Role.BUT not in roles
    if not settled:
        return likely(value, 0.85, "every word is known")
    return Fit(value=value, exact=True, confidence=SURE[value], why="every word is known")


def _roles(text: Folded, book: _Book) -> list[_Role] | None:
    found: list[_Role] = []
    for clause in text.sentence.split("|"):
        words = [part for word in clause.split() for part in _spread(word, book)]
        if found and words:
            found.append(_Role.BREAK)
        at = 0
        while at < len(words):
            for n in range(min(book.longest, len(words) - at), 0, -1):
                roles = book.known.get(tuple(words[at : at + n]))
                if roles is not None:
                    break
            else:
                return None
            whole = n == len(words)
            negates = not whole and roles[0] is _Role.NO and _negates(words[at : at + n], book)
            found.append(_Role.NOT if negates else _in_place(roles, alone=whole))
            at += n
    return found


def _negates(words: list[str], book: _Book) -> bool:
    """Whether a phrase that says no is but the beginning of what is denied: "I do not" in "I do not see a problem"."""
    denying = words if len(words) <= 2 else words[-1:]
    return any(_Role.NOT in book.known.get((word,), ()) for word in denying)


def _in_place(roles: tuple[_Role, ...], *, alone: bool) -> _Role:
    """A word such as "right" answers where it is a whole clause, and says what is so where it stands in a sentence."""
    if not alone and len(roles) > 1 and roles[0] in _VERDICTS:
        inner = [role for role in roles[1:] if role not in _VERDICTS]
        return inner[0] if inner else roles[0]
    return roles[0]


def _spread(word: str, book: _Book) -> tuple[str, ...]:
    """A word as the book knows it: short forms written out, drawn-out letters let go, Chinese by the character."""
    parts = book.expand.get(word)
    if parts is None and (word,) not in book.known:
        short = _let_go(word)
        parts = book.expand.get(short) or _parted(short)
    return parts or (word,)


def _let_go(word: str) -> str:
    """ "yesssss" → "yess", "noooo" → "noo": no run of a letter longer than two, and one at the end of the longer runs."""
    kept = [letter for at, letter in enumerate(word) if word[at - 2 : at] != letter * 2 or at < 2]
    return "".join(kept)


def _verdict(roles: list[_Role]) -> str | None:
    """What a sentence of these roles says: after the last turn, all its verdicts together."""
    said: list[str] = []
    set_against = False
    negated, judged, knows, before = False, "", False, _Role.BREAK

    def close() -> None:
        nonlocal negated, judged, knows
        if negated and knows and not judged:
            said.append("maybe")
        elif judged or negated:
            said.append(_TURNED[judged or "yes"] if negated else judged)
        negated, judged, knows = False, "", False

    for role in roles:
        if role in _VERDICTS:
            value = _VERDICTS[role]
            if negated and not judged:
                said.append(_TURNED[value] if value == "yes" else value)
                negated = False
            else:
                close()
                said.append(value)
        elif role is _Role.NOT:
            negated = True
        elif role is _Role.KNOWN and not negated:
            knows = True  # German says "I know that not"
        elif role in (_Role.SURE, _Role.KNOWN) and negated and not judged:
            said.append("maybe")
            negated = False
        elif role in (_Role.GOOD, _Role.BAD, _Role.SURE):
            value = "no" if role is _Role.BAD else "yes"
            judged = value if not judged else _together(judged, value)
        elif role is _Role.BREAK or role is _Role.BUT:
            close()
            set_against = set_against or (role is _Role.BUT and bool(said))
        elif role is _Role.TURN and (before in _VERDICTS or before is _Role.BREAK):
            close()
            said = []
        before = role
    close()
    return _sum(said, set_against=set_against)


def _together(one: str, other: str) -> str:
    """Two judgements of one clause: "it is true that it is wrong" is wrong."""
    return "yes" if one == other == "yes" else "no"


def _sum(said: list[str], *, set_against: bool) -> str | None:
    values = set(said)
    if not values:
        return None
    if "maybe" in values or (set_against and len(values) > 1):
        return "maybe"
    return values.pop() if len(values) == 1 else None
