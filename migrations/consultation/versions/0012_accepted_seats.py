"""Who asks sees the accepted seats of the team: in 0009 `state` had come to mean the case's"""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

PERSON = "(select caller_person())"
ON_DUTY = "(select caller_duty()) <> ''"


def _is(*relations: str) -> str:
    named = ", ".join(f"'{relation}'" for relation in relations)
    own = f"a.case_id = c.id and a.person_id = {PERSON}"
    return f"exists (select 1 from case_access a where {own} and a.relation in ({named}))"


ON_TEAM = f"""
    c.asker is distinct from {PERSON} and not {_is("asker", "partner")}
    and (c.yta = any ((select caller_ytas())::text[]) or {ON_DUTY} or {_is("member", "chair", "secretary")})
"""


def _sees(state: str) -> str:
    """A bare `state` means that of the case where the case is asked for, and not the seat's."""
    its_case = f"select 1 from cases c where c.id = case_id and ({state} = 'accepted' or {ON_TEAM})"
    return f"{ON_DUTY} or person_id = {PERSON} or exists ({its_case})"


def upgrade() -> None:
    op.execute(f"alter policy sees on invitations using ({_sees('invitations.state')})")


def downgrade() -> None:
    op.execute(f"alter policy sees on invitations using ({_sees('c.state')})")
