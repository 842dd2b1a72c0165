from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import cast
from uuid import UUID

from services.registry.days import today
from services.registry.history.schemas import EntryKind, HistoryPage
from services.registry.offerings import store
from services.registry.offerings.errors import AgesBackwards, NoPlaces
from services.registry.offerings.filters import Keeping, Sought
from services.registry.offerings.schemas import (
    Capacity,
    CapacityTold,
    DatedOffering,
    NewOffering,
    OfferingChange,
    OfferingPage,
    OfferingView,
)
from services.registry.offerings.tables import Offering
from services.registry.organisations.operations import is_known
from services.registry.organisations.tables import Organisation
from services.registry.settings import RegistrySettings
from services.registry.terms.listing import Limits, page_of_named
from services.registry.terms.named import (
    FIELDS,
    TOLD,
    NamedEnd,
    change_named,
    create_named,
    end_named,
    known_parts,
    named_views,
)
from services.registry.terms.operations import Kind, Values, apply_act, list_term_history
from services.registry.terms.store import get_term
from services.shared.database import ReadSession, WriteSession
from services.shared.errors import FieldProblem
from services.shared.identity import Caller

FOR_WHOM = ("offering_kind", "age_groups", "minimum_age", "maximum_age", "ways_in", "remote")
CAPACITY = ("capacity", "waiting_weeks", "free_places", "capacity_on")
TEXTS = ("eligibility", "application_process", "url", "fees", "schedule")


async def _check(session: ReadSession, owner: Organisation, values: Values) -> None:
    """Raises AgesBackwards, NoPlaces, UnknownArea, UnknownConcept."""
    youngest, oldest = values["minimum_age"], values["maximum_age"]
    if youngest is not None and oldest is not None and youngest > oldest:
        raise AgesBackwards(fields=[FieldProblem(path="maximum_age", code="ages_backwards")])
    for field, capacity in (("waiting_weeks", Capacity.QUEUE), ("free_places", Capacity.OPEN)):
        if values[field] is not None and values["capacity"] != capacity:
            raise NoPlaces(fields=[FieldProblem(path=field, code="not_of_this_capacity")])
    groups = {f"age_groups.{n}": ("age_groups", slug) for n, slug in enumerate(values["age_groups"])}
    await known_parts(session, values, {"offering_kind": ("offering_kinds", values["offering_kind"]), **groups})


OFFERINGS = Kind(
    name="offering",
    entry=EntryKind.OFFERINGS,
    table=Offering,
    view=OfferingView,
    fields=(*FIELDS, *FOR_WHOM, *TEXTS, *CAPACITY, "assured_on", "assured_by"),
    told=(*TOLD, *FOR_WHOM, *CAPACITY, "assured_on"),
    check=_check,
    columns={"name": "names"},
    acts=("tell_capacity", "confirm_offering", "end_offering"),
)


async def list_offerings(
    session: ReadSession,
    caller: Caller,
    limits: Limits,
    sought: Sought,
    *,
    overdue: bool,
    limit: int,
    after: str | None,
) -> OfferingPage:
    """`overdue`: those that somebody should look at; who keeps some is told of those alone."""
    day = today(session)
    if overdue:
        sought = replace(sought, unassured_since=unassured_since(session), kept_by=_keeping(caller))
    query = store.offerings_within(limits, sought, day)
    rows, following = await page_of_named(session, Offering, query, limit=limit, after=after)
    return OfferingPage(items=await _views(session, caller, rows), next=following)


async def read_offering(session: ReadSession, caller: Caller, offering: UUID) -> OfferingView:
    """Raises NotFound."""
    return (await _views(session, caller, [await get_term(session, Offering, offering)]))[0]


async def create_offering(session: WriteSession, caller: Caller, new: NewOffering) -> OfferingView:
    """Raises Forbidden, UnknownOrganisation, AgesBackwards, NoPlaces, UnknownArea, UnknownConcept, …"""
    day = today(session)
    told = {name: getattr(new, name) for name in type(new).model_fields}
    dated = DatedOffering.model_construct(**told, capacity_on=day, assured_on=day, assured_by=caller.name)
    made = await create_named(session, caller, OFFERINGS, dated)
    return await read_offering(session, caller, made.id)


async def change_offering(
    session: WriteSession, caller: Caller, offering: UUID, change: OfferingChange, *, expected: int
) -> OfferingView:
    """Raises NotFound, Forbidden, StaleVersion, AgesBackwards, UnknownArea, UnknownConcept, EndsBeforeItBegins."""
    await change_named(session, caller, OFFERINGS, offering, change, expected=expected)
    return await read_offering(session, caller, offering)


async def tell_capacity(
    session: WriteSession, caller: Caller, offering: UUID, told: CapacityTold, *, expected: int
) -> OfferingView:
    """Raises NotFound, Forbidden, StaleVersion, NoPlaces."""
    await apply_act(
        session,
        caller,
        OFFERINGS,
        offering,
        {**told.model_dump(), "capacity_on": today(session)},
        act="tell_capacity",
        word="capacity_told",
        expected=expected,
    )
    return await read_offering(session, caller, offering)


async def confirm_offering(session: WriteSession, caller: Caller, offering: UUID, *, expected: int) -> OfferingView:
    """Somebody has looked at the entry and says that it is right. Raises NotFound, Forbidden, StaleVersion."""
    await apply_act(
        session,
        caller,
        OFFERINGS,
        offering,
        {"assured_on": today(session), "assured_by": caller.name},
        act="confirm_offering",
        word="confirmed",
        expected=expected,
    )
    return await read_offering(session, caller, offering)


async def end_offering(
    session: WriteSession, caller: Caller, offering: UUID, body: NamedEnd, *, expected: int
) -> OfferingView:
    """Raises NotFound, Forbidden, StaleVersion, EndedAlready, EndsBeforeItBegins."""
    await end_named(session, caller, OFFERINGS, offering, body, expected=expected)
    return await read_offering(session, caller, offering)


async def list_offering_history(session: ReadSession, offering: UUID, *, limit: int, after: str | None) -> HistoryPage:
    """Raises NotFound."""
    return await list_term_history(session, OFFERINGS, offering, limit=limit, after=after)


async def _views(session: ReadSession, caller: Caller, rows: Sequence[Offering]) -> list[OfferingView]:
    views = await named_views(session, caller, OFFERINGS, rows)
    since = unassured_since(session)
    for view in views:
        view.overdue = view.state != "ended" and view.assured_on < since
        if not is_known(caller):
            view.contact = view.assured_by = None
    return views


def unassured_since(session: ReadSession) -> date:
    """An entry that was said to be right before this day is asked about again."""
    days = cast(RegistrySettings, session.settings).offering_confirm_days
    return today(session) - timedelta(days=days)


def _keeping(caller: Caller) -> Keeping | None:
    ytas = sorted(caller.ytas_as("coordinator"))
    edited = [m.organisation for m in caller.memberships if m.role == "organisation_editor" and m.organisation]
    if caller.has("admin") or not (ytas or edited):
        return None
    return Keeping(ytas, [UUID(one) for one in edited])
