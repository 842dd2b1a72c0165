"""What the example's organisations have for a time. Every figure, decision and agreement is invented and says so."""

from datetime import UTC, date, datetime
from typing import Any

from demo.story.ids import example_id, organisation_id

ENTERED = datetime(2026, 1, 12, 8, 0, tzinfo=UTC)
_Rows = list[dict[str, Any]]
CENTRES = ("etela", "lansi", "sisa", "ita", "pohjoinen")
_THIS, _NEXT = (date(2026, 1, 1), date(2026, 12, 31)), (date(2027, 1, 1), date(2027, 12, 31))
_LONG = (date(2026, 1, 1), date(2029, 12, 31))

TEAMS = "Koota asiantuntijatiimit yhteistyöalueen vaativiin konsultaatioihin ja vastata niiden laadusta."
LEARNING = "Koota konsultaatioista opitut asiat ja järjestää niistä koulutusta alueen ammattilaisille."
SWEDISH = "Ordna konsultation på svenska för de tvåspråkiga områdena tillsammans med de andra centren."
_MANDATES = (
    *((f"ot_{yta}", TEAMS, "Esimerkki: yhteistyöalueen sopimus 2026–2029, 4 §", _LONG) for yta in CENTRES),
    *((f"ot_{yta}", LEARNING, "Esimerkki: yhteistyöalueen sopimus 2026–2029, 6 §", _LONG) for yta in CENTRES),
    ("ot_lansi", SWEDISH, "Exempel: centrens gemensamma beslut 12.2.2026", (date(2026, 3, 1), None)),
    (
        "ot_ita",
        "Kokeilla etänä kokoontuvia tiimejä kunniaan liittyvän väkivallan konsultaatioissa.",
        "Esimerkki: johtoryhmän päätös 3.3.2026, 7 §",
        (date(2026, 4, 1), date(2027, 3, 31)),
    ),
    (
        "lsl14_etela_savo",
        "Lastensuojelun asiantuntijaryhmä sijoituksia ja huostaanottoja valmisteltaessa.",
        "Lastensuojelulaki 14 §",
        (date(2023, 1, 1), None),
    ),
)
"""Organisation, task, basis, days."""

_GRANT, _SHARED = "Esimerkki: OT-keskusten avustus", "Esimerkki: yhteistyöalueen yhteinen rahoitus"
_RESOURCES = (
    ("ot_etela", "state", _GRANT, None, 4.0, 420_000, _THIS),
    ("ot_etela", "state", _GRANT, None, 4.0, 430_000, _NEXT),
    ("ot_etela", "joint", _SHARED, None, 6.5, 610_000, _LONG),
    ("ot_lansi", "state", _GRANT, None, 2.5, 260_000, _THIS),
    ("ot_lansi", "joint", _SHARED, None, 2.0, 190_000, _LONG),
    ("ot_lansi", "project", "Exempel: projekt för konsultation på svenska", "17", 0.5, None, _THIS),
    ("ot_sisa", "state", _GRANT, None, 3.0, 300_000, _THIS),
    ("ot_sisa", "state", _GRANT, None, 3.0, 310_000, _NEXT),
    ("ot_sisa", "joint", _SHARED, None, 2.25, 215_000, _LONG),
    ("ot_ita", "state", _GRANT, None, 3.0, 290_000, _THIS),
    ("ot_ita", "joint", _SHARED, None, 2.75, 255_000, _LONG),
    ("ot_ita", "own", "Esimerkki: Etelä-Savon oma panos", "12", 0.5, None, _LONG),
    ("ot_pohjoinen", "state", _GRANT, None, 2.5, 250_000, _THIS),
    ("ot_pohjoinen", "state", _GRANT, None, 2.5, 255_000, _NEXT),
    ("ot_pohjoinen", "joint", _SHARED, "21", 1.5, 140_000, _LONG),
)
"""Organisation, funding, note, area, person-years, euros, days."""

