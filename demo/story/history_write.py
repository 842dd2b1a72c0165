"""Cases of the past into the databases: keys first, as the services do, then everything else in one transaction."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.dialects.postgresql import insert

from demo.story.history_people import SINCE, OldAsker
from demo.story.history_rows import Row, Rows, Writer, copy_rows
from demo.story.ids import example_id, organisation_id, person_id
from demo.story.organisations import organisations, ytas_of_areas
from services.registry.members.tables import Membership, Person
from services.shared.clock import SystemClock
from services.shared.database import Database
from services.shared.encryption import SealingKey, new_key
from services.shared.settings import Settings


class Keys:
    """Makes the cases' keys, and keeps them wrapped until they are written."""

    def __init__(self, settings: Settings) -> None:
        self._master = AESGCM(b64decode(settings.master_key.get_secret_value()))
        self.rows: list[Row] = []

    def make(self, record: UUID, at: datetime) -> SealingKey:
        key, wrapped = new_key(self._master, record)
        self.rows.append((record, wrapped, at))
        return key


async def write_people(settings: Settings, told: Sequence[OldAsker]) -> None:
    """Into the registry: people who are known there and can't log in, with the role they asked in."""
    database = Database(settings, SystemClock())
    try:
        async with database.duty("story") as session:
            for table, rows in ((Person, _people(told)), (Membership, _memberships(told))):
                await session.execute(insert(table).on_conflict_do_nothing(), rows)
    finally:
        await database.close()


def _people(told: Sequence[OldAsker]) -> list[dict[str, Any]]:
    same = {"email_verified": False, "example": True, "version": 1}
    return [{"id": person_id(one.slug), "name": one.name, "language": one.language, **same} for one in told]


def _memberships(told: Sequence[OldAsker]) -> list[dict[str, Any]]:
    same = {
        "role": "professional",
        "deputy": False,
        "valid_from": SINCE,
        "granted_at": datetime.combine(SINCE, time(8), UTC),
        "reason": "Esimerkkiaineisto",
        "example": True,
        "version": 1,
    }
    return [
        {
            "id": example_id("membership", one.slug),
            "person_id": person_id(one.slug),
            "organisation_id": organisation_id(one.organisation),
            "yta": _yta_of(one),
            **same,
        }
        for one in told
    ]


def _yta_of(one: OldAsker) -> str | None:
    return ytas_of_areas().get(organisations()[one.organisation]["area"])


async def write_cases(settings: Settings, keys: Keys, rows: Rows, numbers: Mapping[tuple[str, str, int], int]) -> None:
    """`settings` are the consultation's. A key without a case does no harm; a case without a key would."""
    async with await psycopg.AsyncConnection.connect(settings.keys_database) as connection:
        await copy_rows(connection, "record_key", ("record", "wrapped", "made_at"), keys.rows)
    async with await psycopg.AsyncConnection.connect(settings.owner_database or settings.database) as connection:
        writer = Writer(connection)
        await writer.lift_security()
        await writer.put(rows)
        await _keep_numbers(connection, numbers)
        await writer.restore_security()


async def _keep_numbers(connection: psycopg.AsyncConnection, numbers: Mapping[tuple[str, str, int], int]) -> None:
    async with connection.cursor() as cursor:
        await cursor.executemany(
            "insert into answer_numbers (yta, kind, year, last) values (%s, %s, %s, %s)"
            " on conflict (yta, kind, year) do update set last = excluded.last",
            [(*key, last) for key, last in numbers.items()],
        )
