"""A case as far as an answer needs it: asked, accepted, with a team that may write."""

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
from services.consultation.lines.tables import Line
from services.consultation.teams.tables import Invitation
from services.shared.database import WriteSession, new_id
from services.shared.identity import Caller
from tests.builders.people import a_person
from tests.support.apps import App

Answer = dict[str, Any]
ROW = {"what": "Nimetkää yksi työntekijä.", "who": "Lastensuojelu", "by_when": "2026-12-04"}


@dataclass
class Consultation:
    """One case and its people; `as_` gives a client that speaks for one of them."""

    app: App
    id: UUID
    code: str
    asker: Caller = field(default_factory=lambda: a_person(name="Maria Lehtola"))
    coordinator: Caller = field(default_factory=lambda: a_person("coordinator", name="Sanna Heiskanen"))
    chair: Caller = field(default_factory=lambda: a_person("expert", name="Tuomas Rinne"))
    members: tuple[Caller, ...] = ()

    @property
    def path(self) -> str:
        return f"/v1/cases/{self.id}"

    @property
    def team(self) -> tuple[Caller, ...]:
        return (self.chair, *self.members)

    def as_(self, caller: Caller, **headers: str) -> httpx2.AsyncClient:
        return self.app.as_(caller, **headers)

    async def answer(self, caller: Caller | None = None) -> Answer:
        return checked(await self.as_(caller or self.chair).get(f"{self.path}/answer"))

    async def case(self) -> Answer:
        return checked(await self.as_(self.coordinator).get(self.path))

    async def save(self, caller: Caller, block: str, text: str, version: int) -> httpx2.Response:
        url = f"{self.path}/answer/blocks/{block}"
        return await self.as_(caller).put(url, json={"text": text}, headers=match(version))

    async def sign(self, caller: Caller, opinion: str = "agree", **more: Any) -> httpx2.Response:
        version = more.pop("version", None) or (await self.answer())["version"]
        body = {"opinion": opinion, **more}
        return await self.as_(caller).post(f"{self.path}/answer/signature", json=body, headers=match(version))

    async def publish(self, caller: Caller | None = None, *, version: int | None = None) -> httpx2.Response:
        expected = version or (await self.answer())["case_version"]
        return await self.as_(caller or self.chair).post(f"{self.path}/publish", headers=match(expected))


def match(version: int) -> dict[str, str]:
    return {"If-Match": f'"{version}"'}


def checked(response: httpx2.Response) -> Answer:
    assert response.status_code < 300, response.text
    return dict(response.json()) if response.content else {}


async def a_consultation(
    app: App,
    *,
    members: int = 1,
    state: str = "in_consultation",
    identification: str = "anonymous",
    language: str = "fi",
    yta: str = "ita",
    line: str = "huoltoriidat",
    group_14: bool = False,
    follow_up_months: int | None = 3,
) -> Consultation:
    """Without going through the asking: what comes before an answer has its own tests."""
    made = Consultation(app, new_id(), new_code(yta))
    made.coordinator = a_person("coordinator", yta=yta, name="Sanna Heiskanen")
    made.members = tuple(a_person("expert", name=f"Jäsen {number}") for number in range(1, members + 1))
    async with app.app.state.database.duty("builder") as session:
        key = await session.keys.create(made.id)
        await _line(session, line, group_14=group_14, months=follow_up_months)
        row = _case(session, made, state=state, line=line, yta=yta, language=language, identification=identification)
        put_texts(row, key, {"subject": "Pitkittynyt huoltoriita", "situation": "Vanhempien ero on kestänyt."})
        put_questions(row, key, ["Miten lasten ääni kuuluu?"])
        session.add(row)
        await session.flush()
        await _people(session, made, row)
    return made


