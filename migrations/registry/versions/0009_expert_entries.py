"""An expert's own entry: absences, contact, who sees what, the number in a register, why somebody is left out"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# What is found by: a text and an employer that the expert keeps from others are no words of the search.
SEARCHED = """
    select 'experts' as kind, id::text as slug, id as source,
        active and consent_listed as listed, name as label_fi, name as label_sv, name as label_en,
        '{{}}'::text[] as others, title, {bio} as body,
        array['professions/' || profession, 'areas/' || area,
                (select 'organisations/' || slug from organisation where organisation.id = employer_id{employer})]
            || array(select 'themes/' || unnest(themes)) || array(select 'disciplines/' || unnest(disciplines))
            || array(select 'areas/' || unnest(areas)) || array(select 'languages/' || unnest(languages)) as about,
        true as people, capacity_month > 0 as takes, away_from, away_to
    from expert"""


def upgrade() -> None:
    op.create_table(
        "expert_absence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("expert_id", sa.Uuid(), nullable=False),
        sa.Column("away_from", sa.Date(), nullable=False),
        sa.Column("away_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name="fk_expert_absence_expert_id_expert"),
        sa.PrimaryKeyConstraint("id", name="pk_expert_absence"),
        sa.UniqueConstraint("expert_id", "away_from", name="uq_expert_absence_expert_id_away_from"),
        sa.CheckConstraint("away_to >= away_from", name="ck_expert_absence_days"),
    )
    op.create_index("ix_expert_absence_away_to", "expert_absence", ["away_to"])
    for column in _columns():
        op.add_column("expert", column)
    op.execute("update expert set capacity_usual = greatest(capacity_month, 1)")
    op.execute(
        "insert into expert_absence (id, expert_id, away_from, away_to)"
        " select gen_random_uuid(), id, away_from, away_to from expert where away_from is not null"
    )
    for name, rule in CHECKS.items():
        op.create_check_constraint(f"ck_expert_{name}", "expert", rule)
    op.create_foreign_key("fk_expert_register_checked_by_person", "expert", "person", ["register_checked_by"], ["id"])
    op.execute(
        "create or replace view searched_expert as"
        + SEARCHED.format(
            bio="case when 'bio' = any(shown) then bio else '' end", employer=" and 'employer' = any(expert.shown)"
        )
    )


def _columns() -> list[sa.Column[object]]:
    return [
        sa.Column("capacity_usual", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("email", sa.Text(), nullable=False, server_default=""),
        sa.Column("phone", sa.Text(), nullable=False, server_default=""),
        sa.Column("shown", ARRAY(sa.Text()), nullable=False, server_default="{bio,employer}"),
        sa.Column("register_kind", sa.Text(), nullable=True),
        sa.Column("register_number", sa.Text(), nullable=True),
        sa.Column("register_checked_by", sa.Uuid(), nullable=True),
        sa.Column("register_checked_on", sa.Date(), nullable=True),
        sa.Column("inactive_since", sa.Date(), nullable=True),
        sa.Column("inactive_reason", sa.Text(), nullable=False, server_default=""),
    ]


CHECKS = {
    "capacity_usual": "capacity_usual between 1 and 40",
    "shown": "shown <@ array['bio', 'email', 'employer', 'phone']",
    "register_kind": "register_kind in ('terhikki', 'suosikki')",
    "register_whole": "(register_kind is null) = (register_number is null)",
    "register_checked": "(register_checked_by is null) = (register_checked_on is null)"
    " and (register_checked_by is null or register_number is not null)",
}


def downgrade() -> None:
    op.execute("create or replace view searched_expert as" + SEARCHED.format(bio="bio", employer=""))
    op.drop_constraint("fk_expert_register_checked_by_person", "expert", type_="foreignkey")
    for name in CHECKS:
        op.drop_constraint(f"ck_expert_{name}", "expert", type_="check")
    for column in reversed(_columns()):
        op.drop_column("expert", column.name)
    op.drop_table("expert_absence")
