"""Invitations by link, a yearly review of memberships, files looked at before they are written, the first run"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _review()
    _domain_rules()
    _invitations()
    _imports()
    _setup()


def _review() -> None:
    op.add_column("membership", sa.Column("review_due", sa.Date()))
    op.add_column("membership", sa.Column("confirmed_at", MOMENT))
    op.add_column("membership", sa.Column("confirmed_by", sa.Uuid()))
    op.create_foreign_key("fk_membership_confirmed_by_person", "membership", "person", ["confirmed_by"], ["id"])
    op.create_index(
        "ix_membership_review_due",
        "membership",
        ["review_due"],
        postgresql_where=sa.text("revoked_at is null and review_due is not null"),
    )
    # what was granted before there was a review is first looked at a year from now; a rule's logins vouch each time
    op.execute(
        "update membership set review_due = current_date + 365 where revoked_at is null and granted_by_rule is null"
    )


def _domain_rules() -> None:
    op.add_column("domain_rule", sa.Column("ended_by", sa.Uuid()))
    op.add_column("domain_rule", sa.Column("end_reason", sa.Text()))
    op.create_foreign_key("fk_domain_rule_ended_by_person", "domain_rule", "person", ["ended_by"], ["id"])


def _invitations() -> None:
    op.create_table(
        "membership_invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid()),
        sa.Column("yta", sa.Text()),
        sa.Column("deputy", sa.Boolean(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("delivery", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary()),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("invited_at", MOMENT, nullable=False),
        sa.Column("invited_by", sa.Uuid()),
        sa.Column("mailed_at", MOMENT),
        sa.Column("mail_trouble", sa.Text()),
        sa.Column("accepted_at", MOMENT),
        sa.Column("accepted_by", sa.Uuid()),
        sa.Column("membership_id", sa.Uuid()),
        sa.Column("revoked_at", MOMENT),
        sa.Column("revoked_by", sa.Uuid()),
        sa.Column("example", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_membership_invitation"),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name="fk_membership_invitation_organisation_id_organisation",
        ),
        sa.ForeignKeyConstraint(
            ["yta"], ["collaborative_area.key"], name="fk_membership_invitation_yta_collaborative_area"
        ),
        *(
            sa.ForeignKeyConstraint([column], ["person.id"], name=f"fk_membership_invitation_{column}_person")
            for column in ("invited_by", "accepted_by", "revoked_by")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name="fk_membership_invitation_membership_id_membership"
        ),
        sa.UniqueConstraint("token_hash", name="uq_membership_invitation_token_hash"),
        sa.CheckConstraint("delivery in ('mail', 'link')", name="ck_membership_invitation_delivery"),
        sa.CheckConstraint(
            "accepted_at is null or revoked_at is null", name="ck_membership_invitation_accepted_or_revoked"
        ),
        sa.CheckConstraint(
            "(accepted_at is null) = (accepted_by is null)", name="ck_membership_invitation_accepted_by_somebody"
        ),
    )
    op.create_index("ix_membership_invitation_invited_at_id", "membership_invitation", ["invited_at", "id"])
    op.create_index("ix_membership_invitation_email", "membership_invitation", ["email"])
    op.create_index(
        "ix_membership_invitation_unmailed",
        "membership_invitation",
        ["invited_at"],
        postgresql_where=sa.text(
            "delivery = 'mail' and mailed_at is null and accepted_at is null and revoked_at is null"
        ),
    )


def _imports() -> None:
    op.create_table(
        "entry_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("encoding", sa.Text(), nullable=False),
        sa.Column("delimiter", sa.Text(), nullable=False),
        sa.Column("counts", JSONB(), nullable=False),
        sa.Column("written_at", MOMENT),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_entry_import"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_entry_import_person_id_person"),
    )
    op.create_index("ix_entry_import_at", "entry_import", ["at"])
    op.create_table(
        "entry_import_row",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fate", sa.Text(), nullable=False),
        sa.Column("values", JSONB(), nullable=False),
        sa.Column("problems", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "number", name="pk_entry_import_row"),
        sa.ForeignKeyConstraint(
            ["import_id"], ["entry_import.id"], name="fk_entry_import_row_import_id_entry_import", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_entry_import_row_import_id_fate_number", "entry_import_row", ["import_id", "fate", "number"])


def _setup() -> None:
    op.create_table(
        "first_run",
        sa.Column("one", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("code_hash", sa.LargeBinary()),
        sa.Column("code_until", MOMENT),
        sa.Column("claimed_at", MOMENT),
        sa.Column("claimed_by", sa.Uuid()),
        sa.Column("mail_sent_at", MOMENT),
        sa.Column("finished_at", MOMENT),
        sa.PrimaryKeyConstraint("one", name="pk_first_run"),
        sa.ForeignKeyConstraint(["claimed_by"], ["person.id"], name="fk_first_run_claimed_by_person"),
        sa.CheckConstraint("one", name="ck_first_run_single"),
    )


def downgrade() -> None:
    for table in ("first_run", "entry_import_row", "entry_import", "membership_invitation"):
        op.drop_table(table)
    op.drop_column("domain_rule", "end_reason")
    op.drop_column("domain_rule", "ended_by")
    op.drop_index("ix_membership_review_due", "membership")
    for column in ("confirmed_by", "confirmed_at", "review_due"):
        op.drop_column("membership", column)
