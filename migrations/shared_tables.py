"""The tables every service's database begins with: call it in a service's first revision.

Frozen: it says what the first revisions made. A later change of a shared table is a function of its own beside it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

PRIMARY = "pk_{}"


def create_shared_tables(op: Operations) -> None:
    """Makes event, journal, access_log and idempotency_key."""
    _create_journal(op)
    _create_access_log(op)
    _create_idempotency_key(op)


def drop_shared_tables(op: Operations) -> None:
    for name in ("idempotency_key", "access_log", "journal", "event"):
        op.drop_table(name)
    op.execute("drop function refuse_change()")


def make_append_only(op: Operations, table: str) -> None:
    """Neither the app role nor anybody else changes or removes a row; tests do, with triggers switched off."""
    op.execute(
        f"create trigger {table}_is_append_only before update or delete or truncate on {table}"
        " for each statement execute function refuse_change()"
    )
    op.execute(
        f"do $$ begin execute format('revoke update, delete, truncate on {table} from %I',"
        " regexp_replace(current_user, '_owner$', '_app')); end $$"
    )


def _create_journal(op: Operations) -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entered", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=PRIMARY.format("event")),
        sa.UniqueConstraint("position", name="uq_event_position"),
    )
    op.create_index("ix_event_unnumbered", "event", ["entered"], postgresql_where=sa.text("position is null"))
    op.create_table(
        "journal",
        sa.Column("one", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("last", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("one", name=PRIMARY.format("journal")),
        sa.CheckConstraint("one", name="ck_journal_single"),
    )
    op.execute("insert into journal default values")


def _create_access_log(op: Operations) -> None:
    op.create_table(
        "access_log",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("person", "name", "role", "unit")),
        sa.Column("via", sa.Text(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("act", "subject")),
        sa.Column("subjects", ARRAY(sa.Uuid()), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("part", "ground", "outcome", "request_id")),
        sa.PrimaryKeyConstraint("id", name=PRIMARY.format("access_log")),
    )
    op.create_index("ix_access_log_subject_at", "access_log", ["subject", "at"])
    op.create_index("ix_access_log_person_at", "access_log", ["person", "at"])
    op.create_index("ix_access_log_subjects", "access_log", ["subjects"], postgresql_using="gin")
    op.execute(
        "create function refuse_change() returns trigger language plpgsql as"
        " $$ begin raise exception '% is append-only', tg_table_name; end $$"
    )
    make_append_only(op, "access_log")


def _create_idempotency_key(op: Operations) -> None:
    op.create_table(
        "idempotency_key",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person", "key", name=PRIMARY.format("idempotency_key")),
    )
    op.create_index("ix_idempotency_key_at", "idempotency_key", ["at"])
