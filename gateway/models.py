"""The gateway's tables: who is logged in where, who is on the way in, and what was said of the pages."""

from sqlalchemy import Column, DateTime, Identity, Index, Integer, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.shared.database import new_metadata

metadata = new_metadata()

session_table = Table(
    "session",
    metadata,
    Column("id", Uuid, primary_key=True),
    # the cookie holds a secret; here is only its hash, so that whoever reads the table can't be anybody
    Column("secret_hash", LargeBinary, nullable=False, unique=True),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("provider_session", Text),
    Column("person", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("memberships", JSONB, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("checked_at", DateTime(timezone=True), nullable=False),
    # the provider's tokens, sealed with a key made of the cookie's secret
    Column("tokens", LargeBinary, nullable=False),
    Index(None, "issuer", "subject"),
    Index(None, "provider_session"),
    Index(None, "seen_at"),
)

login_attempt_table = Table(
    "login_attempt",
    metadata,
    Column("state_hash", LargeBinary, primary_key=True),
    # the browser that began must be the one that comes back
    Column("browser_hash", LargeBinary, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("verifier", Text, nullable=False),
    Column("next", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Index(None, "at"),
)

used_logout_table = Table(
    "used_logout",
    metadata,
    Column("jti", Text, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
)

feedback_table = Table(
    "feedback",
    metadata,
    # whoever knows the id may read the answer: it is in the receipt's address and nowhere else
    Column("id", Uuid, primary_key=True),
    Column("number", Integer, Identity(), nullable=False, unique=True),
    Column("form_key", Text, nullable=False, unique=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("due", DateTime(timezone=True), nullable=False),
    Column("language", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("page", Text, nullable=False),
    Column("aids", ARRAY(Text), nullable=False),
    Column("email", Text, nullable=False),
    Column("answered_at", DateTime(timezone=True)),
    Column("answered_by", Text),
    Column("answer", Text),
    Index(None, "answered_at"),
)
