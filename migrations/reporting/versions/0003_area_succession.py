"""Which area followed which, as the registry's feed tells: figures of merged areas are counted together"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "area_succession",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("from_code", sa.Text(), nullable=False),
        sa.Column("to_code", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("source", "from_code", "to_code", name="pk_area_succession"),
    )


def downgrade() -> None:
    op.drop_table("area_succession")
