"""One service doesn't answer: the pages that need it say so by its name, and all the others go on."""

from __future__ import annotations

import re

import pytest

from demo.story.ids import example_id
from tests.builders.story import expert_id, organisation_id, person_id
from tests.journeys.test_whole_case import asked, teamed
from tests.repository.test_routes import routes_of
from tests.support.apps import House
from tests.support.forms import forms_of
from tests.support.visitors import Values, Visitor, Visitors

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

CALLED = {"registry": "rekisteri", "consultation": "konsultaatiot", "reporting": "raportit"}
"""What a person is told is missing."""
NEEDED_BY = {
    "registry": {
        "access",
        "affiliations",
        "agreements",
        "area-changes",
        "areas",
        "ending",
        "experts",
        "groups",
        "mandates",
        "me/expert",
        "me/settings",
        "memberships",
        "offerings",
        "organisations",
        "resources",
        "themes",
        "vocabulary",
    },
    "consultation": {"ask", "cases", "queue", "invitations", "meetings", "notifications"},
    "reporting": {"reports", "gaps"},
}
"""Pages, by how their address begins, that can't be drawn without a service."""
NOT_PAGES = (
    "/api/",
    "/exports/",
    "/feedback/",
    "/health/",
    "/imports/{kind}/",
    "/join/",
    "/login/callback",
    "/metrics",
    "/setup",
    "/.well-known/",
)
KNOWN = {
    "act": "transfer",
    "expert": str(expert_id("tuomas")),
    "organisation": str(organisation_id("etela_savo")),
    "person": str(person_id("maria")),
    "membership": str(example_id("membership", "maria professional etela_savo")),
    "request_id": str(example_id("access_request", "jari_vaisanen")),
    "slug": "kunniavakivalta",
    "scheme": "themes",
    "kind": "people",
    "kind:termkind": "mandates",
    "group": str(example_id("group", "erot_ita")),
    "offering": str(example_id("offering", "koivuranta")),
    "indicator": "requests",
    "service": "registry",
}
MEETING: Values = {"day": "2026-11-25", "starts": "13:00", "ends": "14:00", "place": "Mikkeli"}
MESSAGE = "Siirretäänkö perjantain tapaaminen maanantaiksi?"


async def a_case(visitors: Visitors) -> str:
    """With a team, a meeting and an answer begun."""
    code = await asked(await visitors.sign_in("maria"))
    tuomas, _ = await teamed(visitors, code)
    await tuomas.press(f"/cases/{code}/answer", at=f"/cases/{code}")
    await tuomas.press(f"/cases/{code}/meetings/new", MEETING, at=f"/cases/{code}/meetings/new")
    return code


def pages(visitors: Visitors, house: House, code: str) -> list[str]:
    """The address of every page there is, with something real in it."""
    with house.databases.superuser("consultation") as connection:
        [(meeting,)] = connection.execute("select id from meetings").fetchall()
        [(invitation,), *_] = connection.execute("select id from invitations order by id").fetchall()
    with house.databases.superuser("registry") as connection:
        [(change,), *_] = connection.execute("select id from area_change").fetchall()
        [(term,), *_] = connection.execute("select id from mandate order by id").fetchall()
    found = {"code": code, "meeting": meeting, "invitation": invitation, "change": change, "term": term}
    known = {**KNOWN, **found}
    templates = [route.path for route in routes_of(visitors.gateway.app) if "GET" in (route.methods or ())]
    pages = [path for path in templates if not path.startswith(NOT_PAGES)]
    return [re.sub(r"{([\w:]+)}", lambda name: str(known[name[1]]), path) for path in pages]


def take_down(visitors: Visitors, house: House, *parts: str) -> None:
    """And the gateway has just started: it remembers no names."""
    house.down.clear()
    house.down.update(parts)
    visitors.gateway.app.state.names = {}


def needs(path: str, needing: set[str]) -> bool:
    return any(f"{path}/".startswith(f"/{beginning}/") for beginning in needing)


async def statuses(visitor: Visitor, paths: list[str]) -> dict[str, int]:
    return {path: (await visitor.client.get(path)).status_code for path in paths}


