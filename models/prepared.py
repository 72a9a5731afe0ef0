"""A statement of a plain turn: SQLAlchemy writes its SQL once, the driver's own cursor runs it.

SQLAlchemy's work per execution costs more than the database's; a turn runs five statements (docs/adr/0008). Types, dialects and
exceptions are SQLAlchemy's as everywhere: what is left out is only the making of a context and a result for each execution.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import Delete, Insert, Select, Update
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

Processor = Callable[[Any], Any]
Values = Mapping[str, Any]
Row = tuple[Any, ...]


class Prepared:
    """One statement, whose values are all `bindparam`s. Safe in threads: two that make it at once make the same."""

    def __init__(self, clause: Select[Any] | Insert | Update | Delete) -> None:
        self._clause = clause
        self._made: dict[str, _Made] = {}

    def rows(self, db: Connection, values: Values) -> list[Row]:
        """What a SELECT, or a RETURNING, gives."""
        made = self._for(db.dialect)
        with _Cursor(db, made) as cursor:
            cursor.execute(made.sql, made.bound(values))
            return made.read(cursor.fetchall())

    def run(self, db: Connection, values: Values) -> int:
        """Runs a change; how many rows it changed."""
        made = self._for(db.dialect)
        with _Cursor(db, made) as cursor:
            cursor.execute(made.sql, made.bound(values))
            return int(cursor.rowcount)

    def run_all(self, db: Connection, rows: Sequence[Values]) -> None:
        """Runs a change once for each of the rows, which have the same names."""
        made = self._for(db.dialect)
        with _Cursor(db, made) as cursor:
            if len(rows) == 1:
                cursor.execute(made.sql, made.bound(rows[0]))
            else:
                cursor.executemany(made.sql, [made.bound(values) for values in rows])

    def _for(self, dialect: Dialect) -> "_Made":
        made = self._made.get(dialect.name)
        if made is None:
            made = self._made[dialect.name] = _made(self._clause, dialect)
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A statement for one dialect. binds: in the order of its marks, with what the driver wants made of each. results: likewise."""

    sql: str
    positional: bool
    binds: tuple[tuple[str, Processor | None], ...]
    fixed: Mapping[str, Any]
    results: tuple[tuple[int, Processor], ...]
    error: type[Exception]

    def bound(self, values: Values) -> Any:
        if self.fixed:
            values = {**self.fixed, **values}
        if self.positional:
            return [values[name] if make is None else make(values[name]) for name, make in self.binds]
        return {name: values[name] if make is None else make(values[name]) for name, make in self.binds}

    def read(self, rows: list[Row]) -> list[Row]:
        if not self.results:
            return rows
        read = []
        for row in rows:
            cells = list(row)
            for n, make in self.results:
                cells[n] = make(cells[n])
            read.append(tuple(cells))
        return read


class _Cursor:
    """The driver's cursor, whose errors leave as SQLAlchemy's."""

    __slots__ = ("_cursor", "_made")

    def __init__(self, db: Connection, made: _Made) -> None:
        self._made = made
        self._cursor = db.connection.cursor()

    def __enter__(self) -> Any:
        return self._cursor

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._cursor.close()
        if isinstance(error, self._made.error):
            raise DBAPIError.instance(self._made.sql, None, error, self._made.error, hide_parameters=True) from error


def _made(clause: Select[Any] | Insert | Update | Delete, dialect: Dialect) -> _Made:
    compiled = clause.compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)
    names = compiled.positiontup if compiled.positiontup is not None else list(compiled.binds)
    fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required and bind.value is not None}
    columns = [] if isinstance(clause, Update | Delete) else [column.type for column in clause.exported_columns]
    results = ((n, _reader(kind, dialect)) for n, kind in enumerate(columns))
    assert dialect.dbapi is not None, "the dialect of an engine has its driver"
    return _Made(
        sql=str(compiled),
        positional=compiled.positiontup is not None,
        binds=tuple((name, _binder(compiled.binds[name].type, dialect)) for name in names),
        fixed=fixed,
        results=tuple((n, make) for n, make in results if make is not None),
        error=dialect.dbapi.Error,
    )


def _binder(kind: TypeEngine[Any], dialect: Dialect) -> Processor | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> Processor | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
