"""The filters of `{{ value | filter }}`, and how a value prints. Bounded: what comes out is never longer than MAX_PRINTED."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, TypeGuard

from flows.spans import total_seconds
from flows.types import PollCounts, Span

if TYPE_CHECKING:
    from babel import Locale

MAX_PRINTED = 1600 * 4
"""Characters: four times the longest message."""

MAX_ITEMS = 100

# babel prints no-break and narrow spaces, and one of those turns a whole message into Unicode at more than twice the price
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009", " "))
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def printed(value: object, language: str) -> str:
    """What a reader sees of a value; nothing for what is missing."""
    match value:
        case None:
            return ""
        case str():
            return _UNPRINTABLE.sub("", value[:MAX_PRINTED])
        case bool():
            return "yes" if value else "no"
        case int():
            return str(value) if abs(value) < 10**15 else ""
        case float():
            return f"{value:.10g}" if abs(value) < 10**15 else ""
        case date():
            day = _date(value, [], language)
            return f"{day} {_time(value, [], language)}" if isinstance(value, datetime) else day
        case Span():
            return _duration(value, language)
        case PollCounts():
            return printed(value.leader, language)
        case list() | tuple() | set() | frozenset():
            return ", ".join(_items(value, language))[:MAX_PRINTED]
        case _:
            return ""


def apply(name: str, value: object, arguments: Sequence[object], language: str) -> object:
    """The value after the filter. What does not suit the filter comes back as missing, never as an error."""
    if name == "default":
        return arguments[0] if value is None or value == "" else value
    return None if value is None else _FILTERS[name](value, arguments, language)


@lru_cache(maxsize=64)
def _locale(language: str) -> "Locale":
    # imported on first use: babel takes longer to load than a flow to check
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def _date(value: object, arguments: Sequence[object], language: str) -> str:
    from babel.dates import format_date

    if not isinstance(value, date):
        return ""
    style = arguments[0] if arguments else "medium"
    return format_date(value, "EEEE" if style == "weekday" else str(style), locale=_locale(language)).translate(_SPACES)


def _time(value: object, _: Sequence[object], language: str) -> str:
    from babel.dates import format_time

    clock = value.time() if isinstance(value, datetime) else value
    return format_time(clock, "short", locale=_locale(language)).translate(_SPACES) if isinstance(clock, time) else ""


def _duration(value: Span, language: str) -> str:
    from babel.dates import format_timedelta

    return format_timedelta(total_seconds(value), threshold=1, locale=_locale(language)).translate(_SPACES)


def _number(value: object, _: Sequence[object], language: str) -> str | None:
    from babel.numbers import format_decimal

    return format_decimal(value, locale=_locale(language)).translate(_SPACES) if _is_number(value) else None


def _percent(value: object, _: Sequence[object], language: str) -> str | None:
    from babel.numbers import format_percent

    return format_percent(value, locale=_locale(language)).translate(_SPACES) if _is_number(value) else None


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**15


def _round(value: object, arguments: Sequence[object], _: str) -> float | int | None:
    if not _is_number(value):
        return None
    digits = arguments[0] if arguments and isinstance(arguments[0], int) else 0
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)  # 4.5 is 5, as at school
    return float(rounded) if digits else int(rounded)


def _join(value: object, arguments: Sequence[object], language: str) -> str:
    if not isinstance(value, list | tuple | set | frozenset):
        return printed(value, language)
    between = printed(arguments[0], language) if arguments else ", "
    return between.join(_items(value, language))[:MAX_PRINTED]


def _items(value: Collection[object], language: str) -> list[str]:
    """Every item as printed; those of a set in order, lists within a list left out."""
    items = sorted(value, key=str) if isinstance(value, set | frozenset) else list(value)
    return [printed(item, language) for item in items[:MAX_ITEMS] if not isinstance(item, list | tuple | set | frozenset)]


def _length(value: object, _: Sequence[object], __: str) -> int | None:
    return len(value) if isinstance(value, str | list | tuple | set | frozenset | Mapping) else None


def _end(which: int) -> Callable[[object, Sequence[object], str], object]:
    return lambda value, _, __: value[which] if isinstance(value, str | list | tuple) and value else None


def _text(change: Callable[[str], str]) -> Callable[[object, Sequence[object], str], object]:
    return lambda value, _, language: change(printed(value, language))


def _title(text: str) -> str:
    """Every word's first letter large; str.title would make "O'neil'S"."""
    return re.sub(r"\S+", lambda word: word[0][:1].upper() + word[0][1:], text)


_FILTERS: dict[str, Callable[[object, Sequence[object], str], object]] = {
    "capitalize": _text(lambda text: text[:1].upper() + text[1:]),
    "date": _date,
    "first": _end(0),
    "join": _join,
    "last": _end(-1),
    "length": _length,
    "lower": _text(str.lower),
    "number": _number,
    "percent": _percent,
    "round": _round,
    "time": _time,
    "title": _text(_title),
    "trim": _text(str.strip),
    "upper": _text(str.upper),
}
