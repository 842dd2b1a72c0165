"""What people do in a case of the past, deed by deed, each as the operation of the same name would leave it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from demo.story.history_case import Knower, PastCase, Seat, Somebody, World
from services.consultation.cases.rules import DRAFT_LAST, ConsentGiven, team_may_read
from services.consultation.follow_ups.rules import (
    Attainment,
    Change,
    Promise,
    Result,
    WithoutAdvice,
    counts,
    gas_change,
    gas_score,
)
from services.consultation.meetings.rules import length_in_minutes
from services.consultation.teams.rules import answer_due
from services.consultation.workflow import State
from services.shared.encryption import SealingKey

ON_TEAM = ("member", "chair", "secretary")
_NOBODY_INVITED: dict[str, Any] = {
    "themes": [],
    "age_groups": [],
    "client_languages": [],
    "language": None,
    "form": None,
    "questions_sealed": None,
}


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks: the codes as in the case's row, and the texts."""

    codes: Mapping[str, Any]
    texts: Mapping[str, str]
    questions: Sequence[str]


# ---- asking ---------------------------------------------------------------------------------------------------------


def create_case(
    world: World, key: SealingKey, request: Request, asker: Somebody, at: datetime, code: str, partner: UUID | None
) -> PastCase:
    row: dict[str, Any] = {
        "id": key.record,
        "code": code,
        "state": State.DRAFT.value,
        "state_before": None,
        "version": 1,
        "yta": None,
        **request.codes,
        "asker": asker.id,
        "asker_name": asker.name,
        "asker_organisation": asker.organisation,
        "asker_organisation_name": asker.unit,
        "partner": partner,
        "coordinator": None,
        "team_may_read": False,
        "choice_due": None,
        "created_at": at,
        "changed_by": asker.id,
        "changed_by_name": asker.name,
        "changed_at": at,
        "changed_act": "create",
        "is_open": False,
        "next_due": DRAFT_LAST,
    }
    case = PastCase(world, key, row)
    case.put_texts(request.texts)
    row["questions_sealed"] = case.seal(as_list(request.questions), "cases.questions")
    case.give_access(asker.id, "asker", at)
    if partner is not None:
        case.give_access(partner, "partner", at)
    case.log_access("create", asker, at, "case", "asker of the case")
    return case


def as_list(questions: Sequence[str]) -> str:
    return json.dumps(list(questions), ensure_ascii=False)


def save_draft(case: PastCase, who: Somebody, at: datetime) -> None:
    case.sign("save_draft", who, at)
    case.log_access("save_draft", who, at, "case", "asker of the case")


def submit(case: PastCase, asker: Somebody, at: datetime, yta: str, coordinator: Somebody) -> None:
    case.owned_by(yta, coordinator)
    case.row["asker_organisation_type"] = asker.organisation_type
    case.row["team_may_read"] = team_may_read(case.row["identification"], case.consents)
    case.move("submit", asker, at, event=submission_facts(case))


def submission_facts(case: PastCase) -> dict[str, Any]:
    row = case.row
    return {
        "form": row["form"],
        "identification": row["identification"],
        "organisation_type": row.get("asker_organisation_type"),
        "handed_on_from": row.get("handed_on_from"),
    }


def record_consent(
    case: PastCase,
    who: Somebody,
    at: datetime,
    *,
    reference: str,
    fingerprint: bytes,
    given_by: str,
    to_what: Sequence[str],
    given_on: date,
    written: bool,
) -> None:
    case.consents.append(ConsentGiven(frozenset(to_what), written))
    case.consent_rows.append(
        {
            "id": case.next_id(at),
            "case_id": case.id,
            "given_by": given_by,
            "to_what": sorted(to_what),
            "given_on": given_on,
            "written": written,
            "client_reference_sealed": case.seal(reference, "consents.client_reference"),
            "client_reference_hmac": fingerprint,
            "recorded_by": who.id,
            "recorded_by_name": who.name,
            "recorded_at": at,
        }
    )
    drafted = case.state is State.DRAFT
    case.row["team_may_read"] = not drafted and team_may_read(case.row["identification"], case.consents)
    facts = {"given_by": given_by, "to_what": list(to_what), "written": written}
    case.move("record_consent", who, at, event=facts, log=facts)


