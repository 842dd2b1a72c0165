from uuid import UUID

from fastapi import APIRouter

from services.registry.organisations.operations import read_organisation
from services.registry.organisations.schemas import OrganisationView
from services.registry.setup import operations
from services.registry.setup.schemas import CodeGiven, NewCentre, SetupView, TestMail
from services.shared.requests import Once, Reading, SignedIn, Writing

router = APIRouter(tags=["setup"])


@router.get("/setup", operation_id="read_setup", summary="How far the first run of this installation has come")
async def read_setup(session: Reading) -> SetupView:
    return await operations.read_setup(session)


@router.post(
    "/setup/claim", operation_id="claim_installation", summary="Become the first administrator, with the printed code"
)
async def claim_installation(body: CodeGiven, session: Writing, caller: SignedIn) -> SetupView:
    return await operations.claim_installation(session, caller, body.code)


@router.post("/setup/mail", operation_id="send_test_mail", summary="Send a test mail to your own address")
async def send_test_mail(session: Writing, caller: SignedIn) -> TestMail:
    return await operations.send_test_mail(session, caller)


@router.post("/setup/finish", operation_id="finish_setup", summary="Say that the first run is over")
async def finish_setup(session: Writing, caller: SignedIn) -> SetupView:
    return await operations.finish_setup(session, caller)


@router.post(
    "/centres", operation_id="found_centre", summary="Found the OT centre of a collaborative area", status_code=201
)
async def found_centre(body: NewCentre, session: Writing, caller: SignedIn, once: Once) -> OrganisationView:
    return await once.run(
        lambda: operations.found_centre(session, caller, body),
        lambda id: read_organisation(session, caller, UUID(id)),
    )
