"""How much waits for the caller, as `list_waiting` would tell it, in one statement and without any case's content.

Every page asks for this number. A test keeps the two the same.
"""

from typing import cast
from uuid import UUID

from sqlalchemy import text

from services.consultation.access import ASKING
from services.consultation.waiting.rules import ASKER_KINDS, COORDINATOR_KINDS, MOST
from services.shared.database import ReadSession
from services.shared.statements import Prepared

# What a person is named on or sits in is found first and once: from there each kind is a look into an index, and
# row-level security is asked only of the rows it meets.
_TIES = """
with own as materialized (
    select id, state, yta, next_due from cases where coordinator = cast(:person as uuid) and is_open
), tied as materialized (
    select case_id, relation from case_access where person_id = cast(:person as uuid)
)
"""
_ASKED = """
    select from cases c
    where c.id in (select case_id from tied where relation = any(:asking))
    and c.is_open and (c.state = any(:of_asker) or c.choice_due is not null)
    and coalesce((
        select k.opens_at from case_clocks k where k.case_id = c.id and k.stopped_at is null
        order by k.paused_at is not null, k.due_at limit 1
    ) <= :now, true)
"""
_LATE = "select from cases where yta = any(:ytas) and is_open and next_due <= :now"
_NAMED = """
    select from own where yta = any(:ytas) and state = any(:of_coordinator) and next_due > :now
    and not exists (select from invitations i where i.case_id = own.id and i.state = 'invited')
"""
_INVITED = "select from invitations where person_id = cast(:person as uuid) and state = 'invited'"
_SILENT = """
    select from invitations i
    where i.case_id = any(array(select id from own)) and i.state = 'invited' and i.answer_due <= :now
"""
_TO_WRITE = """
    select from cases c
    where c.id in (select case_id from tied where relation in ('chair', 'secretary', 'member'))
    and c.state = 'in_consultation' and c.team_may_read
    and not exists (select from answers a where a.case_id = c.id and a.state = 'signing')
"""
_TO_SIGN = """
    select from answers a join cases c on c.id = a.case_id
    where a.case_id = any(array(select case_id from tied where relation <> all(:asking))) and a.state = 'signing'
    and c.is_open and not exists (
        select from signatures s where s.answer_id = a.id and s.person_id = cast(:person as uuid)
        and s.voided_at is null
    )
"""
_TO_PUBLISH = """
    select from answers a
    where a.case_id = any(array(
        select id from own union select c.id from tied join cases c on c.id = case_id
        where relation = 'chair' and c.is_open
    ))
    and a.state = 'signing' and (a.signing_due <= :now or not exists (
        select from invitations i where i.case_id = a.case_id and i.state = 'accepted' and not exists (
            select from signatures s where s.answer_id = a.id and s.person_id = i.person_id and s.voided_at is null
        )
    ))
"""
_MINUTES = """
    select from meetings m join meeting_participants p on p.meeting_id = m.id join cases c on c.id = m.case_id
    where m.state = 'planned' and m.ends_at <= :now
    and p.person_id = cast(:person as uuid) and p.relation <> all(:asking) and c.is_open
"""
_NUMBER = "(select count(*) from ({rows} limit {most}) as of_kind)"
_KINDS = (_ASKED, _INVITED, _SILENT, _TO_WRITE, _TO_SIGN, _TO_PUBLISH, _MINUTES)


def _number(*rows: str) -> str:
    """At most as many as the list would show of a kind."""
    counted = " + ".join(_NUMBER.format(rows=one, most=MOST) for one in rows)
    return f"least({counted}, {MOST})"


_COUNT = Prepared(text(f"{_TIES} select {' + '.join([_number(_LATE, _NAMED), *map(_number, _KINDS)])} as waiting"))


async def count_waiting(session: ReadSession) -> int:
    """A number shows nothing of a case, so a badge that asks every few seconds leaves no row in the log."""
    if not session.caller.person:
        return 0
    row = await _COUNT.row(
        session,
        person=UUID(session.caller.person),
        ytas=sorted(session.caller.ytas_as("coordinator")),
        asking=sorted(ASKING),
        of_asker=[state.value for state in ASKER_KINDS],
        of_coordinator=[state.value for state in COORDINATOR_KINDS],
        now=session.clock.now(),
    )
    return cast(int, row.waiting)
