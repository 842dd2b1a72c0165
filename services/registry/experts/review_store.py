"""Which entries a coordinator should look at."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import selectinload

from services.registry.experts.tables import Competence, Expert
from services.shared.database import ReadSession

MOST = 200


async def due_for_review(session: ReadSession, *, ytas: list[str], area: str | None, until: date) -> Sequence[Expert]:
    """With their competences; whose earliest was due first, first."""
    due = (
        select(Competence.expert_id, func.min(Competence.review_due).label("due"))
        .where(Competence.review_due <= until)
        .group_by(Competence.expert_id)
        .subquery()
    )
    query = (
        select(Expert)
        .join(due, due.c.expert_id == Expert.id)
        .where(Expert.active)
        .order_by(due.c.due, Expert.sort_key, Expert.id)
    )
    return await _some(session, query, ytas, area)


async def lacking(session: ReadSession, *, ytas: list[str], area: str | None) -> Sequence[Expert]:
    """Nothing assured (which nothing claimed is, too), or no consent to be listed."""
    assured = exists().where(and_(Competence.expert_id == Expert.id, Competence.assured_on.is_not(None)))
    query = (
        select(Expert).where(Expert.active, or_(~assured, ~Expert.consent_listed)).order_by(Expert.sort_key, Expert.id)
    )
    return await _some(session, query, ytas, area)


async def former(session: ReadSession, *, ytas: list[str], area: str | None) -> Sequence[Expert]:
    query = select(Expert).where(~Expert.active).order_by(Expert.inactive_since.desc(), Expert.id)
    return await _some(session, query, ytas, area)


async def _some(session: ReadSession, query: Select[Expert], ytas: list[str], area: str | None) -> Sequence[Expert]:
    query = query.where(Expert.yta.in_(ytas)).limit(MOST)
    if area:
        query = query.where(Expert.area == area)
    return (await session.scalars(query.options(selectinload(Expert.competences)))).all()
