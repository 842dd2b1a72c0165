"""What every service is made of: the guard, the sessions a route asks for, and the errors it answers with."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException

from services.shared import health, journal
from services.shared.access_log import log_access
from services.shared.clock import Clock, clock_of
from services.shared.database import Database, ReadSession, WriteSession
from services.shared.encryption import KeyStore
from services.shared.errors import (
    FieldProblem,
    Forbidden,
    Invalid,
    NotSignedIn,
    PreconditionRequired,
    Refusal,
)
from services.shared.idempotency import Once as OnceOnly
from services.shared.idempotency import forget_old_keys
from services.shared.identity import ANONYMOUS, Caller, Tokens, Verifier, Who
from services.shared.jobs import Sweep, keep_sweeping
from services.shared.logging import configure_logging, log
from services.shared.middleware import Metrics, RequestMiddleware
from services.shared.openapi import described
from services.shared.settings import Settings

SHARED_ACCESS: Mapping[str, Who] = {
    "read_events": Who(services=frozenset({"reporting"}), scopes=frozenset({"events:read"}), systems=True),
    "is_alive": Who(public=True),
    "is_ready": Who(public=True),
    "read_metrics": Who(public=True),
    "read_public_keys": Who(public=True),
}
SWEEPS = (Sweep("forget_old_keys", forget_old_keys),)
_LOGGED_REFUSALS = {403, 404}

Part = Callable[[FastAPI], AbstractAsyncContextManager[None]]


async def _caller(request: Request) -> Caller:
    """Denied unless the access table lists the operation and its row permits the caller."""
    operation = getattr(request.scope.get("route"), "operation_id", None)
    who: Who | None = request.app.state.access.get(operation)
    if who is None:
        raise Forbidden("the operation is not listed")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not token and who.public:
        caller = ANONYMOUS
    elif scheme.lower() != "bearer" or not token:
        raise NotSignedIn("a bearer token is needed")
    else:
        caller = await request.app.state.verifier.caller_of(token)
    request.state.caller = caller
    request.state.operation = operation
    if not who.permits(caller):
        raise Forbidden("not in this role")
    return caller


SignedIn = Annotated[Caller, Depends(_caller)]


async def _read_session(request: Request, caller: SignedIn) -> AsyncIterator[ReadSession]:
    async with request.app.state.database.read(caller, request_id=request.state.request_id) as session:
        yield session


async def _write_session(request: Request, caller: SignedIn) -> AsyncIterator[WriteSession]:
    async with request.app.state.database.write(caller, request_id=request.state.request_id) as session:
        yield session


# With the default scope a session would end after the answer is sent, and a failed commit would still say 200
Reading = Annotated[ReadSession, Depends(_read_session, scope="function")]
Writing = Annotated[WriteSession, Depends(_write_session, scope="function")]


async def _once(
    request: Request,
    response: Response,
    session: Writing,
    key: Annotated[
        str | None,
        Header(alias="Idempotency-Key", max_length=200, description="The same key sent twice does one thing"),
    ] = None,
) -> OnceOnly:
    return OnceOnly(request, response, session, await request.body())


async def _if_match(
    version: Annotated[
        str | None, Header(alias="If-Match", max_length=40, description='The `ETag` you read, as `"7"`')
    ] = None,
) -> int:
    if version is None:
        raise PreconditionRequired("If-Match is needed: send the ETag that you read")
    bare = version.strip().removeprefix("W/").strip('"')
    if not bare.isascii() or not bare.isdigit() or len(bare) > 9:
        raise Invalid("If-Match is not a version", fields=[FieldProblem(path="If-Match", code="not_a_version")])
    return int(bare)


Once = Annotated[OnceOnly, Depends(_once)]
IfMatch = Annotated[int, Depends(_if_match)]


def etag(response: Response, version: int) -> None:
    response.headers["ETag"] = f'"{version}"'


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
                await stack.enter_async_context(_sweeping(app, [*SWEEPS, *sweeps], settings.sweep_seconds))
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
    guarded = [Depends(_caller)]
    app.include_router(health.router, dependencies=guarded)
    for router in (journal.router, *routers):
        app.include_router(router, prefix="/v1", dependencies=guarded)
    app.add_middleware(RequestMiddleware, body_limit=settings.body_limit, metrics=metrics)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(DataError, _not_storable)
    app.add_exception_handler(HTTPException, _plain_http)
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


@asynccontextmanager
async def _sweeping(app: FastAPI, sweeps: list[Sweep], seconds: float) -> AsyncIterator[None]:
    task = asyncio.create_task(keep_sweeping(app.state.database, sweeps, seconds))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _refused(request: Request, refused: Exception) -> JSONResponse:
    assert isinstance(refused, Refusal)
    caller: Caller | None = getattr(request.state, "caller", None)
    if refused.status in _LOGGED_REFUSALS and caller is not None and caller.kind != "anonymous":
        await _log_refusal(request, caller, refused)
    problem = refused.problem(request.state.request_id)
    return JSONResponse(
        problem.model_dump(mode="json"),
        status_code=refused.status,
        media_type="application/problem+json",
        headers=refused.headers,
    )


async def _log_refusal(request: Request, caller: Caller, refused: Refusal) -> None:
    """In a transaction of its own: the refused one was rolled back, with whatever it had logged."""
    tried = ",".join(str(v)[:80] for v in request.path_params.values() if str(v).isprintable())
    async with request.app.state.database.write(caller, request_id=request.state.request_id) as session:
        await log_access(session, act=request.state.operation or "", subject=tried, outcome=refused.code)


async def _not_valid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    fields = [
        FieldProblem(
            path=".".join(str(step) for step in problem["loc"] if step not in ("body", "query", "path", "header")),
            code=str(problem["type"]),
            **{k: v for k, v in problem.get("ctx", {}).items() if isinstance(v, int | float | str)},
        )
        for problem in error.errors()
    ]
    return await _refused(request, Invalid(fields=fields))


async def _not_storable(request: Request, error: Exception) -> JSONResponse:
    """A number or text that passed every check but has no place in its column: the caller's to mend, ours to know."""
    log.warning("not_storable", error=type(error).__name__)
    return await _refused(request, Invalid("a value is out of its range"))


async def _plain_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    known = {400: "bad_request", 404: "not_found", 405: "method_not_allowed"}
    refused = Refusal()
    refused.status = error.status_code  # type: ignore[misc]
    refused.code = known.get(error.status_code, "refused")  # type: ignore[misc]
    refused.headers = dict(error.headers or {})
    return await _refused(request, refused)
