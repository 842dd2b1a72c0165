"""Inviting people to a team, the coordinator's own choice included, and what nobody could be found for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from services.consultation.cases.acts import check, note, record, tell
from services.consultation.cases.operations import open_case, take_case
from services.consultation.cases.store import OpenCase, find_case, open_row, questions_of
from services.consultation.errors import (
    ActBlocked,
    AlreadyInTeam,
    ChairRequired,
    ExceptionReasonRequired,
    ExpertHasConflict,
    ExpertUnknown,
    OverrideReasonRequired,
)
from services.consultation.matching.rules import covers, has_conflict
from services.consultation.notifications.operations import notify
from services.consultation.registry_answers import ExpertFound
from services.consultation.registry_client import Registry
from services.consultation.teams import store
from services.consultation.teams.agreements import within_limits
from services.consultation.teams.proposing import Market, ask_for, survey
from services.consultation.teams.rules import Seat, answer_due, chairs
from services.consultation.teams.schemas import Gaps, GapView, InvitedMember, NewGap, TeamInvitation
from services.consultation.teams.tables import CompetenceGap, Invitation, TeamProposal
from services.shared.database import WriteSession, new_id
from services.shared.errors import FieldProblem, Invalid


@dataclass(frozen=True)
class Choice:
    """What the coordinator chose beside what was last proposed to them."""

    wanted: Sequence[InvitedMember]
    proposal: TeamProposal | None
    reason: str | None
    exception: str | None
    """Why somebody whose employer no agreement covers is invited all the same."""

    def proposed(self, expert: str) -> bool:
        return self.proposal is not None and expert in self.proposal.result["members"]

    def reasons_of(self, expert: str) -> list[dict[str, Any]]:
        return list(self.proposal.result["reasons"][expert]) if self.proposal and self.proposed(expert) else []


async def invite_team(session: WriteSession, registry: Registry, case_id: UUID | str, body: TeamInvitation) -> UUID:
    """Returns the case's id. A proposal is overridden, and an agreement done without, only with a reason of its own;
    a known conflict never.

    The registry is asked before the case is locked: nobody waits for a neighbour that is slow.
    """
    seen = await open_row(session, await find_case(session, case_id))
    check(seen, "invite_team")
    market = await survey(session, registry, seen)
    market = await _with_chosen_by_hand(session, registry, market, body.members)
    case = await take_case(session, seen.id)
    check(case, "invite_team")
    if not case.row.team_may_read:
        raise ActBlocked(reason="consent_missing", act="invite_team")
    proposal = await store.last_proposal(session, case.id)
    choice = Choice(body.members, proposal, body.override_reason or None, body.exception_reason or None)
    await _check_choice(session, case, market, choice)
    await _invite(session, case, market, choice)
    await _record_missing(session, case, market, choice)
    await note(session, case, "invite_team", part="team", team_only=True, log=_log(choice, market))
    return case.id


async def _with_chosen_by_hand(
    session: WriteSession, registry: Registry, market: Market, members: Sequence[InvitedMember]
) -> Market:
    """Somebody whom neither theme nor discipline brings up can be chosen too: then everybody is asked for."""
    chosen = {str(one.expert) for one in members}
    if chosen <= set(market.experts):
        return market
    everybody = await ask_for(registry, market.need, disciplines=(), themes=(), act=session.caller.person)
    by_hand = {one.expert: one for one in await within_limits(session, [o for o in everybody if o.expert in chosen])}
    return replace(market, experts={**by_hand, **market.experts})


async def _check_choice(session: WriteSession, case: OpenCase, market: Market, choice: Choice) -> None:
    seated = await store.live_seats_of(session, case.id)
    in_team = {str(seat.person_id) for seat in seated}
    people = [_found(market, place, one) for place, one in enumerate(choice.wanted)]
    if any(person.person in in_team for person in people) or len({one.person for one in people}) < len(people):
        raise AlreadyInTeam()
    if chairs([*(seat.role for seat in seated), *(one.role for one in choice.wanted)]) != 1:
        raise ChairRequired(fields=[FieldProblem(path="members", code="chair_required")])
    for person in people:
        if has_conflict(person, market.need):
            raise ExpertHasConflict(expert=person.expert)
    by_hand = [one.expert for one in people if not choice.proposed(one.expert)]
    if by_hand and choice.reason is None:
        missing = FieldProblem(path="override_reason", code="override_reason_required")
        raise OverrideReasonRequired(fields=[missing], experts=by_hand)
    uncovered = [one.expert for one in people if not one.agreement_ok]
    if uncovered and choice.exception is None:
        missing = FieldProblem(path="exception_reason", code="exception_reason_required")
        raise ExceptionReasonRequired(fields=[missing], experts=uncovered)


def _found(market: Market, place: int, member: InvitedMember) -> ExpertFound:
    found = market.experts.get(str(member.expert))
    if found is None:
        raise ExpertUnknown(fields=[FieldProblem(path=f"members.{place}.expert", code="expert_unknown")])
    return found


async def _invite(session: WriteSession, case: OpenCase, market: Market, choice: Choice) -> None:
    rows = [
        _invitation(session, case, market, choice, member=one, expert=_found(market, place, one))
        for place, one in enumerate(choice.wanted)
    ]
    await store.add_invitations(session, rows)
    for row in rows:
        await record(
            session,
            case.row,
            "invitation.sent",
            invitation=row.id,
            profession=row.profession,
            disciplines=row.disciplines,
            expert_area=row.area,
            expert_yta=row.yta,
            cross_area=row.cross_area,
            proposed=row.proposed,
            agreement_ok=row.agreement_ok,
            agreement=row.agreement,
            agreement_why=row.agreement_why,
        )
    await notify(session, case.id, "invitation.sent", people={row.person_id: row.id for row in rows})


def _invitation(
    session: WriteSession,
    case: OpenCase,
    market: Market,
    choice: Choice,
    *,
    member: InvitedMember,
    expert: ExpertFound,
) -> Invitation:
    row, now, proposed = case.row, session.clock.now(), choice.proposed(expert.expert)
    needed = (*market.wish.required, *market.wish.useful)
    brought = covers(expert, needed, market.disciplines)
    return Invitation(
        id=new_id(),
        case_id=row.id,
        case_code=row.code,
        version=1,
        state=Seat.INVITED,
        role=member.role,
        **_of_expert(expert),
        cross_area=expert.yta != row.yta,
        disciplines=[slug for slug in needed if slug in brought],
        proposed=proposed,
        reasons=choice.reasons_of(expert.expert),
        override_reason_sealed=None if proposed else store.seal_reason(case.key, choice.reason, "override_reason"),
        exception_reason_sealed=None
        if expert.agreement_ok
        else store.seal_reason(case.key, choice.exception, "exception_reason"),
        themes=row.themes,
        age_groups=row.age_groups,
        language=row.language,
        client_languages=row.client_languages,
        form=row.form,
        questions_sealed=store.seal_questions(case.key, questions_of(case)),
        invited_by=UUID(session.caller.person),
        invited_by_name=session.caller.name,
        invited_at=now,
        answer_due=answer_due(row.urgency, now),
    )


def _of_expert(expert: ExpertFound) -> dict[str, Any]:
    """What is kept of the expert as it was when invited."""
    return {
        "expert": UUID(expert.expert),
        "person_id": UUID(expert.person),
        "employer": UUID(expert.employer) if expert.employer else None,
        **expert.model_dump(include=_AS_FOUND),
    }


_AS_FOUND = {"name", "title", "profession", "employer_name", "area", "yta"} | {
    "agreement_ok",
    "agreement",
    "agreement_why",
}


def _log(choice: Choice, market: Market) -> dict[str, object]:
    invited = [str(one.expert) for one in choice.wanted]
    by_hand = [expert for expert in invited if not choice.proposed(expert)]
    excepted = [expert for expert in invited if not market.experts[expert].agreement_ok]
    return {"invited": len(invited), "overridden": by_hand} | ({"excepted": excepted} if excepted else {})


async def _record_missing(session: WriteSession, case: OpenCase, market: Market, choice: Choice) -> None:
    """What the proposal could not find and the invited don't bring either is a gap of the country, not of the case."""
    if choice.proposal is None:
        return
    brought = {slug for seat in await store.live_seats_of(session, case.id) for slug in seat.disciplines}
    for gap in choice.proposal.result["missing"]:
        if gap["code"] != "team_full" and gap["discipline"] not in brought:
            await _add_gap(session, case, market.theme_needing(gap["discipline"]), gap["discipline"], gap["code"])


