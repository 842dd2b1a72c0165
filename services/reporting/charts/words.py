"""The few words inside a picture."""

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "fi": {"example": "Esimerkkiaineisto", "target": "tavoite", "unit_percent": "%", "unit_days": "pv"},
    "sv": {"example": "Exempeldata", "target": "mål", "unit_percent": "%", "unit_days": "d"},
    "en": {"example": "Example data", "target": "target", "unit_percent": "%", "unit_days": "d"},
}
