"""Experts are searched through a dictionary of words, which the database keeps itself"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# New words in their order: two who write at once then wait for each other, and never in a circle.
KEEP = """
create function keep_expert_search() returns trigger language plpgsql as $$
begin
    insert into word (text)
    select distinct said.text
    from fresh, regexp_split_to_table(fresh.search_text, '[^[:alnum:]]+') as said (text)
    where length(said.text) > 1 and not exists (select from word where word.text = said.text)
    order by said.text
    on conflict (text) do nothing;

    insert into expert_search (expert_id, listed, words)
    select fresh.id, fresh.active and fresh.consent_listed,
        coalesce(array_agg(distinct word.id) filter (where word.id is not null), '{}')
    from fresh
    left join regexp_split_to_table(fresh.search_text, '[^[:alnum:]]+') as said (text) on true
    left join word on word.text = said.text
    group by fresh.id, fresh.active, fresh.consent_listed
    on conflict (expert_id) do update set listed = excluded.listed, words = excluded.words
    where expert_search.listed <> excluded.listed or expert_search.words <> excluded.words;
    return null;
end $$
"""


def upgrade() -> None:
    # trusted since PostgreSQL 13: the owner of the database may add it
    op.execute("create extension if not exists intarray")
    op.create_table(
        "word",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_word"),
        sa.UniqueConstraint("text", name="uq_word_text"),
    )
    op.create_table(
        "expert_search",
        sa.Column("expert_id", sa.Uuid(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("words", ARRAY(sa.Integer()), nullable=False),
        sa.ForeignKeyConstraint(
            ["expert_id"], ["expert.id"], name="fk_expert_search_expert_id_expert", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("expert_id", name="pk_expert_search"),
    )
    _index("word", "text", "gin_trgm_ops")
    _index("expert_search", "words", "gin__int_ops")
    op.execute(KEEP)
    for act in ("insert", "update"):
        op.execute(
            f"create trigger expert_{act}_is_searched after {act} on expert"
            " referencing new table as fresh for each statement execute function keep_expert_search()"
        )
    op.execute("update expert set active = active")  # those that are there already
    op.drop_index("ix_expert_search_text", "expert")


def _index(table: str, column: str, operators: str) -> None:
    # without a list of what waits to be sorted in: whoever searches would have to read through it
    op.create_index(
        f"ix_{table}_{column}",
        table,
        [column],
        postgresql_using="gin",
        postgresql_ops={column: operators},
        postgresql_with={"fastupdate": "off"},
    )


def downgrade() -> None:
    op.create_index(
        "ix_expert_search_text",
        "expert",
        ["search_text"],
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    for act in ("insert", "update"):
        op.execute(f"drop trigger expert_{act}_is_searched on expert")
    op.execute("drop function keep_expert_search()")
    op.drop_table("expert_search")
    op.drop_table("word")
    op.execute("drop extension intarray")
