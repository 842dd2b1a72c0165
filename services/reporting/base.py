"""What every table of this service is declared on."""

from sqlalchemy.orm import DeclarativeBase

from services.shared.database import new_metadata

metadata = new_metadata()


class Base(DeclarativeBase):
    metadata = metadata
