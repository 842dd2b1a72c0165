from datetime import time

from pydantic import SecretStr

from services.shared.settings import Settings


class ConsultationSettings(Settings):
    """What only consultation is told: where mail goes out, and when."""

    smtp_url: SecretStr = SecretStr("")
    """`smtp://user:secret@host:587` or `smtps://…`. Empty: no mail; the service itself tells what happened."""
    mail_sender: str = "OT-verkko <ei-vastata@localhost>"
    mail_seconds: float = 60
    """How often what is unmailed is looked for: what happens within it is one mail."""
    digest_at: time = time(7, 30)
    """From when on a working day's digest goes out, Helsinki time."""