async def record_gap(session: WriteSession, registry: Registry, case_id: UUID | str, body: NewGap) -> UUID:
    """Returns the case's id. The same gap of a case is told only once."""
    disciplines = await registry.concepts("disciplines")
    case = await take_case(session, case_id)
    theme = body.theme or next(iter(case.row.themes), "")
    if body.discipline not in disciplines:
        raise Invalid(fields=[FieldProblem(path="discipline", code="unknown")])
    if theme not in case.row.themes:
        raise Invalid(fields=[FieldProblem(path="theme", code="unknown")])
    await note(session, case, "record_gap", part="team", team_only=True, log={"discipline": body.discipline})
    await _add_gap(session, case, theme, body.discipline, "reported")
    return case.id


async def _add_gap(session: WriteSession, case: OpenCase, theme: str, discipline: str, code: str) -> None:
    row = case.row
    gap = CompetenceGap(
        id=new_id(),
        case_id=row.id,
        theme=theme,
        discipline=discipline,
        language=row.language or "fi",
        area=row.area or "",
        code=code,
        recorded_by=UUID(session.caller.person),
        recorded_at=session.clock.now(),
    )
    if await store.add_gap(session, gap):
        await tell(
            session, row, "competence.gap", theme=theme, discipline=discipline, language=gap.language, reason=code
        )


async def list_gaps(session: WriteSession, case_id: UUID | str) -> Gaps:
    """For who asks there are none: row-level security leaves them out."""
    case = await open_case(session, case_id, part="competence gaps")
    rows = await store.gaps_of(session, case.id)
    return Gaps(id=case.id, items=[GapView.model_validate(row, from_attributes=True) for row in rows])
