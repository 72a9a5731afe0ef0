"""What the inbox lists, a page at a time: who waits, who is held, everybody, and whom a search finds by name, number or words of a text.

A search reads; it has no index of its own (docs/adr says why). It looks at the newest million texts and at no older ones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from models.contact import ContactRow, contact
from models.message import message

PAGE = 50
SCANNED = 1_000_000
"""So many texts are looked at, the newest: it bounds what a search costs, however long Parley has run."""
_LONGEST_FIRST = (contact.c.desk_since.is_(None), contact.c.desk_since, contact.c.last_in_at.desc(), contact.c.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of contacts. n: how many there are on all pages. texts: the newest text of each in which the words were found."""

    rows: tuple[ContactRow, ...]
    n: int
    texts: Mapping[int, str] = field(default_factory=dict)


def at_desk(db: Connection, desks: Sequence[str], *, holder: int | None = None, skip: int = 0) -> Page:
    """Those whose desk is one of these (and whom this member of staff holds), those who wait longest first."""
    where = contact.c.desk.in_(desks)
    return _page(db, where if holder is None else and_(where, contact.c.desk_staff_id == holder), skip)


def everybody(db: Connection, *, skip: int = 0, most: int = PAGE) -> Page:
    """All contacts: who waits longest first, then who texted last."""
    return _page(db, contact.c.id > 0, skip, most)


def named(db: Connection, words: Sequence[str], *, skip: int = 0, most: int = PAGE) -> Page:
    """Contacts with every one of these words in their name or number."""
    return _page(db, and_(*(_in_name(db, word) for word in words)), skip, most)


def said(db: Connection, words: Sequence[str], *, skip: int = 0, scanned: int = SCANNED) -> Page:
    """Contacts with a text of either direction that has every one of these words, who wrote or got it last first."""
    newest = select(func.coalesce(func.max(message.c.id), 0)).scalar_subquery()
    fits = (message.c.id > newest - scanned, *(_contains(db, message.c.body, word) for word in words))
    hits = select(message.c.contact_id, func.max(message.c.id).label("id")).where(*fits).group_by(message.c.contact_id).subquery()
    page = select(hits, func.count().over().label("n")).order_by(hits.c.id.desc()).limit(PAGE).offset(skip)
    found = db.execute(page).all()
    ids = [row.contact_id for row in found]
    rows = {row["id"]: ContactRow(**row) for row in db.execute(select(contact).where(contact.c.id.in_(ids))).mappings()}
    bodies = select(message.c.contact_id, message.c.body).where(message.c.id.in_([row.id for row in found]))
    texts = {int(contact_id): str(body) for contact_id, body in db.execute(bodies)}
    return Page(rows=tuple(rows[contact_id] for contact_id in ids), n=found[0].n if found else 0, texts=texts)


def _page(db: Connection, where: ColumnElement[bool], skip: int, most: int = PAGE) -> Page:
    n = int(db.execute(select(func.count()).select_from(contact).where(where)).scalar_one())
    query: Select[tuple[object, ...]] = select(contact).where(where).order_by(*_LONGEST_FIRST).limit(most).offset(skip)
    return Page(rows=tuple(ContactRow(**row) for row in db.execute(query).mappings()), n=n)


def _in_name(db: Connection, word: str) -> ColumnElement[bool]:
    """A number is found by its digits too, however they were set apart."""
    digits = "".join(letter for letter in word if letter.isdigit())
    bare = digits if len(digits) > 2 and not any(letter.isalpha() for letter in word) else word
    ways = [_contains(db, column, word) for column in (contact.c.first_name, contact.c.last_name)]
    return or_(*ways, _contains(db, contact.c.phone, bare))


def _contains(db: Connection, column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """Whether a text has the word in it, large or small. `%` and `_` stand for themselves.

    SQLite's LIKE knows large and small letters of English only, so a word with others is looked for as it may be written.
    """
    if db.dialect.name != "sqlite":
        return column.ilike(_pattern(word), escape="\\")
    ways = {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}
    return or_(*(column.like(_pattern(way), escape="\\") for way in sorted(ways)))


def _pattern(word: str) -> str:
    for special in ("\\", "%", "_"):
        word = word.replace(special, f"\\{special}")
    return f"%{word}%"
