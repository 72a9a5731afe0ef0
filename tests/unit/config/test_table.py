"""No setting without docs: what people read is what settings.py says."""

from dotenv import dotenv_values

from config.settings import Settings, load_settings
from config.table import DOCS, EXAMPLE, example, renewed, rows


def test_every_setting_says_what_it_means_and_what_it_takes() -> None:
    assert [row.name.lower() for row in rows()] == list(Settings.model_fields)
    for row in rows():
        assert row.meaning.endswith((".", "texts.")), row.name
        assert row.default, row.name
        assert row.wants, row.name


def test_the_docs_are_what_the_settings_are() -> None:
    page = DOCS.read_text("utf-8")
    assert renewed(page) == page, "run make docs"


def test_the_example_is_whole_and_changes_nothing() -> None:
    assert EXAMPLE.read_text("utf-8") == example(), "run make docs"
    assert load_settings({name: value or "" for name, value in dotenv_values(EXAMPLE).items()}) == load_settings({})
    assert all(f"\n# {row.name}=\n" in example() for row in rows())
