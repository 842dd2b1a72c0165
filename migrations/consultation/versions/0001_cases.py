"""Lines, cases with their clocks, log and consents, and who may see them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from migrations.shared_tables import create_shared_tables, drop_shared_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
CODES = ARRAY(sa.Text())

# After its first use in a pooled connection an unset setting is '' and not null.
FUNCTIONS = """
create function caller_person() returns uuid language sql stable parallel safe
    return nullif(current_setting('ot.person', true), '')::uuid;

create function caller_ytas() returns text[] language sql stable parallel safe
    return string_to_array(coalesce(current_setting('ot.ytas', true), ''), ',');

create function caller_duty() returns text language sql stable parallel safe
    return coalesce(current_setting('ot.duty', true), '');
"""

# A person on the team sees the case only when what its identification mode asks for is in place.
SEES_CASE = """
    asker = (select caller_person())
    or yta = any ((select caller_ytas())::text[])
    or exists (
        select 1 from case_access a
        where a.case_id = cases.id and a.person_id = (select caller_person())
          and (a.relation = 'partner' or cases.team_may_read)
    )
    or (select caller_duty()) <> ''
"""

# No subquery here: the policy of cases looks into this table, and the two would go round for ever.
SEES_ACCESS = """
    person_id = caller_person() or asker = caller_person() or yta = any (caller_ytas()) or caller_duty() <> ''
"""

ON_TEAM = """
create function caller_on_team(the_case uuid) returns boolean language sql stable as $$
    select exists (
        select 1 from cases c
        where c.id = the_case
          and c.asker is distinct from caller_person()
          and not exists (
              select 1 from case_access a
              where a.case_id = c.id and a.person_id = caller_person() and a.relation in ('asker', 'partner')
          )
          and (
              c.yta = any (caller_ytas())
              or caller_duty() <> ''
              or exists (
                  select 1 from case_access a
                  where a.case_id = c.id and a.person_id = caller_person()
                    and a.relation in ('member', 'chair', 'secretary')
              )
          )
    )
$$
"""

ASKING_OR_COORDINATING = """
create function caller_asks_or_coordinates(the_case uuid) returns boolean language sql stable as $$
    select exists (
        select 1 from cases c
        where c.id = the_case
          and (
              c.asker = caller_person()
              or c.yta = any (caller_ytas())
              or caller_duty() <> ''
              or exists (
                  select 1 from case_access a
                  where a.case_id = c.id and a.person_id = caller_person() and a.relation = 'partner'
              )
          )
    )
