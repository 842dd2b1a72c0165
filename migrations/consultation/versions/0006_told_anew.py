"""What was told under a consent that is gone stays with who asked and who coordinates"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TOLD_AT = {"messages": "at", "team_notes": "at", "meetings": "proposed_at"}


def _sees(column: str) -> str:
    return f"""
        exists (
            select 1 from cases c
            where c.id = case_id and (c.told_anew_at is null or {column} > c.told_anew_at)
        )
        or caller_asks_or_coordinates(case_id)
    """


def upgrade() -> None:
    op.add_column("cases", sa.Column("told_anew_at", sa.DateTime(timezone=True), nullable=True))
    for table, column in TOLD_AT.items():
        op.execute(f"create policy told_anew on {table} as restrictive for select using ({_sees(column)})")


def downgrade() -> None:
    for table in TOLD_AT:
        op.execute(f"drop policy told_anew on {table}")
    op.drop_column("cases", "told_anew_at")
