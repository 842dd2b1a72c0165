from dataclasses import replace
from typing import Any

from gateway.clients.base import Params, ServiceClient, segment

# A long list is judged and written in one transaction.
PATIENCE_SECONDS = 120.0


class Imports:
    """Files, looked at before they are written."""

    def __init__(self, service: ServiceClient) -> None:
        self.service = replace(service, patience=PATIENCE_SECONDS)

    async def preview_import(self, kind: str, content: bytes, *, key: str) -> dict[str, Any]:
        return dict(await self.service.send_file(f"/imports/{segment(kind)}", content, "text/csv", key=key))

    async def export_entries(self, kind: str) -> bytes:
        return await self.service.download(f"/exports/{segment(kind)}")

    async def read_import(self, id: str) -> dict[str, Any]:
        return dict(await self.service.get(f"/imports/{segment(id)}"))

    async def list_import_rows(self, id: str, **filters: Params) -> dict[str, Any]:
        return dict(await self.service.get(f"/imports/{segment(id)}/rows", **filters))

    async def write_import(self, id: str, *, expected: int) -> None:
        await self.service.post(f"/imports/{segment(id)}/write", {}, expected=expected)
