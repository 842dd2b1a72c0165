"""The rows of a queue in groups by how soon their clock runs out."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from gateway.dates import HELSINKI

Row = dict[str, Any]
ORDER = ("late", "today", "week", "later", "paused", "none")


def grouped(rows: Sequence[Row], now: datetime) -> list[dict[str, Any]]:
    """[{key, rows, first}] in the order of urgency, the order within a group as it came."""
    groups: dict[str, list[Row]] = {key: [] for key in ORDER}
    for row in rows:
        groups[_group(row, now)].append(row)
    full = [(key, groups[key]) for key in ORDER if groups[key]]
    return [{"key": key, "rows": found, "first": at == 0} for at, (key, found) in enumerate(full)]


def _group(row: Row, now: datetime) -> str:
    clock = row["clock"]
    if row["state"] == "returned" or (clock and clock["state"] == "paused"):
        return "paused"
    if not clock or clock["state"] == "done":
        return "none"
    if clock["state"] == "late":
        return "late"
    today = now.astimezone(HELSINKI).date()
    due = datetime.fromisoformat(clock["due"]).astimezone(HELSINKI).date()
    if due <= today:
        return "today"
    return "week" if due <= today + timedelta(days=7) else "later"
