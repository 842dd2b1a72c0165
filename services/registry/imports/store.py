from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select

from services.registry.imports.columns import CellProblem, Row
from services.registry.imports.tables import EntryImport, EntryImportRow
from services.shared.database import ReadSession, WriteSession
from services.shared.errors import NotFound
from services.shared.paging import decode_cursor, encode_cursor


async def add_import(session: WriteSession, made: EntryImport, judged: Sequence[tuple[Row, str]]) -> None:
    session.add(made)
    await session.flush()
    rows = [
        {
            "import_id": made.id,
            "number": row.number,
            "fate": fate,
            "values": dict(row.values),
            "problems": [asdict(problem) for problem in row.problems],
            "changes": [*row.changes],
            "version": row.version,
        }
        for row, fate in judged
    ]
    await session.execute(insert(EntryImportRow), rows)


async def get_import(session: ReadSession, id: UUID, person: UUID) -> EntryImport:
    """Raises NotFound, also where somebody else sent it."""
    found = await session.get(EntryImport, id)
    if found is None or found.person_id != person:
        raise NotFound()
    return found


async def lock_import(session: WriteSession, id: UUID, person: UUID) -> EntryImport:
    """Raises NotFound."""
    await session.execute(select(EntryImport.id).where(EntryImport.id == id).with_for_update())
    return await get_import(session, id, person)


async def all_rows(session: ReadSession, id: UUID) -> list[tuple[Row, str]]:
    query = select(EntryImportRow).where(EntryImportRow.import_id == id).order_by(EntryImportRow.number)
    return [
        (
            Row(
                one.number,
                one.values,
                tuple(CellProblem(**problem) for problem in one.problems),
                tuple(one.changes),
                one.version,
            ),
            one.fate,
        )
        for one in await session.scalars(query)
    ]


async def page_of_rows(
    session: ReadSession, id: UUID, *, fate: str | None, limit: int, after: str | None
) -> tuple[Sequence[EntryImportRow], str | None]:
    """In the file's order."""
    query = select(EntryImportRow).where(EntryImportRow.import_id == id)
    if fate:
        query = query.where(EntryImportRow.fate == fate)
    if after:
        query = query.where(EntryImportRow.number > decode_cursor(after, [int])[0])
    rows = (await session.scalars(query.order_by(EntryImportRow.number).limit(limit + 1))).all()
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], encode_cursor([rows[limit - 1].number])


async def forget_before(session: WriteSession, moment: datetime) -> None:
    await session.execute(delete(EntryImport).where(EntryImport.at < moment))
