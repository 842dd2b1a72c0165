"""Whether somebody is in the registry already: a hint before the same expert is added twice."""

from uuid import UUID

from services.registry.experts import store
from services.registry.experts.operations import seeing_of
from services.registry.experts.schemas import SimilarExpert, SimilarExperts
from services.registry.experts.tables import Expert
from services.registry.organisations.rules import nearly_same
from services.registry.organisations.store import find_organisations
from services.registry.organisations.tables import Organisation
from services.registry.texts import Name
from services.shared.database import ReadSession
from services.shared.identity import Caller

MOST = 5


async def list_similar_experts(
    session: ReadSession, caller: Caller, name: str, employer: UUID | None
) -> SimilarExperts:
    """Those that the caller sees with nearly this name, in either order; at most 5, the employer's own first."""
    rows = await store.named_like(session, name, seeing_of(caller), limit=50)
    near = [row for row in rows if nearly_same(_in_order(name), _in_order(row.name))]
    near.sort(key=lambda row: (employer is None or row.employer_id != employer, row.sort_key))
    found = near[:MOST]
    employers = await find_organisations(session, [row.employer_id for row in found if row.employer_id])
    return SimilarExperts(
        items=[
            SimilarExpert(
                id=row.id,
                name=row.name,
                title=row.title,
                employer_name=_employer_name(row, employers),
                same_employer=employer is not None and row.employer_id == employer,
            )
            for row in found
        ]
    )


def _in_order(name: str) -> str:
    return " ".join(sorted(name.lower().split()))


def _employer_name(row: Expert, employers: dict[UUID, Organisation]) -> Name | None:
    found = employers.get(row.employer_id) if row.employer_id and "employer" in row.shown else None
    return Name.model_validate(found.name) if found else None
