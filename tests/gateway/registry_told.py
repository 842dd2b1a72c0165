"""A registry that says what a test tells it: the gateway's side of their talk, without the registry's own rules."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

MARIA = {
    "person": "0198c1f4-7a3e-7c11-9d52-2f6f0f6a1b7e",
    "name": "Maria Lehtola",
    "language": "fi",
    "memberships": [
        {
            "role": "professional",
            "organisation": "0198c1f4-7a3e-7c11-9d52-000000000001",
            "organisation_name": "Etelä-Savon hyvinvointialue",
            "area": "10",
            "yta": "ita",
        }
    ],
    "pending_request": None,
    "new": False,
}


class RegistryTold:
    def __init__(self) -> None:
        self.identity: dict[str, Any] = {**MARIA}
        self.system: dict[str, Any] | None = None
        self.asked: list[tuple[str, Any]] = []
        self.tokens: list[str] = []
        self.app = FastAPI(openapi_url=None)
        self.app.add_api_route("/{path:path}", self._answer, methods=["GET", "POST", "PUT"], response_model=None)

    async def _answer(self, request: Request) -> JSONResponse:
        body = await request.json() if await request.body() else None
        path = request.url.path
        self.asked.append((f"{request.method} {path}", body))
        self.tokens.append(request.headers.get("authorization", "").removeprefix("Bearer "))
        if path == "/v1/sign-ins" or path.startswith("/v1/people/01"):
            return JSONResponse({**self.identity, "id": self.identity["person"]})
        if path == "/v1/system-sign-ins":
            return JSONResponse(self.system or {"code": "not_found"}, status_code=200 if self.system else 404)
        if path == "/v1/waiting/count":
            return JSONResponse({"waiting": 0})
        if path == "/v1/waiting":
            return JSONResponse({"items": []})
        if path == "/v1/areas":
            headers = {"ETag": '"7"', "Set-Cookie": "stray=1"}
            row = {"code": "10", "name": {"fi": "Kymenlaakso"}, "cookie": request.headers.get("cookie")}
            return JSONResponse([row], headers=headers)
        if path == "/openapi.json":
            return JSONResponse(OPENAPI)
        return JSONResponse({"items": []})


OPENAPI = {
    "openapi": "3.1.0",
    "info": {"title": "Registry", "version": "1"},
    "paths": {
        "/v1/areas": {
            "get": {"operationId": "list_areas", "tags": ["areas"], "responses": {"200": {"description": "OK"}}}
        },
        "/v1/experts": {
            "post": {
                "operationId": "create_expert",
                "tags": ["experts"],
                "security": [{"token": []}],
                "responses": {"201": {"description": "Created"}},
            }
        },
    },
}
