"""What changed in a list since a moment. A kind declares itself by a trigger on its table and by how it is listed.

Nothing is lost between two askings: a page tells nothing newer than its `until`, and `until` is no later than the
beginning of any transaction that may still add something. What is changed while one turns the pages comes next time.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TypeVar

from services.registry.days import today
from services.registry.deltas import store
from services.registry.deltas.schemas import Delta, Removed
from services.shared.database import ReadSession, WriteSession
from services.shared.paging import decode_cursor, encode_cursor

T = TypeVar("T")
Seen = Callable[[ReadSession, frozenset[str]], Awaitable[Mapping[str, T]]]
"""Those of the entries that the list shows to this reader, as it shows them."""


async def changed_since(
    session: ReadSession, kind: str, since: datetime, seen: Seen[T], *, limit: int, after: str | None
) -> Delta[T]:
    """What changed and isn't in the list for this reader comes as removed. Raises BadCursor."""
    begun: tuple[datetime, str] | None = None
    if after:
        *where, until = decode_cursor(after, [datetime, str, datetime])
        begun = (where[0], where[1])
    else:
        until = max(await store.horizon(session), since)
    marks = await store.marks_between(session, kind, since, until, limit=limit, after=begun)
    told = marks[:limit]
    found = await seen(session, frozenset(mark.entry for mark in told)) if told else {}
    items = [found.get(mark.entry) or Removed(id=mark.entry, changed_at=mark.changed_at) for mark in told]
    following = encode_cursor([told[-1].changed_at, told[-1].entry, until]) if len(marks) > limit else None
    return Delta(items=items, next=following, until=until)


async def mark_over(session: WriteSession) -> None:
    """A service or a group leaves its list when its last day has passed, though nobody changes it then."""
    await store.mark_over(session, today(session))
