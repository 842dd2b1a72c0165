"""The registry's client for as long as the process runs, and how a route asks for it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, Request

from services.consultation.registry_client import Registry


@asynccontextmanager
async def registry_part(app: FastAPI) -> AsyncIterator[None]:
    app.state.registry = Registry(app.state.settings, app.state.tokens)
    try:
        yield
    finally:
        await app.state.registry.close()


async def _registry(request: Request) -> Registry:
    registry: Registry = request.app.state.registry
    return registry


AskRegistry = Annotated[Registry, Depends(_registry)]
