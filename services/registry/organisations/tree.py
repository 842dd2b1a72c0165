"""Where an organisation stands among the others, and which are called nearly the same."""

from collections.abc import Sequence
from uuid import UUID

from services.registry.days import today
from services.registry.organisations import store
from services.registry.organisations.rules import nearly_same
from services.registry.organisations.schemas import (
    AffiliatedOrganisation,
    OrganisationName,
    OrganisationTree,
    SimilarOrganisations,
    TreeBranch,
)
from services.registry.organisations.tables import Organisation
from services.shared.database import ReadSession

MOST = 300
MOST_SIMILAR = 5


async def read_organisation_tree(session: ReadSession, organisation: UUID | str) -> OrganisationTree:
    """From the topmost down to the last part, the organisation itself among them. Raises NotFound."""
    found = await store.get_organisation(session, organisation)
    rows = await store.above_and_below(session, found.id, limit=MOST)
    known = {row.id: row for row in rows}
    top = found
    while top.parent_id in known:
        top = known[top.parent_id]
    affiliated = [
        AffiliatedOrganisation.model_validate({**_name(row), "how": how})
        for row, how in await store.affiliated_with(session, found.id, today=today(session), limit=MOST)
    ]
    return OrganisationTree(items=_down(rows, top, depth=0), whole=len(rows) < MOST, affiliated=affiliated)


def _down(rows: Sequence[Organisation], row: Organisation, *, depth: int) -> list[TreeBranch]:
    """In the order of the rows, each followed by its parts."""
    branch = TreeBranch.model_validate({**_name(row), "type": row.type, "depth": depth})
    parts = (one for one in rows if one.parent_id == row.id)
    return [branch, *(under for part in parts for under in _down(rows, part, depth=depth + 1))]


async def list_similar_organisations(session: ReadSession, name: str) -> SimilarOrganisations:
    """Those in the registry with nearly this name, in any of its languages; at most 5."""
    rows = await store.named_like(session, name, limit=50)
    near = [row for row in rows if any(nearly_same(name, known) for known in row.name.values() if known)]
    return SimilarOrganisations(items=[OrganisationName.model_validate(_name(row)) for row in near[:MOST_SIMILAR]])


def _name(row: Organisation) -> dict[str, object]:
    return {"id": row.id, "slug": row.slug, "name": row.name}
