"""The consultation service: one case, from a question to what came of the answer."""

from fastapi import FastAPI

from services.consultation.access import ACCESS
from services.consultation.answers.routes import router as answers
from services.consultation.cases.act_routes import router as case_acts
from services.consultation.cases.consents import end_unchosen
from services.consultation.cases.drafts import drop_forgotten_keys
from services.consultation.cases.routes import router as cases
from services.consultation.cases.watching import watch_clocks
from services.consultation.follow_ups.routes import router as follow_ups
from services.consultation.lines.routes import router as lines
from services.consultation.mail_part import mail_part
from services.consultation.meetings.routes import router as meetings
from services.consultation.messages.routes import router as messages
from services.consultation.notes.routes import router as notes
from services.consultation.notifications.operations import forget_seen
from services.consultation.notifications.routes import router as notifications
from services.consultation.registry_part import registry_part
from services.consultation.settings import ConsultationSettings
from services.consultation.teams.routes import router as teams
from services.consultation.waiting.routes import router as waiting
from services.shared.application import create_service
from services.shared.clock import Clock
from services.shared.jobs import Sweep

# Who is believed, and for whom each may speak: the gateway for people and systems, reporting for itself.
TRUSTED = {
    "gateway": frozenset({"person", "system"}),
    "reporting": frozenset({"service"}),
    "registry": frozenset({"service"}),
}
ROUTERS = (lines, cases, case_acts, teams, messages, notes, meetings, answers, follow_ups, waiting, notifications)
SWEEPS = (
    Sweep("clocks", watch_clocks),
    Sweep("consent_choices", end_unchosen),
    Sweep("forgotten_keys", drop_forgotten_keys),
    Sweep("seen_notifications", forget_seen),
)


def create_consultation(settings: ConsultationSettings, clock: Clock | None = None) -> FastAPI:
    return create_service(
        settings,
        title="OT-verkko consultation",
        routers=ROUTERS,
        access=ACCESS,
        trusted=TRUSTED,
        clock=clock,
        sweeps=SWEEPS,
        parts=(registry_part, mail_part),
    )
