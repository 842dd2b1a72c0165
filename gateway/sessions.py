"""Who is logged in. The browser holds a random secret; the database holds its hash and what the login gave."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import bindparam, delete, insert, or_, select, update

from gateway.language import Language, known_language
from gateway.models import login_attempt_table, session_table, used_logout_table
from gateway.settings import GatewaySettings
from gateway.visitor import Me
from services.shared.clock import Clock
from services.shared.database import Database, WriteSession, new_id
from services.shared.identity import Caller, Membership
from services.shared.statements import Prepared, Row

SEEN_EVERY = timedelta(minutes=1)
CHECKED_EVERY = timedelta(minutes=5)
ATTEMPT_LASTS = timedelta(minutes=10)
OWN = Caller(kind="service", id="gateway", name="gateway")
_FIND = Prepared(select(session_table).where(session_table.c.secret_hash == bindparam("secret_hash")))


@dataclass(frozen=True)
class Login:
    """One logged-in browser."""

    me: Me
    issuer: str
    subject: str
    checked_at: datetime
    sealed_tokens: bytes


@dataclass(frozen=True)
class Attempt:
    """A login on its way: what must come back with the browser."""

    nonce: str
    verifier: str
    next: str
    language: Language


class Sessions:
    """The gateway's own rows. Idle and absolute expiry are checked when one is read, and swept away later."""

    def __init__(self, database: Database, clock: Clock, settings: GatewaySettings) -> None:
        self.database = database
        self.clock = clock
        self.idle = timedelta(minutes=settings.session_idle_minutes)
        self.whole = timedelta(hours=settings.session_hours)

    async def begin(
        self, identity: dict[str, Any], claims: dict[str, Any], tokens: dict[str, Any], language: Language
    ) -> str:
        """A new session; returns the secret for the cookie. It is never the one the browser had before login."""
        secret, now = secrets.token_urlsafe(32), self.clock.now()
        row = {
            "id": new_id(),
            "secret_hash": digest(secret),
            "issuer": claims["iss"],
            "subject": claims["sub"],
            "provider_session": claims.get("sid"),
            "person": identity["person"],
            "name": identity["name"],
            "language": language,
            "memberships": memberships_of(identity),
            "started_at": now,
            "seen_at": now,
            "checked_at": now,
            "tokens": seal_tokens(secret, tokens),
        }
        async with self.database.write(OWN) as session:
            await session.execute(insert(session_table).values(row))
        return secret

    async def find(self, secret: str, *, noted: bool = True) -> Login | None:
        """None for an unknown, idle or too old session. `noted`: the person has done something just now."""
        now = self.clock.now()
        async with self.database.read(OWN) as session:
            row = await _FIND.row(session, secret_hash=digest(secret))
        if row is None or now - row.seen_at > self.idle or now - row.started_at > self.whole:
            return None
        if noted and now - row.seen_at >= SEEN_EVERY:
            await self.note(row.id, seen_at=now)
        return _login(row)

    async def note(self, session_id: UUID, **values: Any) -> None:
        async with self.database.write(OWN) as session:
            await session.execute(update(session_table).where(session_table.c.id == session_id).values(values))

    async def claim_check(self, login: Login) -> bool:
        """Whether it is this request's to ask how the login is; of several at once only one is told so."""
        table = session_table
        mine = (table.c.id == login.me.session) & (table.c.checked_at == login.checked_at)
        async with self.database.write(OWN) as session:
            claimed = update(table).where(mine).values(checked_at=self.clock.now()).returning(table.c.id)
            return await session.scalar(claimed) is not None

    async def renewed(self, login: Login, identity: dict[str, Any]) -> Login:
        """What the registry says of the person now."""
        now = self.clock.now()
        memberships = memberships_of(identity)
        await self.note(login.me.session, memberships=memberships, name=identity["name"], checked_at=now)
        me = replace(login.me, name=identity["name"], memberships=tuple(Membership(**one) for one in memberships))
        return replace(login, me=me, checked_at=now)

    async def end(self, session_id: UUID) -> None:
        async with self.database.write(OWN) as session:
            await session.execute(delete(session_table).where(session_table.c.id == session_id))

    async def end_all_of(self, jti: str, issuer: str, *, subject: str | None, provider_session: str | None) -> bool:
        """Every session of a login the provider says is over. False if the same notice was used before."""
        table = session_table.c
        mine = table.provider_session == provider_session if provider_session else table.subject == subject
        async with self.database.write(OWN) as session:
            seen = await session.scalar(select(used_logout_table.c.jti).where(used_logout_table.c.jti == jti))
            if seen:
                return False
            await session.execute(insert(used_logout_table).values(jti=jti, at=self.clock.now()))
            await session.execute(delete(session_table).where(session_table.c.issuer == issuer, mine))
        return True

    async def depart(self, attempt: Attempt, *, state: str, browser: str) -> None:
        row = {**asdict(attempt), "state_hash": digest(state), "browser_hash": digest(browser), "at": self.clock.now()}
        async with self.database.write(OWN) as session:
            await session.execute(insert(login_attempt_table).values(row))

    async def arrive(self, *, state: str, browser: str) -> Attempt | None:
        """The attempt that began with this state in this browser; each is used once."""
        table = login_attempt_table
        async with self.database.write(OWN) as session:
            gone = delete(table).where(table.c.state_hash == digest(state)).returning(table)
            row = (await session.execute(gone)).mappings().one_or_none()
        if row is None or self.clock.now() - row["at"] > ATTEMPT_LASTS:
            return None
        if not hmac.compare_digest(row["browser_hash"], digest(browser)):
            return None
        return Attempt(row["nonce"], row["verifier"], row["next"], known_language(row["language"]) or "fi")

    async def sweep(self, session: WriteSession) -> None:
        """Removes what nobody can use any more."""
        now = self.clock.now()
        old, started = session_table.c.seen_at < now - self.idle, session_table.c.started_at < now - self.whole
        await session.execute(delete(session_table).where(or_(old, started)))
        await session.execute(delete(login_attempt_table).where(login_attempt_table.c.at < now - ATTEMPT_LASTS))
        await session.execute(delete(used_logout_table).where(used_logout_table.c.at < now - self.whole))


def digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def form_token(secret: str) -> str:
    """What a form of this session must carry: made of the cookie's secret, telling nothing of it."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def seal_tokens(secret: str, tokens: dict[str, Any]) -> bytes:
    """The key is in the browser's cookie, so the table alone gives nobody a way into the provider."""
    kept = {name: tokens[name] for name in ("id_token", "refresh_token") if tokens.get(name)}
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(_token_key(secret)).encrypt(nonce, json.dumps(kept).encode(), None)


def open_tokens(secret: str, sealed: bytes) -> dict[str, str]:
    opened = AESGCM(_token_key(secret)).decrypt(sealed[:12], sealed[12:], None)
    return dict(json.loads(opened))


def _token_key(secret: str) -> bytes:
    return hmac.new(secret.encode(), b"tokens", hashlib.sha256).digest()


def memberships_of(identity: dict[str, Any]) -> list[dict[str, Any]]:
    """The registry may tell more of a membership than a token needs, and name an organisation in every language."""
    wanted = ("role", "organisation", "area", "yta")
    return [
        {
            **{name: one.get(name) for name in wanted},
            "organisation_name": _in_language(one.get("organisation_name"), identity.get("language", "fi")),
        }
        for one in identity["memberships"]
    ]


def _in_language(name: Mapping[str, str | None] | str | None, language: str) -> str:
    if name is None or isinstance(name, str):
        return name or ""
    return next((text for code in (language, "fi", "sv", "en") if (text := name.get(code))), "")


def _login(row: Row) -> Login:
    me = Me(
        person=row.person,
        name=row.name,
        memberships=tuple(Membership(**one) for one in row.memberships),
        language=known_language(row.language) or "fi",
        session=row.id,
    )
    return Login(me, row.issuer, row.subject, row.checked_at, row.tokens)
