"""An invitation as the invited expert sees it, and their answer: joining, not this time, or a conflict of interest."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from gateway.badges import badges_on
from gateway.pages import case_choices, team_words
from gateway.pages.case_forms import Typed, filled, key, text, typed, version
from gateway.pages.case_names import names_of
from gateway.pages.case_prompts import told
from gateway.pages.case_refusals import see
from gateway.problems import add_sentences
from gateway.rendering import page
from gateway.swaps import Swap, asks_part, moved
from services.shared.errors import Refusal

router = APIRouter()
DECLINES = ("workload", "away", "not_my_competence", "other")
SOON = 0.75  # the last quarter
CONFLICTS = ("knows_the_family", "has_decided_in_the_matter", "employer_is_party", "other")

add_sentences(
    {
        "no_conflict_required": "Declare that you know of no conflict of interest, or report one.",
        "invitation_answered": "The invitation has been answered already.",
    },
    fields={"no_conflict_required": "Declare that you know of no conflict of interest, or report one."},
)


@router.get("/invitations/{invitation}")
async def read_invitation(request: Request, invitation: str) -> Response:
    return await _invitation_page(request, invitation, Typed())


@router.post("/invitations/{invitation}/accept")
async def accept_invitation(request: Request, invitation: str) -> Response:
    form = await request.form()
    body = {"no_conflict": text(form, "no_conflict") == "yes"}
    try:
        seat = await _teams(request).accept_invitation(invitation, body, expected=version(form), key=key(form))
    except Refusal as refusal:
        return await _not_taken(request, invitation, form, refusal, field="no_conflict")
    return moved(request, f"/cases/{seat['case_code']}", "accept_invitation")


@router.post("/invitations/{invitation}/decline")
async def decline_invitation(request: Request, invitation: str) -> Response:
    form = await request.form()
    body = filled(form, ("reason_code", "text"))
    try:
        await _teams(request).decline_invitation(invitation, body, expected=version(form), key=key(form))
    except Refusal as refusal:
        return await _not_taken(request, invitation, form, refusal, opened="decline", field="reason_code")
    return await _answered(request, invitation, "decline_invitation")


@router.post("/invitations/{invitation}/recuse")
async def recuse_invitation(request: Request, invitation: str) -> Response:
    form = await request.form()
    body = {"reason_code": text(form, "conflict") or "other", **filled(form, ("reason",))}
    try:
        await _teams(request).recuse_invitation(invitation, body, expected=version(form), key=key(form))
    except Refusal as refusal:
        return await _not_taken(request, invitation, form, refusal, opened="recuse", field="conflict")
    return await _answered(request, invitation, "recuse_invitation")


def _teams(request: Request) -> Any:
    return request.state.clients.consultation.teams


async def _answered(request: Request, invitation: str, said: str) -> Response:
    if not asks_part(request):
        return see(f"/invitations/{invitation}")
    request.state.badges = await badges_on(request)
    return await _invitation_page(request, invitation, Typed(), said=said)


async def _not_taken(
    request: Request, invitation: str, form: FormData, refusal: Refusal, *, field: str, opened: str = ""
) -> Response:
    """The page again: with the error at its field, or with what the invitation has become meanwhile."""
    if refusal.status not in (409, 412, 422):
        raise refusal
    found = told(refusal, request.state.language)
    errors = {field if name in ("", field) else name: said for name, said in found.items()}
    return await _invitation_page(request, invitation, typed(form), errors=errors, opened=opened, status=refusal.status)


async def _invitation_page(
    request: Request,
    invitation: str,
    shown: Typed,
    *,
    errors: dict[str, str] | None = None,
    opened: str = "",
    status: int = 200,
    said: str = "",
) -> Response:
    seat = await _teams(request).read_invitation(invitation)
    names = await names_of(request)
    return page(
        request,
        "teams/invitation.html",
        block=Swap("work", ("head",), said),
        status=status,
        invitation=seat,
        names=names,
        reasons=team_words.reasons(request, names, seat),
        clock=_clock(seat, request.app.state.clock.now()),
        opened=opened,
        v=shown,
        errors=errors or {},
        decline_reasons=case_choices.codes(request, "invitation_decline", DECLINES),
        recusal_reasons=case_choices.codes(request, "recusal", CONFLICTS),
    )


def _clock(seat: dict[str, Any], now: datetime) -> dict[str, Any]:
    """How long there is to answer, as a clock of a case would say it."""
    asked, due = (datetime.fromisoformat(seat[name]) for name in ("invited_at", "answer_due"))
    left = (due - now).total_seconds()
    share = 1 - left / max((due - asked).total_seconds(), 1)
    state = "late" if left <= 0 else "soon" if share > SOON else "ok"
    return {"name": "", "due": seat["answer_due"], "state": state, "left_seconds": left, "share": share}
