"""Teams, messages, team notes, meetings and minutes of work, and who may see them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
CODES = ARRAY(sa.Text())

SEES_ITS_CASE = "exists (select 1 from cases c where c.id = case_id)"
ON_TEAM = "caller_on_team(case_id)"
ON_DUTY = "caller_duty() <> ''"
OWN = "person_id = (select caller_person())"
COORDINATES = f"({ON_DUTY} or exists (select 1 from cases c where c.id = case_id and c.yta = any (caller_ytas())))"
# Whoever asks sees who is in the team, and nothing of who was asked, declined or had a conflict.
SEES_INVITATION = f"{ON_DUTY} or {OWN} or {ON_TEAM} or (state = 'accepted' and {SEES_ITS_CASE})"

POLICIES = (
    f"create policy of_coordinator on team_proposals using ({COORDINATES}) with check ({COORDINATES})",
    f"create policy sees on invitations for select using ({SEES_INVITATION})",
    f"create policy invites on invitations for insert with check ({COORDINATES})",
    f"create policy answers on invitations for update using ({OWN} or {COORDINATES})"
    f" with check ({OWN} or {COORDINATES})",
    f"create policy removes on invitations for delete using ({ON_DUTY})",
    f"create policy of_team on competence_gaps using ({ON_TEAM}) with check ({ON_TEAM})",
    f"create policy sees on messages for select using ({SEES_ITS_CASE})",
    f"create policy writes on messages for insert with check ({OWN} and {SEES_ITS_CASE})",
    f"create policy removes on messages for delete using ({ON_DUTY})",
    f"create policy sees on team_notes for select using ({ON_TEAM})",
    f"create policy writes on team_notes for insert with check ({OWN} and {ON_TEAM})",
    f"create policy removes on team_notes for delete using ({ON_DUTY})",
    f"create policy of_its_case on meetings using ({SEES_ITS_CASE}) with check ({SEES_ITS_CASE})",
    f"create policy of_its_case on meeting_participants using ({SEES_ITS_CASE}) with check ({SEES_ITS_CASE})",
    f"create policy sees on work_minutes for select using ({OWN} or {ON_TEAM})",
    f"create policy records on work_minutes for insert with check ({OWN} and {ON_TEAM})",
    f"create policy removes on work_minutes for delete using ({ON_DUTY})",
)

GUARDED = (
    "team_proposals",
    "invitations",
    "competence_gaps",
    "messages",
    "team_notes",
    "meetings",
    "meeting_participants",
    "work_minutes",
)

# An invited person does not see the case. Answering locks it all the same and leaves events with its codes:
# this function, for the caller's own invitation only, is the one way there, and it gives codes, never text.
CASE_BEHIND = """
create function case_behind(the_invitation uuid) returns table (
    id uuid, code text, state text, is_open boolean, team_may_read boolean, yta text, area text, line text,
    themes text[], age_groups text[], language text, urgency text
) language plpgsql as $$
declare duty text := caller_duty();
begin
    perform set_config('ot.duty', 'invitation', true);
    return query
        select c.id, c.code, c.state, c.is_open, c.team_may_read, c.yta, c.area, c.line,
               c.themes, c.age_groups, c.language, c.urgency
        from cases c join invitations i on i.case_id = c.id
        where i.id = the_invitation and i.person_id = caller_person()
        for update of c;
    perform set_config('ot.duty', duty, true);
end $$
"""

# The one way from an accepted invitation to a row in case_access.
TAKE_SEAT = """
create function take_seat(the_invitation uuid, the_moment timestamptz) returns void language plpgsql as $$
declare duty text := caller_duty();
begin
    perform set_config('ot.duty', 'invitation', true);
    insert into case_access (case_id, person_id, relation, yta, asker, since)
        select c.id, i.person_id, i.role, c.yta, c.asker, the_moment
        from cases c join invitations i on i.case_id = c.id
        where i.id = the_invitation and i.person_id = caller_person() and i.state = 'accepted';
    perform set_config('ot.duty', duty, true);
