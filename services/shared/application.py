"""Makes a service of its routers: the guard before every route, one way to refuse, and what lives as long as it."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any

from fastapi import APIRouter, Depends, FastAPI

from services.shared import health, journal
from services.shared.clock import Clock, clock_of
from services.shared.database import Database
from services.shared.encryption import KeyStore
from services.shared.idempotency import forget_old_keys
from services.shared.identity import Tokens, Verifier, Who
from services.shared.jobs import Sweep, keep_sweeping, while_open
from services.shared.logging import configure_logging
from services.shared.middleware import Metrics, RequestMiddleware
from services.shared.openapi import described
from services.shared.refusing import answer_refusals
from services.shared.requests import guard
from services.shared.settings import Settings

SHARED_ACCESS: Mapping[str, Who] = {
    "read_events": Who(services=frozenset({"reporting"}), scopes=frozenset({"events:read"}), systems=True),
    "is_alive": Who(public=True),
    "is_ready": Who(public=True),
    "read_metrics": Who(public=True),
    "read_public_keys": Who(public=True),
}
SWEEPS = (Sweep("forget_old_keys", forget_old_keys),)

Part = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_service(
    settings: Settings,
    *,
    title: str,
    routers: Sequence[APIRouter],
    access: Mapping[str, Who],
    trusted: Mapping[str, frozenset[str]],
    clock: Clock | None = None,
    sweeps: Sequence[Sweep] = (),
    parts: Sequence[Part] = (),
) -> FastAPI:
    """A service with its routes under /v1. `parts` are entered when it starts and left when it ends."""
    configure_logging(settings.process)
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await _open(app, settings, clock or clock_of(settings.clock_file), stack)
            for part in parts:
                await stack.enter_async_context(part(app))
            if settings.sweep_seconds:
                work = keep_sweeping(app.state.database, [*SWEEPS, *sweeps], settings.sweep_seconds)
                await stack.enter_async_context(while_open(work))
            yield

    app = FastAPI(
        title=title,
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    app.openapi = lambda: described(app)  # type: ignore[method-assign]
    app.state.settings = settings
    app.state.metrics = metrics
    app.state.access = {**SHARED_ACCESS, **access}
    app.state.trusted = trusted
    guarded = [Depends(guard)]
    app.include_router(health.router, dependencies=guarded)
    for router in (journal.router, *routers):
        app.include_router(router, prefix="/v1", dependencies=guarded)
    app.add_middleware(RequestMiddleware, body_limit=settings.body_limit, metrics=metrics)
    answer_refusals(app)
    return app


async def _open(app: FastAPI, settings: Settings, clock: Clock, stack: AsyncExitStack) -> None:
    info: dict[str, Any] = {}
    if settings.keys_database:
        keys = KeyStore(settings.keys_database, settings.master_key.get_secret_value(), clock)
        stack.push_async_callback(keys.close)
        info["keys"] = keys
    app.state.clock = clock
    app.state.database = Database(settings, clock, **info)
    stack.push_async_callback(app.state.database.close)
    app.state.tokens = Tokens(settings)
    app.state.verifier = Verifier(settings, app.state.trusted)
    app.state.feed = journal.Feed(app.state.database, f"/{settings.process}")
