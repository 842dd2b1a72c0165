"""Absences that are over are forgotten, and each expert's entry tells the next one: done by itself every night."""

from services.registry.days import today
from services.registry.experts import store
from services.registry.experts.rules import Absence, present
from services.registry.experts.tables import Expert
from services.shared.database import WriteSession


def tell_the_present(session: WriteSession, row: Expert) -> None:
    away = present([Absence(one.away_from, one.away_to) for one in row.absences], today(session))
    row.away_from, row.away_to = away.start, away.end


async def forget_absences(session: WriteSession) -> None:
    """The duty behind it; the version stays, since nobody changed the entry."""
    day = today(session)
    for row in await store.lock_experts_back_from_absence(session, day):
        row.absences = [one for one in row.absences if one.away_to is None or one.away_to >= day]
        tell_the_present(session, row)
    await session.flush()