_AFFILIATIONS = (
    *((f"barnahus_{yta}", f"ot_{yta}", "partner", (date(2026, 1, 1), None)) for yta in CENTRES),
    ("fskc", "ot_lansi", "partner", (date(2026, 3, 1), None)),
    ("iso", "uef", "hosted", (date(2019, 1, 1), None)),
    ("lsl14_etela_savo", "ot_ita", "member", (date(2026, 1, 1), None)),
    ("seri_kys", "ot_ita", "partner", (date(2026, 2, 1), None)),
    ("kotisilta", "kokemuspolku", "member", (date(2024, 1, 1), None)),
    ("kotisilta", "ot_ita", "partner", (date(2026, 1, 1), date(2026, 10, 31))),
)
"""Organisation, of which, how, days."""

_AGREEMENTS: tuple[dict[str, Any], ...] = (
    {
        "organisation": "keski_suomi",
        "areas": ["07", "08"],
        "themes": ["lahisuhdevakivalta", "kunniavakivalta"],
        "cost": "Työaika laskutetaan tunneittain.",
        "euros_limit": 12_000,
        "month_limit": 6,
        "days": (date(2026, 3, 1), date(2027, 2, 28)),
    },
    {
        "organisation": "pohjanmaa",
        "organisations": ["ita_uusimaa", "lansi_uusimaa"],
        "cost": "Arbetstiden utan ersättning, resor enligt räkning.",
        "days": (date(2026, 6, 1), None),
    },
    {
        "organisation": "paijat_hame",
        "areas": ["02", "04"],
        "end_reason": "Asiantuntijat tarvittiin omalla alueella.",
        "days": (date(2026, 1, 1), date(2026, 8, 31)),
        "secrecy": False,
    },
)
"""Beside those by which each collaborative area uses its own."""


def mandate_rows() -> _Rows:
    return [
        _term("mandate", place, slug, days) | {"task": task, "basis": basis}
        for place, (slug, task, basis, days) in enumerate(_MANDATES)
    ]


def resource_rows() -> _Rows:
    return [
        _term("resource", place, slug, days)
        | {"funding": funding, "note": note, "area": area, "person_years": years, "euros": euros}
        for place, (slug, funding, note, area, years, euros, days) in enumerate(_RESOURCES)
    ]


def affiliation_rows() -> _Rows:
    return [
        _term("affiliation", place, slug, days) | {"of_id": organisation_id(of), "kind": how}
        for place, (slug, of, how, days) in enumerate(_AFFILIATIONS)
    ]


def further_agreement_rows() -> _Rows:
    return [
        agreement_row(_term("agreement", place, told["organisation"], told["days"]), **told)
        for place, told in enumerate(_AGREEMENTS)
    ]


def agreement_row(
    term: dict[str, Any],
    *,
    areas: list[str] | None = None,
    organisations: list[str] | None = None,
    themes: list[str] | None = None,
    cost: str = "",
    euros_limit: int | None = None,
    month_limit: int | None = None,
    end_reason: str = "",
    secrecy: bool = True,
    **_: Any,
) -> dict[str, Any]:
    return term | {
        "areas": areas or [],
        "organisations": [organisation_id(slug) for slug in organisations or []],
        "themes": themes or [],
        "cost": cost,
        "euros_limit": euros_limit,
        "month_limit": month_limit,
        "secrecy_by": "Palvelujohtaja" if secrecy else "",
        "secrecy_on": term["valid_from"] if secrecy else None,
        "end_reason": end_reason,
    }


def _term(kind: str, place: int, slug: str, days: tuple[date, date | None]) -> dict[str, Any]:
    return term_row(example_id(kind, f"{slug} {place}"), slug, days)


def term_row(id: Any, slug: str, days: tuple[date, date | None]) -> dict[str, Any]:
    return {
        "id": id,
        "organisation_id": organisation_id(slug),
        "valid_from": days[0],
        "valid_to": days[1],
        "example": True,
        "created_at": ENTERED,
        "changed_at": ENTERED,
        "version": 1,
    }
