"""One consultation as another system walks it for its user: through the gateway's API, to a figure in reporting."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from services.shared.clock import MovedClock
from services.shared.identity import Caller
from tests.builders.story import expert_id, person_id, somebody
from tests.support.apps import App, House
from tests.support.systems import OtherSystem, open_system

pytestmark = pytest.mark.anyio
Answer = dict[str, Any]

CASES = "/consultation/v1/cases"
REQUEST: Answer = {
    "line": "kunnia-ja-radikalisoituminen",
    "area": "12",
    "subject": "Kunniaan liittyvän väkivallan uhka",
    "themes": ["kunniavakivalta"],
    "age_groups": ["14-17"],
    "client_languages": ["ar"],
    "language": "fi",
    "form": "team",
    "situation": "Nuori on kertonut koulussa, että suku suunnittelee hänelle avioliittoa.",
    "questions": ["Miten arvioimme, onko nuoren turvallista olla kotona?"],
}
RECOMMENDATIONS = ("Nimetkää yksi työntekijä.", "Tehkää turvasuunnitelma.")


@pytest.fixture
async def system(house: House, tmp_path: Path) -> AsyncIterator[OtherSystem]:
    async with open_system(house, tmp_path) as opened:
        yield opened


def ok(answer: httpx2.Response) -> Any:
    assert answer.status_code < 300, f"{answer.request.url} {answer.status_code} {answer.text}"
    return answer.json() if "json" in answer.headers["content-type"] else answer.content


def refused(answer: httpx2.Response, status: int, code: str) -> Answer:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return dict(answer.json())


def seen(version: int) -> dict[str, str]:
    return {"If-Match": f'"{version}"'}


@dataclass
class Journey:
    """A case, the system that asks for Maria, and the people who answer by the service itself."""

    system: OtherSystem
    consultation: App
    code: str = ""
    sanna: Caller = field(default_factory=lambda: somebody("sanna"))
    tuomas: Caller = field(default_factory=lambda: somebody("tuomas"))
    leena: Caller = field(default_factory=lambda: somebody("leena"))

    @property
    def path(self) -> str:
        return f"{CASES}/{self.code}"

    @property
    def maria(self) -> httpx2.AsyncClient:
        return self.system.client("maria")

    async def read(self, part: str = "") -> Any:
        """As Maria's system sees it."""
        return ok(await self.maria.get(self.path + part))

    async def asks(self, act: str, body: Answer) -> Answer:
        """Maria's act, through her system, on the case as it stands."""
        version = (await self.read())["version"]
        return dict(ok(await self.maria.post(f"{self.path}/{act}", json=body, headers=seen(version))))

    async def does(self, person: Caller, path: str, body: Answer | None = None, *, version: int | None = None) -> Any:
        """A coordinator's or an expert's own act, in the service."""
        headers = {} if version is None else seen(version)
        return ok(
            await self.consultation.as_(person).post(f"/v1/cases/{self.code}{path}", json=body or {}, headers=headers)
        )


async def asked(system: OtherSystem) -> Answer:
    maria = system.client("maria")
    draft = ok(await maria.post(CASES, json={"subject": REQUEST["subject"]}))
    saved = await maria.patch(f"{CASES}/{draft['code']}", json=REQUEST, headers=seen(draft["version"]))
    assert saved.headers["etag"] == f'"{ok(saved)["version"]}"'
    submitted = f"{CASES}/{draft['code']}/submit"
    return dict(ok(await maria.post(submitted, json={}, headers={"If-Match": saved.headers["etag"]})))


@pytest.fixture
async def journey(system: OtherSystem, consultation: App) -> Journey:
    """Asked for by Maria's system."""
    return Journey(system, consultation, (await asked(system))["code"])


async def test_a_system_takes_a_case_from_asking_to_a_figure(
    journey: Journey, reporting: App, clock: MovedClock
) -> None:
    receipt = await journey.read()
    assert (receipt["state"], receipt["coordinator"]["name"]) == ("submitted", "Sanna Heiskanen")
    await _team(journey)
    await _work(journey)
    await _answer(journey)
    await _read_answer(journey)
    await _reply(journey)
    clock.move(timedelta(days=95))
    await _follow_up(journey)
    await _figure(journey.system, reporting)


