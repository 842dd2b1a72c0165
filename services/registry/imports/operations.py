"""A file is read, each row's fate is shown, and only then is it written: all of it or nothing, and once."""

import asyncio
from collections import Counter
from datetime import timedelta
from functools import partial
from uuid import UUID

from services.registry.changes import expect_version
from services.registry.imports import store
from services.registry.imports.columns import Row
from services.registry.imports.errors import AlreadyWritten, NothingToWrite, PreviewOutdated
from services.registry.imports.kinds import ENTRIES, KINDS
from services.registry.imports.reading import read_table
from services.registry.imports.schemas import EntryImportView, ExportKind, ImportKind, ImportRowPage, ImportRowView
from services.registry.imports.tables import EntryImport
from services.registry.imports.writing import written_table
from services.shared.access_log import log_access
from services.shared.database import ReadSession, WriteSession, new_id
from services.shared.identity import Caller

KEPT_FOR = timedelta(days=1)
"""A file holds names and addresses: it is kept no longer than looking at it takes."""


async def preview_import(session: WriteSession, caller: Caller, kind: ImportKind, content: bytes) -> EntryImportView:
    """Nothing of it is written yet. Raises what stands in errors.py where the file can't be read as a whole."""
    what = KINDS[kind]
    table = await asyncio.to_thread(partial(read_table, content, what.columns, most=what.most))
    judged = await what.judge(session, caller, table.rows)
    made = EntryImport(
        id=new_id(),
        kind=kind.value,
        person_id=UUID(caller.person),
        at=session.clock.now(),
        encoding=table.encoding,
        delimiter=table.delimiter,
        counts=dict(Counter(fate for _, fate in judged)),
        version=1,
    )
    await store.add_import(session, made, judged)
    await log_access(session, act="preview_import", subject=made.id, part=kind.value)
    return _view(made)


async def read_import(session: ReadSession, caller: Caller, id: UUID) -> EntryImportView:
    """Raises NotFound, also where somebody else sent it."""
    return _view(await store.get_import(session, id, UUID(caller.person)))


async def list_import_rows(
    session: ReadSession, caller: Caller, id: UUID, *, fate: str | None, limit: int, after: str | None
) -> ImportRowPage:
    await store.get_import(session, id, UUID(caller.person))
    rows, following = await store.page_of_rows(session, id, fate=fate, limit=limit, after=after)
    return ImportRowPage(
        items=[ImportRowView.model_validate(row, from_attributes=True) for row in rows], next=following
    )


async def write_import(session: WriteSession, caller: Caller, id: UUID, *, expected: int) -> EntryImportView:
    """Exactly what was shown. Raises NotFound, StaleVersion, AlreadyWritten, NothingToWrite, PreviewOutdated."""
    made = await store.lock_import(session, id, UUID(caller.person))
    if made.written_at is not None:
        raise AlreadyWritten()
    expect_version(made.version, expected)
    what = KINDS[ImportKind(made.kind)]
    shown = await store.all_rows(session, id)
    chosen = [row for row, fate in shown if fate in what.written]
    if not chosen:
        raise NothingToWrite()
    now = await what.judge(session, caller, chosen)
    if [_fate(one) for one in now] != [_fate(one) for one in shown if one[1] in what.written]:
        raise PreviewOutdated()
    await what.write(session, caller, chosen)
    made.written_at = session.clock.now()
    made.version += 1
    await session.flush()
    await log_access(session, act="write_import", subject=made.id, part=made.kind)
    return _view(made)


def _fate(judged: tuple[Row, str]) -> tuple[str, tuple[str, ...], int]:
    row, fate = judged
    return fate, row.changes, row.version


async def export_entries(session: WriteSession, caller: Caller, kind: ExportKind) -> str:
    """Those that the caller may change, with the columns that a file of the kind has."""
    what = ENTRIES[kind.value]
    found = await what.kept_by(session, caller)
    await log_access(session, act="export_entries", part=kind.value, subjects=[one.id for one in found])
    return "".join(written_table(what.columns.names, [one.cells for one in found]))


async def forget_imports(session: WriteSession) -> None:
    await store.forget_before(session, session.clock.now() - KEPT_FOR)


def _view(made: EntryImport) -> EntryImportView:
    what = KINDS[ImportKind(made.kind)]
    kept = ("id", "kind", "at", "encoding", "delimiter", "counts", "written_at", "version")
    return EntryImportView.model_validate(
        {
            **{name: getattr(made, name) for name in kept},
            "columns": list(what.columns.names),
            "to_write": sum(count for fate, count in made.counts.items() if fate in what.written),
        }
    )
