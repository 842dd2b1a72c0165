"""Teams of the past: invited, come and gone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from demo.story.history_case import Knower, PastCase, Seat, Somebody
from demo.story.organisations import EXCEPTION
from services.consultation.teams.rules import answer_due
from services.consultation.workflow import State
from services.registry.agreements.rules import Agreed, Standing
from services.shared.clock import HELSINKI

ON_TEAM = ("member", "chair", "secretary")
NOBODY_INVITED: dict[str, Any] = {
    "themes": [],
    "age_groups": [],
    "client_languages": [],
    "language": None,
    "form": None,
    "questions_sealed": None,
}


def as_list(questions: Sequence[str]) -> str:
    return json.dumps(list(questions), ensure_ascii=False)


def lapse(case: PastCase, at: datetime, *, everybody: bool = False) -> None:
    """What the trigger does to seats nobody can take any more."""
    gone = ("invited", "accepted") if everybody else ("invited",)
    for seat in case.seats:
        if seat.row["state"] in gone:
            seat.row |= {"state": "lapsed", "left_at": at, "version": seat.row["version"] + 1, **NOBODY_INVITED}


def invite(
    case: PastCase,
    who: Somebody,
    at: datetime,
    chosen: Sequence[tuple[Knower, str]],
    needed: Sequence[str],
    reason: str,
    questions: Sequence[str],
) -> list[Seat]:
    """By the coordinator's own choice, with a reason; the proposal's rows are told of by nobody."""
    row, seats = case.row, []
    for knower, role in chosen:
        standing = _standing(knower, row["themes"], at)
        seat = Seat(
            knower,
            {
                "id": case.next_id(at),
                "case_id": case.id,
                "case_code": row["code"],
                "version": 1,
                "state": "invited",
                "role": role,
                "expert": knower.expert,
                "person_id": knower.who.id,
                "name": knower.who.name,
                "title": knower.title,
                "profession": knower.profession,
                "employer": knower.employer,
                "employer_name": knower.employer_name,
                "area": knower.area,
                "yta": knower.yta,
                "cross_area": knower.yta != row["yta"],
                "agreement_ok": standing.why_not is None,
                "agreement": standing.under[0].id if standing.under else None,
                "agreement_why": standing.why_not,
                "exception_reason_sealed": case.seal(EXCEPTION, "invitations.exception_reason")
                if standing.why_not
                else None,
                "disciplines": [slug for slug in needed if slug in knower.disciplines],
                "proposed": False,
                "reasons": "[]",
                "override_reason_sealed": case.seal(reason, "invitations.override_reason"),
                **{name: row[name] for name in NOBODY_INVITED if name != "questions_sealed"},
                "questions_sealed": case.seal(as_list(questions), "invitations.questions"),
                "invited_by": who.id,
                "invited_by_name": who.name,
                "invited_at": at,
                "answer_due": answer_due(row["urgency"], at),
            },
        )
        seats.append(seat)
        case.watch(at)
        case.tell(
            "invitation.sent",
            at,
            invitation=str(seat.row["id"]),
            profession=knower.profession,
            disciplines=seat.row["disciplines"],
            expert_area=knower.area,
            expert_yta=knower.yta,
            cross_area=seat.row["cross_area"],
            proposed=False,
            agreement_ok=seat.row["agreement_ok"],
            agreement=str(seat.row["agreement"]) if seat.row["agreement"] else None,
            agreement_why=standing.why_not,
        )
    case.seats += seats
    log: dict[str, Any] = {"invited": len(seats), "overridden": [str(seat.knower.expert) for seat in seats]}
    if excepted := [str(seat.knower.expert) for seat in seats if not seat.row["agreement_ok"]]:
        log["excepted"] = excepted
    case.note("invite_team", who, at, "team", team_only=True, log=log)
    return seats


def _standing(knower: Knower, about: Sequence[str], at: datetime) -> Standing:
    """As the registry would say on the day."""
    employer = knower.employer
    serving = frozenset({employer} if employer and knower.serves else ())
    known = {employer: knower.agreements} if employer else {}
    day = at.astimezone(HELSINKI).date()
    return Agreed(serving, known, day).of(employer, brought=knower.themes & {*about}, about=about)


def _facts(seat: Seat) -> dict[str, Any]:
    return {
        "invitation": str(seat.row["id"]),
        "profession": seat.row["profession"],
        "disciplines": seat.row["disciplines"],
        "expert_yta": seat.row["yta"],
        "cross_area": seat.row["cross_area"],
        "invited_at": seat.row["invited_at"].isoformat(),
    }


def accept_invitation(case: PastCase, seat: Seat, at: datetime) -> None:
    who = seat.knower.who
    case.look(who, at - timedelta(seconds=90), "invitation", as_="invited", role="expert")
    seat.row |= {"state": "accepted", "answered_at": at, "no_conflict_declared_at": at, "version": 2, **NOBODY_INVITED}
    case.give_access(who.id, seat.row["role"], at, seat.knower.employer)
    case.note("accept_invitation", who, at, "team", **_facts(seat))
    if case.state is State.ACCEPTED:
        case.move("team_ready", who, at)


def decline_invitation(case: PastCase, seat: Seat, at: datetime, code: str, text: str) -> None:
    seat.row |= {"state": "declined", "answered_at": at, "version": 2, "reason_code": code, **NOBODY_INVITED}
    seat.row["reason_sealed"] = case.seal(text, "invitations.reason")
    _tell_from_outside(case, seat, at, "decline_invitation", "invitation.declined", code)


def recuse_invitation(case: PastCase, seat: Seat, at: datetime, code: str, text: str) -> None:
    member = seat.row["state"] == "accepted"
    version = seat.row["version"] + 1
    seat.row |= {"state": "recused", "left_at": at, "version": version, "reason_code": code, **NOBODY_INVITED}
    seat.row["reason_sealed"] = case.seal(text, "invitations.reason")
    if member:
        _tell_leaving(case, seat, seat.knower.who, at, "recuse_invitation", reason_code=code)
        case.take_access(ON_TEAM, seat.knower.who.id)
    else:
        _tell_from_outside(case, seat, at, "recuse_invitation", "invitation.recused", code)


def remove_member(case: PastCase, seat: Seat, who: Somebody, at: datetime, reason: str) -> None:
    seat.row |= {"state": "removed", "left_at": at, "version": seat.row["version"] + 1, **NOBODY_INVITED}
    seat.row["reason_sealed"] = case.seal(reason, "invitations.reason")
    _tell_leaving(case, seat, who, at, "remove_member")
    case.take_access(ON_TEAM, seat.knower.who.id)


def _tell_leaving(case: PastCase, seat: Seat, who: Somebody, at: datetime, act: str, **codes: str) -> None:
    log = {"invitation": str(seat.row["id"]), "role": seat.row["role"], **codes}
    case.note(act, who, at, "team", team_only=True, log=log, **_facts(seat), **codes)


def _tell_from_outside(case: PastCase, seat: Seat, at: datetime, act: str, event: str, code: str) -> None:
    who = seat.knower.who
    case.watch(at)
    case.tell_from_outside(event, at, **_facts(seat), reason_code=code)
    case.log_access(act, who, at, "invitation", "invited to the team", role="expert")
    log = {"invitation": str(seat.row["id"]), "role": seat.row["role"], "reason_code": code}
    case.log(act, who, at, log, team_only=True)


def record_gap(case: PastCase, who: Somebody, at: datetime, discipline: str, theme: str) -> None:
    row, language = case.row, case.row["language"] or "fi"
    case.note("record_gap", who, at, "team", team_only=True, log={"discipline": discipline})
    gap = (case.next_id(at), case.id, theme, discipline, language, row["area"] or "", "reported", who.id, at)
    case.world.rows.add("competence_gaps", gap)
    case.tell("competence.gap", at, theme=theme, discipline=discipline, language=language, reason="reported")
