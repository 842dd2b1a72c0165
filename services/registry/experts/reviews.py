"""What of the experts' competences is due for review, and what an entry lacks before anybody can be asked."""

from datetime import timedelta

from services.registry.days import today
from services.registry.experts import review_store as store
from services.registry.experts.schemas import (
    CompetenceView,
    DueExpert,
    DueExperts,
    FormerExpert,
    FormerExperts,
    LackingExpert,
    LackingExperts,
)
from services.registry.experts.tables import Competence, Expert
from services.registry.members.people import names_of
from services.shared.database import ReadSession
from services.shared.identity import Caller

AHEAD = timedelta(days=90)


async def list_due_competences(session: ReadSession, caller: Caller, *, area: str | None) -> DueExperts:
    """Of the active experts of the caller's collaborative areas."""
    until = today(session) + AHEAD
    rows = await store.due_for_review(session, ytas=sorted(caller.ytas_as("coordinator")), area=area, until=until)
    people = await names_of(session, {c.assured_by for row in rows for c in row.competences})
    due = [(row, [c for c in row.competences if c.review_due and c.review_due <= until]) for row in rows]
    return DueExperts(
        until=until,
        items=[
            DueExpert(
                id=row.id,
                name=row.name,
                title=row.title,
                area=row.area,
                review_due=min(c.review_due for c in ones if c.review_due),
                competences=[_told(c, people.get(c.assured_by) if c.assured_by else None) for c in ones],
            )
            for row, ones in due
        ],
    )


def _told(row: Competence, by: str | None) -> CompetenceView:
    facts = {name: getattr(row, name) for name in CompetenceView.model_fields if name != "assured_by_name"}
    return CompetenceView.model_validate({**facts, "assured_by_name": by})


async def list_lacking_experts(session: ReadSession, caller: Caller, *, area: str | None) -> LackingExperts:
    """Without a competence, an assurance or the consent to be listed no team is suggested with them."""
    rows = await store.lacking(session, ytas=sorted(caller.ytas_as("coordinator")), area=area)
    return LackingExperts(
        items=[
            LackingExpert(id=row.id, name=row.name, title=row.title, area=row.area, lacks=_lacks(row)) for row in rows
        ]
    )


async def list_former_experts(session: ReadSession, caller: Caller, *, area: str | None) -> FormerExperts:
    """Who has left the network in the caller's collaborative areas."""
    rows = await store.former(session, ytas=sorted(caller.ytas_as("coordinator")), area=area)
    told = [{name: getattr(row, name) for name in FormerExpert.model_fields} for row in rows]
    return FormerExperts(items=[FormerExpert.model_validate(one) for one in told])


def _lacks(row: Expert) -> list[str]:
    lacks = [] if row.competences else ["competence"]
    if row.competences and not any(c.assured_on for c in row.competences):
        lacks.append("assurance")
    return lacks if row.consent_listed else [*lacks, "consent"]
