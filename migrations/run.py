"""Brings databases to the newest revision."""

from __future__ import annotations

from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

INI = Path(__file__).parent / "alembic.ini"


def config_for(process: str, owner: str = "") -> Config:
    """Alembic's settings for one database; `owner` is the owner's address, without it the environment's is used."""
    config = Config(INI, ini_section=process)
    if owner:
        config.attributes["address"] = owner
    return config


def newest(process: str) -> str | None:
    """The only head of this history; Alembic refuses where there are two."""
    return ScriptDirectory.from_config(config_for(process)).get_current_head()


def current(owner: str) -> str | None:
    """The revision the database is at, None where nothing was ever migrated."""
    with psycopg.connect(owner) as connection:
        known = connection.execute("select to_regclass('alembic_version')").fetchone()
        if known is None or known[0] is None:
            return None
        row = connection.execute("select version_num from alembic_version").fetchone()
    return str(row[0]) if row else None


def migrate(process: str, owner: str) -> bool:
    """Brings the database to the newest revision; True where there was something to do."""
    if current(owner) == newest(process):
        return False
    config = config_for(process, owner)
    config.attributes["with_tables"] = False  # an upgrade needs no models, and starts quicker without them
    command.upgrade(config, "head")
    return True
