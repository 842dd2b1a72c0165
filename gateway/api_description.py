"""A service's OpenAPI document as other systems see it: our address, their way of signing in."""

from copy import deepcopy
from typing import Any

from gateway.settings import GatewaySettings

METHODS = ("get", "post", "put", "patch", "delete")
NOT_OUTSIDE = ("/health", "/metrics", "/.well-known")

ON_BEHALF_OF = {
    "name": "OT-On-Behalf-Of",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 500},
    "description": "The professional for whom the system acts: their person id, or `issuer subject`. "
    "Needed where an operation asks for a person.",
}


def as_seen_from_outside(document: dict[str, Any], service: str, settings: GatewaySettings) -> dict[str, Any]:
    outside = deepcopy(document)
    outside["servers"] = [{"url": f"{settings.public_url.rstrip('/')}/api/{service}"}]
    outside["paths"] = {path: one for path, one in outside["paths"].items() if not path.startswith(NOT_OUTSIDE)}
    components = outside.setdefault("components", {})
    components["securitySchemes"] = {"token": _client_credentials(settings)}
    components.setdefault("parameters", {})["OnBehalfOf"] = ON_BEHALF_OF
    for path in outside["paths"].values():
        for method in METHODS:
            if method in path and path[method].get("security"):
                path[method].setdefault("parameters", []).append({"$ref": "#/components/parameters/OnBehalfOf"})
    return outside


def _client_credentials(settings: GatewaySettings) -> dict[str, Any]:
    return {
        "type": "openIdConnect",
        "openIdConnectUrl": f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        "description": "An access token that the identity provider gave for client credentials, "
        f"meant for `{settings.api_audience}`: `Authorization: Bearer …`",
    }
