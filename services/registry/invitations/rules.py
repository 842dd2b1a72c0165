"""The secret of an invitation's link, and what an invitation is at a moment."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime

SECRET_BYTES = 32
ADDRESS = re.compile(r"[^@\s\"(),:;<>\[\\\]]{1,64}@(?:[a-z0-9åäö](?:[a-z0-9åäö-]{0,61}[a-z0-9åäö])?\.)+[a-z]{2,63}")
"""An e-mail address as it is used in working life; what the standard allows beyond it reaches nobody."""


def new_secret() -> str:
    """256 bits of chance: nobody finds another's by trying."""
    return secrets.token_urlsafe(SECRET_BYTES)


def hash_of(secret: str) -> bytes:
    """Of so much chance a plain hash can't be turned back."""
    return hashlib.sha256(secret.encode()).digest()


def plain_address(written: str) -> str | None:
    """Trimmed and in small letters; None where it can't be one."""
    address = written.strip().lower()
    return address if len(address) <= 254 and ADDRESS.fullmatch(address) else None


@dataclass(frozen=True)
class Standing:
    expires_at: datetime
    accepted_at: datetime | None
    revoked_at: datetime | None

    def at(self, now: datetime) -> str:
        """open, accepted, revoked or expired."""
        if self.accepted_at is not None:
            return "accepted"
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if now >= self.expires_at else "open"
