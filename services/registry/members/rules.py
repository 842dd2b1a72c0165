"""When a role holds, and whom a domain rule lets in."""

from dataclasses import dataclass
from datetime import date, datetime

PUBLIC_MAIL = frozenset(
    {
        *("gmail.com", "googlemail.com", "hotmail.com", "hotmail.fi", "outlook.com", "live.com", "live.fi", "msn.com"),
        *("yahoo.com", "icloud.com", "me.com", "proton.me", "protonmail.com", "gmx.com", "mail.com", "luukku.com"),
        *("suomi24.fi", "saunalahti.fi", "elisanet.fi", "kolumbus.fi", "pp.inet.fi", "welho.com", "netti.fi"),
        *("nic.fi", "mbnet.fi", "iki.fi"),
    }
)
"""Providers where anybody may have an address. Ours to keep; a rule for one of these would open every door."""


@dataclass(frozen=True)
class Validity:
    """From one day to another in Helsinki, both included, unless revoked before."""

    start: date
    end: date | None
    revoked_at: datetime | None = None

    def state_on(self, day: date) -> str:
        """current, future, ended or revoked."""
        if self.revoked_at is not None:
            return "revoked"
        if day < self.start:
            return "future"
        return "ended" if self.end is not None and day > self.end else "current"


@dataclass(frozen=True)
class Login:
    """What a provider says of somebody who signs in."""

    issuer: str
    tenant: str | None
    email: str | None
    email_verified: bool

    @property
    def domain(self) -> str | None:
        """Of an address that this very issuer has verified; None otherwise."""
        if not self.email or not self.email_verified or self.email.count("@") != 1:
            return None
        return self.email.rpartition("@")[2].lower().rstrip(".") or None


@dataclass(frozen=True)
class Rule:
    issuer: str
    tenant: str | None
    domain: str

    def lets_in(self, login: Login) -> bool:
        """The whole domain, not its end: `x.helsinki.example` is not `helsinki.example`."""
        return (
            login.domain is not None
            and login.issuer == self.issuer
            and login.domain == self.domain
            and (self.tenant is None or self.tenant == login.tenant)
        )
