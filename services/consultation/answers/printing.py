"""What the paper says, gathered for `pdf.py`: the answer, its centre, and the county it was written for."""

from uuid import UUID

from services.consultation.answers import store
from services.consultation.answers.contents import Contents
from services.consultation.answers.operations import visible_answer
from services.consultation.answers.pdf import PrintedAnswer, PrintedRecommendation, PrintedSignature
from services.consultation.answers.rules import AnswerKind, digest_of
from services.consultation.answers.schemas import SignatureView
from services.consultation.answers.tables import Answer
from services.consultation.answers.team import signatories
from services.consultation.answers.views import filled, number_in, signatures_in
from services.consultation.answers.wording import WORDS
from services.consultation.cases.operations import open_case
from services.consultation.cases.store import OpenCase, text_of
from services.consultation.registry_client import Registry
from services.shared.database import WriteSession
from services.shared.errors import ServiceUnavailable
from services.shared.http import RemoteRefusal


async def read_answer_pdf(
    session: WriteSession, registry: Registry, case_id: str, language: str | None
) -> PrintedAnswer:
    """`language` is of the headings; the working language of the case where it isn't given."""
    case = await open_case(session, case_id, part="answer pdf")
    answer = await visible_answer(session, case)
    contents = await store.contents_of(session, answer, case.key)
    own = case.row.language or "fi"
    chosen = language or (own if own in WORDS else "fi")
    return await _printed(session, registry, case, answer, contents, language=chosen)


async def _printed(
    session: WriteSession, registry: Registry, case: OpenCase, answer: Answer, contents: Contents, *, language: str
) -> PrintedAnswer:
    team = await signatories(session, case.id)
    blocks = filled(case, contents, team)
    places = {row.id: row.order for row in contents.recommendations}
    return PrintedAnswer(
        language=language,
        text_language=case.row.language or language,
        yta=answer.yta or case.row.yta or "",
        kind=AnswerKind(answer.kind),
        number=number_in(answer),
        edition=answer.edition,
        case_code=case.row.code,
        subject=text_of(case, "subject"),
        area_name=await _area_name(registry, case.row.area, language),
        published_at=answer.published_at,
        blocks={block: written.text for block, written in blocks.items()},
        recommendations=[
            PrintedRecommendation(row.what, row.who, row.by_when, row.method or "") for row in contents.recommendations
        ],
        signatures=[_signature(one, places) for one in signatures_in(answer, contents, team, session.clock.now())],
        digest=digest_of(contents.plain(blocks)),
        example=session.settings.demo,
    )


def _signature(one: SignatureView, places: dict[UUID, int]) -> PrintedSignature:
    place = places.get(one.recommendation) if one.recommendation else None
    return PrintedSignature(one.name, one.state, one.text, place, one.at)


async def _area_name(registry: Registry, area: str | None, language: str) -> str:
    """The paper is worth having also while the registry is away: then without the county's name."""
    try:
        found = (await registry.areas()).get(area or "")
    except (ServiceUnavailable, RemoteRefusal):
        return ""
    return "" if found is None else found.name.sv if language == "sv" else found.name.fi
