"""Who has not answered yet is found in an index of the few, not among all who were ever asked"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_invitations_invited", "invitations", ["case_id"], postgresql_where=sa.text("state = 'invited'"))


def downgrade() -> None:
    op.drop_index("ix_invitations_invited", "invitations")
