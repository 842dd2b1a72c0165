"""Words that people keep: definitions, mappings, versions, and what is retired or merged"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# As in 0007, but what is retired is no longer found by itself.
SEARCHED = """
create or replace view searched_concept as
    select scheme || '/' || slug as key, scheme as kind, slug, null::uuid as source, retired_on is null as listed,
        name_fi as label_fi, name_sv as label_sv, name_en as label_en,
        array(select label from jsonb_each(alt) as of (language, labels),
            jsonb_array_elements_text(labels) as other (label)) as others,
        '' as title, '' as body,
        '{}'::text[] as about, false as people, null::boolean as takes, null::date as away_from, null::date as away_to
    from concept
"""


def upgrade() -> None:
    op.add_column("concept", sa.Column("definition", JSONB(), server_default="{}", nullable=False))
    op.add_column("concept", sa.Column("mappings", JSONB(), server_default="[]", nullable=False))
    op.add_column("concept", sa.Column("edited", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("concept", sa.Column("retired_on", sa.Date()))
    op.add_column("concept", sa.Column("replaced_by", sa.Text()))
    op.add_column("concept", sa.Column("merged", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("concept", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.execute(
        "update concept set mappings = jsonb_build_array(jsonb_build_object('uri', yso_uri,"
        " 'match', case yso_match when 'field' then 'related' else yso_match end)) where yso_uri is not null"
    )
    op.drop_column("concept", "yso_uri")
    op.drop_column("concept", "yso_match")
    for column in ("definition", "mappings", "edited", "merged", "version"):
        op.alter_column("concept", column, server_default=None)
    op.create_foreign_key(
        "fk_concept_scheme_replaced_by_concept", "concept", "concept", ["scheme", "replaced_by"], ["scheme", "slug"]
    )
    op.create_check_constraint(op.f("ck_concept_replaced"), "concept", "replaced_by is null or retired_on is not null")
    op.create_check_constraint(op.f("ck_concept_merged"), "concept", "not merged or replaced_by is not null")
    op.execute(SEARCHED)


def downgrade() -> None:
    raise NotImplementedError("what people have written would be lost: go back to a backup")
