"""What people are told: a row per person and happening, written by one function in the act's own transaction"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
OWN = "person_id = (select caller_person())"
ON_DUTY = "(select caller_duty()) <> ''"

POLICIES = (
    f"create policy sees on notifications for select using ({OWN} or {ON_DUTY})",
    f"create policy marks on notifications for update using ({OWN} or {ON_DUTY}) with check ({OWN} or {ON_DUTY})",
    f"create policy tells on notifications for insert with check ({ON_DUTY})",
    f"create policy forgets on notifications for delete using ({ON_DUTY})",
    f"create policy on_duty on mail_digests using ({ON_DUTY}) with check ({ON_DUTY})",
)

# Whoever acts need not see whom they tell. Seats are asked, not case_access: a team that has just lost the case is told
# so. The order of the people is the same in every act, so that two of them can't wait for one another.
TELL_OF_CASE = """
create function tell_of_case(
    the_case uuid, the_kind text, the_moment timestamptz, the_doer uuid, the_roles text[],
    the_people uuid[], the_subjects uuid[], apart boolean, the_data jsonb
) returns void language plpgsql as $$
declare duty text := caller_duty();
begin
    perform set_config('ot.duty', 'notifications', true);
    insert into notifications as known
            (id, person_id, kind, case_id, case_code, subject, data, times, at, mail_tries)
        select gen_random_uuid(), told.person_id, the_kind, c.id, c.code, told.subject, the_data, 1, the_moment, 0
        from cases c, lateral (
            select distinct on (one.person_id) one.person_id, one.subject from (
                select c.asker, null::uuid where 'asker' = any (the_roles)
                union all select c.partner, null where 'partner' = any (the_roles)
                union all select c.coordinator, null where 'coordinator' = any (the_roles)
                union all select i.person_id, null from invitations i
                    where i.case_id = c.id and i.state = 'accepted'
                      and ('team' = any (the_roles) or 'chair' = any (the_roles) and i.role = 'chair')
                union all select i.person_id, null from invitations i
                    where 'left' = any (the_roles) and i.case_id = c.id and i.state = 'lapsed'
                      and i.left_at = c.changed_at
                union all select * from unnest(the_people, the_subjects)
            ) one (person_id, subject)
            where one.person_id is distinct from the_doer and one.person_id is not null
              and not (apart and (one.person_id = c.asker or one.person_id is not distinct from c.partner))
            order by one.person_id, one.subject
        ) told
        where c.id = the_case
        on conflict (person_id, case_id, kind) where seen_at is null and person_id is not null
            do update set at = excluded.at, times = known.times + 1, data = excluded.data, subject = excluded.subject;
    if the_roles && array['deputies', 'coordinators'] then
        insert into notifications (id, of_centre, kind, case_id, case_code, data, times, at, mail_tries)
            select gen_random_uuid(), role, the_kind, c.id, c.code, the_data, 1, the_moment, 0
            from cases c, unnest(the_roles) role
            where c.id = the_case and role in ('deputies', 'coordinators');
    end if;
    perform set_config('ot.duty', duty, true);
end $$
"""


def upgrade() -> None:
    _create_notifications()
    op.create_table(
        "mail_digests",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "day", name="pk_mail_digests"),
    )
    op.create_index("ix_mail_digests_day", "mail_digests", ["day"])
    for table in ("notifications", "mail_digests"):
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
    for policy in POLICIES:
        op.execute(policy)
    op.execute(TELL_OF_CASE)
    op.add_column("case_clocks", sa.Column("opening_told_at", MOMENT, nullable=True))
    op.create_index(
        "ix_case_clocks_to_open",
        "case_clocks",
        ["opens_at"],
        postgresql_where=sa.text("name = 'follow_up' and stopped_at is null and opening_told_at is null"),
    )


def downgrade() -> None:
    op.drop_index("ix_case_clocks_to_open", table_name="case_clocks")
    op.drop_column("case_clocks", "opening_told_at")
    op.execute("drop function tell_of_case(uuid, text, timestamptz, uuid, text[], uuid[], uuid[], boolean, jsonb)")
    op.drop_table("mail_digests")
    op.drop_table("notifications")


def _create_notifications() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("of_centre", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("case_code", sa.Text(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=True),
        sa.Column("data", JSONB(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        *(sa.Column(name, MOMENT, nullable=True) for name in ("seen_at", "mailed_at", "mail_after")),
        sa.Column("mail_tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notifications"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_notifications_case_id_cases", ondelete="CASCADE"),
        sa.CheckConstraint("(person_id is null) <> (of_centre is null)", name="ck_notifications_somebody_is_told"),
    )
    unseen = sa.text("seen_at is null and person_id is not null")
    unmailed = sa.text("mailed_at is null and seen_at is null and person_id is not null")
    for name, columns, only in (
        ("person", ["person_id", "at", "id"], None),
        ("case_id", ["case_id"], None),
        ("unmailed", ["at"], unmailed),
        ("of_centre", ["at"], sa.text("of_centre is not null")),
        ("seen", ["seen_at"], sa.text("seen_at is not null")),
    ):
        op.create_index(f"ix_notifications_{name}", "notifications", columns, postgresql_where=only)
    op.create_index(
        "ix_notifications_unseen",
        "notifications",
        ["person_id", "case_id", "kind"],
        unique=True,
        postgresql_where=unseen,
    )
