"""What waits for somebody is counted from indexes of what is under way, and not from all that ever was"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_answers_signing", "answers", ["case_id"], postgresql_where=sa.text("state = 'signing'"))
    op.create_index("ix_meetings_planned", "meetings", ["ends_at"], postgresql_where=sa.text("state = 'planned'"))


def downgrade() -> None:
    op.drop_index("ix_meetings_planned", "meetings")
    op.drop_index("ix_answers_signing", "answers")
