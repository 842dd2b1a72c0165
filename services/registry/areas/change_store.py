"""Merges and splits in the database: what they touch, and moving what they touch to the areas that follow."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, or_, select, text, update

from services.registry.agreements.tables import Agreement
from services.registry.areas.tables import Area, AreaChange, AreaSuccession
from services.registry.experts.tables import ConflictOfInterest, Expert
from services.registry.history.schemas import EntryKind
from services.registry.members.tables import Membership
from services.registry.organisations.tables import Organisation
from services.registry.resources.tables import Resource
from services.shared.database import ReadSession, WriteSession, new_id
from services.shared.errors import NotFound

MOST_LOCATED = 200


@dataclass(frozen=True)
class Moved:
    """A table whose rows name areas: `one` says how the single area follows a split, `still` which rows go along."""

    table: str
    kind: EntryKind
    one: str | None
    several: bool = True
    still: str = "true"


_OF_EMPLOYER = "(select area from organisation where id = t.{employer} and area = any(:into))"
MOVED = (
    Moved("organisation", EntryKind.ORGANISATIONS, "coalesce(cast(:placements as jsonb) ->> t.slug, :first)"),
    Moved("expert", EntryKind.EXPERTS, _OF_EMPLOYER.format(employer="employer_id")),
    Moved("agreement", EntryKind.AGREEMENTS, None, still="valid_to is null or valid_to >= :day"),
    Moved("expert_group", EntryKind.GROUPS, None, still="valid_to is null or valid_to >= :day"),
    Moved("offering", EntryKind.OFFERINGS, None, still="valid_to is null or valid_to >= :day"),
    Moved(
        "resource",
        EntryKind.RESOURCES,
        _OF_EMPLOYER.format(employer="organisation_id"),
        several=False,
        still="valid_to is null or valid_to >= :day",
    ),
)
"""Organisations first: the others follow where theirs went. What ended before the day keeps its old area."""


async def get_change(session: ReadSession, id: UUID) -> AreaChange:
    """Raises NotFound."""
    row = await session.get(AreaChange, id)
    if row is None:
        raise NotFound("no such change of areas")
    return row


async def lock_change(session: WriteSession, id: UUID) -> AreaChange:
    """Raises NotFound."""
    row = await session.scalar(select(AreaChange).where(AreaChange.id == id).with_for_update())
    if row is None:
        raise NotFound("no such change of areas")
    return row


async def all_changes(session: ReadSession) -> Sequence[AreaChange]:
    query = select(AreaChange).order_by(AreaChange.effective_on.desc(), AreaChange.id.desc())
    return (await session.scalars(query)).all()


async def lock_due_changes(session: WriteSession, day: date) -> Sequence[AreaChange]:
    query = select(AreaChange).where(AreaChange.state == "planned", AreaChange.effective_on <= day)
    return (await session.scalars(query.order_by(AreaChange.effective_on, AreaChange.id).with_for_update())).all()


async def add_change(session: WriteSession, change: AreaChange, new: Sequence[Area]) -> None:
    session.add_all([change, *new])
    await session.flush()
    session.add_all(
        AreaSuccession(from_code=old, to_code=to, effective_on=change.effective_on)
        for old in change.areas
        for to in change.into
    )
    await session.flush()


async def take_back(session: WriteSession, change: AreaChange) -> None:
    """The areas that would have come go: nothing could name them yet."""
    await session.execute(delete(AreaSuccession).where(AreaSuccession.to_code.in_(change.into)))
    await session.execute(delete(Area).where(Area.code.in_(change.into)))
    await session.execute(update(Area).where(Area.code.in_(change.areas)).values(valid_to=None))


async def count_touched(session: ReadSession, codes: Sequence[str], day: date) -> dict[str, int]:
    there = select(Organisation.id).where(_organisations_of(codes)).scalar_subquery()
    counted = {
        "organisations": select(func.count()).where(_organisations_of(codes)),
        "experts": select(func.count()).where(or_(Expert.area.in_(codes), Expert.areas.overlap(codes)), Expert.active),
        "agreements": select(func.count()).where(Agreement.areas.overlap(codes), _goes_on(Agreement.valid_to, day)),
        "resources": select(func.count()).where(Resource.area.in_(codes), _goes_on(Resource.valid_to, day)),
        "memberships": select(func.count()).where(
            Membership.organisation_id.in_(there), Membership.revoked_at.is_(None), _goes_on(Membership.valid_to, day)
        ),
    }
    return {name: await session.scalar(query) or 0 for name, query in counted.items()}


async def located_in(session: ReadSession, code: str) -> Sequence[Organisation]:
    query = select(Organisation).where(Organisation.area == code).order_by(Organisation.sort_key, Organisation.id)
    return (await session.scalars(query.limit(MOST_LOCATED))).all()


async def move_entries(session: WriteSession, change: AreaChange) -> None:
    """Everything that names an area that ended names those that follow, each with a row in its history."""
    values: Mapping[str, Any] = {
        "old": change.areas,
        "into": change.into,
        "first": change.into[0],
        "placements": json.dumps(change.placements),
        "day": change.effective_on,
        "now": session.clock.now(),
        "person": change.decided_by,
        "name": change.decided_by_name,
        "act": f"{change.kind}_areas",
        "reason": change.reason,
    }
    for moved in MOVED:
        await session.execute(text(_move(moved, change.kind)), {**values, "kind": moved.kind.value})
    await _move_conflicts(session, change)


def _move(moved: Moved, kind: str) -> str:
    """One statement a table: as many rows as there are, and none between its change and its history."""
    one = ":first" if kind == "merge" and moved.one else moved.one
    names, new, was, fields = [], [], [], []
    if one:
        names, new = ["area"], [f"area = case when t.area = any(:old) then {one} else t.area end"]
    if moved.several:
        names.append("areas")
        new.append(
            "areas = case when t.areas && :old then array(select distinct unnest(t.areas || cast(:into as text[]))"
            " except select unnest(cast(:old as text[])) order by 1) else t.areas end"
        )
    for name in names:
        was.append(f"t.{name} as was_{name}")
        fields.append(
            f"case when was_{name} is distinct from now_{name}"
            f" then jsonb_build_object('{name}', jsonb_build_array(was_{name}, now_{name})) else '{{}}' end"
        )
    named = " or ".join((["t.area = any(:old)"] if one else []) + (["t.areas && :old"] if moved.several else []))
    return f"""
        with touched as (
            select t.id, {", ".join(was)} from {moved.table} t where ({named}) and ({moved.still}) for update
        ), moved as (
            update {moved.table} t set {", ".join(new)}, version = t.version + 1, changed_at = :now
            from touched where t.id = touched.id
            returning t.id, t.version, {", ".join(f"was_{name}, t.{name} as now_{name}" for name in names)}
        )
        insert into entry_change (id, kind, entry, version, at, person, name, act, reason, fields)
        select gen_random_uuid(), :kind, id::text, version, :now, :person, :name, :act, :reason, {" || ".join(fields)}
        from moved"""  # noqa: S608 - made of this module's own words, values are bound


async def _move_conflicts(session: WriteSession, change: AreaChange) -> None:
    """A conflict of interest with an area is one with each area that follows it."""
    query = select(ConflictOfInterest).where(ConflictOfInterest.area.in_(change.areas))
    held = (await session.scalars(query)).all()
    for expert in sorted({one.expert_id for one in held}):
        session.add_all(ConflictOfInterest(id=new_id(), expert_id=expert, area=to) for to in change.into)
    for one in held:
        await session.delete(one)
    await session.flush()


def _organisations_of(codes: Sequence[str]) -> Any:
    return or_(Organisation.area.in_(codes), Organisation.areas.overlap(codes))


def _goes_on(last_day: Any, day: date) -> Any:
    return or_(last_day.is_(None), last_day >= day)
