"""Cases that the example's history tells, done once more through the real services: deed by deed, at the same moments.

What both leave in the database must be the same, row by row: that is what makes a told case as good as a played one.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from types import FunctionType, ModuleType
from typing import Any
from uuid import UUID

import httpx2
import psycopg

from demo.story import history_answers, history_asking, history_course, history_deeds
from demo.story.history_answers import PastAnswer
from demo.story.history_case import PastCase, Seat, Somebody
from demo.story.history_course import Course
from demo.story.history_people import coordinators
from demo.story.history_rows import Row
from demo.story.organisations import EXCEPTION
from services.consultation.cases.watching import watch_clocks
from services.consultation.lines.operations import load_lines
from services.shared.clock import MovedClock
from services.shared.identity import Caller, Membership
from tests.support.apps import App


@dataclass
class Deed:
    name: str
    given: dict[str, Any]
    result: Any = None

    @property
    def at(self) -> datetime:
        moment: datetime = self.given.get("at") or self.given["proposed_at"]
        return moment


@dataclass
class ToldCourse:
    course: Course
    deeds: list[Deed]
    ended: bool
    rows: dict[str, list[Row]]
    answers: list[dict[str, Any]]

    @cached_property
    def kinds(self) -> set[str]:
        return {self.course.plan.way} | {_kind(deed) for deed in self.deeds}


def _kind(deed: Deed) -> str:
    more = [deed.given[name] for name in ("reason_code", "opinion", "choice", "to") if name in deed.given]
    if deed.name == "publish_answer":
        more.append("not_signed" if "not_signed" in deed.given["answer"].signed.values() else "")
    return " ".join([deed.name, *map(str, more)])


@dataclass
class _Recording:
    module: ModuleType
    log: list[Deed]
    known: dict[str, Callable[..., Any]] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.module, name)
        if not isinstance(found, FunctionType) or name == "put_answer":
            return found
        if name not in self.known:
            self.known[name] = self._recorded(found)
        return self.known[name]

    def _recorded(self, function: Callable[..., Any]) -> Callable[..., Any]:
        names = tuple(inspect.signature(function).parameters)
        usual = {**dict.fromkeys(names), **_defaults(function)}

        def call(*args: Any, **kwargs: Any) -> Any:
            deed = Deed(function.__name__, {**usual, **dict(zip(names, args, strict=False)), **kwargs})
            self.log.append(deed)
            deed.result = function(*args, **kwargs)
            return deed.result

        return call


def _defaults(function: Callable[..., Any]) -> dict[str, Any]:
    given = inspect.signature(function).parameters.items()
    return {name: one.default for name, one in given if one.default is not inspect.Parameter.empty}


def record(monkeypatch: Any) -> list[ToldCourse]:
    """Everything that is told from now on, course by course."""
    told: list[ToldCourse] = []
    log: list[Deed] = []
    tell = Course.tell

    def noted(course: Course) -> bool:
        log.clear()
        world = course.world
        before, answered = world.rows.mark(), len(world.answers)
        ended = tell(course)
        rows = {name: known[before[name] :] for name, known in world.rows.tables.items()}
        told.append(ToldCourse(course, list(log), ended, rows, world.answers[answered:]))
        return ended

    deeds = _Recording(history_deeds, log)
    for module in (history_asking, history_course):
        monkeypatch.setattr(module, "deeds", deeds)
    monkeypatch.setattr(history_course, "answers", _Recording(history_answers, log))
    monkeypatch.setattr(Course, "tell", noted)
    return told


def fewest_that_show_all(told: list[ToldCourse]) -> list[ToldCourse]:
    """Short courses first, until every kind of deed has been seen."""
    chosen: list[ToldCourse] = []
    missing = set().union(*(one.kinds for one in told))
    while missing:
        best = max(told, key=lambda one: len(one.kinds & missing) / (20 + len(one.deeds)))
        chosen.append(best)
        missing -= best.kinds
    return chosen


@dataclass
class Replay:
    """The real consultation, with a registry that knows everybody. `ids`: told case → real one."""

    app: App
    clock: MovedClock
    rows: psycopg.Connection
    ids: dict[UUID, str] = field(default_factory=dict)
    _sweeps: list[datetime] = field(default_factory=list)
    _advice: dict[str, str] = field(default_factory=dict)

    async def prepare(self) -> None:
        async with self.app.app.state.database.duty("builder") as session:
            await load_lines(session)

    async def play(self, told: ToldCourse, sweeps: list[datetime]) -> None:
        self._sweeps = sorted(sweeps)
        for deed in told.deeds:
            await self._go_on_to(deed.at)
            answer = await getattr(self, f"_{deed.name}")(**deed.given, result=deed.result)
            for response in answer if isinstance(answer, list) else [answer]:
                assert response.status_code < 300, (deed.name, told.course.plan.way, response.text)

    async def _go_on_to(self, moment: datetime) -> None:
        """With a look of the watch over the clocks whenever it noted something."""
        while self._sweeps and self._sweeps[0] < moment:
            self.clock.set(self._sweeps.pop(0))
            async with self.app.app.state.database.duty("sweep") as session:
                await watch_clocks(session)
        self.clock.set(moment)

    # ---- asking -----------------------------------------------------------------------------------------------

    async def _create_case(
        self, request: Any, asker: Somebody, partner: UUID | None, result: PastCase, **_: Any
    ) -> httpx2.Response:
        codes = {name: value for name, value in request.codes.items() if value is not None}
        body = {**codes, **request.texts, "questions": list(request.questions), "partner": partner and str(partner)}
        made = await self._as(asker).post("/v1/cases", json=body)
        assert made.status_code == 201, made.text
        self.ids[result.id] = made.json()["id"]
        return made

    async def _save_draft(self, case: PastCase, who: Somebody, **_: Any) -> httpx2.Response:
        """A form that saves itself: something in it has changed, and will change back."""
        path, version = self._path(case), self._version(case)
        tried = case.key.open(case.row["tried_sealed"], "cases.tried") if case.row.get("tried_sealed") else ""
        changed = {"tried": tried + " Kesken." * (version % 2)}
        return await self._as(who).patch(path, json=changed, headers=_match(version))

    async def _submit(self, case: PastCase, asker: Somebody, **_: Any) -> httpx2.Response:
        return await self._act(case, asker, "submit", {"findings_confirmed": True})

    async def _record_consent(
        self, case: PastCase, who: Somebody, reference: str, given_on: Any, **more: Any
    ) -> httpx2.Response:
        body = {name: more[name] for name in ("given_by", "to_what", "written")}
        body |= {"client_reference": reference, "given_on": given_on.isoformat()}
        return await self._as(who).post(f"{self._path(case)}/consents", json=body)

    async def _return_case(self, case: PastCase, who: Somebody, text: str, due: Any, **_: Any) -> httpx2.Response:
        return await self._act(case, who, "return", {"text": text, "due": due.isoformat()})

    async def _complete(self, case: PastCase, who: Somebody, text: str, **_: Any) -> httpx2.Response:
        return await self._act(case, who, "complete", {"text": text})

    async def _accept(self, case: PastCase, who: Somebody, **_: Any) -> httpx2.Response:
        return await self._act(case, who, "accept", {})

    # ---- ways out ---------------------------------------------------------------------------------------------

    async def _advise_elsewhere(
        self, case: PastCase, who: Somebody, place: str, contact: str, text: str, handed_on: bool, **_: Any
    ) -> httpx2.Response | list[httpx2.Response]:
        self._advice = {"place": place, "contact": contact, "text": text}
        return [] if handed_on else await self._act(case, who, "advise-elsewhere", self._advice)

    async def _hand_on(
        self, case: PastCase, who: Somebody, request: Any, result: PastCase, **_: Any
    ) -> httpx2.Response:
        body = {**self._advice, "hand_on_line": request.codes["line"]}
        done = await self._act(case, who, "advise-elsewhere", body)
        found = self.rows.execute("select id from cases where handed_on_from = %s", [self.ids[case.id]]).fetchone()
        assert found is not None
        self.ids[result.id] = str(found[0])
        return done

    async def _redirect_urgent(self, case: PastCase, who: Somebody, text: str, **_: Any) -> httpx2.Response:
        return await self._act(case, who, "redirect-urgent", {"text": text})

    async def _decline(self, case: PastCase, who: Somebody, reason_code: str, text: str, **_: Any) -> httpx2.Response:
        return await self._act(case, who, "decline", {"reason_code": reason_code, "text": text})

    async def _withdraw(self, case: PastCase, who: Somebody, reason: str, **_: Any) -> httpx2.Response:
        return await self._act(case, who, "withdraw", {"reason": reason})

    async def _withdraw_consent(self, case: PastCase, who: Somebody, choice: str, **_: Any) -> httpx2.Response:
        return await self._act(case, who, "withdraw-consent", {"choice": choice})

    async def _merge(self, case: PastCase, who: Somebody, into: PastCase, reason: str, **_: Any) -> httpx2.Response:
        code = self._one("select code from cases where id = %s", self.ids[into.id])
        return await self._act(case, who, "merge", {"into": code, "reason": reason})

    async def _transfer(self, case: PastCase, who: Somebody, yta: str, reason: str, **_: Any) -> httpx2.Response:
        return await self._act(case, who, "transfer", {"yta": yta, "reason": reason})

    async def _reopen(self, case: PastCase, who: Somebody, reason: str, **_: Any) -> httpx2.Response:
        return await self._act(case, who, "reopen", {"reason": reason})

    async def _close(self, case: PastCase, who: Somebody, text: str, **_: Any) -> httpx2.Response:
        return await self._act(case, who, "close", {"text": text})

    # ---- the team ---------------------------------------------------------------------------------------------

    async def _invite(self, case: PastCase, who: Somebody, chosen: Any, reason: str, **_: Any) -> httpx2.Response:
        members = [{"expert": str(knower.expert), "role": role} for knower, role in chosen]
        body = {"members": members, "override_reason": reason, "exception_reason": EXCEPTION}
        return await self._as(who).post(f"{self._path(case)}/invitations", json=body)

    async def _accept_invitation(self, case: PastCase, seat: Seat, **_: Any) -> httpx2.Response:
        return await self._answer_seat(case, seat, seat.knower.who, "accept", {"no_conflict": True})

    async def _decline_invitation(self, case: PastCase, seat: Seat, code: str, text: str, **_: Any) -> httpx2.Response:
        return await self._answer_seat(case, seat, seat.knower.who, "decline", {"reason_code": code, "text": text})

    async def _recuse_invitation(self, case: PastCase, seat: Seat, code: str, text: str, **_: Any) -> httpx2.Response:
        return await self._answer_seat(case, seat, seat.knower.who, "recuse", {"reason_code": code, "reason": text})

    async def _remove_member(self, case: PastCase, seat: Seat, who: Somebody, reason: str, **_: Any) -> httpx2.Response:
        return await self._answer_seat(case, seat, who, "remove", {"reason": reason})

    async def _answer_seat(
        self, case: PastCase, seat: Seat, who: Somebody, act: str, body: dict[str, Any]
    ) -> httpx2.Response:
        query = "select id, version from invitations where case_id = %s and person_id = %s order by invited_at desc"
        found = self.rows.execute(query, [self.ids[case.id], seat.knower.who.id]).fetchone()
        assert found is not None
        url = f"/v1/invitations/{found[0]}/{act}"
        return await self._as(who).post(url, json=body, headers=_match(found[1]))

    async def _record_gap(
        self, case: PastCase, who: Somebody, discipline: str, theme: str, **_: Any
    ) -> httpx2.Response:
        body = {"discipline": discipline, "theme": theme}
        return await self._as(who).post(f"{self._path(case)}/competence-gaps", json=body)

    # ---- the work ---------------------------------------------------------------------------------------------

    async def _send_message(self, case: PastCase, who: Somebody, text: str, **_: Any) -> httpx2.Response:
        return await self._as(who).post(f"{self._path(case)}/messages", json={"text": text})

    async def _write_team_note(self, case: PastCase, who: Somebody, text: str, **_: Any) -> httpx2.Response:
        return await self._as(who).post(f"{self._path(case)}/team-notes", json={"text": text})

    async def _hold_meeting(
        self, case: PastCase, who: Somebody, texts: Any, absent: frozenset[UUID], held_at: datetime, **more: Any
    ) -> list[httpx2.Response]:
        times = {name: more[name].isoformat() for name in ("starts_at", "ends_at")}
        called = {**times, "place": texts["place"], "agenda": texts["agenda"]}
        planned = await self._as(who).post(f"{self._path(case)}/meetings", json=called)
        view = planned.json()
        there = [one["person"] for one in view["participants"] if UUID(one["person"]) not in absent]
        held = {"attended": there, "minutes_text": texts["minutes_text"], "decisions": texts["decisions"]}
        await self._go_on_to(held_at)
        url = f"/v1/meetings/{view['id']}/hold"
        return [planned, await self._as(who).post(url, json=held, headers=_match(view["version"]))]

    async def _record_minutes(
        self, case: PastCase, seat: Seat, minutes: int, purpose: str, **_: Any
    ) -> httpx2.Response:
        body = {"minutes": minutes, "for": purpose}
        return await self._as(seat.knower.who).post(f"{self._path(case)}/minutes", json=body)

    async def _set_goals(self, case: PastCase, who: Somebody, goals: Any, **_: Any) -> httpx2.Response:
        told = [
            {"title": title, "levels": dict(levels), "weight": weight, "baseline": baseline}
            for title, levels, weight, baseline in goals
        ]
        return await self._as(who).put(f"{self._path(case)}/goals", json={"goals": told}, headers=_match(0))

    # ---- the answer -------------------------------------------------------------------------------------------

    async def _start_answer(self, case: PastCase, who: Somebody, kind: str, **_: Any) -> httpx2.Response:
        return await self._as(who).post(f"{self._path(case)}/answer", json={"kind": kind})

    async def _save_block(self, answer: PastAnswer, who: Somebody, block: Any, text: str, **_: Any) -> httpx2.Response:
        query = "select coalesce(max(version), 0) from answer_blocks where block = %s and answer_id = %s"
        version = self._one(query, block.value, self._draft(answer))
        url = f"{self._path(answer.case)}/answer/blocks/{block.value}"
        return await self._as(who).put(url, json={"text": text}, headers=_match(version))

    async def _save_block_again(self, **given: Any) -> httpx2.Response:
        return await self._save_block(**given)

    async def _add_recommendation(self, answer: PastAnswer, who: Somebody, advice: Any, **_: Any) -> httpx2.Response:
        url = f"{self._path(answer.case)}/answer/recommendations"
        return await self._as(who).post(url, json=_said(advice))

    async def _ask_signatures(self, answer: PastAnswer, who: Somebody, due: datetime, **_: Any) -> httpx2.Response:
        url = f"{self._path(answer.case)}/answer/ask-signatures"
        headers = _match(self._answer_version(answer))
        return await self._as(who).post(url, json={"due": due.isoformat()}, headers=headers)

    async def _sign_answer(
        self, answer: PastAnswer, seat: Seat, opinion: str, text: str, recommendation: UUID | None, **_: Any
    ) -> httpx2.Response:
        place = answer.recommendations.index(recommendation) + 1 if recommendation else 0
        query = "select id::text from recommendations where position = %s and answer_id = %s"
        which = self._one(query, place, self._draft(answer)) if place else None
        body = {"opinion": opinion, "text": text, "recommendation": which}
        url, headers = f"{self._path(answer.case)}/answer/signature", _match(self._answer_version(answer))
        return await self._as(seat.knower.who).post(url, json=body, headers=headers)

    async def _publish_answer(self, answer: PastAnswer, who: Somebody, **_: Any) -> httpx2.Response:
        url, headers = f"{self._path(answer.case)}/publish", _match(self._version(answer.case))
        return await self._as(who).post(url, headers=headers)

    async def _correct_answer(self, published: PastAnswer, who: Somebody, reason: str, **_: Any) -> httpx2.Response:
        return await self._as(who).post(f"{self._path(published.case)}/answer/corrections", json={"reason": reason})

    async def _answer_directly(
        self, case: PastCase, who: Somebody, texts: Any, advice: Any, **_: Any
    ) -> httpx2.Response:
        background, text = texts.values()
        body = {"text": text, "background": background, "recommendations": [_said(one) for one in advice]}
        return await self._act(case, who, "answer-directly", body)

    # ---- what came of it --------------------------------------------------------------------------------------

    async def _reply(self, case: PastCase, who: Somebody, rows: Any, **more: Any) -> httpx2.Response:
        told = ("usefulness", "plan_changed", "without_advice", "text")
        said = [
            {"recommendation": one, "reply": promise.value, "why": why}
            for one, (_, promise, why) in zip(self._rows_of(case), rows, strict=True)
        ]
        return await self._act(case, who, "reply", {"rows": said, **{name: more[name] for name in told}})

    async def _follow_up(
        self, case: PastCase, who: Somebody, rows: Any, goals: Any, wanted_change: Any, text: str, **_: Any
    ) -> httpx2.Response:
        said = [
            {"recommendation": one, "result": result.value, "why": why}
            for one, (_, result, why) in zip(self._rows_of(case), rows, strict=True)
        ]
        query = "select id::text from goals where case_id = %s order by position"
        known = [one for (one,) in self.rows.execute(query, [self.ids[case.id]])]
        levels = [{"goal": one, "level": level} for one, (_, level) in zip(known, goals, strict=True)]
        body = {"rows": said, "goals": levels, "wanted_change": wanted_change.value, "text": text}
        return await self._act(case, who, "follow-up", body)

    def _rows_of(self, case: PastCase) -> list[str]:
        query = (
            "select r.id::text from recommendations r where r.answer_id = ("
            " select id from answers where case_id = %s and published_at is not null"
            " order by published_at desc limit 1) order by r.position"
        )
        return [one for (one,) in self.rows.execute(query, [self.ids[case.id]])]

    # ---- how it is asked --------------------------------------------------------------------------------------

    def _as(self, who: Somebody) -> httpx2.AsyncClient:
        return self.app.as_(caller_of(who))

    async def _act(self, case: PastCase, who: Somebody, act: str, body: dict[str, Any]) -> httpx2.Response:
        headers = _match(self._version(case))
        return await self._as(who).post(f"{self._path(case)}/{act}", json=body, headers=headers)

    def _path(self, case: PastCase) -> str:
        return f"/v1/cases/{self.ids[case.id]}"

    def _one(self, query: str, *given: Any) -> Any:
        found = self.rows.execute(query, given).fetchone()
        assert found is not None, query
        return found[0]

    def _version(self, case: PastCase) -> int:
        return int(self._one("select version from cases where id = %s", self.ids[case.id]))

    def _draft(self, answer: PastAnswer) -> str:
        query = "select id::text from answers where case_id = %s and published_at is null"
        return str(self._one(query, self.ids[answer.case.id]))

    def _answer_version(self, answer: PastAnswer) -> int:
        return int(self._one("select version from answers where id = %s", self._draft(answer)))


def caller_of(who: Somebody) -> Caller:
    memberships = tuple(
        Membership(role, str(who.organisation), who.unit, None, _yta_of(who, role)) for role in who.roles.split(",")
    )
    return Caller(kind="person", id=str(who.id), name=who.name, memberships=memberships, language=who.language)


def _yta_of(who: Somebody, role: str) -> str | None:
    if role != "coordinator":
        return None
    return next(yta for yta, people in coordinators().items() if any(one.id == who.id for one in people))


def _match(version: int) -> dict[str, str]:
    return {"If-Match": f'"{version}"'}


def _said(advice: Any) -> dict[str, Any]:
    said = {"what": advice.what, "who": advice.who, "by_when": advice.by_when}
    return said | ({"method": advice.method} if advice.method else {})
