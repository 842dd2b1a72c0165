"""The post: hands what is addressed to a centre to its people, and nudges by mail those for whom something waits.

Nothing is locked and no transaction waits while mail is being sent: rows are claimed for a while, sent, and marked.
If the sender dies in between they come up again, so somebody may be nudged twice but never not at all.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import aclosing
from datetime import date, datetime, timedelta
from uuid import UUID

from services.consultation.clocks import is_working_day
from services.consultation.notifications import store
from services.consultation.notifications.letters import letter_to
from services.consultation.notifications.rules import Told
from services.consultation.notifications.store import Nudge
from services.consultation.registry_answers import RecipientFound
from services.consultation.registry_client import Registry
from services.consultation.settings import ConsultationSettings
from services.shared.clock import HELSINKI, Clock
from services.shared.database import Database, WriteSession, new_id
from services.shared.errors import Refusal
from services.shared.jobs import Sweep, run_sweep, stop_if_cancelled
from services.shared.logging import frames_of, log
from services.shared.mail import Letter, MailServer, MailServerSilent, Outcome

AT_ONCE = 50  # people
BUSY_FOR = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(minutes=30)
NUDGED_WITHIN = timedelta(days=7)  # where mail was off for longer, nobody is told of what is that old
DIGESTS_UNTIL = 17  # o'clock: later than this nobody is told of the morning


class Post:
    def __init__(self, database: Database, registry: Registry, settings: ConsultationSettings, clock: Clock) -> None:
        self._database, self._registry, self._settings, self._clock = database, registry, settings, clock
        address = settings.smtp_url.get_secret_value()
        self._server = MailServer(address, settings.mail_sender) if address else None

    async def keep_going(self, seconds: float) -> None:
        """Until cancelled. What fails is logged and tried again at the next round."""
        while True:
            for act in (self.deliver_to_centres, self.send_nudges, self.send_digests):
                try:
                    await act()
                except Exception as failed:
                    stop_if_cancelled()
                    log.error("post_failed", act=act.__name__, error=type(failed).__name__, frames=frames_of(failed))
            await asyncio.sleep(seconds)

    async def deliver_to_centres(self) -> None:
        """Raises ServiceUnavailable where the registry doesn't say who they are: they stay for the next round."""
        async with self._database.duty("post") as session:
            for row, yta in await store.to_be_delivered(session, 100):
                found = await self._registry.coordinators(yta, act=None)
                deputies = [one for one in found if one.deputy] if row.of_centre == Told.DEPUTIES else []
                people = [UUID(one.person) for one in deputies or found]
                await store.deliver(session, row, people, [new_id() for _ in people])

    async def send_nudges(self) -> None:
        """One mail to each person, whatever happened since the last round."""
        if self._server is None:
            return
        while nudges := await self._claim():
            try:
                known = await self._recipients(nudge.person for nudge in nudges)
            except Refusal as silent:
                log.warning("recipients_unknown", code=silent.code)
                await self._later(nudges)
                return
            mailed = [nudge for nudge in nudges if _wants(known.get(nudge.person), "each")]
            await self._mark(row for nudge in nudges if nudge not in mailed for row in nudge.rows)
            if not await self._send_to(self._server, mailed, known):
                return

    async def _claim(self) -> list[Nudge]:
        async with self._database.duty("post") as session:
            return await store.claim_unmailed(session, people=AT_ONCE, busy_for=BUSY_FOR, within=NUDGED_WITHIN)

    async def _send_to(self, server: MailServer, nudges: Sequence[Nudge], known: Mapping[UUID, RecipientFound]) -> bool:
        """False where the server is silent: what was not sent comes up again later, each time a little later."""
        letters = [self._letter(known[nudge.person]) for nudge in nudges]
        untried, put_off = list(nudges), list[Nudge]()
        try:
            async with aclosing(server.send(letters, self._now())) as sending:
                async for outcome in sending:
                    nudge = untried.pop(0)
                    if outcome is Outcome.LATER:
                        put_off.append(nudge)
                    else:
                        await self._mark(nudge.rows)
                    if outcome is not Outcome.SENT:
                        log.warning("mail_refused", outcome=outcome.value, tries=nudge.tries)
        except MailServerSilent as silent:
            log.warning("mail_server_silent", error=str(silent), waiting=len(untried))
        await self._later([*put_off, *untried])
        return not untried

    async def send_digests(self) -> None:
        """On working-day mornings, to those who chose it: a number, nothing else."""
        now = self._now().astimezone(HELSINKI)
        morning = self._settings.digest_at <= now.time() and now.hour < DIGESTS_UNTIL
        if self._server is not None and morning and is_working_day(now.date()):
            await run_sweep(self._database, Sweep("digests", self._send_digests))

    async def _send_digests(self, _lock: WriteSession) -> None:
        """The sweep's own transaction only keeps other processes out; each digest is settled by itself."""
        assert self._server is not None
        day = self._now().astimezone(HELSINKI).date()
        async with self._database.duty("post") as session:
            unseen = await store.unseen_by_person(session, day, limit=AT_ONCE * 10)
        known = await self._recipients(unseen)
        people = [person for person in unseen if _wants(known.get(person), "digest")]
        await self._settle_digests([person for person in unseen if person not in people], day)
        letters = [self._letter(known[person], unseen[person]) for person in people]
        try:
            async with aclosing(self._server.send(letters, self._now())) as sending:
                async for outcome in sending:
                    person = people.pop(0)
                    if outcome is not Outcome.LATER:
                        await self._settle_digests([person], day)
        except MailServerSilent as silent:
            log.warning("mail_server_silent", error=str(silent))

    async def _recipients(self, people: Iterable[UUID]) -> dict[UUID, RecipientFound]:
        found = await self._registry.recipients(sorted({*people}))
        return {UUID(one.id): one for one in found}

    def _letter(self, to: RecipientFound, count: int | None = None) -> Letter:
        return letter_to(to.email, to.language, self._settings.public_url, count)

    async def _mark(self, rows: Iterable[UUID]) -> None:
        if ids := [*rows]:
            async with self._database.duty("post") as session:
                await store.mark_mailed(session, ids)

    async def _later(self, nudges: Iterable[Nudge]) -> None:
        async with self._database.duty("post") as session:
            for nudge in nudges:
                pause = min(timedelta(minutes=2 ** min(nudge.tries, 10)), LONGEST_PAUSE)
                await store.mail_later(session, nudge.rows, session.clock.now() + pause)

    async def _settle_digests(self, people: Sequence[UUID], day: date) -> None:
        async with self._database.duty("post") as session:
            await store.settle_digests(session, people, day)

    def _now(self) -> datetime:
        return self._clock.now()


def _wants(one: RecipientFound | None, choice: str) -> bool:
    return one is not None and one.mail == choice
