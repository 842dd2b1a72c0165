"""All tables of the service, for the migrations."""

import importlib
from pathlib import Path

from services.consultation.base import metadata

for _tables in sorted(Path(__file__).parent.glob("*/tables.py")):
    importlib.import_module(f"services.consultation.{_tables.parent.name}.tables")

__all__ = ["metadata"]
