"""Merging and splitting counties: looked at first, decided by an administrator, carried out on its day.

Until the day the old areas stand; from it on new entries and requests take those that follow. An old code is never
reused and never rewritten where something is on record with it: a case keeps the county that it was asked in.
"""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from services.registry.areas import change_store, store
from services.registry.areas.rules import Known, problems_of
from services.registry.areas.schemas import (
    AreaChangeCancel,
    AreaChangePreview,
    AreaChangeView,
    NewAreaChange,
)
from services.registry.areas.tables import Area, AreaChange
from services.registry.changes import expect_version
from services.registry.days import today
from services.registry.errors import AreaChangeDone, AreasNotChangeable
from services.registry.history.operations import record_change
from services.registry.history.schemas import EntryKind
from services.shared.access_log import log_access
from services.shared.database import ReadSession, WriteSession, new_id
from services.shared.errors import FieldProblem
from services.shared.journal import record_event


async def list_area_changes(session: ReadSession) -> list[AreaChangeView]:
    """The latest day first."""
    return [_view(row) for row in await change_store.all_changes(session)]


async def read_area_change(session: ReadSession, change: UUID) -> AreaChangeView:
    """Raises NotFound."""
    return _view(await change_store.get_change(session, change))


async def preview_area_change(session: ReadSession, new: NewAreaChange) -> AreaChangePreview:
    """Raises AreasNotChangeable."""
    known = {area.code: area for area in await store.all_areas(session)}
    _check(session, new, known)
    located = await change_store.located_in(session, new.areas[0]) if new.kind == "split" else []
    return AreaChangePreview.model_validate(
        {
            **await change_store.count_touched(session, new.areas, today(session)),
            "located": [{"slug": one.slug, "name": one.name} for one in located],
        }
    )


async def decide_area_change(session: WriteSession, new: NewAreaChange) -> AreaChangeView:
    """Raises AreasNotChangeable."""
    known = await store.lock_areas(session)
    _check(session, new, known)
    olds = [known[code] for code in new.areas]
    change = _change(session, new, yta=olds[0].yta or "")
    before = {old.code: _fields(old) for old in olds}
    for old in olds:
        old.valid_to = new.effective_on - timedelta(days=1)
        old.version += 1
    fresh = [_area(new, number, olds[0].yta) for number in range(len(new.into))]
    await change_store.add_change(session, change, fresh)
    for area in (*olds, *fresh):
        await _keep(session, area, change, before=before.get(area.code), reason=new.reason)
    await record_event(session, "area.change_decided", subject=change.id, **_told(change))
    await log_access(session, act="decide_area_change", subject=change.id, part=change.kind, ground="admin")
    return _view(change)


async def cancel_area_change(
    session: WriteSession, id: UUID, body: AreaChangeCancel, *, expected: int
) -> AreaChangeView:
    """Before its day. Raises NotFound, StaleVersion, AreaChangeDone."""
    known = await store.lock_areas(session)
    change = await change_store.lock_change(session, id)
    expect_version(change.version, expected)
    if change.state != "planned" or change.effective_on <= today(session):
        raise AreaChangeDone()
    olds = [known[code] for code in change.areas]
    before = {old.code: _fields(old) for old in olds}
    change.state, change.cancel_reason, change.version = "cancelled", body.reason, change.version + 1
    for old in olds:
        old.valid_to, old.version = None, old.version + 1
    await session.flush()
    await change_store.take_back(session, change)
    for old in olds:
        await _keep(session, old, change, before=before[old.code], reason=body.reason, act="cancel_area_change")
    await record_event(session, "area.change_cancelled", subject=change.id, **_told(change))
    await log_access(session, act="cancel_area_change", subject=change.id, part=change.kind, ground="admin")
    return _view(change)


async def carry_out_changes(session: WriteSession) -> None:
    """The duty of the day: what is due is done once, and told to whoever counts by area."""
    for change in await change_store.lock_due_changes(session, today(session)):
        change.state, change.carried_out_at = "done", session.clock.now()
        change.version += 1
        await session.flush()
        await change_store.move_entries(session, change)
        word = {"merge": "merged", "split": "split"}[change.kind]
        await record_event(session, f"area.{word}", subject=change.id, **_told(change))
        await log_access(session, act=f"{change.kind}_areas", subject=change.id, ground="decided change")


def _check(session: ReadSession, new: NewAreaChange, known: Mapping[str, Area]) -> None:
    facts = {code: Known(code, row.kind, row.yta, row.valid_from, row.valid_to) for code, row in known.items()}
    codes = [one.code for one in new.into]
    problems = problems_of(new.kind, new.areas, codes, new.effective_on, facts, today(session))
    problems += [(f"placements.{slug}", "not_a_part") for slug, part in new.placements.items() if part not in codes]
    if problems:
        raise AreasNotChangeable(fields=[FieldProblem(path=path, code=code) for path, code in problems])


def _change(session: WriteSession, new: NewAreaChange, *, yta: str) -> AreaChange:
    return AreaChange(
        id=new_id(),
        kind=new.kind,
        state="planned",
        yta=yta,
        areas=new.areas,
        into=[one.code for one in new.into],
        effective_on=new.effective_on,
        placements=new.placements if new.kind == "split" else {},
        reason=new.reason,
        decided_by=session.caller.person or session.caller.id,
        decided_by_name=session.caller.name,
        decided_at=session.clock.now(),
        cancel_reason="",
        version=1,
    )


def _area(new: NewAreaChange, number: int, yta: str | None) -> Area:
    one = new.into[number]
    return Area(
        code=one.code,
        kind="wellbeing_services_county",
        yta=yta,
        name_fi=one.name.fi,
        name_sv=one.name.sv,
        name_en=one.name.en,
        bilingual=one.bilingual,
        in_ot_scope=True,
        valid_from=new.effective_on,
        version=1,
    )


async def _keep(
    session: WriteSession,
    area: Area,
    change: AreaChange,
    *,
    before: dict[str, object] | None,
    reason: str,
    act: str = "decide_area_change",
) -> None:
    after = _fields(area)
    await record_change(
        session, EntryKind.AREAS, area.code, act=act, version=area.version, before=before, after=after, reason=reason
    )


def _fields(area: Area) -> dict[str, object]:
    kept = ("kind", "yta", "bilingual", "valid_from", "valid_to")
    return {"name": area.name, **{name: getattr(area, name) for name in kept}}


def _told(change: AreaChange) -> dict[str, object]:
    return {
        "areas": change.areas,
        "into": change.into,
        "yta": change.yta,
        "effective_on": change.effective_on.isoformat(),
    }


def _view(row: AreaChange) -> AreaChangeView:
    kept = set(AreaChangeView.model_fields) - {"decided_by"}
    return AreaChangeView.model_validate(
        {**{name: getattr(row, name) for name in kept}, "decided_by": row.decided_by_name}
    )
