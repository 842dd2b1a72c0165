"""A merger of two counties that the example's administrator has decided: invented, nobody has decided it in Finland."""

from datetime import date

from sqlalchemy import select

from demo.story.ids import person_id
from services.registry.areas.changing import decide_area_change
from services.registry.areas.schemas import NewArea, NewAreaChange
from services.registry.areas.tables import AreaChange
from services.registry.members.tables import Person
from services.registry.texts import Name
from services.shared.database import WriteSession
from services.shared.identity import Caller

MERGER = NewAreaChange(
    kind="merge",
    areas=["10", "11"],
    into=[
        NewArea(
            code="30",
            name=Name(
                fi="Kaakon esimerkkihyvinvointialue",
                sv="Sydöstra exempelvälfärdsområdet",
                en="Example wellbeing services county of the south-east",
            ),
            bilingual=True,
        )
    ],
    effective_on=date(2031, 1, 1),  # moved on with the years, so that it is always to come
    reason="Keksitty esimerkki: näin kahden hyvinvointialueen yhdistäminen kirjataan.",
)


async def add_area_changes(session: WriteSession) -> None:
    """Once; by the administrator, so that the areas' history says who."""
    if await session.scalar(select(AreaChange.id).limit(1)) is not None:
        return
    admin = (await session.scalars(select(Person).where(Person.id == person_id("admin")))).one()
    duty = session.caller
    session.info["caller"] = Caller(kind="person", id=str(admin.id), name=admin.name)
    try:
        day = date(session.clock.now().year + 5, 1, 1)
        await decide_area_change(session, MERGER.model_copy(update={"effective_on": day}))
    finally:
        session.info["caller"] = duty
