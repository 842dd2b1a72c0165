"""Lines: the list people choose from, and what an installation begins with."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from services.consultation.lines import store
from services.consultation.lines.schemas import LineClocks, LineView, Name
from services.consultation.lines.tables import Line
from services.shared.database import ReadSession, WriteSession
from services.shared.errors import NotFound

DATA = Path(__file__).parent / "data" / "lines.json"


async def list_lines(session: ReadSession) -> list[LineView]:
    return [view_of(line) for line in await store.all_lines(session)]


async def read_line(session: ReadSession, slug: str) -> LineView:
    line = await store.find_line(session, slug)
    if line is None:
        raise NotFound()
    return view_of(line)


async def load_lines(session: WriteSession) -> None:
    """Adds the lines an installation begins with; one that is there already is left as people have made it."""
    known: list[dict[str, Any]] = json.loads(DATA.read_text(encoding="utf-8"))["lines"]
    rows = [{**line, "version": 1, "changed_at": session.clock.now()} for line in known]
    await session.execute(insert(Line).values(rows).on_conflict_do_nothing())


def view_of(line: Line) -> LineView:
    plain = ("slug", "yta", "area", "themes", "forms", "languages", "who_may_ask", "group_14", "guide_me")
    times = ("receipt_hours", "first_days", "answer_working_days", "reply_days")
    return LineView(
        **{name: getattr(line, name) for name in plain},
        name=Name(**line.name),
        description=Name(**line.description),
        follow_up_months=line.follow_up_months,
        clocks=LineClocks(**{name: getattr(line, name) for name in times}),
        open=line.open,
        version=line.version,
    )
