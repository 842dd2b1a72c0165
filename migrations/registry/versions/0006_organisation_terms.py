"""Mandates, resources and affiliations of organisations; agreements say for what, within which limits, and by whom"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create("mandate", _text("task"), _text("basis"))
    _create(
        "resource",
        _text("funding"),
        _text("note"),
        sa.Column("area", sa.Text(), nullable=True),
        sa.Column("person_years", sa.Numeric(7, 2), nullable=True),
        sa.Column("euros", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["area"], ["area.code"], name="fk_resource_area_area"),
        sa.CheckConstraint("person_years is not null or euros is not null", name="ck_resource_something"),
        sa.CheckConstraint("person_years >= 0 and euros >= 0", name="ck_resource_amounts"),
    )
    _create(
        "affiliation",
        sa.Column("of_id", sa.Uuid(), nullable=False),
        _text("kind"),
        sa.ForeignKeyConstraint(["of_id"], ["organisation.id"], name="fk_affiliation_of_id_organisation"),
        sa.CheckConstraint("of_id <> organisation_id", name="ck_affiliation_another"),
    )
    op.create_index("ix_affiliation_of_id", "affiliation", ["of_id"])
    _widen_agreements()


def _create(table: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
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
    if table != "affiliation":
        op.create_index(f"ix_{table}_valid_to", table, ["valid_to"])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _widen_agreements() -> None:
    """What was agreed before holds for everything, without limits; nobody is said to have undertaken secrecy."""
    for name, kind, known in (
        ("organisations", ARRAY(sa.Uuid()), "'{}'"),
        ("themes", ARRAY(sa.Text()), "'{}'"),
        ("cost", sa.Text(), "''"),
        ("secrecy_by", sa.Text(), "''"),
        ("end_reason", sa.Text(), "''"),
        ("created_at", MOMENT, "now()"),
        ("changed_at", MOMENT, "now()"),
        ("version", sa.Integer(), "1"),
    ):
        op.add_column("agreement", sa.Column(name, kind, nullable=False, server_default=sa.text(known)))
        op.alter_column("agreement", name, server_default=None)
    op.add_column("agreement", sa.Column("euros_limit", sa.BigInteger(), nullable=True))
    op.add_column("agreement", sa.Column("month_limit", sa.Integer(), nullable=True))
    op.add_column("agreement", sa.Column("secrecy_on", sa.Date(), nullable=True))
    op.create_check_constraint("ck_agreement_days", "agreement", "valid_to >= valid_from")
    op.create_check_constraint("ck_agreement_secrecy_whole", "agreement", "(secrecy_by = '') = (secrecy_on is null)")
    op.create_index("ix_agreement_valid_to", "agreement", ["valid_to"])
    op.create_index("ix_agreement_areas", "agreement", ["areas"], postgresql_using="gin")
    op.create_index("ix_agreement_organisations", "agreement", ["organisations"], postgresql_using="gin")


def downgrade() -> None:
    op.drop_index("ix_agreement_valid_to", "agreement")
    op.drop_index("ix_agreement_areas", "agreement")
    op.drop_index("ix_agreement_organisations", "agreement")
    op.drop_constraint("ck_agreement_days", "agreement", type_="check")
    op.drop_constraint("ck_agreement_secrecy_whole", "agreement", type_="check")
    for name in (
        "organisations",
        "themes",
        "cost",
        "secrecy_by",
        "end_reason",
        "created_at",
        "changed_at",
        "version",
        "euros_limit",
        "month_limit",
        "secrecy_on",
    ):
        op.drop_column("agreement", name)
    for table in ("affiliation", "resource", "mandate"):
        op.drop_table(table)
