"""Texts that a machine wrote: "I'm driving", "out of office". They are no replies, and answering them makes two machines talk."""

import re
from functools import lru_cache

from nlp.folding import Folded

# What telephones and mail systems write in their owner's absence; whole phrases, since people write about driving too.
_PHRASES = (
    r"auto(?:matic(?:ally)?|mated)? ?(?:reply|response|message|replied|generated)",
    r"(?:i am|im) (?:currently )?driving(?: right now)? (?:with|and will|and cant|so i cant|\| sent from|\| i will|\| ill)",
    r"driving with (?:focus|do not disturb)",
    r"do not disturb while driving",
    r"not receiving notifications",
    r"(?:i am|im|currently) out of (?:the )?office",
    r"out of office (?:reply|until|from)",
    r"(?:reponse|message|sms) automatique",
    r"je conduis \| (?:je|message)",
    r"absent(?:e)? du bureau",
    r"(?:respuesta|mensaje) automatic[oa]",
    r"fuera de la oficina (?:hasta|del)",
    r"automatische (?:antwort|nachricht)",
    r"abwesenheits(?:notiz|nachricht)",
    r"(?:ich bin|bin) (?:derzeit )?nicht im buro (?:bis|und)",
    r"自动回复|自動回覆|系统自动|正在开车.{0,8}(?:回复|联系)",
)
_AUTOMATIC = re.compile("|".join(rf"(?: {phrase} )" if phrase.isascii() else phrase for phrase in _PHRASES))


@lru_cache(maxsize=512)
def is_automatic(text: Folded) -> bool:
    """Whether a machine wrote this in somebody's absence."""
    return _AUTOMATIC.search(text.sentence) is not None
