"""Whether an expert may be used under an agreement: the registry says which there are, limits are kept here."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.consultation.registry_answers import ExpertFound
from services.consultation.teams import store
from services.shared.clock import HELSINKI
from services.shared.database import ReadSession

MONTH_FULL = "month_full"


async def within_limits(session: ReadSession, experts: Sequence[ExpertFound]) -> list[ExpertFound]:
    """The experts, each with the agreement that is used; whose agreements are all full this month, has none."""
    limited = {one.id for expert in experts for one in expert.agreements if one.month_limit is not None}
    used = await store.agreement_use(session, limited, since=_month_of(session.clock.now())) if limited else {}
    return [_under(expert, used) for expert in experts]


def _under(expert: ExpertFound, used: dict[str, int]) -> ExpertFound:
    if not expert.agreements:
        return expert
    free = (one for one in expert.agreements if one.month_limit is None or used.get(one.id, 0) < one.month_limit)
    if chosen := next(free, None):
        return expert.model_copy(update={"agreement": UUID(chosen.id)})
    return expert.model_copy(update={"agreement_ok": False, "agreement_why": MONTH_FULL})


def _month_of(now: datetime) -> datetime:
    """Its first moment in Finland."""
    return now.astimezone(HELSINKI).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