end $$
"""

# How much work people have, whoever's cases it is in: counts, nothing else.
OPEN_WORK = """
create function open_work(people uuid[]) returns table (person uuid, open_cases bigint) language plpgsql as $$
declare duty text := caller_duty();
begin
    perform set_config('ot.duty', 'invitation', true);
    return query
        select i.person_id, count(distinct i.case_id)
        from invitations i join cases c on c.id = i.case_id
        where i.person_id = any (people) and i.state in ('invited', 'accepted') and c.is_open
        group by i.person_id;
    perform set_config('ot.duty', duty, true);
end $$
"""

# A case that can't be worked on any more takes its open invitations with it, whoever ended it and however; one that
# was handed to another centre begins again without its team.
LAPSE = """
create function lapse_invitations() returns trigger language plpgsql as $$
declare duty text := caller_duty();
begin
    perform set_config('ot.duty', 'invitation', true);
    update invitations
        set state = 'lapsed', left_at = new.changed_at, version = version + 1, questions_sealed = null,
            themes = '{}', age_groups = '{}', client_languages = '{}', language = null, form = null
        where case_id = new.id and (state = 'invited' or new.state = 'submitted' and state = 'accepted');
    perform set_config('ot.duty', duty, true);
    return null;
end $$;

create trigger lapses_invitations after update of state, team_may_read, yta on cases for each row
    when (
        new.state not in ('accepted', 'in_consultation', 'returned')
        or not new.team_may_read
        or new.yta is distinct from old.yta
    )
    execute function lapse_invitations();
