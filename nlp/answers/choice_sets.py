# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""What is said of several options at once: both, all four, the first two, everything but the cheese, ab."""

import re
from dataclasses import dataclass

from nlp.answers.fit import FILLERS
from nlp.answers.numbers import numbers_in
from nlp.folding import Folded, fold, word_set

NOTHING = frozenset(
    fold(said)
    for said in (
        *(
            "none",
            "none of them",
            "none of these",
            "none of those",
            "none of the above",
            "none please",
            "none thanks",
            "none thank you",
            "neither",
            "nothing",
        ),
        *(
            "not any",
            "not one",
            "aucun",
            "aucune",
            "aucun des deux",
            "aucune des deux",
            "aucun d'eux",
            "rien",
            "rien du tout",
            "rien de tout ça",
            "ni l'un ni l'autre",
        ),
        *("ninguno", "ninguna", "ninguno de ellos", "ninguna de ellas", "ninguno de los dos", "nada", "ni uno", "ni una", "nada de eso"),
        *(
            "keine",
            "keiner",
            "keines",
            "keins",
            "keine davon",
            "keines davon",
            "keins davon",
            "nichts",
            "nichts davon",
            "gar nichts",
            "weder noch",
        ),
        *("都不要", "都不", "一个都不要", "没有", "都没有", "什么都不要", "不要", "全都不要"),
    )
)
"""What says that none of several options is meant, where it is the whole text: an answer, of no keys."""

_ALL = word_set("all everything tous toutes tout todos todas todo alle alles every each 全 都 部 所 有")
_AROUND = FILLERS | word_set(
    "of them em these those the above four three lot whole entire every single please them listed options both yes davon der genannten d entre eux ellos ellas 个 三 四 五 两 样 种 要 有 部"
)
_LOT = re.compile(
    r" (?:the lot|the whole lot|the full set|the works|la totale|la totalite|el lote entero|das ganze programm)\b|全部|全要|所有|都要|全都"
)
_BOTH = re.compile(
    r" (?:both|les deux|(?:toutes|tous) les deux|ambos|ambas|los dos|las dos|beide|beides|alle beide)\b|两个都|两样都|都要|俩都"
)
_COUNTED = re.compile(
    r" (?:(?:tous |toutes )?les|(?:todos |todas )?l[oa]s|all|tous|toutes|todos|todas|alle) (?:the )?(?P<n>\d|[a-z]{3,7})(?= )|(?P<han>[两二三四五六七八九])[个样种]都"
)
_ENDS = re.compile(
    r" (?:(?P<first>the first|die ersten|les premiers|les premieres|los primeros|las primeras|first|top)|(?P<last>the last|last|die letzten|les dernier\w{1,2}|l[oa]s ultim[oa]s))? ?"
    r"(?P<n>two|2|three|3|deux|trois|dos|tres|zwei|drei|beiden)(?: (?P<after>premiers|premieres|derniers|dernieres|primeros|primeras|ultimos|ultimas))? "
    r"|(?P<han>[前后])(?P<han_n>[两二三23])个?"
)
_BUT = re.compile(
    r"(?:(?<![a-z])(?P<all>all|everything|every one|anything|any|tout|tous|toutes|todo|todos|todas|alle|alles)(?: of (?:them|it))?,?\s+(?:but|except(?: for)?|excluding|without|minus|apart from|besides|other than|save|no|not|sauf|excepte|a part|moins|sans|pas|menos|excepto|salvo|sin|ausser|aussr|bis auf|ohne|nicht)\s+(?P<rest>\S.*)$)"
    r"|除了?(?P<han>[^都全其]{1,30}?)(?:以外|之外|外)?[，,]?(?:其他|别的)?[都全](?:都|部)?(?:要|可以|行|来)?"
)
_RUN = re.compile(r"[a-z]{2,6}|\d{2,6}")


@dataclass(frozen=True, slots=True)
class Several:
    """Options that were meant together, by their places; `without` names what is left out of all of them. Empty places: nobody knows which."""

    places: tuple[int, ...] = ()
    without: str = ""


def several_meant(text: Folded, n: int) -> Several | None:
    """What a text says of several of n options without naming them; None where it says nothing of the kind."""
    if match := _BUT.search(text.lettered):
        return Several(tuple(range(n)), without=match["rest"] or match["han"])
    if ends := _ends(text, n):
        return ends
    if _counted(text, n) is not None or _BOTH.search(text.sentence):
        meant = _counted(text, n) or (2 if _BOTH.search(text.sentence) else 0)
        plain_lot = _LOT.search(text.sentence) and not any(word in {"不", "别"} for word in text.words)
        return Several(tuple(range(n)) if meant == n or plain_lot else ())
    if any(word in {"不", "别", "not", "no"} for word in text.words):
        return None
    named_all = any(word in _ALL for word in text.words) and all(word in _ALL or word in _AROUND for word in text.words)
    return Several(tuple(range(n))) if named_all or _LOT.search(text.sentence) else None


def _counted(text: Folded, n: int) -> int | None:
    match = _COUNTED.search(text.sentence)
    numbers = numbers_in(match["n"] or match["han"]) if match else []
    return int(numbers[0].number) if len(numbers) == 1 and numbers[0].number >= 2 else None


def _ends(text: Folded, n: int) -> Several | None:
    """ "The first two", "les deux derniers", "前两个"."""
    match = _ENDS.search(text.sentence)
    if match is None:
        return None
    if match["han"]:
        count, last = int(numbers_in(match["han_n"])[0].number), match["han"] == "后"
    else:
        after = match["after"] or ""
        if not (match["first"] or match["last"] or after):
            return None
        count = 2 if match["n"] == "beiden" else int(numbers_in(match["n"])[0].number)
        last = bool(match["last"]) or after.startswith(("dern", "ult"))
    if not 2 <= count <= n:
        return None
    return Several(tuple(range(n - count, n)) if last else tuple(range(count)))


def run_of_signs(text: Folded, signs: dict[str, str]) -> tuple[str, ...]:
    """The options whose letters or figures are run together in their order ("ac", "124"); none where the text may be something else."""
    if len(text.words) != 1 or not _RUN.fullmatch(text.words[0]):
        return ()
    word = text.words[0]
    if list(word) != sorted(set(word)) or not all(letter in signs for letter in word):
        return ()
    return tuple(signs[letter] for letter in word)
