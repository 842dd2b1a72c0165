"""The first run of an installation: its first administrator, its first centre, and whether its mail goes out."""

import hmac
from typing import cast
from uuid import UUID

from services.registry.areas.operations import known_ytas, list_collaborative_areas
from services.registry.days import today
from services.registry.members import store as members
from services.registry.members.granting import grant
from services.registry.members.tables import Membership
from services.registry.organisations import store as organisations
from services.registry.organisations.operations import create_organisation, read_organisation
from services.registry.organisations.schemas import NewOrganisation, OrganisationView
from services.registry.settings import RegistrySettings
from services.registry.setup import store
from services.registry.setup.errors import CentreExists, SetupDone, WrongCode
from services.registry.setup.letters import test_letter
from services.registry.setup.rules import CODE_LASTS, hash_of, new_code
from services.registry.setup.schemas import MailOutcome, NewCentre, SetupView, TestMail
from services.shared.access_log import log_access
from services.shared.database import ReadSession, WriteSession, new_id
from services.shared.errors import FieldProblem
from services.shared.identity import Caller
from services.shared.mail import MailServer, MailServerSilent

CENTRE = "ot_keskus"
REASON = "Asennuksen ensimmäinen ylläpitäjä"


async def mint_code(session: WriteSession) -> str:
    """A new one; the one before works no more. Whoever runs the installation prints it. Raises SetupDone."""
    run = await store.lock_first_run(session)
    if await store.was_ever_administered(session):
        raise SetupDone()
    code = new_code()
    run.code_hash, run.code_until = hash_of(code), session.clock.now() + CODE_LASTS
    await session.flush()
    return code


async def read_setup(session: ReadSession) -> SetupView:
    run, settings = await store.get_first_run(session), _settings(session)
    claimed = await store.was_ever_administered(session)
    return SetupView(
        claimed=claimed,
        centres=list(await store.areas_with_a_centre(session)),
        mail=bool(settings.smtp_url.get_secret_value()),
        mail_sender=settings.mail_sender,
        mail_sent_at=run.mail_sent_at if run else None,
        finished=claimed and (run is None or run.claimed_at is None or run.finished_at is not None),
    )


async def claim_installation(session: WriteSession, caller: Caller, code: str) -> SetupView:
    """Makes the caller the first administrator. Raises SetupDone, WrongCode."""
    run = await store.lock_first_run(session)
    if await store.was_ever_administered(session):
        raise SetupDone()
    now = session.clock.now()
    right = run.code_hash is not None and hmac.compare_digest(run.code_hash, hash_of(code))
    if not right or run.code_until is None or now >= run.code_until:
        raise WrongCode(fields=[FieldProblem(path="code", code="wrong_code")])
    membership = Membership(
        id=new_id(), person_id=UUID(caller.person), role="admin", valid_from=today(session), reason=REASON
    )
    await grant(session, membership, None, ground="setup code")
    run.claimed_at, run.claimed_by, run.code_hash, run.code_until = now, membership.person_id, None, None
    await session.flush()
    return await read_setup(session)


async def found_centre(session: WriteSession, caller: Caller, new: NewCentre) -> OrganisationView:
    """The OT centre of a collaborative area, serving all its counties. Raises CentreExists, UnknownArea, SlugTaken."""
    await known_ytas(session, [new.yta], field="yta")
    if new.yta in await store.areas_with_a_centre(session):
        raise CentreExists(fields=[FieldProblem(path="yta", code="centre_exists")])
    served = next(one.members for one in await list_collaborative_areas(session) if one.key == new.yta)
    wanted = NewOrganisation(
        slug=f"ot_{new.yta}", name=new.name, type=CENTRE, area=new.area, areas=served, languages=["fi"]
    )
    made = await create_organisation(session, caller, wanted)
    (await organisations.lock_organisation(session, made.id)).centre_of = new.yta
    await session.flush()
    return await read_organisation(session, caller, made.id)


async def send_test_mail(session: WriteSession, caller: Caller) -> TestMail:
    """To the caller's own address, as their login vouches for it."""
    settings = _settings(session)
    person = await members.get_person(session, UUID(caller.person))
    if not settings.smtp_url.get_secret_value():
        return TestMail(outcome=MailOutcome.NOT_SET)
    if not person.email or not person.email_verified:
        return TestMail(outcome=MailOutcome.NO_ADDRESS)
    server = MailServer(settings.smtp_url.get_secret_value(), settings.mail_sender)
    letter = test_letter(person.email, person.language, settings.public_url)
    try:
        (outcome,) = [MailOutcome(one.value) async for one in server.send([letter], session.clock.now())]
    except MailServerSilent:
        return TestMail(outcome=MailOutcome.SILENT)
    if outcome is MailOutcome.SENT:
        (await store.lock_first_run(session)).mail_sent_at = session.clock.now()
        await log_access(session, act="send_test_mail", subject=person.id, ground="admin")
        await session.flush()
    return TestMail(outcome=outcome)


async def finish_setup(session: WriteSession, caller: Caller) -> SetupView:
    """The first page leads elsewhere from now on."""
    run = await store.lock_first_run(session)
    if run.finished_at is None:
        run.finished_at = session.clock.now()
        await log_access(session, act="finish_setup", ground="admin")
        await session.flush()
    return await read_setup(session)


def _settings(session: ReadSession) -> RegistrySettings:
    return cast(RegistrySettings, session.settings)