async def _team(journey: Journey) -> None:
    accepted = await journey.does(journey.sanna, "/accept", version=(await journey.read())["version"])
    assert accepted["state"] == "accepted"
    proposal = ok(await journey.consultation.as_(journey.sanna).get(f"/v1/cases/{journey.code}/team-proposal"))
    assert all(member["reasons"] for member in proposal["members"])
    seats = [("tuomas", "chair"), ("leena", "member")]
    members = [{"expert": str(expert_id(slug)), "role": role} for slug, role in seats]
    body = {"members": members, "override_reason": "Tunnen heidän työnsä."}
    team = (await journey.does(journey.sanna, "/invitations", body))["members"]
    for person in (journey.tuomas, journey.leena):
        seat = next(one for one in team if one["person"] == person.id)
        path = f"/v1/invitations/{seat['invitation']}/accept"
        ok(await journey.consultation.as_(person).post(path, json={"no_conflict": True}, headers=seen(seat["version"])))
    followed = await journey.read()
    assert followed["state"] == "in_consultation"
    assert {one["name"] for one in followed["team"]} == {"Tuomas Rinne", "Leena Vartiainen"}


async def _work(journey: Journey) -> None:
    """A message that both see, a note that only the team sees, a meeting, and the goals."""
    ok(await journey.maria.post(f"{journey.path}/messages", json={"text": "Voiko tapaamisen siirtää?"}))
    await journey.does(journey.tuomas, "/team-notes", {"text": "Riski on suurempi kuin pyynnössä."})
    refused(await journey.maria.get(f"{journey.path}/team-notes"), 404, "not_found")
    times = {"starts_at": "2026-11-26T07:00:00Z", "ends_at": "2026-11-26T08:00:00Z"}
    meeting = await journey.does(journey.tuomas, "/meetings", {**times, "place": "Mikkeli"})
    calendar = await journey.maria.get(f"/consultation/v1/meetings/{meeting['id']}/calendar")
    assert calendar.headers["content-type"].startswith("text/calendar")
    levels = {level: f"Taso {level}" for level in ("-2", "-1", "0", "1", "2")}
    goals = {"goals": [{"title": "Nuori on turvassa", "weight": 2, "levels": levels, "baseline": -1}]}
    ok(await journey.maria.put(f"{journey.path}/goals", json=goals, headers=seen(0)))


async def _answer(journey: Journey) -> None:
    path, tuomas = f"/v1/cases/{journey.code}/answer", journey.consultation.as_(journey.tuomas)
    await journey.does(journey.tuomas, "/answer")
    for block, text in (("background", "Nuori kertoi koulussa."), ("considerations", "Riski on todellinen.")):
        ok(await tuomas.put(f"{path}/blocks/{block}", json={"text": text}, headers=seen(0)))
    for what in RECOMMENDATIONS:
        row = {"what": what, "who": "Lastensuojelu", "by_when": "2026-12-04"}
        answer = await journey.does(journey.tuomas, "/answer/recommendations", row)
    refused(await journey.maria.get(f"{journey.path}/answer"), 404, "answer_not_found")
    due = {"due": "2026-11-27T10:00:00Z"}
    answer = await journey.does(journey.tuomas, "/answer/ask-signatures", due, version=answer["version"])
    answer = await journey.does(journey.tuomas, "/answer/signature", {"opinion": "agree"}, version=answer["version"])
    dissent = {"opinion": "dissent", "text": "En odottaisi.", "recommendation": answer["recommendations"][1]["id"]}
    answer = await journey.does(journey.leena, "/answer/signature", dissent, version=answer["version"])
    await journey.does(journey.tuomas, "/publish", version=answer["case_version"])


