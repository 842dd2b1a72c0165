"""Once a year each membership is confirmed, or ends by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from demo.story.ids import organisation_id, person_id
from services.registry.members.reviews import end_unconfirmed
from services.shared.clock import MovedClock
from services.shared.jobs import Sweep, run_sweep
from tests.support.apps import App

pytestmark = pytest.mark.anyio

As = Callable[[str], httpx2.AsyncClient]
Rows = Callable[..., list[tuple[Any, ...]]]


async def granted(client: httpx2.AsyncClient, person: str = "leena", **changed: Any) -> dict[str, Any]:
    body = {
        "person": str(person_id(person)),
        "role": "professional",
        "organisation": str(organisation_id("opetus_mikkeli")),
        "reason": "Aloitti",
    }
    made = await client.post("/v1/memberships", json={**body, **changed})
    assert made.status_code == 201, made.text
    return dict(made.json())


async def confirm(client: httpx2.AsyncClient, *ids: str) -> dict[str, Any]:
    answer = await client.post("/v1/memberships/confirm", json={"ids": ids})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def sweep(network: App) -> None:
    assert await run_sweep(network.app.state.database, Sweep("reviews", end_unconfirmed))


async def to_review(client: httpx2.AsyncClient) -> set[str]:
    answer = await client.get("/v1/memberships", params={"review": True, "limit": 200})
    return {one["id"] for one in answer.json()["items"] if "confirm_membership" in one["allowed"]}


async def waiting(client: httpx2.AsyncClient) -> tuple[list[int], int, int]:
    items = (await client.get("/v1/waiting")).json()["items"]
    count = (await client.get("/v1/waiting/count")).json()["waiting"]
    told = [item["data"]["count"] for item in items if item["kind"] == "membership_review"]
    return told, sum(item["turn"] for item in items), count


async def test_a_membership_is_confirmed_for_another_year(network: App, as_: As, clock: MovedClock) -> None:
    held, sanna = await granted(as_("sanna")), as_("sanna")
    before = await to_review(sanna)
    assert held["id"] not in before
    clock.move(timedelta(days=340))
    assert held["id"] in await to_review(sanna)
    told, turns, count = await waiting(sanna)
    assert told == [len(await to_review(sanna))]
    assert turns == count
    answer = await confirm(sanna, held["id"])
    assert answer == {"confirmed": [held["id"]], "left": []}
    now = (await sanna.get(f"/v1/memberships/{held['id']}")).json()
    assert (now["confirmed_by_name"], now["version"]) == ("Sanna Heiskanen", 2)
    assert held["id"] not in await to_review(sanna)
    assert await confirm(sanna, held["id"]) == answer  # pressed twice
    history = (await sanna.get(f"/v1/memberships/{held['id']}/history")).json()["items"]
    assert [(one["act"], one["by"]) for one in history] == [
        ("confirm_membership", "Sanna Heiskanen"),
        ("grant_membership", "Sanna Heiskanen"),
    ]


async def test_what_nobody_confirms_ends_by_itself_and_says_so(
    network: App, as_: As, clock: MovedClock, rows: Rows
) -> None:
    held = await granted(as_("sanna"))
    admins = rows("select id from membership where role = 'admin' and revoked_at is null")
    clock.move(timedelta(days=365 + 30))
    await sweep(network)
    assert (await as_("sanna").get(f"/v1/memberships/{held['id']}")).json()["state"] == "current"
    clock.move(timedelta(days=1))
    await sweep(network)
    ended = (await as_("sanna").get(f"/v1/memberships/{held['id']}")).json()
    assert (ended["state"], ended["by_review"], ended["revoked_by_name"]) == ("revoked", True, None)
    assert rows("select id from membership where role = 'admin' and revoked_at is null") == admins
    assert ("membership.revoked", held["id"]) in rows("select type, subject from event")


async def test_each_is_confirmed_or_left_for_itself(network: App, as_: As) -> None:
    """By whoever may grant it; nobody their own."""
    sanna = as_("sanna")
    held, expert = await granted(sanna), await granted(sanna, role="expert")
    nobody = "00000000-0000-4000-8000-000000000000"
    answer = await confirm(sanna, held["id"], nobody)
    assert (answer["confirmed"], [one["code"] for one in answer["left"]]) == ([held["id"]], ["not_found"])
    admins = (await as_("admin").get("/v1/memberships", params={"person": str(person_id("admin"))})).json()["items"]
    own = await confirm(as_("admin"), admins[0]["id"])
    assert [one["code"] for one in own["left"]] == ["own_matter"]
    elsewhere = await confirm(as_("anna"), expert["id"])
    assert [one["code"] for one in elsewhere["left"]] == ["not_found"]
    assert (await as_("maria").post("/v1/memberships/confirm", json={"ids": [held["id"]]})).status_code == 403


async def test_a_rule_that_is_ended_lets_nobody_more_in(network: App, as_: As) -> None:
    admin = as_("admin")
    body = {
        "issuer": "https://login.muualla.example",
        "domain": "muualla.example",
        "organisation": str(organisation_id("opetus_mikkeli")),
        "reason": "Kunnan oma kirjautuminen",
    }
    rule = (await admin.post("/v1/domain-rules", json=body)).json()
    login = {"issuer": body["issuer"], "email": "a@muualla.example", "email_verified": True, "name": "Aino Uusi"}
    door = network.as_service("gateway")
    first = (await door.post("/v1/sign-ins", json={**login, "subject": "1"})).json()
    assert [one["role"] for one in first["memberships"]] == ["professional"]
    ended = await admin.post(f"/v1/domain-rules/{rule['id']}/end", json={"reason": "Sopimus päättyi"})
    assert ended.status_code == 200
    assert rule["id"] not in {one["id"] for one in (await admin.get("/v1/domain-rules")).json()["items"]}
    again = await admin.post(f"/v1/domain-rules/{rule['id']}/end", json={"reason": "Sopimus päättyi"})
    assert again.json()["code"] == "rule_ended"
    assert (await door.post("/v1/sign-ins", json={**login, "subject": "2"})).json()["memberships"] == []
    assert len((await door.post("/v1/sign-ins", json={**login, "subject": "1"})).json()["memberships"]) == 1
    assert (await as_("sanna").post(f"/v1/domain-rules/{rule['id']}/end", json={"reason": "x"})).status_code == 403
