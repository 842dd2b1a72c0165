"""What a person chooses for themselves: language, and how mail tells that something waits."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from gateway.language import known_language
from gateway.login import remember_language, renew_names
from gateway.pages.case_forms import text, version
from gateway.problems import messages
from gateway.rendering import page
from gateway.words import WORDS
from services.shared.http import RemoteRefusal

router = APIRouter()
MAIL_CHOICES = {
    "each": "Each time something happens",
    "digest": "Once a day, on weekday mornings",
    "none": "Never: I look in the service myself",
}
WORDS["mail_choice"] = MAIL_CHOICES


@router.get("/me/settings")
async def read_settings(request: Request, saved: str = "") -> Response:
    settings = await request.state.clients.registry.members.read_settings()
    return _page(request, settings, saved=bool(saved))


@router.post("/me/settings")
async def change_settings(request: Request) -> Response:
    form = await request.form()
    language = known_language(text(form, "language")) or request.state.language
    wanted = {"language": language, "mail": text(form, "mail")}
    members = request.state.clients.registry.members
    try:
        await members.change_settings(wanted, expected=version(form))
    except RemoteRefusal as refusal:
        if refusal.status not in (412, 422):
            raise
        settings = {**await members.read_settings(), **wanted}
        return _page(request, settings, errors=messages(refusal, request.state.language), status=refusal.status)
    answer = RedirectResponse("/me/settings?saved=1", status_code=303)
    await remember_language(request, answer, language)
    await renew_names(request)
    return answer


def _page(
    request: Request,
    settings: dict[str, Any],
    *,
    saved: bool = False,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    return page(
        request,
        "me/settings.html",
        status=status,
        settings=settings,
        choices=list(MAIL_CHOICES),
        saved=saved,
        errors=errors or {},
    )
