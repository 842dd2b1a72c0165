"""The asker's side of a request: begun, saved, sent, completed."""

from datetime import timedelta
from uuid import UUID

from services.consultation.access import Relation
from services.consultation.cases import acts, checks, ownership, rules, store
from services.consultation.cases.operations import take_case
from services.consultation.cases.schemas import CaseDraft, Completion
from services.consultation.cases.store import OpenCase
from services.consultation.cases.tables import Case
from services.consultation.errors import FindingsNotConfirmed
from services.consultation.lines.store import is_known_line
from services.consultation.registry_client import Registry
from services.consultation.workflow import State
from services.shared.access_log import log_access
from services.shared.clock import HELSINKI
from services.shared.database import WriteSession, new_id
from services.shared.errors import FieldProblem, Invalid, StaleVersion

_CODES = (
    "line",
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
)


async def create_case(session: WriteSession, body: CaseDraft) -> OpenCase:
    """A draft that only its asker and the named partner see."""
    caller, now, identity = session.caller, session.clock.now(), new_id()
    own = caller.membership_as("professional") or next(iter(caller.memberships), None)
    # The key first, committed in its own database: a crash leaves a key without a case, never the other way round.
    key = await session.keys.create(identity)
    row = Case(
        id=identity,
        state=State.DRAFT.value,
        version=1,
        asker=UUID(caller.person),
        asker_name=caller.name,
        asker_organisation=UUID(own.organisation) if own and own.organisation else None,
        asker_organisation_name=own.organisation_name if own else "",
        team_may_read=False,
        created_at=now,
        changed_by=UUID(caller.person),
        changed_by_name=caller.name,
        changed_at=now,
        changed_act="create",
        is_open=False,
        next_due=rules.DRAFT_LAST,
    )
    case = OpenCase(row, key, frozenset({Relation.ASKER}))
    await _write(session, case, body, set(CaseDraft.model_fields) - {"partner"})
    refuse_oneself(row, body.partner)
    row.partner = body.partner
    await store.add_case(session, row, yta=own.yta if own else None)
    await store.give_access(session, row, row.asker, Relation.ASKER)
    if row.partner is not None:
        await store.give_access(session, row, row.partner, Relation.PARTNER)
    await log_access(session, act="create", subject=row.id, part="case", ground="asker of the case")
    return case


async def save_draft(session: WriteSession, case_id: str, expected: int, body: CaseDraft) -> OpenCase:
    """Changes only the fields that are sent.

    A form that saves itself may send the same texts just before or after the writer does: what changes nothing is no
    new version, and being second with it is no conflict.
    """
    standing = await take_case(session, case_id)
    acts.check(standing, "save_draft")
    given = body.model_fields_set
    if _stands_already(standing, body, given):
        await log_access(session, act="save_draft", subject=standing.id, part="case", ground="asker of the case")
        return standing
    case = await take_case(session, case_id, expected)
    await _write(session, case, body, given - {"partner"})
    if "partner" in given:
        await _choose_partner(session, case, body.partner)
    acts.sign(case.row, "save_draft", session)
    await session.flush()
    await log_access(session, act="save_draft", subject=case.id, part="case", ground="asker of the case")
    return case


async def submit_case(
    session: WriteSession, registry: Registry, case_id: str, expected: int, *, findings_confirmed: bool
) -> OpenCase:
    """Sends the request to its county's coordinator. Raises Invalid, FindingsNotConfirmed, NoCoordinator."""
    owner, kind = await _from_registry(session, registry, case_id)
    case = await take_case(session, case_id, expected)
    acts.check(case, "submit")
    # a draft begun before its county became another goes to the one that stands for it
    case.row.area = await ownership.area_now(registry, case.row.area)
    if await ownership.yta_of(registry, case.row.area) != owner.yta:
        # The partner chose another county in between.
        raise StaleVersion(current=case.row.version)
    await checks.refuse_unknown_codes(registry, case.row)
    case.row.asker_organisation_type = kind
    followed = await ownership.areas_followed(registry, case.row.area)
    checks.refuse_wrong_line(await checks.line_for(session, case.row.line), case.row, yta=owner.yta, followed=followed)
    found = checks.must_be_confirmed(checks.findings_in(case, session.clock.now().astimezone(HELSINKI).date()))
    if found and not findings_confirmed:
        raise FindingsNotConfirmed(findings=[finding.model_dump(mode="json") for finding in found])
    await ownership.hand_to(session, case.row, owner)
    case.row.team_may_read = await store.consents_suffice(session, case.row)
    await acts.move(session, case, "submit", event=submission_facts(case.row))
    return case


