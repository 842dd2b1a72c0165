from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from services.registry.access import About, grounds_for
from services.registry.areas.operations import known_area
from services.registry.changes import expect_version, may, may_change
from services.registry.days import today
from services.registry.errors import EndsBeforeItBegins, OwnMatter, UnknownConcept
from services.registry.experts import store
from services.registry.experts.entries import PARTS, apply_changes, set_capacity, set_competences, set_conflicts
from services.registry.experts.filters import Filters
from services.registry.experts.keeping import keep_history, tell, touched
from services.registry.experts.rules import REVIEW_AFTER_DAYS
from services.registry.experts.schemas import Assurance, ExpertChange, ExpertCounts, ExpertPage, ExpertView, NewExpert
from services.registry.experts.tables import SHOWN_AT_FIRST, Expert
from services.registry.experts.views import about, kept, views
from services.registry.members.people import add_person, known_person
from services.registry.organisations.operations import known_organisation
from services.registry.organisations.tables import Organisation
from services.registry.search.operations import matching
from services.registry.texts import person_sort_key
from services.shared.database import ReadSession, WriteSession, new_id
from services.shared.errors import FieldProblem, Invalid, NotFound
from services.shared.identity import Caller


async def list_experts(
    session: ReadSession, caller: Caller, filters: Filters, *, limit: int, after: str | None
) -> ExpertPage:
    filters = await _understood(session, filters)
    rows, following = await store.page_of_experts(
        session, filters, seeing_of(caller), today=today(session), limit=limit, after=after
    )
    return ExpertPage(items=await views(session, caller, rows), next=following)


async def count_experts(session: ReadSession, caller: Caller, filters: Filters) -> ExpertCounts:
    """Each facet is counted without its own limit: what choosing another value of it would find."""
    filters = await _understood(session, filters)
    seeing, day = seeing_of(caller), today(session)
    counted = partial(store.count_experts, session, seeing=seeing, today=day)
    by = {
        facet: await store.count_experts_by(session, facet, replace(filters, **{facet: None}), seeing, today=day)
        for facet in store.FACETS
    }
    return ExpertCounts(
        total=await counted(filters),
        unlimited=await counted(Filters(q=filters.q, terms=filters.terms)),
        available=await counted(replace(filters, available=True)),
        by=by,
    )


async def _understood(session: ReadSession, filters: Filters) -> Filters:
    """Raises Invalid where nothing can be searched by what was asked."""
    if not filters.q:
        return filters
    terms = await matching(session, filters.q)
    if terms is None:
        raise Invalid(fields=[FieldProblem(path="q", code="nothing_to_search_by")])
    return replace(filters, terms=terms)


async def read_expert(session: ReadSession, caller: Caller, expert: UUID) -> ExpertView:
    """Raises NotFound, also where the entry isn't listed and the caller has no tie to it."""
    row = await store.get_expert(session, expert)
    if not row.consent_listed and not grounds_for("read_unlisted_expert", caller, about(row)):
        raise NotFound()
    return (await views(session, caller, [row]))[0]


async def read_own_expert(session: ReadSession, caller: Caller) -> ExpertView:
    """Raises NotFound where the caller is no expert."""
    row = await store.expert_of(session, UUID(caller.person)) if caller.person else None
    if row is None:
        raise NotFound()
    return (await views(session, caller, [row]))[0]


async def create_expert(session: WriteSession, caller: Caller, new: NewExpert) -> ExpertView:
    """Raises Forbidden, ExpertExists and the Unknown… ones."""
    employer = await known_organisation(session, new.employer, field="employer") if new.employer else None
    area, yta = await _place(session, new.area, employer)
    place = About(organisation=str(new.employer) if new.employer else None, ytas=frozenset({yta} if yta else ()))
    grounds = may("create_expert", caller, place)
    person = await _person_of(session, new)
    now = session.clock.now()
    row = Expert(
        id=new_id(),
        person_id=person,
        employer_id=new.employer,
        area=area,
        yta=yta,
        disciplines=[],
        themes=[],
        absences=[],
        shown=[*SHOWN_AT_FIRST],
        capacity_usual=max(new.capacity_month, 1),
        sort_key=person_sort_key(new.name),
        search_text="",
        created_at=now,
        changed_at=now,
        **new.model_dump(exclude={"person", "employer", "area", "competences", "conflicts"}),
    )
    await set_competences(session, row, new.competences)
    await set_conflicts(session, row, new.conflicts)
    await apply_changes(session, row, {"areas": new.areas, "languages": new.languages, "profession": new.profession})
    await store.add_expert(session, row)
    await session.flush()
    await keep_history(session, row, act="create_expert", before=None)
    await tell(session, "created", row, ground=grounds[0])
    return (await views(session, caller, [row]))[0]


