"""What named terms travel with, and what is done alike to them beside what every term has."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.areas.operations import known_areas
from services.registry.errors import EndedAlready
from services.registry.organisations.operations import known_organisation
from services.registry.organisations.schemas import Codes, Contact
from services.registry.organisations.store import find_organisations
from services.registry.organisations.tables import Organisation
from services.registry.terms.operations import Kind, Values, apply_act, create_term, views_of
from services.registry.terms.schemas import NewTerm, TermChange, TermView
from services.registry.terms.store import get_term
from services.registry.terms.tables import NamedTerm
from services.registry.texts import Name, Reason, Told
from services.registry.vocabulary.operations import known_concepts
from services.shared.database import ReadSession, WriteSession
from services.shared.errors import FieldProblem
from services.shared.identity import Caller

FIELDS = ("name", "description", "areas", "themes", "languages", "contact", "end_reason")
TOLD = ("areas", "themes", "languages")
"""The fields that an event tells."""


class NamedView(TermView):
    name: Name
    organisation_slug: str = Field(default="", examples=["pohjanmaa"])
    organisation_name: Name | None = None
    description: Told
    areas: list[str] = Field(examples=[["12", "13"]], description="Whom it serves; none = the whole country")
    themes: list[str] = Field(examples=[["haastavat_erot"]])
    languages: list[str] = Field(examples=[["fi", "sv"]])
    contact: Contact | None = Field(description="Only for those who are signed in")
    end_reason: str = Field(description="Why it was ended; empty where it was not")


class NewNamed(NewTerm):
    organisation: UUID = Field(description="Who keeps it")
    name: Name
    description: Told = Told()
    areas: Codes = Field(default=[])
    themes: Codes = Field(default=[])
    languages: Codes = Field(examples=[["fi", "sv"]], min_length=1)
    contact: Contact = Contact()

    def values(self) -> dict[str, Any]:
        return {name: plain(value) for name, value in super().values().items() if name != "organisation"}


class NamedChange(TermChange):
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"valid_to"})
    name: Name | None = None
    description: Told | None = None
    areas: Codes | None = None
    themes: Codes | None = None
    languages: Codes | None = Field(default=None, examples=[["fi", "sv"]], min_length=1)
    contact: Contact | None = None

    def values(self) -> dict[str, Any]:
        return {name: plain(value) for name, value in super().values().items()}


class NamedEnd(BaseModel):
    """Ends it, with a reason that stays."""

    model_config = ConfigDict(extra="forbid")
    valid_to: date = Field(description="The last day", examples=["2026-12-31"])
    reason: Reason = Field(examples=["Toiminta siirtyi perhekeskukseen."])


V = TypeVar("V", bound=NamedView)
R = TypeVar("R", bound=NamedTerm)


def plain(value: Any) -> Any:
    """A part with fields of its own, as its column keeps it."""
    if isinstance(value, Contact):
        return value.model_dump(exclude_none=True)
    return value.model_dump() if isinstance(value, Name | Told) else value


async def known_parts(session: ReadSession, values: Values, more: Mapping[str, tuple[str, str]]) -> None:
    """`more`: the kind's own words, by field. Raises UnknownArea, UnknownConcept."""
    await known_areas(session, values["areas"], field="areas")
    wanted = {f"themes.{n}": ("themes", slug) for n, slug in enumerate(values["themes"])}
    wanted |= {f"languages.{n}": ("languages", code) for n, code in enumerate(values["languages"])}
    await known_concepts(session, {**wanted, **more})


async def create_named(session: WriteSession, caller: Caller, kind: Kind[R, V], new: NewNamed) -> V:
    """Raises UnknownOrganisation and what `create_term` does."""
    await known_organisation(session, new.organisation, field="organisation")
    return await create_term(session, caller, kind, new.organisation, new)


async def change_named(
    session: WriteSession, caller: Caller, kind: Kind[R, V], id: UUID, change: NamedChange, *, expected: int
) -> V:
    """One that is given another last day hasn't been ended. Raises what `change_term` does."""
    values = change.values()
    if "valid_to" in values and values["valid_to"] != (await get_term(session, kind.table, id)).valid_to:
        values["end_reason"] = ""
    act = f"change_{kind.name}"
    return await apply_act(session, caller, kind, id, values, act=act, word="changed", expected=expected)


async def end_named(
    session: WriteSession, caller: Caller, kind: Kind[R, V], id: UUID, body: NamedEnd, *, expected: int
) -> V:
    """Raises NotFound, Forbidden, StaleVersion, EndedAlready, EndsBeforeItBegins."""
    row = await get_term(session, kind.table, id)
    if row.valid_to is not None and row.valid_to < body.valid_to:
        raise EndedAlready(fields=[FieldProblem(path="valid_to", code="ended_already")])
    return await apply_act(
        session,
        caller,
        kind,
        id,
        {"valid_to": body.valid_to, "end_reason": body.reason},
        act=f"end_{kind.name}",
        word="ended",
        expected=expected,
        reason=body.reason,
    )


async def named_views(session: ReadSession, caller: Caller, kind: Kind[R, V], rows: Sequence[R]) -> list[V]:
    """Of several organisations, with who keeps each."""
    owners = await find_organisations(session, {row.organisation_id for row in rows})
    views = []
    for row in rows:
        views += await views_of(session, caller, kind, owners[row.organisation_id], [row])
    return [with_owner(view, owners[view.organisation]) for view in views]


def with_owner(view: V, owner: Organisation) -> V:
    return view.model_copy(
        update={"organisation_slug": owner.slug, "organisation_name": Name.model_validate(owner.name)}
    )
