from typing import ClassVar

from pydantic import Field

from services.registry.terms.schemas import NewTerm, TermChange, TermView
from services.registry.texts import Reason
from services.shared.paging import Page

TASK = "Konsultaatiotiimien kokoaminen Itä-Suomessa"


class MandateView(TermView):
    task: str = Field(examples=[TASK])
    basis: str = Field(examples=["Yhteistyösopimus 2026–2029, 4 §"], description="The law, decision or agreement")


class MandatePage(Page[MandateView]):
    pass


class NewMandate(NewTerm):
    task: Reason = Field(examples=[TASK])
    basis: Reason = Field(examples=["Yhteistyösopimus 2026–2029, 4 §"])


class MandateChange(TermChange):
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"valid_to"})
    task: Reason | None = None
    basis: Reason | None = None
