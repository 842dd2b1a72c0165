from services.shared.errors import Conflict, Invalid


class UnknownExpert(Invalid):
    """There is no such expert in the network now."""

    code = "unknown_expert"


class AlreadyInGroup(Conflict):
    """The expert is in the group on some of these days already."""

    code = "already_in_group"


class MemberLeft(Conflict):
    """The expert has left the group, or leaves it sooner than asked."""

    code = "member_left"