async def _line(session: WriteSession, slug: str, *, group_14: bool, months: int | None) -> None:
    if await session.get(Line, slug):
        return
    name = {"fi": slug, "sv": slug, "en": slug}
    session.add(
        Line(
            slug=slug,
            name=name,
            description=name,
            themes=[],
            forms=["written", "team"],
            languages=["fi", "sv"],
            who_may_ask=[],
            group_14=group_14,
            guide_me=False,
            follow_up_months=months,
            receipt_hours=8,
            first_days=7,
            answer_working_days=15,
            reply_days=14,
            open=True,
            place=1,
            version=1,
            changed_at=session.clock.now(),
        )
    )
    await session.flush()


def _case(session: WriteSession, made: Consultation, **given: Any) -> Case:
    now = session.clock.now()
    return Case(
        id=made.id,
        code=made.code,
        version=4,
        area="10",
        themes=["vaativa_ero"],
        age_groups=["7-9"],
        client_languages=["fi"],
        urgency="normal",
        form="team",
        handing_on=False,
        asker=UUID(made.asker.id),
        asker_name=made.asker.name,
        asker_organisation_name="Etelä-Savo",
        coordinator=UUID(made.coordinator.id),
        coordinator_name=made.coordinator.name,
        team_may_read=True,
        created_at=now,
        submitted_at=now,
        accepted_at=now,
        changed_by=UUID(made.coordinator.id),
        changed_by_name=made.coordinator.name,
        changed_at=now,
        changed_act="accept",
        is_open=True,
        next_due=now + timedelta(days=5),
        **given,
    )


async def _people(session: WriteSession, made: Consultation, row: Case) -> None:
    await give_access(session, row, UUID(made.asker.id), Relation.ASKER)
    for one, role in zip(made.team, ("chair", *["member"] * len(made.members)), strict=True):
        await join(session, row, one, role)


async def join(session: WriteSession, row: Case, person: Caller, role: str = "member") -> None:
    now = session.clock.now()
    session.add(
        Invitation(
            id=new_id(),
            case_id=row.id,
            case_code=row.code,
            version=2,
            state="accepted",
            role=role,
            expert=new_id(),
            person_id=UUID(person.id),
            name=person.name,
            title="sosiaalityöntekijä",
            cross_area=False,
            agreement_ok=True,
            disciplines=[],
            proposed=False,
            reasons=[],
            themes=[],
            age_groups=[],
            client_languages=[],
            invited_by=row.coordinator,
            invited_by_name=row.coordinator_name,
            invited_at=now,
            answer_due=now,
            answered_at=now,
            no_conflict_declared_at=now,
        )
    )
    await give_access(session, row, UUID(person.id), Relation(role))


async def drafted(made: Consultation, *, rows: int = 1) -> Answer:
    """An answer with its blocks written, ready for signatures."""
    chair = made.as_(made.chair)
    checked(await chair.post(f"{made.path}/answer", json={}))
    checked(await made.save(made.chair, "background", "Vanhempien ero on kestänyt neljä vuotta.", 0))
    checked(await made.save(made.chair, "considerations", "Vaikeneminen on keino selvitä.", 0))
    for _ in range(rows):
        checked(await chair.post(f"{made.path}/answer/recommendations", json=ROW))
    return await made.answer()


async def in_signing(made: Consultation, *, rows: int = 1, days: int = 2) -> Answer:
    answer = await drafted(made, rows=rows)
    due = made.app.house.clock.now() + timedelta(days=days)
    asked = await made.as_(made.chair).post(
        f"{made.path}/answer/ask-signatures", json={"due": due.isoformat()}, headers=match(answer["version"])
    )
    return checked(asked)


async def published(made: Consultation, *, rows: int = 2) -> Answer:
    await in_signing(made, rows=rows)
    for one in made.team:
        checked(await made.sign(one))
    checked(await made.publish())
    return await made.answer()


async def a_published_answer(app: App, *, rows: int = 2, **given: Any) -> tuple[Consultation, Answer]:
    made = await a_consultation(app, **given)
    return made, await published(made, rows=rows)
