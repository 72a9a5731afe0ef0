# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""What a typed reader answers: a value that fits the question, or nothing."""

import re
from dataclasses import dataclass

from nlp.folding import word_set
from nlp.types import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A value that was read. exact: the rules used up the whole text. why: the rule."""

    value: Value
    exact: bool
    confidence: float
    why: str


def exact(value: Value, why: str) -> Fit:
    """A fit that used up the whole text."""
    return Fit(value=value, exact=True, confidence=1.0, why=why)


def likely(value: Value, confidence: float, why: str) -> Fit:
    """A fit that left something of the text over."""
    return Fit(value=value, exact=False, confidence=confidence, why=why)


# Words that may stand around an answer and change nothing in it: politeness, articles, "I'd like", "my answer is".
# Not here: negations, "only", "maybe", and numbers.
FILLERS = word_set("""
    please pls plz plss thanks thank thankyou thx ty cheers hi hello hey yo ok okay k um uh er erm hmm mm so oh ah well lol haha sorry then now just actually
    the a an i id ill im ive like love want wanna would will ll d s m take have get go for with choose pick prefer my mine me is its it be to of this that there
    answer option choice number letter vote rate rating score say guess think definitely probably about around one ones please lets let us we do give gimme
    your you at on in by and sir maam mate dear friend team guys here were case could can might
    svp stp s il vous plait te merci bonjour salut le la les l un une des du de je j ai prends prendrai voudrais veux prefere choisis choix reponse numero c est ce sera pour moi mon ma donc alors bon bien
    por favor porfa gracias hola el los las uno una unos yo quiero quisiera prefiero elijo escojo me gusta gustaria respuesta opcion es seria para mi pues bueno en al del con
    bitte danke hallo der die das den dem ein eine einen einer ich nehme nehm mochte moechte hatte haette gern gerne will wahle waehle antwort nummer ist es fur fuer mich also mal dann
    请 谢 谢谢 吧 了 啊 呀 哦 喔 嗯 的 我 要 选 想 来 就 是 那 这 个 给 您 你 好 呢 哈 啦 嘛 答 案 号 项 份 杯 麻 烦
    """)
POLITE = word_set("""
    please pls plz plss thanks thank you thankyou thx ty cheers hi hello hey sir maam mate so much very lol haha um uh er well then sorry ok okay oh
    svp stp s il vous plait te merci beaucoup bonjour salut por favor porfa gracias muchas hola bitte danke hallo schon schoen vielen dank 请 谢 谢谢 吧 啊 呀 哦 的 了 哈 啦
    """)
NEGATIONS = word_set(
    "not no dont doesnt didnt isnt wasnt arent aint never neither nor without except nope cant cannot wont hate pas non ni jamais sans sauf ne n nunca sin tampoco excepto menos nicht kein keine keinen nie ohne ausser 不 别 没 非 无 除"
)
_OR = re.compile(r"(?<!\w)(?:or|ou|o|oder|either|entweder)(?!\w)|或|还是|/(?!\d)")


def says_or(lettered: str) -> bool:
    """Whether the text leaves it open between two things ("a or b")."""
    return _OR.search(lettered) is not None
