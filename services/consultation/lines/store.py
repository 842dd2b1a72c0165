"""Rows of lines."""

from sqlalchemy import bindparam, select

from services.consultation.cases.rules import LineTimes
from services.consultation.lines.tables import Line
from services.shared.database import ReadSession
from services.shared.statements import Prepared


async def find_line(session: ReadSession, slug: str) -> Line | None:
    return await session.get(Line, slug)


_IS_KNOWN = Prepared(select(Line.slug).where(Line.slug == bindparam("slug")))


async def is_known_line(session: ReadSession, slug: str) -> bool:
    return await _IS_KNOWN.row(session, slug=slug) is not None


async def all_lines(session: ReadSession) -> list[Line]:
    return list(await session.scalars(select(Line).order_by(Line.place, Line.slug)))


async def times_of(session: ReadSession, slug: str) -> LineTimes:
    line = await session.get_one(Line, slug)
    return LineTimes(
        receipt_hours=line.receipt_hours,
        first_days=line.first_days,
        answer_working_days=line.answer_working_days,
        reply_days=line.reply_days,
        follow_up_months=line.follow_up_months,
    )