async def without_a_service(visitors: Visitors, house: House, subject: str) -> None:
    """Each page of one person as it answers while one service after the other is down."""
    paths = pages(visitors, house, await a_case(visitors))
    visitor = await visitors.sign_in(subject)
    take_down(visitors, house)
    usual = await statuses(visitor, paths)
    assert 500 not in usual.values()
    for part, needing in NEEDED_BY.items():
        take_down(visitors, house, part)
        for path, status in (await statuses(visitor, paths)).items():
            # whom the gateway itself turns away or leads elsewhere it does so even now
            missing = needs(path, needing) and (status, usual[path]) not in ((403, 403), (303, 303))
            assert status == (503 if missing else usual[path]), (part, subject, path)


async def test_only_the_pages_that_need_a_service_are_missing_without_it(visitors: Visitors, house: House) -> None:
    """As the coordinator has them; the others' are among the long tests."""
    await without_a_service(visitors, house, "sanna")


async def test_a_page_that_is_missing_names_the_service_and_leads_on(visitors: Visitors, house: House) -> None:
    paths = pages(visitors, house, await a_case(visitors))
    maria = await visitors.sign_in("maria")
    for part, needing in NEEDED_BY.items():
        take_down(visitors, house, part)
        for path in paths:
            if needs(path, needing) and not path.endswith(("/messages", "/experts/new")):  # not hers at any time
                html = await maria.look(path, status=503)
                assert "Yksi osa ei vastaa" in html
                assert CALLED[part] in html
                assert 'href="/"' in html


async def test_the_first_page_tells_what_is_missing_and_shows_the_rest(visitors: Visitors, house: House) -> None:
    maria = await visitors.sign_in("maria")
    code = await asked(maria)
    for part, called in CALLED.items():
        take_down(visitors, house, part)
        await maria.look("/")
        assert "Yksi osa ei vastaa" in maria.html
        assert called in maria.html
        assert (code in maria.html) == (part != "consultation")
    take_down(visitors, house, *CALLED)
    await maria.look("/")
    assert "Hyvää huomenta" in maria.html
    assert all(called in maria.html for called in CALLED.values())


async def test_somebody_who_has_not_logged_in_finds_the_first_page_whatever_is_down(
    visitors: Visitors, house: House
) -> None:
    for parts in ([], *([part] for part in CALLED), CALLED):
        take_down(visitors, house, *parts)
        assert (await visitors.gateway.client.get("/")).status_code == 200


async def test_a_consultation_goes_on_without_registry_and_reporting(visitors: Visitors, house: House) -> None:
    code = await a_case(visitors)
    maria, tuomas = await visitors.sign_in("maria"), await visitors.sign_in("tuomas")
    take_down(visitors, house, "registry", "reporting")
    await maria.press(f"/cases/{code}/messages", {"message": MESSAGE}, at=f"/cases/{code}")
    await tuomas.look(f"/cases/{code}")
    assert MESSAGE in tuomas.html
    edit, block = f"/cases/{code}/answer/edit?part=background", f"/cases/{code}/answer/blocks/background"
    await tuomas.press(block, {"text": "Nuori kertoi koulussa."}, at=edit)
    await tuomas.look(edit)
    assert "Nuori kertoi koulussa." in tuomas.html


async def test_what_somebody_wrote_is_kept_until_the_service_is_back(visitors: Visitors, house: House) -> None:
    maria = await visitors.sign_in("maria")
    code = await asked(maria)
    action = f"/cases/{code}/messages"
    await maria.look(f"/cases/{code}")
    take_down(visitors, house, "consultation")
    await maria.press(action, {"message": MESSAGE}, status=503)
    assert MESSAGE in maria.html
    take_down(visitors, house)
    assert action in {form.action for form in forms_of(maria.html)}
    await maria.press(action)
    assert maria.html.count(MESSAGE) == 1


async def test_a_gateway_counts_as_ready_whatever_is_down(visitors: Visitors, house: House) -> None:
    """A neighbour that is down is no reason to take it out of service: it can still say what is missing."""
    take_down(visitors, house, *CALLED)
    assert (await visitors.gateway.client.get("/health/ready")).status_code == 200
