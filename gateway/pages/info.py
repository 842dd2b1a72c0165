from fastapi import APIRouter, Request, Response

from gateway.rendering import page

router = APIRouter()


@router.get("/accessibility")
async def accessibility(request: Request) -> Response:
    return page(request, "info/accessibility.html")


@router.get("/privacy")
async def privacy(request: Request) -> Response:
    return page(request, "info/privacy.html")
