"""People as a file: each row an invitation, judged as if it had been typed alone."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import insert

from services.registry.days import today
from services.registry.errors import CoordinatorNeedsArea, EndsBeforeItBegins
from services.registry.imports.columns import Column, Columns, Row
from services.registry.imports.reading import MOST_ROWS
from services.registry.invitations import store
from services.registry.invitations.operations import check_invitation, may_invite, wanted_invitation
from services.registry.invitations.schemas import Delivery, NewInvitation
from services.registry.invitations.tables import MembershipInvitation
from services.registry.members import store as members
from services.registry.organisations.tables import Organisation
from services.shared.access_log import log_access
from services.shared.database import ReadSession, WriteSession
from services.shared.errors import Forbidden
from services.shared.identity import Caller
from services.shared.journal import record_event

COLUMNS = Columns(
    (
        Column("name", also=("nimi", "namn")),
        Column("email", needed=True, also=("sähköposti", "e-mail", "e-post", "epost"), most=254),
        Column("role", needed=True, also=("rooli", "roll"), most=30),
        Column("organisation", also=("organisaatio",), most=100),
        Column("valid_to", also=("voimassa", "päättyy", "giltig till", "slutar"), most=10),
    ),
    key=("email", "role", "organisation"),
)
REASON = "Luettelosta"
"""Why, where a list gives no reason of its own: from the list."""
AT_A_TIME = 50
Known = dict[str, Organisation]


class People:
    columns = COLUMNS
    most = MOST_ROWS
    written = frozenset({"invite"})

    async def judge(self, session: ReadSession, caller: Caller, rows: Sequence[Row]) -> list[tuple[Row, str]]:
        known = await members.organisations_by_slug(session, {row.values["organisation"] for row in rows})
        wanted = await _all_wanted(session, caller, rows, known)
        offered = [one for one in wanted if isinstance(one, MembershipInvitation)]
        there = await _there_already(session, offered)
        return [_fate(row, one, there) for row, one in zip(rows, wanted, strict=True)]

    async def write(self, session: WriteSession, caller: Caller, rows: Sequence[Row]) -> None:
        known = await members.organisations_by_slug(session, {row.values["organisation"] for row in rows})
        wanted = await _all_wanted(session, caller, rows, known)
        made = [one for one in wanted if isinstance(one, MembershipInvitation)]
        columns = [column.key for column in MembershipInvitation.__table__.columns]
        await session.execute(
            insert(MembershipInvitation), [{name: getattr(one, name) for name in columns} for one in made]
        )
        for (role, organisation), count in Counter((one.role, one.organisation_id) for one in made).items():
            await record_event(
                session,
                "membership_invitation.imported",
                subject=organisation or role,
                role=role,
                organisation=organisation,
                count=count,
            )
        await log_access(session, act="import_people", subjects=[one.id for one in made], part=str(len(made)))


Wanted = MembershipInvitation | Row


async def _all_wanted(session: ReadSession, caller: Caller, rows: Sequence[Row], known: Known) -> list[Wanted]:
    """A long file lets others' requests in between."""
    wanted = []
    for place, row in enumerate(rows):
        if place % AT_A_TIME == 0:
            await asyncio.sleep(0)
        wanted.append(_wanted(session, caller, row, known))
    return wanted


def _wanted(session: ReadSession, caller: Caller, row: Row, known: Known) -> Wanted:
    """The invitation, or the row with what is wrong with it."""
    if row.problems:
        return row
    slug = row.values["organisation"]
    organisation = known.get(slug)
    if slug and organisation is None:
        return row.with_problem("organisation", "unknown_organisation")
    values = {"name": row.values["name"] or None, "email": row.values["email"], "role": row.values["role"]}
    try:
        new = NewInvitation.model_validate(
            {
                **values,
                "organisation": organisation.id if organisation else None,
                "valid_to": _day(row.values["valid_to"]),
                "reason": REASON,
                "delivery": Delivery.MAIL,
            }
        )
        invitation = wanted_invitation(session, caller, new, organisation)
        may_invite(caller, invitation, organisation)
        check_invitation(session, invitation)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        return row.with_problem(str(first["loc"][0]), str(first["type"]))
    except (EndsBeforeItBegins, CoordinatorNeedsArea) as refused:
        path = refused.fields[0].path
        return row.with_problem("organisation" if path == "yta" else path, refused.fields[0].code)
    except Forbidden:
        return row.with_problem("role", "not_yours")
    return invitation


def _day(text: str) -> str | None:
    """As a date is written here or in a standard; what is neither is left for the check to refuse."""
    parts = text.split(".")
    if len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts):
        try:
            return date(int(parts[2]), int(parts[1]), int(parts[0])).isoformat()
        except ValueError:
            return text
    return text or None


Key = tuple[str, str, UUID | None, str | None]


def _key(one: MembershipInvitation) -> Key:
    return one.email, one.role, one.organisation_id, one.yta


async def _there_already(session: ReadSession, offered: Iterable[MembershipInvitation]) -> dict[Key, str]:
    emails = sorted({one.email for one in offered})
    invited = await store.open_ones_to(session, emails, session.clock.now())
    held = await store.memberships_of(session, emails, today(session))
    return {**dict.fromkeys(invited, "already_invited"), **dict.fromkeys(held, "already_member")}


def _fate(row: Row, wanted: Wanted, there: dict[Key, str]) -> tuple[Row, str]:
    if isinstance(wanted, Row):
        return wanted, "wrong"
    return row, there.get(_key(wanted), "invite")
