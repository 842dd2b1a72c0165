"""Areas, vocabulary, organisations, members and experts."""

from __future__ import annotations

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
    # trusted since PostgreSQL 13: the owner of the database may add it
    op.execute("create extension if not exists pg_trgm")
    _create_areas()
    _create_vocabulary()
    _create_organisations()
    _create_members()
    _create_experts()


def downgrade() -> None:
    for table in (
        "conflict_of_interest",
        "competence",
        "expert",
        "connected_system",
        "access_request",
        "membership",
        "domain_rule",
        "person",
        "agreement",
        "organisation",
        "concept_relation",
        "concept",
        "area",
        "collaborative_area",
    ):
        op.drop_table(table)
    drop_shared_tables(op)


def _create_areas() -> None:
    op.create_table(
        "collaborative_area",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("university_hospital", JSONB(), nullable=True),
        sa.Column("name_fi", sa.Text(), nullable=False),
        sa.Column("name_sv", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_collaborative_area"),
        sa.UniqueConstraint("code", name="uq_collaborative_area_code"),
        sa.UniqueConstraint("letter", name="uq_collaborative_area_letter"),
    )
    op.create_table(
        "area",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("yta", sa.Text(), nullable=True),
        sa.Column("bilingual", sa.Boolean(), nullable=False),
        sa.Column("in_ot_scope", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("name_fi", sa.Text(), nullable=False),
        sa.Column("name_sv", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["yta"], ["collaborative_area.key"], name="fk_area_yta_collaborative_area"),
        sa.PrimaryKeyConstraint("code", name="pk_area"),
    )
    op.create_index("ix_area_yta", "area", ["yta"])


def _create_vocabulary() -> None:
    op.create_table(
        "concept",
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("alt", JSONB(), nullable=False),
        sa.Column("yso_uri", sa.Text(), nullable=True),
        sa.Column("yso_match", sa.Text(), nullable=True),
        sa.Column("details", JSONB(), nullable=False),
        sa.Column("sources", ARRAY(sa.Text()), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("name_fi", sa.Text(), nullable=False),
        sa.Column("name_sv", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("scheme", "slug", name="pk_concept"),
    )
    op.create_index(
        "ix_concept_search_text",
        "concept",
        ["search_text"],
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    op.create_table(
        "concept_relation",
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("other_scheme", sa.Text(), nullable=False),
        sa.Column("other_slug", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["other_scheme", "other_slug"],
            ["concept.scheme", "concept.slug"],
            name="fk_concept_relation_other_scheme_other_slug_concept",
        ),
        sa.ForeignKeyConstraint(
            ["scheme", "slug"], ["concept.scheme", "concept.slug"], name="fk_concept_relation_scheme_slug_concept"
        ),
        sa.PrimaryKeyConstraint("scheme", "slug", "kind", "other_scheme", "other_slug", name="pk_concept_relation"),
    )
    op.create_index("ix_concept_relation_other_scheme_other_slug", "concept_relation", ["other_scheme", "other_slug"])


def _create_organisations() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("area", sa.Text(), nullable=True),
        sa.Column("areas", ARRAY(sa.Text()), nullable=False),
        sa.Column("ytas", ARRAY(sa.Text()), nullable=False),
        sa.Column("centre_of", sa.Text(), nullable=True),
        sa.Column("languages", ARRAY(sa.Text()), nullable=False),
        sa.Column("contact", JSONB(), nullable=False),
        sa.Column("example", sa.Boolean(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name_fi", sa.Text(), nullable=False),
        sa.Column("name_sv", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["area"], ["area.code"], name="fk_organisation_area_area"),
        sa.ForeignKeyConstraint(
            ["centre_of"], ["collaborative_area.key"], name="fk_organisation_centre_of_collaborative_area"
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["organisation.id"], name="fk_organisation_parent_id_organisation"),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
        sa.UniqueConstraint("centre_of", name="uq_organisation_centre_of"),
        sa.UniqueConstraint("slug", name="uq_organisation_slug"),
    )
    op.create_index("ix_organisation_area", "organisation", ["area"])
    op.create_index("ix_organisation_areas", "organisation", ["areas"], postgresql_using="gin")
    op.create_index("ix_organisation_parent_id", "organisation", ["parent_id"])
    op.create_index(
        "ix_organisation_search_text",
        "organisation",
        ["search_text"],
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    op.create_index("ix_organisation_sort_key_id", "organisation", ["sort_key", "id"])
    op.create_index("ix_organisation_type", "organisation", ["type"])
    op.create_index("ix_organisation_ytas", "organisation", ["ytas"], postgresql_using="gin")
    op.create_table(
        "agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("areas", ARRAY(sa.Text()), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("example", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_agreement_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_agreement"),
    )
    op.create_index("ix_agreement_organisation_id", "agreement", ["organisation_id"])


def _create_members() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("tenant", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_verified", sa.Boolean(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("example", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(issuer is null) = (subject is null)", name="ck_person_login_is_whole"),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("issuer", "subject", name="uq_person_issuer_subject"),
    )
    op.create_table(
        "domain_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=True),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("example", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name="fk_domain_rule_created_by_person"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_domain_rule_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_domain_rule"),
    )
    op.create_index("ix_domain_rule_organisation_id", "domain_rule", ["organisation_id"])
    op.create_index(
        "uq_domain_rule_current",
        "domain_rule",
        ["issuer", "domain", sa.literal_column("coalesce(tenant, '')")],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("yta", sa.Text(), nullable=True),
        sa.Column("deputy", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.Column("granted_by_rule", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("revoke_reason", sa.Text(), nullable=True),
        sa.Column("example", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("role <> 'coordinator' or yta is not null", name="ck_membership_coordinators_have_an_area"),
        sa.CheckConstraint(
            "(revoked_at is null) = (revoke_reason is null)", name="ck_membership_revoked_with_a_reason"
        ),
        sa.CheckConstraint("valid_to is null or valid_to >= valid_from", name="ck_membership_ends_after_it_begins"),
        sa.ForeignKeyConstraint(["granted_by"], ["person.id"], name="fk_membership_granted_by_person"),
        sa.ForeignKeyConstraint(
            ["granted_by_rule"], ["domain_rule.id"], name="fk_membership_granted_by_rule_domain_rule"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_membership_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_membership_person_id_person"),
        sa.ForeignKeyConstraint(["revoked_by"], ["person.id"], name="fk_membership_revoked_by_person"),
        sa.ForeignKeyConstraint(["yta"], ["collaborative_area.key"], name="fk_membership_yta_collaborative_area"),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
    )
    op.create_index("ix_membership_granted_at_id", "membership", ["granted_at", "id"])
    op.create_index("ix_membership_organisation_id", "membership", ["organisation_id"])
    op.create_index("ix_membership_person_id", "membership", ["person_id"])
    op.create_index("ix_membership_role_yta", "membership", ["role", "yta"])
    op.create_table(
        "access_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_name", sa.Text(), nullable=True),
        sa.Column("ytas", ARRAY(sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("membership_id", sa.Uuid(), nullable=True),
        sa.Column("example", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state in ('open', 'granted', 'refused')", name="ck_access_request_state"),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name="fk_access_request_decided_by_person"),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name="fk_access_request_membership_id_membership"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_access_request_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_access_request_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_access_request"),
    )
    op.create_index("ix_access_request_person_id", "access_request", ["person_id"])
    op.create_index("ix_access_request_state_asked_at_id", "access_request", ["state", "asked_at", "id"])
    op.create_index(
        "uq_access_request_open",
        "access_request",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "connected_system",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("scopes", ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("example", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_connected_system_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_connected_system"),
        sa.UniqueConstraint("issuer", "client", name="uq_connected_system_issuer_client"),
    )
    op.create_index("ix_connected_system_organisation_id", "connected_system", ["organisation_id"])


def _create_experts() -> None:
    op.create_table(
        "expert",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("profession", sa.Text(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=True),
        sa.Column("area", sa.Text(), nullable=True),
        sa.Column("yta", sa.Text(), nullable=True),
        sa.Column("areas", ARRAY(sa.Text()), nullable=False),
        sa.Column("languages", ARRAY(sa.Text()), nullable=False),
        sa.Column("disciplines", ARRAY(sa.Text()), nullable=False),
        sa.Column("themes", ARRAY(sa.Text()), nullable=False),
        sa.Column("capacity_month", sa.Integer(), nullable=False),
        sa.Column("away_from", sa.Date(), nullable=True),
        sa.Column("away_to", sa.Date(), nullable=True),
        sa.Column("consent_listed", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("bio", sa.Text(), nullable=False),
        sa.Column("example", sa.Boolean(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "away_to is null or away_from is not null and away_to >= away_from", name="ck_expert_absence"
        ),
        sa.CheckConstraint("capacity_month between 0 and 40", name="ck_expert_capacity"),
        sa.ForeignKeyConstraint(["area"], ["area.code"], name="fk_expert_area_area"),
        sa.ForeignKeyConstraint(["employer_id"], ["organisation.id"], name="fk_expert_employer_id_organisation"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_expert_person_id_person"),
        sa.ForeignKeyConstraint(["yta"], ["collaborative_area.key"], name="fk_expert_yta_collaborative_area"),
        sa.PrimaryKeyConstraint("id", name="pk_expert"),
        sa.UniqueConstraint("person_id", name="uq_expert_person_id"),
    )
    op.create_index("ix_expert_areas", "expert", ["areas"], postgresql_using="gin")
    op.create_index("ix_expert_disciplines", "expert", ["disciplines"], postgresql_using="gin")
    op.create_index("ix_expert_employer_id", "expert", ["employer_id"])
    op.create_index("ix_expert_languages", "expert", ["languages"], postgresql_using="gin")
    op.create_index("ix_expert_profession", "expert", ["profession"])
    op.create_index(
        "ix_expert_search_text",
        "expert",
        ["search_text"],
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    op.create_index("ix_expert_sort_key_id", "expert", ["sort_key", "id"])
    op.create_index("ix_expert_themes", "expert", ["themes"], postgresql_using="gin")
    op.create_index("ix_expert_yta", "expert", ["yta"])
    op.create_table(
        "competence",
        sa.Column("expert_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("concept", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("assured_by", sa.Uuid(), nullable=True),
        sa.Column("assured_on", sa.Date(), nullable=True),
        sa.Column("review_due", sa.Date(), nullable=True),
        sa.CheckConstraint("scheme in ('themes', 'disciplines')", name="ck_competence_scheme"),
        sa.CheckConstraint("(assured_by is null) = (assured_on is null)", name="ck_competence_assured_whole"),
        sa.CheckConstraint("level between 1 and 3", name="ck_competence_level"),
        sa.ForeignKeyConstraint(["assured_by"], ["person.id"], name="fk_competence_assured_by_person"),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name="fk_competence_expert_id_expert"),
        sa.ForeignKeyConstraint(
            ["scheme", "concept"], ["concept.scheme", "concept.slug"], name="fk_competence_scheme_concept_concept"
        ),
        sa.PrimaryKeyConstraint("expert_id", "scheme", "concept", name="pk_competence"),
    )
    op.create_index("ix_competence_review_due", "competence", ["review_due"])
    op.create_index("ix_competence_scheme_concept", "competence", ["scheme", "concept"])
    op.create_table(
        "conflict_of_interest",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("expert_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("area", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(organisation_id, area, person_id) = 1", name="ck_conflict_of_interest_one_party"
        ),
        sa.ForeignKeyConstraint(["area"], ["area.code"], name="fk_conflict_of_interest_area_area"),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name="fk_conflict_of_interest_expert_id_expert"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_conflict_of_interest_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_conflict_of_interest_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_conflict_of_interest"),
    )
    op.create_index("ix_conflict_of_interest_expert_id", "conflict_of_interest", ["expert_id"])
