from collections.abc import Mapping, Sequence
from uuid import UUID

from services.registry.agreements import store
from services.registry.agreements.rules import Agreed, Covering, Terms, overlapping
from services.registry.agreements.schemas import AgreementChange, AgreementEnd, AgreementView
from services.registry.agreements.tables import Agreement
from services.registry.areas.operations import known_areas
from services.registry.days import today
from services.registry.errors import EndedAlready, NobodyMayUse, PartOfItself, SecrecyHalfTold
from services.registry.history.schemas import EntryKind
from services.registry.organisations.operations import known_organisation
from services.registry.organisations.store import find_organisations
from services.registry.organisations.tables import Organisation
from services.registry.terms.operations import Kind, Values, apply_act
from services.registry.terms.store import get_term
from services.registry.vocabulary.operations import known_concepts
from services.shared.database import ReadSession, WriteSession
from services.shared.errors import FieldProblem
from services.shared.identity import Caller


async def _check(session: ReadSession, owner: Organisation, values: Values) -> None:
    """Raises NobodyMayUse, SecrecyHalfTold, PartOfItself and the Unknown… ones."""
    if not values["areas"] and not values["organisations"]:
        raise NobodyMayUse(fields=[FieldProblem(path="areas", code="nobody_may_use")])
    if bool(values["secrecy_by"]) != (values["secrecy_on"] is not None):
        lacking = "secrecy_on" if values["secrecy_by"] else "secrecy_by"
        raise SecrecyHalfTold(fields=[FieldProblem(path=lacking, code="secrecy_half_told")])
    await known_areas(session, values["areas"], field="areas")
    for place, party in enumerate(values["organisations"]):
        if party == owner.id:
            raise PartOfItself(fields=[FieldProblem(path=f"organisations.{place}", code="part_of_itself")])
        await known_organisation(session, party, field=f"organisations.{place}")
    await known_concepts(session, {f"themes.{n}": ("themes", slug) for n, slug in enumerate(values["themes"])})


async def _more(session: ReadSession, rows: Sequence[Agreement]) -> Mapping[UUID, Values]:
    """The parties by name, and which other agreements say something of the same."""
    known = await find_organisations(session, [party for row in rows for party in row.organisations])
    every = [_terms(row) for row in await store.agreements_of(session, [row.organisation_id for row in rows])]
    return {
        row.id: {
            "end_reason": row.end_reason,
            "parties": [{"id": one, "slug": known[one].slug, "name": known[one].name} for one in row.organisations],
            "overlapping": overlapping(_terms(row), every),
        }
        for row in rows
    }


def _terms(row: Agreement) -> Terms:
    return Terms(
        id=row.id,
        areas=frozenset(row.areas),
        organisations=frozenset(row.organisations),
        themes=frozenset(row.themes),
        days=(row.valid_from, row.valid_to),
        month_limit=row.month_limit,
    )


AGREEMENTS = Kind(
    name="agreement",
    entry=EntryKind.AGREEMENTS,
    table=Agreement,
    view=AgreementView,
    fields=(
        "areas",
        "organisations",
        "themes",
        "cost",
        "euros_limit",
        "month_limit",
        "secrecy_by",
        "secrecy_on",
        "end_reason",
    ),
    told=("areas", "organisations", "themes", "euros_limit", "month_limit", "secrecy_on"),
    check=_check,
    acts=("end_agreement",),
    more=_more,
)


async def change_agreement(
    session: WriteSession, caller: Caller, agreement: UUID, change: AgreementChange, *, expected: int
) -> AgreementView:
    """One that is given another last day hasn't ended before its day. Raises what `change_term` does."""
    values = change.values()
    if "valid_to" in values:
        values["end_reason"] = ""
    return await apply_act(
        session, caller, AGREEMENTS, agreement, values, act="change_agreement", word="changed", expected=expected
    )


async def end_agreement(
    session: WriteSession, caller: Caller, agreement: UUID, body: AgreementEnd, *, expected: int
) -> AgreementView:
    """Before its day, with a reason. Raises NotFound, Forbidden, StaleVersion, EndedAlready, EndsBeforeItBegins."""
    row = await get_term(session, Agreement, agreement)
    if row.valid_to is not None and row.valid_to < body.valid_to:
        raise EndedAlready(fields=[FieldProblem(path="valid_to", code="ended_already")])
    return await apply_act(
        session,
        caller,
        AGREEMENTS,
        agreement,
        {"valid_to": body.valid_to, "end_reason": body.reason},
        act="end_agreement",
        word="ended",
        expected=expected,
        reason=body.reason,
    )


async def agreed_use(session: ReadSession, *, area: str) -> Agreed:
    """Whose experts the area may use, and under what."""
    serving = await store.serving(session, area)
    rows = await store.usable_by(session, area, serving)
    found: dict[UUID, list[Covering]] = {}
    for row in rows:
        one = Covering(row.id, frozenset(row.themes), row.month_limit, row.valid_from, row.valid_to)
        found.setdefault(row.organisation_id, []).append(one)
    return Agreed(frozenset(serving), found, today(session))
