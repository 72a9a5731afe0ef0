"""The warnings of `check` by name, and their silencing: `# parley: allow quiet-hours because the bar opens at night`.

A comment at the end of a line speaks of that line, a comment on a line of its own of the next line that is written. Errors are never
silenced, and a silence that is itself wrong is a warning.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from flows.nodes import Comment, comments, lines, one_line
from flows.types import Problem, Severity


class Advice(StrEnum):
    """Every warning's name: stable, as flows name it in their comments."""

    BRACES_FOREIGN = "braces-foreign"
    CALL_UNANSWERED = "call-unanswered"
    CODES_EMPTY = "codes-empty"
    CODES_UNLIMITED = "codes-unlimited"
    COMPARED_KIND = "compared-kind"
    COMPARED_NEVER = "compared-never"
    EXAMPLE_TWICE = "example-twice"
    EXAMPLE_NEARER = "example-nearer"
    EXAMPLES_FEW = "examples-few"
    HTTP_ADDRESS = "http-address"
    INTENT_UNUSED = "intent-unused"
    INTENTS_OVERLAP = "intents-overlap"
    LESS_TAKEN = "less-taken"
    MARKETING_UNASKED = "marketing-unasked"
    NAME_UNREADABLE = "name-unreadable"
    NO_BRAND = "no-brand"
    NO_DEFAULT = "no-default"
    NO_OPT_OUT = "no-opt-out"
    NO_SOLD_OUT = "no-sold-out"
    NO_TRANSLATION = "no-translation"
    NO_WAY = "no-way"
    NO_WAY_OUT = "no-way-out"
    OPTION_PLACE = "option-place"
    OUTCOME_RESERVED = "outcome-reserved"
    POOL_UNUSED = "pool-unused"
    PRICE_LONG = "price-long"
    PRICE_UNICODE = "price-unicode"
    QUIET_HOURS = "quiet-hours"
    SILENCE_WITHOUT_REASON = "silence-without-reason"
    SILENCE_UNKNOWN = "silence-unknown"
    SILENCE_UNUSED = "silence-unused"
    TEXT_CUT = "text-cut"
    TIMER_NEVER = "timer-never"
    UNKNOWN_FIELD = "unknown-field"


BY_MEANING = frozenset({Advice.EXAMPLE_NEARER, Advice.INTENTS_OVERLAP})
"""Those that only a reader with the sentence encoder can find; a check without one does not look for them."""

_ABOUT_SILENCE = (Advice.SILENCE_WITHOUT_REASON, Advice.SILENCE_UNKNOWN, Advice.SILENCE_UNUSED)
_SILENCE = re.compile(r"#+\s*parley\s*:\s*(?P<said>.*)", re.IGNORECASE)
_ALLOW = re.compile(r"allow\s+(?P<names>[\w-]+(?:\s*,\s*[\w-]+)*)(?:\s+because\b\s*(?P<reason>.*))?\s*", re.IGNORECASE)
_HOW = "Write # parley: allow quiet-hours because the bar opens at night."


@dataclass(frozen=True, slots=True)
class _Silence:
    """name: of the warning. line: the line that it speaks of."""

    name: str
    line: int
    comment: Comment


def heeded(problems: Sequence[Problem], text: str, file: str, looked_for: Collection[Advice]) -> tuple[Problem, ...]:
    """The problems without the warnings that the author allows, and what is wrong with the silences.

    looked_for: the warnings that would have been found: a silence of one that was not is one too many.
    """
    if "parley" not in text.casefold():
        return tuple(problems)
    silences, found = _silences(text, file)
    warned = {(problem.code, problem.line) for problem in problems}
    quiet = {(one.name, one.line) for one in silences}
    found += [problem for problem in problems if problem.severity is Severity.ERROR or (problem.code, problem.line) not in quiet]
    for one in silences:
        if one.name in looked_for and (one.name, one.line) not in warned:
            what = f"The comment allows `{one.name}`, and line {one.line} has no such warning."
            found.append(_warning(file, one.comment, Advice.SILENCE_UNUSED, what, "Take it away."))
    return tuple(sorted(found))


def allowed(text: str, file: str) -> frozenset[tuple[str, int]]:
    """The warnings that the author allows: their codes, and the lines that they are allowed on."""
    return frozenset((one.name, one.line) for one in _silences(text, file)[0]) if "parley" in text.casefold() else frozenset()


def _silences(text: str, file: str) -> tuple[list[_Silence], list[Problem]]:
    """Every silence of a file, and what is wrong with those that are none."""
    below = _written_below(lines(text))
    silences: list[_Silence] = []
    wrong: list[Problem] = []
    for comment in comments(text):
        said = _SILENCE.fullmatch(comment.text)
        if said is not None:
            names, own = _read(said["said"], comment, file)
            line = below[comment.line - 1] if comment.alone else comment.line
            silences += [_Silence(name, line, comment) for name in names]
            wrong += own
    return silences, wrong


def _written_below(written: Sequence[str]) -> list[int]:
    """For each line the first one below it that is neither empty nor a comment, itself where there is none; lines count from 1."""
    below, after = [*range(1, len(written) + 1)], 0
    for n in range(len(written) - 1, -1, -1):
        below[n] = after or n + 1
        if written[n].strip() and not written[n].lstrip().startswith("#"):
            after = n + 1
    return below


def _read(said: str, comment: Comment, file: str) -> tuple[list[str], list[Problem]]:
    """The warnings that a comment allows, and what is wrong with it."""
    match = _ALLOW.fullmatch(said.strip())
    if match is None:
        what = f"`{said.strip()}` is nothing that a comment can say to `check`."
        return [], [_warning(file, comment, Advice.SILENCE_UNKNOWN, what, _HOW)]
    names = [name.strip().lower() for name in match["names"].split(",")]
    if not (match["reason"] or "").strip():
        what = f"The comment allows `{', '.join(names)}` and does not say why."
        return [], [_warning(file, comment, Advice.SILENCE_WITHOUT_REASON, what, _HOW)]
    wrong = [_warning(file, comment, Advice.SILENCE_UNKNOWN, *_unknown(name)) for name in names if not _can_be_silenced(name)]
    return [name for name in names if _can_be_silenced(name)], wrong


def _can_be_silenced(name: str) -> bool:
    return name in [*Advice] and name not in _ABOUT_SILENCE


def _unknown(name: str) -> tuple[str, str]:
    close = get_close_matches(name[:60], [*Advice], n=1, cutoff=0.6)
    how = f"Did you mean `{close[0]}`?" if close and close[0] != name else "`parley check` prints the name of each warning at its end."
    return f"`{name}` is not a warning that can be allowed.", how


def _warning(file: str, comment: Comment, code: Advice, what: str, how: str) -> Problem:
    return Problem(
        file=file, line=comment.line, column=comment.column, what=one_line(what), how=how, severity=Severity.WARNING, code=code.value
    )
