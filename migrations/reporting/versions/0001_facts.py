"""Facts, cursors of the feeds, what was set aside, labels.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from migrations.shared_tables import create_shared_tables, drop_shared_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_shared_tables(op)
    _create_facts()
    _create_cursors()
    op.create_table(
        "label",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("scheme", "key", "fi", "sv", "en")),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scheme", "key", name="pk_label"),
    )


def downgrade() -> None:
    for name in ("label", "passed_over", "set_aside", "feed_cursor", "fact"):
        op.drop_table(name)
    drop_shared_tables(op)


def _create_facts() -> None:
    op.create_table(
        "fact",
        sa.Column("year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("yta", "area", "line", "urgency", "language", "form")),
        *(
            sa.Column(name, ARRAY(sa.Text()), nullable=False)
            for name in ("themes", "age_groups", "client_languages", "disciplines")
        ),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("measures", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("year", "source", "sequence", name="pk_fact"),
    )
    op.create_index("ix_fact_type_at", "fact", ["type", "at"])
    op.create_index("ix_fact_case_id", "fact", ["case_id"])


def _create_cursors() -> None:
    op.create_table(
        "feed_cursor",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("last_event_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("caught_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("source", name="pk_feed_cursor"),
    )
    op.create_table(
        "set_aside",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("problems", ARRAY(sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", "sequence", name="pk_set_aside"),
    )
    op.create_table(
        "passed_over",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", "type", name="pk_passed_over"),
    )
