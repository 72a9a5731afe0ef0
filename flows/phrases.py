"""Stock sentences of flows, for when an author wrote none, in every language that the commands are understood in."""

from collections.abc import Mapping

_PHRASES: Mapping[str, Mapping[str, str]] = {
    "retry": {
        "en": "Sorry, I did not get that.",
        "fr": "Pardon, je n'ai pas compris.",
        "es": "Perdona, no te he entendido.",
        "de": "Das habe ich leider nicht verstanden.",
        "zh": "抱歉，我没有看懂。",
    },
}


def phrase(key: str, language: str) -> str:
    """The sentence in the language ("fr-CA" takes "fr"), else in English. Raises KeyError for a key that is none."""
    sentences = _PHRASES[key]
    return sentences.get(language.split("-")[0].lower()) or sentences["en"]