async def _read_answer(journey: Journey) -> None:
    answer = await journey.read("/answer")
    assert [row["what"] for row in answer["recommendations"]] == list(RECOMMENDATIONS)
    assert {one["name"]: one["state"] for one in answer["signatures"]} == {
        "Tuomas Rinne": "agree",
        "Leena Vartiainen": "dissent",
    }
    document = await journey.maria.get(f"{journey.path}/answer.pdf", headers={"Accept-Language": "fi"})
    assert document.headers["content-type"] == "application/pdf"
    assert document.content.startswith(b"%PDF")


async def _reply(journey: Journey) -> None:
    rows = (await journey.read("/answer"))["recommendations"]
    told = [{"recommendation": row["id"], "reply": "will_do"} for row in rows]
    feedback = {"usefulness": 4, "plan_changed": "yes", "without_advice": "waited"}
    assert (await journey.asks("reply", {"rows": told, **feedback}))["state"] == "in_follow_up"


async def _follow_up(journey: Journey) -> None:
    rows = (await journey.read("/answer"))["recommendations"]
    [goal] = (await journey.read("/goals"))["items"]
    told = [{"recommendation": row["id"], "result": "done"} for row in rows]
    body = {"rows": told, "goals": [{"goal": goal["id"], "level": 1}], "wanted_change": "yes"}
    assert (await journey.asks("follow-up", body))["state"] == "closed"
    outcome = await journey.read("/follow-up")
    assert outcome["gas_end"] > outcome["gas_start"]


async def _figure(system: OtherSystem, reporting: App) -> None:
    """Counted exactly for the centre that holds the case; to a system too few to be told."""
    pulled = ok(await reporting.as_(somebody("admin")).post("/v1/intake/pull"))
    assert pulled["set_aside"] == 0
    where = {"yta": "ita", "period": "2026"}
    own = ok(await reporting.as_(somebody("sanna")).get("/v1/figures/requests", params=where))
    assert (own["kind"], own["total"]["value"]) == ("exact", 1)
    for client in (system.client(), system.client("maria")):
        figure = ok(await client.get("/reporting/v1/figures/requests", params={"period": "2026"}))
        assert figure["kind"] == "protected"
        assert (figure["total"]["value"], figure["total"]["hidden"]) == (None, "small")
        sheet = await client.get("/reporting/v1/figures/requests/table.csv", params={"period": "2026", "lang": "fi"})
        assert sheet.headers["content-disposition"] == 'attachment; filename="ot-verkko-requests-2026.csv"'
        assert "·· (1–4)" in sheet.content.decode("utf-8-sig")


async def test_a_system_acts_for_nobody_of_another_organisation(system: OtherSystem) -> None:
    for person in ("erik", "sanna", "tuomas", "admin"):
        refused(await system.client(person).post(CASES, json=REQUEST), 403, "not_of_this_organisation")
    refused(await system.client("nobody").get(CASES), 403, "unknown_system")


async def test_a_system_alone_sees_no_case(journey: Journey) -> None:
    alone = journey.system.client()
    for path in (CASES, journey.path, f"{journey.path}/messages", f"{journey.path}/answer"):
        refused(await alone.get(path), 403, "forbidden")
    refused(await alone.post(CASES, json=REQUEST), 403, "forbidden")


async def test_a_system_does_nothing_that_is_the_coordinators(journey: Journey) -> None:
    version = seen((await journey.read())["version"])
    for act, body in (("accept", {}), ("decline", {"reason_code": "other", "text": "Ei meille."}), ("return", {})):
        refused(await journey.maria.post(f"{journey.path}/{act}", json=body, headers=version), 403, "forbidden")
    refused(await journey.maria.get(f"{journey.path}/team-proposal"), 403, "forbidden")
    assert (await journey.read())["state"] == "submitted"


async def test_a_coordinator_is_only_a_professional_behind_a_system(journey: Journey, registry: App) -> None:
    """Even a person who coordinates doesn't do it through a system: decisions are made by people themselves."""
    etela_savo = str(somebody("maria").memberships[0].organisation)
    role = {"person": str(person_id("maria")), "role": "coordinator", "yta": "ita", "organisation": etela_savo}
    ok(await registry.as_(somebody("admin")).post("/v1/memberships", json={**role, "reason": "Sijainen."}))
    await journey.system.grant("cases:read", "cases:write")
    version = seen((await journey.read())["version"])
    refused(await journey.maria.post(f"{journey.path}/accept", json={}, headers=version), 403, "forbidden")


