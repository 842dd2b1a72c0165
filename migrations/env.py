"""Run by Alembic for one database: the section of alembic.ini says which."""

from __future__ import annotations

import importlib
import os

from alembic import context
from sqlalchemy import MetaData, create_engine, pool, text

# Two instances of a service may start at once; the second waits and finds nothing left to do.
LOCK = 0x07_6F74

MODELS = {
    "gateway": "gateway.models",
    "registry": "services.registry.models",
    "consultation": "services.consultation.models",
    "reporting": "services.reporting.models",
}


def tables_of(process: str) -> list[MetaData]:
    if process == "keys":
        return [importlib.import_module("services.shared.encryption").keys_metadata]
    shared = importlib.import_module("services.shared.database").shared_metadata
    return [importlib.import_module(MODELS[process]).metadata, shared]


def address_of_owner(process: str) -> str:
    given = context.config.attributes.get("address") or os.environ.get(f"OT_{process.upper()}_OWNER_DATABASE")
    if not given:
        raise SystemExit(f"set OT_{process.upper()}_OWNER_DATABASE to the address of the owner of this database")
    return str(given).replace("postgresql://", "postgresql+psycopg://", 1)


def run() -> None:
    process = context.config.config_ini_section
    engine = create_engine(address_of_owner(process), poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=tables_of(process) if context.config.attributes.get("with_tables", True) else None,
            compare_type=True,
            compare_server_default=False,
        )
        with context.begin_transaction():
            connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            context.run_migrations()


run()
