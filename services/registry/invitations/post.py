"""Mails invitations. A link's secret is made when its letter goes out, so that nothing keeps it but the letter."""

from typing import cast

from services.registry.invitations import store
from services.registry.invitations.letters import invitation_letter
from services.registry.invitations.rules import hash_of, new_secret
from services.registry.settings import RegistrySettings
from services.shared.database import WriteSession
from services.shared.logging import log
from services.shared.mail import MailServer, MailServerSilent, Outcome

AT_ONCE = 100


async def mail_invitations(session: WriteSession) -> None:
    """What can't be sent now is tried at the next sweep, with another secret."""
    settings = cast(RegistrySettings, session.settings)
    if not settings.smtp_url.get_secret_value():
        return
    now = session.clock.now()
    waiting = await store.lock_unmailed(session, now, AT_ONCE)
    secrets = [new_secret() for _ in waiting]
    letters = [
        invitation_letter(one.email, one.language, settings.public_url, secret, one.expires_at)
        for one, secret in zip(waiting, secrets, strict=True)
    ]
    server = MailServer(settings.smtp_url.get_secret_value(), settings.mail_sender)
    answers = iter(zip(waiting, secrets, strict=True))
    try:
        async for outcome in server.send(letters, now):
            one, secret = next(answers)
            if outcome is Outcome.SENT:
                one.token_hash, one.mailed_at = hash_of(secret), now
            elif outcome is Outcome.REFUSED:
                one.mail_trouble = "refused"
    except MailServerSilent as silent:
        log.warning("mail_server_silent", error=str(silent))
    await session.flush()
