from collections.abc import Mapping, Sequence
from uuid import UUID

from services.registry.affiliations.schemas import AffiliationView
from services.registry.affiliations.tables import Affiliation
from services.registry.errors import PartOfItself
from services.registry.history.schemas import EntryKind
from services.registry.organisations.operations import known_organisation
from services.registry.organisations.store import find_organisations
from services.registry.organisations.tables import Organisation
from services.registry.terms.operations import Kind, Values
from services.shared.database import ReadSession
from services.shared.errors import FieldProblem


async def _check(session: ReadSession, owner: Organisation, values: Values) -> None:
    """Raises PartOfItself, UnknownOrganisation."""
    if values["of"] == owner.id:
        raise PartOfItself(fields=[FieldProblem(path="of", code="part_of_itself")])
    await known_organisation(session, values["of"], field="of")


async def _names(session: ReadSession, rows: Sequence[Affiliation]) -> Mapping[UUID, Values]:
    known = await find_organisations(session, [row.of_id for row in rows])
    return {row.id: {"of_slug": known[row.of_id].slug, "of_name": known[row.of_id].name} for row in rows}


AFFILIATIONS = Kind(
    name="affiliation",
    entry=EntryKind.AFFILIATIONS,
    table=Affiliation,
    view=AffiliationView,
    fields=("of", "how"),
    told=("of", "how"),
    check=_check,
    columns={"of": "of_id", "how": "kind"},
    more=_names,
)
