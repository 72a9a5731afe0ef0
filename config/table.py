"""The settings as documentation: the table of docs/operating.md and the file .env.example, both written from settings.py.

`python -m config.table` rewrites both; a test fails where one of them has fallen behind.
"""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from textwrap import wrap

from config.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
DOCS, EXAMPLE = ROOT / "docs" / "operating.md", ROOT / ".env.example"
BEGIN, END = "<!-- settings: written by `make docs` -->", "<!-- end of settings -->"


@dataclass(frozen=True, slots=True)
class Row:
    """One setting as people read it."""

    name: str
    default: str
    meaning: str
    wants: str


def rows() -> list[Row]:
    """Every setting, in the order of settings.py."""
    return [_row(name) for name in Settings.model_fields]


def _row(name: str) -> Row:
    field = Settings.model_fields[name]
    extra = field.json_schema_extra
    assert isinstance(extra, dict)
    unit = f" {extra['unit']}" if extra["unit"] else ""
    default = str(extra["shown"] or f"`{_text(field.default)}`{unit}")
    return Row(name.upper(), default if default != "``" else "–", field.description or "", str(extra["wants"]))


def _text(value: object) -> str:
    match value:
        case bool():
            return "on" if value else "off"
        case Enum():
            return str(value.value)
        case _:
            return str(value)


def markdown() -> str:
    """The table, between its two markers."""
    lines = [f"| `{row.name}` | {row.default} | {row.meaning} | {row.wants} |" for row in rows()]
    return "\n".join([BEGIN, "| variable | default | meaning | takes |", "|---|---|---|---|", *lines, END])


def example() -> str:
    """A `.env` file that changes nothing: every setting with its meaning, commented out."""
    parts = ["# Copy to .env and uncomment what you change. The environment wins over this file."]
    for row in rows():
        meaning = wrap(f"{row.meaning} Takes {row.wants}. Default: {row.default.replace('`', '')}.", 110)
        parts.append("\n".join([f"# {line}" for line in meaning] + [f"# {row.name}="]))
    return "\n\n".join(parts) + "\n"


def renewed(page: str) -> str:
    """The page with its table as it is to be. Raises ValueError where the markers are missing."""
    head, rest = page[: page.index(BEGIN)], page[page.index(END) + len(END) :]
    return head + markdown() + rest


if __name__ == "__main__":
    DOCS.write_text(renewed(DOCS.read_text("utf-8")), "utf-8")
    EXAMPLE.write_text(example(), "utf-8")
