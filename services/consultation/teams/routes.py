"""Teams: proposal, invitations, answers to them, gaps."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from services.consultation.registry_part import AskRegistry
from services.consultation.teams import answering, inviting, operations, proposing
from services.consultation.teams.schemas import (
    Acceptance,
    Declining,
    Gaps,
    InvitationView,
    NewGap,
    Recusal,
    Removal,
    Team,
    TeamInvitation,
    TeamProposalView,
)
from services.shared.database import WriteSession
from services.shared.requests import IfMatch, Once, Writing, etag

router = APIRouter(tags=["teams"])

CaseId = Annotated[str, Path(max_length=40, description="The case's id or code", examples=["OT-I-7K42M"])]


@router.get(
    "/cases/{case_id}/team-proposal", operation_id="propose_team", summary="The best team, with reasons for each"
)
async def propose_team(case_id: CaseId, session: Writing, registry: AskRegistry) -> TeamProposalView:
    return await proposing.propose_team(session, registry, case_id)


@router.get("/cases/{case_id}/team", operation_id="list_team", summary="The team, as far as the caller may see it")
async def list_team(case_id: CaseId, session: Writing) -> Team:
    return await operations.list_team(session, case_id)


@router.post("/cases/{case_id}/invitations", operation_id="invite_team", status_code=201, summary="Invite people")
async def invite_team(
    case_id: CaseId, body: TeamInvitation, session: Writing, registry: AskRegistry, once: Once
) -> Team:
    async def act() -> Team:
        return await operations.list_team(session, await inviting.invite_team(session, registry, case_id, body))

    async def again(case: str) -> Team:
        return await operations.list_team(session, case)

    return await once.run(act, again)


@router.get("/cases/{case_id}/competence-gaps", operation_id="list_gaps", summary="What nobody could be found for")
async def list_gaps(case_id: CaseId, session: Writing) -> Gaps:
    return await inviting.list_gaps(session, case_id)


@router.post(
    "/cases/{case_id}/competence-gaps", operation_id="record_gap", status_code=201, summary="Tell of an unmet need"
)
async def record_gap(case_id: CaseId, body: NewGap, session: Writing, registry: AskRegistry, once: Once) -> Gaps:
    async def act() -> Gaps:
        return await inviting.list_gaps(session, await inviting.record_gap(session, registry, case_id, body))

    async def again(case: str) -> Gaps:
        return await inviting.list_gaps(session, case)

    return await once.run(act, again)


@router.get("/invitations/{invitation_id}", operation_id="read_invitation", summary="What an invited person may see")
async def read_invitation(invitation_id: UUID, session: Writing, response: Response) -> InvitationView:
    return _tagged(response, await answering.read_invitation(session, invitation_id))


@router.post("/invitations/{invitation_id}/accept", operation_id="accept_invitation", summary="Join the team")
async def accept_invitation(
    invitation_id: UUID, body: Acceptance, session: Writing, expected: IfMatch, once: Once, response: Response
) -> InvitationView:
    async def act() -> InvitationView:
        return await answering.accept_invitation(session, invitation_id, expected, body)

    return _tagged(response, await once.run(act, _again(session)))


@router.post("/invitations/{invitation_id}/decline", operation_id="decline_invitation", summary="Not this time")
async def decline_invitation(
    invitation_id: UUID, body: Declining, session: Writing, expected: IfMatch, once: Once, response: Response
) -> InvitationView:
    async def act() -> InvitationView:
        return await answering.decline_invitation(session, invitation_id, expected, body)

    return _tagged(response, await once.run(act, _again(session)))


@router.post(
    "/invitations/{invitation_id}/recuse", operation_id="recuse_invitation", summary="Leave for a conflict of interest"
)
async def recuse_invitation(
    invitation_id: UUID, body: Recusal, session: Writing, expected: IfMatch, once: Once, response: Response
) -> InvitationView:
    async def act() -> InvitationView:
        return await answering.recuse_invitation(session, invitation_id, expected, body)

    return _tagged(response, await once.run(act, _again(session)))


@router.post("/invitations/{invitation_id}/remove", operation_id="remove_member", summary="Take back a seat")
async def remove_member(invitation_id: UUID, body: Removal, session: Writing, expected: IfMatch, once: Once) -> Team:
    async def act() -> Team:
        return await operations.list_team(
            session, await answering.remove_member(session, invitation_id, expected, body)
        )

    async def again(case: str) -> Team:
        return await operations.list_team(session, case)

    return await once.run(act, again)


def _again(session: WriteSession) -> Callable[[str], Awaitable[InvitationView]]:
    async def read(invitation: str) -> InvitationView:
        return await answering.read_invitation(session, UUID(invitation))

    return read


def _tagged(response: Response, view: InvitationView) -> InvitationView:
    etag(response, view.version)
    return view
