"""How a person wants to be told by mail that something waits"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("mail", sa.Text(), server_default="each", nullable=False))
    op.alter_column("person", "mail", server_default=None)
    op.create_check_constraint("ck_person_mail", "person", "mail in ('each', 'digest', 'none')")


def downgrade() -> None:
    op.drop_constraint("ck_person_mail", "person")
    op.drop_column("person", "mail")
