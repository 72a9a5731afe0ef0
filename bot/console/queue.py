"""The inbox's list: groups of contacts, a page of each, and what a search found, with the found words marked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.inbound import clean
from models import outbox, search
from models.contact import ContactRow
from models.message import MessageRow
from models.search import PAGE, Page

GOAL = timedelta(minutes=30)
"""A wait longer than this is late."""
SHOWN = ("waiting", "yours", "all")
WAITS = ("handoff", "overdue", "inbox")
MOST_WORDS = 6
MOST_LETTERS = 100
AROUND = 24
"""So many characters stand before a found word, so that it is in sight on a narrow row."""

Piece = tuple[str, bool]
"""A piece of a text, and whether it is what was looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the list is asked for. group, skip: one group of it, from a row on; an empty group is all of them from the first."""

    show: str
    words: str
    group: str
    skip: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One row. said: the found text in pieces, where a search found it by its words."""

    contact: ContactRow
    last: MessageRow | None
    waits: timedelta | None
    late: bool
    mine: bool
    said: Sequence[Piece]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows under a title. n: how many there are on all pages; newer, older: where the pages beside this one begin."""

    key: str
    title: str
    rows: Sequence[Waiting]
    n: int
    skip: int

    @property
    def newer(self) -> int | None:
        return max(0, self.skip - PAGE) if self.skip else None

    @property
    def older(self) -> int | None:
        return self.skip + PAGE if self.skip + len(self.rows) < self.n else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The list. yours: how many one holds oneself."""

    groups: Sequence[Group]
    show: str
    words: str
    yours: int

    @property
    def first(self) -> int | None:
        return next((row.contact.id for group in self.groups for row in group.rows), None)


def asked(show: str, words: str, group: str, skip: str) -> Asked:
    """What an address asks for; what it cannot mean is passed over."""
    rows = int(skip) if skip.isascii() and skip.isdecimal() and len(skip) < 8 else 0
    return Asked(show=show if show in SHOWN else "waiting", words=plain(words), group=group, skip=rows)


def plain(words: str) -> str:
    """What somebody typed to search for, as a database can take it: short, and without control characters."""
    return " ".join(clean(words).split())[:MOST_LETTERS].strip()


def queue(db: Connection, asked: Asked, now: datetime, my_id: int) -> Queue:
    """Those who wait for a person, the longest first, and those that one holds; one's own; all; or those whom a search finds."""
    words = asked.words.split()[:MOST_WORDS]
    titles = _titles(asked)
    if asked.group in titles:
        titles = {asked.group: titles[asked.group]}
    pages = {key: _page(db, key, words, asked.skip if key == asked.group else 0, my_id) for key in titles}
    if words and len(pages) > 1:  # of a search, what found nothing is not shown, unless nothing was found at all
        pages = {key: page for key, page in pages.items() if page.n} or {"said": pages["said"]}
    mine = pages["yours"].n if "yours" in pages else search.at_desk(db, ("held",), holder=my_id).n
    last = outbox.last_texts(db, [row.id for page in pages.values() for row in page.rows])
    groups = tuple(
        Group(
            key=key,
            title=titles[key],
            rows=tuple(_row(row, last.get(row.id), page.texts.get(row.id), words, now, my_id) for row in page.rows),
            n=page.n,
            skip=asked.skip if key == asked.group else 0,
        )
        for key, page in pages.items()
    )
    return Queue(groups=groups, show="" if words else asked.show, words=asked.words, yours=mine)


def _titles(asked: Asked) -> dict[str, str]:
    if asked.words:
        return {"named": "Found by name or number", "said": "Found in texts"}
    if asked.show == "all":
        return {"all": "Everybody"}
    return {"yours": "Yours"} if asked.show == "yours" else {"waiting": "Waiting for a person", "yours": "Yours"}


def _page(db: Connection, key: str, words: Sequence[str], skip: int, my_id: int) -> Page:
    match key:
        case "named":
            return search.named(db, words, skip=skip)
        case "said":
            return search.said(db, words, skip=skip)
        case "all":
            return search.everybody(db, skip=skip)
        case "yours":
            return search.at_desk(db, ("held",), holder=my_id, skip=skip)
        case _:
            return search.at_desk(db, WAITS, skip=skip)


def _row(row: ContactRow, last: MessageRow | None, found: str | None, words: Sequence[str], now: datetime, my_id: int) -> Waiting:
    span = now - row.desk_since if row.desk_since and row.desk != "none" else None
    return Waiting(
        contact=row,
        last=last,
        waits=span,
        late=span is not None and span > GOAL,
        mine=row.desk == "held" and row.desk_staff_id == my_id,
        said=snippet(found, words) if found is not None else (),
    )


def snippet(text: str, words: Sequence[str]) -> tuple[Piece, ...]:
    """A text in pieces, the found words marked; what stands far before the first of them is left out."""
    line = " ".join(text.split())
    found = list(re.finditer("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)), line, re.IGNORECASE))
    start = found[0].start() if found else 0
    cut = line.rfind(" ", 0, start - AROUND) + 1 if start > AROUND else 0
    cut = max(cut, start - 2 * AROUND) if start > AROUND else 0  # Chinese has no spaces to cut at
    pieces: list[Piece] = [("…", False)] if cut else []
    at = cut
    for match in found:
        pieces += [(line[at : match.start()], False), (match.group(), True)]
        at = match.end()
    return tuple(piece for piece in (*pieces, (line[at:], False)) if piece[0])
