"""People that other concepts need: an expert's person, those whose names a page shows."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, select

from services.registry.errors import UnknownPerson
from services.registry.members.tables import Person
from services.shared.database import ReadSession, WriteSession, new_id
from services.shared.errors import FieldProblem


async def known_person(session: ReadSession, person: UUID, *, field: str) -> Person:
    """Raises UnknownPerson naming the field."""
    found = await session.get(Person, person)
    if found is None:
        raise UnknownPerson(fields=[FieldProblem(path=field, code="unknown_person")])
    return found


async def add_person(session: WriteSession, *, name: str, language: str) -> Person:
    """Somebody who has not signed in."""
    person = Person(id=new_id(), name=name, language=language)
    session.add(person)
    await session.flush()
    return person


async def people_named(session: ReadSession, name: str, *, field: str) -> list[UUID]:
    """Everybody who goes by exactly this name, whatever its capitals. Raises UnknownPerson where nobody does."""
    rows = await session.scalars(select(Person.id).where(func.lower(Person.name) == name.lower()).limit(20))
    found = sorted(rows)
    if not found:
        raise UnknownPerson(fields=[FieldProblem(path=field, code="nobody_of_that_name")])
    return found


async def names_of(session: ReadSession, people: Iterable[UUID | None]) -> dict[UUID, str]:
    wanted = {person for person in people if person}
    if not wanted:
        return {}
    rows = await session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {row.id: row.name for row in rows}
