"""Policies ask for the case once, in the plan of the statement: functions were called anew for every row they met"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PERSON = "(select caller_person())"
ON_DUTY = "(select caller_duty()) <> ''"
OWN = f"person_id = {PERSON}"
BY_THEMSELVES = "(select caller_organisations()) is null"
ITS = "any ((select caller_organisations())::uuid[])"
OF_AREA = "yta = any ((select caller_ytas())::text[])"

# A plan is begun anew for every statement and grows with each question a policy asks: so what the permissive and the
# restrictive policy of cases said together is said here once, in what is true of one row.
SEES_CASE = f"""
    {OF_AREA} or {ON_DUTY}
    or asker = {PERSON} and ({BY_THEMSELVES} or asker_organisation = {ITS})
    or exists (
        select 1 from case_access a
        where a.case_id = cases.id and a.person_id = {PERSON}
          and (a.relation = 'partner' or cases.team_may_read or cases.asker = {PERSON})
    )
"""
SAW_CASE = f"""
    asker = {PERSON} or {OF_AREA}
    or exists (
        select 1 from case_access a
        where a.case_id = cases.id and a.person_id = {PERSON} and (a.relation = 'partner' or cases.team_may_read)
    )
    or {ON_DUTY}
"""
CASE_THROUGH_A_SYSTEM = f"""
    {BY_THEMSELVES} or {ON_DUTY} or {OF_AREA} or asker = {PERSON} and asker_organisation = {ITS}
    or exists (select 1 from case_access a where a.case_id = cases.id and a.person_id = {PERSON})
"""


def _is(*relations: str) -> str:
    named = ", ".join(f"'{relation}'" for relation in relations)
    own = f"a.case_id = c.id and a.person_id = {PERSON}"
    return f"exists (select 1 from case_access a where {own} and a.relation in ({named}))"


# Of the case `c`: the same questions as the functions ask, which stay for what is written, one row at a time.
ON_TEAM = f"""
    c.asker is distinct from {PERSON} and not {_is("asker", "partner")}
    and (c.{OF_AREA} or {ON_DUTY} or {_is("member", "chair", "secretary")})
"""
ASKS = f"c.asker = {PERSON} or c.{OF_AREA} or {ON_DUTY} or {_is('partner')}"


def _case(condition: str) -> str:
    """The row's case is the caller's to see, and the condition holds. A bare name in it would be the case's column."""
    return f"exists (select 1 from cases c where c.id = case_id and ({condition}))"


def _told_since(column: str) -> str:
    return _case(f"c.told_anew_at is null or {column} > c.told_anew_at or {ASKS}")


SEEN_BY_ALL = "invitations.state = 'accepted'"
POLICIES = {
    "sees on cases": SEES_CASE,
    "sees on answers": _case(f"answers.published_at is not null or {ON_TEAM}"),
    "sees on case_log": _case(f"not case_log.team_only or {ON_TEAM}"),
    "of_team on competence_gaps": _case(ON_TEAM),
    "of_asker on consents": _case(ASKS),
    "sees on invitations": f"{ON_DUTY} or {OWN} or {_case(SEEN_BY_ALL + ' or ' + ON_TEAM)}",
    "told_anew on meetings": _told_since("meetings.proposed_at"),
    "sees on messages": _told_since("messages.at"),
    "told_anew on team_notes": _told_since("team_notes.at"),
    "sees on team_notes": _case(ON_TEAM),
    "sees on work_minutes": f"{OWN} or {_case(ON_TEAM)}",
}

_SEES_ITS_CASE = "exists (select 1 from cases c where c.id = case_id)"
_TEAM, _ASKER = "caller_on_team(case_id)", "caller_asks_or_coordinates(case_id)"


def _told_anew(column: str) -> str:
    known = f"c.told_anew_at is null or {column} > c.told_anew_at"
    return f"exists (select 1 from cases c where c.id = case_id and ({known})) or {_ASKER}"


BEFORE = {
    "sees on cases": SAW_CASE,
    "sees on answers": f"{_SEES_ITS_CASE} and (published_at is not null or {_TEAM})",
    "sees on case_log": f"{_SEES_ITS_CASE} and (not team_only or {_TEAM})",
    "of_team on competence_gaps": _TEAM,
    "of_asker on consents": _ASKER,
    "sees on invitations": f"caller_duty() <> '' or {OWN} or {_TEAM} or (state = 'accepted' and {_SEES_ITS_CASE})",
    "told_anew on meetings": _told_anew("proposed_at"),
    "sees on messages": _SEES_ITS_CASE,
    "told_anew on team_notes": _told_anew("at"),
    "sees on team_notes": _TEAM,
    "sees on work_minutes": f"{OWN} or {_TEAM}",
}


def upgrade() -> None:
    for policy, sees in POLICIES.items():
        op.execute(f"alter policy {policy} using ({sees})")
    op.execute("drop policy through_a_system on cases")
    op.execute("drop policy told_anew on messages")


def downgrade() -> None:
    for policy, sees in BEFORE.items():
        op.execute(f"alter policy {policy} using ({sees})")
    op.execute(f"create policy through_a_system on cases as restrictive for select using ({CASE_THROUGH_A_SYSTEM})")
    op.execute(f"create policy told_anew on messages as restrictive for select using ({_told_anew('at')})")
