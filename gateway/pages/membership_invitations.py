"""Offering a membership by a link: whom, what, and the link itself, shown once."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from gateway import words
from gateway.clients.registry.invitations import MembershipInvitations
from gateway.pages.case_choices import named, with_none
from gateway.pages.case_forms import filled, key, text, version
from gateway.pages.case_names import names_of
from gateway.pages.memberships import organisations_to_choose, roles_to_grant
from gateway.problems import add_sentences, messages
from gateway.rendering import page
from services.shared.http import RemoteRefusal

router = APIRouter()
FIELDS = ("email", "name", "language", "role", "organisation", "yta", "valid_to", "reason", "delivery")

words.WORDS["invitation_state"] = {
    "open": "Waits to be accepted",
    "accepted": "Accepted",
    "expired": "Too old",
    "revoked": "Taken back",
}

add_sentences(
    {
        "already_invited": "This address has an open invitation to the same membership.",
        "mail_not_set": "No mail server is set: make a link, and hand it on yourself.",
    },
    fields={
        "not_an_address": "Write one e-mail address.",
        "mail_not_set": "No mail server is set: make a link, and hand it on yourself.",
    },
)


@router.get("/memberships/invitations")
async def list_membership_invitations(request: Request) -> Response:
    listed = await _of(request).list_membership_invitations(after=request.query_params.get("after"))
    names = await names_of(request)
    return page(request, "memberships/invitations.html", listed=listed, names=names, next=listed["next"])


@router.get("/memberships/invitations/new")
async def invite_member_form(request: Request) -> Response:
    return await _form_page(request, {"role": "professional", "language": request.state.language, "delivery": ""})


@router.post("/memberships/invitations")
async def invite_member(request: Request) -> Response:
    form = await request.form()
    given = filled(form, FIELDS)
    try:
        made = await _of(request).invite_member(given, key=key(form))
    except RemoteRefusal as refusal:
        if refusal.status not in (403, 409, 422):
            raise
        return await _form_page(request, given, messages(refusal, request.state.language), refusal.status)
    return await _made(request, made)


@router.post("/memberships/invitations/{invitation}/renew")
async def renew_membership_invitation(request: Request, invitation: str) -> Response:
    form = await request.form()
    delivery = "mail" if text(form, "delivery") == "mail" else "link"
    renewed = await _of(request).renew_membership_invitation(invitation, delivery, expected=version(form))
    return await _made(request, renewed)


@router.post("/memberships/invitations/{invitation}/revoke")
async def revoke_membership_invitation(request: Request, invitation: str) -> Response:
    await _of(request).revoke_membership_invitation(invitation, expected=version(await request.form()))
    return RedirectResponse("/memberships/invitations", status_code=303)


def _of(request: Request) -> MembershipInvitations:
    found: MembershipInvitations = request.state.clients.registry.invitations
    return found


async def _made(request: Request, made: dict[str, Any]) -> Response:
    """A letter is told in the list. A link is shown here and never again, so this answer is the page itself."""
    if made["delivery"] == "mail":
        return RedirectResponse("/memberships/invitations", status_code=303)
    public = request.app.state.settings.public_url.rstrip("/")
    link = f"{public}/join/{made['secret']}" if made["secret"] else ""
    answer = page(request, "memberships/link.html", made=made, link=link)
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def _form_page(
    request: Request, typed: dict[str, Any], errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    names = await names_of(request)
    possible = await _of(request).list_membership_invitations(limit=1)
    return page(
        request,
        "memberships/invite.html",
        status=status,
        typed={**dict.fromkeys(FIELDS, ""), "delivery": "mail" if possible["mail"] else "link", **_said(typed)},
        errors=errors or {},
        mail=possible["mail"],
        roles=roles_to_grant(request),
        organisations=await organisations_to_choose(request),
        ytas=with_none(request, named(request, names, "ytas")),
    )


def _said(typed: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in typed.items() if value}
