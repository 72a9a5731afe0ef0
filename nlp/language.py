# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""A cheap guess at a text's language: by script, then by its small words. None unless they leave little doubt."""

import re
from functools import lru_cache

from nlp.folding import Folded

_HAN = re.compile("[\u4e00-\u9fff]")
_KANA = re.compile("[\u3040-\u30ff\uac00-\ud7af]")
_WORDS = {
    "en": "the is are was were you your my this that these what when where how can could would will please thanks thank hello yes yeah have has had don't dont it's its i'm im i and of to for with not but they we he she do does did there just want like about from any more stop sorry good great",
    "fr": "le la les un une des du de et est je tu il elle nous vous ils mon ma mes votre vos notre ce cette ces que qui quoi pas plus ne pour avec sur dans oui merci bonjour bonsoir salut suis avez veux voudrais etes c j d l qu n m s au aux ou mais tres bien svp quand comment pourquoi demain aujourd hui jamais",
    "es": "el la los las un una unos y es yo tu usted ustedes nosotros mi mis su sus que quien por para con no si pero muy gracias hola buenos buenas dias tardes quiero quisiera estoy esta este esto donde cuando como cual puedo puede hay tengo mas ya del al lo me te le manana hoy favor de en",
    "de": "der die das den dem ein eine einen einem einer und ist sind war ich du er sie wir ihr mein meine dein ihre nicht kein keine ja nein danke bitte hallo guten morgen tag fur mit auf aus bei von zu zum zur wie was wann wo warum kann konnen mochte will habe haben hat noch schon auch aber oder wenn mir mich heute sehr gut es im am",
}
_OWN = {
    "en": "thanks please what when yeah the you",
    "fr": "merci oui bonjour svp vous je est",
    "es": "gracias hola si usted quiero por",
    "de": "danke ja bitte nein ich nicht hallo",
}
_SIGNS = (("es", re.compile("[¿¡ñ]", re.IGNORECASE)), ("de", re.compile("ß")), ("fr", re.compile("[œçêèùû]", re.IGNORECASE)))
_LISTS = {language: frozenset(words.split()) for language, words in _WORDS.items()}
_STRONG = {language: frozenset(words.split()) for language, words in _OWN.items()}


@lru_cache(maxsize=512)
def guess_language(text: Folded) -> str | None:
    """en, fr, es, de or zh, where one of them is clearly ahead."""
    if not text.raw.isascii():
        if _KANA.search(text.raw):
            return None
        if len(_HAN.findall(text.raw)) * 2 >= len(text.words) > 0:
            return "zh"
    words = text.words[:60]
    if not words:
        return None
    scores = {
        language: sum(1.0 for word in words if word in known) + sum(0.5 for word in words if word in _STRONG[language])
        for language, known in _LISTS.items()
    }
    if not text.raw.isascii():
        for language, signs in _SIGNS:
            scores[language] += 1.0 if signs.search(text.raw) else 0.0
    (first, best), (_, second) = sorted(scores.items(), key=lambda one: -one[1])[:2]
    enough = best >= 1.5 and best - second >= 1.0 and best / len(words) >= 0.2
    return first if enough else None
