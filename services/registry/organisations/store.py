from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Row, Select, func, literal, or_, select, tuple_
from sqlalchemy.exc import IntegrityError

from services.registry.affiliations.tables import Affiliation
from services.registry.errors import SlugTaken
from services.registry.organisations.filters import Filters
from services.registry.organisations.tables import Organisation
from services.shared.database import ReadSession, WriteSession
from services.shared.errors import NotFound
from services.shared.paging import decode_cursor, encode_cursor


async def get_organisation(session: ReadSession, organisation: UUID | str) -> Organisation:
    """By id or slug. Raises NotFound."""
    key = Organisation.id if isinstance(organisation, UUID) else Organisation.slug
    found = await session.scalar(select(Organisation).where(key == organisation))
    if found is None:
        raise NotFound()
    return found


async def lock_organisation(session: WriteSession, organisation: UUID) -> Organisation:
    """Raises NotFound."""
    found = await session.scalar(select(Organisation).where(Organisation.id == organisation).with_for_update())
    if found is None:
        raise NotFound()
    return found


async def find_organisations(session: ReadSession, ids: Iterable[UUID]) -> dict[UUID, Organisation]:
    wanted = {*ids}
    if not wanted:
        return {}
    rows = await session.scalars(select(Organisation).where(Organisation.id.in_(wanted)))
    return {row.id: row for row in rows}


async def page_of_organisations(
    session: ReadSession, filters: Filters, *, limit: int, after: str | None
) -> tuple[Sequence[Organisation], str | None]:
    query = _filtered(select(Organisation), filters)
    if after:
        query = query.where(tuple_(Organisation.sort_key, Organisation.id) > tuple_(*_cursor(after)))
    query = query.order_by(Organisation.sort_key, Organisation.id).limit(limit + 1)
    rows = (await session.scalars(query)).all()
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], encode_cursor([rows[limit - 1].sort_key, rows[limit - 1].id])


def _cursor(after: str) -> tuple[object, object]:
    key, id = decode_cursor(after, [str, UUID])
    return literal(key), literal(id)


def _filtered(query: Select[Organisation], filters: Filters) -> Select[Organisation]:
    if filters.ids is not None:
        query = query.where(Organisation.id.in_(filters.ids))
    if filters.type:
        query = query.where(Organisation.type == filters.type)
    if filters.area:
        query = query.where(Organisation.areas.contains([filters.area]))
    if filters.yta:
        query = query.where(Organisation.ytas.contains([filters.yta]))
    if filters.parent:
        query = query.where(Organisation.parent_id == filters.parent)
    for word in (filters.q or "").lower().split():
        query = query.where(literal(word).op("<%", is_comparison=True)(Organisation.search_text))
    return query


async def add_organisation(session: WriteSession, organisation: Organisation) -> Organisation:
    """Raises SlugTaken."""
    try:
        async with session.begin_nested():
            session.add(organisation)
    except IntegrityError as taken:
        raise SlugTaken() from taken
    return organisation


async def is_within(session: ReadSession, organisation: UUID, above: UUID) -> bool:
    """Whether `above` is the organisation itself or one of those over it."""
    tree = select(Organisation.id, Organisation.parent_id).where(Organisation.id == organisation).cte(recursive=True)
    over = select(Organisation.id, Organisation.parent_id).join(tree, Organisation.id == tree.c.parent_id)
    tree = tree.union(over)
    return bool(await session.scalar(select(func.count()).select_from(tree).where(tree.c.id == above)))


async def above_and_below(session: ReadSession, organisation: UUID, *, limit: int) -> Sequence[Organisation]:
    """The organisation, all that are over it, and its parts with their parts, as far as the limit goes."""
    over = select(Organisation.id, Organisation.parent_id).where(Organisation.id == organisation).cte(recursive=True)
    over = over.union(select(Organisation.id, Organisation.parent_id).join(over, Organisation.id == over.c.parent_id))
    under = select(Organisation.id).where(Organisation.id == organisation).cte(recursive=True)
    under = under.union(select(Organisation.id).join(under, Organisation.parent_id == under.c.id))
    query = select(Organisation).where(or_(Organisation.id.in_(select(over.c.id)), Organisation.id.in_(select(under))))
    return (await session.scalars(query.order_by(Organisation.sort_key, Organisation.id).limit(limit))).all()


async def named_like(session: ReadSession, name: str, *, limit: int) -> Sequence[Organisation]:
    """Those whose name has something of this one, the likest first."""
    words = func.word_similarity(name.lower(), Organisation.search_text)
    query = select(Organisation).where(literal(name.lower()).op("<%", is_comparison=True)(Organisation.search_text))
    return (await session.scalars(query.order_by(words.desc(), Organisation.id).limit(limit))).all()


async def affiliated_with(
    session: ReadSession, organisation: UUID, *, today: date, limit: int
) -> Sequence[Row[Organisation, str]]:
    """Organisations that belong to it on the day, each with how."""
    in_force = or_(Affiliation.valid_to.is_(None), Affiliation.valid_to >= today)
    query = (
        select(Organisation, Affiliation.kind)
        .join(Affiliation, Affiliation.organisation_id == Organisation.id)
        .where(Affiliation.of_id == organisation, Affiliation.valid_from <= today, in_force)
        .order_by(Organisation.sort_key, Affiliation.id)
        .limit(limit)
    )
    return (await session.execute(query)).all()
