"""The API's door: whose token is believed, whom a system may act for, and what goes through."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from typing import Any

import httpx2
import pytest

from demo.people import PEOPLE, SYSTEMS
from tests.gateway.conftest import ISSUER, Browser, Door, _Wire
from tests.gateway.registry_told import MARIA

pytestmark = pytest.mark.anyio

SYSTEM: dict[str, Any] = {
    "kind": "system",
    "person": None,
    "system": "0198c1f4-0000-7c11-9d52-0000000000ff",
    "name": "Asiakastieto",
}
SYSTEM |= {"language": "fi", "memberships": [], "scopes": ["registry:read"]}


async def token(door: Door) -> str:
    client, secret = next(iter(SYSTEMS.items()))
    async with httpx2.AsyncClient(transport=_Wire(door, "login"), base_url=ISSUER) as provider:
        answer = await provider.post("/token", data={"grant_type": "client_credentials"}, auth=(client, secret))
    return str(answer.json()["access_token"])


def claims(inside: str) -> dict[str, Any]:
    payload = inside.split(".")[1]
    return dict(json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))


async def test_what_is_public_needs_no_token(browser: Browser, door: Door) -> None:
    answer = await browser.get("/api/registry/v1/areas")
    assert answer.status_code == 200
    assert door.registry.tokens[-1] == ""


async def test_a_system_speaks_for_itself_with_the_scopes_the_registry_gives(browser: Browser, door: Door) -> None:
    door.registry.system = SYSTEM
    given = await token(door)
    answer = await browser.get("/api/registry/v1/areas", headers={"Authorization": f"Bearer {given}"})
    assert answer.status_code == 200
    inside = claims(door.registry.tokens[-1])
    assert inside["kind"] == "system"
    assert inside["sub"] == SYSTEM["system"]
    assert inside["scopes"] == ["registry:read"]
    assert inside["aud"] == "registry"


async def test_the_callers_own_token_is_never_passed_on(browser: Browser, door: Door) -> None:
    door.registry.system = SYSTEM
    given = await token(door)
    await browser.get("/api/registry/v1/areas", headers={"Authorization": f"Bearer {given}"})
    assert given not in door.registry.tokens


async def test_a_system_acts_for_a_named_professional(browser: Browser, door: Door) -> None:
    door.registry.system = {**SYSTEM, **{"person": MARIA["person"], "name": "Maria Lehtola"}}
    door.registry.system["memberships"] = MARIA["memberships"]
    headers = {"Authorization": f"Bearer {await token(door)}", "OT-On-Behalf-Of": f"{ISSUER} maria"}
    await browser.get("/api/registry/v1/areas", headers=headers)
    asked = next(body for what, body in door.registry.asked if what == "POST /v1/system-sign-ins")
    assert asked["on_behalf_of"] == {"issuer": ISSUER, "subject": "maria"}
    inside = claims(door.registry.tokens[-1])
    assert inside["kind"] == "person"
    assert inside["sub"] == MARIA["person"]
    assert inside["via"] == SYSTEM["system"]


async def test_a_system_that_the_registry_does_not_know_is_refused(browser: Browser, door: Door) -> None:
    answer = await browser.get("/api/registry/v1/areas", headers={"Authorization": f"Bearer {await token(door)}"})
    assert answer.status_code == 403
    assert answer.json()["code"] == "unknown_system"


@pytest.mark.parametrize("given", ["Bearer made.up.token", "Bearer ", "Basic abc", "Bearer ä"])
async def test_what_is_no_token_of_the_provider_is_refused(browser: Browser, given: str) -> None:
    answer = await browser.get("/api/registry/v1/areas", headers=[(b"Authorization", given.encode())])
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["code"] == "not_signed_in"


async def test_a_persons_login_token_opens_no_api(browser: Browser, door: Door) -> None:
    provider = door.provider.state.provider
    person = next(one for one in PEOPLE if one.subject == "maria")
    given = provider.tokens_for(person, "sid")["access_token"]
    answer = await browser.get("/api/registry/v1/areas", headers={"Authorization": f"Bearer {given}"})
    assert answer.status_code == 401


async def test_no_cookie_goes_in_or_comes_out(browser: Browser) -> None:
    await browser.log_in("maria")
    answer = await browser.get("/api/registry/v1/areas")
    assert answer.json()[0]["cookie"] is None
    assert "set-cookie" not in answer.headers
    assert answer.headers["etag"] == '"7"'


async def test_a_login_in_the_browser_gives_no_rights_in_the_api(browser: Browser, door: Door) -> None:
    await browser.log_in("maria")
    await browser.get("/api/registry/v1/areas")
    assert door.registry.tokens[-1] == ""


async def test_a_service_that_is_down_is_said_as_a_problem(browser: Browser, door: Door) -> None:
    door.down.add("registry")
    answer = await browser.get("/api/registry/v1/areas")
    assert answer.status_code == 503
    assert answer.json()["service"] == "registry"
    assert answer.headers["retry-after"]


async def test_an_unknown_service_does_not_exist(browser: Browser) -> None:
    assert (await browser.get("/api/payroll/v1/areas")).status_code == 404
    assert (await browser.get("/api/registry/health/ready")).status_code == 404


async def test_no_path_leads_out_of_the_api(browser: Browser, door: Door) -> None:
    for path in ("/api/registry/v1/../metrics", "/api/registry/v1/%2e%2e/metrics"):
        await browser.get(path)
    assert not any("metrics" in asked for asked, _ in door.registry.asked)


async def test_the_description_is_as_seen_from_outside(browser: Browser) -> None:
    document = (await browser.get("/api/registry/openapi.json")).json()
    assert document["servers"] == [{"url": "http://gateway.test/api/registry"}]
    made = document["paths"]["/v1/experts"]["post"]
    assert {"$ref": "#/components/parameters/OnBehalfOf"} in made["parameters"]
    assert "openIdConnect" in json.dumps(document["components"]["securitySchemes"])


async def test_the_reference_page_lists_every_call(browser: Browser) -> None:
    page = (await browser.get("/developers/registry")).text
    assert "list_areas" in page
    assert "/api/registry/v1/experts" in page


@pytest.mark.parametrize("path", ["/api/registry/v1%2fareas", "/api/registry%2Fv1/areas", "/api/registry/v1/"])
async def test_a_slash_in_disguise_leads_nowhere(browser: Browser, path: str) -> None:
    answer = await browser.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
