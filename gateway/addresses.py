"""Addresses that a browser or a form names: only their path is used, and only if it is ours."""

from urllib.parse import SplitResult, urlsplit


def safe_next(address: str | None) -> str:
    """A path of ours, or the first page: never another site."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")) or len(address) > 500:
        return "/"
    parts = split(address)
    return "/" if parts.netloc or parts.scheme or not address.isprintable() or "\\" in address else address


def path_of(address: str | None) -> str:
    """The path of the page somebody came from, safe to lead back to."""
    return safe_next(split(address or "/").path)


def split(address: str) -> SplitResult:
    """Of what can't be read as an address: nothing."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")
