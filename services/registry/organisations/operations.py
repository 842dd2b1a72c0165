from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.registry.access import About, editable_fields, grounds_for
from services.registry.areas.operations import known_area, known_areas
from services.registry.changes import expect_version, may, may_change
from services.registry.errors import PartOfItself, UnknownOrganisation
from services.registry.history.operations import read_history, record_change
from services.registry.history.schemas import EntryKind, HistoryPage
from services.registry.organisations import store
from services.registry.organisations.filters import Filters
from services.registry.organisations.schemas import (
    NewOrganisation,
    OrganisationChange,
    OrganisationPage,
    OrganisationView,
)
from services.registry.organisations.tables import Organisation
from services.registry.texts import Name, searchable, sort_key
from services.registry.vocabulary.operations import known_concepts
from services.shared.access_log import log_access
from services.shared.database import ReadSession, WriteSession, new_id
from services.shared.errors import FieldProblem, NotFound
from services.shared.identity import Caller
from services.shared.journal import record_event

ACTS = (
    *("change_organisation", "create_affiliation", "create_mandate", "create_resource", "create_agreement"),
    *("create_group", "create_offering"),
)


async def list_organisations(
    session: ReadSession, caller: Caller, filters: Filters, *, limit: int, after: str | None
) -> OrganisationPage:
    rows, following = await store.page_of_organisations(session, filters, limit=limit, after=after)
    return OrganisationPage(items=[_view(row, caller) for row in rows], next=following)


async def read_organisation(session: ReadSession, caller: Caller, organisation: UUID | str) -> OrganisationView:
    """By id or slug. Raises NotFound."""
    return _view(await store.get_organisation(session, organisation), caller)


async def create_organisation(session: WriteSession, caller: Caller, new: NewOrganisation) -> OrganisationView:
    """Raises Forbidden, SlugTaken, UnknownArea, UnknownConcept, UnknownOrganisation."""
    ytas = await _ytas(session, new.area, new.areas)
    grounds = may("create_organisation", caller, About(ytas=frozenset(ytas)))
    await _check_words(session, type=new.type, languages=new.languages)
    await _check_parent(session, new.parent)
    now = session.clock.now()
    row = Organisation(
        id=new_id(),
        slug=new.slug,
        type=new.type,
        parent_id=new.parent,
        area=new.area,
        areas=new.areas,
        ytas=ytas,
        languages=new.languages,
        contact=new.contact.model_dump(exclude_none=True),
        created_at=now,
        changed_at=now,
        **_named(new.name),
    )
    await store.add_organisation(session, row)
    await _keep_history(session, row, act="create_organisation", before=None)
    await record_event(session, "organisation.created", subject=row.id, organisation_type=row.type, ytas=row.ytas)
    await log_access(session, act="create_organisation", subject=row.id, ground=grounds[0])
    return _view(row, caller)


async def change_organisation(
    session: WriteSession, caller: Caller, organisation: UUID, change: OrganisationChange, *, expected: int
) -> OrganisationView:
    """Raises NotFound, Forbidden, FieldNotYours, StaleVersion, PartOfItself and the Unknown… ones."""
    row = await store.lock_organisation(session, organisation)
    values = change.values()
    grounds = may_change("change_organisation", caller, about(row), set(values))
    expect_version(row.version, expected)
    await _check_words(session, type=values.get("type"), languages=values.get("languages", []))
    if values.get("parent"):
        await _check_parent(session, values["parent"])
        if await store.is_within(session, values["parent"], row.id):
            raise PartOfItself(fields=[FieldProblem(path="parent", code="part_of_itself")])
    before = _fields(row)
    await _apply(session, row, values)
    await _keep_history(session, row, act="change_organisation", before=before)
    await record_event(session, "organisation.changed", subject=row.id, fields=sorted(values), ytas=row.ytas)
    await log_access(session, act="change_organisation", subject=row.id, part=",".join(values), ground=grounds[0])
    return _view(row, caller)


async def _apply(session: WriteSession, row: Organisation, values: Mapping[str, Any]) -> None:
    for field, value in values.items():
        match field:
            case "name":
                for column, text in _named(value).items():
                    setattr(row, column, text)
            case "contact":
                row.contact = value.model_dump(exclude_none=True)
            case "parent":
                row.parent_id = value
            case _:
                setattr(row, field, value)
    if {"area", "areas"} & set(values):
        row.ytas = await _ytas(session, row.area, row.areas)
    row.version += 1
    row.changed_at = session.clock.now()


async def list_organisation_history(
    session: ReadSession, organisation: UUID | str, *, limit: int, after: str | None
) -> HistoryPage:
    """Raises NotFound."""
    row = await store.get_organisation(session, organisation)
    return await read_history(session, EntryKind.ORGANISATIONS, row.id, limit=limit, after=after)


async def _keep_history(session: WriteSession, row: Organisation, *, act: str, before: dict[str, Any] | None) -> None:
    await record_change(
        session, EntryKind.ORGANISATIONS, row.id, act=act, version=row.version, before=before, after=_fields(row)
    )


async def known_organisation(session: ReadSession, organisation: UUID, *, field: str) -> Organisation:
    """Raises UnknownOrganisation naming the field."""
    try:
        return await store.get_organisation(session, organisation)
    except NotFound:
        raise UnknownOrganisation(fields=[FieldProblem(path=field, code="unknown_organisation")]) from None


async def _ytas(session: ReadSession, area: str | None, areas: list[str]) -> list[str]:
    found = await known_areas(session, areas, field="areas")
    if area:
        found.append(await known_area(session, area, field="area"))
    return sorted({yta for yta in found if yta})


async def _check_words(session: ReadSession, *, type: str | None, languages: list[str]) -> None:
    wanted = {f"languages.{n}": ("languages", code) for n, code in enumerate(languages)}
    if type:
        wanted["type"] = ("organisation_types", type)
    await known_concepts(session, wanted)


async def _check_parent(session: ReadSession, parent: UUID | None) -> None:
    if parent:
        await known_organisation(session, parent, field="parent")


def _named(name: Name) -> dict[str, str | None]:
    return {
        "name_fi": name.fi,
        "name_sv": name.sv,
        "name_en": name.en,
        "sort_key": sort_key(name.fi),
        "search_text": searchable(*name.all()),
    }


def about(row: Organisation) -> About:
    """What an organisation is about, as far as rights go."""
    return About(organisation=str(row.id), ytas=frozenset(row.ytas))


def is_known(caller: Caller) -> bool:
    """Somebody with a membership, or another part of the system: not a visitor, nor one who waits for access."""
    return caller.kind in ("system", "service") or bool(caller.memberships)


def _fields(row: Organisation) -> dict[str, Any]:
    """What somebody keeps of it."""
    return {
        "slug": row.slug,
        "name": row.name,
        "type": row.type,
        "parent": row.parent_id,
        "area": row.area,
        "areas": row.areas,
        "languages": row.languages,
        "contact": row.contact,
    }


def _view(row: Organisation, caller: Caller) -> OrganisationView:
    grounds = grounds_for("change_organisation", caller, about(row))
    return OrganisationView.model_validate(
        {
            **_fields(row),
            "id": row.id,
            "ytas": row.ytas,
            "centre_of": row.centre_of,
            "contact": row.contact if is_known(caller) else None,
            "example": row.example,
            "version": row.version,
            "allowed": [act for act in ACTS if grounds_for(act, caller, about(row))],
            "editable": sorted(editable_fields("change_organisation", grounds)),
        }
    )
