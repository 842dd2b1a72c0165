"""What people choose for themselves, and to whom a nudge may be sent: the one place that gives out addresses."""

from uuid import UUID

from services.registry.changes import expect_version
from services.registry.members import store
from services.registry.members.schemas import MailChoice, Recipients, RecipientView, SettingsView, SettingsWanted
from services.registry.members.tables import Person
from services.shared.access_log import log_access
from services.shared.database import ReadSession, WriteSession
from services.shared.identity import Caller


async def read_settings(session: ReadSession, caller: Caller) -> SettingsView:
    """Raises NotFound where nobody by that id has signed in."""
    return _view(await store.get_person(session, UUID(caller.person)))


async def change_settings(
    session: WriteSession, caller: Caller, wanted: SettingsWanted, *, expected: int
) -> SettingsView:
    """What is as it was leaves no trace. Raises NotFound, StaleVersion."""
    person = await store.get_person(session, UUID(caller.person))
    changed = [name for name in ("language", "mail") if getattr(person, name) != getattr(wanted, name)]
    if changed:
        expect_version(person.version, expected)
        person.language, person.mail = wanted.language, wanted.mail.value
        person.version += 1
        for name in changed:
            await log_access(session, act="change_settings", subject=person.id, part=name, ground="own entry")
        await session.flush()
    return _view(person)


async def read_recipients(session: ReadSession, ids: list[UUID]) -> Recipients:
    """Those of the people who have an address that their login vouched for. No names."""
    people = await store.people_by_id(session, ids)
    return Recipients(items=[_recipient(one, one.email) for one in people if one.email and one.email_verified])


def _view(person: Person) -> SettingsView:
    return SettingsView.model_validate(
        {
            "language": person.language,
            "mail": person.mail,
            "email": person.email if person.email_verified else None,
            "version": person.version,
        }
    )


def _recipient(person: Person, email: str) -> RecipientView:
    return RecipientView.model_validate(
        {"id": person.id, "email": email, "language": person.language, "mail": MailChoice(person.mail)}
    )
