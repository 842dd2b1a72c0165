"""Lists of ended cases cost what they show"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_cases_ended",
        "cases",
        ["yta", "state", "next_due", "id"],
        postgresql_where=sa.text("not is_open"),
    )


def downgrade() -> None:
    op.drop_index("ix_cases_ended", table_name="cases")
