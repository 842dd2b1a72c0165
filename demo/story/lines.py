"""The lines that an installation begins with, by slug."""

import json
from functools import cache
from typing import Any

from services.consultation.lines.operations import DATA


@cache
def lines() -> dict[str, dict[str, Any]]:
    return {row["slug"]: row for row in json.loads(DATA.read_text(encoding="utf-8"))["lines"]}
