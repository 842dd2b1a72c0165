"""Answers with their blocks, recommendations, signatures and numbers; replies, goals and follow-ups"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)

SEES_ITS_CASE = "exists (select 1 from cases c where c.id = case_id)"
ON_DUTY = "(select caller_duty()) <> ''"

# A draft is the team's and the coordinator's. What is published everybody sees who sees the case.
SEES_ANSWER = f"{SEES_ITS_CASE} and (published_at is not null or caller_on_team(case_id))"
# Nobody changes what was published, nor anything under it: no row of it can be reached by a write.
SEES_ITS_ANSWER = "exists (select 1 from answers a where a.id = answer_id)"
ITS_ANSWER_IS_DRAFT = "exists (select 1 from answers a where a.id = answer_id and a.published_at is null)"

# Running numbers tell how much a centre does: they are for those who have to do with one of its cases.
HAS_CASE_OF_CENTRE = f"""
    yta = any ((select caller_ytas())::text[])
    or exists (
        select 1 from case_access a
        where a.person_id = (select caller_person()) and a.yta = answer_numbers.yta
          and a.relation in ('member', 'chair', 'secretary')
    )
    or {ON_DUTY}
"""


def _of_answer(table: str) -> tuple[str, ...]:
    return (
        f"create policy sees on {table} for select using ({SEES_ITS_ANSWER})",
        f"create policy writes on {table} for insert with check ({ITS_ANSWER_IS_DRAFT})",
        f"create policy changes on {table} for update using ({ITS_ANSWER_IS_DRAFT}) with check ({ITS_ANSWER_IS_DRAFT})",
        f"create policy removes on {table} for delete using ({ITS_ANSWER_IS_DRAFT} or {ON_DUTY})",
    )


def _once_said(table: str, sees: str, says: str) -> tuple[str, ...]:
    """Seen and added, never changed."""
    return (
        f"create policy sees on {table} for select using ({sees})",
        f"create policy says on {table} for insert with check ({says})",
        f"create policy removes on {table} for delete using ({ON_DUTY})",
    )


SEES_ITS_REPLY = "exists (select 1 from replies r where r.id = reply_id)"
SEES_ITS_FOLLOW_UP = "exists (select 1 from follow_ups f where f.id = follow_up_id)"
ASKS = "caller_asks_or_coordinates(case_id)"

POLICIES = (
    f"create policy sees on answers for select using ({SEES_ANSWER})",
    "create policy starts on answers for insert with check (caller_on_team(case_id) and published_at is null)",
    "create policy changes on answers for update using (caller_on_team(case_id) and published_at is null)"
    " with check (caller_on_team(case_id))",
    f"create policy removes on answers for delete using ({ON_DUTY})",
    *_of_answer("answer_blocks"),
    *_of_answer("recommendations"),
    *_of_answer("signatures"),
    f"create policy of_centre on answer_numbers using ({HAS_CASE_OF_CENTRE}) with check ({HAS_CASE_OF_CENTRE})",
    *_once_said("replies", SEES_ITS_CASE, ASKS),
    *_once_said("reply_rows", SEES_ITS_REPLY, SEES_ITS_REPLY),
    *_once_said("follow_ups", SEES_ITS_CASE, ASKS),
    *_once_said("follow_up_rows", SEES_ITS_FOLLOW_UP, SEES_ITS_FOLLOW_UP),
    *_once_said("goal_results", SEES_ITS_FOLLOW_UP, SEES_ITS_FOLLOW_UP),
    f"create policy of_its_case on goal_sets using ({SEES_ITS_CASE}) with check ({SEES_ITS_CASE})",
    *_once_said("goals", SEES_ITS_CASE, SEES_ITS_CASE),
)

TABLES = (
    "answers",
    "answer_blocks",
    "recommendations",
    "signatures",
    "answer_numbers",
    "replies",
    "reply_rows",
    "goal_sets",
    "goals",
    "follow_ups",
    "follow_up_rows",
    "goal_results",
)


def upgrade() -> None:
    _create_answers()
    _create_answer_blocks()
    _create_recommendations()
    _create_signatures()
    _create_answer_numbers()
    _create_replies()
    _create_goals()
    _create_follow_ups()
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
    for policy in POLICIES:
        op.execute(policy)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.execute(f"drop table {table} cascade")


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=null)


def _moment(name: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, MOMENT, nullable=null)


def _sealed(name: str, *, null: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=null)


def _whole(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=null)


def _small(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.SmallInteger(), nullable=null)


def _id(name: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=null)


def _of(table: str, column: str, other: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.{key}"], name=f"fk_{table}_{column}_{other}", ondelete="CASCADE"
    )


def _create_answers() -> None:
    op.create_table(
        "answers",
        _id("id"),
        _id("case_id"),
        _text("kind"),
        _text("state"),
        _whole("version"),
        _small("edition"),
        _id("corrects", null=True),
        _sealed("reason_sealed", null=True),
        _text("yta", null=True),
        _small("year", null=True),
        _whole("serial", null=True),
        _id("started_by"),
        _moment("started_at"),
        _moment("signing_due", null=True),
        _id("published_by", null=True),
        _text("published_by_name", null=True),
        _moment("published_at", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
        _of("answers", "case_id", "cases"),
        _of("answers", "corrects", "answers"),
        sa.CheckConstraint(
            "(state = 'published') = (published_at is not null)", name="ck_answers_published_has_moment"
        ),
        sa.CheckConstraint("(published_at is not null) = (serial is not null)", name="ck_answers_published_has_number"),
        sa.UniqueConstraint("yta", "kind", "year", "serial", "edition", name="uq_answers_yta_kind_year_serial_edition"),
    )
    drafts = sa.text("published_at is null")
    op.create_index("ix_answers_one_draft", "answers", ["case_id"], unique=True, postgresql_where=drafts)
    op.create_index("ix_answers_case_id_published_at", "answers", ["case_id", "published_at"])


def _create_answer_blocks() -> None:
    op.create_table(
        "answer_blocks",
        _id("answer_id"),
        _text("block"),
        _whole("version"),
        _sealed("text_sealed"),
        _id("person_id"),
        _text("person_name"),
        _moment("at"),
        sa.PrimaryKeyConstraint("answer_id", "block", "version", name="pk_answer_blocks"),
        _of("answer_blocks", "answer_id", "answers"),
    )


def _create_recommendations() -> None:
    op.create_table(
        "recommendations",
        _id("id"),
        _id("answer_id"),
        _small("position"),
        _whole("version"),
        *(_sealed(f"{name}_sealed") for name in ("what", "who", "by_when")),
        _sealed("method_sealed", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_recommendations"),
        _of("recommendations", "answer_id", "answers"),
    )
    op.create_index("ix_recommendations_answer_id", "recommendations", ["answer_id"])


def _create_signatures() -> None:
    op.create_table(
        "signatures",
        _id("id"),
        _id("answer_id"),
        _id("person_id"),
        _text("person_name"),
        _text("state"),
        _sealed("text_sealed", null=True),
        _id("recommendation_id", null=True),
        _whole("of_version"),
        _moment("at"),
        _moment("voided_at", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_signatures"),
        _of("signatures", "answer_id", "answers"),
    )
    standing = sa.text("voided_at is null")
    op.create_index(
        "ix_signatures_standing", "signatures", ["answer_id", "person_id"], unique=True, postgresql_where=standing
    )


def _create_answer_numbers() -> None:
    op.create_table(
        "answer_numbers",
        _text("yta"),
        _text("kind"),
        sa.Column("year", sa.SmallInteger(), autoincrement=False, nullable=False),
        _whole("last"),
        sa.PrimaryKeyConstraint("yta", "kind", "year", name="pk_answer_numbers"),
    )


def _said_of_answer(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        _id("id"),
        _id("case_id"),
        _id("answer_id"),
        _id("person_id"),
        _text("person_name"),
        _moment("at"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        _of(table, "case_id", "cases"),
        _of(table, "answer_id", "answers"),
        sa.UniqueConstraint("answer_id", name=f"uq_{table}_answer_id"),
    )


def _create_replies() -> None:
    op.create_table(
        "replies",
        *_said_of_answer("replies"),
        _small("usefulness"),
        _text("plan_changed"),
        _text("without_advice"),
        _sealed("text_sealed", null=True),
        sa.CheckConstraint("usefulness between 1 and 5", name="ck_replies_usefulness_range"),
    )
    op.create_index("ix_replies_case_id", "replies", ["case_id"])
    op.create_table(
        "reply_rows",
        _id("reply_id"),
        _id("recommendation_id"),
        _text("reply"),
        _sealed("why_sealed", null=True),
        sa.PrimaryKeyConstraint("reply_id", "recommendation_id", name="pk_reply_rows"),
        _of("reply_rows", "reply_id", "replies"),
        _of("reply_rows", "recommendation_id", "recommendations"),
    )


def _create_goals() -> None:
    op.create_table(
        "goal_sets",
        _id("case_id"),
        _whole("version"),
        _id("person_id"),
        _text("person_name"),
        _moment("at"),
        sa.PrimaryKeyConstraint("case_id", name="pk_goal_sets"),
        _of("goal_sets", "case_id", "cases"),
    )
    op.create_table(
        "goals",
        _id("id"),
        _id("case_id"),
        _whole("of_version"),
        _small("position"),
        _sealed("title_sealed"),
        _sealed("levels_sealed"),
        _small("weight"),
        _small("baseline"),
        sa.PrimaryKeyConstraint("id", name="pk_goals"),
        _of("goals", "case_id", "goal_sets", "case_id"),
        sa.CheckConstraint("baseline between -2 and 2", name="ck_goals_baseline_range"),
        sa.CheckConstraint("weight > 0", name="ck_goals_weight_range"),
    )
    op.create_index("ix_goals_case_id_of_version_position", "goals", ["case_id", "of_version", "position"])


def _create_follow_ups() -> None:
    op.create_table(
        "follow_ups",
        *_said_of_answer("follow_ups"),
        _text("wanted_change"),
        _sealed("text_sealed", null=True),
        sa.Column("gas_start", sa.Numeric(5, 2), nullable=True),
        sa.Column("gas_end", sa.Numeric(5, 2), nullable=True),
    )
    op.create_index("ix_follow_ups_case_id", "follow_ups", ["case_id"])
    op.create_table(
        "follow_up_rows",
        _id("follow_up_id"),
        _id("recommendation_id"),
        _text("result"),
        _sealed("why_sealed", null=True),
        sa.PrimaryKeyConstraint("follow_up_id", "recommendation_id", name="pk_follow_up_rows"),
        _of("follow_up_rows", "follow_up_id", "follow_ups"),
        _of("follow_up_rows", "recommendation_id", "recommendations"),
    )
    op.create_table(
        "goal_results",
        _id("follow_up_id"),
        _id("goal_id"),
        _small("level"),
        sa.PrimaryKeyConstraint("follow_up_id", "goal_id", name="pk_goal_results"),
        _of("goal_results", "follow_up_id", "follow_ups"),
        _of("goal_results", "goal_id", "goals"),
        sa.CheckConstraint("level between -2 and 2", name="ck_goal_results_level_range"),
    )