"""


def upgrade() -> None:
    _create_team_proposals()
    _create_invitations()
    _create_competence_gaps()
    _create_talk("messages")
    _create_talk("team_notes")
    _create_meetings()
    _create_meeting_participants()
    _create_work_minutes()
    for table in GUARDED:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
    for policy in POLICIES:
        op.execute(policy)
    op.execute(CASE_BEHIND)
    op.execute(TAKE_SEAT)
    op.execute(OPEN_WORK)
    op.execute(LAPSE)


def downgrade() -> None:
    op.execute("drop trigger lapses_invitations on cases")
    for function in ("lapse_invitations()", "open_work(uuid[])", "take_seat(uuid, timestamptz)", "case_behind(uuid)"):
        op.execute(f"drop function {function}")
    for table in reversed(GUARDED):
        op.execute(f"drop table {table} cascade")


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=null)


def _id(name: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=null)


def _moment(name: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, MOMENT, nullable=null)


def _sealed(name: str, *, null: bool = True) -> sa.Column[bytes]:
    return sa.Column(f"{name}_sealed", sa.LargeBinary(), nullable=null)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _codes(name: str) -> sa.Column[object]:
    return sa.Column(name, CODES, nullable=False)


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, JSONB(), nullable=False)


def _yes_no(name: str, *, null: bool = False) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=null)


def _of_case(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    reference = sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=f"fk_{table}_case_id_cases", ondelete="CASCADE")
    return _id("case_id"), reference


def _create_team_proposals() -> None:
    op.create_table(
        "team_proposals",
        _id("id"),
        *_of_case("team_proposals"),
        _text("inputs_hash"),
        _json("inputs"),
        _json("result"),
        _id("made_by"),
        _moment("made_at"),
        _moment("shown_at"),
        sa.PrimaryKeyConstraint("id", name="pk_team_proposals"),
        sa.UniqueConstraint("case_id", "inputs_hash", name="uq_team_proposals_case_id_inputs_hash"),
    )
    op.create_index("ix_team_proposals_case_id_shown_at", "team_proposals", ["case_id", "shown_at"])


def _create_invitations() -> None:
    op.create_table(
        "invitations",
        _id("id"),
        *_of_case("invitations"),
        _text("case_code"),
        _whole("version"),
        *(_text(name) for name in ("state", "role")),
        *_expert(),
        *_own_copy(),
        _id("invited_by"),
        _text("invited_by_name"),
        *(_moment(name) for name in ("invited_at", "answer_due")),
        *(_moment(name, null=True) for name in ("answered_at", "left_at", "no_conflict_declared_at")),
        _text("reason_code", null=True),
        _sealed("reason"),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.CheckConstraint(
            "state = 'invited' or (questions_sealed is null and themes = '{}')",
            name="ck_invitations_copy_only_while_invited",
        ),
        sa.CheckConstraint(
            "state <> 'accepted' or no_conflict_declared_at is not null", name="ck_invitations_no_conflict_declared"
        ),
    )
    _index_invitations()


def _expert() -> list[sa.Column[object]]:
    return [
        _id("expert"),
        _id("person_id"),
        _text("name"),
        *(_text(name, null=True) for name in ("title", "profession")),
        _id("employer", null=True),
        *(_text(name, null=True) for name in ("employer_name", "area", "yta")),
        *(_yes_no(name) for name in ("cross_area", "agreement_ok")),
        _codes("disciplines"),
        _yes_no("proposed"),
        _json("reasons"),
        _sealed("override_reason"),
    ]


def _own_copy() -> list[sa.Column[object]]:
    return [
        *(_codes(name) for name in ("themes", "age_groups", "client_languages")),
        *(_text(name, null=True) for name in ("language", "form")),
        _sealed("questions"),
    ]


def _index_invitations() -> None:
    op.create_index(
        "ix_invitations_one_seat",
        "invitations",
        ["case_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("state in ('invited', 'accepted')"),
    )
    op.create_index(
        "ix_invitations_one_chair",
        "invitations",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("role = 'chair' and state in ('invited', 'accepted')"),
    )
    op.create_index("ix_invitations_person", "invitations", ["person_id", "case_id"])
    op.create_index("ix_invitations_case_id_invited_at", "invitations", ["case_id", "invited_at"])


def _create_competence_gaps() -> None:
    op.create_table(
        "competence_gaps",
        _id("id"),
        *_of_case("competence_gaps"),
        *(_text(name) for name in ("theme", "discipline", "language", "area", "code")),
        _id("recorded_by"),
        _moment("recorded_at"),
        sa.PrimaryKeyConstraint("id", name="pk_competence_gaps"),
        sa.UniqueConstraint(
            "case_id", "theme", "discipline", "language", name="uq_competence_gaps_case_id_theme_discipline_language"
        ),
    )


def _create_talk(table: str) -> None:
    op.create_table(
        table,
        _id("id"),
        *_of_case(table),
        _moment("at"),
        _id("person_id"),
        *(_text(name) for name in ("name", "relation")),
        _sealed("text", null=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_case_id_at_id", table, ["case_id", "at", "id"])


def _create_meetings() -> None:
    op.create_table(
        "meetings",
        _id("id"),
        *_of_case("meetings"),
        _whole("version"),
        _text("state"),
        *(_moment(name) for name in ("starts_at", "ends_at")),
        *(_sealed(name) for name in ("place", "remote_link", "agenda", "minutes_text", "decisions")),
        _id("proposed_by"),
        _text("proposed_by_name"),
        _moment("proposed_at"),
        _id("held_by", null=True),
        _moment("held_at", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_meetings"),
        sa.CheckConstraint("ends_at > starts_at", name="ck_meetings_ends_after_start"),
        sa.CheckConstraint("(state = 'held') = (held_at is not null)", name="ck_meetings_held_has_moment"),
    )
    op.create_index("ix_meetings_case_id_starts_at", "meetings", ["case_id", "starts_at"])


def _create_meeting_participants() -> None:
    op.create_table(
        "meeting_participants",
        _id("meeting_id"),
        _id("person_id"),
        *_of_case("meeting_participants"),
        *(_text(name) for name in ("name", "relation")),
        _yes_no("attended", null=True),
        sa.PrimaryKeyConstraint("meeting_id", "person_id", name="pk_meeting_participants"),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name="fk_meeting_participants_meeting_id_meetings", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_meeting_participants_person_id_meeting_id", "meeting_participants", ["person_id", "meeting_id"])
    op.create_index("ix_meeting_participants_case_id", "meeting_participants", ["case_id"])


def _create_work_minutes() -> None:
    op.create_table(
        "work_minutes",
        _id("id"),
        *_of_case("work_minutes"),
        _id("person_id"),
        _text("name"),
        _text("profession", null=True),
        _whole("minutes"),
        _text("purpose"),
        _moment("recorded_at"),
        sa.PrimaryKeyConstraint("id", name="pk_work_minutes"),
        sa.CheckConstraint("minutes > 0", name="ck_work_minutes_some_minutes"),
    )
    op.create_index("ix_work_minutes_case_id_person_id", "work_minutes", ["case_id", "person_id"])
