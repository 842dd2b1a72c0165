"""The example's people as callers, and the registry filled with them."""

from __future__ import annotations

from demo.story import people
from demo.story.ids import expert_id, organisation_id, person_id
from demo.story.load import load_registry
from demo.story.organisations import organisations, ytas_of_areas
from services.shared.identity import Caller, Membership
from tests.support.apps import House

ISSUER = "http://login.test"


async def fill_registry(house: House) -> None:
    """Areas, vocabularies, and the example's organisations and people: about 0.3 s."""
    await load_registry(house.settings_for("registry"), ISSUER)


def somebody(slug: str) -> Caller:
    """One of the example's people with the memberships that the example gives them: `somebody("sanna")`."""
    human = next(human for human in people.humans() if human.slug == slug)
    return Caller(
        kind="person",
        id=str(person_id(slug)),
        name=human.name,
        language=human.language,
        memberships=tuple(_membership(held) for held in people.roles() if held.person == slug),
        session="session-of-a-test",
    )


def _membership(held: people.Held) -> Membership:
    told = organisations()[held.organisation]
    served = {yta for area in [*told["areas"], told["area"]] if (yta := ytas_of_areas().get(area))}
    return Membership(
        role=held.role,
        organisation=str(organisation_id(held.organisation)),
        organisation_name=told["name"]["fi"],
        area=told["area"],
        yta=held.yta or (served.pop() if len(served) == 1 else None),
    )


__all__ = ["ISSUER", "expert_id", "fill_registry", "organisation_id", "person_id", "somebody"]
