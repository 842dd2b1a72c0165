"""Experts as a file: those that are there are known by their ids. Competences are said and assured one by one."""

from typing import Any
from uuid import UUID

from services.registry.access import grounds_for
from services.registry.days import today
from services.registry.experts import store
from services.registry.experts.filters import Filters
from services.registry.experts.operations import change_expert, create_expert, seeing_of
from services.registry.experts.schemas import ExpertChange, NewExpert
from services.registry.experts.tables import Expert
from services.registry.experts.views import about
from services.registry.imports.columns import Column, Columns
from services.registry.imports.entries import Cells, Entries, Kept, several
from services.registry.organisations.importing import organisation_called
from services.registry.organisations.store import find_organisations
from services.shared.database import ReadSession, WriteSession
from services.shared.errors import FieldProblem, NotFound
from services.shared.identity import Caller

AS_THEY_ARE = ("name", "title", "profession", "email", "phone", "bio")
AT_A_TIME = 500


class Experts(Entries):
    columns = Columns(
        (
            Column("id", most=36),
            Column("name", also=("nimi", "namn")),
            Column("title", also=("nimike", "titel")),
            Column("profession", also=("ammatti", "yrke"), most=40),
            Column("employer", also=("työnantaja", "arbetsgivare", "organisaatio", "organisation"), most=80),
            Column("area", also=("alue", "område"), most=40),
            Column("areas", also=("palvelee alueita", "betjänar områden"), most=300),
            Column("languages", also=("kielet", "språk")),
            Column("capacity_month", also=("konsultaatioita kuukaudessa", "konsultationer i månaden"), most=2),
            Column("email", also=("sähköposti", "e-post"), most=254),
            Column("phone", also=("puhelin", "telefon"), most=40),
            Column("bio", also=("esittely", "presentation"), most=4000),
        ),
        key=("id",),
    )

    async def kept_by(self, session: ReadSession, caller: Caller) -> list[Kept]:
        kept, after, seeing = list[Kept](), None, seeing_of(caller)
        while True:
            rows, after = await store.page_of_experts(
                session, Filters(), seeing, today=today(session), limit=AT_A_TIME, after=after
            )
            own = [row for row in rows if grounds_for("change_expert", caller, about(row))]
            employers = await find_organisations(session, [row.employer_id for row in own if row.employer_id])
            kept += [_kept(row, employers[row.employer_id].slug if row.employer_id else "") for row in own]
            if after is None:
                return kept

    async def find(self, session: ReadSession, caller: Caller, cells: Cells) -> Kept | None:
        if not cells["id"]:
            return None
        try:
            row = await store.get_expert(session, UUID(cells["id"]))
        except ValueError:
            raise NotFound(fields=[FieldProblem(path="id", code="unknown_expert")]) from None
        except NotFound:
            raise NotFound(fields=[FieldProblem(path="id", code="unknown_expert")]) from None
        if not grounds_for("change_expert", caller, about(row)):
            # in what it would differ is not everybody's to learn
            raise NotFound(fields=[FieldProblem(path="id", code="unknown_expert")])
        employers = await find_organisations(session, [row.employer_id] if row.employer_id else [])
        return _kept(row, employers[row.employer_id].slug if row.employer_id else "")

    async def create(self, session: WriteSession, caller: Caller, cells: Cells) -> None:
        given = {name: value for name, value in (await _fields(session, cells)).items() if value not in (None, "")}
        await create_expert(session, caller, NewExpert.model_validate(given))

    async def change(self, session: WriteSession, caller: Caller, kept: Kept, cells: Cells, columns: set[str]) -> None:
        fields = await _fields(session, cells)
        change = ExpertChange.model_validate({name: fields[name] for name in columns})
        await change_expert(session, caller, kept.id, change, expected=kept.version)


async def _fields(session: ReadSession, cells: Cells) -> dict[str, Any]:
    return {
        **{name: cells[name] for name in AS_THEY_ARE},
        "employer": await organisation_called(session, cells["employer"], column="employer"),
        "area": cells["area"] or None,
        "areas": several(cells["areas"]),
        "languages": several(cells["languages"]),
        "capacity_month": cells["capacity_month"] or None,
    }


def _kept(row: Expert, employer: str) -> Kept:
    cells = {
        "id": str(row.id),
        **{name: " ".join(getattr(row, name).split()) for name in AS_THEY_ARE},
        "employer": employer,
        "area": row.area or "",
        "areas": " ".join(row.areas),
        "languages": " ".join(row.languages),
        "capacity_month": str(row.capacity_month),
    }
    return Kept(row.id, row.version, cells)
