"""What a language's opt-out rules consist of, and how their patterns are written down."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

NamedPattern = tuple[str, re.Pattern[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """The opt-out rules of one language. All patterns are searched in `Folded.sentence`: clauses joined by " | ".

    trigger: a word without which none of the rules can match; the cheap first look.
    first: opt-outs that hold whatever else is said.
    neutral: phrases that look like an opt-out and are none ("bus stop", "don't stop"); taken out before the rest is searched.
    stops, maybes: opt-outs, and texts that may be one.
    bare: the whole text is a stop word and politeness ("ok stop please").
    prefers: another channel is asked for ("don't call me, text me").
    """

    language: str
    trigger: re.Pattern[str]
    first: tuple[NamedPattern, ...] = ()
    neutral: re.Pattern[str]
    stops: tuple[NamedPattern, ...]
    maybes: tuple[NamedPattern, ...] = ()
    bare: re.Pattern[str]
    maybe_bare: re.Pattern[str] | None = None
    prefers: re.Pattern[str] | None = None


class Words:
    """Fills named word lists into patterns: "<me> again" becomes "(?:me|us) again". A space stands for itself."""

    def __init__(self, lists: Mapping[str, str]) -> None:
        self._lists: dict[str, str] = {}
        for name, pattern in lists.items():
            self._lists[name] = f"(?:{self._fill(pattern)})"

    def _fill(self, pattern: str) -> str:
        return re.sub(r"<(\w+)>", lambda found: self._lists[found.group(1)], pattern)

    def pattern(self, pattern: str) -> re.Pattern[str]:
        """The pattern, compiled."""
        return re.compile(self._fill(pattern))

    def any_of(self, *patterns: str) -> re.Pattern[str]:
        """One pattern for several."""
        return re.compile("|".join(f"(?:{self._fill(pattern)})" for pattern in patterns))

    def named(self, **patterns: str) -> tuple[NamedPattern, ...]:
        """Patterns with the names that a reading's `why` will show."""
        return tuple((name.replace("_", " "), self.pattern(pattern)) for name, pattern in patterns.items())
