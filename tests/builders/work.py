"""A case that waits for its team, and experts in a real registry who could be in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2

from services.consultation.access import Relation
from services.consultation.cases.codes import new_code
from services.consultation.cases.store import give_access, put_questions, put_texts
from services.consultation.cases.tables import Case
from services.registry.reference import load_reference
from services.shared.database import new_id
from services.shared.identity import Caller
from tests.builders.people import a_person
from tests.support.apps import App

Answer = dict[str, Any]

SUBJECT, SITUATION, QUESTION = "Kanarialintu-aihe", "Kanarialintu-tilanne.", "Kanarialintu-kysymys?"
CANARIES = (SUBJECT, SITUATION, QUESTION)


@dataclass
class Expert:
    """An entry of the registry and the person behind it."""

    id: str
    caller: Caller
    entry: Answer

    @property
    def name(self) -> str:
        return self.caller.name


async def an_expert(registry: App, name: str, profession: str, **given: Any) -> Expert:
    """Listed, at work, with room for two, in North Savo, speaking Finnish; `away` is a pair of days."""
    away = given.pop("away", None)
    yta = given.pop("yta", "ita")
    usual = {"title": profession, "area": "13", "areas": ["13"], "languages": ["fi"], "capacity_month": 2}
    body = {"name": name, "profession": profession, "consent_listed": True, **usual, **given}
    coordinator = registry.as_(a_person("coordinator", yta=yta))
    entry = ok(await coordinator.post("/v1/experts", json=body))
    if away:
        url, days = f"/v1/experts/{entry['id']}", {"absences": [{"away_from": str(away[0]), "away_to": str(away[1])}]}
        entry = ok(await coordinator.patch(url, json=days, headers=version(entry)))
    return Expert(entry["id"], a_person("expert", name=name, person=entry["person"], yta=yta), entry)


def theme(slug: str, level: int = 3) -> Answer:
    return {"scheme": "themes", "concept": slug, "level": level}


@dataclass
class Work:
    """One accepted case, its people and a way to speak for each."""

    app: App
    registry: App
    id: UUID
    code: str
    asker: Caller = field(default_factory=lambda: a_person(name="Maria Lehtola"))
    coordinator: Caller = field(default_factory=lambda: a_person("coordinator", name="Sanna Heiskanen"))
    experts: dict[str, Expert] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"/v1/cases/{self.code}"

    def as_(self, caller: Caller | Expert, **headers: str) -> httpx2.AsyncClient:
        return self.app.as_(caller.caller if isinstance(caller, Expert) else caller, **headers)

    async def proposal(self) -> Answer:
        found: Answer = ok(await self.as_(self.coordinator).get(f"{self.path}/team-proposal"))
        return found

    async def invite(
        self, *experts: Expert, reason: str | None = None, exception: str | None = "Sovittu.", **roles: str
    ) -> httpx2.Response:
        """The first is the chair unless `roles` (by first name) say otherwise."""
        members = [
            {"expert": one.id, "role": roles.get(one.name.split()[0].lower(), "member" if place else "chair")}
            for place, one in enumerate(experts)
        ]
        body = {"members": members, "override_reason": reason, "exception_reason": exception}
        return await self.as_(self.coordinator).post(f"{self.path}/invitations", json=body)

    async def team(self, caller: Caller | Expert | None = None) -> dict[str, Answer]:
        """Everybody the caller may see in the team, by name; the latest seat of each."""
        found = ok(await self.as_(caller or self.coordinator).get(f"{self.path}/team"))
        return {one["name"]: one for one in found["members"]}

    async def seat(self, expert: Expert) -> Answer:
        seats = await self.team()
        return seats[expert.name]

    async def invitation(self, expert: Expert) -> httpx2.Response:
        seat = await self.seat(expert)
        return await self.as_(expert).get(f"/v1/invitations/{seat['invitation']}")

    async def answer(self, expert: Expert, act: str, body: Answer | None = None) -> httpx2.Response:
        """accept, decline or recuse, as the expert."""
        seat = await self.seat(expert)
        usual = {"accept": {"no_conflict": True}, "decline": {"reason_code": "workload"}, "recuse": {}}
        url = f"/v1/invitations/{seat['invitation']}/{act}"
        return await self.as_(expert).post(url, json=usual[act] if body is None else body, headers=version(seat))

    async def with_team(self, *experts: Expert) -> None:
        """All of them invited and in."""
        ok(await self.invite(*experts, reason="Sovittu puhelimessa."))
        for one in experts:
            ok(await self.answer(one, "accept"))

    async def row(self) -> Case:
        async with self.app.app.state.database.duty("test") as session:
            found: Case | None = await session.get(Case, self.id)
            assert found is not None
            return found

    async def change(self, **columns: Any) -> None:
        """Straight in the database: what an act of another concept would have done."""
        async with self.app.app.state.database.duty("test") as session:
            found = await session.get(Case, self.id)
            for name, value in columns.items():
                setattr(found, name, value)

    async def events(self, *types: str) -> list[Answer]:
        feed = ok(await self.app.as_service("reporting").get("/v1/events", params={"limit": 1000}))
        return [event for event in feed if event["type"] in types]


def ok(response: httpx2.Response) -> Any:
    assert response.status_code < 300, response.text
    return response.json()


def refused(response: httpx2.Response, status: int, code: str) -> Answer:
    assert (response.status_code, response.json()["code"]) == (status, code), response.text
    return dict(response.json())


def version(seen: Answer) -> dict[str, str]:
    return {"If-Match": f'"{seen["version"]}"'}


async def some_work(app: App, registry: App, *, asker: Caller | None = None, **given: Any) -> Work:
    """An accepted case on foster care of a teenager: needs social work and adolescent psychiatry."""
    async with registry.app.state.database.duty("builder") as session:
        await load_reference(session)
    work = Work(app, registry, new_id(), new_code("ita"))
    work.asker = asker or work.asker
    async with app.app.state.database.duty("builder") as session:
        key = await session.keys.create(work.id)
        row = _case(work, session.clock.now(), **given)
        put_texts(row, key, {"subject": SUBJECT, "situation": SITUATION})
        put_questions(row, key, [QUESTION])
        session.add(row)
        await session.flush()
        await give_access(session, row, row.asker, Relation.ASKER)
    return work


def _case(work: Work, now: Any, **given: Any) -> Case:
    usual = {
        "state": "accepted",
        "yta": "ita",
        "area": "12",
        "themes": ["sijaishuolto"],
        "age_groups": ["14-17"],
        "client_languages": ["fi"],
        "language": "fi",
        "urgency": "normal",
        "form": "team",
        "identification": "anonymous",
        "team_may_read": True,
        "is_open": True,
    }
    return Case(
        id=work.id,
        code=work.code,
        version=3,
        handing_on=False,
        asker=UUID(work.asker.id),
        asker_name=work.asker.name,
        asker_organisation=UUID(work.asker.memberships[0].organisation),
        asker_organisation_name="Etelä-Savo",
        coordinator=UUID(work.coordinator.id),
        coordinator_name=work.coordinator.name,
        created_at=now,
        submitted_at=now,
        accepted_at=now,
        changed_by=UUID(work.coordinator.id),
        changed_by_name=work.coordinator.name,
        changed_at=now,
        changed_act="accept",
        next_due=now + timedelta(days=5),
        **usual | given,
    )


async def a_usual_team(work: Work) -> tuple[Expert, Expert, Expert]:
    """Social worker, adolescent psychiatrist and psychologist."""
    tuomas = await an_expert(work.registry, "Tuomas Rinne", "sosiaalityontekija", competences=[theme("sijaishuolto")])
    leena = await an_expert(work.registry, "Leena Vartiainen", "nuorisopsykiatri")
    pia = await an_expert(work.registry, "Pia Laine", "psykologi")
    work.experts = {"tuomas": tuomas, "leena": leena, "pia": pia}
    return tuomas, leena, pia
