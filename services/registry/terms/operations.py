"""What is done alike to every kind of term: list, read, create, change, and tell what was changed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic_core import to_jsonable_python

from services.registry.access import grounds_for
from services.registry.changes import Change, expect_version, may
from services.registry.days import today
from services.registry.errors import EndsBeforeItBegins
from services.registry.history.operations import read_history, record_change
from services.registry.history.schemas import EntryKind, HistoryPage
from services.registry.organisations.operations import about
from services.registry.organisations.store import get_organisation
from services.registry.organisations.tables import Organisation
from services.registry.terms import store
from services.registry.terms.rules import is_backwards, state_of
from services.registry.terms.schemas import NewTerm, TermView
from services.registry.terms.tables import Term
from services.shared.access_log import log_access
from services.shared.database import ReadSession, WriteSession, new_id
from services.shared.errors import FieldProblem
from services.shared.identity import Caller
from services.shared.journal import record_event
from services.shared.paging import Page

R = TypeVar("R", bound=Term)
V = TypeVar("V", bound=TermView)
Values = Mapping[str, Any]
Check = Callable[[ReadSession, Organisation, Values], Awaitable[None]]
More = Callable[[ReadSession, Sequence[Any]], Awaitable[Mapping[UUID, Values]]]


async def _nothing(session: ReadSession, rows: Sequence[Any]) -> Mapping[UUID, Values]:
    return {}


@dataclass(frozen=True)
class Kind(Generic[R, V]):
    """One kind of term: its table, how it is seen, and what is asked of it beside its days.

    `columns`: from a field to the column that keeps it, where they are called differently.
    `told`: the fields an event tells: codes, ids, numbers and days, never a text.
    """

    name: str
    """In the singular, as acts and events call it: `create_mandate`, `mandate.created`."""
    entry: EntryKind
    table: type[R]
    view: type[V]
    fields: tuple[str, ...]
    told: tuple[str, ...]
    check: Check
    columns: Mapping[str, str] = field(default_factory=dict)
    acts: tuple[str, ...] = ()
    """What may be done beside changing it."""
    more: More = _nothing
    """By id what a view tells beside the row's own fields."""

    def values_of(self, row: R) -> dict[str, Any]:
        return {name: getattr(row, self.columns.get(name, name)) for name in (*self.fields, "valid_from", "valid_to")}

    def set(self, row: R, values: Values) -> None:
        for name, value in values.items():
            setattr(row, self.columns.get(name, name), value)


async def list_terms(
    session: ReadSession, caller: Caller, kind: Kind[R, V], organisation: UUID | str, *, limit: int, after: str | None
) -> Page[V]:
    """Raises NotFound."""
    owner = await get_organisation(session, organisation)
    rows, following = await store.page_of_terms(session, kind.table, owner.id, limit=limit, after=after)
    return Page[V](items=await views_of(session, caller, kind, owner, rows), next=following)


async def read_term(session: ReadSession, caller: Caller, kind: Kind[R, V], id: UUID) -> V:
    """Raises NotFound."""
    row = await store.get_term(session, kind.table, id)
    return await view_of(session, caller, kind, await get_organisation(session, row.organisation_id), row)


async def create_term(
    session: WriteSession, caller: Caller, kind: Kind[R, V], organisation: UUID | str, new: NewTerm
) -> V:
    """Raises NotFound, Forbidden, EndsBeforeItBegins and what the kind asks."""
    owner, act = await get_organisation(session, organisation), f"create_{kind.name}"
    grounds = may(act, caller, about(owner))
    values, now = new.values(), session.clock.now()
    await _check(session, kind, owner, values)
    row = kind.table()
    row.id, row.organisation_id, row.version, row.created_at, row.changed_at = new_id(), owner.id, 1, now, now
    kind.set(row, values)
    await store.add_term(session, row)
    await record_change(session, kind.entry, row.id, act=act, version=1, before=None, after=kind.values_of(row))
    await _tell(session, kind, owner, row, "created")
    await log_access(session, act=act, subject=row.id, ground=grounds[0])
    return await view_of(session, caller, kind, owner, row)


async def change_term(
    session: WriteSession, caller: Caller, kind: Kind[R, V], id: UUID, change: Change, *, expected: int
) -> V:
    """Raises NotFound, Forbidden, StaleVersion, EndsBeforeItBegins and what the kind asks."""
    act = f"change_{kind.name}"
    return await apply_act(session, caller, kind, id, change.values(), act=act, word="changed", expected=expected)


async def apply_act(
    session: WriteSession,
    caller: Caller,
    kind: Kind[R, V],
    id: UUID,
    values: Values,
    *,
    act: str,
    word: str,
    expected: int,
    reason: str = "",
) -> V:
    """`word`: what the event says became of it."""
    row = await store.lock_term(session, kind.table, id)
    owner = await get_organisation(session, row.organisation_id)
    grounds = may(act, caller, about(owner))
    expect_version(row.version, expected)
    before = kind.values_of(row)
    await _check(session, kind, owner, {**before, **values})
    kind.set(row, values)
    row.version += 1
    row.changed_at = session.clock.now()
    await session.flush()
    after = kind.values_of(row)
    await record_change(
        session, kind.entry, row.id, act=act, version=row.version, before=before, after=after, reason=reason
    )
    await _tell(session, kind, owner, row, word)
    await log_access(session, act=act, subject=row.id, part=",".join(sorted(values)), ground=grounds[0])
    return await view_of(session, caller, kind, owner, row)


async def list_term_history(
    session: ReadSession, kind: Kind[R, V], id: UUID, *, limit: int, after: str | None
) -> HistoryPage:
    """Raises NotFound."""
    row = await store.get_term(session, kind.table, id)
    return await read_history(session, kind.entry, row.id, limit=limit, after=after)


async def view_of(session: ReadSession, caller: Caller, kind: Kind[R, V], owner: Organisation, row: R) -> V:
    return (await views_of(session, caller, kind, owner, [row]))[0]


async def views_of(
    session: ReadSession, caller: Caller, kind: Kind[R, V], owner: Organisation, rows: Sequence[R]
) -> list[V]:
    acts = [act for act in (f"change_{kind.name}", *kind.acts) if grounds_for(act, caller, about(owner))]
    more, day = await kind.more(session, rows), today(session)
    return [
        kind.view.model_validate(
            {
                **kind.values_of(row),
                **more.get(row.id, {}),
                "id": row.id,
                "organisation": owner.id,
                "state": state_of(row.valid_from, row.valid_to, day),
                "example": row.example,
                "version": row.version,
                "allowed": acts,
            }
        )
        for row in rows
    ]


async def _check(session: ReadSession, kind: Kind[R, V], owner: Organisation, values: Values) -> None:
    if is_backwards(values["valid_from"], values["valid_to"]):
        raise EndsBeforeItBegins(fields=[FieldProblem(path="valid_to", code="ends_before_it_begins")])
    await kind.check(session, owner, values)


async def _tell(session: WriteSession, kind: Kind[R, V], owner: Organisation, row: R, word: str) -> None:
    values = kind.values_of(row)
    data = {name: values[name] for name in (*kind.told, "valid_from", "valid_to")}
    await record_event(
        session, f"{kind.name}.{word}", subject=row.id, organisation=owner.id, ytas=owner.ytas, **_plain(data)
    )


def _plain(data: Values) -> dict[str, Any]:
    plain: dict[str, Any] = to_jsonable_python(dict(data))
    return plain
