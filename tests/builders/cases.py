"""A case as people make one: asked, sent and moved through the real service, with a real registry beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx2

from services.consultation.lines.operations import load_lines
from services.registry.reference import load_reference
from services.shared.identity import Caller
from tests.builders.people import a_person
from tests.support.apps import App

Answer = dict[str, Any]

SUBJECT = "Kanarialintuaihe"
SITUATION = "Kanarialintutilanne, josta ei saa jäädä jälkeä."
QUESTION = "Kanarialintukysymys asiantuntijoille?"
CANARIES = (SUBJECT, SITUATION, QUESTION)

REQUEST: Answer = {
    "line": "sijaishuolto",
    "area": "12",
    "subject": SUBJECT,
    "themes": ["sijaishuolto"],
    "age_groups": ["14-17"],
    "client_languages": ["fi"],
    "language": "fi",
    "form": "team",
    "situation": SITUATION,
    "questions": [QUESTION],
}
USUAL_BODIES: dict[str, Answer] = {
    "submit": {},
    "return": {"text": "Mitä koulu on tehnyt?", "due": "2026-12-01"},
    "complete": {"text": "Koulu on järjestänyt pienryhmän."},
    "accept": {},
    "advise-elsewhere": {"place": "Perheneuvola", "contact": "vaihde", "text": "He tuntevat asian parhaiten."},
    "redirect-urgent": {"text": "Soita sosiaalipäivystykseen nyt."},
    "decline": {"reason_code": "not_for_us", "text": "Asia kuuluu aikuissosiaalityölle."},
    "answer-directly": {"text": "Toimikaa alueen mallin mukaan."},
    "withdraw": {"reason": "Tilanne ratkesi."},
    "withdraw-consent": {},
    "reopen": {"reason": "Tilanne muuttui."},
    "transfer": {"yta": "lansi", "reason": "Perhe muutti."},
    "close": {"text": ""},
}
CONSENT: Answer = {
    "client_reference": "ES-2209",
    "given_by": "guardian",
    "to_what": ["team", "follow_up"],
    "given_on": "2026-11-20",
    "written": True,
}


@dataclass
class People:
    """Who the story needs, known to the registry."""

    asker: Caller = field(default_factory=lambda: a_person(name="Maria Lehtola", area="12"))
    coordinator: Caller = field(default_factory=lambda: a_person("coordinator", name="Sanna Heiskanen"))
    elsewhere: Caller = field(default_factory=lambda: a_person("coordinator", yta="lansi", name="Anna Sjöberg"))


@dataclass
class ACase:
    """One case, the people around it, and the last representation that somebody got of it."""

    app: App
    registry: App
    people: People
    view: Answer

    @property
    def id(self) -> str:
        return str(self.view["id"])

    @property
    def code(self) -> str:
        return str(self.view["code"])

    @property
    def path(self) -> str:
        return f"/v1/cases/{self.id}"

    def as_(self, caller: Caller, **headers: str) -> httpx2.AsyncClient:
        return self.app.as_(caller, **headers)

    async def read(self, caller: Caller | None = None) -> Answer:
        self.view = got(await self.as_(caller or self.people.asker).get(self.path))
        return self.view

    async def try_(
        self, caller: Caller, act: str, body: Answer | None = None, *, version: int | None = None
    ) -> httpx2.Response:
        """The act, whatever comes of it, against the version last seen unless another is given."""
        sent = USUAL_BODIES.get(act, {}) if body is None else body
        expected = self.view["version"] if version is None else version
        return await self.as_(caller).post(f"{self.path}/{act}", json=sent, headers={"If-Match": f'"{expected}"'})

    async def do(self, caller: Caller, act: str, body: Answer | None = None) -> Answer:
        self.view = got(await self.try_(caller, act, body))
        return self.view

    async def save(self, caller: Caller, body: Answer) -> httpx2.Response:
        return await self.as_(caller).patch(self.path, json=body, headers={"If-Match": f'"{self.view["version"]}"'})

    async def consent(self, **given: Any) -> Answer:
        self.view = got(await self.as_(self.people.asker).post(f"{self.path}/consents", json=CONSENT | given))
        return self.view

    def allowed(self) -> list[str]:
        return [one["act"] for one in self.view["allowed"]]

    async def events(self) -> list[Answer]:
        feed = got(await self.app.as_service("reporting").get("/v1/events", params={"limit": 1000}))
        return [event for event in feed if event["subject"] == self.id]


def got(response: httpx2.Response) -> Any:
    assert response.status_code < 300, response.text
    return response.json()


def refused(response: httpx2.Response, status: int, code: str) -> Answer:
    assert (response.status_code, response.json()["code"]) == (status, code), response.text
    return dict(response.json())


def codes(problem: Answer) -> dict[str, str]:
    """Of a refusal: each field with what is wrong with it."""
    return {one["path"]: one["code"] for one in problem["fields"]}


async def the_world(consultation: App, registry: App) -> People:
    """Areas, words, lines, and a coordinator in the east and in the west."""
    async with registry.app.state.database.duty("builder") as session:
        await load_reference(session)
    async with consultation.app.state.database.duty("builder") as session:
        await load_lines(session)
    people = People()
    people.coordinator = await a_coordinator(registry, "Sanna Heiskanen", "ita")
    people.elsewhere = await a_coordinator(registry, "Anna Sjöberg", "lansi")
    return people


async def a_coordinator(registry: App, name: str, yta: str, *, deputy: bool = False) -> Caller:
    """Somebody who has signed in once and whom an admin has made a coordinator."""
    person, admin = await _signed_in(registry, name), await _signed_in(registry, "Aino Pääkkönen")
    role = {"person": person, "role": "coordinator", "yta": yta, "deputy": deputy, "reason": "Nimitetty."}
    got(await registry.as_(a_person("admin", person=admin)).post("/v1/memberships", json=role))
    return a_person("coordinator", person=person, name=name, yta=yta)


async def _signed_in(registry: App, name: str) -> str:
    login = {"issuer": "https://login.example", "subject": name, "name": name}
    return str(got(await registry.as_service("gateway").post("/v1/sign-ins", json=login))["person"])


async def a_draft(consultation: App, registry: App, people: People | None = None, **request: Any) -> ACase:
    known = people or await the_world(consultation, registry)
    view = got(await consultation.as_(known.asker).post("/v1/cases", json=REQUEST | request))
    return ACase(consultation, registry, known, view)


async def a_case(
    consultation: App, registry: App, *, state: str = "submitted", people: People | None = None, **request: Any
) -> ACase:
    """`await a_case(consultation, registry, state="accepted")`: brought there by the acts of its people."""
    case = await a_draft(consultation, registry, people, **request)
    asker, coordinator = case.people.asker, case.people.coordinator
    roads = {
        "draft": [],
        "submitted": [],
        "accepted": [(coordinator, "accept")],
        "returned": [(coordinator, "return")],
        "answered": [(coordinator, "answer-directly")],
        "declined": [(coordinator, "decline")],
        "advised_elsewhere": [(coordinator, "advise-elsewhere")],
        "urgent_redirected": [(coordinator, "redirect-urgent")],
        "withdrawn": [(asker, "withdraw")],
    }
    if state != "draft":
        await case.do(asker, "submit")
    for caller, act in roads[state]:
        await case.do(caller, act)
    return case
