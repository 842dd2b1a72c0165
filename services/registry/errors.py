"""What the registry says no to."""

from services.shared.errors import Conflict, Forbidden, Invalid, NotFound


class UnknownConcept(Invalid):
    """A word that isn't in the vocabulary; `fields` says where."""

    code = "unknown_concept"


class UnknownArea(Invalid):
    code = "unknown_area"


class AreasNotChangeable(Invalid):
    """A merge or a split that can't be; `fields` says why."""

    code = "areas_not_changeable"


class AreaChangeDone(Conflict):
    """Its day has come, or it was cancelled before."""

    code = "area_change_done"


class UnknownOrganisation(Invalid):
    code = "unknown_organisation"


class UnknownPerson(Invalid):
    code = "unknown_person"


class CoordinatorNeedsArea(Invalid):
    """A coordinator is one of a collaborative area."""

    code = "coordinator_needs_area"


class EndsBeforeItBegins(Invalid):
    code = "ends_before_it_begins"


class PublicMailDomain(Invalid):
    """Anybody may have an address there: it says nothing about an employer."""

    code = "public_mail_domain"


class PartOfItself(Invalid):
    """An organisation can't be above itself."""

    code = "part_of_itself"


class FieldNotYours(Forbidden):
    """The entry may be changed by the caller, but not this field; `fields` says which."""

    code = "field_not_yours"


class OwnMatter(Forbidden):
    """Nobody decides on their own rights."""

    code = "own_matter"


class NotOfThisOrganisation(Forbidden):
    """A system acts only for people of its own organisation."""

    code = "not_of_this_organisation"


class SlugTaken(Conflict):
    code = "slug_taken"


class ExpertExists(Conflict):
    """The person is already in the registry as an expert; `expert` is the entry."""

    code = "expert_exists"


class AlreadyMember(Conflict):
    code = "already_member"


class AlreadyAsked(Conflict):
    """An open request is already waiting for its decision."""

    code = "already_asked"


class RequestDecided(Conflict):
    code = "request_decided"


class MembershipEnded(Conflict):
    code = "membership_ended"


class LastAdmin(Conflict):
    """Somebody must be able to grant rights."""

    code = "last_admin"


class RuleExists(Conflict):
    code = "rule_exists"


class RuleEnded(Conflict):
    code = "rule_ended"


class UnknownSystem(NotFound):
    """The client is not connected, or no longer."""

    code = "unknown_system"


class PersonNotFound(NotFound):
    """Nobody who has signed in is known by that name; a system can't act for them."""

    code = "person_not_found"


class NothingTold(Invalid):
    """A resource is somebody's time or money: one of the two is needed."""

    code = "nothing_told"


class NobodyMayUse(Invalid):
    """An agreement names the areas or the organisations that it lets use the experts."""

    code = "nobody_may_use"


class SecrecyHalfTold(Invalid):
    """An undertaking of secrecy is given by somebody on a day: both are needed, or neither."""

    code = "secrecy_half_told"


class EndedAlready(Conflict):
    """It has ended, or ends sooner than asked."""

    code = "ended_already"


class ConceptCycle(Invalid):
    """A concept would stand above itself; the field's `loop` names the way round."""

    code = "concept_cycle"


class LabelTaken(Invalid):
    """Another concept of the vocabulary is called so; the field's `concept` is its slug."""

    code = "label_taken"


class NotOfThisVocabulary(Invalid):
    """A relation that the vocabulary's concepts don't have."""

    code = "not_of_this_vocabulary"


class ConceptMerged(Invalid):
    """The word was merged into another one; the field's `replaced_by` is the slug to use."""

    code = "concept_merged"


class ConceptRetired(Conflict):
    code = "concept_retired"


class ConceptInUse(Conflict):
    """It isn't retired: there is nothing to bring back."""

    code = "concept_in_use"


class ExpertInactive(Conflict):
    """The expert has left the network already."""

    code = "expert_inactive"


class ExpertActive(Conflict):
    code = "expert_active"


class NothingToCheck(Conflict):
    """The entry holds no number of a register."""

    code = "nothing_to_check"