async def test_each_act_needs_its_scope(journey: Journey) -> None:
    await journey.system.grant("cases:read")
    assert (await journey.read())["state"] == "submitted"
    refused(await journey.maria.post(CASES, json=REQUEST), 403, "forbidden")
    refused(await journey.maria.get("/reporting/v1/figures/requests"), 403, "forbidden")
    refused(await journey.system.client().get("/registry/v1/experts"), 403, "forbidden")
    await journey.system.grant("reports")
    refused(await journey.maria.get(journey.path), 403, "forbidden")
    ok(await journey.system.client().get("/reporting/v1/figures/requests"))
    await journey.system.grant()
    refused(await journey.maria.get("/reporting/v1/figures/requests"), 403, "forbidden")
    ok(await journey.system.client().get("/registry/v1/areas"))


async def test_the_same_key_sent_twice_does_one_thing(system: OtherSystem) -> None:
    maria = system.client("maria", **{"Idempotency-Key": "asiakas-4711"})
    first, second = await maria.post(CASES, json=REQUEST), await maria.post(CASES, json=REQUEST)
    assert ok(first)["id"] == ok(second)["id"]
    assert second.headers["idempotent-replayed"] == "true"
    refused(await maria.post(CASES, json={**REQUEST, "subject": "Toinen"}), 422, "idempotency_key_reused")
    assert len(ok(await maria.get(CASES, params={"scope": "mine"}))["items"]) == 1


async def test_what_was_changed_meanwhile_is_not_overwritten(system: OtherSystem) -> None:
    maria = system.client("maria")
    draft = ok(await maria.post(CASES, json=REQUEST))
    path = f"{CASES}/{draft['code']}"
    ok(await maria.patch(path, json={**REQUEST, "subject": "Toinen otsikko"}, headers=seen(draft["version"])))
    stale = await maria.patch(path, json=REQUEST, headers=seen(draft["version"]))
    assert refused(stale, 412, "stale_version")["current"] == draft["version"] + 1
    refused(await maria.patch(path, json=REQUEST), 428, "precondition_required")
    assert ok(await maria.get(path))["subject"] == "Toinen otsikko"


async def test_a_refusal_is_the_services_own_word_for_word(journey: Journey) -> None:
    direct = journey.consultation.as_(somebody("maria"))
    hetu = {**REQUEST, "situation": "Nuoren tunnus on 131052-308T."}
    for method, path, body in (
        ("POST", "/v1/cases", hetu),
        ("POST", "/v1/cases", {"unknown": 1}),
        ("GET", "/v1/cases/OT-I-00000", None),
        ("POST", f"/v1/cases/{journey.code}/reply", {}),
        ("GET", "/v1/cases?scope=everything", None),
    ):
        through = await journey.maria.request(method, f"/consultation{path}", json=body)
        own = await direct.request(method, path, json=body)
        assert through.status_code == own.status_code >= 400
        assert through.headers["content-type"] == own.headers["content-type"] == "application/problem+json"
        assert _without_id(through) == _without_id(own)


def _without_id(answer: httpx2.Response) -> Answer:
    return {name: value for name, value in answer.json().items() if name != "request_id"}


async def test_the_access_log_says_through_which_system_a_person_acted(journey: Journey) -> None:
    databases = journey.consultation.house.databases
    with databases.superuser("registry") as connection:
        system = connection.execute("select id::text from connected_system").fetchone()
    with databases.superuser("consultation") as connection:
        [submitted] = connection.execute("select person, via from access_log where act = 'submit'").fetchall()
    assert system is not None
    assert submitted == (str(person_id("maria")), system[0])


async def test_the_gateway_counts_operations_by_name(journey: Journey) -> None:
    measured = (await journey.system.client().get("http://gateway.test/metrics")).text
    assert 'operation="pass_on"' in measured
    assert journey.code not in measured
