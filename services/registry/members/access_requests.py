from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.exc import IntegrityError

from services.registry.access import About, grounds_for
from services.registry.areas.operations import known_area
from services.registry.changes import expect_version, may
from services.registry.days import today
from services.registry.errors import AlreadyAsked, OwnMatter, RequestDecided, UnknownOrganisation
from services.registry.members import store
from services.registry.members.memberships import grant_as, seeing
from services.registry.members.schemas import AccessGrant, AccessRequestPage, AccessRequestView, NewAccessRequest
from services.registry.members.tables import AccessRequest, Membership
from services.registry.organisations.operations import known_organisation
from services.registry.organisations.tables import Organisation
from services.shared.access_log import log_access
from services.shared.database import ReadSession, WriteSession, new_id
from services.shared.errors import FieldProblem, NotFound
from services.shared.identity import Caller
from services.shared.journal import record_event


async def request_access(session: WriteSession, caller: Caller, new: NewAccessRequest) -> AccessRequestView:
    """Raises AlreadyAsked, UnknownOrganisation, UnknownArea."""
    if not (new.organisation or new.organisation_name):
        raise UnknownOrganisation(fields=[FieldProblem(path="organisation", code="missing")])
    organisation = (
        await known_organisation(session, new.organisation, field="organisation") if new.organisation else None
    )
    request = AccessRequest(
        id=new_id(),
        person_id=UUID(caller.person),
        role=new.role,
        organisation_id=new.organisation,
        organisation_name=new.organisation_name,
        ytas=await _who_decide(session, new, organisation),
        reason=new.reason,
        asked_at=session.clock.now(),
    )
    await _add(session, request)
    await _tell(session, "access.requested", request)
    await log_access(session, act="request_access", subject=request.id, part=new.role, ground="own request")
    return _view(await store.get_access_request(session, request.id), caller)


async def _add(session: WriteSession, request: AccessRequest) -> None:
    try:
        async with session.begin_nested():
            session.add(request)
    except IntegrityError as taken:
        open_one = await store.open_request_of(session, request.person_id)
        raise AlreadyAsked(request=str(open_one)) from taken


async def _who_decide(session: ReadSession, new: NewAccessRequest, organisation: Organisation | None) -> list[str]:
    """The area of the organisation; where it serves many, the area that the person names."""
    where = organisation.area if organisation and organisation.area else new.area
    if where:
        yta = await known_area(session, where, field="area")
        return [yta] if yta else []
    return list(organisation.ytas) if organisation and len(organisation.ytas) == 1 else []


async def list_access_requests(
    session: ReadSession, caller: Caller, *, state: str | None, limit: int, after: str | None
) -> AccessRequestPage:
    rows, following = await store.page_of_access_requests(
        session, seeing(caller, everything=caller.has("admin")), state=state, limit=limit, after=after
    )
    return AccessRequestPage(items=[_view(row, caller) for row in rows], next=following)


async def read_access_request(session: ReadSession, caller: Caller, request: UUID) -> AccessRequestView:
    """Raises NotFound, also where it isn't the caller's to see."""
    row = await store.get_access_request(session, request)
    if not grounds_for("read_access_request", caller, _about(row)):
        raise NotFound()
    return _view(row, caller)


async def grant_access_request(
    session: WriteSession, caller: Caller, request: UUID, decision: AccessGrant, *, expected: int
) -> AccessRequestView:
    """Raises NotFound, OwnMatter, RequestDecided, StaleVersion, UnknownOrganisation, AlreadyMember, Forbidden."""
    row = await _to_decide(session, caller, request, expected=expected)
    asked: AccessRequest = row["AccessRequest"]
    chosen = decision.organisation or asked.organisation_id
    if chosen is None:
        raise UnknownOrganisation(fields=[FieldProblem(path="organisation", code="missing")])
    organisation = await known_organisation(session, chosen, field="organisation")
    role = decision.role.value if decision.role else asked.role
    wanted = Membership(
        id=new_id(),
        person_id=asked.person_id,
        role=role,
        organisation_id=chosen,
        yta=organisation.centre_of if role == "coordinator" else None,
        valid_from=today(session),
        valid_to=decision.valid_to,
        granted_by=UUID(caller.person),
        reason=decision.reason,
    )
    asked.membership_id = (await grant_as(session, caller, wanted, organisation)).id
    return await _decide(session, caller, row, "granted", decision.reason)


async def refuse_access_request(
    session: WriteSession, caller: Caller, request: UUID, reason: str, *, expected: int
) -> AccessRequestView:
    """Raises NotFound, OwnMatter, RequestDecided, StaleVersion."""
    row = await _to_decide(session, caller, request, expected=expected)
    return await _decide(session, caller, row, "refused", reason)


async def _to_decide(session: WriteSession, caller: Caller, request: UUID, *, expected: int) -> RowMapping:
    row = await store.lock_access_request(session, request)
    asked: AccessRequest = row["AccessRequest"]
    if not grounds_for("read_access_request", caller, _about(row)):
        raise NotFound()
    if caller.person == str(asked.person_id):
        raise OwnMatter()
    may("decide_access", caller, _about(row))
    if asked.state != "open":
        raise RequestDecided()
    expect_version(asked.version, expected)
    return row


async def _decide(session: WriteSession, caller: Caller, row: RowMapping, state: str, reason: str) -> AccessRequestView:
    asked: AccessRequest = row["AccessRequest"]
    asked.state = state
    asked.decided_at = session.clock.now()
    asked.decided_by = UUID(caller.person)
    asked.decision_reason = reason
    asked.version += 1
    await session.flush()
    await _tell(session, f"access.{state}", asked)
    grounds = grounds_for("decide_access", caller, _about(row))
    act = "grant_access_request" if state == "granted" else "refuse_access_request"
    await log_access(session, act=act, subject=asked.id, part=asked.role, ground=grounds[0])
    return _view(await store.get_access_request(session, asked.id), caller)


async def _tell(session: WriteSession, type: str, request: AccessRequest) -> None:
    await record_event(
        session,
        type,
        subject=request.id,
        person=request.person_id,
        role=request.role,
        organisation=request.organisation_id,
        ytas=request.ytas,
    )


def _about(row: RowMapping) -> About:
    asked: AccessRequest = row["AccessRequest"]
    return About(person=str(asked.person_id), ytas=frozenset(asked.ytas))


def _view(row: RowMapping, caller: Caller) -> AccessRequestView:
    asked: AccessRequest = row["AccessRequest"]
    organisation: Organisation | None = row["Organisation"]
    decides = bool(grounds_for("decide_access", caller, _about(row))) and caller.person != str(asked.person_id)
    return AccessRequestView.model_validate(
        {
            **{name: getattr(asked, name) for name in _AS_IT_IS},
            "person": asked.person_id,
            "person_name": row["Person"].name,
            "email": row["Person"].email if decides else None,
            "organisation": asked.organisation_id,
            "organisation_names": organisation.name if organisation else None,
            "allowed": ["grant_access_request", "refuse_access_request"] if decides and asked.state == "open" else [],
        }
    )


_AS_IT_IS = (
    *("id", "role", "organisation_name", "ytas", "reason", "state", "asked_at", "decided_at", "decided_by"),
    *("decision_reason", "version"),
)
