from fastapi import APIRouter, Request

from services.reporting.intake import operations
from services.reporting.intake.runner import Intake
from services.reporting.intake.schemas import IntakeView, PullView, ReplayView
from services.shared.errors import NotFound
from services.shared.requests import Once, Reading, SignedIn, Writing

router = APIRouter(tags=["intake"])


@router.get("/intake", operation_id="read_intake", summary="How far each feed is read, and what was set aside")
async def read_intake(session: Reading) -> IntakeView:
    return await operations.read_intake(session)


@router.post("/intake/pull", operation_id="pull_now", summary="Read every feed to its end now")
async def pull_now(request: Request, caller: SignedIn) -> PullView:
    intake: Intake = request.app.state.intake
    results = await intake.pull_all()
    read = [pulled for result in results.values() if not isinstance(result, str) for pulled in result]
    return PullView(
        events=sum(pulled.events for pulled in read),
        set_aside=sum(pulled.set_aside for pulled in read),
        sources={name: result if isinstance(result, str) else "done" for name, result in results.items()},
    )


@router.post(
    "/intake/sources/{source}/replay",
    operation_id="replay_source",
    summary="Forget a feed's facts and read it again from its beginning",
    status_code=202,
)
async def replay_source(request: Request, source: str, session: Writing, caller: SignedIn, once: Once) -> ReplayView:
    if source not in {feed.name for feed in request.app.state.settings.feeds()}:
        raise NotFound("no such source")
    return await once.run(lambda: operations.replay_source(session, caller, source), operations.replay_asked)
