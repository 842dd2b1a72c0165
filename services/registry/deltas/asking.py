"""How a list may be asked for: page by page, as what changed since a moment, or all of it line by line."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Annotated, Any, Protocol, TypeVar
from uuid import UUID

from fastapi import Depends, Header, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel

from services.registry.deltas.operations import changed_since
from services.registry.deltas.schemas import Delta, Whole
from services.registry.deltas.store import horizon
from services.shared.database import ReadSession
from services.shared.paging import After, Limit, Page
from services.shared.requests import Reading, SignedIn

NDJSON = "application/x-ndjson"
LINES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {NDJSON: {}},
        "description": "A page; or with `modified_since` what changed; or with `Accept: application/x-ndjson` the"
        " whole list, an entry a line, and last a line that says it is whole",
    }
}
AT_ONCE = 500
"""Entries in memory while a list is told line by line."""

T = TypeVar("T", bound=BaseModel)


class Found(Protocol):
    items: Any
    next: str | None


Keys = frozenset[str] | None
Listed = Callable[[ReadSession, int, str | None, Keys], Awaitable[Found]]
"""A page of the list; with keys only those of it, all at once."""


class Listing:
    def __init__(
        self,
        request: Request,
        session: Reading,
        caller: SignedIn,
        modified_since: Annotated[
            AwareDatetime | None, Query(description="What changed since this moment, and what went; `until` of before")
        ] = None,
        accept: Annotated[str, Header(max_length=500, include_in_schema=False)] = "",
        limit: Limit = 50,
        after: After = None,
    ) -> None:
        self.session, self.since, self.limit, self.after = session, modified_since, limit, after
        self.in_bulk = NDJSON in accept
        self._request, self._caller = request, caller

    async def tell(self, kind: str, listed: Listed, key: str = "id") -> Any:
        """Raises BadCursor."""
        if self.in_bulk:
            return StreamingResponse(self._lines(kind, listed, key), media_type=NDJSON)
        return await self._page(self.session, kind, listed, key, self.limit, self.after)

    async def _page(
        self, session: ReadSession, kind: str, listed: Listed, key: str, limit: int, after: str | None
    ) -> Found | Delta[Any]:
        if self.since is None:
            return await listed(session, limit, after, None)

        async def seen(session: ReadSession, keys: frozenset[str]) -> dict[str, Any]:
            found = await listed(session, len(keys), None, keys)
            return {str(getattr(item, key)): item for item in found.items}

        return await changed_since(session, kind, self.since, seen, limit=limit, after=after)

    async def _lines(self, kind: str, listed: Listed, key: str) -> AsyncIterator[str]:
        """A transaction a page: none lasts as long as the slowest reader. What changes meanwhile comes by `until`."""
        async with self._reading() as session:
            until = await horizon(session)
        count, after, more = 0, None, True
        while more:
            async with self._reading() as session:
                page = await self._page(session, kind, listed, key, AT_ONCE, after)
            count, after = count + len(page.items), page.next
            yield "".join(f"{item.model_dump_json()}\n" for item in page.items)
            more = after is not None
        yield Whole(count=count, until=until).model_dump_json() + "\n"

    async def tell_all(self, kind: str, everything: Callable[[ReadSession], Awaitable[list[T]]], key: str) -> Any:
        """For short lists, that have no pages. Raises BadCursor."""

        async def listed(session: ReadSession, limit: int, after: str | None, keys: Keys) -> Page[Any]:
            items = await everything(session)
            return Page(items=[one for one in items if keys is None or str(getattr(one, key)) in keys])

        told = await self.tell(kind, listed, key)
        return told.items if isinstance(told, Page) else told

    def _reading(self) -> AbstractAsyncContextManager[ReadSession]:
        request = self._request
        reading: AbstractAsyncContextManager[ReadSession] = request.app.state.database.read(
            self._caller, request_id=request.state.request_id
        )
        return reading


Ask = Annotated[Listing, Depends(Listing, scope="function")]
AskForAll = Ask
"""Of lists without pages: a limit is one of what changed."""


def ids_of(keys: Keys) -> frozenset[UUID] | None:
    return None if keys is None else frozenset(map(UUID, keys))
