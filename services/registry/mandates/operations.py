from services.registry.history.schemas import EntryKind
from services.registry.mandates.schemas import MandateView
from services.registry.mandates.tables import Mandate
from services.registry.organisations.tables import Organisation
from services.registry.terms.operations import Kind, Values
from services.shared.database import ReadSession


async def _nothing_more(session: ReadSession, owner: Organisation, values: Values) -> None:
    """A task and its basis are texts: nothing else of the registry is referred to."""


MANDATES = Kind(
    name="mandate",
    entry=EntryKind.MANDATES,
    table=Mandate,
    view=MandateView,
    fields=("task", "basis"),
    told=(),
    check=_nothing_more,
)
