"""One line of `parley read --jsonl`: from JSON to what the reader is told, and from its reading to JSON."""

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from flows.nodes import compose
from flows.notes import Notes
from flows.parse_questions import Scope, expect
from nlp.read import load_reader
from nlp.types import (
    LANGUAGES,
    Context,
    Expect,
    IntentModel,
    IntentOf,
    Kind,
    Reader,
    Reading,
    Sentiment,
    Typed,
    YesNo,
)

KNOWN_TRAININGS = 4
"""How many trained sets of intents are kept: rows with equal intents come together, and memory stays constant."""


class RowError(Exception):
    """A line that says nothing that can be read; the message says why."""


@dataclass(slots=True, kw_only=True)
class Rows:
    """Answers rows one by one. default, question: what is expected and asked where a row does not say."""

    default: Expect | None = None
    question: str = ""
    reader: Reader = field(default_factory=load_reader)
    _trained: OrderedDict[str, IntentModel | None] = field(default_factory=OrderedDict)

    def answer(self, row: object) -> dict[str, object]:
        """What is read in a row's text, as JSON says it. Raises RowError."""
        told = self._told(row)
        return _plain(self.reader.read(told.text, told.context), told)

    def explained(self, row: object) -> list[str]:
        """The same for people: a line for each thing that was read, with its reason."""
        told = self._told(row)
        reading = self.reader.read(told.text, told.context)
        return _in_words(reading, told)

    def _told(self, row: object) -> "_Told":
        fields = {name: value for name, value in row.items() if value is not None} if isinstance(row, dict) else {}
        text = fields.get("text")
        if not isinstance(text, str):
            raise RowError('it is no JSON object with a "text"')
        examples = _examples(fields.get("intents"))
        zone = _zone(_word(fields, "zone"))
        expected_ = _expect_of(fields["expect"], tuple(examples)) if "expect" in fields else self.default
        context = Context(
            expect=expected_,
            question=_word(fields, "question") or self.question,
            languages=_languages(_word(fields, "lang")),
            intents=self._train(examples) if examples else None,
            now_local=_now(_word(fields, "now"), zone),
            country=_word(fields, "country").upper() or None,
            date_order=_order(_word(fields, "date_order")),
            thorough=bool(examples),
        )
        return _Told(text=text, context=context, zone=zone or _zone_of(_word(fields, "now")))

    def _train(self, examples: Mapping[str, tuple[str, ...]]) -> IntentModel | None:
        key = json.dumps(examples, sort_keys=True)
        if key not in self._trained:
            self._trained[key] = self.reader.train(examples)
            if len(self._trained) > KNOWN_TRAININGS:
                self._trained.popitem(last=False)
        self._trained.move_to_end(key)
        return self._trained[key]


# --- what a row says --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """zone: what a date with a time is told in; None leaves it local."""

    text: str
    context: Context
    zone: tzinfo | None


def _word(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise RowError(f'"{name}" is no text')
    return value.strip()


def _languages(lang: str) -> tuple[str, ...]:
    own = lang.lower().replace("_", "-").partition("-")[0]
    return (own, *(one for one in LANGUAGES if one != own)) if own else LANGUAGES


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, KeyError):  # what zoneinfo raises for names that are none, depending on the name
        raise RowError(f'"{name[:60]}" is no time zone') from None


def _instant(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written) if written else None
    except ValueError:
        raise RowError(f'"now" is no ISO 8601 date and time: {written[:60]}') from None


def _now(written: str, zone: ZoneInfo | None) -> datetime | None:
    """Wall time where the contact lives."""
    now = _instant(written)
    if now is None or now.tzinfo is None:
        return now
    return (now.astimezone(zone) if zone else now).replace(tzinfo=None)


def _zone_of(written: str) -> tzinfo | None:
    now = _instant(written)
    return now.tzinfo if now else None


def _order(written: str) -> str | None:
    """DMY of "DMY", "DD-MM-YYYY" or "d/m/y"."""
    letters = "".join(dict.fromkeys(letter for letter in written.upper() if letter.isalpha()))
    if letters and letters not in {"DMY", "MDY", "YMD"}:
        raise RowError(f'"date_order" is DMY, MDY or YMD, not {written[:20]}')
    return letters or None


