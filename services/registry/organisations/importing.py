"""Organisations as a file, known by their short names."""

from typing import Any

from services.registry.access import grounds_for
from services.registry.errors import UnknownOrganisation
from services.registry.imports.columns import Column, Columns
from services.registry.imports.entries import Cells, Entries, Kept, several
from services.registry.organisations import store
from services.registry.organisations.filters import Filters
from services.registry.organisations.operations import about, change_organisation, create_organisation
from services.registry.organisations.schemas import NewOrganisation, OrganisationChange
from services.registry.organisations.tables import Organisation
from services.shared.database import ReadSession, WriteSession
from services.shared.errors import FieldProblem, NotFound
from services.shared.identity import Caller

CONTACT = ("email", "phone", "web", "address")
AT_A_TIME = 500


class Organisations(Entries):
    columns = Columns(
        (
            Column("slug", needed=True, also=("lyhytnimi", "kortnamn", "short name"), most=80),
            Column("name_fi", also=("nimi suomeksi", "namn på finska", "nimi")),
            Column("name_sv", also=("nimi ruotsiksi", "namn på svenska", "namn")),
            Column("name_en", also=("nimi englanniksi", "namn på engelska")),
            Column("type", also=("tyyppi", "typ"), most=40),
            Column("parent", also=("yläorganisaatio", "överordnad organisation"), most=80),
            Column("area", also=("sijaintialue", "område"), most=40),
            Column("areas", also=("palvelee alueita", "betjänar områden"), most=300),
            Column("languages", also=("kielet", "språk")),
            Column("email", also=("sähköposti", "e-post")),
            Column("phone", also=("puhelin", "telefon"), most=40),
            Column("web", also=("verkkosivu", "webbplats"), most=300),
            Column("address", also=("osoite", "adress"), most=300),
        ),
        key=("slug",),
    )

    async def kept_by(self, session: ReadSession, caller: Caller) -> list[Kept]:
        kept, after = list[Kept](), None
        while True:
            rows, after = await store.page_of_organisations(session, Filters(), limit=AT_A_TIME, after=after)
            own = [row for row in rows if grounds_for("change_organisation", caller, about(row))]
            over = await store.find_organisations(session, [row.parent_id for row in own if row.parent_id])
            kept += [_kept(row, over[row.parent_id].slug if row.parent_id else "") for row in own]
            if after is None:
                return kept

    async def find(self, session: ReadSession, caller: Caller, cells: Cells) -> Kept | None:
        try:
            row = await store.get_organisation(session, cells["slug"])
        except NotFound:
            return None
        over = await store.find_organisations(session, [row.parent_id] if row.parent_id else [])
        return _kept(row, over[row.parent_id].slug if row.parent_id else "")

    async def create(self, session: WriteSession, caller: Caller, cells: Cells) -> None:
        new = NewOrganisation.model_validate({"slug": cells["slug"], **await _fields(session, cells)})
        await create_organisation(session, caller, new)

    async def change(self, session: WriteSession, caller: Caller, kept: Kept, cells: Cells, columns: set[str]) -> None:
        fields = await _fields(session, cells)
        changed = {_FIELD_OF.get(column, column) for column in columns}
        change = OrganisationChange.model_validate({name: fields[name] for name in changed})
        await change_organisation(session, caller, kept.id, change, expected=kept.version)


_FIELD_OF = {**dict.fromkeys(("name_fi", "name_sv", "name_en"), "name"), **dict.fromkeys(CONTACT, "contact")}


async def _fields(session: ReadSession, cells: Cells) -> dict[str, Any]:
    return {
        "name": {"fi": cells["name_fi"], "sv": cells["name_sv"], "en": cells["name_en"] or None},
        "type": cells["type"],
        "parent": await organisation_called(session, cells["parent"], column="parent"),
        "area": cells["area"] or None,
        "areas": several(cells["areas"]),
        "languages": several(cells["languages"]),
        "contact": {name: cells[name] for name in CONTACT if cells[name]},
    }


async def organisation_called(session: ReadSession, slug: str, *, column: str) -> Any:
    """Its id. Raises UnknownOrganisation naming the column."""
    if not slug:
        return None
    try:
        return (await store.get_organisation(session, slug)).id
    except NotFound:
        raise UnknownOrganisation(fields=[FieldProblem(path=column, code="unknown_organisation")]) from None


def _kept(row: Organisation, parent: str) -> Kept:
    cells = {
        "slug": row.slug,
        **{f"name_{language}": text or "" for language, text in row.name.items()},
        "type": row.type,
        "parent": parent,
        "area": row.area or "",
        "areas": " ".join(row.areas),
        "languages": " ".join(row.languages),
        **{name: row.contact.get(name, "") for name in CONTACT},
    }
    return Kept(row.id, row.version, cells)
