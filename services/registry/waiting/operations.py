"""What waits for the caller in the registry; the gateway merges it with what waits elsewhere."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from services.registry.days import today
from services.registry.ending.operations import list_ending_terms
from services.registry.ending.schemas import EndingTerm
from services.registry.offerings.operations import unassured_since
from services.registry.terms.rules import AHEAD as TERMS_AHEAD
from services.registry.waiting import store
from services.registry.waiting.counting import count_turns
from services.registry.waiting.rules import end_of, order, urgency
from services.registry.waiting.schemas import Waiting, WaitingCount, WaitingItem, WaitingKind
from services.shared.clock import HELSINKI
from services.shared.database import ReadSession
from services.shared.identity import Caller

AHEAD = timedelta(days=30)


async def list_waiting(session: ReadSession, caller: Caller) -> Waiting:
    person, ytas, day = UUID(caller.person), sorted(caller.ytas_as("coordinator")), today(session)
    requests = await store.open_requests(session, person=person, ytas=ytas, everything=caller.has("admin"))
    items = [_request(row, person) for row in requests]
    edited = _edited(caller)
    if ytas or edited or caller.has("admin"):
        ending = await store.ending_memberships(
            session, ytas=ytas, organisations=edited, everything=caller.has("admin"), day=day, until=day + AHEAD
        )
        items += [_ending(row, turn=bool(ytas or edited)) for row in ending]
    if ytas or edited:
        review = await store.memberships_to_review(
            session, person=person, ytas=ytas, organisations=edited, day=day, until=day + AHEAD
        )
        items += [_membership_review(review)] if review["count"] else []
        since = unassured_since(session)
        old = await store.offerings_to_confirm(session, ytas=ytas, organisations=edited, day=day, since=since)
        items += [_offering_review(old, since)] if old["count"] else []
    if ytas or caller.has("expert"):
        reviews = await store.competences_to_review(session, person=person, ytas=ytas, until=day + AHEAD)
        items += [_review(row, person) for row in reviews]
    if ytas:
        items += [_term(row) for row in (await list_ending_terms(session, caller)).items]
    now = session.clock.now()
    for item in items:
        item.state = urgency(item.due, now)
    return Waiting(items=sorted(items, key=lambda item: order(item.due, item.since)))


async def count_waiting(session: ReadSession, caller: Caller) -> WaitingCount:
    """Only what is the caller's turn, as a badge tells it."""
    day = today(session)
    counted = await count_turns(
        session,
        person=UUID(caller.person),
        ytas=sorted(caller.ytas_as("coordinator")),
        organisations=_edited(caller),
        everything=caller.has("admin"),
        day=day,
        until=day + AHEAD,
        terms_until=day + TERMS_AHEAD,
        unassured_until=unassured_since(session) - timedelta(days=1),
    )
    return WaitingCount(waiting=counted)


def _edited(caller: Caller) -> list[UUID]:
    return [UUID(m.organisation) for m in caller.memberships if m.role == "organisation_editor" and m.organisation]


def _request(row: RowMapping, person: UUID) -> WaitingItem:
    asked = row["AccessRequest"]
    own = asked.person_id == person
    return WaitingItem(
        kind=WaitingKind.OWN_ACCESS_REQUEST if own else WaitingKind.ACCESS_REQUEST,
        subject=str(asked.id),
        title_code="wait_for_access" if own else "decide_access_request",
        data={"role": asked.role, "name": row["name"]},
        since=asked.asked_at,
        due=None,
        state="ok",
        turn=not own,
    )


def _ending(row: RowMapping, *, turn: bool) -> WaitingItem:
    """Renewing is the area's or the organisation's; whoever keeps the installation only knows of it."""
    held = row["Membership"]
    return WaitingItem(
        kind=WaitingKind.MEMBERSHIP_ENDING,
        subject=str(held.id),
        title_code="renew_membership",
        data={"role": held.role, "name": row["name"], "organisation_name": _names(row)},
        since=held.granted_at,
        due=end_of(held.valid_to, HELSINKI),
        state="ok",
        turn=turn,
    )


def _membership_review(row: RowMapping) -> WaitingItem:
    """All of them together: they are confirmed on one page."""
    return WaitingItem(
        kind=WaitingKind.MEMBERSHIP_REVIEW,
        subject="review",
        title_code="confirm_memberships",
        data={"count": row["count"]},
        since=_start_of(row["due"] - AHEAD),
        due=end_of(row["due"], HELSINKI),
        state="ok",
        turn=True,
    )


def _offering_review(row: RowMapping, since: date) -> WaitingItem:
    """All of them together: they are on one list."""
    return WaitingItem(
        kind=WaitingKind.OFFERING_REVIEW,
        subject="review",
        title_code="confirm_offerings",
        data={"count": row["count"]},
        since=_start_of(since),
        due=None,
        state="ok",
        turn=True,
    )


def _review(row: RowMapping, person: UUID) -> WaitingItem:
    own = row["person_id"] == person
    return WaitingItem(
        kind=WaitingKind.COMPETENCE_REVIEW,
        subject=str(row["id"]),
        title_code="keep_competences_true" if own else "review_competences",
        data={"name": row["name"]},
        since=_start_of(row["assured_on"] or row["review_due"]),
        due=end_of(row["review_due"], HELSINKI),
        state="ok",
        turn=not own,
    )


def _term(ending: EndingTerm) -> WaitingItem:
    """A mandate, a resource or an agreement: the coordinator sees to what comes after it."""
    return WaitingItem(
        kind=WaitingKind(f"{ending.kind}_ending"),
        subject=str(ending.id),
        title_code=f"renew_{ending.kind}",
        data={"organisation_name": ending.organisation_name.model_dump()},
        since=_start_of(ending.valid_to - TERMS_AHEAD),
        due=end_of(ending.valid_to, HELSINKI),
        state="ok",
        turn=True,
    )


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), HELSINKI)


def _names(row: RowMapping) -> dict[str, Any] | None:
    if row["name_fi"] is None:
        return None
    return {"fi": row["name_fi"], "sv": row["name_sv"], "en": row["name_en"]}
