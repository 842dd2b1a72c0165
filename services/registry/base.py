"""What every table of this service is declared on."""

from typing import Any, ClassVar

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.shared.database import new_metadata

metadata = new_metadata()


class Base(DeclarativeBase):
    metadata = metadata
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text,
        list[str]: ARRAY(Text),
        dict[str, Any]: JSONB,
    }


class Named:
    """A name in the country's two languages, and in English where there is one."""

    name_fi: Mapped[str]
    name_sv: Mapped[str]
    name_en: Mapped[str | None]

    @property
    def name(self) -> dict[str, str | None]:
        return {"fi": self.name_fi, "sv": self.name_sv, "en": self.name_en}


class Versioned:
    """`version` is the ETag: it grows by one at each change."""

    version: Mapped[int] = mapped_column(default=1)
