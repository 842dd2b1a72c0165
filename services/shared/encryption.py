"""Texts sealed with a key per record; the keys live in a database of their own, so that destroying a key is enough.

Sealed = one byte of format version, 12 of nonce, then AES-GCM ciphertext. The record and the place (`table.column`)
are authenticated with it, so a text moved to another record or column doesn't open.
"""

import os
from base64 import b64decode
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, DateTime, LargeBinary, MetaData, Table, Uuid, delete, select

from services.shared.clock import Clock
from services.shared.engine import engine_for, lane_on

_FORMAT = b"\x01"
_NONCE = 12

keys_metadata = MetaData()

record_key_table = Table(
    "record_key",
    keys_metadata,
    Column("record", Uuid, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False, index=True),
)

_KEEP = "insert into record_key (record, wrapped, made_at) values (%s, %s, %s)"
_FIND = "select record, wrapped from record_key where record = any(%s)"


class TextNotReadable(Exception):
    """A sealed text was changed, moved, or sealed with another key: never a caller's mistake."""


class KeyDestroyed(Exception):
    """The record has no key: it was disposed of, or never made."""


@dataclass(frozen=True)
class SealingKey:
    """Seals and opens the texts of one record. Keep it for a request, no longer."""

    record: UUID
    secret: bytes = field(repr=False)

    def seal(self, text: str, place: str) -> bytes:
        nonce = os.urandom(_NONCE)
        return _FORMAT + nonce + AESGCM(self.secret).encrypt(nonce, text.encode(), self._bound_to(place))

    def open(self, sealed: bytes, place: str) -> str:
        """Raises TextNotReadable."""
        if sealed[:1] != _FORMAT:
            raise TextNotReadable(place)
        try:
            nonce, body = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
            return AESGCM(self.secret).decrypt(nonce, body, self._bound_to(place)).decode()
        except InvalidTag as changed:
            raise TextNotReadable(place) from changed

    def _bound_to(self, place: str) -> bytes:
        return f"{self.record}|{place}".encode()


def new_key(master: AESGCM, record: UUID) -> tuple[SealingKey, bytes]:
    """A record's key, and the same wrapped by the master key as it is kept."""
    secret, nonce = AESGCM.generate_key(256), os.urandom(_NONCE)
    return SealingKey(record, secret), _FORMAT + nonce + master.encrypt(nonce, secret, record.bytes)


class KeyStore:
    """Keys of records, wrapped by a master key, in a database with short-lived backups.

    A key is committed before its record is: a crash between the two leaves a key without a record, never the other
    way round.
    """

    def __init__(self, dsn: str, master_key: str, clock: Clock) -> None:
        self._engine = engine_for(dsn, size=5)
        self._master = AESGCM(b64decode(master_key))
        self._clock = clock

    async def create(self, record: UUID) -> SealingKey:
        key, wrapped = new_key(self._master, record)
        async with lane_on(self._engine) as lane:
            await lane.driver.execute(_KEEP, (record, wrapped, self._clock.now()))
        return key

    async def get(self, record: UUID) -> SealingKey:
        """Raises KeyDestroyed."""
        return (await self.get_many([record]))[record]

    async def get_many(self, records: list[UUID]) -> dict[UUID, SealingKey]:
        """Raises KeyDestroyed where any is missing."""
        if not records:
            return {}
        async with lane_on(self._engine) as lane:
            rows = await lane.driver.execute(_FIND, [list(set(records))])
            found = {record: self._unwrap(record, wrapped) async for record, wrapped in rows}
        if missing := set(records) - set(found):
            raise KeyDestroyed(", ".join(sorted(map(str, missing))))
        return found

    async def destroy(self, record: UUID) -> None:
        async with self._engine.connect() as connection:
            await connection.execute(delete(record_key_table).where(record_key_table.c.record == record))

    async def made_between(self, start: datetime, end: datetime) -> list[UUID]:
        made_at = record_key_table.c.made_at
        query = select(record_key_table.c.record).where(made_at >= start, made_at < end)
        async with self._engine.connect() as connection:
            return list(await connection.scalars(query))

    def _unwrap(self, record: UUID, wrapped: bytes) -> SealingKey:
        nonce, body = wrapped[1 : 1 + _NONCE], wrapped[1 + _NONCE :]
        return SealingKey(record, self._master.decrypt(nonce, body, record.bytes))

    async def close(self) -> None:
        await self._engine.dispose()
