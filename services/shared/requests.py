"""What a route may ask for: who is calling, a session, the version that was read, and to be done only once."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Header, Request, Response

from services.shared.database import ReadSession, WriteSession
from services.shared.errors import FieldProblem, Forbidden, Invalid, NotSignedIn, PreconditionRequired
from services.shared.idempotency import Once as OnceOnly
from services.shared.identity import ANONYMOUS, Caller, Who


async def guard(request: Request) -> Caller:
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


SignedIn = Annotated[Caller, Depends(guard)]


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
