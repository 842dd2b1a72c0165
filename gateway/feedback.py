"""Feedback on accessibility, from anyone: kept here, answered within 14 days by an administrator."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import RowMapping, select, update
from sqlalchemy.dialects.postgresql import insert

from gateway.models import feedback_table
from gateway.sessions import OWN
from services.shared.clock import Clock
from services.shared.database import Database, WriteSession
from services.shared.errors import Conflict, FieldProblem, Invalid, NotFound, Refusal
from services.shared.personal_codes import find_codes

ANSWERED_WITHIN = timedelta(days=14)
ADDRESS_KEPT = timedelta(days=90)
LONGEST = {"text": 4000, "page": 300, "email": 200, "answer": 4000}
AIDS = ("screen_reader", "keyboard", "magnifier", "voice", "phone")
SHOWN = 200

_table = feedback_table


class TooMuchFeedback(Refusal):
    status = 429
    code = "too_much_feedback"


class AlreadyAnswered(Conflict):
    code = "feedback_answered"


@dataclass(frozen=True)
class NewFeedback:
    """What somebody wrote. `email` is empty where no answer by mail is wanted."""

    text: str
    page: str
    aids: Sequence[str]
    email: str
    language: str
    form_key: str


@dataclass
class Pace:
    """How much this process takes in: enough for people, too little for a flood."""

    most: int = 20
    within: timedelta = timedelta(minutes=10)
    _times: deque[datetime] = field(default_factory=deque)

    def take(self, now: datetime) -> None:
        """Raises TooMuchFeedback."""
        while self._times and now - self._times[0] > self.within:
            self._times.popleft()
        if len(self._times) >= self.most:
            raise TooMuchFeedback("more than the pace allows")
        self._times.append(now)


class FeedbackBox:
    """The gateway's feedback rows. `clock` is business time: the 14 days are counted on it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.pace = Pace()

    async def send(self, new: NewFeedback) -> UUID:
        """The receipt's id; sent twice with one key it is one. Raises Invalid and TooMuchFeedback."""
        problems = [*_problems("text", new.text, needed=True), *_problems("page", new.page)]
        problems += [*_problems("email", new.email), *_not_an_address(new.email)]
        if problems:
            raise Invalid(fields=problems)
        async with self.database.write(OWN) as session:
            sent = await session.scalar(select(_table.c.id).where(_table.c.form_key == new.form_key))
            return sent or await self._add(session, new)

    async def _add(self, session: WriteSession, new: NewFeedback) -> UUID:
        now = self.clock.now()
        self.pace.take(now)
        row = {
            "id": uuid4(),
            "form_key": new.form_key,
            "at": now,
            "due": now + ANSWERED_WITHIN,
            "language": new.language,
            "text": new.text,
            "page": new.page,
            "aids": [aid for aid in AIDS if aid in new.aids],
            "email": new.email,
        }
        same = insert(_table).values(row).on_conflict_do_update(index_elements=["form_key"], set_={"page": new.page})
        return UUID(str(await session.scalar(same.returning(_table.c.id))))

    async def receipt(self, receipt: UUID) -> dict[str, Any]:
        """What whoever wrote may see afterwards: never the text again, so that a shared address tells nothing."""
        told = ("number", "at", "due", "answered_at", "answer")
        async with self.database.read(OWN) as session:
            row = (await session.execute(select(_table).where(_table.c.id == receipt))).mappings().one_or_none()
        if row is None:
            raise NotFound()
        return {"email": bool(row["email"]), **{name: row[name] for name in told}}

    async def listed(self, *, answered: bool) -> list[RowMapping]:
        """The open ones oldest first, the answered ones newest first."""
        query = select(_table).where(_table.c.answered_at.is_not(None) if answered else _table.c.answered_at.is_(None))
        query = query.order_by(_table.c.answered_at.desc() if answered else _table.c.due).limit(SHOWN)
        async with self.database.read(OWN) as session:
            return list((await session.execute(query)).mappings())

    async def read(self, number: int) -> RowMapping:
        async with self.database.read(OWN) as session:
            row = (await session.execute(select(_table).where(_table.c.number == number))).mappings().one_or_none()
        if row is None:
            raise NotFound()
        return row

    async def answer(self, number: int, text: str, *, by: str) -> None:
        """Raises NotFound, Invalid, and AlreadyAnswered where somebody was first."""
        await self.read(number)
        if problems := _problems("answer", text, needed=True):
            raise Invalid(fields=problems)
        values = {"answered_at": self.clock.now(), "answered_by": by, "answer": text}
        open_one = (_table.c.number == number) & _table.c.answered_at.is_(None)
        async with self.database.write(OWN) as session:
            done = update(_table).where(open_one).values(values).returning(_table.c.number)
            if await session.scalar(done) is None:
                raise AlreadyAnswered("somebody answered first")

    async def sweep(self, session: WriteSession) -> None:
        """An address is needed until the answer has been read and asked about; then it is erased."""
        old = _table.c.answered_at < self.clock.now() - ADDRESS_KEPT
        await session.execute(update(_table).where(old, _table.c.email != "").values(email=""))


def clock_of(row: RowMapping, now: datetime) -> dict[str, Any]:
    """The 14 days as pages draw a clock."""
    left = (row["due"] - now).total_seconds()
    share = left / ANSWERED_WITHIN.total_seconds()
    state = "done" if row["answered_at"] else "late" if left < 0 else "soon" if share <= 0.25 else "ok"
    return {"name": "feedback", "due": row["due"], "state": state, "left_seconds": left, "share": share}


def _problems(name: str, text: str, *, needed: bool = False) -> list[FieldProblem]:
    if needed and not text:
        return [FieldProblem(path=name, code="required")]
    if len(text) > LONGEST[name]:
        return [FieldProblem.model_validate({"path": name, "code": "too_long", "limit": LONGEST[name]})]
    return [FieldProblem(path=name, code="hetu_found")] if any(find_codes(text)) else []


def _not_an_address(email: str) -> list[FieldProblem]:
    name, at, domain = email.rpartition("@")
    usable = not email or (at and name and "." in domain and " " not in email)
    return [] if usable else [FieldProblem(path="email", code="not_an_email")]
