"""Expert groups with their members, and services; both are found by the search"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from migrations.registry.searched import Searched

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
# Whether something has ended is as it was on the day of its last change: what ends later is still found, and says so.
FOUND = """
    select '{kind}' as kind, id::text as slug, id as source, coalesce(valid_to >= current_date, true) as listed,
        name_fi as label_fi, name_sv as label_sv, name_en as label_en, '{{}}'::text[] as others, '' as title,
        (select string_agg(said, ' ') from jsonb_each_text({texts}) as told (language, said)) as body,
        array['{scheme}/' || {word}, (select 'organisations/' || slug from organisation
                where organisation.id = organisation_id)]
            || array(select 'themes/' || unnest(themes)) || array(select 'areas/' || unnest(areas))
            || array(select 'languages/' || unnest(languages)) as about,
        {people} as people, {takes} as takes, null::date as away_from, null::date as away_to
    from {table}"""
GROUPS = Searched(
    table="expert_group",
    key="source",
    made="id",
    kind="'groups'",
    slug="id::text",
    view=FOUND.format(
        kind="groups",
        texts="description",
        scheme="group_types",
        word="group_type",
        people="true",
        takes="null::boolean",
        table="expert_group",
    ),
)
OFFERINGS = Searched(
    table="offering",
    key="source",
    made="id",
    kind="'offerings'",
    slug="id::text",
    view=FOUND.format(
        kind="offerings",
        texts="description",
        scheme="offering_kinds",
        word="offering_kind",
        people="false",
        takes="capacity = 'open'",
        table="offering",
    ),
)


def upgrade() -> None:
    _create(
        "expert_group",
        _text("group_type"),
        _text("rhythm"),
        _texts("meets"),
        sa.Column("next_meeting", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "rhythm in ('weekly', 'biweekly', 'monthly', 'quarterly', 'as_needed')", name="ck_expert_group_rhythm"
        ),
    )
    op.create_index("ix_expert_group_group_type", "expert_group", ["group_type"])
    _create_members()
    _create(
        "offering",
        _text("offering_kind"),
        sa.Column("age_groups", ARRAY(sa.Text()), nullable=False),
        sa.Column("minimum_age", sa.Integer(), nullable=True),
        sa.Column("maximum_age", sa.Integer(), nullable=True),
        *(_texts(name) for name in ("eligibility", "application_process", "fees", "schedule")),
        sa.Column("ways_in", ARRAY(sa.Text()), nullable=False),
        _text("url"),
        sa.Column("remote", sa.Boolean(), nullable=False),
        _text("capacity"),
        sa.Column("waiting_weeks", sa.Integer(), nullable=True),
        sa.Column("free_places", sa.Integer(), nullable=True),
        sa.Column("capacity_on", sa.Date(), nullable=False),
        sa.Column("assured_on", sa.Date(), nullable=False),
        _text("assured_by"),
        sa.CheckConstraint("capacity in ('open', 'queue', 'closed')", name="ck_offering_capacity"),
        sa.CheckConstraint("minimum_age <= maximum_age", name="ck_offering_ages"),
        sa.CheckConstraint("free_places is null or capacity = 'open'", name="ck_offering_free_places"),
        sa.CheckConstraint("waiting_weeks is null or capacity = 'queue'", name="ck_offering_waiting_weeks"),
    )
    op.create_index("ix_offering_offering_kind", "offering", ["offering_kind"])
    op.create_index("ix_offering_assured_on", "offering", ["assured_on"])
    for found in (GROUPS, OFFERINGS):
        found.begin()


def _create(table: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        _text("name_fi"),
        _text("name_sv"),
        sa.Column("name_en", sa.Text(), nullable=True),
        *(sa.Column(name, ARRAY(sa.Text()), nullable=False) for name in ("areas", "themes", "languages")),
        _texts("description"),
        _texts("contact"),
        _text("end_reason"),
        _text("sort_key"),
        _text("search_text"),
        *columns,
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("example", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=f"fk_{table}_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.CheckConstraint("valid_to >= valid_from", name=f"ck_{table}_days"),
    )
    op.create_index(f"ix_{table}_organisation_id", table, ["organisation_id"])
    op.create_index(f"ix_{table}_sort_key_id", table, ["sort_key", "id"])
    for name in ("areas", "themes"):
        op.create_index(f"ix_{table}_{name}", table, [name], postgresql_using="gin")


def _create_members() -> None:
    op.create_table(
        "group_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("expert_id", sa.Uuid(), nullable=False),
        _text("role"),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["expert_group.id"], name="fk_group_member_group_id_expert_group"),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name="fk_group_member_expert_id_expert"),
        sa.PrimaryKeyConstraint("id", name="pk_group_member"),
        sa.CheckConstraint("valid_to >= valid_from", name="ck_group_member_days"),
        sa.CheckConstraint("role in ('chair', 'secretary', 'member')", name="ck_group_member_role"),
    )
    op.create_index("ix_group_member_group_id", "group_member", ["group_id"])
    op.create_index("ix_group_member_expert_id", "group_member", ["expert_id"])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _texts(name: str) -> sa.Column[object]:
    return sa.Column(name, JSONB(), nullable=False)


def downgrade() -> None:
    for found in (OFFERINGS, GROUPS):
        op.execute(f"delete from search_entry where kind = {found.kind}")
        found.end()
    for table in ("group_member", "offering", "expert_group"):
        op.drop_table(table)
