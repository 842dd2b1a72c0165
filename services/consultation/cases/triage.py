"""The coordinator's acts on a request: each with its reason, each an answer to who asked."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from services.consultation.access import ON_TEAM, Relation
from services.consultation.cases import acts, checks, ownership, rules, store
from services.consultation.cases.drafts import submission_facts
from services.consultation.cases.operations import take_case
from services.consultation.cases.schemas import (
    Acceptance,
    AdviceElsewhere,
    CaseView,
    Declining,
    Merging,
    ReturnForMore,
    Transfer,
    UrgentRedirection,
)
from services.consultation.cases.store import OpenCase
from services.consultation.cases.tables import Case
from services.consultation.cases.views import view_case
from services.consultation.duty import on_duty
from services.consultation.errors import NotPreauthorised, NotSameAsker
from services.consultation.notifications.operations import notify
from services.consultation.registry_client import Registry
from services.consultation.workflow import State
from services.shared.clock import HELSINKI
from services.shared.database import WriteSession, new_id
from services.shared.errors import FieldProblem, Invalid, NotFound


async def return_case(session: WriteSession, case_id: str, expected: int, body: ReturnForMore) -> OpenCase:
    """Asks for more; the clocks stand still until it comes."""
    case = await take_case(session, case_id, expected)
    acts.check(case, "return")
    _refuse_past(session, body.due)
    store.put_texts(case.row, case.key, {"missing_text": body.text})
    case.row.missing_due = body.due
    await acts.move(session, case, "return", event={"due": body.due.isoformat()}, log={"due": body.due.isoformat()})
    return case


async def accept_case(
    session: WriteSession, registry: Registry, case_id: str, expected: int, body: Acceptance
) -> OpenCase:
    """Line and owning county are confirmed, and whoever accepts coordinates from here on."""
    case = await take_case(session, case_id, expected)
    acts.check(case, "accept")
    row = case.row
    changed = {
        name: given for name in ("line", "area") if (given := getattr(body, name)) not in (None, getattr(row, name))
    }
    if "area" in changed and await ownership.yta_of(registry, body.area) != row.yta:
        raise Invalid(fields=[FieldProblem(path="area", code="in_another_centre")])
    if changed:
        line = await checks.line_for(session, body.line or row.line)
        row.area, row.line = body.area or row.area, line.slug
        followed = await ownership.areas_followed(registry, row.area)
        checks.refuse_wrong_line(line, row, yta=row.yta or "", asking=False, followed=followed)
    row.coordinator, row.coordinator_name = UUID(session.caller.person), session.caller.name
    await acts.move(session, case, "accept", event={"changed": sorted(changed)}, log={"changed": sorted(changed)})
    return case


async def advise_elsewhere(session: WriteSession, case_id: str, expected: int, body: AdviceElsewhere) -> OpenCase:
    """The right place is named. With the asker's pre-authorisation the case is opened on that line in the same act.

    Raises NotPreauthorised, Invalid.
    """
    case = await take_case(session, case_id, expected)
    acts.check(case, "advise_elsewhere")
    row = case.row
    if body.hand_on_line is not None:
        if not row.handing_on:
            raise NotPreauthorised()
        checks.refuse_wrong_line(
            await checks.line_for(session, body.hand_on_line), row, yta=row.yta or "", asking=False
        )
    store.put_texts(row, case.key, {"exit_place": body.place, "exit_contact": body.contact, "exit_text": body.text})
    row.exit_act = "advise_elsewhere"
    handed_on = body.hand_on_line is not None
    await acts.move(session, case, "advise_elsewhere", event={"handed_on": handed_on}, log={"handed_on": handed_on})
    if body.hand_on_line is not None:
        await _hand_on(session, case, body.hand_on_line)
    return case


async def redirect_urgent(session: WriteSession, case_id: str, expected: int, body: UrgentRedirection) -> OpenCase:
    case = await take_case(session, case_id, expected)
    acts.check(case, "redirect_urgent")
    store.put_texts(case.row, case.key, {"exit_text": body.text})
    case.row.exit_act = "redirect_urgent"
    await acts.move(session, case, "redirect_urgent")
    return case


async def decline_case(session: WriteSession, case_id: str, expected: int, body: Declining) -> OpenCase:
    case = await take_case(session, case_id, expected)
    acts.check(case, "decline")
    store.put_texts(case.row, case.key, {"exit_text": body.text})
    case.row.exit_act, case.row.exit_reason_code = "decline", body.reason_code.value
    reason = {"reason_code": body.reason_code.value}
    await acts.move(session, case, "decline", event=reason, log=reason)
    return case


async def transfer_case(
    session: WriteSession, registry: Registry, case_id: str, expected: int, body: Transfer
) -> CaseView:
    """To another centre or line, whose coordinator accepts it or sends it back. The team so far is let go.

    Gives the view, since the case may not be the caller's to see any more.
    """
    yta = body.yta or (await store.find_case(session, case_id)).yta or ""
    if yta not in await registry.collaborative_areas():
        raise Invalid(fields=[FieldProblem(path="yta", code="unknown")])
    owner = await ownership.owner_in(session, registry, yta)
    case = await take_case(session, case_id, expected)
    acts.check(case, "transfer")
    row, left = case.row, (case.row.yta, case.row.line)
    line = body.line or row.line
    if (yta, line) == left:
        raise Invalid(fields=[FieldProblem(path="yta", code="unchanged"), FieldProblem(path="line", code="unchanged")])
    checks.refuse_wrong_line(await checks.line_for(session, line), row, yta=yta, asking=False)
    await store.take_access(session, row, ON_TEAM)
    store.put_texts(row, case.key, {"exit_text": body.reason, "missing_text": None})
    row.exit_act, row.missing_due, row.line = "transfer", None, line
    async with on_duty(session, "transfer"):
        moved = {"from_yta": left[0], "from_line": left[1], "to_yta": yta, "to_line": line}
        await acts.move(session, case, "transfer", event=moved, log=moved)
        await ownership.hand_to(session, row, owner)
        await notify(session, row.id, "case.arrived")
        return await view_case(session, replace(case, relations=await store.relations_of(session, row)))


async def merge_case(session: WriteSession, case_id: str, expected: int, body: Merging) -> OpenCase:
    """Into another open case of the same asker, where the work goes on. Raises NotSameAsker, Invalid."""
    case = await take_case(session, case_id, expected)
    acts.check(case, "merge")
    into = await _merge_target(session, case, body.into)
    store.put_texts(case.row, case.key, {"exit_text": body.reason})
    case.row.exit_act, case.row.merged_into = "merge", into.id
    await acts.move(session, case, "merge", event={"into": into.id}, log={"into": into.code})
    await store.write_log(session, into.id, "merged_here", code=case.row.code)
    return case


async def _merge_target(session: WriteSession, case: OpenCase, code: str) -> Case:
    try:
        into = await store.find_case(session, code)
    except NotFound as unseen:
        raise Invalid(fields=[FieldProblem(path="into", code="unknown")]) from unseen
    if into.id == case.id or not rules.is_open(State(into.state)):
        raise Invalid(fields=[FieldProblem(path="into", code="not_open")])
    if into.asker != case.row.asker:
        raise NotSameAsker()
    return into


async def _hand_on(session: WriteSession, case: OpenCase, line: str) -> None:
    """A new case of the same asker on another line, as if they had sent it there."""
    fresh_id = new_id()
    key = await session.keys.create(fresh_id)
    async with on_duty(session, "hand_on"):
        row = _copy(case.row, fresh_id, code=await ownership.free_code(session, case.row.yta), line=line)
        fresh = OpenCase(row, key, frozenset({Relation.COORDINATOR}))
        store.put_texts(row, key, {name: store.text_of(case, name) for name in checks.CHECKED_TEXTS})
        store.put_questions(row, key, store.questions_of(case))
        session.add(row)
        await session.flush()
        await store.give_access(session, row, row.asker, Relation.ASKER)
        if row.partner is not None:
            await store.give_access(session, row, row.partner, Relation.PARTNER)
        await store.copy_consents(session, case, fresh)
        row.team_may_read = await store.consents_suffice(session, row)
        await acts.move(
            session, fresh, "submit", by_itself=True, event=submission_facts(row), log={"handed_on_from": case.row.code}
        )
    await store.write_log(session, case.id, "handed_on", code=row.code)


HANDED_ON = (
    "yta",
    "area",
    "themes",
    "age_groups",
    "client_languages",
    "language",
    "urgency",
    "form",
    "identification",
    "handing_on",
    "professional_role",
    "asker",
    "asker_name",
    "asker_organisation",
    "asker_organisation_name",
    "asker_organisation_type",
    "partner",
    "coordinator",
    "coordinator_name",
    "changed_by",
    "changed_by_name",
)


def _copy(row: Case, fresh: UUID, *, code: str, line: str) -> Case:
    return Case(
        id=fresh,
        code=code,
        line=line,
        state=State.DRAFT.value,
        version=1,
        team_may_read=False,
        handed_on_from=row.id,
        created_at=row.changed_at,
        changed_at=row.changed_at,
        changed_act="hand_on",
        is_open=False,
        next_due=rules.DRAFT_LAST,
        **{name: getattr(row, name) for name in HANDED_ON},
    )


def _refuse_past(session: WriteSession, day: date) -> None:
    if day < session.clock.now().astimezone(HELSINKI).date():
        raise Invalid(fields=[FieldProblem(path="due", code="in_the_past")])
