from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.registry.days import today
from services.registry.history.schemas import HistoryPage
from services.registry.members import access_requests, memberships, operations, reviews, settings, sign_ins
from services.registry.members.filters import MembershipFilters
from services.registry.members.schemas import (
    AccessGrant,
    AccessRequestPage,
    AccessRequestView,
    Confirmed,
    Coordinators,
    DomainRulePage,
    DomainRuleView,
    Identity,
    Ids,
    LanguageChoice,
    MembershipPage,
    MembershipView,
    NewAccessRequest,
    NewDomainRule,
    NewMembership,
    People,
    PersonView,
    Recipients,
    Role,
    SettingsView,
    SettingsWanted,
    SignIn,
    State,
    SystemSignIn,
    WithReason,
)
from services.registry.organisations.schemas import Code
from services.registry.texts import Query as Words
from services.shared.paging import After, Limit
from services.shared.requests import IfMatch, Once, Reading, SignedIn, Writing, etag

router = APIRouter(tags=["members"])


@router.post("/sign-ins", operation_id="sign_in", summary="Who a login is here, and what they may do")
async def sign_in(body: SignIn, session: Writing) -> Identity:
    return await sign_ins.sign_in(session, body)


@router.post(
    "/system-sign-ins", operation_id="sign_in_system", summary="What a connected system may do, for itself or a person"
)
async def sign_in_system(body: SystemSignIn, session: Writing) -> Identity:
    return await sign_ins.sign_in_system(session, body)


@router.post("/people/lookup", operation_id="look_up_people", summary="Names and roles of these people")
async def look_up_people(body: Ids, session: Reading) -> People:
    return await operations.look_up_people(session, body.ids)


@router.get("/people/coordinators", operation_id="list_coordinators", summary="Who coordinates a collaborative area")
async def list_coordinators(
    session: Reading, yta: Annotated[Code | None, Query(examples=["ita"])] = None
) -> Coordinators:
    return await operations.list_coordinators(session, yta)


@router.put("/people/me/language", operation_id="choose_language", summary="The language you are spoken to in")
async def choose_language(body: LanguageChoice, session: Writing, caller: SignedIn) -> PersonView:
    return await operations.choose_language(session, caller, body.language)


@router.get("/people/me/settings", operation_id="read_settings", summary="Your language, and how mail reaches you")
async def read_settings(session: Reading, caller: SignedIn, response: Response) -> SettingsView:
    found = await settings.read_settings(session, caller)
    etag(response, found.version)
    return found


@router.put("/people/me/settings", operation_id="change_settings", summary="Choose your language and your mail")
async def change_settings(
    body: SettingsWanted, session: Writing, caller: SignedIn, expected: IfMatch, response: Response
) -> SettingsView:
    changed = await settings.change_settings(session, caller, body, expected=expected)
    etag(response, changed.version)
    return changed


@router.post(
    "/people/recipients", operation_id="read_recipients", summary="Addresses, languages and choices, without names"
)
async def read_recipients(body: Ids, session: Reading) -> Recipients:
    return await settings.read_recipients(session, body.ids)


@router.get("/people/{person_id}", operation_id="read_person", summary="A person's name and roles in force")
async def read_person(person_id: UUID, session: Reading, caller: SignedIn) -> PersonView:
    return await operations.read_person(session, caller, person_id)


@router.post("/access-requests", operation_id="request_access", summary="Ask for a role", status_code=201)
async def request_access(
    body: NewAccessRequest, session: Writing, caller: SignedIn, once: Once, response: Response
) -> AccessRequestView:
    asked = await once.run(
        lambda: access_requests.request_access(session, caller, body),
        lambda id: access_requests.read_access_request(session, caller, UUID(id)),
    )
    etag(response, asked.version)
    return asked


@router.get(
    "/access-requests",
    operation_id="list_access_requests",
    summary="Requests for access: your own, and those you decide; oldest first",
)
async def list_access_requests(
    session: Reading,
    caller: SignedIn,
    state: Literal["open", "granted", "refused"] | None = None,
    limit: Limit = 50,
    after: After = None,
) -> AccessRequestPage:
    return await access_requests.list_access_requests(session, caller, state=state, limit=limit, after=after)


@router.get("/access-requests/{request_id}", operation_id="read_access_request", summary="One request for access")
async def read_access_request(
    request_id: UUID, session: Reading, caller: SignedIn, response: Response
) -> AccessRequestView:
    found = await access_requests.read_access_request(session, caller, request_id)
    etag(response, found.version)
    return found


@router.post(
    "/access-requests/{request_id}/grant", operation_id="grant_access_request", summary="Grant what was asked for"
)
async def grant_access_request(
    request_id: UUID,
    body: AccessGrant,
    session: Writing,
    caller: SignedIn,
    expected: IfMatch,
    once: Once,
    response: Response,
) -> AccessRequestView:
    decided = await once.run(
        lambda: access_requests.grant_access_request(session, caller, request_id, body, expected=expected),
        lambda id: access_requests.read_access_request(session, caller, UUID(id)),
    )
    etag(response, decided.version)
    return decided


