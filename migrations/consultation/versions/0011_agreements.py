"""An invitation keeps the agreement it was made under, or why there was none and the reason of the exception"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# How many consultations were begun under agreements, whoever's cases they are: counts, nothing else.
AGREEMENT_USE = """
create function agreement_use(agreements uuid[], since timestamptz)
returns table (used uuid, consultations bigint) language plpgsql as $$
declare duty text := caller_duty();
begin
    perform set_config('ot.duty', 'invitation', true);
    return query
        select i.agreement, count(distinct i.case_id)
        from invitations i
        where i.agreement = any (agreements) and i.invited_at >= since and i.state in ('invited', 'accepted')
        group by i.agreement;
    perform set_config('ot.duty', duty, true);
end $$
"""


def upgrade() -> None:
    op.add_column("invitations", sa.Column("agreement", sa.Uuid(), nullable=True))
    op.add_column("invitations", sa.Column("agreement_why", sa.Text(), nullable=True))
    op.add_column("invitations", sa.Column("exception_reason_sealed", sa.LargeBinary(), nullable=True))
    op.create_index(
        "ix_invitations_agreement",
        "invitations",
        ["agreement", "invited_at"],
        postgresql_where=sa.text("agreement is not null"),
    )
    op.execute(AGREEMENT_USE)


def downgrade() -> None:
    op.execute("drop function agreement_use(uuid[], timestamptz)")
    op.drop_index("ix_invitations_agreement", "invitations")
    for name in ("exception_reason_sealed", "agreement_why", "agreement"):
        op.drop_column("invitations", name)
