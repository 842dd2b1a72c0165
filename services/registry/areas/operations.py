from collections.abc import Mapping
from datetime import date
from typing import Any

from services.registry.areas import store
from services.registry.areas.rules import Followed, heirs_by_area, state_on
from services.registry.areas.schemas import AreaDetail, AreaView, CollaborativeAreaView, RelatedArea
from services.registry.areas.tables import Area
from services.registry.days import today
from services.registry.errors import UnknownArea
from services.registry.history.operations import read_history
from services.registry.history.schemas import EntryKind, HistoryPage
from services.shared.database import ReadSession
from services.shared.errors import FieldProblem


async def list_areas(session: ReadSession, on: date | None = None) -> list[AreaView]:
    """Every area there has been or will be, so that each code has a name; with a day, those in force on it."""
    day = on or today(session)
    heirs = heirs_by_area(await store.all_successions(session), day)
    views = [AreaView.model_validate(_told(area, day, heirs)) for area in await store.all_areas(session)]
    return views if on is None else [view for view in views if view.state == "in_force"]


async def read_area(session: ReadSession, code: str) -> AreaDetail:
    """Raises NotFound."""
    area, day = await store.get_area(session, code), today(session)
    followed = await store.all_successions(session)
    names = {one.code: one for one in await store.all_areas(session)}

    def related(code: str, one: Followed) -> RelatedArea:
        told = {"code": code, "name": names[code].name, "effective_on": one.effective_on}
        return RelatedArea.model_validate(told)

    return AreaDetail.model_validate(
        {
            **_told(area, day, heirs_by_area(followed, day)),
            "predecessors": [related(one.from_code, one) for one in followed if one.to_code == code],
            "successors": [related(one.to_code, one) for one in followed if one.from_code == code],
        }
    )


async def list_area_history(session: ReadSession, code: str, *, limit: int, after: str | None) -> HistoryPage:
    """Raises NotFound."""
    area = await store.get_area(session, code)
    return await read_history(session, EntryKind.AREAS, area.code, limit=limit, after=after)


async def list_collaborative_areas(session: ReadSession, on: date | None = None) -> list[CollaborativeAreaView]:
    """With the areas that are in force on the day; today's where none is asked."""
    day, members = on or today(session), dict[str | None, list[str]]()
    for area in await store.all_areas(session):
        if state_on(area.valid_from, area.valid_to, day) == "in_force":
            members.setdefault(area.yta, []).append(area.code)
    return [
        CollaborativeAreaView.model_validate(
            {
                "key": row["CollaborativeArea"].key,
                "code": row["CollaborativeArea"].code,
                "letter": row["CollaborativeArea"].letter,
                "name": row["CollaborativeArea"].name,
                "members": members.get(row["CollaborativeArea"].key, []),
                "university_hospital": row["CollaborativeArea"].university_hospital,
                "centre_organisation": row["centre"],
            }
        )
        for row in await store.all_collaborative_areas(session)
    ]


async def known_areas(session: ReadSession, codes: list[str], *, field: str) -> list[str | None]:
    """The collaborative area of each, all in force today. Raises UnknownArea naming the field and its row."""
    return await _known(session, codes, [f"{field}.{n}" for n in range(len(codes))])


async def known_area(session: ReadSession, code: str, *, field: str) -> str | None:
    """Its collaborative area; in force today. Raises UnknownArea naming the field."""
    return (await _known(session, [code], [field]))[0]


async def current_area(session: ReadSession, code: str, *, field: str) -> str:
    """The area that stands for this one today; a split one stands for itself. Raises UnknownArea."""
    if not await store.area_days(session, [code]):
        raise UnknownArea(fields=[FieldProblem(path=field, code="unknown_area")])
    heirs = heirs_by_area(await store.all_successions(session), today(session)).get(code, (code,))
    return heirs[0] if len(heirs) == 1 else code


async def known_ytas(session: ReadSession, keys: list[str], *, field: str) -> None:
    """Raises UnknownArea naming the field."""
    known = {row["CollaborativeArea"].key for row in await store.all_collaborative_areas(session)}
    if not known.issuperset(keys):
        raise UnknownArea(fields=[FieldProblem(path=field, code="unknown_area")])


async def _known(session: ReadSession, codes: list[str], paths: list[str]) -> list[str | None]:
    day = today(session)
    found = {row["code"]: row for row in await store.area_days(session, codes)}
    why = {"ended": "area_ended", "coming": "area_not_yet"}
    problems = []
    for code, path in zip(codes, paths, strict=True):
        if code not in found:
            problems.append(FieldProblem(path=path, code="unknown_area"))
        elif (state := state_on(found[code]["valid_from"], found[code]["valid_to"], day)) in why:
            problems.append(FieldProblem(path=path, code=why[state]))
    if problems:
        raise UnknownArea(fields=problems)
    return [found[code]["yta"] for code in codes]


def _told(area: Area, day: date, heirs: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    return {
        "code": area.code,
        "name": area.name,
        "kind": area.kind,
        "yta": area.yta,
        "bilingual": area.bilingual,
        "in_ot_scope": area.in_ot_scope,
        "valid_from": area.valid_from,
        "valid_to": area.valid_to,
        "state": state_on(area.valid_from, area.valid_to, day),
        "heirs": list(heirs.get(area.code, ())),
    }
