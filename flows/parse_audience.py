"""Reads segments: recursive descent over the words of an expression, with the column of what is wrong."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from flows.audience import (
    DAY,
    NUMBER,
    OF_A_FLOW,
    STANDS,
    Both,
    Compare,
    Compared,
    Consenting,
    Deed,
    Did,
    Either,
    Everybody,
    Known,
    Not,
    Segment,
    Tagged,
    Value,
)
from flows.spans import span
from flows.types import Span

MOST_CHARACTERS, MOST_DEPTH, MOST_TERMS = 2000, 20, 100


class SegmentError(ValueError):
    """An expression that is none. column: 1-based, where. how: what to write instead."""

    def __init__(self, column: int, what: str, how: str = "") -> None:
        super().__init__(f"column {column}: {what}{f' {how}' if how else ''}")
        self.column, self.what, self.how = column, what, how


_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>"[^"\n]*"|'[^'\n]*')
      | (?P<sign><=|>=|!=|=|<|>|\(|\)|\[|\]|,)
      | (?P<word>[^\s()\[\],<>=!"']+(?:(?<=:)(?:"[^"\n]*"|'[^'\n]*'))?)
    )""",
    re.VERBOSE,
)
_COLUMN = re.compile(r"contact\.(?P<name>[\w-]+)")
_WORDS = ("all", "not", "tag:", "consent:", "contact.", *Deed)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int


def parse_segment(text: str) -> Segment:
    """The segment that an expression means. Raises SegmentError with its column."""
    if len(text) > MOST_CHARACTERS:
        what = f"The segment has over {MOST_CHARACTERS} characters."
        raise SegmentError(MOST_CHARACTERS, what, "Put what they have in common into a tag.")
    reader = _Reader([*_tokens(text)], len(text) + 1)
    segment = reader.either(0)
    if (left := reader.peek()) is not None:
        raise SegmentError(left.column, f"`{left.text}` was not expected here.", "Join terms by `and` or `or`.")
    return segment


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            start = len(text) - len(text[at:].lstrip())
            raise SegmentError(start + 1, f"`{text[start]}` begins nothing that is known.", "A quote needs its other half.")
        kind = str(match.lastgroup)
        yield _Token(kind, match.group(kind), match.start(kind) + 1)
        at = match.end()


