"""Through another system a person reaches only the cases they have to do with in that system's organisation"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Null for a person who acts by themselves. An empty setting is what a pooled connection has after its first use.
ORGANISATIONS = """
create function caller_organisations() returns uuid[] language sql stable parallel safe
    return string_to_array(nullif(current_setting('ot.organisations', true), ''), ',')::uuid[]
"""

ON_DUTY = "(select caller_duty()) <> ''"
BY_THEMSELVES = "(select caller_organisations()) is null"
ITS = "any ((select caller_organisations())::uuid[])"

# Restrictive: they take away from what the other policies give, and give nothing.
THROUGH_A_SYSTEM = {
    "cases": f"""
        {BY_THEMSELVES} or {ON_DUTY}
        or yta = any ((select caller_ytas())::text[])
        or asker = (select caller_person()) and asker_organisation = {ITS}
        or exists (
            select 1 from case_access a where a.case_id = cases.id and a.person_id = (select caller_person())
        )
    """,
    # No subquery here: the policy of cases looks into this table, and the two would go round for ever.
    "case_access": """
        caller_organisations() is null or caller_duty() <> ''
        or person_id is distinct from caller_person() or organisation = any (caller_organisations())
    """,
    "invitations": f"""
        {BY_THEMSELVES} or {ON_DUTY}
        or person_id is distinct from (select caller_person()) or employer = {ITS}
    """,
}

KNOWN_ALREADY = (
    "select set_config('ot.duty', 'migration', true)",
    "update case_access a set organisation = c.asker_organisation from cases c"
    " where c.id = a.case_id and a.relation in ('asker', 'partner')",
    "update case_access a set organisation = i.employer from invitations i"
    " where i.case_id = a.case_id and i.person_id = a.person_id and i.role = a.relation and i.state = 'accepted'",
    "select set_config('ot.duty', '', true)",
)


def _take_seat(columns: str, values: str) -> str:
    """The one way from an accepted invitation to a row in case_access."""
    return f"""
create or replace function take_seat(the_invitation uuid, the_moment timestamptz) returns void language plpgsql as $$
declare duty text := caller_duty();
begin
    perform set_config('ot.duty', 'invitation', true);
    insert into case_access ({columns})
        select {values}
        from cases c join invitations i on i.case_id = c.id
        where i.id = the_invitation and i.person_id = caller_person() and i.state = 'accepted';
    perform set_config('ot.duty', duty, true);
end $$
"""


def upgrade() -> None:
    op.add_column("case_access", sa.Column("organisation", sa.Uuid(), nullable=True))
    for statement in KNOWN_ALREADY:
        op.execute(statement)
    op.execute(ORGANISATIONS)
    for table, sees in THROUGH_A_SYSTEM.items():
        op.execute(f"create policy through_a_system on {table} as restrictive for select using ({sees})")
    op.execute(
        _take_seat(
            "case_id, person_id, relation, yta, asker, organisation, since",
            "c.id, i.person_id, i.role, c.yta, c.asker, i.employer, the_moment",
        )
    )


def downgrade() -> None:
    op.execute(
        _take_seat(
            "case_id, person_id, relation, yta, asker, since", "c.id, i.person_id, i.role, c.yta, c.asker, the_moment"
        )
    )
    for table in THROUGH_A_SYSTEM:
        op.execute(f"drop policy through_a_system on {table}")
    op.execute("drop function caller_organisations()")
    op.drop_column("case_access", "organisation")
