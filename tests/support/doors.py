"""Every operation of a service, and a call to each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2
from fastapi import FastAPI

NOBODY = UUID(int=7)


@dataclass(frozen=True)
class Route:
    operation: str
    method: str
    path: str


def routes(app: FastAPI) -> list[Route]:
    return [
        Route(told["operationId"], method.upper(), path)
        for path, methods in app.openapi()["paths"].items()
        for method, told in methods.items()
        if path.startswith("/v1/")
    ]


def filled(path: str, entry: object = NOBODY) -> str:
    start, mark, rest = path.partition("{")
    return start + str(entry) + filled(rest.partition("}")[2], entry) if mark else path


async def call(client: httpx2.AsyncClient, method: str, path: str, body: Any = None) -> httpx2.Response:
    return await client.request(method, path, json=body, headers={"If-Match": '"999999"'})
