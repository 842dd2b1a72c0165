"""What people do in a case of the past, deed by deed, each as the operation of the same name would leave it.

Asking and the ways out are here; those of a team stand in two files of their own and are named here too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from demo.story.history_case import PastCase, Somebody, World
from demo.story.history_outcomes import (
    PastGoal,
    follow_up,
    hold_meeting,
    propose_meeting,
    record_minutes,
    reply,
    send_message,
    set_goals,
    write_team_note,
)
from demo.story.history_teams import (
    ON_TEAM,
    accept_invitation,
    as_list,
    decline_invitation,
    invite,
    lapse,
    record_gap,
    recuse_invitation,
    remove_member,
)
from services.consultation.cases.rules import DRAFT_LAST, ConsentGiven, team_may_read
from services.consultation.cases.triage import HANDED_ON
from services.consultation.workflow import State
from services.shared.encryption import SealingKey

__all__ = [
    "PastGoal",
    "Request",
    "accept",
    "accept_invitation",
    "advise_elsewhere",
    "close",
    "complete",
    "create_case",
    "decline",
    "decline_invitation",
    "follow_up",
    "hand_on",
    "hold_meeting",
    "invite",
    "merge",
    "propose_meeting",
    "record_consent",
    "record_gap",
    "record_minutes",
    "recuse_invitation",
    "redirect_urgent",
    "remove_member",
    "reopen",
    "reply",
    "return_case",
    "save_draft",
    "send_message",
    "set_goals",
    "submission_facts",
    "submit",
    "transfer",
    "withdraw",
    "withdraw_consent",
    "write_team_note",
]


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
    row = {name: old.get(name) for name in HANDED_ON} | {
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
