"""What runs out within half a year and nothing goes on from."""

from uuid import UUID

from services.registry.days import today
from services.registry.ending import store
from services.registry.ending.schemas import EndingTerm, EndingTerms
from services.registry.terms.rules import AHEAD
from services.registry.texts import Name
from services.shared.database import ReadSession
from services.shared.identity import Caller


async def list_ending_terms(session: ReadSession, caller: Caller) -> EndingTerms:
    """Of the caller's collaborative areas and of the organisations that they edit; of all for an administrator."""
    day = today(session)
    rows = await store.ending_terms(
        session,
        ytas=sorted(caller.ytas_as("coordinator")),
        organisations=[UUID(m.organisation) for m in caller.memberships if _edits(m.role) and m.organisation],
        everything=caller.has("admin"),
        day=day,
        until=day + AHEAD,
    )
    return EndingTerms(
        until=day + AHEAD,
        items=[
            EndingTerm(
                kind=row.kind,
                id=row.id,
                organisation=row.organisation_id,
                organisation_slug=row.slug,
                organisation_name=Name.model_construct(fi=row.name_fi, sv=row.name_sv, en=row.name_en),
                what=row.what,
                valid_to=row.valid_to,
            )
            for row in rows
        ],
    )


def _edits(role: str) -> bool:
    return role == "organisation_editor"
