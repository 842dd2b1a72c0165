"""Rows of cases, and the only place where their texts are sealed and opened."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Uuid, bindparam, delete, func, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_or_skip

from services.consultation.access import ASKING, Relation, groups_of
from services.consultation.cases.codes import is_code, new_code
from services.consultation.cases.rules import ConsentGiven, team_may_read
from services.consultation.cases.tables import Case, CaseAccess, CaseAddition, CaseLog, Consent
from services.consultation.workflow import Group, State
from services.shared.database import ReadSession, WriteSession, new_id
from services.shared.encryption import SealingKey
from services.shared.errors import NotFound, StaleVersion
from services.shared.statements import Prepared

SEALED = (
    "subject",
    "situation",
    "tried",
    "involved",
    "expertise_wished",
    "participants",
    "missing_text",
    "exit_text",
    "exit_place",
    "exit_contact",
)


@dataclass(frozen=True)
class OpenCase:
    """A case that the caller may see, with its key and what the caller is to it."""

    row: Case
    key: SealingKey
    relations: frozenset[Relation]

    @property
    def id(self) -> UUID:
        return self.row.id

    @property
    def state(self) -> State:
        return State(self.row.state)

    @property
    def groups(self) -> frozenset[Group]:
        return groups_of(self.relations)


async def find_case(session: ReadSession, case_id: UUID | str, *, lock: bool = False) -> Case:
    """By id or by code. Raises NotFound, also for what the caller may not see: row-level security decides."""
    query = select(Case).execution_options(populate_existing=True)
    identity = _as_id(case_id)
    if identity is not None:
        query = query.where(Case.id == identity)
    elif is_code(str(case_id)):
        query = query.where(Case.code == str(case_id).upper())
    else:
        raise NotFound()
    row = await session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound()
    return row


def _as_id(text: UUID | str) -> UUID | None:
    try:
        return text if isinstance(text, UUID) else UUID(text)
    except ValueError:
        return None


_access = select(CaseAccess.relation).where(
    CaseAccess.case_id == Case.id, CaseAccess.person_id == bindparam("person", type_=Uuid)
)
_looked_at = select(*Case.__table__.columns, func.array(_access.scalar_subquery()).label("relations"))
_BY_ID = _looked_at.where(Case.id == bindparam("case_id"))
_BY_CODE = _looked_at.where(Case.code == bindparam("code"))
_LOOK = {
    (by, lock): Prepared(query.with_for_update(of=Case.__table__) if lock else query)
    for by, query in (("id", _BY_ID), ("code", _BY_CODE))
    for lock in (False, True)
}


async def look_at(session: ReadSession, case_id: UUID | str, *, lock: bool = False) -> OpenCase:
    """A case to be read and not changed: its row is no object that would be saved. Raises NotFound.

    `lock`: nobody else changes it until this transaction ends.
    """
    identity, person = _as_id(case_id), _as_id(session.caller.person)
    if identity is not None:
        row = await _LOOK["id", lock].row(session, case_id=identity, person=person)
    elif is_code(str(case_id)):
        row = await _LOOK["code", lock].row(session, code=str(case_id).upper(), person=person)
    else:
        raise NotFound()
    if row is None:
        raise NotFound()
    given = frozenset(Relation(relation) for relation in row.relations)
    return OpenCase(row, await session.keys.get(row.id), _relations_in(session, row, given))


async def lock_case(session: WriteSession, case_id: UUID | str, expected: int | None = None) -> Case:
    """Nobody else changes the case until this transaction ends. Raises NotFound, StaleVersion.

    `expected` is the version the caller saw; without it the newest is taken.
    """
    row = await find_case(session, case_id, lock=True)
    if expected is not None and row.version != expected:
        raise StaleVersion(
            current=row.version,
            changed_by=row.changed_by_name,
            changed_at=row.changed_at.isoformat(),
            act=row.changed_act,
        )
    return row


async def relations_of(session: ReadSession, row: Case) -> frozenset[Relation]:
    """What the caller is to the case. Experts are nothing to it while they may not read it."""
    person = _as_id(session.caller.person)
    query = select(CaseAccess.relation).where(CaseAccess.case_id == row.id, CaseAccess.person_id == person)
    given = frozenset(Relation(relation) for relation in await session.scalars(query)) if person else frozenset()
    return _relations_in(session, row, given)


def _relations_in(session: ReadSession, row: Case, given: frozenset[Relation]) -> frozenset[Relation]:
    coordinates = row.yta in session.caller.ytas_as("coordinator")
    held = given if row.team_may_read else given & {Relation.ASKER, Relation.PARTNER}
    return held | {Relation.COORDINATOR} if coordinates else held


async def open_row(session: ReadSession, row: Case) -> OpenCase:
    return OpenCase(row, await session.keys.get(row.id), await relations_of(session, row))


def text_of(case: OpenCase, name: str) -> str:
    """One sealed text of the case's own row, an empty string where nothing was written."""
    sealed: bytes | None = getattr(case.row, f"{name}_sealed")
    return case.key.open(sealed, f"cases.{name}") if sealed else ""


def questions_of(case: OpenCase) -> list[str]:
    sealed = case.row.questions_sealed
    return list(json.loads(case.key.open(sealed, "cases.questions"))) if sealed else []


