from services.reporting.intake.store import cursors, events_set_aside
from services.reporting.waiting.schemas import WaitingCount, WaitingItem, WaitingList
from services.shared.database import ReadSession
from services.shared.identity import Caller


async def list_waiting(session: ReadSession, caller: Caller) -> WaitingList:
    """Events that could not be understood wait for whoever keeps the installation."""
    if not caller.has("admin"):
        return WaitingList(items=[])
    first = {row["source"]: row["at"] for row in reversed(await events_set_aside(session, 1000))}
    return WaitingList(
        items=[
            WaitingItem(
                kind="intake.set_aside",
                subject=cursor["source"],
                title_code="events_set_aside",
                data={"source": cursor["source"], "events": cursor["set_aside"]},
                since=first.get(cursor["source"]),
                due=None,
                turn=True,
            )
            for cursor in await cursors(session)
            if cursor["set_aside"]
        ]
    )


async def count_waiting(session: ReadSession, caller: Caller) -> WaitingCount:
    return WaitingCount(waiting=len((await list_waiting(session, caller)).items))