@router.post(
    "/access-requests/{request_id}/refuse", operation_id="refuse_access_request", summary="Refuse, and say why"
)
async def refuse_access_request(
    request_id: UUID,
    body: WithReason,
    session: Writing,
    caller: SignedIn,
    expected: IfMatch,
    once: Once,
    response: Response,
) -> AccessRequestView:
    decided = await once.run(
        lambda: access_requests.refuse_access_request(session, caller, request_id, body.reason, expected=expected),
        lambda id: access_requests.read_access_request(session, caller, UUID(id)),
    )
    etag(response, decided.version)
    return decided


@router.get(
    "/memberships",
    operation_id="list_memberships",
    summary="Roles: your own, and those you look after; newest first",
)
async def list_memberships(
    session: Reading,
    caller: SignedIn,
    role: Role | None = None,
    organisation: UUID | None = None,
    yta: Annotated[Code | None, Query(examples=["ita"])] = None,
    person: UUID | None = None,
    state: State | None = None,
    ending: Annotated[bool, Query(description="Only those that end within 30 days")] = False,
    review: Annotated[bool, Query(description="Only those to be confirmed within 30 days, or late")] = False,
    q: Annotated[Words | None, Query(description="Part of a person's or an organisation's name")] = None,
    limit: Limit = 50,
    after: After = None,
) -> MembershipPage:
    filters = MembershipFilters(
        role=role.value if role else None,
        organisation=organisation,
        yta=yta,
        person=person,
        state=state.value if state else None,
        ending_by=today(session) + memberships.ENDING_SOON if ending else None,
        review_by=today(session) + memberships.ENDING_SOON if review else None,
        q=q,
    )
    return await memberships.list_memberships(session, caller, filters, limit=limit, after=after)


@router.get("/memberships/{membership_id}", operation_id="read_membership", summary="One role somebody holds or held")
async def read_membership(
    membership_id: UUID, session: Reading, caller: SignedIn, response: Response
) -> MembershipView:
    found = await memberships.read_membership(session, caller, membership_id)
    etag(response, found.version)
    return found


@router.post("/memberships", operation_id="grant_membership", summary="Give somebody a role", status_code=201)
async def grant_membership(
    body: NewMembership, session: Writing, caller: SignedIn, once: Once, response: Response
) -> MembershipView:
    granted = await once.run(
        lambda: memberships.grant_membership(session, caller, body),
        lambda id: memberships.read_membership(session, caller, UUID(id)),
    )
    etag(response, granted.version)
    return granted


@router.post(
    "/memberships/confirm",
    operation_id="confirm_memberships",
    summary="Say of several memberships that they are still right: their yearly review",
)
async def confirm_memberships(body: Ids, session: Writing, caller: SignedIn) -> Confirmed:
    return await reviews.confirm_memberships(session, caller, body.ids)


@router.get(
    "/memberships/{membership_id}/history",
    operation_id="list_membership_history",
    summary="What was changed in a membership, by whom and why",
)
async def list_membership_history(
    membership_id: UUID, session: Reading, caller: SignedIn, limit: Limit = 50, after: After = None
) -> HistoryPage:
    return await memberships.list_membership_history(session, caller, membership_id, limit=limit, after=after)


@router.post(
    "/memberships/{membership_id}/revoke",
    operation_id="revoke_membership",
    summary="End a role now; it stops working within five minutes",
)
async def revoke_membership(
    membership_id: UUID,
    body: WithReason,
    session: Writing,
    caller: SignedIn,
    expected: IfMatch,
    once: Once,
    response: Response,
) -> MembershipView:
    revoked = await once.run(
        lambda: memberships.revoke_membership(session, caller, membership_id, body.reason, expected=expected),
        lambda id: memberships.read_membership(session, caller, UUID(id)),
    )
    etag(response, revoked.version)
    return revoked


@router.get("/domain-rules", operation_id="list_domain_rules", summary="Which logins become professionals at once")
async def list_domain_rules(session: Reading, limit: Limit = 50, after: After = None) -> DomainRulePage:
    return await operations.list_domain_rules(session, limit=limit, after=after)


@router.post(
    "/domain-rules",
    operation_id="create_domain_rule",
    summary="Let verified addresses of a domain in, from one issuer",
    status_code=201,
)
async def create_domain_rule(body: NewDomainRule, session: Writing, caller: SignedIn, once: Once) -> DomainRuleView:
    return await once.run(
        lambda: operations.create_domain_rule(session, caller, body),
        lambda id: operations.read_domain_rule(session, UUID(id)),
    )


@router.post(
    "/domain-rules/{rule_id}/end",
    operation_id="end_domain_rule",
    summary="Let nobody more in by a domain; those who are in stay",
)
async def end_domain_rule(
    rule_id: UUID, body: WithReason, session: Writing, caller: SignedIn, once: Once
) -> DomainRuleView:
    return await once.run(
        lambda: operations.end_domain_rule(session, caller, rule_id, body.reason),
        lambda id: operations.read_domain_rule(session, UUID(id)),
    )
