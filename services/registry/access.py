"""Who may do what in the registry, as tables. What isn't listed is denied.

ACCESS says who may call an operation at all. GROUNDS says what ties a caller to the entry: an organisation's editor is
an editor of that organisation only. GRANTABLE and EDITABLE say how far each tie reaches.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from services.shared.identity import Caller, Who

READ = frozenset({"registry:read"})
CONSULTATION = frozenset({"consultation"})
GATEWAY = frozenset({"gateway"})

PUBLIC = Who(public=True)
SIGNED_IN = Who(everyone=True, scopes=READ)
MEMBERS = frozenset(
    {"professional", "coordinator", "expert", "organisation_editor", "national", "auditor", "admin", "integration"}
)
READERS = Who(roles=MEMBERS, scopes=READ, systems=True, services=CONSULTATION)
LOGIN = Who(services=GATEWAY)
ASKED_BY_CONSULTATION = Who(services=CONSULTATION)
COORDINATORS = Who(roles=frozenset({"coordinator"}))
KEEPERS = Who(roles=frozenset({"coordinator", "admin"}))
KEEPERS_AND_EDITORS = Who(roles=frozenset({"coordinator", "admin", "organisation_editor"}))
ADMIN = Who(roles=frozenset({"admin"}))
WORD_KEEPERS = Who(roles=frozenset({"national", "admin"}))

ACCESS: Mapping[str, Who] = {
    # areas and words: no people in them
    "list_areas": PUBLIC,
    "read_area": PUBLIC,
    "list_area_history": READERS,
    # the map of the country is the administrators' to change
    "list_area_changes": READERS,
    "read_area_change": READERS,
    "preview_area_change": ADMIN,
    "decide_area_change": ADMIN,
    "cancel_area_change": ADMIN,
    "list_collaborative_areas": PUBLIC,
    "list_schemes": PUBLIC,
    "list_concepts": PUBLIC,
    "read_concept": PUBLIC,
    "export_concepts": PUBLIC,
    "list_lacking_concepts": PUBLIC,
    # words are the nation's: nobody keeps some of them for an area of their own
    "create_concept": WORD_KEEPERS,
    "change_concept": WORD_KEEPERS,
    "retire_concept": WORD_KEEPERS,
    "restore_concept": WORD_KEEPERS,
    "merge_concept": WORD_KEEPERS,
    "list_concept_history": READERS,
    # organisations: contact is added for those who are signed in
    "list_organisations": PUBLIC,
    "read_organisation": PUBLIC,
    "create_organisation": KEEPERS,
    "change_organisation": KEEPERS_AND_EDITORS,
    "list_organisation_history": READERS,
    "read_organisation_tree": PUBLIC,
    "list_similar_organisations": KEEPERS_AND_EDITORS,
    # what an organisation has for a time
    "list_mandates": READERS,
    "create_mandate": KEEPERS_AND_EDITORS,
    "read_mandate": READERS,
    "change_mandate": KEEPERS_AND_EDITORS,
    "list_mandate_history": READERS,
    "list_resources": READERS,
    "create_resource": KEEPERS_AND_EDITORS,
    "read_resource": READERS,
    "change_resource": KEEPERS_AND_EDITORS,
    "list_resource_history": READERS,
    "list_affiliations": READERS,
    "create_affiliation": KEEPERS_AND_EDITORS,
    "read_affiliation": READERS,
    "change_affiliation": KEEPERS_AND_EDITORS,
    "list_affiliation_history": READERS,
    "list_agreements": READERS,
    "create_agreement": KEEPERS,
    "read_agreement": READERS,
    "change_agreement": KEEPERS,
    "end_agreement": KEEPERS,
    "list_agreement_history": READERS,
    "list_ending_terms": KEEPERS_AND_EDITORS,
    # expert groups hold people; services don't
    "list_groups": READERS,
    "read_group": READERS,
    "create_group": KEEPERS_AND_EDITORS,
    "change_group": KEEPERS_AND_EDITORS,
    "end_group": KEEPERS_AND_EDITORS,
    "add_group_member": KEEPERS_AND_EDITORS,
    "end_group_member": KEEPERS_AND_EDITORS,
    "list_group_history": READERS,
    "list_offerings": PUBLIC,
    "read_offering": PUBLIC,
    "create_offering": KEEPERS_AND_EDITORS,
    "change_offering": KEEPERS_AND_EDITORS,
    "tell_capacity": KEEPERS_AND_EDITORS,
    "confirm_offering": KEEPERS_AND_EDITORS,
    "end_offering": KEEPERS_AND_EDITORS,
    "list_offering_history": READERS,
    # experts
    "list_experts": READERS,
    "count_experts": READERS,
    "read_expert": READERS,
    "create_expert": KEEPERS_AND_EDITORS,
    "change_expert": Who(roles=frozenset({"expert", "coordinator", "organisation_editor"})),
    "assure_competences": COORDINATORS,
    "read_own_expert": Who(everyone=True),
    "list_expert_history": Who(roles=frozenset({"expert", "coordinator", "organisation_editor"})),
    "list_similar_experts": KEEPERS_AND_EDITORS,
    "check_registration": COORDINATORS,
    "deactivate_expert": Who(roles=frozenset({"coordinator", "organisation_editor"})),
    "reactivate_expert": COORDINATORS,
    "list_due_competences": COORDINATORS,
    "list_lacking_experts": COORDINATORS,
    "list_former_experts": COORDINATORS,
    "match_candidates": ASKED_BY_CONSULTATION,
    # members
    "sign_in": LOGIN,
    "sign_in_system": LOGIN,
    "read_person": Who(everyone=True, scopes=READ, services=CONSULTATION | GATEWAY),
    "look_up_people": Who(services=CONSULTATION | GATEWAY),
    "list_coordinators": Who(everyone=True, scopes=READ, services=CONSULTATION | GATEWAY),
    "choose_language": Who(everyone=True),
    "read_settings": Who(everyone=True),
    "change_settings": Who(everyone=True),
    "read_recipients": Who(services=CONSULTATION),  # the only way to an address, and for mail alone
    "request_access": Who(everyone=True),
    "list_access_requests": Who(everyone=True),
    "read_access_request": Who(everyone=True),
    "grant_access_request": KEEPERS,
    "refuse_access_request": KEEPERS,
    "list_memberships": Who(everyone=True),
    "read_membership": Who(everyone=True),
    "grant_membership": KEEPERS_AND_EDITORS,
    "revoke_membership": Who(everyone=True),
    "confirm_memberships": KEEPERS_AND_EDITORS,
    "list_membership_history": Who(everyone=True),
    "list_domain_rules": ADMIN,
    "create_domain_rule": ADMIN,
    "end_domain_rule": ADMIN,
    # the first run: before it is claimed nobody has a role, and its code says who may
    "read_setup": Who(everyone=True, services=GATEWAY),
    "claim_installation": Who(everyone=True),
    "send_test_mail": ADMIN,
    "finish_setup": ADMIN,
    "found_centre": ADMIN,
    # files: each row is judged by what its sender may do
    "preview_import": KEEPERS_AND_EDITORS,
    "read_import": KEEPERS_AND_EDITORS,
    "list_import_rows": KEEPERS_AND_EDITORS,
    "write_import": KEEPERS_AND_EDITORS,
    # what they may change: the same columns go out and come in
    "export_entries": KEEPERS_AND_EDITORS,
    # invitations by a link: whoever holds it may look, whoever has signed in may take it
    "invite_member": KEEPERS_AND_EDITORS,
    "list_membership_invitations": KEEPERS_AND_EDITORS,
    "read_membership_invitation": KEEPERS_AND_EDITORS,
    "renew_membership_invitation": KEEPERS_AND_EDITORS,
    "revoke_membership_invitation": KEEPERS_AND_EDITORS,
    "look_at_membership_invitation": Who(everyone=True, services=GATEWAY),
    "accept_membership_invitation": Who(everyone=True),
    # across
    "search_registry": PUBLIC,
    "list_waiting": Who(everyone=True),
    "count_waiting": Who(everyone=True),
}


class Ground(StrEnum):
    """What ties a caller to an entry; also what the access log says."""

    OWN = "own entry"
    EDITOR = "editor of the organisation"
    COORDINATOR = "coordinator of the area"
    ADMIN = "admin"


@dataclass(frozen=True)
class About:
    """What an entry is about, as far as rights go: a human, an organisation, collaborative areas."""

    person: str | None = None
    organisation: str | None = None
    ytas: frozenset[str] = field(default_factory=frozenset)


GROUNDS: Mapping[str, tuple[Ground, ...]] = {
    "create_organisation": (Ground.COORDINATOR, Ground.ADMIN),
    "change_organisation": (Ground.COORDINATOR, Ground.ADMIN, Ground.EDITOR),
    "create_mandate": (Ground.COORDINATOR, Ground.ADMIN, Ground.EDITOR),
    "change_mandate": (Ground.COORDINATOR, Ground.ADMIN, Ground.EDITOR),
    "create_resource": (Ground.COORDINATOR, Ground.ADMIN, Ground.EDITOR),
    "change_resource": (Ground.COORDINATOR, Ground.ADMIN, Ground.EDITOR),
    "create_affiliation": (Ground.COORDINATOR, Ground.ADMIN, Ground.EDITOR),
    "change_affiliation": (Ground.COORDINATOR, Ground.ADMIN, Ground.EDITOR),
    # an agreement decides who may be used: its parties don't record it themselves
    "create_agreement": (Ground.COORDINATOR, Ground.ADMIN),
    "change_agreement": (Ground.COORDINATOR, Ground.ADMIN),
    "end_agreement": (Ground.COORDINATOR, Ground.ADMIN),
    **dict.fromkeys(
        (
            *("create_group", "change_group", "end_group", "add_group_member", "end_group_member"),
            *("create_offering", "change_offering", "tell_capacity", "confirm_offering", "end_offering"),
        ),
        (Ground.COORDINATOR, Ground.ADMIN, Ground.EDITOR),
    ),
    "create_expert": (Ground.COORDINATOR, Ground.ADMIN, Ground.EDITOR),
    "read_unlisted_expert": (Ground.OWN, Ground.COORDINATOR, Ground.EDITOR),
    "change_expert": (Ground.COORDINATOR, Ground.OWN, Ground.EDITOR),
    "assure_competences": (Ground.COORDINATOR,),
    "read_conflicts": (Ground.OWN, Ground.COORDINATOR),
    "read_registration": (Ground.OWN, Ground.COORDINATOR),
    "read_hidden_fields": (Ground.OWN, Ground.COORDINATOR, Ground.EDITOR),
    "list_expert_history": (Ground.OWN, Ground.COORDINATOR, Ground.EDITOR),
    "check_registration": (Ground.COORDINATOR,),
    "deactivate_expert": (Ground.COORDINATOR, Ground.EDITOR),
    "reactivate_expert": (Ground.COORDINATOR,),
    "read_person": (Ground.OWN, Ground.COORDINATOR, Ground.ADMIN),
    "read_access_request": (Ground.OWN, Ground.COORDINATOR, Ground.ADMIN),
    "decide_access": (Ground.COORDINATOR, Ground.ADMIN),
    "read_membership": (Ground.OWN, Ground.COORDINATOR, Ground.ADMIN, Ground.EDITOR),
    "grant_membership": (Ground.COORDINATOR, Ground.ADMIN, Ground.EDITOR),
    "confirm_membership": (Ground.COORDINATOR, Ground.ADMIN, Ground.EDITOR),
    "invite_member": (Ground.COORDINATOR, Ground.ADMIN, Ground.EDITOR),
    "revoke_membership": (Ground.COORDINATOR, Ground.ADMIN, Ground.EDITOR, Ground.OWN),
}

GRANTABLE: Mapping[Ground, frozenset[str]] = {
    Ground.ADMIN: MEMBERS,
    Ground.COORDINATOR: frozenset({"professional", "expert", "organisation_editor"}),
    Ground.EDITOR: frozenset({"professional"}),
    Ground.OWN: frozenset(),
}
"""Roles that may be granted on a ground, and revoked too. Anybody may give up a role of their own."""

ASKABLE = frozenset({"professional", "expert", "organisation_editor", "coordinator"})
"""Roles that a person may ask for."""

ORGANISATION_FIELDS = frozenset(
    {"name", "type", "parent", "area", "areas", "languages", "contact"},
)
EXPERT_FIELDS = frozenset(
    {
        "name",
        "title",
        "profession",
        "employer",
        "area",
        "areas",
        "languages",
        "competences",
        "conflicts",
        "capacity_month",
        "not_now",
        "absences",
        "email",
        "phone",
        "registration",
        "shown",
        "consent_listed",
        "bio",
    }
)
EDITABLE: Mapping[str, Mapping[Ground, frozenset[str]]] = {
    "change_organisation": {
        Ground.ADMIN: ORGANISATION_FIELDS,
        Ground.COORDINATOR: ORGANISATION_FIELDS,
        Ground.EDITOR: frozenset({"name", "languages", "contact"}),
    },
    "change_expert": {
        # consent is the expert's own to give, and who sees what is theirs to say
        Ground.COORDINATOR: EXPERT_FIELDS - {"consent_listed", "shown"},
        # a profession and an employer say what somebody counts for: the coordinator's to record
        Ground.OWN: EXPERT_FIELDS - {"profession", "employer", "area"},
        Ground.EDITOR: frozenset({"title", "languages", "capacity_month", "not_now", "absences", "email", "phone"}),
    },
}


def grounds_for(act: str, caller: Caller, about: About) -> tuple[Ground, ...]:
    """The ties, in the table's order, that let this caller do the act to this entry; none = may not."""
    return tuple(ground for ground in GROUNDS[act] if _holds(ground, caller, about))


def editable_fields(act: str, grounds: tuple[Ground, ...]) -> frozenset[str]:
    """Everything that any of the ties reaches."""
    return frozenset().union(*(EDITABLE[act].get(ground, frozenset()) for ground in grounds))


def grantable_roles(grounds: tuple[Ground, ...]) -> frozenset[str]:
    return frozenset().union(*(GRANTABLE[ground] for ground in grounds))


def _holds(ground: Ground, caller: Caller, about: About) -> bool:
    match ground:
        case Ground.OWN:
            return bool(caller.person) and caller.person == about.person
        case Ground.EDITOR:
            return about.organisation is not None and any(
                m.role == "organisation_editor" and m.organisation == about.organisation for m in caller.memberships
            )
        case Ground.COORDINATOR:
            return bool(caller.ytas_as("coordinator") & about.ytas)
        case Ground.ADMIN:
            return caller.has("admin")
