"""Merges and splits of areas: what was decided, and which area followed which"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# an area has a kind of its own: what a search entry's is must be said
FORGET = """
create or replace function forget_searched() returns trigger language plpgsql as $$
begin
    execute format('delete from search_entry where (search_entry.kind, search_entry.slug) in (select %s, %s from gone)',
        tg_argv[0], tg_argv[1]);
    return null;
end $$
"""


def upgrade() -> None:
    op.execute(FORGET)
    op.add_column("area", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.create_table(
        "area_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("yta", sa.Text(), nullable=False),
        sa.Column("areas", ARRAY(sa.Text()), nullable=False),
        sa.Column("into", ARRAY(sa.Text()), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("placements", JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_by_name", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("carried_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["yta"], ["collaborative_area.key"], name="fk_area_change_yta_collaborative_area"),
        sa.PrimaryKeyConstraint("id", name="pk_area_change"),
        sa.CheckConstraint("kind in ('merge', 'split')", name="ck_area_change_kind"),
        sa.CheckConstraint("state in ('planned', 'done', 'cancelled')", name="ck_area_change_state"),
    )
    op.create_index(
        "ix_area_change_planned", "area_change", ["effective_on"], postgresql_where=sa.text("state = 'planned'")
    )
    op.create_table(
        "area_succession",
        sa.Column("from_code", sa.Text(), nullable=False),
        sa.Column("to_code", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["from_code"], ["area.code"], name="fk_area_succession_from_code_area"),
        sa.ForeignKeyConstraint(["to_code"], ["area.code"], name="fk_area_succession_to_code_area"),
        sa.PrimaryKeyConstraint("from_code", "to_code", name="pk_area_succession"),
    )
    op.create_index("ix_area_succession_to_code", "area_succession", ["to_code"])


def downgrade() -> None:
    op.drop_table("area_succession")
    op.drop_table("area_change")
    op.drop_column("area", "version")