def _examples(given: object) -> dict[str, tuple[str, ...]]:
    if given is None:
        return {}
    if not isinstance(given, dict) or not all(isinstance(texts, list | str) for texts in given.values()):
        raise RowError('"intents" maps a name to its examples')
    listed = {name: [texts] if isinstance(texts, str) else texts for name, texts in given.items()}
    return {name: tuple(text for text in texts if isinstance(text, str) and text.strip()) for name, texts in listed.items()}


def _expect_of(said: object, labels: tuple[str, ...]) -> Expect:
    if said == "intent" or said == {"intent": None}:
        return IntentOf(labels)
    if isinstance(said, dict) and set(said) == {"intent"}:
        named = said["intent"] if isinstance(said["intent"], list) else [said["intent"]]
        return IntentOf(tuple(name for name in named if isinstance(name, str)))
    return expected(said if isinstance(said, str) else json.dumps(_without_nulls(said), ensure_ascii=False))


def _without_nulls(said: object) -> object:
    """An absent bound or label as null; an option without sayings keeps its place."""
    if not isinstance(said, dict):
        return said
    kept = {name: value for name, value in said.items() if value is not None or name not in _MAY_BE_ABSENT}
    return {name: _without_nulls({} if value in (None, []) else value) for name, value in kept.items()}


_MAY_BE_ABSENT = {"min", "max", "integer", "label", "says"}


@lru_cache(maxsize=256)
def expected(words: str) -> Expect:
    """What `expect:` says in these words, as a flow would. Raises RowError where it says nothing."""
    node, problems = compose(words.encode("utf-8", "replace").decode(), "expect")
    notes = Notes("expect", problems=[*problems])
    made = expect(Scope(notes, "flow"), node) if node is not None else None
    if made is None or notes.problems:
        raise RowError(" ".join(f"{problem.what} {problem.how}" for problem in notes.problems) or "`expect` is empty")
    return made


# --- what is answered -------------------------------------------------------------------------------------------------


def _plain(reading: Reading, told: _Told) -> dict[str, object]:
    expect_ = told.context.expect
    return {
        "fits": None if expect_ is None else reading.value is not None,
        "value": _value(reading, told),
        "kind": reading.kind,
        "intent": reading.nearest_intent,
        "confidence": round(reading.intent_confidence if reading.nearest_intent else _sure(reading), 4),
        "sentiment": (reading.sentiment or Sentiment.NEUTRAL).value,
        "consent": reading.consent.value if reading.command else None,
        "topic": reading.topic.value if reading.topic else None,
        "because": reading.because,
    }


def _sure(reading: Reading) -> float:
    answered = reading.confidence if reading.value is not None or reading.leaning is None else reading.leaning_confidence
    return reading.command_confidence if reading.command else answered


def _value(reading: Reading, told: _Told) -> object:
    # Who measures is told what an indirect answer leans to as well, with how sure that is; a flow is not.
    value = reading.leaning if reading.value is None else reading.value
    match told.context.expect:
        case YesNo() if value in ("yes", "no"):
            return value == "yes"
        case Typed(kind=Kind.DATETIME) if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            return (moment.replace(tzinfo=told.zone) if told.zone else moment).isoformat()
        case _:
            return list(value) if isinstance(value, tuple) else value


def _in_words(reading: Reading, told: _Told) -> list[str]:
    lines = []
    if reading.command:
        lines.append(f"consent: {reading.consent} ({reading.command_confidence:.0%}), by {reading.command_why}")
    if told.context.expect is not None:
        answer = f"{_value(reading, told)} ({reading.confidence:.0%}), by {reading.why}" if reading.value is not None else "it does not fit"
        lines.append(f"{reading.kind}: {answer}")
    if reading.nearest_intent:
        lines.append(f"intent: {reading.intent or 'none'}; the nearest is {reading.nearest_intent} ({reading.intent_confidence:.0%})")
    lines.append(f"topic: {reading.topic or 'none'}")
    lines.append(f"sentiment: {reading.sentiment or 'nothing says'} ({reading.sentiment_confidence:.0%})")
    lines.append(f"language: {reading.language or 'no clear guess'}")
    lines.append("asked the sentence encoder" if reading.encoded else "rules decided; the sentence encoder was not asked")
    return [*lines, f"because: {reading.because}"]
