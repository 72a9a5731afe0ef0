"""Brings a database to this version's schema. The steps stand in `versions/`, and import no models: they never change again."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["url"] = url  # not an option: a password may hold a %
    return config


def upgrade(url: str) -> None:
    """Runs what is missing, in one transaction. The caller sees to it that nobody else does the same at that moment."""
    command.upgrade(_config(url), "head")


def is_current(url: str) -> bool:
    """Whether the database stands at this version's schema."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
    return current == ScriptDirectory.from_config(_config(url)).get_current_head()
