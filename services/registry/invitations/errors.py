"""What an invitation says no to."""

from services.shared.errors import Conflict, Invalid


class AlreadyInvited(Conflict):
    """The same membership is on offer to this address already."""

    code = "already_invited"


class InvitationUsed(Conflict):
    """A link works once, and somebody has used it."""

    code = "invitation_used"


class InvitationRevoked(Conflict):
    code = "invitation_revoked"


class InvitationExpired(Conflict):
    code = "invitation_expired"


class MailNotSet(Invalid):
    """The installation names no mail server: hand the link on yourself."""

    code = "mail_not_set"
