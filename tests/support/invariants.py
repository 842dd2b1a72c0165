"""What holds of every case, however it came into the database: played, told or typed in. Asked in sets of rows.

Rows of one act may be some milliseconds apart where the clock runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import psycopg
from psycopg import sql

from services.consultation.workflow import ACTS, State

AWAITED = {"accepted": "answer", "in_consultation": "answer", "answered": "reply", "in_follow_up": "follow_up"}
"""The clock that runs in a state."""

_RULES: dict[str, str] = {
    "the last move led to the state": """
        select c.code from cases c where c.state <> 'draft' and not exists (
            select from case_log l where l.case_id = c.id and l.data->>'to' = c.state
            and l.at = (select max(at) from case_log m where m.case_id = c.id and m.data ? 'to'))""",
    "each move began where the one before ended": """
        select c.code from (
            select case_id, data->>'from' as "from", lag(data->>'to') over w as before, at, lag(at) over w as earlier
            from case_log where data ? 'to' window w as (partition by case_id order by at, id)) moves
        join cases c on c.id = case_id where "from" <> before and at <> earlier""",
    "only open cases are open": """
        select code from cases where is_open <> (state in
            ('submitted','returned','accepted','in_consultation','answered','in_follow_up'))""",
    "an ended case has no running clock": """
        select distinct c.code from cases c join case_clocks k on k.case_id = c.id
        where not c.is_open and k.stopped_at is null""",
    "the clock of the state runs": """
        select c.code from cases c join unnest(%(states)s::text[], %(clocks)s::text[]) as awaited(state, clock)
        using (state) where not exists (
            select from case_clocks k where k.case_id = c.id and k.name = awaited.clock and k.stopped_at is null)""",
    "clocks stand still only while the asker is waited for": """
        select distinct c.code from cases c join case_clocks k on k.case_id = c.id
        where k.stopped_at is null and (k.paused_at is not null) <>
            (k.name in ('first', 'answer') and (c.state = 'returned' or c.choice_due is not null))""",
    "a case stands in lists by its most urgent clock": """
        select c.code from cases c join (select case_id, min(due_at) as due from case_clocks
            where stopped_at is null and paused_at is null group by case_id) k on k.case_id = c.id
        where c.is_open and c.next_due <> k.due""",
    "clocks past their time were noticed": """
        select distinct c.code from cases c join case_clocks k on k.case_id = c.id
        where k.stopped_at is null and k.paused_at is null and (
            (k.warn_at <= %(swept)s and k.warned_at is null) or (k.due_at <= %(swept)s and k.late_at is null))""",
    "nothing happens later than now": """
        select code from cases where greatest(created_at, changed_at, closed_at, answered_at) > %(now)s
        union select c.code from case_log l join cases c on c.id = l.case_id where l.at > %(now)s""",
    "numbers have no gaps": """
        select concat_ws('-', yta, kind, year) from answers where serial is not null group by yta, kind, year
        having min(serial) <> 1 or max(serial) <> count(distinct serial)""",
    "the next number follows the last": """
        select concat_ws('-', n.yta, n.kind, n.year) from answer_numbers n
        left join (select yta, kind, year, max(serial) as last from answers group by 1, 2, 3) a using (yta, kind, year)
        where n.last <> coalesce(a.last, 0)""",
    "a published answer has its number, and no other has one": """
        select c.code from answers a join cases c on c.id = a.case_id
        where (a.state = 'published') <> (a.serial is not null and a.published_at is not null)""",
    "each member of the team at publishing has signed or is said not to have": """
        select c.code from answers a join cases c on c.id = a.case_id where a.state = 'published' and not exists (
            select from signatures s where s.answer_id = a.id and s.voided_at is null)""",
    "every act left its event": """
        select distinct c.code || ' ' || l.act from case_log l join cases c on c.id = l.case_id
        join unnest(%(acts)s::text[], %(events)s::text[]) as told(act, type) using (act)
        where not exists (select from event e where e.subject = c.id::text and abs(extract(epoch from e.at - l.at)) < 10
            and e.type in (told.type, case when l.act = 'publish' then 'answer.corrected' end))""",
    "every act of a person left its row in the access log": """
        select distinct c.code || ' ' || l.act from case_log l join cases c on c.id = l.case_id
        where l.person_id is not null and l.act <> 'merged_here' and not exists (select from access_log a
            where a.subject = c.id::text and a.person = l.person_id::text
            and abs(extract(epoch from a.at - l.at)) < 10)""",
    "who has a seat may read, who left may not": """
        select c.code from invitations i join cases c on c.id = i.case_id
        where (i.state = 'accepted' and c.is_open) and not exists (select from case_access a where a.case_id = c.id
            and a.person_id = i.person_id and a.relation in ('member', 'chair', 'secretary'))
        union select c.code from invitations i join cases c on c.id = i.case_id
        where i.state in ('declined', 'recused', 'removed') and exists (select from case_access a
            where a.case_id = c.id and a.person_id = i.person_id and a.relation in ('member', 'chair', 'secretary'))
        and not exists (select from invitations other where other.case_id = i.case_id
            and other.person_id = i.person_id and other.state = 'accepted')""",
    "an owner is a centre with a coordinator": """
        select code from cases where state <> 'draft' and (yta is null or coordinator is null)""",
}


def broken(connection: psycopg.Connection, *, now: datetime, swept: datetime | None = None) -> list[str]:
    """`the rule: cases that break it`; empty where everything holds. `connection` is to the consultation database.

    `swept`: until when the watch has looked at the clocks, if not until now.
    """
    moving = {name: act.event for name, act in ACTS.items() if act.event}
    told: dict[str, Any] = {
        "now": now,
        "swept": swept or now,
        "states": list(AWAITED),
        "clocks": list(AWAITED.values()),
        "acts": list(moving),
        "events": list(moving.values()),
    }
    found = []
    for rule, query in _RULES.items():
        if rows := connection.execute(query, told).fetchall():
            found.append(f"{rule}: {len(rows)}, such as {', '.join(str(row[0]) for row in rows[:5])}")
    return [*found, *_not_sealed(connection), *_unknown_states(connection)]


def _not_sealed(connection: psycopg.Connection) -> Iterator[str]:
    """Every sealed text is in the format that is sealed, and longer than its wrapping."""
    columns = connection.execute(
        "select table_name, column_name from information_schema.columns"
        " where table_schema = 'public' and column_name like '%\\_sealed' and data_type = 'bytea'"
    ).fetchall()
    assert len(columns) > 20
    for table, column in columns:
        name, table_name = sql.Identifier(column), sql.Identifier(table)
        query = sql.SQL("select count(*) from {} where substring({} for 1) <> '\\x01' or length({}) < 29")
        wrong = connection.execute(query.format(table_name, name, name)).fetchone()
        if wrong and wrong[0]:
            yield f"not sealed: {wrong[0]} of {table}.{column}"


def _unknown_states(connection: psycopg.Connection) -> Iterator[str]:
    known = [state.value for state in State]
    strange = connection.execute("select distinct state from cases where state <> all(%s)", [known]).fetchall()
    yield from (f"no such state: {state}" for (state,) in strange)


def plainly_written(connection: psycopg.Connection, words: list[str]) -> list[str]:
    """Tables in which any of the words can be read as it stands."""
    tables = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
    found = []
    for (table,) in tables:
        query = sql.SQL("select exists (select from {} as t where t::text like any(%s))").format(sql.Identifier(table))
        seen = connection.execute(query, [[f"%{word}%" for word in words]]).fetchone()
        if seen and seen[0]:
            found.append(table)
    return found
