from services.registry.areas.operations import known_area
from services.registry.errors import NothingTold
from services.registry.history.schemas import EntryKind
from services.registry.organisations.tables import Organisation
from services.registry.resources.schemas import ResourceView
from services.registry.resources.tables import Resource
from services.registry.terms.operations import Kind, Values
from services.shared.database import ReadSession
from services.shared.errors import FieldProblem


async def _check(session: ReadSession, owner: Organisation, values: Values) -> None:
    """Raises NothingTold, UnknownArea."""
    if values["person_years"] is None and values["euros"] is None:
        raise NothingTold(fields=[FieldProblem(path="person_years", code="nothing_told")])
    if values["area"]:
        await known_area(session, values["area"], field="area")


RESOURCES = Kind(
    name="resource",
    entry=EntryKind.RESOURCES,
    table=Resource,
    view=ResourceView,
    fields=("funding", "note", "area", "person_years", "euros"),
    told=("funding", "area", "person_years", "euros"),
    check=_check,
)
