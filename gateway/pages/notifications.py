"""What somebody was told of, by day, and the menu's numbers."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from gateway.badges import ADDRESS, badges_on
from gateway.dates import HELSINKI
from gateway.notification_words import by_day, in_words
from gateway.pages.case_forms import text
from gateway.rendering import page
from services.shared.http import RemoteRefusal

router = APIRouter()
AT_ONCE = 40
PTAG = "HX-PTag"


@router.get("/notifications")
async def list_notifications(request: Request, after: str = "") -> Response:
    notifications = request.state.clients.consultation.notifications
    listed = await notifications.list_notifications(limit=AT_ONCE, after=after or None)
    items = [in_words(item, request.state.language) for item in listed["items"]]
    following = f"/notifications?{urlencode({'after': listed['next']})}" if listed["next"] else ""
    return page(
        request,
        "notifications/list.html",
        days=by_day(items, request.app.state.clock.now().astimezone(HELSINKI).date(), request.state.language),
        unseen=any(item.unseen for item in items),
        newest=listed["items"][0]["at"] if items else "",
        following=following,
        first=not after,
    )


@router.post("/notifications/seen")
async def mark_notifications_seen(request: Request) -> Response:
    form = await request.form()
    try:
        await request.state.clients.consultation.notifications.mark_notifications_seen(text(form, "until"))
    except RemoteRefusal as refusal:
        if refusal.status != 422:
            raise
    return RedirectResponse("/notifications", status_code=303)


@router.get(ADDRESS)
async def read_badges(request: Request) -> Response:
    """For the menu that asks again and again: nothing where nothing changed, and nothing where the login is over."""
    if request.state.me is None:
        return Response(status_code=204)
    badges = await badges_on(request)
    headers = {PTAG: badges.tag, "Cache-Control": "no-store"}
    if request.headers.get(PTAG) == badges.tag:
        return Response(status_code=304, headers=headers)
    answer = page(request, "notifications/badges.html", badges=badges)
    answer.headers.update(headers)
    return answer
