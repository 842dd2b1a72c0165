"""Rows of cases without what differs by nature: ids become places in the order of time, sealed texts are opened."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from demo.story.history_rows import COLUMNS, TABLES, Row
from services.shared.encryption import SealingKey

Tables = dict[str, list[dict[str, Any]]]
LEFT_OUT = {"request_id", "serial", "position", "code", "case_code"}
"""Drawn by chance or in the order of everything else."""

_UNFINISHED = " Kesken."
"""What a draft that saved itself may end with."""


def told_tables(rows: Mapping[str, list[Row]], answers: list[dict[str, Any]], cases: set[UUID]) -> Tables:
    everything = {
        name: [dict(zip(columns, row, strict=True)) for row in rows[name]] for name, columns in COLUMNS.items()
    }
    everything["answers"] = [{name: row.get(name) for name in COLUMNS["answers"]} for row in answers]
    return of_cases(everything, {str(one) for one in cases})


def kept_tables(connection: psycopg.Connection, cases: set[str]) -> Tables:
    found: Tables = {}
    with connection.cursor(row_factory=dict_row) as cursor:
        for name, columns in COLUMNS.items():
            cursor.execute(f"select {', '.join(columns)} from {name}")
            found[name] = cursor.fetchall()
    return of_cases(found, cases)


def of_cases(tables: Tables, cases: set[str]) -> Tables:
    """Those that belong to these cases, also by way of another row."""
    known, found = set(cases), Tables()
    for name in (*TABLES, "event", "access_log"):
        found[name] = []
        for row in tables[name]:
            plain = {column: _plain(value) for column, value in row.items()}
            key = "id" if name == "cases" else "subject" if name in ("event", "access_log") else None
            belongs = plain[key] in known if key else not known.isdisjoint(_ids_in(plain))
            if belongs:
                found[name].append(plain)
                known |= {plain["id"]} if "id" in plain else set()
    return found


def _ids_in(row: Mapping[str, Any]) -> Iterable[str]:
    return (value for column, value in row.items() if column.endswith("_id") and column != "person_id" and value)


def _plain(value: Any) -> Any:
    match value:
        case UUID():
            return str(value)
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="seconds")
        case str() if len(value) == 32 and all(one in "0123456789abcdef" for one in value):
            return str(UUID(value))
        case str() if value.startswith(("{", "[")):
            return json.loads(value)
        case _:
            return value


def without_chance(tables: Tables, keys: Mapping[str, SealingKey]) -> Tables:
    """Comparable: sorted, with names for ids and open texts. Looks are left out: pages look more often than an API."""
    names = _names(tables)
    found: Tables = {}
    for table, rows in tables.items():
        ordered = sorted(rows, key=lambda row: str(row.get("id", "")))
        kept = [row for row in ordered if table != "access_log" or row["act"] not in ("look", "list_cases")]
        found[table] = [_row(table, row, names, keys) for row in kept]
        if table == "access_log":
            found[table] = [{**row, "id": ""} for row in found[table]]
        if "id" not in COLUMNS[table] or table == "case_clocks":
            found[table].sort(key=lambda row: json.dumps(row, sort_keys=True, default=str))
    return found


_OTHERS_CODES = ("code", "into", "handed_on_from")


def _names(tables: Tables) -> dict[str, str]:
    names = {}
    for table, rows in tables.items():
        for place, one in enumerate(sorted(row["id"] for row in rows if "id" in row)):
            names[one] = f"{table} {place}"
    return names


def _row(
    table: str, row: Mapping[str, Any], names: Mapping[str, str], keys: Mapping[str, SealingKey]
) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for column, value in row.items():
        if column in LEFT_OUT:
            told[column] = value is not None
        elif isinstance(value, bytes) and column.endswith("_sealed"):
            told[column] = _opened(value, f"{table}.{column.removesuffix('_sealed')}", keys.values())
        else:
            told[column] = _named(value, names)
    return told


def _named(value: Any, names: Mapping[str, str]) -> Any:
    match value:
        case dict():
            return {
                key: _named(one, names) for key, one in value.items() if key not in ("code", "into", "handed_on_from")
            }
        case list():
            return [_named(one, names) for one in value]
        case str():
            return _moment(names.get(value, value))
        case _:
            return value


def _moment(value: str) -> str:
    """Moments inside JSON, to the second and in one zone."""
    if len(value) < 20 or value[4:5] != "-" or "T" not in value:
        return value
    try:
        return datetime.fromisoformat(value).astimezone(UTC).isoformat(timespec="seconds")
    except ValueError:
        return value


def _opened(sealed: bytes, place: str, keys: Iterable[SealingKey]) -> str | None:
    for key in keys:
        try:
            return key.open(sealed, place).removesuffix(_UNFINISHED) or None
        except Exception:
            continue
    raise AssertionError(f"nobody's key opens {place}")
