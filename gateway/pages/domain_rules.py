"""Whose logins become professionals at once: the administrator's list of issuers, tenants and domains."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from gateway.clients.registry.members import Members
from gateway.pages.case_forms import filled, key, text
from gateway.pages.memberships import organisations_to_choose
from gateway.problems import add_sentences, messages
from gateway.rendering import page
from services.shared.http import RemoteRefusal

router = APIRouter()
FIELDS = ("issuer", "tenant", "domain", "organisation", "reason")

add_sentences(
    {
        "rule_exists": "There is a rule for this domain and issuer already.",
        "rule_ended": "This rule has ended already.",
        "public_mail_domain": "Anybody may have an address there.",
    },
    fields={
        "public_mail_domain": "Anybody may have an address there: it says nothing about an employer.",
    },
)


@router.get("/memberships/rules")
async def list_domain_rules(request: Request) -> Response:
    return await _rules_page(request, {"issuer": request.app.state.settings.oidc_issuer})


@router.post("/memberships/rules")
async def create_domain_rule(request: Request) -> Response:
    form = await request.form()
    given = filled(form, FIELDS)
    try:
        await _members(request).create_domain_rule(given, key=key(form))
    except RemoteRefusal as refusal:
        if refusal.status not in (409, 422):
            raise
        return await _rules_page(request, given, messages(refusal, request.state.language), status=refusal.status)
    return RedirectResponse("/memberships/rules", status_code=303)


@router.post("/memberships/rules/{rule}/end")
async def end_domain_rule(request: Request, rule: str) -> Response:
    form = await request.form()
    reason = text(form, "end_reason")
    try:
        await _members(request).end_domain_rule(rule, {"reason": reason}, key=key(form))
    except RemoteRefusal as refusal:
        if refusal.status not in (409, 422):
            raise
        found = messages(refusal, request.state.language)
        errors = {"end_reason" if name == "reason" else name: said for name, said in found.items()}
        return await _rules_page(request, {"end_reason": reason}, errors, status=refusal.status, opened=rule)
    return RedirectResponse("/memberships/rules", status_code=303)


def _members(request: Request) -> Members:
    found: Members = request.state.clients.registry.members
    return found


async def _rules_page(
    request: Request,
    typed: dict[str, Any],
    errors: dict[str, str] | None = None,
    *,
    status: int = 200,
    opened: str = "",
) -> Response:
    listed = await _members(request).list_domain_rules(after=request.query_params.get("after"))
    return page(
        request,
        "memberships/rules.html",
        status=status,
        rules=listed["items"],
        next=listed["next"],
        typed={**dict.fromkeys((*FIELDS, "end_reason"), ""), **typed},
        errors=errors or {},
        opened=opened,
        organisations=await organisations_to_choose(request),
    )
