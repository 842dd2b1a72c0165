"""A code that was merged into another is counted as that one"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("label", sa.Column("counted_as", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("label", "counted_as")
