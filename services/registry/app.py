"""The registry: who knows what. Organisations, experts, words, and what people may do."""

from fastapi import FastAPI

from services.registry.access import ACCESS
from services.registry.affiliations.routes import router as affiliations
from services.registry.agreements.routes import router as agreements
from services.registry.areas.changing import carry_out_changes
from services.registry.areas.routes import router as areas
from services.registry.caching import CachedForAnybody
from services.registry.deltas.operations import mark_over
from services.registry.ending.routes import router as ending
from services.registry.experts.absences import forget_absences
from services.registry.experts.care_routes import router as expert_care
from services.registry.experts.routes import router as experts
from services.registry.groups.routes import router as groups
from services.registry.imports.operations import forget_imports
from services.registry.imports.routes import exports
from services.registry.imports.routes import router as imports
from services.registry.invitations.post import mail_invitations
from services.registry.invitations.routes import router as invitations
from services.registry.mandates.routes import router as mandates
from services.registry.members.reviews import end_unconfirmed
from services.registry.members.routes import router as members
from services.registry.offerings.routes import router as offerings
from services.registry.organisations.routes import router as organisations
from services.registry.resources.routes import router as resources
from services.registry.search.routes import router as search
from services.registry.settings import RegistrySettings
from services.registry.setup.routes import router as setup
from services.registry.vocabulary.routes import router as vocabulary
from services.registry.waiting.routes import router as waiting
from services.shared.application import create_service
from services.shared.clock import Clock
from services.shared.jobs import Sweep

TRUSTED = {
    "gateway": frozenset({"person", "system", "service"}),
    "consultation": frozenset({"service"}),
    "reporting": frozenset({"service"}),
}
"""What each issuer may claim to speak for. Only the gateway has seen a login."""
SWEEPS = (
    Sweep("area changes", carry_out_changes),
    Sweep("invitations", mail_invitations),
    Sweep("reviews", end_unconfirmed),
    Sweep("imports", forget_imports),
    Sweep("absences", forget_absences),
    Sweep("marks of what is over", mark_over),
)


def create_registry(settings: RegistrySettings, *, clock: Clock | None = None) -> FastAPI:
    app = create_service(
        settings,
        title="OT-verkko registry",
        routers=[
            areas,
            vocabulary,
            organisations,
            affiliations,
            mandates,
            resources,
            agreements,
            ending,
            groups,
            offerings,
            experts,
            expert_care,
            members,
            invitations,
            imports,
            exports,
            setup,
            search,
            waiting,
        ],
        access=ACCESS,
        trusted=TRUSTED,
        clock=clock,
        sweeps=SWEEPS,
    )
    app.add_middleware(CachedForAnybody)
    return app
