from datetime import timedelta

from pydantic import SecretStr

from services.shared.settings import Settings


class RegistrySettings(Settings):
    """What only the registry is told. The times are choices of this project, not of any law."""

    smtp_url: SecretStr = SecretStr("")
    """`smtp://user:secret@host:587` or `smtps://…`. Empty: invitations are handed on as links."""
    mail_sender: str = "OT-verkko <ei-vastata@localhost>"
    invitation_days: int = 14
    """How long an invitation's link works."""
    review_days: int = 365
    """How often each membership is confirmed by whoever looks after it."""
    review_grace_days: int = 30
    """How long after its day a membership that nobody has confirmed still holds."""
    offering_confirm_days: int = 180
    """How long a service's entry may go without somebody saying that it is right."""
    vocabulary_base: str = ""
    """What the address of every concept begins with, in exports; empty: `/vocabulary` of the public address.

    Others keep these addresses: choose it once.
    """

    @property
    def review_every(self) -> timedelta:
        return timedelta(days=self.review_days)

    @property
    def review_grace(self) -> timedelta:
        return timedelta(days=self.review_grace_days)
