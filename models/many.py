"""Rows by the thousand, in one statement that costs what the rows cost."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, Text, bindparam, cast, column, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB


def add_unless_known(db: Connection, table: Table, rows: Sequence[Mapping[str, Any]], given: str) -> list[tuple[Any, Any]]:
    """Adds those of these rows, which name the same columns, that break no unique key: their `given` column and id.

    PostgreSQL gets them as one JSON text: its driver reads a statement of 18,000 marks for longer than the server works on it.
    """
    if not rows:
        return []
    back = (table.c[given], table.c.id)
    if db.dialect.name == "sqlite":
        adding = sqlite.insert(table).on_conflict_do_nothing().returning(*back)
        return [(value, row_id) for value, row_id in db.execute(adding, list(rows))]
    values = {"rows": json.dumps(list(rows), default=_instant)}
    return [(value, row_id) for value, row_id in db.execute(_from_json(table, tuple(rows[0]), given), values)]


def _instant(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no column holds a {type(value).__name__}")


@lru_cache(maxsize=50)
def _from_json(table: Table, names: tuple[str, ...], given: str) -> Any:
    columns = [column(name, table.c[name].type) for name in names]
    told = func.jsonb_to_recordset(cast(bindparam("rows", type_=Text), JSONB)).table_valued(*columns)
    rows = told.render_derived(name="told", with_types=True)
    into = postgresql.insert(table).from_select(names, select(*(rows.c[name] for name in names)))
    return into.on_conflict_do_nothing().returning(table.c[given], table.c.id)