async def _from_registry(
    session: WriteSession, registry: Registry, case_id: str
) -> tuple[ownership.NewOwner, str | None]:
    """Who will own the draft as it stands, and what kind of organisation asks. Raises Invalid."""
    draft = await store.open_row(session, await store.find_case(session, case_id))
    if draft.state is State.DRAFT:
        checks.refuse_incomplete(draft)
    yta = await ownership.yta_of(registry, await ownership.area_now(registry, draft.row.area))
    kind = await ownership.organisation_type(registry, draft.row.asker_organisation)
    return await ownership.owner_in(session, registry, yta), kind


def submission_facts(row: Case) -> dict[str, object]:
    return {
        "form": row.form,
        "identification": row.identification,
        "organisation_type": row.asker_organisation_type,
        "handed_on_from": row.handed_on_from,
    }


async def complete_case(session: WriteSession, case_id: str, expected: int, body: Completion) -> OpenCase:
    """What the coordinator asked for. The questions stay once experts were invited with them."""
    case = await take_case(session, case_id, expected)
    acts.check(case, "complete")
    given = body.model_fields_set & set(CaseDraft.model_fields)
    kept = {"area", "line", "partner", "identification"}
    if case.row.state_before != State.SUBMITTED:
        kept |= {"questions", "form"}
    if refused := sorted(given & kept):
        raise Invalid(fields=[FieldProblem(path=name, code="not_changed_any_more") for name in refused])
    await _write(session, case, body, given)
    checks.refuse_incomplete(case)
    await store.add_addition(session, case, body.text)
    case.row.missing_due = None
    store.put_texts(case.row, case.key, {"missing_text": None})
    await acts.move(session, case, "complete")
    return case


def _stands_already(case: OpenCase, body: CaseDraft, fields: set[str]) -> bool:
    texts = fields & set(checks.CHECKED_TEXTS)
    return (
        bool(fields)
        and "partner" not in fields
        and all(getattr(case.row, name) == _as_kept(getattr(body, name)) for name in fields & set(_CODES))
        and all(store.text_of(case, name) == (getattr(body, name) or "") for name in texts)
        and ("questions" not in fields or store.questions_of(case) == body.questions)
    )


def _as_kept(value: object) -> object:
    return [str(one) for one in value] if isinstance(value, list) else value


async def _write(session: WriteSession, case: OpenCase, body: CaseDraft, fields: set[str]) -> None:
    if "line" in fields and body.line is not None and not await is_known_line(session, body.line):
        raise Invalid(fields=[FieldProblem(path="line", code="unknown")])
    for name in fields & set(_CODES):
        setattr(case.row, name, _as_kept(getattr(body, name)))
    texts = fields & set(checks.CHECKED_TEXTS)
    store.put_texts(case.row, case.key, {name: getattr(body, name) for name in texts})
    if "questions" in fields:
        store.put_questions(case.row, case.key, body.questions)


async def _choose_partner(session: WriteSession, case: OpenCase, partner: UUID | None) -> None:
    row = case.row
    refuse_oneself(row, partner)
    if partner == row.partner:
        return
    await store.take_access(session, row, {Relation.PARTNER})
    row.partner = partner
    if partner is not None:
        await store.give_access(session, row, partner, Relation.PARTNER)


def refuse_oneself(row: Case, partner: UUID | None) -> None:
    """Raises Invalid."""
    if partner == row.asker:
        raise Invalid(fields=[FieldProblem(path="partner", code="yourself")])


async def drop_forgotten_keys(session: WriteSession) -> None:
    """Keys over an hour old that no case names: a request was cut off between its two databases.

    Looks two days back, so that a service that was down catches up.
    """
    now = session.clock.now()
    made = await session.keys.made_between(now - timedelta(days=2), now - timedelta(hours=1))
    for orphan in set(made) - await store.existing(session, made):
        await session.keys.destroy(orphan)
