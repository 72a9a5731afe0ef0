"""What starts a flow."""

from flows.nodes import Node, Table
from flows.notes import Fields, Notes, suggest
from flows.parse_audience import SegmentError, parse_segment
from flows.schedule import schedule
from flows.types import EventTrigger, FallbackTrigger, IntentTrigger, KeywordTrigger, ScheduleTrigger, Span, Trigger

EXTRAS = {"keyword": (), "intent": (), "event": ("at", "offset"), "schedule": ("segment",), "fallback": ()}
"""The kinds of trigger, and what may stand beside each."""

_HOW = "Write - keyword: [HELLO], - intent: name, - event: birthday, - schedule: every monday 09:00, or - fallback: true."
_SEGMENT = "Write segment: tag:NAME for everybody with that tag, or segment: all."
_BY_LANGUAGE = "Write keyword: {en: [COFFEE], fr: [CAFE]}."
MAX_KEYWORD = 40


def triggers(notes: Notes, node: Node, languages: tuple[str, ...]) -> tuple[Trigger, ...]:
    """Every trigger that can be used. languages: the flow's."""
    return tuple(made for item in notes.listing(node) if (made := _trigger(notes, item, languages)) is not None)


def _trigger(notes: Notes, node: Node, languages: tuple[str, ...]) -> Trigger | None:
    table = notes.table(node, "A trigger", _HOW)
    kinds = [key for key, _ in table.pairs if key.text in EXTRAS]
    if not kinds:
        known = [*EXTRAS]
        for key, _ in table.pairs:
            notes.error(key, f"`{key.text}` is not a trigger.", suggest(key.text, known))
        return None
    if len(kinds) > 1:
        notes.error(kinds[1], f"`{kinds[0].text}` and `{kinds[1].text}` are in one trigger.", "Write each with a dash of its own.")
    kind = kinds[0].text
    known = [kind, *EXTRAS[kind], *(key.text for key in kinds[1:])]
    fields = notes.fields(table, known, f"in a trigger by {kind}")
    return _of_kind(notes, kind, fields, languages)


def _of_kind(notes: Notes, kind: str, fields: Fields, languages: tuple[str, ...]) -> Trigger | None:
    node = fields[kind][1]
    match kind:
        case "keyword":
            return _keyword(notes, node, languages)
        case "intent":
            name = notes.word(node, "`intent`", "Write the name of an intent under `intents:`.")
            return IntentTrigger(name) if name else None
        case "event":
            return _event(notes, fields)
        case "schedule":
            phrase = " ".join(notes.word(node, "`schedule`", 'Write schedule: "every monday 09:00".').split())
            when = schedule(phrase)
            if phrase and when is None:
                notes.error(
                    node,
                    f"`{phrase}` is not a schedule.",
                    'Write "every day 09:00", "every monday 09:00" or "every month on the 1st 09:00".',
                )
            segment = _segment(notes, fields["segment"][1]) if "segment" in fields else ""
            return ScheduleTrigger(phrase=phrase, when=when, segment=segment) if when is not None else None
        case _:
            if not notes.flag(node, "fallback", default=True):
                notes.error(node, "`fallback` is true or not there.", "Write fallback: true, or take it away.")
            return FallbackTrigger()


def _segment(notes: Notes, node: Node) -> str:
    name = notes.word(node, "`segment`", _SEGMENT)
    try:
        parse_segment(name or "all")
    except SegmentError as error:
        notes.error(node, f"`{name}` is not a segment: {error.what}", error.how or _SEGMENT)
    return name


def _keyword(notes: Notes, node: Node, languages: tuple[str, ...]) -> Trigger | None:
    """Words, or words by language: whoever texts one of those is answered in it."""
    if not isinstance(node, Table):
        words = notes.words(node, "`keyword`", "Write keyword: [HELLO].")
        _check_words(notes, node, words)
        return KeywordTrigger(words) if words else None
    spoken: dict[str, str] = {}
    if not node.pairs:
        notes.error(node, "`keyword` is missing.", _BY_LANGUAGE)
    for key, value in node.pairs:
        if key.text not in languages:
            how = suggest(key.text, languages) or _BY_LANGUAGE
            notes.error(key, f"`{key.text}` is not a language of this flow.", how)
        words = notes.words(value, f"The keywords of `{key.text}`", _BY_LANGUAGE)
        _check_words(notes, value, words)
        for word in words:
            if word in spoken:
                notes.error(value, f"The keyword `{word}` is in two languages.", "Keep it in one, or write it without a language.")
            spoken.setdefault(word, key.text)
    return KeywordTrigger(tuple(spoken), spoken) if spoken else None


def _check_words(notes: Notes, node: Node, words: tuple[str, ...]) -> None:
    for word in words:
        if len(word) > MAX_KEYWORD:
            notes.error(
                node, f"`{word[:20]}...` is too long for a keyword.", f"Use a word of at most {MAX_KEYWORD} characters, or an intent."
            )
        elif not any(character.isalnum() for character in word):
            notes.error(node, f"`{word}` has no letter or digit.", "Punctuation and emoji around a keyword are ignored: use a word.")


def _event(notes: Notes, fields: Fields) -> Trigger | None:
    name = notes.word(fields["event"][1], "`event`", "Write the contact's date, as in event: birthday.")
    at = notes.clock(fields["at"][1], "at") if "at" in fields else None
    offset = notes.duration(fields["offset"][1], "offset") if "offset" in fields else None
    if not name:
        return None
    trigger = EventTrigger(event=name.removeprefix("contact."), offset=offset or Span())
    return trigger if at is None else EventTrigger(event=trigger.event, offset=trigger.offset, at=at)
