"""All tables of the registry: what the migrations are compared with."""

from services.registry.affiliations import tables as affiliations
from services.registry.agreements import tables as agreements
from services.registry.areas import tables as areas
from services.registry.base import metadata
from services.registry.deltas import tables as deltas
from services.registry.experts import tables as experts
from services.registry.groups import tables as groups
from services.registry.history import tables as history
from services.registry.imports import tables as imports
from services.registry.invitations import tables as invitations
from services.registry.mandates import tables as mandates
from services.registry.members import tables as members
from services.registry.offerings import tables as offerings
from services.registry.organisations import tables as organisations
from services.registry.resources import tables as resources
from services.registry.search import tables as search
from services.registry.setup import tables as setup
from services.registry.vocabulary import tables as vocabulary

__all__ = [
    "affiliations",
    "agreements",
    "areas",
    "deltas",
    "experts",
    "groups",
    "history",
    "imports",
    "invitations",
    "mandates",
    "members",
    "metadata",
    "offerings",
    "organisations",
    "resources",
    "search",
    "setup",
    "vocabulary",
]
