from ipaddress import ip_address
from typing import Self
from urllib.parse import urlsplit

from pydantic import SecretStr, model_validator

from services.shared.settings import Settings


class GatewaySettings(Settings):
    """What only the gateway is told: who checks logins, and how long one lasts."""

    oidc_issuer: str = ""
    """The identity provider's issuer, exactly as its tokens name it. Empty: nobody can log in, and the page says so."""
    oidc_client: str = "ot-verkko"
    oidc_secret: SecretStr = SecretStr("")
    oidc_scopes: str = "openid profile email"
    oidc_discovery: str = ""
    """Where the provider's configuration is read, if not under the issuer (a name that only works inside)."""
    api_audience: str = "ot-verkko-api"
    """What a connected system's access token must be meant for."""
    demo_mail_url: str = ""
    """Where the demo shows the mail it has sent; nothing else sets it."""
    session_idle_minutes: int = 60
    session_hours: int = 10

    @model_validator(mode="after")
    def _no_plain_http_in_the_open(self) -> Self:
        if not self.secure and not _stays_inside(urlsplit(self.public_url).hostname or ""):
            raise ValueError("public_url must be https: plain http is for this machine alone")
        return self

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def login_origin(self) -> str:
        """The origin that the login form may lead to."""
        parts = urlsplit(self.oidc_issuer)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _stays_inside(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".test")):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
