"""Every table of the house: `metadata` taken from here is whole, whatever else the process has imported.

The modules are found, not listed: a table that a list forgot would be missing in every backup of PostgreSQL, in silence.
"""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from models.store import metadata

__all__ = ["metadata"]

for module in iter_modules([str(Path(__file__).parent)]):
    if not module.ispkg and module.name != "tables":
        import_module(f"models.{module.name}")