def put_texts(row: Case, key: SealingKey, texts: Mapping[str, str | None]) -> None:
    """Seals the named texts; an empty one or None takes away what was there."""
    for name, text in texts.items():
        if name not in SEALED:
            raise KeyError(name)
        setattr(row, f"{name}_sealed", key.seal(text, f"cases.{name}") if text else None)


def put_questions(row: Case, key: SealingKey, questions: list[str]) -> None:
    sealed = key.seal(json.dumps(questions, ensure_ascii=False), "cases.questions")
    row.questions_sealed = sealed if questions else None


async def existing(session: ReadSession, ids: list[UUID]) -> set[UUID]:
    """Those of the ids that are cases; call it on duty."""
    return set(await session.scalars(select(Case.id).where(Case.id.in_(ids))))


async def consents_of(session: ReadSession, case_id: UUID) -> list[Consent]:
    query = select(Consent).where(Consent.case_id == case_id).order_by(Consent.recorded_at, Consent.id)
    return list(await session.scalars(query))


async def copy_consents(session: WriteSession, source: OpenCase, target: OpenCase) -> None:
    """Those in force, sealed anew with the other case's key."""
    for consent in await consents_of(session, source.id):
        if consent.withdrawn_at is None:
            reference = source.key.open(consent.client_reference_sealed, "consents.client_reference")
            values = {column.name: getattr(consent, column.name) for column in Consent.__table__.columns}
            sealed = target.key.seal(reference, "consents.client_reference")
            changed = {"id": new_id(), "case_id": target.id, "client_reference_sealed": sealed}
            session.add(Consent(**{**values, **changed}))
    await session.flush()


async def remove_additions(session: WriteSession, case_id: UUID) -> None:
    await session.execute(delete(CaseAddition).where(CaseAddition.case_id == case_id))


async def consents_suffice(session: ReadSession, row: Case) -> bool:
    given = [
        ConsentGiven(frozenset(consent.to_what), consent.written)
        for consent in await consents_of(session, row.id)
        if consent.withdrawn_at is None
    ]
    return team_may_read(row.identification, given)


_ADD = Prepared(
    insert_or_skip(Case).on_conflict_do_nothing(index_elements=["code"]), columns=Case.__table__.columns.keys()
)


async def add_case(session: WriteSession, row: Case, *, yta: str | None) -> None:
    """With a code that no other case has, also none that the caller doesn't see. The row is kept, not the object."""
    values = {column.key: getattr(row, column.key) for column in Case.__table__.columns}
    added = 0
    while not added:
        row.code = values["code"] = new_code(yta)
        added = await _ADD.run(session, **values)


_GIVE_ACCESS = Prepared(insert(CaseAccess), columns=CaseAccess.__table__.columns.keys())


async def give_access(session: WriteSession, row: Case, person: UUID, relation: Relation) -> None:
    """The case must have been saved."""
    await _GIVE_ACCESS.run(
        session,
        case_id=row.id,
        person_id=person,
        relation=relation.value,
        yta=row.yta,
        asker=row.asker,
        organisation=row.asker_organisation if relation in ASKING else None,
        since=session.clock.now(),
    )


async def take_access(
    session: WriteSession, row: Case, relations: Iterable[Relation], *, person: UUID | None = None
) -> None:
    """Of one person, or of everybody in these relations."""
    query = delete(CaseAccess).where(CaseAccess.case_id == row.id, CaseAccess.relation.in_({*relations}))
    await session.execute(query if person is None else query.where(CaseAccess.person_id == person))


_WRITE_LOG = Prepared(insert(CaseLog), columns=CaseLog.__table__.columns.keys())


async def write_log(session: WriteSession, case_id: UUID, act: str, *, team_only: bool = False, **data: object) -> None:
    """A row of what happened in the case. `data` holds codes, ids and times only."""
    await _WRITE_LOG.run(session, **_log_row(session, case_id, act, team_only, data))


async def hold_log(session: WriteSession, case_id: UUID, act: str, *, team_only: bool, **data: object) -> None:
    """The same where the transaction doesn't go on to show what happened."""
    await _WRITE_LOG.hold(session, **_log_row(session, case_id, act, team_only, data))


def _log_row(
    session: WriteSession, case_id: UUID, act: str, team_only: bool, data: dict[str, object]
) -> dict[str, object]:
    caller = session.caller
    return {
        "id": new_id(),
        "case_id": case_id,
        "at": session.clock.now(),
        "act": act,
        "person_id": _as_id(caller.person),
        "person_name": caller.name if caller.person else "",
        "data": data,
        "team_only": team_only,
    }


async def add_addition(session: WriteSession, case: OpenCase, text: str) -> None:
    caller = session.caller
    session.add(
        CaseAddition(
            id=new_id(),
            case_id=case.id,
            at=session.clock.now(),
            person_id=UUID(caller.person),
            person_name=caller.name,
            text_sealed=case.key.seal(text, "case_additions.text"),
        )
    )
    await session.flush()


def addition_text(case: OpenCase, row: CaseAddition) -> str:
    return case.key.open(row.text_sealed, "case_additions.text")
