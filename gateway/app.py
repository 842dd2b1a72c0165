"""The gateway: pages for people, one address for systems, and the only process that browsers meet."""

import importlib
import pkgutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import APIRouter, Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute
from starlette.staticfiles import StaticFiles

from gateway import errors, login, pages, proxy
from gateway.clients import SERVICES, Clients
from gateway.feedback import FeedbackBox
from gateway.headers import HeadAsGet, SecurityHeaders
from gateway.language import FRONTEND
from gateway.provider import Provider
from gateway.sessions import OWN, Sessions
from gateway.settings import GatewaySettings
from gateway.visits import Visits, admit
from services.shared import health
from services.shared.clock import Clock, SystemClock, clock_of
from services.shared.database import Database
from services.shared.errors import Refusal
from services.shared.http import client_for
from services.shared.identity import Tokens
from services.shared.jobs import Sweep, keep_sweeping, while_open
from services.shared.logging import configure_logging
from services.shared.middleware import Metrics, RequestMiddleware


def create_gateway(settings: GatewaySettings, clock: Clock | None = None) -> FastAPI:
    """`clock` moves business time and, in tests, how long logins last; a demo's moved clock logs nobody out."""
    configure_logging(settings.process)
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await _open(app, settings, clock, stack)
            yield

    app = FastAPI(title="OT-verkko", lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    app.state.settings = settings
    app.state.metrics = metrics
    prefix = "__Host-" if settings.secure else ""
    app.state.cookie, app.state.login_cookie = f"{prefix}ot-session", f"{prefix}ot-login"
    _add_routes(app)
    _add_layers(app, settings, metrics)
    return app


async def _open(app: FastAPI, settings: GatewaySettings, clock: Clock | None, stack: AsyncExitStack) -> None:
    state = app.state
    state.clock = clock or clock_of(settings.clock_file)
    state.database = Database(settings, state.clock)
    stack.push_async_callback(state.database.close)
    state.tokens = Tokens(settings)
    state.sessions = Sessions(state.database, clock or SystemClock(), settings)
    state.feedback = FeedbackBox(state.database, state.clock)
    state.provider = Provider(settings)
    state.connections = {name: client_for(settings, name) for name in SERVICES}
    for connection in state.connections.values():
        stack.push_async_callback(connection.close)
    state.systems, state.descriptions = proxy.Systems(), {}
    state.own_clients = lambda: Clients(state.connections, state.tokens, OWN)
    if settings.sweep_seconds:
        sweeps = [Sweep("gateway.sessions", state.sessions.sweep), Sweep("gateway.feedback", state.feedback.sweep)]
        await stack.enter_async_context(while_open(keep_sweeping(state.database, sweeps, settings.sweep_seconds)))


def _add_routes(app: FastAPI) -> None:
    # a plain route: there is nothing in it for the framework to read or to check
    app.add_route(proxy.ADDRESSES, proxy.pass_on, methods=[*proxy.METHODS], name="pass_on", include_in_schema=False)
    app.include_router(health.router)
    app.include_router(proxy.router)
    app.include_router(login.router, dependencies=[Depends(admit)])
    app.include_router(_pages(), dependencies=[Depends(admit)])
    app.mount("/static", StaticFiles(directory=FRONTEND / "static"), name="static")


def _pages() -> APIRouter:
    """`/vocabulary/themes/new` comes before `/vocabulary/themes/{slug}`, whichever module each stands in."""
    modules = [importlib.import_module(f"gateway.pages.{found.name}") for found in pkgutil.iter_modules(pages.__path__)]
    routers = [module.router for module in modules if hasattr(module, "router")]
    together = APIRouter()
    together.routes.extend(sorted((route for router in routers for route in router.routes), key=_named_parts_first))
    return together


def _named_parts_first(route: BaseRoute) -> list[bool]:
    return [part.startswith("{") for part in str(getattr(route, "path", "")).split("/")]


def _add_layers(app: FastAPI, settings: GatewaySettings, metrics: Metrics) -> None:
    """The last added is the outermost: headers, pages for problems, the request's id and body, the visitor."""
    app.add_middleware(Visits)
    app.add_middleware(RequestMiddleware, body_limit=settings.body_limit, metrics=metrics)
    app.add_middleware(errors.PagesForPeople)
    app.add_middleware(HeadAsGet)
    app.add_middleware(SecurityHeaders, login_origin=settings.login_origin, secure=settings.secure)
    app.add_exception_handler(Refusal, errors.refused)
    app.add_exception_handler(RequestValidationError, errors.not_valid)
    app.add_exception_handler(HTTPException, errors.plain_http)
