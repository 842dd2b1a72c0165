"""When each entry was last changed, whoever changed it: what lists since a moment are made of"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MARKED = {
    "organisation": ("'organisations'", "id::text"),
    "expert": ("'experts'", "id::text"),
    "expert_group": ("'groups'", "id::text"),
    "offering": ("'offerings'", "id::text"),
    "area": ("'areas'", "code"),
    "concept": ("'concepts/' || scheme", "slug"),
}
"""By table what its kind and its key are."""

# The row stands before its mark is made: by then the transaction has the number by which a reader knows it as open,
# and the mark's time is not earlier than the transaction's beginning.
MARK = """
create function mark_entries() returns trigger language plpgsql as $$
begin
    execute format(
        'insert into entry_mark (kind, entry, changed_at, over)'
        ' select %1$s, %2$s, clock_timestamp(), false from (%3$s) f'
        ' on conflict (kind, entry) do update set changed_at = excluded.changed_at, over = false',
        tg_argv[0], tg_argv[1],
        case when tg_op = 'UPDATE' then 'select * from fresh except select * from old' else 'select * from fresh' end);
    return null;
end $$
"""


def upgrade() -> None:
    op.create_table(
        "entry_mark",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("over", sa.Boolean(), nullable=False, server_default="false"),
        sa.PrimaryKeyConstraint("kind", "entry", name="pk_entry_mark"),
    )
    op.create_index("ix_entry_mark_kind_changed_at_entry", "entry_mark", ["kind", "changed_at", "entry"])
    op.execute(MARK)
    for table, (kind, key) in MARKED.items():
        asked = f"select {kind}, {key}, clock_timestamp() from {table}"
        op.execute(f"insert into entry_mark (kind, entry, changed_at) {asked}")
        told = ", ".join("'" + one.replace("'", "''") + "'" for one in (kind, key))
        for act, tables in (("insert", "new table as fresh"), ("update", "old table as old new table as fresh")):
            op.execute(
                f"create trigger {table}_{act}_is_marked after {act} on {table} referencing {tables}"
                f" for each statement execute function mark_entries({told})"
            )


def downgrade() -> None:
    for table in MARKED:
        for act in ("insert", "update"):
            op.execute(f"drop trigger {table}_{act}_is_marked on {table}")
    op.execute("drop function mark_entries()")
    op.drop_table("entry_mark")