def return_case(case: PastCase, who: Somebody, at: datetime, text: str, due: date) -> None:
    case.put_texts({"missing_text": text})
    case.row["missing_due"] = due
    case.move("return", who, at, event={"due": due.isoformat()}, log={"due": due.isoformat()})


def complete(case: PastCase, who: Somebody, at: datetime, text: str) -> None:
    sealed = case.seal(text, "case_additions.text")
    case.additions.append((case.next_id(at), case.id, at, who.id, who.name, sealed))
    case.row["missing_due"] = case.row["missing_text_sealed"] = None
    case.move("complete", who, at)


def accept(case: PastCase, who: Somebody, at: datetime) -> None:
    case.coordinated_by(who)
    case.move("accept", who, at, as_="coordinator", event={"changed": []}, log={"changed": []})


# ---- ways out -------------------------------------------------------------------------------------------------------


def advise_elsewhere(
    case: PastCase, who: Somebody, at: datetime, place: str, contact: str, text: str, *, handed_on: bool = False
) -> None:
    case.put_texts({"exit_place": place, "exit_contact": contact, "exit_text": text})
    case.row["exit_act"] = "advise_elsewhere"
    case.move("advise_elsewhere", who, at, event={"handed_on": handed_on}, log={"handed_on": handed_on})
    lapse(case, at)


def hand_on(case: PastCase, key: SealingKey, request: Request, who: Somebody, at: datetime, code: str) -> PastCase:
    """The new case on another line, as if the asker had sent it there."""
    old = case.row
    row = {name: old.get(name) for name in _COPIED} | {
        "id": key.record,
        "code": code,
        "line": request.codes["line"],
        "state": State.DRAFT.value,
        "version": 1,
        "team_may_read": False,
        "handed_on_from": case.id,
        "choice_due": None,
        "created_at": at,
        "changed_at": at,
        "changed_act": "hand_on",
        "is_open": False,
        "next_due": DRAFT_LAST,
    }
    fresh = PastCase(case.world, key, row)
    fresh.put_texts(request.texts)
    row["questions_sealed"] = fresh.seal(as_list(request.questions), "cases.questions")
    for person, relation in case.access:
        if relation in ("asker", "partner"):
            fresh.give_access(person, relation, at)
    row["team_may_read"] = team_may_read(case.row["identification"], fresh.consents)
    fresh.move(
        "submit",
        who,
        at,
        as_="coordinator",
        event=submission_facts(fresh),
        log={"handed_on_from": old["code"]},
    )
    case.log("handed_on", who, at, {"code": code})
    return fresh


_COPIED = (
    "yta",
    "area",
    "themes",
    "age_groups",
    "client_languages",
    "language",
    "urgency",
    "form",
    "identification",
    "handing_on",
    "professional_role",
    "asker",
    "asker_name",
    "asker_organisation",
    "asker_organisation_name",
    "asker_organisation_type",
    "partner",
    "coordinator",
    "coordinator_name",
    "changed_by",
    "changed_by_name",
)


def redirect_urgent(case: PastCase, who: Somebody, at: datetime, text: str) -> None:
    case.put_texts({"exit_text": text})
    case.row["exit_act"] = "redirect_urgent"
    case.move("redirect_urgent", who, at)


def decline(case: PastCase, who: Somebody, at: datetime, reason_code: str, text: str) -> None:
    case.put_texts({"exit_text": text})
    case.row["exit_act"], case.row["exit_reason_code"] = "decline", reason_code
    case.move("decline", who, at, event={"reason_code": reason_code}, log={"reason_code": reason_code})


def withdraw(case: PastCase, who: Somebody, at: datetime, reason: str) -> None:
    case.put_texts({"exit_text": reason})
    case.row["exit_act"], case.row["choice_due"] = "withdraw", None
    case.take_access(ON_TEAM)
    case.move("withdraw", who, at)
    lapse(case, at)


