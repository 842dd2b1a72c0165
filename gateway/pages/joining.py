"""The other end of an invitation's link: what it offers, and taking it.

The secret leaves the address at once for a cookie, so that no link, log or page that is opened next ever sees it.
"""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from gateway.clients import Clients
from gateway.pages.case_names import names_of
from gateway.problems import add_sentences, sentence_of
from gateway.rendering import page
from services.shared.http import RemoteRefusal

router = APIRouter()
COOKIE = "ot-invitation"
KEPT_SECONDS = 3600

add_sentences(
    {
        "invitation_used": "Somebody has used this invitation already.",
        "invitation_revoked": "This invitation has been taken back.",
        "invitation_expired": "This invitation is too old.",
    }
)


@router.get("/join/{secret}")
async def follow_invitation_link(request: Request, secret: str) -> Response:
    answer = RedirectResponse("/join", status_code=303)
    secure = bool(request.app.state.settings.secure)
    kept = secret if secret.isascii() and len(secret) <= 200 else ""
    answer.set_cookie(COOKIE, kept, max_age=KEPT_SECONDS, path="/join", secure=secure, httponly=True, samesite="lax")
    return answer


@router.get("/join")
async def look_at_membership_invitation(request: Request) -> Response:
    """Open to those who have not logged in: it tells what they log in for."""
    return await _offer_page(request)


@router.post("/join")
async def accept_membership_invitation(request: Request) -> Response:
    clients: Clients = request.state.clients
    try:
        await clients.registry.invitations.accept_membership_invitation(request.cookies.get(COOKIE, ""))
    except RemoteRefusal as refusal:
        if refusal.status not in (403, 404, 409, 422):
            raise
        errors = {"": sentence_of(refusal.code, request.state.language)}
        return await _offer_page(request, errors, refusal.status)
    # what the session may do is asked anew at once: the membership should work on the next page
    identity = await request.app.state.own_clients().registry.members.read_person(request.state.me.person)
    await request.app.state.sessions.renewed(request.state.login, identity)
    return RedirectResponse("/join", status_code=303)


async def _offer_page(request: Request, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    secret = request.cookies.get(COOKIE, "")
    signed_in = request.state.me is not None
    clients: Clients = request.state.clients if signed_in else request.app.state.own_clients()
    offer = None
    if secret:
        try:
            offer = await clients.registry.invitations.look_at_membership_invitation(secret)
        except RemoteRefusal as refusal:
            if refusal.status not in (404, 422):
                raise
    return page(
        request,
        "memberships/join.html",
        status=status if offer else 404,
        offer=offer,
        errors=errors or {},
        names=await names_of(request),
    )
