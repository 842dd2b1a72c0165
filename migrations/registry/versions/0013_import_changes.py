"""In what a row of a file differs from the entry that is there, and which version of it was looked at"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("entry_import_row", sa.Column("changes", ARRAY(sa.Text()), nullable=False, server_default="{}"))
    op.add_column("entry_import_row", sa.Column("version", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("entry_import_row", "version")
    op.drop_column("entry_import_row", "changes")