$$
"""

SEES_ITS_CASE = "exists (select 1 from cases c where c.id = case_id)"

POLICIES = (
    f"create policy sees on cases for select using ({SEES_CASE})",
    f"create policy changes on cases for update using ({SEES_CASE}) with check ({SEES_CASE})",
    "create policy begins on cases for insert"
    " with check (asker = (select caller_person()) or (select caller_duty()) <> '')",
    "create policy removes on cases for delete using ((select caller_duty()) <> '')",
    f"create policy sees on case_access for select using ({SEES_ACCESS})",
    f"create policy takes_away on case_access for delete using ({SEES_ACCESS})",
    "create policy moves on case_access for update using (caller_duty() <> '') with check (caller_duty() <> '')",
    f"create policy gives on case_access for insert with check ({SEES_ITS_CASE})",
    f"create policy of_its_case on case_clocks using ({SEES_ITS_CASE}) with check ({SEES_ITS_CASE})",
    f"create policy of_its_case on case_additions using ({SEES_ITS_CASE}) with check ({SEES_ITS_CASE})",
    "create policy of_asker on consents"
    " using (caller_asks_or_coordinates(case_id)) with check (caller_asks_or_coordinates(case_id))",
    f"create policy sees on case_log for select using ({SEES_ITS_CASE} and (not team_only or caller_on_team(case_id)))",
    # Somebody who declines an invitation leaves a row in the log of a case that they never saw.
    "create policy writes on case_log for insert with check (person_id = caller_person() or caller_duty() <> '')",
    "create policy removes on case_log for delete using (caller_duty() <> '')",
)

GUARDED = ("cases", "case_access", "case_clocks", "case_log", "consents", "case_additions")


def upgrade() -> None:
    create_shared_tables(op)
    op.execute(FUNCTIONS)
    _create_lines()
    _create_cases()
    _create_case_access()
    _create_case_clocks()
    _create_case_log()
    _create_consents()
    _create_case_additions()
    op.execute(ON_TEAM)
    op.execute(ASKING_OR_COORDINATING)
    for table in GUARDED:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
    for policy in POLICIES:
        op.execute(policy)


def downgrade() -> None:
    op.execute("drop policy sees on cases")
    op.execute("drop policy changes on cases")
    for table in ("case_additions", "consents", "case_log", "case_clocks", "case_access", "cases", "lines"):
        op.execute(f"drop table {table} cascade")
    for function in ("caller_on_team(uuid)", "caller_asks_or_coordinates(uuid)"):
        op.execute(f"drop function {function}")
    for function in ("caller_duty()", "caller_ytas()", "caller_person()"):
        op.execute(f"drop function {function}")
    drop_shared_tables(op)


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=null)


def _moment(name: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, MOMENT, nullable=null)


def _sealed(name: str, *, null: bool = True) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=null)


def _codes(name: str) -> sa.Column[object]:
    return sa.Column(name, CODES, nullable=False)


def _whole(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=null)


def _id(name: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=null)


def _yes_no(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _of_case(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    reference = sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=f"fk_{table}_case_id_cases", ondelete="CASCADE")
    return _id("case_id"), reference


def _create_lines() -> None:
    op.create_table(
        "lines",
        _text("slug"),
        sa.Column("name", JSONB(), nullable=False),
        sa.Column("description", JSONB(), nullable=False),
        _text("yta", null=True),
        _text("area", null=True),
        *(_codes(name) for name in ("themes", "forms", "languages", "who_may_ask")),
        *(_yes_no(name) for name in ("group_14", "guide_me")),
        _whole("follow_up_months", null=True),
        *(_whole(name) for name in ("receipt_hours", "first_days", "answer_working_days", "reply_days")),
        _yes_no("open"),
        _whole("place"),
        _whole("version"),
        _moment("changed_at"),
        sa.PrimaryKeyConstraint("slug", name="pk_lines"),
    )


def _create_cases() -> None:
    op.create_table(
        "cases",
        _id("id"),
        _text("code"),
        _text("state"),
        _text("state_before", null=True),
        _whole("version"),
        *(_text(name, null=True) for name in ("yta", "area", "line")),
        *(_codes(name) for name in ("themes", "age_groups", "client_languages")),
        _text("language", null=True),
        _text("urgency"),
        _text("form", null=True),
        _text("identification"),
        _yes_no("handing_on"),
        _text("professional_role", null=True),
        *_sealed_texts(),
        *_people(),
        _yes_no("team_may_read"),
        sa.Column("missing_due", sa.Date(), nullable=True),
        _sealed("missing_text_sealed"),
        _moment("choice_due", null=True),
        _text("exit_act", null=True),
        _text("exit_reason_code", null=True),
        *(_sealed(f"exit_{name}_sealed") for name in ("text", "place", "contact")),
        _id("merged_into", null=True),
        _id("handed_on_from", null=True),
        *_moments(),
        _yes_no("is_open"),
        _moment("next_due"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("code", name="uq_cases_code"),
        sa.ForeignKeyConstraint(["line"], ["lines.slug"], name="fk_cases_line_lines"),
        sa.ForeignKeyConstraint(["merged_into"], ["cases.id"], name="fk_cases_merged_into_cases"),
        sa.ForeignKeyConstraint(["handed_on_from"], ["cases.id"], name="fk_cases_handed_on_from_cases"),
    )
    only_open = sa.text("is_open")
    op.create_index("ix_cases_open_queue", "cases", ["yta", "next_due", "id"], postgresql_where=only_open)
    op.create_index("ix_cases_open_coordinator", "cases", ["coordinator"], postgresql_where=only_open)
    op.create_index("ix_cases_asker", "cases", ["asker"])
    op.create_index("ix_cases_choice_due", "cases", ["choice_due"], postgresql_where=sa.text("choice_due is not null"))


def _sealed_texts() -> list[sa.Column[bytes]]:
    names = ("subject", "situation", "questions", "tried", "involved", "expertise_wished", "participants")
    return [_sealed(f"{name}_sealed") for name in names]


def _people() -> list[sa.Column[object]]:
    return [
        _id("asker"),
        _text("asker_name"),
        _id("asker_organisation", null=True),
        _text("asker_organisation_name"),
        _text("asker_organisation_type", null=True),
        _id("partner", null=True),
        _id("coordinator", null=True),
        _text("coordinator_name", null=True),
    ]


def _moments() -> list[sa.Column[object]]:
    reached = ("submitted", "accepted", "team_ready", "answered", "replied", "closed")
    return [
        _moment("created_at"),
        *(_moment(f"{name}_at", null=True) for name in reached),
        _id("changed_by"),
        _text("changed_by_name"),
        _moment("changed_at"),
        _text("changed_act"),
    ]


def _create_case_access() -> None:
    op.create_table(
        "case_access",
        *_of_case("case_access"),
        _id("person_id"),
        _text("relation"),
        _text("yta", null=True),
        _id("asker"),
        _moment("since"),
        sa.PrimaryKeyConstraint("case_id", "person_id", "relation", name="pk_case_access"),
    )
    op.create_index("ix_case_access_person_id_case_id", "case_access", ["person_id", "case_id"])


def _create_case_clocks() -> None:
    op.create_table(
        "case_clocks",
        _id("id"),
        *_of_case("case_clocks"),
        _text("name"),
        _whole("round"),
        _text("unit"),
        _whole("total_seconds"),
        *(_moment(name) for name in ("started_at", "opens_at", "due_at", "warn_at")),
        *(_moment(name, null=True) for name in ("paused_at", "stopped_at", "warned_at", "late_at", "all_told_at")),
        sa.PrimaryKeyConstraint("id", name="pk_case_clocks"),
        sa.UniqueConstraint("case_id", "name", "round", name="uq_case_clocks_case_id_name_round"),
    )
    op.create_index(
        "ix_case_clocks_to_warn",
        "case_clocks",
        ["warn_at"],
        postgresql_where=sa.text("stopped_at is null and paused_at is null and all_told_at is null"),
    )


def _create_case_log() -> None:
    op.create_table(
        "case_log",
        _id("id"),
        *_of_case("case_log"),
        _moment("at"),
        _text("act"),
        _id("person_id", null=True),
        _text("person_name"),
        sa.Column("data", JSONB(), nullable=False),
        _yes_no("team_only"),
        sa.PrimaryKeyConstraint("id", name="pk_case_log"),
    )
    op.create_index("ix_case_log_case_id_at", "case_log", ["case_id", "at"])


def _create_consents() -> None:
    op.create_table(
        "consents",
        _id("id"),
        *_of_case("consents"),
        _text("given_by"),
        _codes("to_what"),
        sa.Column("given_on", sa.Date(), nullable=False),
        _yes_no("written"),
        _sealed("client_reference_sealed", null=False),
        _sealed("client_reference_hmac", null=False),
        _id("recorded_by"),
        _text("recorded_by_name"),
        _moment("recorded_at"),
        _moment("withdrawn_at", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
    )
    op.create_index("ix_consents_case_id", "consents", ["case_id"])
    op.create_index("ix_consents_client_reference_hmac", "consents", ["client_reference_hmac"])


def _create_case_additions() -> None:
    op.create_table(
        "case_additions",
        _id("id"),
        *_of_case("case_additions"),
        _moment("at"),
        _id("person_id"),
        _text("person_name"),
        _sealed("text_sealed", null=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_additions"),
    )
    op.create_index("ix_case_additions_case_id_at", "case_additions", ["case_id", "at"])
