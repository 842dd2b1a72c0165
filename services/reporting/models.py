"""All tables of the service, for the migrations."""

from services.reporting.base import metadata
from services.reporting.intake import tables as _intake

__all__ = ["_intake", "metadata"]
