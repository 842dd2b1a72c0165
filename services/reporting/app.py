"""Reporting: what the consultations amount to."""

from fastapi import FastAPI

from services.reporting.access import ACCESS, TRUSTED
from services.reporting.charts.routes import router as charts
from services.reporting.exports.routes import router as exports
from services.reporting.figures.operations import Shelf
from services.reporting.figures.routes import router as figures
from services.reporting.indicators.routes import router as indicators
from services.reporting.intake.routes import router as intake
from services.reporting.intake.runner import intake_part
from services.reporting.settings import ReportingSettings
from services.reporting.waiting.routes import router as waiting
from services.shared.application import create_service
from services.shared.clock import Clock


def create_reporting(settings: ReportingSettings, clock: Clock | None = None) -> FastAPI:
    app = create_service(
        settings,
        title="OT-verkko: reporting",
        routers=[indicators, figures, charts, exports, intake, waiting],
        access=ACCESS,
        trusted=TRUSTED,
        clock=clock,
        parts=[intake_part],
    )
    app.state.shelf = Shelf(settings.small_below)
    return app
