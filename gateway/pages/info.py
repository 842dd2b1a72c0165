from fastapi import APIRouter, Request, Response

from gateway.feedback import AIDS
from gateway.pages.case_forms import Typed
from gateway.rendering import page

router = APIRouter()


@router.get("/accessibility")
async def accessibility(request: Request) -> Response:
    return page(request, "info/accessibility.html", typed=Typed(), aids=AIDS, used=[])


@router.get("/privacy")
async def privacy(request: Request) -> Response:
    return page(request, "info/privacy.html")