class _Reader:
    """Recursive descent over the tokens, at most MOST_DEPTH deep."""

    def __init__(self, tokens: list[_Token], end: int) -> None:
        self._tokens, self._at, self._end, self._n_terms = tokens, 0, end, 0

    def peek(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def next(self, wanted: str) -> _Token:
        token = self.peek()
        if token is None:
            raise SegmentError(self._end, f"{wanted} is missing at the end.")
        self._at += 1
        return token

    def said(self, *words: str) -> _Token | None:
        """The next token where it is one of these words or signs."""
        token = self.peek()
        if token is None or token.kind == "text" or token.text.casefold() not in words:
            return None
        self._at += 1
        return token

    def either(self, depth: int) -> Segment:
        found = [self.both(depth)]
        while self.said("or"):
            found.append(self.both(depth))
        return found[0] if len(found) == 1 else Either(tuple(found))

    def both(self, depth: int) -> Segment:
        found = [self.one(depth)]
        while self.said("and"):
            found.append(self.one(depth))
        return found[0] if len(found) == 1 else Both(tuple(found))

    def one(self, depth: int) -> Segment:
        token = self.next("A term")
        if depth > MOST_DEPTH:
            raise SegmentError(token.column, f"This is nested over {MOST_DEPTH} deep.")
        if token.text == "(":
            inner = self.either(depth + 1)
            if not self.said(")"):
                raise SegmentError(self._column(), "A `)` is missing.", f"The `(` of column {token.column} is still open.")
            return inner
        if token.kind == "word" and token.text.casefold() == "not":
            return Not(self.one(depth + 1))
        self._n_terms += 1
        if self._n_terms > MOST_TERMS:
            raise SegmentError(token.column, f"There are over {MOST_TERMS} terms.", "Put what they have in common into a tag.")
        return self.term(token)

    def term(self, token: _Token) -> Segment:
        word = token.text.casefold()
        if token.kind != "word":
            raise SegmentError(token.column, f"`{token.text}` is no term.", "Write tag:vip, contact.city = Paris, or replied within 30d.")
        if word == "all":
            return Everybody()
        if word.startswith("tag:"):
            return Tagged(self._named(token, "tag:"))
        if word.startswith("consent:"):
            return self.consent(token)
        if (column := _COLUMN.fullmatch(token.text)) is not None:
            return self.compared(column["name"])
        if word in {deed.value for deed in Deed}:
            return self.did(Deed(word))
        near = get_close_matches(word, _WORDS, 1, 0.6)
        how = f"Did you mean `{near[0]}`?" if near else "Write tag:vip, contact.city = Paris, or replied within 30d."
        raise SegmentError(token.column, f"`{token.text}` is no term.", how)

    def _named(self, token: _Token, prefix: str) -> str:
        name = _unquoted(token.text[len(prefix) :])
        if not name and self._names_something():
            name = _unquoted(self.next("A name").text)
        if not name:
            raise SegmentError(token.column, f"`{prefix}` needs a name straight after it.", f'Write {prefix}vip, or {prefix}"two words".')
        return name

    def consent(self, token: _Token) -> Consenting:
        stands = self._named(token, "consent:").casefold()
        if stands not in STANDS:
            raise SegmentError(token.column, f"Consent never stands at `{stands}`.", f"Write one of {', '.join(STANDS)}.")
        return Consenting(stands)

    def compared(self, name: str) -> Segment:
        if self.said("exists"):
            return Known(name)
        if self.said("in"):
            return Compared(name=name, how=Compare.IS, values=self._listed())
        sign = self.said(*Compare)
        if sign is None:
            what = f"A comparison of contact.{name} is missing."
            raise SegmentError(self._column(), what, "Write =, !=, <, <=, >, >=, in [a, b] or exists.")
        how, at = Compare(sign.text), self._column()
        value = self.value()
        if how not in (Compare.IS, Compare.IS_NOT) and isinstance(value, str | bool):
            raise SegmentError(at, f"`{sign.text}` compares numbers and days.", "Write a number, or a day as 2026-12-24.")
        return Compared(name=name, how=how, values=(value,))

    def _listed(self) -> tuple[Value, ...]:
        if not self.said("["):
            raise SegmentError(self._column(), "A list is missing after `in`.", "Write in [gold, silver].")
        values = [self.value()]
        while self.said(","):
            values.append(self.value())
        if not self.said("]"):
            raise SegmentError(self._column(), "A `]` is missing.", "Write in [gold, silver].")
        return tuple(values)

    def value(self) -> Value:
        token = self.next("A value")
        if token.kind == "text":
            return token.text[1:-1]
        if token.kind == "sign":
            raise SegmentError(token.column, f"`{token.text}` is no value.", "Put text with signs in quotes.")
        if DAY.fullmatch(token.text):
            return _day(token)
        if NUMBER.fullmatch(token.text):
            return float(token.text)
        return {"true": True, "false": False}.get(token.text.casefold(), token.text)

    def did(self, deed: Deed) -> Did:
        flow = ""
        if deed in OF_A_FLOW and (self.said("to", "flow") or self._names_something()):
            flow = _unquoted(self.next("A flow's name").text)
        found: dict[str, Span | date] = {}
        while word := self.said("within", "over", "since", "before"):
            name = word.text.casefold()
            if name in found:
                raise SegmentError(word.column, f"`{name}` stands twice.")
            found[name] = self._day_after(name) if name in ("since", "before") else self._span_after(name)
        return Did(deed=deed, flow=flow, **found)  # type: ignore[arg-type]  # each name has its own kind, as just made

    def _names_something(self) -> bool:
        token = self.peek()
        return token is not None and token.kind in ("word", "text") and token.text.casefold() not in _AFTER_A_DEED

    def _span_after(self, word: str) -> Span:
        token = self.next(f"How long after `{word}`")
        made = span(token.text)
        if made is None:
            raise SegmentError(token.column, f"`{token.text}` is no length of time.", "Write 30m, 2h, 3d or 2w.")
        if word == "over":
            self.said("ago")
        return made

    def _day_after(self, word: str) -> date:
        token = self.next(f"A day after `{word}`")
        if not DAY.fullmatch(token.text):
            how = "Write it as 2026-12-24; for a length of time write within or over."
            raise SegmentError(token.column, f"`{token.text}` is no day.", how)
        return _day(token)

    def _column(self) -> int:
        token = self.peek()
        return token.column if token else self._end


_AFTER_A_DEED = frozenset({"and", "or", "not", "within", "over", "since", "before"})


def _unquoted(text: str) -> str:
    return (text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text).strip()


def _day(token: _Token) -> date:
    try:
        return date.fromisoformat(token.text)
    except ValueError:
        raise SegmentError(token.column, f"There is no day {token.text}.", "Write year, month and day.") from None