def withdraw_consent(case: PastCase, who: Somebody, at: datetime, choice: str) -> None:
    """`anonymised`: it goes on without what was told in confidence; `withdraw`: it ends."""
    row = case.row
    row["team_may_read"] = False
    for consent in case.consent_rows:
        consent["withdrawn_at"] = at
    case.consents.clear()
    lapse(case, at)
    if choice == "anonymised":
        case.consent_rows.clear()
        case.additions.clear()
        case.put_texts(dict.fromkeys(("situation", "tried", "involved", "participants")))
        row |= {"identification": "anonymous", "choice_due": None, "team_may_read": True, "told_anew_at": at}
    case.move("withdraw_consent", who, at, event={"choice": choice}, log={"choice": choice})
    if choice == "withdraw":
        _end_without_consent(case, who, at)


def _end_without_consent(case: PastCase, who: Somebody, at: datetime) -> None:
    row, reason = case.row, {"reason_code": "consent_withdrawn"}
    name = "close" if case.state in (State.ANSWERED, State.IN_FOLLOW_UP) else "withdraw"
    row |= {"choice_due": None, "exit_act": name, "exit_reason_code": "consent_withdrawn"}
    case.take_access(ON_TEAM)
    more = {"no_reply": False} if name == "close" else {}
    case.move(name, who, at, event={**reason, **more}, log=reason)


def merge(case: PastCase, who: Somebody, at: datetime, into: PastCase, reason: str) -> None:
    case.put_texts({"exit_text": reason})
    case.row["exit_act"], case.row["merged_into"] = "merge", into.id
    case.move("merge", who, at, event={"into": str(into.id)}, log={"into": into.row["code"]})
    into.log("merged_here", who, at, {"code": case.row["code"]})


def transfer(case: PastCase, who: Somebody, at: datetime, yta: str, coordinator: Somebody, reason: str) -> None:
    row, line = case.row, case.row["line"]
    moved = {"from_yta": row["yta"], "from_line": line, "to_yta": yta, "to_line": line}
    case.take_access(ON_TEAM)
    case.put_texts({"exit_text": reason, "missing_text": None})
    row["exit_act"], row["missing_due"] = "transfer", None
    case.move("transfer", who, at, event=moved, log=moved)
    lapse(case, at, everybody=True)
    case.owned_by(yta, coordinator)


def reopen(case: PastCase, who: Somebody, at: datetime, reason: str) -> None:
    case.put_texts({"exit_text": reason})
    case.row["exit_act"], case.row["exit_reason_code"] = "reopen", None
    by = "asker" if case.relation_of(who) in ("asker", "partner") else "coordinator"
    case.move("reopen", who, at, event={"by": by}, log={"by": by})
    if case.row["team_may_read"] and any(relation in ON_TEAM for _, relation in case.access):
        case.move("team_ready", who, at)


def close(case: PastCase, who: Somebody, at: datetime, text: str) -> None:
    awaited = {State.ANSWERED: "reply", State.IN_FOLLOW_UP: "follow_up"}[case.state]
    case.put_texts({"exit_text": text})
    case.row["exit_act"] = "close"
    case.move("close", who, at, event={"no_reply": True, "awaited": awaited})


def lapse(case: PastCase, at: datetime, *, everybody: bool = False) -> None:
    """What the trigger does to seats nobody can take any more."""
    gone = ("invited", "accepted") if everybody else ("invited",)
    for seat in case.seats:
        if seat.row["state"] in gone:
            seat.row |= {"state": "lapsed", "left_at": at, "version": seat.row["version"] + 1, **_NOBODY_INVITED}


# ---- the team -------------------------------------------------------------------------------------------------------


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
                "agreement_ok": knower.agreed_from is not None and knower.agreed_from <= at.date(),
                "disciplines": [slug for slug in needed if slug in knower.disciplines],
                "proposed": False,
                "reasons": "[]",
                "override_reason_sealed": case.seal(reason, "invitations.override_reason"),
                **{name: row[name] for name in _NOBODY_INVITED if name != "questions_sealed"},
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
        )
    case.seats += seats
    log = {"invited": len(seats), "overridden": [str(seat.knower.expert) for seat in seats]}
    case.note("invite_team", who, at, "team", team_only=True, log=log)
    return seats


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
    seat.row |= {"state": "accepted", "answered_at": at, "no_conflict_declared_at": at, "version": 2, **_NOBODY_INVITED}
    case.give_access(who.id, seat.row["role"], at, seat.knower.employer)
    case.note("accept_invitation", who, at, "team", **_facts(seat))
    if case.state is State.ACCEPTED:
        case.move("team_ready", who, at)


