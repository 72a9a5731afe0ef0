"""What the words and signs of a text say of its mood."""

import re
from dataclasses import dataclass

from nlp.folding import Folded
from nlp.language import guess_language
from nlp.mood.lexicon import ANY, MOST_WORDS, NEGATORS, STRENGTHENERS, WEAKENERS, Lexicon, lexicon, word_weight

POSITIVE_SIGNS = frozenset("👍👌😀😃😄😁😆😊🙂😍🥰😘😋🤩🥳🎉❤♥💕💖💯👏🙌✨⭐🌟☺😻🔥💪🤗😇🫶✅😂🤣💗💙💚💜🧡💛😎🥹🤝🙏😌😉😜😝🏆")
NEGATIVE_SIGNS = frozenset("👎😞😠😡🤬😢😭😤😒🙁☹😕😖😩😫🤮🤢💩😣😔😟😑🙄💔😾❌😰😱😨😧😦😥😓🥱😬🤦🖕⚠🥺😷🤒")
_GLAD_FACE = re.compile(r"[:;=8x]['o^]?-?[)dpb\]}3*](?!\w)|<3+|\^[_.]?\^|(?<!\w)xd+(?!\w)|[(\[{]-?[:;=](?!\w)|\\o/")
_SAD_FACE = re.compile(r"(?<!\w)[:=]['´,]?-?(?:[(|\\\[{@]|/(?!/)|[cs](?!\w))|[)\]]-?:(?!\w)|t[_.]t|-[_.]+-|>[:.]?[(<]|d:(?!\w)|</3|=\[")
_TURN_WITHIN = re.compile(r" (?=(?:but|however|although|though|mais|pero|aber|cependant|jedoch) )|(?=但是?|可是|不过|就是)")
_HAN_NEGATION = re.compile("[不没无别勿](?:是|太|够|很|怎么|那么|有|觉得)?$")


class Tally:
    """Praise and blame of one text, as its words are met."""

    __slots__ = ("blame", "negated", "praise")

    def __init__(self) -> None:
        self.praise = self.blame = 0.0
        self.negated = 0

    def add(self, weight: float) -> None:
        """One telling word more."""
        if weight > 0:
            self.praise += weight
        else:
            self.blame -= weight


def _count(text: Folded) -> Tally:
    language = guess_language(text)
    known, negators = (
        lexicon(language),
        NEGATORS.get(language or "en", NEGATORS[ANY]) | (NEGATORS[ANY] if language is None else frozenset()),
    )
    tally = Tally()
    for clause in _TURN_WITHIN.sub(" | ", text.sentence).split(" | "):
        _count_words(clause.split(), known, negators, tally)
        if not clause.isascii() and known.pattern is not None:
            _count_han(clause, known, tally)
    return tally


def _count_words(words: list[str], known: Lexicon, negators: frozenset[str], tally: Tally) -> None:
    at, scope, strength = 0, 0, 1.0
    while at < len(words):
        weight, n_words = _longest(words, at, known)
        word = words[at]
        if n_words == 1 and word in negators:
            tally.negated += 1
            scope, weight = 4, None
            # "not only good": no negation
            if words[at + 1 : at + 2] in (["only"], ["just"], ["seulement"], ["solo"], ["nur"]):
                scope = 0
        elif n_words == 1 and word in STRENGTHENERS and at + 1 < len(words):
            strength, weight = 1.4, (weight if word in {"damn", "bloody", "fucking"} and words[at + 1] not in known.weights else None)
        elif n_words == 1 and word in WEAKENERS:
            strength, weight = 0.6, None
        if weight:
            # "not good" is a complaint; "not bad" is no more than mild praise.
            flipped = scope > 0
            if flipped and weight < 0:
                tally.negated -= 1  # what is denied is the blame: no complaint is left
                scope = 0
            value = weight * strength
            tally.add((-0.8 * value if value > 0 else -0.4 * value) if flipped else value)
            strength = 1.0
        scope = max(0, scope - 1)
        at += n_words


def _longest(words: list[str], at: int, known: Lexicon) -> tuple[float | None, int]:
    for n_words in range(min(MOST_WORDS, len(words) - at), 1, -1):
        found = known.weights.get(" ".join(words[at : at + n_words]))
        if found is not None:
            return found, n_words
    return word_weight(words[at], known.weights), 1


def _count_han(clause: str, known: Lexicon, tally: Tally) -> None:
    assert known.pattern is not None
    for match in known.pattern.finditer(clause):
        weight = known.weights[match.group()]
        negated = weight and match.group()[0] not in "不没无别" and _HAN_NEGATION.search(clause, max(0, match.start() - 4), match.start())
        tally.negated += bool(negated)
        if weight:
            tally.add((-0.8 * weight if weight > 0 else -0.4 * weight) if negated else weight)


def _signs(text: Folded) -> tuple[int, int]:
    glad, sad = len(_GLAD_FACE.findall(text.lettered)), len(_SAD_FACE.findall(text.lettered))
    if not text.raw.isascii():
        glad += sum(sign in POSITIVE_SIGNS for sign in text.raw)
        sad += sum(sign in NEGATIVE_SIGNS for sign in text.raw)
    return min(glad, 2), min(sad, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexical:
    """score: positive for praise, negative for complaint, 0 where nothing says anything; about one per telling word or sign.

    negated, exclaimed: how much is denied and exclaimed, 0 to 1. linked: 1 where the text hands on an address of the web.
    """

    score: float
    negated: float
    exclaimed: float
    linked: float


def look_for_mood(text: Folded) -> Lexical:
    """What the words and signs of a text say of its mood."""
    tally, (glad, sad), raw = _count(text), _signs(text), text.raw
    return Lexical(
        score=tally.praise - tally.blame + 0.9 * (glad - sad),
        negated=min(tally.negated, 2) / 2,
        exclaimed=min(raw.count("!") + raw.count("！"), 3) / 3,
        linked=float("http" in text.lettered or "www." in text.lettered),
    )
