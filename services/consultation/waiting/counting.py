"""The numbers of menus and queues, in one statement and without any case's content.

Every page asks for them. Tests keep what waits the same as `list_waiting` tells it, and the counts as the lists.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.consultation.access import ASKING
from services.consultation.cases.lists import AFTER_ANSWER
from services.consultation.waiting.rules import ASKER_KINDS, COORDINATOR_KINDS, MOST
from services.shared.database import ReadSession
from services.shared.statements import Prepared

# The open cases of an area, and what a person sits in, are found first and once: from there each kind is a look into
# an index, and row-level security is asked only of the rows it meets. Who is named on a case coordinates its area.
_TIES = """
with area as materialized (
    select id, state, next_due, coordinator, state <> all(:after_answer) or next_due <= :now as queued
    from cases where yta = any(:ytas) and is_open
), own as (
    select id, state, next_due from area where coordinator = cast(:person as uuid)
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
_LATE = "select from area where next_due <= :now"
_NAMED = """
    select from own where state = any(:of_coordinator) and next_due > :now
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
_MINE = """
    select count(*) from tied join cases c on c.id = tied.case_id where relation = any(:asking) and c.is_open
"""
_UNSEEN = "select count(*) from notifications where person_id = cast(:person as uuid) and seen_at is null"
_QUEUE = """
    select coalesce(jsonb_object_agg(state, number), '{}') as states, coalesce(sum(queued), 0)::int as queue,
        coalesce(sum(late), 0)::int as late, coalesce(sum(coordinated), 0)::int as coordinated
    from (
        select state, count(*) as number, count(*) filter (where queued) as queued,
            count(*) filter (where queued and next_due <= :now) as late,
            count(*) filter (where queued and coordinator = cast(:person as uuid)) as coordinated
        from area group by state
    ) as of_state
"""


def _number(*rows: str) -> str:
    """At most as many as the list would show of a kind."""
    counted = " + ".join(_NUMBER.format(rows=one, most=MOST) for one in rows)
    return f"least({counted}, {MOST})"


_WAITING = " + ".join([_number(_LATE, _NAMED), *map(_number, _KINDS)])
_COUNTED = f"{_WAITING} as waiting, ({_MINE}) as mine, ({_UNSEEN}) as unseen, queue.*"
_COUNT = Prepared(text(" ".join((_TIES, "select", _COUNTED, "from (", _QUEUE, ") as queue"))))


async def count_everything(session: ReadSession) -> dict[str, Any]:
    """By the names of `NotificationCount`. A number shows nothing of a case, so a badge that asks every few seconds
    leaves no row in the log."""
    person = session.caller.person
    row = await _COUNT.row(
        session,
        person=UUID(person) if person else None,
        ytas=sorted(session.caller.ytas_as("coordinator")),
        asking=sorted(ASKING),
        of_asker=[state.value for state in ASKER_KINDS],
        of_coordinator=[state.value for state in COORDINATOR_KINDS],
        after_answer=list(AFTER_ANSWER),
        now=session.clock.now(),
    )
    return dict(row._asdict())