def decline_invitation(case: PastCase, seat: Seat, at: datetime, code: str, text: str) -> None:
    seat.row |= {"state": "declined", "answered_at": at, "version": 2, "reason_code": code, **_NOBODY_INVITED}
    seat.row["reason_sealed"] = case.seal(text, "invitations.reason")
    _tell_from_outside(case, seat, at, "decline_invitation", "invitation.declined", code)


def recuse_invitation(case: PastCase, seat: Seat, at: datetime, code: str, text: str) -> None:
    member = seat.row["state"] == "accepted"
    version = seat.row["version"] + 1
    seat.row |= {"state": "recused", "left_at": at, "version": version, "reason_code": code, **_NOBODY_INVITED}
    seat.row["reason_sealed"] = case.seal(text, "invitations.reason")
    if member:
        _tell_leaving(case, seat, seat.knower.who, at, "recuse_invitation", reason_code=code)
        case.take_access(ON_TEAM, seat.knower.who.id)
    else:
        _tell_from_outside(case, seat, at, "recuse_invitation", "invitation.recused", code)


def remove_member(case: PastCase, seat: Seat, who: Somebody, at: datetime, reason: str) -> None:
    seat.row |= {"state": "removed", "left_at": at, "version": seat.row["version"] + 1, **_NOBODY_INVITED}
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


# ---- working together -----------------------------------------------------------------------------------------------


def send_message(case: PastCase, who: Somebody, at: datetime, text: str) -> None:
    relation = case.relation_of(who)
    case.note("send_message", who, at, "thread", event="message.sent", relation=relation)
    sealed = case.seal(text, "messages.text")
    case.world.rows.add("messages", (case.next_id(at), case.id, at, who.id, who.name, relation, sealed))


def write_team_note(case: PastCase, who: Somebody, at: datetime, text: str) -> None:
    case.note("write_team_note", who, at, "team notes", team_only=True)
    sealed = case.seal(text, "team_notes.text")
    case.world.rows.add("team_notes", (case.next_id(at), case.id, at, who.id, who.name, case.relation_of(who), sealed))


def hold_meeting(
    case: PastCase,
    who: Somebody,
    proposed_at: datetime,
    starts_at: datetime,
    ends_at: datetime,
    held_at: datetime,
    texts: Mapping[str, str],
    absent: frozenset[UUID],
) -> None:
    """Proposed and held: asker, coordinator and the members as they are now."""
    people = _people_of(case)
    propose_meeting(case, who, proposed_at, starts_at)
    meeting, attended = case.next_id(proposed_at), [one for one in people if one not in absent]
    minutes = length_in_minutes(starts_at, ends_at)
    log = {"meeting": str(meeting), "attended": len(attended)}
    facts: dict[str, Any] = {**log, "minutes": minutes, "invited": len(people)}
    case.note("hold_meeting", who, held_at, "meeting", event="meeting.held", log=log, **facts)
    sealed = {f"{name}_sealed": case.seal(text, f"meetings.{name}") for name, text in texts.items()}
    row = {
        "id": meeting,
        "case_id": case.id,
        "version": 2,
        "state": "held",
        "starts_at": starts_at,
        "ends_at": ends_at,
        "proposed_by": who.id,
        "proposed_by_name": who.name,
        "proposed_at": proposed_at,
        "held_by": who.id,
        "held_at": held_at,
    }
    case.world.rows.take("meetings", row | sealed)
    for person, (name, relation) in people.items():
        taken = (meeting, person, case.id, name, relation, person not in absent)
        case.world.rows.add("meeting_participants", taken)


def propose_meeting(case: PastCase, who: Somebody, at: datetime, starts_at: datetime) -> None:
    case.note("propose_meeting", who, at, "meeting", log={"starts_at": starts_at.isoformat()})


def _people_of(case: PastCase) -> dict[UUID, tuple[str, str]]:
    row = case.row
    people = {row["asker"]: (row["asker_name"], "asker")}
    if row["coordinator"]:
        people.setdefault(row["coordinator"], (row["coordinator_name"] or "", "coordinator"))
    return people | {seat.knower.who.id: (seat.row["name"], seat.row["role"]) for seat in case.members()}


