"""The published answer: read with what was said of it, taken along as a document."""

from typing import Any

from fastapi import APIRouter, Request, Response

from gateway.clients import Clients
from gateway.pages.case_names import names_of
from gateway.pages.case_refusals import home_of, see
from gateway.rendering import page

router = APIRouter()


@router.get("/cases/{code}/answer")
async def read_answer(request: Request, code: str) -> Response:
    clients: Clients = request.state.clients
    case = await clients.consultation.cases.read_case(code)
    answer = await clients.consultation.answers.read_answer(code)
    if answer["state"] != "published":
        return see(f"/cases/{code}/answer/edit")
    order = {row["id"]: row["order"] for row in answer["recommendations"]}
    titles = {member["person"]: member["title"] for member in case["team"]}
    signatures = [
        {**one, "title": titles.get(one["person"]), "recommendation_order": order.get(one["recommendation"])}
        for one in answer["signatures"]
    ]
    return page(
        request,
        "answers/read.html",
        case=case,
        answer=answer,
        signatures=signatures,
        replies=await _replies(clients, case),
        names=await names_of(request),
        home=home_of(request),
    )


@router.get("/cases/{code}/answer.pdf")
async def read_answer_pdf(request: Request, code: str) -> Response:
    language = request.state.language
    document = await request.state.clients.consultation.answers.read_answer_pdf(
        code, lang=language if language in ("fi", "sv") else None
    )
    headers = {"Content-Disposition": f'attachment; filename="{code}.pdf"', "Cache-Control": "no-store"}
    return Response(document, media_type="application/pdf", headers=headers)


async def _replies(clients: Clients, case: dict[str, Any]) -> dict[str, Any]:
    """What the asker said to each recommendation, once they have."""
    if not case["replied_at"]:
        return {}
    reply = await clients.consultation.follow_ups.read_reply(case["code"])
    return {row["recommendation"]: row for row in reply["rows"]}