async def change_expert(
    session: WriteSession, caller: Caller, expert: UUID, change: ExpertChange, *, expected: int
) -> ExpertView:
    """Raises NotFound, Forbidden, FieldNotYours, StaleVersion, Invalid and the Unknown… ones."""
    row = await store.lock_expert(session, expert)
    values = change.values()
    grounds = may_change("change_expert", caller, about(row), set(values))
    expect_version(row.version, expected)
    before = await kept(session, row)
    if {"employer", "area"} & set(values):
        await _move(session, row, values)
    for name, put in PARTS.items():
        if name in values:
            await put(session, row, values.pop(name))
    set_capacity(row, values.pop("capacity_month", None), values.pop("not_now", None))
    await apply_changes(session, row, values)
    await touched(session, row, act="change_expert", before=before)
    await tell(session, "changed", row, part=",".join(sorted(change.model_fields_set)), ground=grounds[0])
    return (await views(session, caller, [row]))[0]


async def assure_competences(
    session: WriteSession, caller: Caller, expert: UUID, assurance: Assurance, *, expected: int
) -> ExpertView:
    """Raises NotFound, Forbidden, OwnMatter, StaleVersion, UnknownConcept where the expert doesn't claim it."""
    row = await store.lock_expert(session, expert)
    grounds = may("assure_competences", caller, about(row))
    if str(row.person_id) == caller.person:
        raise OwnMatter()
    expect_version(row.version, expected)
    before, day = await kept(session, row), today(session)
    claimed = {(c.scheme, c.concept): c for c in row.competences}
    wanted = [(key.scheme, key.concept) for key in assurance.competences]
    if missing := [n for n, key in enumerate(wanted) if key not in claimed]:
        raise UnknownConcept(fields=[FieldProblem(path=f"competences.{n}", code="not_claimed") for n in missing])
    if assurance.review_due and assurance.review_due <= day:
        raise EndsBeforeItBegins(fields=[FieldProblem(path="review_due", code="ends_before_it_begins")])
    for key in wanted:
        claimed[key].assured_by = UUID(caller.person)
        claimed[key].assured_on = day
        claimed[key].review_due = assurance.review_due or day + timedelta(days=REVIEW_AFTER_DAYS)
    await touched(session, row, act="assure_competences", before=before)
    await tell(session, "assured", row, part="competences", ground=grounds[0])
    return (await views(session, caller, [row]))[0]


async def _person_of(session: WriteSession, new: NewExpert) -> UUID:
    if new.person:
        return (await known_person(session, new.person, field="person")).id
    return (await add_person(session, name=new.name, language="sv" if new.languages[0] == "sv" else "fi")).id


async def _place(
    session: ReadSession, area: str | None, employer: Organisation | None
) -> tuple[str | None, str | None]:
    """Where the expert works, and in which collaborative area that is."""
    where = area or (employer.area if employer else None)
    if where is None:
        return None, None
    return where, await known_area(session, where, field="area")


async def _move(session: WriteSession, row: Expert, values: dict[str, Any]) -> None:
    employer_id = values.pop("employer", row.employer_id)
    employer = await known_organisation(session, employer_id, field="employer") if employer_id else None
    row.employer_id = employer_id
    row.area, row.yta = await _place(session, values.pop("area", row.area), employer)


def seeing_of(caller: Caller) -> store.Seeing:
    edited = [m.organisation for m in caller.memberships if m.role == "organisation_editor" and m.organisation]
    return store.Seeing(
        person=UUID(caller.person) if caller.person else None,
        ytas=sorted(caller.ytas_as("coordinator")),
        organisations=[UUID(organisation) for organisation in edited],
    )
