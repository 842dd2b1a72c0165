"""Each change of an entry is kept with its fields before and after"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.shared_tables import make_append_only

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entry_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "entry")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("person", "name", "act", "reason")),
        sa.Column("fields", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_entry_change"),
    )
    op.create_index("ix_entry_change_kind_entry_at_id", "entry_change", ["kind", "entry", "at", "id"])
    make_append_only(op, "entry_change")


def downgrade() -> None:
    op.drop_table("entry_change")
