"""Each change of an entry is kept with its fields before and after, in the transaction that makes it."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from services.registry.history import store
from services.registry.history.schemas import ChangeView, EntryKind, FieldChange, HistoryPage
from services.registry.history.tables import EntryChange
from services.shared.database import ReadSession, WriteSession, new_id

Fields = Mapping[str, Any] | BaseModel
"""An entry as it stands: what isn't a field that somebody keeps (version, times, sort keys) is left out."""


async def record_change(
    session: WriteSession,
    kind: EntryKind,
    entry: UUID | str,
    *,
    act: str,
    version: int,
    before: Fields | None,
    after: Fields,
    reason: str = "",
) -> tuple[str, ...]:
    """`before` is None of a new entry. Returns which fields differ; where none does, nothing is kept."""
    differing = _differing(_plain(before), _plain(after))
    if differing:
        await store.add_change.run(
            session,
            id=new_id(),
            kind=kind.value,
            entry=str(entry),
            version=version,
            at=session.clock.now(),
            person=session.caller.person or session.caller.id,
            name=session.caller.name,
            act=act,
            reason=reason,
            fields=differing,
        )
    return tuple(sorted(differing))


async def read_history(
    session: ReadSession,
    kind: EntryKind,
    entry: UUID | str,
    *,
    limit: int,
    after: str | None,
    hidden: Collection[str] = (),
) -> HistoryPage:
    """Who asks has been let in to the entry already; `hidden` are the fields of it that they don't see."""
    rows, following = await store.page_of_changes(session, kind.value, str(entry), limit=limit, after=after)
    return HistoryPage(items=[_view(row, hidden) for row in rows], next=following)


def _plain(fields: Fields | None) -> dict[str, Any]:
    plain: dict[str, Any] = to_jsonable_python(fields) if fields is not None else {}
    return plain


def _differing(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """An empty field and a missing one are the same."""
    both = {name: [before.get(name), after.get(name)] for name in sorted({*before, *after})}
    return {name: pair for name, pair in both.items() if (pair[0] or None) != (pair[1] or None)}


def _view(row: EntryChange, hidden: Collection[str]) -> ChangeView:
    shown = {name: pair for name, pair in row.fields.items() if name not in hidden}
    return ChangeView(
        at=row.at,
        by=row.name,
        act=row.act,
        version=row.version,
        reason=row.reason,
        fields=[FieldChange(field=name, before=before, after=after) for name, (before, after) in shown.items()],
    )