def record_minutes(case: PastCase, seat: Seat, at: datetime, minutes: int, purpose: str) -> None:
    who, profession = seat.knower.who, seat.row["profession"]
    case.note(
        "record_minutes",
        who,
        at,
        "minutes of work",
        team_only=True,
        event="minutes.recorded",
        log={"minutes": minutes, "for": purpose},
        minutes=minutes,
        purpose=purpose,
        profession=profession,
        employer_yta=seat.row["yta"],
    )
    row = (case.next_id(at), case.id, who.id, who.name, profession, minutes, purpose, at)
    case.world.rows.add("work_minutes", row)


@dataclass(frozen=True, slots=True)
class PastGoal:
    id: UUID
    weight: int
    baseline: int


def set_goals(
    case: PastCase, who: Somebody, at: datetime, goals: Sequence[tuple[str, Mapping[str, str], int, int]]
) -> list[PastGoal]:
    """Each: title, the five levels in words, weight, baseline."""
    case.world.rows.add("goal_sets", (case.id, 1, who.id, who.name, at))
    made = []
    for place, (title, levels, weight, baseline) in enumerate(goals, start=1):
        goal = PastGoal(case.next_id(at), weight, baseline)
        title_sealed = case.seal(title, "goals.title")
        levels_sealed = case.seal(json.dumps(dict(levels), ensure_ascii=False), "goals.levels")
        case.world.rows.add("goals", (goal.id, case.id, 1, place, title_sealed, levels_sealed, weight, baseline))
        made.append(goal)
    case.note("set_goals", who, at, "goals", event="case.goals_set", count=len(goals))
    return made


# ---- what came of it ------------------------------------------------------------------------------------------------


def reply(
    case: PastCase,
    who: Somebody,
    at: datetime,
    answer: UUID,
    rows: Sequence[tuple[UUID, Promise, str]],
    *,
    usefulness: int,
    plan_changed: Change,
    without_advice: WithoutAdvice,
    text: str,
    to: State,
) -> None:
    made = case.next_id(at)
    sealed = case.seal(text, "replies.text")
    told = (usefulness, plan_changed.value, without_advice.value, sealed)
    case.world.rows.add("replies", (made, case.id, answer, who.id, who.name, at, *told))
    for recommendation, promise, why in rows:
        why_sealed = case.seal(why, "reply_rows.why")
        case.world.rows.add("reply_rows", (made, recommendation, promise.value, why_sealed))
    facts = {
        "rows": counts(Promise, [promise for _, promise, _ in rows]),
        "usefulness": usefulness,
        "plan_changed": plan_changed.value,
        "without_advice": without_advice.value,
    }
    case.move("reply", who, at, to=to, event=facts)


def follow_up(
    case: PastCase,
    who: Somebody,
    at: datetime,
    answer: UUID,
    rows: Sequence[tuple[UUID, Result, str]],
    goals: Sequence[tuple[PastGoal, int]],
    wanted_change: Change,
    text: str,
) -> None:
    before = [Attainment(goal.weight, goal.baseline) for goal, _ in goals]
    after = [Attainment(goal.weight, level) for goal, level in goals]
    made, sealed = case.next_id(at), case.seal(text, "follow_ups.text")
    scores = (_rounded(gas_score(before)), _rounded(gas_score(after)))
    case.world.rows.add(
        "follow_ups", (made, case.id, answer, who.id, who.name, at, wanted_change.value, sealed, *scores)
    )
    for recommendation, result, why in rows:
        why_sealed = case.seal(why, "follow_up_rows.why")
        case.world.rows.add("follow_up_rows", (made, recommendation, result.value, why_sealed))
    for goal, level in goals:
        case.world.rows.add("goal_results", (made, goal.id, level))
    facts = {
        "rows": counts(Result, [result for _, result, _ in rows]),
        "wanted_change": wanted_change.value,
        "goals": len(goals),
        "gas_change": gas_change(before, after),
    }
    case.move("follow_up", who, at, event=facts)


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 2)
