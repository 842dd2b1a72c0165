from services.registry.areas import store
from services.registry.areas.schemas import AreaView, CollaborativeAreaView
from services.registry.areas.tables import Area
from services.registry.errors import UnknownArea
from services.shared.database import ReadSession
from services.shared.errors import FieldProblem


async def list_areas(session: ReadSession) -> list[AreaView]:
    return [_view(area) for area in await store.all_areas(session)]


async def list_collaborative_areas(session: ReadSession) -> list[CollaborativeAreaView]:
    members: dict[str | None, list[str]] = {}
    for area in await store.all_areas(session):
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
    """The collaborative area of each. Raises UnknownArea naming the field and its row."""
    ytas = await store.yta_by_area(session)
    unknown = [n for n, code in enumerate(codes) if code not in ytas]
    if unknown:
        raise UnknownArea(fields=[FieldProblem(path=f"{field}.{n}", code="unknown_area") for n in unknown])
    return [ytas[code] for code in codes]


async def known_area(session: ReadSession, code: str, *, field: str) -> str | None:
    """Its collaborative area. Raises UnknownArea naming the field."""
    ytas = await store.yta_by_area(session)
    if code not in ytas:
        raise UnknownArea(fields=[FieldProblem(path=field, code="unknown_area")])
    return ytas[code]


async def known_ytas(session: ReadSession, keys: list[str], *, field: str) -> None:
    """Raises UnknownArea naming the field."""
    known = {row["CollaborativeArea"].key for row in await store.all_collaborative_areas(session)}
    if not known.issuperset(keys):
        raise UnknownArea(fields=[FieldProblem(path=field, code="unknown_area")])


def _view(area: Area) -> AreaView:
    return AreaView.model_validate(
        {
            "code": area.code,
            "name": area.name,
            "kind": area.kind,
            "yta": area.yta,
            "bilingual": area.bilingual,
            "in_ot_scope": area.in_ot_scope,
        }
    )
